"""Stories as the editor sees them: clustered, named, stated, ranked; and what is picked of them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressroom.errors import UsageError, did_you_mean
from pressroom.manuscript.issue import Pin
from pressroom.manuscript.terms import read_terms
from pressroom.model import StoryState
from pressroom.newsroom import lineup
from pressroom.newsroom.decisions import decisions
from pressroom.newsroom.ranking import rank
from pressroom.newsroom.remembered import remembered
from pressroom.workspace import TERMS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from pressroom.model import Item, Story
    from pressroom.newsroom.ranking import Ranked
    from pressroom.store.clippings import Clippings
    from pressroom.workspace import Workspace

WAITING = frozenset((StoryState.NEW, StoryState.HELD))


def clippings(ws: Workspace) -> Clippings:
    """The clippings database in the private folder."""
    from pressroom.store.clippings import Clippings

    return Clippings.open(ws.private / "clippings.db")


def stories(
    ws: Workspace, now: datetime, query: str = "", since: datetime | None = None
) -> list[Ranked]:
    """The stories of the clippings, best first, each with what was decided of it.

    Stories are always made of everything kept, so that handles stay the same; `since` and
    `query` only choose which of them are returned. A held story comes back whatever its age.
    """
    from pressroom.gather.stories import stories as cluster

    with closing(clippings(ws)) as kept:
        items = kept.items()
        hits = set(kept.search(query)) if query else None
    terms = [list(name.every()) for name in read_terms(ws.root / TERMS)]
    found = remembered(ws.private, items, terms, lambda all_: cluster(all_, _handle, terms))
    decided = decisions(ws)
    chosen = [
        story
        for story in decided.told(found)
        if (hits is None or any(i.id in hits for i in story.items))
        and (since is None or story.state is StoryState.HELD or _time(story) >= since)
    ]
    return rank(ws, chosen, decided, now)


def _handle(item: Item) -> str:
    from pressroom.lang import language

    return language(item.locale).handle(item.hed)


def _time(story: Story) -> datetime:
    return max(item.published or item.evidence.time for item in story.items)


@dataclass(frozen=True, slots=True)
class Choice:
    """What an editor decided: for which section, into which state, with which note."""

    section: str = lineup.BRIEFS
    state: StoryState = StoryState.PICKED
    note: str = ""


def pick(
    ws: Workspace, slug: str, wanted: Sequence[str], choice: Choice, now: datetime
) -> tuple[str, ...]:
    """Put stories into the lineup of an issue, hold, spike or (NEW) drop them; the entries.

    An entry is a handle, or `a+b`; a story may also be named by the id of one of its items.
    """
    known = {str(row.story.handle): row.story for row in stories(ws, now)}
    by_item = {str(i.id): handle for handle, story in known.items() for i in story.items}
    standing = _standing(ws, slug)
    entries = tuple(
        "+".join(_known(h, known, by_item, standing) for h in entry.split("+")) for entry in wanted
    )
    for entry in entries:
        if len(set(entry.split("+"))) < len(entry.split("+")):
            raise UsageError(f'"{entry}" names a story twice. a+b makes one brief of two.')
    handles = [h for entry in entries for h in entry.split("+") if h in known]
    pins = {h: Pin(known[h].lead.id, choice.note) for h in handles}
    lineup.decide(ws.issues / slug, choice.section, entries, choice.state, pins)
    return entries


def _standing(ws: Workspace, slug: str) -> set[str]:
    """Handles that the issue already names: they can be dropped without the clippings."""
    folder = ws.issues / slug
    if not folder.is_dir():
        return set()
    issue = lineup.read(ws, folder)
    entries = [e for entries in issue.lineup.values() for e in entries]
    return {h for e in (*entries, *issue.held, *issue.spiked) for h in e.split("+")}


def _known(
    handle: str, known: dict[str, Story], by_item: dict[str, str], standing: set[str]
) -> str:
    if handle in known or handle in standing:
        return handle
    if found := by_item.get(handle):
        return found
    names = known.keys() | standing
    raise UsageError(f'There is no story "{handle}".{did_you_mean(handle, names)}')


def default_lineup(ws: Workspace, folder: Path, now: datetime) -> tuple[str, ...]:
    """Without a lineup: the first `take` stories not yet decided, written down; those taken."""
    briefs = next((s for s in ws.settings.sections if s.kind == lineup.BRIEFS), None)
    if briefs is None or lineup.read(ws, folder).lineup.get(briefs.kind):
        return ()
    rows = stories(ws, now, since=lineup.last_sent(ws))
    fresh = [r.story for r in rows if r.story.state in WAITING][: briefs.take]
    if fresh:
        handles = [str(s.handle) for s in fresh]
        pins = {str(s.handle): Pin(s.lead.id) for s in fresh}
        lineup.decide(folder, briefs.kind, handles, StoryState.PICKED, pins)
    return tuple(str(s.handle) for s in fresh)
