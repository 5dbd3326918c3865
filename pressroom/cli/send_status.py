"""What `pressroom send` shows: the plan before, where the messages stand after."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pressroom import pipeline_send
from pressroom.cli import say
from pressroom.model import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from pressroom.model import Delivery, Locale
    from pressroom.send.job import Plan
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


def row(delivery: Delivery) -> dict[str, object]:
    """A delivery as JSON."""
    return {k: getattr(delivery, k) for k in ("address", "edition", "state", "reply", "sha256")}


def show_plan(room: Workspace, slug: str, plan: Plan, subjects: Mapping[Locale, str]) -> None:
    """The plan on standard error: editions, readers, subject, test, the last issue's count."""
    way = room.settings.delivery
    door = f"to real readers, over {way.host or way.transport}"
    if way.transport == "outbox":
        door = "to files in outbox/"
    err = sys.stderr
    click.echo(f"{room.settings.masthead.name} {slug}, {door}", file=err)
    for locale, readers in plan.readers.items():
        tested = (
            f"tested {plan.tested[locale][11:16]} UTC, same bytes" if plan.tested[locale] else ""
        )
        words = f"  {locale:<10} {readers:>6} readers, {plan.will[locale]} to send   "
        click.echo(f"{words}{subjects[locale]}   {tested}".rstrip(), file=err)
    if plan.last_issue:
        last, now = sum(plan.last.values()), sum(plan.readers.values())
        click.echo(
            f"  last issue ({plan.last_issue}) {last} readers; now {now} ({now - last:+})", file=err
        )


def dry(plan: Plan, *, json_: bool) -> None:
    """The end of a dry run."""
    return say.data(plan) if json_ else say.line("Nothing was sent (--dry-run).")


def scheduled(slug: str, hours: Mapping[Locale, datetime]) -> None:
    """What was scheduled, and what has to run."""
    for tag, hour in hours.items():
        say.line(f"  {tag:<10} {hour:%A %Y-%m-%d %H:%M %Z}")
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
    if json_:
        return say.data([row(one) for one in rows])
    if who:
        return _each(rows)
    return _told(room, slug, counts, rows)


def _each(rows: Sequence[Delivery]) -> None:
    for one in rows:
        say.line(f"  {one.address}  {one.edition}  {one.reply}")


def _told(
    room: Workspace, slug: str, counts: Mapping[DeliveryState, int], rows: Sequence[Delivery]
) -> None:
    for words in pipeline_send.send_told(room, slug):
        say.line(words)
    for state, number in counts.items():
        if number:
            say.line(f"  {WORDS[state]:<10} {number:>6}")
    named = [one for one in rows if one.state in NAMED]
    for one in named[:ENOUGH]:
        say.line(f"Look {WORDS[one.state]}: {one.address}  {one.reply}")
    if len(named) > ENOUGH:
        say.line(f"  and {len(named) - ENOUGH} more: --who failed, uncertain or deferred")
    if not any(counts.values()):
        say.line("Nothing has been sent of this issue.")


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
