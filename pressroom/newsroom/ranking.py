"""Which story first, and why: beat, terms, freshness, spread over outlets and levels.

The sum is simple on purpose: each part can be said in words beside the story.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from math import log2
from typing import TYPE_CHECKING

from pressroom.manuscript.terms import read_terms
from pressroom.model import StoryState
from pressroom.newsroom.decisions import newer
from pressroom.store.clippings import fold
from pressroom.workspace import TERMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from pressroom.model import Story
    from pressroom.newsroom.decisions import Decisions
    from pressroom.workspace import Workspace

LATIN = re.compile(r"[a-z0-9]")
BEAT, TERM, LEVEL, FRESH, HELD, USED = 3.0, 0.5, 0.5, 2.0, 2.0, -4.0
"""What each reason weighs; spread weighs log2 of the outlets."""

TERMS_COUNTED = 4
FRESH_FOR = timedelta(days=14)
WIDE = 2
"""Outlets from which the spread is a reason worth saying."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A story with its place in the order and the reasons for it.

    `levels` counts outlets by level; `verbatim` counts the items that copy another's words;
    `repeats` is the sent issue that cited it, `since` how many of its items are newer than that.
    """

    story: Story
    score: float
    why: tuple[str, ...]
    levels: Mapping[str, int] = field(default_factory=dict)
    outlets: int = 1
    verbatim: int = 0
    repeats: str = ""
    since: int = 0
    beats: tuple[str, ...] = ()


def rank(
    ws: Workspace, stories: Iterable[Story], decided: Decisions, now: datetime
) -> list[Ranked]:
    """The stories, best first; equals stay in the order given."""
    desk = _Desk(ws, decided, now)
    return sorted((desk.ranked(story) for story in stories), key=lambda r: -r.score)


class _Desk:
    """What ranking looks up, read once."""

    def __init__(self, ws: Workspace, decided: Decisions, now: datetime) -> None:
        self._decided = decided
        self._now = now
        self._outlets = ws.outlets
        self._beats = {name: _finder(words) for name, words in ws.settings.beats.items()}
        self._by_source = {s.slug: s.beat for s in ws.sources if s.beat in self._beats}
        self._terms = {name: _finder(forms) for name, forms in _forms(ws).items()}

    def ranked(self, story: Story) -> Ranked:
        """One story, weighed."""
        text = fold("\n".join(f"{i.hed}\n{i.dek}" for i in story.items))
        beats = self._beats_of(story, text)
        terms = [name for name, finder in self._terms.items() if finder.search(text)]
        outlets = dict.fromkeys(i.outlet for i in story.items)
        levels = Counter(o.level for s in outlets if (o := self._outlets.get(s)) and o.level)
        reasons = [
            *((f"beat {name}", BEAT / (n + 1)) for n, name in enumerate(beats)),
            *_terms_reason(terms[:TERMS_COUNTED]),
            *_spread(len(outlets), len(levels)),
            *self._fresh(story),
            *_stated(story),
        ]
        used = self._decided.repeats(story)
        return Ranked(
            story,
            round(sum(weight for _, weight in reasons), 3),
            tuple(words for words, _ in reasons if words),
            dict(levels),
            len(outlets),
            len(story.verbatim),
            used,
            len(newer(story, used)) if used else 0,
            tuple(beats),
        )

    def _beats_of(self, story: Story, text: str) -> list[str]:
        named = {self._by_source.get(i.source, "") for i in story.items}
        return [n for n, finder in self._beats.items() if n in named or finder.search(text)]

    def _fresh(self, story: Story) -> list[tuple[str, float]]:
        newest = max(i.published or i.evidence.time for i in story.items)
        age = max(self._now - newest, timedelta())
        if age >= FRESH_FOR:
            return []
        words = f"{age.days} days old" if age.days > 1 else "since yesterday"
        return [(words, FRESH * (1 - age / FRESH_FOR))]


def _forms(ws: Workspace) -> dict[str, list[str]]:
    return {name.slug: list(name.every()) for name in read_terms(ws.root / TERMS)}


def _finder(words: Sequence[str]) -> re.Pattern[str]:
    """Any of the words; a Latin one only where it stands alone (`AI` is not in `said`)."""
    return re.compile("|".join(_whole(fold(w)) for w in words if w.strip()) or r"(?!)")


def _whole(word: str) -> str:
    before = r"(?<![a-z0-9])" if LATIN.match(word[0]) else ""
    after = r"(?![a-z0-9])" if LATIN.match(word[-1]) else ""
    return before + re.escape(word) + after


def _terms_reason(terms: Sequence[str]) -> list[tuple[str, float]]:
    return [(f"terms {', '.join(terms)}", TERM * len(terms))] if terms else []


def _spread(outlets: int, levels: int) -> list[tuple[str, float]]:
    words = f"spread over {outlets} outlets" if outlets >= WIDE else ""
    wide = f"{levels} levels" if levels >= WIDE else ""
    return [(words, log2(outlets)), (wide, LEVEL * levels)]


def _stated(story: Story) -> list[tuple[str, float]]:
    if story.state is StoryState.HELD:
        return [(f"held from {story.issue}", HELD)]
    return [("", USED)] if story.state in {StoryState.USED, StoryState.SPIKED} else []
