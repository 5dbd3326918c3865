"""Commands that write: status, new, eject, draft; those of the desk stand in desk.py."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pressroom import pipeline
from pressroom.cli import say
from pressroom.errors import UsageError
from pressroom.newsroom import lineup


@click.command()
@say.an_issue
@say.as_json
@click.pass_context
def status(ctx: click.Context, issue: str | None, json_: bool) -> None:
    """Where the issue stands: what needs you, section by edition, the next command."""
    from pressroom.newsroom.board import board, rows

    room = say.room(ctx)
    found = board(room, issue, pipeline.check, say.now())
    if json_:
        return say.data(found)
    for row in rows(found):
        say.line(row)
    if found.issue:
        say.edits(room, found.issue)
    return None


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--editions", default="en", help="Locales with commas, the original first.")
@click.option("--name", default="", help="The newsletter's name (default: the folder's).")
def new(folder: Path, editions: str, name: str) -> None:
    """Start a newsroom that builds at once; mail goes to files until you say otherwise."""
    from pressroom.newsroom.start import start, strangers

    start(folder, [e.strip() for e in editions.split(",") if e.strip()], name, say.now().date())
    for tag in strangers(e.strip() for e in editions.split(",")):
        say.line(f"Look {tag} has no file in pressroom/lang/: its pages and mails speak English.")
    say.line(f"Started {folder}. Mail goes to outbox/ until newsletter.toml says otherwise.")
    say.line(f"Next: cd {folder} && pressroom")


@click.command()
@click.argument("path")
@click.pass_context
def eject(ctx: click.Context, path: str) -> None:
    """Copy one shipped file (such as templates/site/style.css) into the newsroom."""
    from pressroom.newsroom.start import eject as copy

    say.line(f"Copied {copy(say.room(ctx).root, path)}. It now wins over the shipped one.")


@click.command()
@click.argument("issue", required=False)
@click.option("--section", multiple=True, help="Only this section; may be repeated.")
@click.option("--edition", multiple=True, help="Only this edition; may be repeated.")
@click.pass_context
def draft(
    ctx: click.Context, issue: str | None, section: tuple[str, ...], edition: tuple[str, ...]
) -> None:
    """Write manuscripts from the lineup (ISSUE: a date, `next`, or the open issue)."""
    room = say.room(ctx)
    kinds = [s.kind for s in room.settings.sections]
    for name in section:
        if name not in kinds:
            raise UsageError(f'There is no section "{name}". Known: {say.listed(kinds)}.')
    slug = lineup.open_or_next(room, issue, say.now())
    report = pipeline.draft(room, slug, section, edition, say.now())
    if report.took:
        say.line(f"No lineup was set: took {say.listed(report.took)}    -> issue.toml")
    for words in report.said:
        say.line(f"Look {words}")
    if room.settings.model is None:
        say.line("No model is set: summaries are sentences lifted from the sources, marked so.")
    for name, blocks in report.wrote:
        say.line(f"  wrote    {name:<26} {blocks} blocks")
    for name, blocks in report.added:
        say.line(f"  added    {name:<26} {blocks} blocks at its end; yours above are untouched")
    for name in report.kept:
        say.line(f"  kept     {name:<26} nothing new for it: nothing touched")
    say.line(f"{report.calls} calls to a model.")
    if report.wrote or report.added:
        say.line("Every machine block needs your name: pressroom sign.")
    say.edits(room, slug)
    say.line(f"Next: pressroom check {slug}")
    sys.stdout.flush()
