"""Commands that print and send: build, send, subscribers."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom import pipeline
from pressroom.cli import say
from pressroom.errors import SendError, UsageError
from pressroom.model import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pressroom.model import Delivery, Locale
    from pressroom.send.job import Plan
    from pressroom.workspace import Workspace


@click.command()
@click.argument("issue", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), help="Default: the newsroom.")
@click.pass_context
def build(ctx: click.Context, issue: tuple[str, ...], out: Path | None) -> None:
    """Render mails (outbox/) and the archive (public/); the same inputs give the same bytes."""
    room = say.room(ctx)
    slugs = [say.slug_of(room, slug) for slug in issue]
    report = pipeline.build(room, slugs, out or room.root)
    for slug, stops in report.kept_out.items():
        say.line(f"Look {slug} is not in the archive: {stops} findings. pressroom check {slug}")
    say.line(f"Built {report.files} files, {report.changed} of them changed.")
    say.line(f"Next: open {(out or room.root) / 'public' / 'index.html'}")


@click.command()
@say.an_issue
@click.option("--test", is_flag=True, help="Mail every edition to delivery.test_to.")
@click.option("--to", help="Send to this one address.")
@click.option("--dry-run", is_flag=True, help="Print the plan and send nothing.")
@click.option("--expect", type=int, help="The number of readers, in place of typing it.")
@click.option("--status", "status_", is_flag=True, help="Where the messages stand.")
@say.as_json
@click.pass_context
def send(
    ctx: click.Context, issue: str | None, test: bool, to: str | None, dry_run: bool,
    expect: int | None, status_: bool, json_: bool,
) -> None:  # fmt: skip
    """Send an issue, once to each reader; run it again after any interruption."""
    room = say.room(ctx)
    slug = say.slug_of(room, issue)
    if status_:
        return _status(room, slug, json_=json_)
    ready = pipeline.mails(room, slug, say.now())
    if test:
        return _copies(pipeline.send_test(room, slug, ready, say.now), json_=json_)
    if to:
        return _copies([pipeline.send_to(room, slug, ready, say.now, to)], json_=json_)
    plan = pipeline.send_plan(room, slug, ready)
    _show(room, slug, plan, {tag: mail.subject for tag, mail in ready.items()})
    if dry_run:
        return say.line("Nothing was sent (--dry-run).") if not json_ else say.data(plan)
    _confirm(room, plan.total, expect)
    with say.progress(plan.total, "send") as step:
        pipeline.send(room, slug, ready, say.now, lambda _: step())
    return _done(ctx, room, slug, json_=json_)


def _show(room: Workspace, slug: str, plan: Plan, subjects: Mapping[Locale, str]) -> None:
    way = room.settings.delivery
    door = f"over {way.host}" if way.transport == "smtp" else f"to the {way.transport}"
    err = sys.stderr
    click.echo(f"{room.settings.masthead.name} {slug}, {door}", file=err)
    for locale, readers in plan.readers.items():
        new = plan.will[locale]
        click.echo(
            f"  {locale:<10} {readers:>6} readers, {new} to send   {subjects[locale]}", file=err
        )
    if plan.last_issue:
        last = sum(plan.last.values())
        click.echo(f"  the issue before ({plan.last_issue}) went to {last}", file=err)


def _confirm(room: Workspace, total: int, expect: int | None) -> None:
    """Promise 9: over a door that leaves the machine a person gives the number of readers."""
    if room.settings.delivery.transport == "outbox" or (total == 0 and expect is None):
        return
    if expect is None and not sys.stdin.isatty():
        raise UsageError(f"Nothing was sent. Off a terminal give --expect {total} to mean it.")
    typed = expect if expect is not None else _typed()
    if typed != total:
        raise SendError(f"Nothing was sent: {typed} is not the number of readers ({total}).")


def _typed() -> int | None:
    words = click.prompt("Type the number of readers to send, anything else to leave", err=True)
    return int(words) if words.strip().isdecimal() else None


def _copies(done: Sequence[Delivery], *, json_: bool) -> None:
    if json_:
        return say.data([_row(d) for d in done])
    for copy in done:
        say.line(f"  {copy.state.value:<10} {copy.edition:<8} {copy.address}  {copy.reply}")
    if any(d.state is not DeliveryState.SENT for d in done):
        raise SendError("Not all of it was taken; see above.")
    return None


def _row(delivery: Delivery) -> dict[str, object]:
    return {k: getattr(delivery, k) for k in ("address", "edition", "state", "reply", "sha256")}


def _done(ctx: click.Context, room: Workspace, slug: str, *, json_: bool) -> None:
    _status(room, slug, json_=json_)
    counts, _ = pipeline.send_status(room, slug)
    if any(n for state, n in counts.items() if state is not DeliveryState.SENT):
        ctx.exit(1)


def _status(room: Workspace, slug: str, *, json_: bool) -> None:
    counts, rows = pipeline.send_status(room, slug)
    if json_:
        return say.data([_row(row) for row in rows])
    for state, number in counts.items():
        if number:
            say.line(f"  {state.value:<10} {number:>6}")
    for row in rows:
        if row.state in {DeliveryState.FAILED, DeliveryState.UNCERTAIN, DeliveryState.DEFERRED}:
            say.line(f"Look {row.state.value}: {row.address}  {row.reply}")
    if not any(counts.values()):
        say.line("Nothing has been sent of this issue.")
    return None


@click.group()
def subscribers() -> None:
    """Readers: import, export, list, forget. Their data never enters git."""


@subscribers.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def import_(ctx: click.Context, file: Path) -> None:
    """Add readers from a CSV with the columns address, name, edition."""
    room = say.room(ctx)
    with pipeline.mailing(room) as base:
        reports = base.import_csv(file, room.locales)
    for report in reports:
        if report.message:
            say.line(f"Look {report}")
    tally = {o: sum(r.outcome == o for r in reports) for o in ("added", "kept", "refused")}
    say.line(say.listed(f"{n} {word}" for word, n in tally.items()) + ".")
    if tally["refused"]:
        ctx.exit(1)


@subscribers.command("export")
@click.pass_context
def export(ctx: click.Context) -> None:
    """Print every reader as CSV."""
    with pipeline.mailing(say.room(ctx)) as base:
        rows = base.export_rows()
    if rows:
        out = csv.DictWriter(sys.stdout, list(rows[0]))
        out.writeheader()
        out.writerows(rows)


@subscribers.command("list")
@say.as_json
@click.pass_context
def list_(ctx: click.Context, json_: bool) -> None:
    """How many active readers each edition has."""
    with pipeline.mailing(say.room(ctx)) as base:
        counts = base.counts()
    if json_:
        return say.data(counts)
    for edition, number in counts.items():
        say.line(f"  {edition:<10} {number:>6}")
    return None


@subscribers.command()
@click.argument("address")
@click.pass_context
def forget(ctx: click.Context, address: str) -> None:
    """Erase a reader; a hash stays, so that no import brings them back."""
    with pipeline.mailing(say.room(ctx)) as base:
        known = base.forget(address)
    say.line("Forgotten." if known else "Nobody has this address.")
