"""Commands that print: build, publish, approve."""

from __future__ import annotations

from pathlib import Path

import click

from pressroom import pipeline, pipeline_send
from pressroom.cli import say

AN_OUT = click.option("--out", type=click.Path(path_type=Path), help="Default: the newsroom.")


@click.command()
@click.argument("issue", nargs=-1)
@AN_OUT
@click.pass_context
def build(ctx: click.Context, issue: tuple[str, ...], out: Path | None) -> None:
    """Render mails (outbox/) and the archive (public/); the same inputs give the same bytes."""
    room = say.room(ctx)
    slugs = [say.slug_of(room, slug) for slug in issue]
    report = pipeline.build(room, slugs, out or room.root)
    _built(report)
    for slug in slugs:
        say.edits(room, slug)
    say.line(f"Next: open {(out or room.root) / 'public' / 'index.html'}")


@click.command()
@click.argument("issue", nargs=-1)
@AN_OUT
@click.pass_context
def publish(ctx: click.Context, issue: tuple[str, ...], out: Path | None) -> None:
    """Build, run [archive] publish, then ask the live site for its pages and pictures."""
    room = say.room(ctx)
    slugs = [say.slug_of(room, slug) for slug in issue] or list(room.slugs()[-1:])
    report, faults = pipeline_send.publish(room, slugs, out or room.root)
    _built(report)
    for fault in faults:
        say.line(f"Look {fault}")
    if faults:
        ctx.exit(1)
    say.line(f"The live site answers for {say.listed(slugs)}.")


def _built(report: pipeline.BuildReport) -> None:
    for slug, stops in report.kept_out.items():
        say.line(f"Look {slug} is not in the archive: {stops} findings. pressroom check {slug}")
    say.line(f"Built {report.files} files, {report.changed} of them changed.")


@click.command()
@say.an_issue
@click.option("--as", "name", required=True, help="Somebody in [people].")
@click.option("--untested", is_flag=True, help="Though no test was mailed from this machine.")
@click.pass_context
def approve(ctx: click.Context, /, issue: str | None, name: str, *, untested: bool) -> None:
    """Write approved.toml: what may be sent, by its hashes. Commit it for the server."""
    room = say.room(ctx)
    slug = say.slug_of(room, issue)
    path, hours = pipeline_send.approve(room, slug, name, say.now(), untested=untested)
    say.line(f"Approved {slug}    -> {say.short(path, room.root)}")
    say.hours(room, hours)
    say.line("Next: commit it; a server with `pressroom send --due` sends these bytes alone.")
