"""Commands of the desk: gather, stories, pick."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom import pipeline
from pressroom.cli import by_hand, say
from pressroom.errors import UsageError
from pressroom.model import StoryState
from pressroom.newsroom import lineup
from pressroom.newsroom.storyboard import Choice
from pressroom.workspace import SLUG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.gather.run import SourceReport
    from pressroom.newsroom.ranking import Ranked
    from pressroom.workspace import Workspace

SHOWN = 12
COLUMNS = 78


@click.command()
@click.option("--source", multiple=True, help="Only this source, due or not; may be repeated.")
@click.option("--now", "force", is_flag=True, help="Ask also those that asked us to wait.")
@by_hand.options
@say.as_json
@click.pass_context
def gather(
    ctx: click.Context, /, source: tuple[str, ...], force: bool, json_: bool, **other: str | None
) -> None:
    """Fetch the sources into the clippings; one that is broken never stops the rest."""
    if by_hand.run(ctx, other, json_=json_):
        return
    room, begun = say.room(ctx), say.now()
    total = len(source) or sum(s.on for s in room.sources)
    with say.progress(total, "gather") as step:
        reports = pipeline.gather(room, source, begun, lambda _: step(), force=force)
    if json_:
        say.data(reports)
    else:
        _gathered(reports, (say.now() - begun).total_seconds())
    if any(r.fault for r in reports):
        ctx.exit(1)


def _gathered(reports: Sequence[SourceReport], seconds: float) -> None:
    """First what needs the editor, then what was done, last the next command."""
    look = [(r.source, words) for r in reports for words in (r.fault, r.stale) if words]
    if look:
        say.line("Look at")
    for slug, words in look:
        say.line(f"  {slug:<24} {words}")
    for report in (r for r in reports if r.note):
        say.line(f"  {report.source:<24} {report.note}")
    answered = sum(r.state not in {"fault", "waiting"} for r in reports)
    new, kept = sum(r.new for r in reports), sum(r.kept for r in reports)
    say.line(f"{answered} of {len(reports)} sources answered in {seconds:.1f} s. {new} new items.")
    for report in reports:
        say.line(f"  {report.source:<24} {report.state:<10} {report.new:>4} new")
    say.line(f"Kept as evidence: {kept} answers.")
    say.line("Next: pressroom stories")


# --- stories ---


@click.command()
@click.argument("query", nargs=-1, metavar="[QUERY] | cluster FILE.jsonl")
@click.option("--since", help="Only what is newer; default: since the last sent issue.")
@click.option("--all", "all_", is_flag=True, help="Everything kept, and all of the list.")
@say.as_json
@click.pass_context
def stories(
    ctx: click.Context, query: tuple[str, ...], since: str | None, all_: bool, json_: bool
) -> None:
    """List the stories, best first, with the reasons, or search them, in any language.

    `stories cluster FILE.jsonl` groups any items, one JSON object a line ({id, title, text,
    url?, published?, locale?}), and prints {id, story, text} for each; one text: the same
    words, address or title.
    """
    if query[:1] == ("cluster",) and len(query) > 1:
        ctx.exit(_cluster(query[1:]))
    room, words = say.room(ctx), " ".join(query)
    start = say.moment(since, room.settings.masthead.tz) if since else lineup.last_sent(room)
    start = None if all_ else start
    found = pipeline.stories(room, say.now(), words, start)
    if json_:
        say.data([_row(row) for row in found])
    else:
        _listed(room, found, found if all_ or words else found[:SHOWN])


def _cluster(files: Sequence[str]) -> int:
    """Print `{id, story}` for each row; a row that cannot be used is named, the rest go on."""
    from pressroom.gather.stories import cluster_rows

    if len(files) != 1 or not Path(files[0]).is_file():
        raise UsageError(f"{' '.join(files)}: there is no such file. Name one file of JSON lines.")
    with Path(files[0]).open(encoding="utf-8", errors="surrogateescape") as rows:
        found = list(cluster_rows(rows, files[0]))
    for row in found:
        words = row.get("error")
        click.echo(words or json.dumps(row, ensure_ascii=False), err=bool(words))
    return int(any("error" in row for row in found))


def _row(row: Ranked) -> dict[str, object]:
    story, lead = row.story, row.story.lead
    published = lead.published.isoformat() if lead.published else None
    told = {k: v for k, v in asdict(row).items() if k != "story"}
    return {
        "id": lead.id, "handle": story.handle, "title": lead.hed, "url": lead.url,
        "published": published, "outlet": lead.outlet, "state": story.state.value,
        "issue": story.issue, "items": [i.id for i in story.items],
        "verbatim_items": sorted(story.verbatim), **told,
    }  # fmt: skip


def _listed(room: Workspace, found: Sequence[Ranked], shown: Sequence[Ranked]) -> None:
    more = "" if len(shown) == len(found) else f", {len(shown)} of {len(found)} shown (--all)"
    say.line(f"{len(found)} stories{more}")
    for row in shown:
        for line in _lines(room, row):
            say.line(line)
    open_ = [r.story.handle for r in shown if r.story.state in {StoryState.NEW, StoryState.HELD}]
    if open_:
        say.line(f"Next: pressroom pick {' '.join(open_[:2])}   (a+b: one brief)")


def _lines(room: Workspace, row: Ranked) -> list[str]:
    story = row.story
    day = (story.lead.published or story.lead.evidence.time).astimezone(room.settings.masthead.tz)
    state = f"{story.state.value} {story.issue}".strip()
    if row.repeats and story.state is not StoryState.USED:
        state += f", repeats {row.repeats}"
    state += f", {row.since} items new since" if row.since else ""
    lines = [
        f" {story.handle:<12} {day:%d %b %Y}  {state}",
        f"   {say.fit(story.lead.hed, COLUMNS)}",
    ]
    other = next((i for i in story.items if i.locale != story.lead.locale), None)
    lines += [f"   {say.fit(other.hed, COLUMNS)}"] if other else []
    lines.append(f"   {_carried(row)}")
    lines += [f"   why: {'; '.join(row.why)}"] if row.why else []
    return lines


def _carried(row: Ranked) -> str:
    levels = say.listed(f"{level} {n}" for level, n in row.levels.items())
    word = "outlet" if row.outlets == 1 else "outlets"
    copies = f", {row.verbatim} items word for word" if row.verbatim else ""
    return f"{row.outlets} {word}{copies}{': ' if levels else ''}{levels}"


# --- pick ---


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[ISSUE] STORY[+STORY]...")
@click.option("--to", default="news_briefs", help="The section (default: news_briefs).")
@click.option("--hold", is_flag=True, help="Keep for a later issue.")
@click.option("--spike", is_flag=True, help="Do not use.")
@click.option("--drop", is_flag=True, help="Take out of every list.")
@click.option("--note", default="", help="A note to oneself; the draft writes it as a %% line.")
@click.pass_context
def pick(
    ctx: click.Context, words: tuple[str, ...], *, to: str, hold: bool, spike: bool, drop: bool,
    note: str,
) -> None:  # fmt: skip
    """Put stories into the lineup of an issue; `a+b` makes one brief of two."""
    room = say.room(ctx)
    slug, wanted = _split(room, words)
    kinds = [s.kind for s in room.settings.sections]
    if to not in kinds:
        raise UsageError(f'There is no section "{to}". Known: {say.listed(kinds)}.')
    asked = {"hold": hold, "spike": spike, "drop": drop}
    choice = Choice(to, _state([name for name, on in asked.items() if on]), note)
    entries = pipeline.pick(room, slug, wanted, choice, say.now())
    told = f"{slug} {to}: {choice.state.value} {say.listed(entries)}"
    say.line(f"{told}    -> issues/{slug}/issue.toml")
    say.line(f"Next: pressroom draft {slug}")


def _state(asked: Sequence[str]) -> StoryState:
    if len(asked) > 1:
        raise UsageError(f"One at a time: --{asked[0]} or --{asked[1]}.")
    states = {"hold": StoryState.HELD, "spike": StoryState.SPIKED, "drop": StoryState.NEW}
    return states[asked[0]] if asked else StoryState.PICKED


def _split(room: Workspace, words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    if SLUG.match(words[0]):
        if not words[1:]:
            raise UsageError("Name at least one story: pressroom stories lists them.")
        return words[0], words[1:]
    return lineup.open_or_next(room, None, say.now()), words
