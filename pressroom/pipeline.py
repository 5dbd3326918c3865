"""The straight line, and the only file that wires stages.

    gather | stories | pick | draft | check | build | send

Each function takes a workspace and plain values, does one verb of the command line, and
returns what happened; printing is the command line's business.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pressroom.errors import SendError, UsageError, did_you_mean
from pressroom.model import Locale, Medium, Rendering, Signed
from pressroom.newsroom import drafting, gathering, lineup, press, proofs, storyboard
from pressroom.newsroom.memory import remembering
from pressroom.newsroom.promises import promises

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pressroom.gather.run import SourceReport
    from pressroom.manuscript.folder import Folder
    from pressroom.model import (
        Delivery,
        DeliveryState,
        EditionBody,
        Finding,
        House,
        Transport,
    )
    from pressroom.newsroom.ranking import Ranked
    from pressroom.send.job import Plan, SendReport
    from pressroom.send.message import MailEdition
    from pressroom.store.mailing import Mailing
    from pressroom.workspace import Workspace

# --- gather ---


def gather(
    ws: Workspace,
    only: Sequence[str],
    now: datetime,
    progress: Callable[[SourceReport], None],
    *,
    force: bool = False,
) -> list[SourceReport]:
    """Fetch the sources that are on (or those named) into the clippings and the evidence."""
    return gathering.gather(ws, only, now, progress, force=force)


def merge(ws: Workspace, place: Path, now: datetime) -> gathering.Merged:
    """Join another machine's clippings and evidence into ours."""
    return gathering.merge(ws, place, now)


# --- stories and pick ---


def stories(
    ws: Workspace, now: datetime, query: str = "", since: datetime | None = None
) -> list[Ranked]:
    """The stories of the clippings, best first, each with its reasons and its state."""
    return storyboard.stories(ws, now, query, since)


def pick(
    ws: Workspace, slug: str, wanted: Sequence[str], choice: storyboard.Choice, now: datetime
) -> tuple[str, ...]:
    """Put stories into the lineup of an issue, hold, spike or drop them; the entries written."""
    return storyboard.pick(ws, slug, wanted, choice, now)


# --- draft ---


def draft(
    ws: Workspace, slug: str, sections: Sequence[str], editions: Sequence[str], now: datetime
) -> drafting.DraftReport:
    """Create or fill the issue folder from the lineup; never touch what stands there."""
    from pressroom.chat import Chat
    from pressroom.store.files import recover

    folder = ws.issues / slug
    recover(folder)
    took = storyboard.default_lineup(ws, folder, now)
    issue = lineup.read(ws, folder)
    table = ws.settings.model
    chat = table and Chat(
        table.base_url, table.name, table.key_env, table.timeout, table.max_tokens,
        ws.private / "calls.jsonl",
    )  # fmt: skip
    told = [row.story for row in stories(ws, now)] if issue.lineup else []
    known = {str(story.handle): story for story in told}
    chosen = {k: lineup.lineup_stories(v, known) for k, v in issue.lineup.items()}
    job = drafting.DraftJob(ws, issue, chosen, chat or None, now, promises(ws, slug))
    kinds = sections or [*(s.kind for s in ws.settings.sections), "opening"]
    report = job.run(kinds, _written(ws, editions))
    return replace(report, took=took)


def _written(ws: Workspace, editions: Sequence[str]) -> list[Locale]:
    """The editions to draft: those named, or all that are written and not derived."""
    for tag in editions:
        if tag not in ws.written:
            reason = "is derived, and needs no draft" if tag in ws.locales else "is no edition"
            raise UsageError(f'"{tag}" {reason}.{did_you_mean(tag, ws.written)}')
    return [Locale(e) for e in editions] or list(ws.written)


# --- check ---


