"""`pressroom send`: the plan a person confirms, the hour, the run, and where it stands."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pressroom import pipeline_send
from pressroom.cli import say, send_status
from pressroom.errors import SendError, UsageError
from pressroom.model import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from pressroom.model import Delivery, Locale
    from pressroom.newsroom.dispatch import Dispatch, Ready
    from pressroom.send.job import Plan
    from pressroom.send.prints import Print
    from pressroom.workspace import Workspace

PATIENCE = timedelta(hours=1)
STATES = [state.value for state in DeliveryState]


@click.command()
@say.an_issue
@click.option("--test", is_flag=True, help="Mail every edition to delivery.test_to.")
@click.option("--to", help="Send to this one address; with --resolve: only this message.")
@click.option("--dry-run", is_flag=True, help="Print the plan and send nothing.")
@click.option("--expect", type=int, help="The number of readers, in place of typing it.")
@click.option("--unusual", is_flag=True, help="The number of readers is far off, and right.")
@click.option("--at", help="Lock it now, send it then: 23:00, 2025-09-05T09:00 (newsroom's zone).")
@click.option("--unschedule", is_flag=True, help="Take back --at; sends nothing.")
@click.option("--relock", is_flag=True, help="Show what was edited since the lock; take it in.")
@click.option("--pause", is_flag=True, help="Stop the running job within a second.")
@click.option("--resume", is_flag=True, help="Go on after --pause.")
@click.option("--cancel", is_flag=True, help="End the send; who has not had it will not get it.")
@click.option("--due", is_flag=True, help="Send what was scheduled or approved; for cron.")
@click.option("--status", "status_", is_flag=True, help="Where the messages stand.")
@click.option("--diff", is_flag=True, help="With --status: what was edited since the lock.")
@click.option("--who", type=click.Choice(STATES), help="The messages in this state, by address.")
@click.option(
    "--resolve", type=click.Choice(["sent", "again", "failed"]), help="The fate of uncertain ones."
)
@click.option(
    "--resolve-log", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take as sent what stands in the mail server's log.",
)  # fmt: skip
@click.option("--check-domain", is_flag=True, help="Explain the SPF, DKIM and DMARC records.")
@say.as_json
@click.pass_context
def send(ctx: click.Context, /, issue: str | None, **options: Any) -> None:
    """Send an issue, once to each reader; run it again after any interruption.

    Over a transport that leaves this machine it prints the plan and asks for the number of
    readers; off a terminal give --expect N.
    """
    room = say.room(ctx)
    _refuse_both(options)
    if options["due"]:
        if issue:
            raise UsageError(f"--due: is for all issues. For one: pressroom send {issue}")
        return _due(ctx, room, json_=options["json_"])
    if options["check_domain"]:
        return send_status.domain(room)
    slug = _slug(room, issue, after=any(options[name] for name in AFTER))
    if options["dry_run"] and (asked := [name for name in ACTS if options[name]]):
        raise UsageError(f"--dry-run: does not go with --{asked[0]}, which acts at once.")
    for name, verb in VERBS.items():
        if options[name]:
            return verb(ctx, room, slug, options)
    return _send(ctx, room, slug, options)


def _refuse_both(options: Mapping[str, Any]) -> None:
    """Two orders at once: whichever was obeyed, the other would be lost without a word."""
    asked = [name for name in VERBS if options[name]]
    if {"resolve", "resolve_log"}.intersection(asked):
        asked = [name for name in asked if name != "to"]
    orders = list({VERBS[name]: name for name in reversed(asked)}.values())
    orders += (
        [name for name in (*SENDS, "due") if options[name]] if orders or options["due"] else []
    )
    if options["due"] and options["dry_run"]:
        raise UsageError("--due: has no --dry-run. What is due: pressroom send --status")
    if len(orders) > 1:
        one, other = (name.strip("_").replace("_", "-") for name in orders[-2:])
        raise UsageError(f"--{one}: does not go with --{other}. Give one of them.")


def _slug(room: Workspace, issue: str | None, *, after: bool) -> str:
    if after and issue and issue not in room.slugs() and pipeline_send.is_known(room, issue):
        return issue
    return say.slug_of(room, issue)


def _desk(
    room: Workspace, progress: Callable[[Delivery], None] = lambda _: None
) -> AbstractContextManager[Dispatch]:
    patience = PATIENCE if sys.stderr.isatty() else timedelta()
    return pipeline_send.sending(room, say.now, say.warn, progress, patience)


# --- sending ---


def _send(ctx: click.Context, room: Workspace, slug: str, options: dict[str, Any]) -> None:
    at = say.hour(options["at"], room.settings.masthead.tz) if options["at"] else None
    ready = pipeline_send.ready(room, slug, say.now())
    with _desk(room) as desk:
        if desk.paused(slug) and not options["resume"]:
            raise SendError(f"{slug}: is paused. To go on: pressroom send {slug} --resume")
        _show_edits(desk, ready)
        chosen = desk.chosen(ready, relock=options["relock"])
        plan = desk.plan(ready, chosen)
        send_status.show_plan(desk, ready, chosen, plan)
        if options["dry_run"]:
            return send_status.dry(plan, json_=options["json_"])
        _allow(desk, ready, chosen, plan, options)
        if at:
            return send_status.scheduled(room, slug, desk.schedule(ready, chosen, at))
        _run(desk, ready, chosen, plan)
    return send_status.done(ctx, room, slug, chosen, json_=options["json_"])


def _run(desk: Dispatch, ready: Ready, chosen: Mapping[Locale, Print], plan: Plan) -> None:
    """Send, with a bar; and say what goes on, or does not, once the command has ended."""
    try:
        with say.progress(plan.total, "send") as step:
            pipeline_send.send(replace(desk, progress=lambda _: step()), ready, chosen)
    except KeyboardInterrupt:
        say.warn(
            "Stopped here. Where cron runs `send --due`, it goes on in a minute; to keep it "
            f"still: pressroom send {ready.slug} --pause"
        )
        raise
    if pipeline_send.warming(desk, ready.slug):
        say.warn(
            f"delivery.warm_up allows no more today (UTC). Tomorrow: pressroom send {ready.slug}, "
            "or `send --due` does it."
        )


def _show_edits(desk: Dispatch, ready: Ready) -> None:
    for edition, diff in desk.edited(ready).items():
        say.warn(f"{edition} was edited since it was locked:")
        for row in diff.splitlines()[:40]:
            say.warn(f"  {row}")


def _allow(desk: Dispatch, ready: Ready, chosen: Any, plan: Plan, options: dict[str, Any]) -> None:
    """Promise 9: over a door that leaves the machine a person gives the number of readers."""
    idle = plan.total == 0 and not (options["expect"] or options["relock"] or options["at"])
    if not desk.leaves or idle:
        return
    stops = desk.stops(ready, chosen, plan, unusual=options["unusual"])
    for words in stops:
        say.warn(f"STOPS {words}")
    if stops:
        raise SendError("Nothing was sent.")
    _confirm(plan.total, options["expect"])


def _confirm(total: int, expect: int | None) -> None:
    if expect is None and not sys.stdin.isatty():
        raise UsageError(f"Nothing was sent. Off a terminal give --expect {total} to mean it.")
    typed = expect if expect is not None else _typed()
    if typed != total:
        raise SendError(f"Nothing was sent: {typed} is not the number of readers ({total}).")


def _typed() -> int | None:
    words = click.prompt("Type the number of readers to send, anything else to leave", err=True)
    return int(words) if words.strip().isdecimal() else None


def _due(ctx: click.Context, room: Workspace, *, json_: bool) -> None:
    with _desk(room) as desk:
        done = pipeline_send.send_due(desk)
    if json_:
        say.data(done)
    for one in [] if json_ else done:
        say.line(f"{'Look ' if one.kind in {'held', 'failed'} else ''}{one.kind}: {one.words}")
    if any(one.kind in {"held", "failed"} for one in done):
        ctx.exit(1)


# --- copies ---


def _test(_: click.Context, room: Workspace, slug: str, options: dict[str, Any]) -> None:
    mails = pipeline_send.mails(room, slug, say.now())
    _copies(pipeline_send.send_test(room, slug, mails, say.now), json_=options["json_"])


def _to(_: click.Context, room: Workspace, slug: str, options: dict[str, Any]) -> None:
    ready = pipeline_send.ready(room, slug, say.now())
    with _desk(room) as desk:
        chosen = desk.chosen(ready)
        stops = desk.unfit(ready, chosen, options["to"])
        for words in stops:
            say.warn(f"STOPS {words}")
        if stops:
            raise SendError("Nothing was sent.")
        one = pipeline_send.send_to(desk, slug, chosen, options["to"])
    _copies([one], json_=options["json_"])


def _copies(done: Sequence[Delivery], *, json_: bool) -> None:
    if json_:
        return say.data([send_status.row(d) for d in done])
    for copy in done:
        say.line(f"  {copy.state.value:<10} {copy.edition:<8} {copy.address}  {copy.reply}")
    if any(d.state is not DeliveryState.SENT for d in done):
        raise SendError("Not all of it was taken; see above.")
    return None


# --- while it goes ---


def _unschedule(_: click.Context, room: Workspace, slug: str, __: dict[str, Any]) -> None:
    with _desk(room) as desk:
        told = desk.unschedule(slug)
    say.line(f"Taken back: {say.listed(told)}." if told else "Nothing was scheduled.")


def _pause(_: click.Context, room: Workspace, slug: str, __: dict[str, Any]) -> None:
    with _desk(room) as desk:
        told = desk.pause(slug)
        begun = desk.paused(slug)
    if not told:
        return say.line("Nothing is being sent, and nothing is scheduled or approved.")
    say.line(f"Paused: {say.listed(told)}.")
    if begun:
        return say.line(f"Next: pressroom send {slug} --resume")
    return say.line(f"Next: pressroom send {slug} to send it now, or --at with another hour")


def _cancel(_: click.Context, room: Workspace, slug: str, __: dict[str, Any]) -> None:
    with _desk(room) as desk:
        told = desk.cancel(slug)
    say.line(f"Cancelled: {say.listed(told)}." if told else "There is nothing to cancel.")
    say.line(f"Next: pressroom send {slug} --status")


def _resolve(_: click.Context, room: Workspace, slug: str, options: dict[str, Any]) -> None:
    from pressroom.newsroom import resolving

    with _desk(room) as desk:
        desk.recover(slug)
        if options["resolve_log"]:
            with options["resolve_log"].open(encoding="utf-8", errors="replace") as log:
                told = resolving.by_log(desk.base, slug, log, say.now)
        else:
            told = resolving.by_word(
                desk.base, slug, options["resolve"], say.now, options["to"] or ""
            )
    say.line(f"Resolved {told.resolved}; {told.left} still uncertain.")
    again = "" if options["resolve"] == "again" else " --status"
    say.line(f"Next: pressroom send {slug}{again}")


def _status(_: click.Context, room: Workspace, slug: str, options: dict[str, Any]) -> None:
    send_status.status(room, slug, who=options["who"], json_=options["json_"])
    if not options["json_"]:
        send_status.edits(room, slug, whole=options["diff"])


SENDS = ("at", "relock", "resume")
ACTS = ("test", "to", "unschedule", "pause", "cancel", "resolve", "resolve_log")
AFTER = ("status_", "who", "diff", "unschedule", "pause", "cancel", "resolve", "resolve_log")
"""What may be asked of the mail about a correction, and of an issue whose folder was renamed."""

VERBS = {
    "status_": _status, "who": _status, "diff": _status, "test": _test, "resolve": _resolve,
    "resolve_log": _resolve, "to": _to, "unschedule": _unschedule, "pause": _pause,
    "cancel": _cancel,
}  # fmt: skip
