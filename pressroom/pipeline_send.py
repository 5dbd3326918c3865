"""The end of the straight line: approve, publish, send.

As `pressroom.pipeline`, of which it is the last stretch: it wires stages and prints nothing.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pressroom.errors import SendError, UsageError
from pressroom.newsroom import lineup, press, proofs
from pressroom.newsroom.signing import signer
from pressroom.pipeline import bodies, build, inspect, mailing, site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pressroom.model import Delivery, DeliveryState, Locale, Transport
    from pressroom.newsroom.correcting import Decided
    from pressroom.newsroom.correction_mail import Letter
    from pressroom.newsroom.dispatch import Dispatch, Ready
    from pressroom.newsroom.hour import Outcome
    from pressroom.pipeline import BuildReport, Inspected
    from pressroom.send.domain import Advice
    from pressroom.send.job import SendReport
    from pressroom.send.message import MailEdition
    from pressroom.send.prints import Print
    from pressroom.workspace import Workspace


UNCONFIRMED = timedelta(days=30)
"""Who asked to subscribe and never confirmed is let go after so long."""


def mails(ws: Workspace, slug: str, now: datetime) -> dict[Locale, MailEdition]:
    """The due editions ready to be addressed; SendError when a finding stops the send."""
    return _mails(ws, _fit(ws, slug), now)


def _fit(ws: Workspace, slug: str) -> Inspected:
    """An issue that nothing stops."""
    seen = inspect(ws, slug)
    proofs.refuse_faults(seen.folder)
    if seen.stops:
        first = seen.stops[0]
        raise SendError(
            f"{slug}: {len(seen.stops)} findings stop the send, the first at {first.path}:"
            f"{first.line}: {first.message} See all: pressroom check {slug}"
        )
    return seen


def _mails(ws: Workspace, seen: Inspected, now: datetime) -> dict[Locale, MailEdition]:
    issue = seen.folder.issue
    return {body.locale: press.mail(ws, issue, body, files, now) for body, files in seen.printed}


def transport(ws: Workspace, slug: str) -> Transport:
    """The way out that newsletter.toml names."""
    from pressroom import plugins

    table = ws.settings.delivery
    kind = plugins.load(
        "transport", table.transport, ws.root, ws.settings.plugins.get("transport", {})
    )
    if table.transport == "outbox":
        return kind(ws.root / "outbox" / slug / "messages")  # type: ignore[no-any-return]
    if table.transport == "smtp":
        return kind(  # type: ignore[no-any-return]
            table.host,
            table.port,
            starttls=table.starttls,
            user=table.user,
            password=press.secret(table.password_env) if table.user else "",
            timeout=table.timeout,
            connections=table.connections,
            per_second=table.per_second,
            per_domain=table.per_domain,
        )
    if table.transport == "sendmail":
        return kind(table.command, timeout=table.timeout)  # type: ignore[no-any-return]
    return kind(table)  # type: ignore[no-any-return]


@contextmanager
def sending(
    ws: Workspace,
    now: Callable[[], datetime],
    say: Callable[[str], None],
    progress: Callable[[Delivery], None] = lambda _: None,
    patience: timedelta = timedelta(),
) -> Iterator[Dispatch]:
    """The send desk of a newsroom, its database open."""
    from pressroom.newsroom.dispatch import Dispatch

    with mailing(ws) as base:
        yield Dispatch(ws, base, now, lambda slug: transport(ws, slug), say, progress, patience)


def ready(ws: Workspace, slug: str, now: datetime) -> Ready:
    """An issue as it would go out now; SendError when a finding stops the send."""
    from pressroom.newsroom import approval
    from pressroom.newsroom.dispatch import Ready
    from pressroom.newsroom.locked import manuscript
    from pressroom.send.prints import Print

    seen = _fit(ws, slug)
    issue, fresh = seen.folder.issue, _mails(ws, seen, now)
    plans, own = issue.editions, [body for body, _ in seen.printed]
    return Ready(
        slug,
        {tag: Print(mail, manuscript(ws, issue.folder, tag)) for tag, mail in fresh.items()},
        {tag: at for tag in fresh if (at := plans[tag].send_at)},
        tuple(t for t, plan in plans.items() if plan.status == "later" and issue.original in fresh),
        lambda: press.asks(ws, slug, fresh, site(ws, {slug: own})),
        approval.read(issue.folder),
        listed=bool(issue.listed),
    )


def send(desk: Dispatch, found: Ready, chosen: Mapping[Locale, Print]) -> SendReport:
    """Deliver to every reader who has not had the issue; when all have, list it as sent."""
    report = desk.go(found, chosen)
    _list(desk.ws, found.slug, report, desk.now())
    return report


def send_due(desk: Dispatch) -> list[Outcome]:
    """Send what was scheduled or approved and whose hour has come; hold what is amiss."""
    from pressroom.newsroom import alerting
    from pressroom.newsroom.hour import Hour
    from pressroom.store.readers import drop_pending

    drop_pending(desk.base, desk.now() - UNCONFIRMED)
    alerting.tell_again(desk.ws, desk.base, desk.now(), lambda: desk.door("alerts"))
    return list(Hour(desk).due(lambda slug: ready(desk.ws, slug, desk.now())))


def correct_paused(desk: Dispatch, slug: str) -> tuple[list[Locale], list[str]]:
    """Lock the mended bytes for paused editions; also what was edited beside the corrections.

    While anything was, nothing is locked: no edit goes out that nobody meant to.
    """
    from pressroom.newsroom.correcting import left_over

    paused = desk.paused(slug)
    left = left_over(desk.ws, desk.base, slug) if paused else []
    if not paused or left:
        return [], left
    found = ready(desk.ws, slug, desk.now())
    changed = desk.edited(found)
    tags = [tag for tag in paused if tag in changed and tag in found.prints]
    if tags:
        desk.renew(found, tags)
    return tags, []


def correction_letter(desk: Dispatch, decided: Decided) -> Letter:
    """The mail about a correction, and to how many readers of each edition it goes."""
    from pressroom.newsroom.correction_mail import letter

    found = proofs.folder(desk.ws, decided.slug)
    return letter(desk, found.issue, bodies(desk.ws, found), decided)


def correction_stops(desk: Dispatch, slug: str) -> list[str]:
    """What does not answer of all that the mail about a correction leads to."""
    from pressroom.newsroom import live

    return live.faults(ready(desk.ws, slug, desk.now()).asks())


def _list(ws: Workspace, slug: str, report: SendReport, now: datetime) -> None:
    if press.is_over(report.counts):
        press.mark_listed(ws.issues / slug, now)


def approve(
    ws: Workspace, slug: str, name: str, now: datetime, *, untested: bool = False
) -> tuple[Path, dict[Locale, datetime]]:
    """Write approved.toml for the due editions as they now are; its path, and their hours.

    Raises SendError for mail that nobody has seen as a test, unless `untested`.
    """
    from pressroom.newsroom import approval

    seen = _fit(ws, slug)
    issue, fresh = seen.folder.issue, _mails(ws, seen, now)
    if not untested:
        _refuse_untested(ws, slug, fresh)
    editions = {
        body.locale: approval.approved(
            fresh[body.locale], files,
            issue.editions[body.locale].send_at or lineup.goes_out(ws, issue),
        )
        for body, files in seen.printed
    }  # fmt: skip
    one = approval.Approval(proofs.person(ws, name), now, approval.engine(), editions)
    hours = {tag: one.send_at for tag, one in editions.items()}
    return approval.write(issue.folder, one), hours


def _refuse_untested(ws: Workspace, slug: str, fresh: Mapping[Locale, MailEdition]) -> None:
    from pressroom.send.job import untested

    if ws.settings.delivery.transport == "outbox":
        return
    with mailing(ws) as base:
        tags = untested(base, slug, fresh)
    if tags:
        raise SendError(
            f"{slug}: {', '.join(tags)} was not test-mailed as it now is. See it first: "
            f"pressroom send {slug} --test. Or, if it was seen elsewhere: --untested"
        )


def publish(ws: Workspace, slugs: Sequence[str], out: Path) -> tuple[BuildReport, list[str]]:
    """Build, run `[archive] publish`, and ask the live site; returns what does not answer."""
    from pressroom.newsroom import live

    report = build(ws, (), out)
    press.run_publish(ws, out)
    asks = []
    for slug in slugs:
        own = [body for body, _ in _fit(ws, slug).printed]
        asks += press.pages(ws, slug, own, site(ws, {slug: own}))
    return report, live.faults(asks)


def edits(ws: Workspace, slug: str) -> dict[Locale, str]:
    """The editions whose files were edited since they were locked, each with its diff."""
    from pressroom.newsroom import locked

    if not locked.is_marked(ws, slug) or not (ws.issues / slug).is_dir():
        return {}
    with mailing(ws) as base:
        return locked.edits(ws, base, slug)


def send_test(
    ws: Workspace,
    slug: str,
    ready: Mapping[Locale, MailEdition],
    now: Callable[[], datetime],
) -> list[Delivery]:
    """Mail every edition to `delivery.test_to`, marked as a test."""
    from pressroom.send.job import deliver_test

    if not (to := ws.settings.delivery.test_to):
        raise UsageError('newsletter.toml: delivery.test_to: is empty. Write ["you@example.org"].')
    with closing(transport(ws, slug)) as door, mailing(ws) as base:
        return deliver_test(ready, to, door, base, now, signer(ws))


def send_to(desk: Dispatch, slug: str, chosen: Mapping[Locale, Print], address: str) -> Delivery:
    """Send the issue to one address."""
    from pressroom.send.job import deliver_one

    mails = {tag: one.mail for tag, one in chosen.items()}
    names = {tag: one.name for tag, one in chosen.items()}
    with closing(transport(desk.ws, slug)) as door:
        return deliver_one(
            desk.base, slug, mails, door, desk.now, address,
            signer=signer(desk.ws), names=names,
        )  # fmt: skip


def send_status(ws: Workspace, slug: str) -> tuple[dict[DeliveryState, int], list[Delivery]]:
    """Where the messages of an issue stand."""
    from pressroom.send.job import deliveries, status

    with mailing(ws) as base:
        return status(base, slug), deliveries(base, slug)


def send_told(ws: Workspace, slug: str) -> dict[str, Any]:
    """Each edition's state and hour, and the last alert, for a script."""
    from pressroom.newsroom import alerting
    from pressroom.send import schedule

    with mailing(ws) as base:
        rows, alert = schedule.of(base, slug), alerting.last(base, slug)
    named = [
        {k: getattr(one, k) for k in ("edition", "state", "at", "why")} for one in rows.values()
    ]
    told = dict(zip(("kind", "to", "time"), alert, strict=True)) if alert else None
    return {"issue": slug, "editions": named, "alert": told}


