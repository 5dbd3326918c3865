"""What all issues have said of stories: used, picked, held, spiked, and under which handle.

A handle is made from what is in the clippings, so that another gather may change it; what an
issue names is therefore pinned to an item, and the story that holds the item keeps the handle.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pressroom.manuscript.issue import read_sources
from pressroom.model import Handle, StoryState
from pressroom.newsroom.lineup import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pressroom.manuscript.issue import Issue
    from pressroom.model import ItemId, Story
    from pressroom.workspace import Workspace

REPEATS = 8
"""Issues back in which a story counts as a repeat."""


@dataclass(frozen=True, slots=True)
class Said:
    """One issue's word on one story."""

    handle: str
    state: StoryState
    issue: str


@dataclass(frozen=True, slots=True)
class Decisions:
    """The word of all issues, later ones over earlier: by item where pinned, else by handle.

    `used` gives for each cited item the last sent issue that cites it.
    """

    by_item: Mapping[str, Said] = field(default_factory=dict)
    by_handle: Mapping[str, Said] = field(default_factory=dict)
    used: Mapping[str, str] = field(default_factory=dict)

    def told(self, stories: Sequence[Story]) -> list[Story]:
        """The stories under their pinned handles, each with its state and the issue that said so."""
        pinned = {n: said for n, s in enumerate(stories) if (said := self._pinned(s))}
        taken = {said.handle for said in pinned.values()}
        out = []
        for n, story in enumerate(stories):
            said = pinned.get(n)
            handle = said.handle if said else _free(story.handle, taken)
            taken.add(handle)
            out.append(self._stated(replace(story, handle=Handle(handle)), said))
        return out

    def repeats(self, story: Story) -> str:
        """The last sent issue that cites an item of the story; empty when none of the last does."""
        return max((self.used[i.id] for i in story.items if i.id in self.used), default="")

    def _pinned(self, story: Story) -> Said | None:
        found = [said for i in story.items if (said := self.by_item.get(i.id))]
        return max(found, key=lambda said: said.issue, default=None)

    def _stated(self, story: Story, pinned: Said | None) -> Story:
        said = pinned or self.by_handle.get(story.handle)
        used = self.repeats(story)
        if used and (said is None or said.issue <= used):
            return replace(story, state=StoryState.USED, issue=used)
        if said is None:
            return story
        return replace(story, state=said.state, issue=said.issue)


def _free(handle: str, taken: set[str]) -> str:
    """The handle, or with the next number where a pinned story or another has it."""
    number, name = 1, handle
    while name in taken:
        number += 1
        name = f"{handle}-{number}"
    return name


def decisions(ws: Workspace) -> Decisions:
    """Read what every issue decided."""
    by_item: dict[str, Said] = {}
    by_handle: dict[str, Said] = {}
    used: dict[str, str] = {}
    issues = [read(ws, ws.issues / slug) for slug in ws.slugs()]
    for issue in [i for i in issues if i.listed][-REPEATS:]:
        used |= dict.fromkeys(read_sources(issue.folder), issue.slug)
    for issue in issues:
        for handle, state in _states(issue).items():
            said = Said(handle, state, issue.slug)
            if pin := issue.stories.get(handle):
                by_item[pin.item] = said
            else:
                by_handle[handle] = said
    return Decisions(by_item, by_handle, used)


def _states(issue: Issue) -> dict[str, StoryState]:
    picked = [h for entries in issue.lineup.values() for e in entries for h in e.split("+")]
    found = dict.fromkeys(issue.spiked, StoryState.SPIKED)
    found |= dict.fromkeys(issue.held, StoryState.HELD)
    return found | dict.fromkeys(picked, StoryState.PICKED)


def newer(story: Story, slug: str) -> list[ItemId]:
    """Items of a used story that came out after the issue that used it."""
    return [i.id for i in story.items if i.published and i.published.date().isoformat() > slug]