def check(ws: Workspace, slug: str, *, alone: bool = False) -> list[Finding]:
    """Every finding of every rule that is on, worst first.

    `alone` leaves out what only earlier issues tell: nothing of it stops a send.
    """
    from pressroom import plugins
    from pressroom.check.run import run

    own = ws.settings.plugins.get("check", {})
    off = set(ws.settings.check.off)
    for name in off - set(plugins.names("check", own)):
        raise UsageError(
            f'check.off: "{name}" is no rule.{did_you_mean(name, plugins.names("check"))}'
        )
    rules = [
        plugins.load("check", n, ws.root, own) for n in plugins.names("check", own) if n not in off
    ]
    folder = proofs.folder(ws, slug)
    bodies = [body for body in _bodies(ws, folder) if body.locale in folder.issue.due]
    rendered = () if folder.faults else tuple(r for b in bodies for r in _render(ws, b))
    proof = proofs.proof(ws, folder, rendered)
    return run(proof if alone else remembering(ws, proof), rules)


def fix(ws: Workspace, slug: str, *, dry: bool = False) -> dict[Path, tuple[str, str]]:
    """Mend what is mechanical and write missing ids; returns old and new text by file."""
    from pressroom.check.mend import mend
    from pressroom.check.polish import leaning, polish

    found, style = proofs.folder(ws, slug), ws.settings.style
    texts = [(tag, script.cut.join()) for (_, tag), script in found.scripts.items()]
    lean = {
        locale: leaning((t for tag, t in texts if tag == locale), locale, style)
        for locale in ws.locales
    }

    def mended(text: str, locale: Locale) -> str:
        return polish(mend(text, locale), locale, lean[locale])

    changed = {}
    for path, before, after in proofs.mended(found, mended):
        changed[path] = (before, after)
        if not dry:
            from pressroom.store.files import write_atomic

            write_atomic(path, after.encode())
    return changed


def sign(ws: Workspace, slug: str, block: str, name: str, now: datetime) -> list[str]:
    """Record that a person read a block, in every edition whose words were a machine's."""
    signed = Signed(proofs.person(ws, name), now.isoformat(timespec="seconds"), "")
    return proofs.sign(proofs.folder(ws, slug), block, signed)