def standing(desk: Dispatch, slug: str) -> list[str]:
    """In words, what was decided of each edition, its hour in the newsroom's zone."""
    from pressroom.send import schedule

    zone = desk.ws.settings.masthead.tz
    return [
        f"{tag:<10} {row.state.value}, {row.at.astimezone(zone):%A %Y-%m-%d %H:%M} {zone.key}"
        f"{': ' + row.why if row.why else ''}"
        for tag, row in schedule.of(desk.base, slug).items()
    ]


def warming(desk: Dispatch, slug: str) -> bool:
    """Whether messages wait for no other reason than the warm-up plan."""
    from pressroom.model import DeliveryState
    from pressroom.newsroom.course import most
    from pressroom.send.job import status

    return most(desk) == 0 and bool(status(desk.base, slug).get(DeliveryState.PLANNED))


def is_known(ws: Workspace, name: str) -> bool:
    """Whether the mailing database has a word of an issue, or of the mail about a correction."""
    from pressroom.send import schedule
    from pressroom.send.job import status

    with mailing(ws) as base:
        return bool(schedule.of(base, name) or any(status(base, name).values()))


def check_domain(ws: Workspace) -> list[Advice]:
    """What the DNS says of the sending domain, and what it should say."""
    from pressroom.send.domain import check_domain as look

    way = ws.settings.delivery
    domain = press.sender_domain(ws)
    selector = way.dkim.selector if way.dkim else ""
    return look(domain, sending=way.host, selector=selector, key=signer(ws), bounces=way.bounces)
