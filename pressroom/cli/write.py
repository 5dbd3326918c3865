"""Commands that write: status, new, eject, gather, stories, pick, draft."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom import pipeline
from pressroom.cli import say
from pressroom.errors import UsageError
from pressroom.model import StoryState
from pressroom.newsroom import lineup
from pressroom.workspace import SLUG

if TYPE_CHECKING:
    from pressroom.model import Story
    from pressroom.workspace import Workspace

SHOWN = 12


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
    return None


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--editions", default="en", help="Locales with commas, the original first.")
@click.option("--name", default="", help="The newsletter's name (default: the folder's).")
def new(folder: Path, editions: str, name: str) -> None:
    """Start a newsroom that builds at once; mail goes to files until you say otherwise."""
    from pressroom.newsroom.start import start

    start(folder, [e.strip() for e in editions.split(",") if e.strip()], name, say.now().date())
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
@click.option("--source", multiple=True, help="Only this source; may be repeated.")
@say.as_json
@click.pass_context
def gather(ctx: click.Context, source: tuple[str, ...], json_: bool) -> None:
    """Fetch the sources into the clippings; one that is broken never stops the rest."""
    room = say.room(ctx)
    begun = say.now()
    total = len(source) or sum(s.on for s in room.sources)
    with say.progress(total, "gather") as step:
        reports = pipeline.gather(room, source, begun, lambda _: step())
    faults = [r for r in reports if r.fault]
    if json_:
        say.data(reports)
    else:
        took = (say.now() - begun).total_seconds()
        answered = sum(r.state != "fault" for r in reports)
        if faults:
            say.line("Look at")
        for report in faults:
            say.line(f"  {report.source:<24} {report.fault}")
        say.line(f"{answered} of {len(reports)} sources answered in {took:.1f} s.")
        for report in reports:
            say.line(f"  {report.source:<24} {report.state:<10} {report.new:>4} new")
        say.line("Next: pressroom stories")
    if faults:
        ctx.exit(1)


@click.command()
@click.argument("query", required=False, default="")
@click.option("--since", help="Only what is newer; default: since the last sent issue.")
@click.option("--all", "all_", is_flag=True, help="Everything kept, and all of the list.")
@say.as_json
@click.pass_context
def stories(ctx: click.Context, query: str, since: str | None, all_: bool, json_: bool) -> None:
    """List the stories, newest first, or search them, in any language."""
    room = say.room(ctx)
    start = say.moment(since, room.settings.masthead.tz) if since else lineup.last_sent(room)
    found = pipeline.stories(room, query, None if all_ else start)
    if json_:
        return say.data([_row(s) for s in found])
    shown = found if all_ or query else found[:SHOWN]
    more = "" if len(shown) == len(found) else f", {len(shown)} of {len(found)} shown (--all)"
    say.line(f"{len(found)} stories{more}")
    for story in shown:
        _show(room, story)
    if shown:
        say.line(f"Next: pressroom pick {' '.join(s.handle for s in shown[:2])}   (a+b: one brief)")
    return None


def _row(story: Story) -> dict[str, object]:
    lead = story.lead
    published = lead.published.isoformat() if lead.published else None
    return {
        "id": lead.id, "handle": story.handle, "title": lead.hed, "url": lead.url,
        "published": published, "outlet": lead.outlet, "state": story.state.value,
        "items": [i.id for i in story.items],
    }  # fmt: skip


def _show(room: Workspace, story: Story) -> None:
    day = (story.lead.published or story.lead.evidence.time).astimezone(room.settings.masthead.tz)
    state = f"{story.state.value} {story.issue}".strip()
    say.line(f" {story.handle:<12} {day:%d %b %Y}  {state}")
    say.line(f"   {story.lead.hed}")
    outlets = dict.fromkeys(i.outlet for i in story.items)
    say.line(f"   {len(story.items)} items: {say.listed(outlets)}")


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[ISSUE] STORY[+STORY]...")
@click.option("--to", default="news_briefs", help="The section (default: news_briefs).")
@click.option("--hold", "state", flag_value="held", help="Keep for a later issue.")
@click.option("--spike", "state", flag_value="spiked", help="Do not use.")
@click.option("--drop", "state", flag_value="new", help="Take out of every list.")
@click.pass_context
def pick(ctx: click.Context, words: tuple[str, ...], to: str, state: str | None) -> None:
    """Put stories into the lineup of an issue; `a+b` makes one brief of two."""
    room = say.room(ctx)
    slug, entries = _split(room, words)
    kinds = [s.kind for s in room.settings.sections]
    if to not in kinds:
        raise UsageError(f'There is no section "{to}". Known: {say.listed(kinds)}.')
    decided = StoryState(state or "picked")
    pipeline.pick(room, slug, entries, to, decided)
    say.line(f"{slug} {to}: {decided.value} {say.listed(entries)}    -> issues/{slug}/issue.toml")
    say.line(f"Next: pressroom draft {slug}")


def _split(room: Workspace, words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    if SLUG.match(words[0]):
        if not words[1:]:
            raise UsageError("Name at least one story: pressroom stories lists them.")
        return words[0], words[1:]
    return lineup.open_or_next(room, None, say.now()), words


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
    say.line(f"Next: pressroom check {slug}")
    sys.stdout.flush()
