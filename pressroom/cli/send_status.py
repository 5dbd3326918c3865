"""What `pressroom send` shows: the plan before, where the messages stand after."""

from __future__ import annotations

import re
import sys
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from pressroom import pipeline_send
from pressroom.cli import say
from pressroom.model import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import click

    from pressroom.model import Delivery, Locale
    from pressroom.newsroom.dispatch import Dispatch, Ready
    from pressroom.send.job import Plan
    from pressroom.send.prints import Print
    from pressroom.workspace import Workspace

WORDS = {
    DeliveryState.SENT: "accepted",
    DeliveryState.PLANNED: "planned",
    DeliveryState.LEASED: "in hand",
    DeliveryState.SENDING: "on its way",
    DeliveryState.DEFERRED: "waiting",
    DeliveryState.FAILED: "refused",
    DeliveryState.UNCERTAIN: "uncertain",
    DeliveryState.BOUNCED: "bounced",
}
NAMED = (DeliveryState.FAILED, DeliveryState.UNCERTAIN, DeliveryState.DEFERRED)
ENOUGH = 20
ADDRESS = re.compile(r"[^\s<>\"']+@[^\s<>\"',;:]+")


def row(delivery: Delivery) -> dict[str, object]:
    """A delivery as JSON."""
    return {k: getattr(delivery, k) for k in ("address", "edition", "state", "reply", "sha256")}


def show_plan(desk: Dispatch, ready: Ready, chosen: Mapping[Locale, Print], plan: Plan) -> None:
    """The plan on standard error: who gets which edition, what was tested, approved, decided."""
    room, slug = desk.ws, ready.slug
    way = room.settings.delivery
    door = f"to real readers, over {way.host or way.transport}"
    if way.transport == "outbox":
        door = "to files in outbox/"
    say.warn(f"{room.settings.masthead.name} {slug}, {door}")
    for locale, readers in plan.readers.items():
        time = plan.tested[locale][11:16]
        tested = f"tested {time} UTC, same bytes" if time else ""
        words = f"  {locale:<10} {readers:>6,} readers, {plan.will[locale]:,} to send   "
        say.warn(f"{words}{chosen[locale].mail.subject}   {tested}".rstrip())
    for locale in ready.later:
        say.warn(f"  {locale:<10} later")
    if plan.last_issue:
        last, now = sum(plan.last.values()), sum(plan.readers.values())
        say.warn(
            f"  last issue ({plan.last_issue}) {last:,} readers; now {now:,} ({now - last:+,})"
        )
    for words in (*pipeline_send.standing(desk, slug), *_approved(room, ready)):
        say.warn(f"  {words}")
    if desk.leaves and plan.total:
        say.warn(
            f"Staff get it now, the rest in {way.grace}; "
            f"`pressroom send {slug} --pause` stops it at any time."
        )


def _approved(room: Workspace, ready: Ready) -> list[str]:
    if not (one := ready.approval):
        return []
    zone = room.settings.masthead.tz
    return [f"approved by {one.by}, {one.time.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}"]


def dry(plan: Plan, *, json_: bool) -> None:
    """The end of a dry run."""
    return say.data(plan) if json_ else say.line("Nothing was sent (--dry-run).")


def scheduled(room: Workspace, slug: str, hours: Mapping[Locale, datetime]) -> None:
    """What was scheduled, and what has to run."""
    say.hours(room, hours)
    say.line("Locked and scheduled. `pressroom send --due` must run then: see docs/sending.md")
    say.line(f"Next: pressroom send {slug} --status")


def done(
    ctx: click.Context, room: Workspace, slug: str, editions: Collection[Locale], *, json_: bool
) -> None:
    """After a run: the status, and exit code 1 while not all of these editions is accepted."""
    status(room, slug, who=None, json_=json_)
    _, rows = pipeline_send.send_status(room, slug)
    good = {DeliveryState.SENT, DeliveryState.BOUNCED}
    if any(one.state not in good for one in rows if one.edition in editions):
        ctx.exit(1)


def status(room: Workspace, slug: str, *, who: str | None, json_: bool) -> None:
    """The ledger of an issue, by state; those in one state by address with `who`."""
    counts, rows = pipeline_send.send_status(room, slug)
    if who:
        rows = [one for one in rows if one.state.value == who]
        return say.data([row(one) for one in rows]) if json_ else _each(rows)
    if json_:
        told = pipeline_send.send_told(room, slug)
        return say.data(told | {"counts": counts, "messages": [row(one) for one in rows]})
    return _told(room, slug, counts, rows)


def _each(rows: Sequence[Delivery]) -> None:
    for one in rows:
        say.line(f"  {one.address}  {one.edition}  {one.reply}")


def _told(
    room: Workspace, slug: str, counts: Mapping[DeliveryState, int], rows: Sequence[Delivery]
) -> None:
    with pipeline_send.sending(room, say.now, say.warn) as desk:
        for words in pipeline_send.standing(desk, slug):
            say.line(words)
    for state, number in counts.items():
        if number:
            say.line(f"  {WORDS[state]:<10} {number:>6,}")
    _named([one for one in rows if one.state in NAMED])
    if alert := pipeline_send.send_told(room, slug)["alert"]:
        zone = room.settings.masthead.tz
        time = datetime.fromisoformat(alert["time"]).astimezone(zone)
        whom = alert["to"] or "nobody"
        say.line(f'Last alert: "{alert["kind"]}" to {whom}, {time:%Y-%m-%d %H:%M} {zone.key}')
    if not any(counts.values()):
        say.line("Nothing has been sent of this issue.")


def _named(rows: Sequence[Delivery]) -> None:
    """What needs a look: by address on a terminal; elsewhere, where it may be kept, by number."""
    if sys.stdout.isatty():
        told = [f"{WORDS[one.state]}: {one.address}  {one.reply}" for one in rows]
    else:
        alike = Counter((one.state, ADDRESS.sub("<address>", one.reply)) for one in rows)
        told = [f"{WORDS[state]}: {n:,}  {reply}" for (state, reply), n in alike.most_common()]
    for words in told[:ENOUGH]:
        say.line(f"Look {words}")
    if len(told) > ENOUGH:
        say.line(f"  and {len(told) - ENOUGH} more: --who failed, uncertain or deferred")


def edits(room: Workspace, slug: str, *, whole: bool) -> None:
    """What was edited since the lock; the diff whole where it is asked for."""
    if not whole:
        return say.edits(room, slug)
    for diff in pipeline_send.edits(room, slug).values():
        for line in diff.splitlines():
            say.line(line)
    return None


def domain(room: Workspace) -> None:
    """Explain the DNS records of the sending domain."""
    for advice in pipeline_send.check_domain(room):
        say.line(str(advice))