# --- build ---


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build wrote: files changed of all, and issues kept out of the archive and why."""

    changed: int
    files: int
    kept_out: Mapping[str, int]


def house(ws: Workspace) -> House:
    """What every page and mail says of the newsroom."""
    return press.house(ws)


def build(ws: Workspace, slugs: Sequence[str], out: Path) -> BuildReport:
    """Render every due edition and the archive; all in memory first, then file by file.

    An issue that a finding would stop from being sent gets its mails, so that the editor
    can look at them, and no page in the archive.
    """
    from pressroom.archive.site import build_site
    from pressroom.render.jinja import Templates

    mails: dict[str, bytes] = {}
    public: list[EditionBody] = []
    pages: list[Rendering] = []
    kept_out = {}
    figures = {}
    for slug in slugs or ws.slugs():
        bodies = _due_bodies(ws, slug)
        rendered = [(body, _render(ws, body)) for body in bodies]
        mails |= {k: v for body, files in rendered for k, v in _mail_files(ws, body, files).items()}
    for slug in ws.slugs():
        if stops := sum(f.severity.value == "stop" for f in check(ws, slug, alone=True)):
            kept_out[slug] = stops
            continue
        public += _due_bodies(ws, slug)
        figures[slug] = press.pictures(ws.issues / slug)
    pages = [_one(ws, body, Medium.MARKDOWN) for body in public]
    draw = Templates(house(ws).templates).draw
    site = build_site(house(ws), public, pages, figures, draw)
    files = mails | {f"public/{name}": data for name, data in site.items()}
    return BuildReport(press.publish(out, files), len(files), kept_out)


def _bodies(ws: Workspace, folder: Folder) -> list[EditionBody]:
    from pressroom.probe.show import parts, read_probe

    probe = read_probe(folder.issue.folder)
    return [
        press.edition(ws, folder, locale, parts(probe, locale))
        for locale, plan in folder.issue.editions.items()
        if plan.status != "skip" and folder.of(locale)
    ]


def _due_bodies(ws: Workspace, slug: str) -> list[EditionBody]:
    folder = proofs.folder(ws, slug)
    proofs.refuse_faults(folder)
    return [body for body in _bodies(ws, folder) if body.locale in folder.issue.due]


def _render(ws: Workspace, body: EditionBody) -> list[Rendering]:
    return [_one(ws, body, medium) for medium in Medium]


def _one(ws: Workspace, body: EditionBody, medium: Medium) -> Rendering:
    from pressroom import plugins

    output = plugins.load("output", medium.value, ws.root, ws.settings.plugins.get("output", {}))
    return Rendering(body.locale, medium, output(house(ws)).render(body))


def _mail_files(ws: Workspace, body: EditionBody, files: Iterable[Rendering]) -> dict[str, bytes]:
    from pressroom.render.email import Email

    place = f"outbox/{body.slug}/{body.locale}/email"
    kept = {f"{place}.{r.medium.value}": r.data for r in files if r.medium is not Medium.MARKDOWN}
    return kept | {f"{place}.mjml": Email(house(ws)).mjml(body).encode()}


# --- send ---


def mailing(ws: Workspace) -> Mailing:
    """The mailing database: a SQLite file in the private folder, or the URL that is set."""
    from pressroom.store.mailing import Mailing

    ws.private.mkdir(parents=True, exist_ok=True)
    return Mailing.open(ws.settings.delivery.database or f"sqlite:///{ws.private / 'mailing.db'}")


def mails(ws: Workspace, slug: str, now: datetime) -> dict[Locale, MailEdition]:
    """The due editions ready to be addressed; SendError when a finding stops the send."""
    stops = [f for f in check(ws, slug, alone=True) if f.severity.value == "stop"]
    if stops:
        raise SendError(
            f"{slug}: {len(stops)} findings stop the send, the first at {stops[0].path}:"
            f"{stops[0].line}: {stops[0].message} See all: pressroom check {slug}"
        )
    folder = proofs.folder(ws, slug)
    bodies = _due_bodies(ws, slug)
    return {b.locale: press.mail(ws, folder.issue, b, _render(ws, b), now) for b in bodies}


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
        )
    return kind(table)  # type: ignore[no-any-return]


def send_plan(ws: Workspace, slug: str, ready: Mapping[Locale, MailEdition]) -> Plan:
    """What a send would do; nothing is changed."""
    from pressroom.send.job import plan

    with mailing(ws) as base:
        return plan(base, slug, ready, leaves=ws.settings.delivery.transport != "outbox")


def send(
    ws: Workspace,
    slug: str,
    ready: Mapping[Locale, MailEdition],
    now: Callable[[], datetime],
    progress: Callable[[Delivery], None],
) -> SendReport:
    """Deliver to every reader who has not had the issue; when all have, list it as sent."""
    from pressroom.send.job import deliver

    with closing(transport(ws, slug)) as door, mailing(ws) as base:
        report = deliver(base, slug, ready, door, now, progress)
    if press.is_over(report.counts):
        press.mark_listed(ws.issues / slug, now())
    return report


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
        return deliver_test(ready, to, door, base, now)


def send_to(
    ws: Workspace,
    slug: str,
    ready: Mapping[Locale, MailEdition],
    now: Callable[[], datetime],
    address: str,
) -> Delivery:
    """Send the issue to one address."""
    from pressroom.send.job import deliver_one

    with closing(transport(ws, slug)) as door, mailing(ws) as base:
        return deliver_one(base, slug, ready, door, now, address)


def send_status(ws: Workspace, slug: str) -> tuple[dict[DeliveryState, int], list[Delivery]]:
    """Where the messages of an issue stand."""
    from pressroom.send.job import deliveries, status

    with mailing(ws) as base:
        return status(base, slug), deliveries(base, slug)
