"""Items -> which of them tell the same event. Deterministic, and its cost grows with the items.

A pair is scored from 0 to 1 by its words (`score`). Items join groups in the order of their age:
each joins the group it fits best, if to that group's members it is alike on average too; so a
chain of half-likenesses does not drag two events together. Then groups are joined that are alike
on average; and groups in different scripts, by what stays the same in translation (crossing.py).
See docs/decisions/same-event.md.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from heapq import nlargest
from itertools import islice
from math import hypot, log
from operator import mul
from sys import intern
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np

from pressroom.gather.cluster.crossing import crossings
from pressroom.gather.cluster.facts import agreement
from pressroom.gather.cluster.features import LONGEST, raw
from pressroom.gather.cluster.names import Names
from pressroom.gather.cluster.weights import Weights, sampled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from pressroom.gather.cluster.facts import States
    from pressroom.gather.cluster.features import Raw
    from pressroom.model import Item

SAME = 0.21
SAME_HAN = 0.10
"""The least score of items that tell one event, in spaced scripts and in Han."""

WORDS, TITLES = 0.9, 0.1
"""What counts of a pair: the cosine of all its words, and that of the titles."""

WINDOW = timedelta(days=5)
FRESH = timedelta(days=1)
FADES = 0.02
"""A day apart beyond the first costs so much; after the window two items are two events."""

BRIEF = 0.1
"""What shortness takes: of a few words most are those of a subject, not of an event."""

OWN = 0.1
"""What one outlet takes: its texts share a voice, subjects and formulas, and few are told twice."""

KEPT = 72
"""Terms of an item that are compared: the heaviest."""

KEYS = 20
CANDIDATES = 48
TELLING = 1.5
POSTINGS = 48
LOOKED = 256
LITTLE = 0.25
TRIED = 5
"""An item is looked up by its `KEYS` heaviest terms (of `CANDIDATES`) that say at least `TELLING`, in the last
`POSTINGS` groups of each, the rarest terms first, until `LOOKED` are seen; the `TRIED` groups that share most, and more than a little, are scored."""

TF = (0.0, *(1 + log(count) for count in range(1, LONGEST)))
NAMED = 1.6
"""What a word counts more that is a name: capitalised within a sentence, or Latin within Han."""

GRAIN = 1_024
LEVELS = tuple((level + 0.5) / GRAIN for level in range(GRAIN + 1))
"""Weights are kept in so many steps."""

BITS = 24
TWICE = 2

MEMBERS = 6
"""Of a group so many are compared: its first, and the latest."""


class Profile(NamedTuple):
    """What of an item is compared: weights of its terms, normed to 1; the time, if known."""

    time: datetime | None
    han: bool
    vector: dict[str, float]
    title: dict[str, float]
    keys: tuple[str, ...]
    states: States
    outlet: str


def links(items: Sequence[Item], names: Names | None = None) -> Iterator[tuple[int, int]]:
    """Pairs (earlier, later) of items, given from the oldest on, that tell the same event.

    `names` are known in two scripts; without any, those that are shipped.

    Join them as connected components, and join nothing else to them by likeness. Each item is
    linked to the first of its group, and a group in Han to at most one in another script, so
    the components are the groups that were meant: no chain is longer than three.
    """
    han, firsts = _placed(items)
    yield from ((first, i) for i, first in enumerate(firsts) if first != i)
    yield from crossings(items, han, firsts, names or Names())


def _placed(items: Sequence[Item]) -> tuple[list[bool], list[int]]:
    """For each item whether it is in Han, and the first of its group."""
    of = profiles(items)
    groups = Groups(of)
    for i in range(len(items)):
        groups.place(i)
    groups.merge()
    return [one.han for one in of], groups.firsts()


def profiles(items: Sequence[Item]) -> list[Profile]:
    """The profiles of a batch, weighted by the terms of the whole batch."""
    counted = {i: raw(items[i]) for i in sampled([item.id for item in items])}
    weights = Weights(one.counts for one in counted.values())
    of = [profile(item, weights, counted.pop(i, None)) for i, item in enumerate(items)]
    shared = Shared(islice(one.vector, CANDIDATES) for one in of)
    return [one._replace(keys=_keys(one.vector, weights, shared)) for one in of]


def profile(item: Item, weights: Weights, of: Raw | None = None) -> Profile:
    """What of an item is compared, under the weights of its batch; as yet without keys."""
    of = of or raw(item)
    known, counts = weights.known, of.counts
    terms, uses = list(counts), map(TF.__getitem__, counts.values())
    weighed = list(map(mul, uses, map(known.__getitem__, terms)))
    if named := of.names & counts.keys():
        weighed = [w * NAMED if t in named else w for t, w in zip(terms, weighed, strict=True)]
    heaviest = np.argsort(-np.array(weighed), kind="stable")[:KEPT].tolist()
    vector = _normed([terms[i] for i in heaviest], [weighed[i] for i in heaviest])
    title = _normed(of.title, [known[term] for term in of.title])
    return Profile(item.published, of.han, vector, title, (), of.states, item.outlet)


def _keys(vector: Mapping[str, float], weights: Weights, shared: Shared) -> tuple[str, ...]:
    """The heaviest terms, in this order, that say much and stand in another item too."""
    known = weights.known
    telling = (
        term for term in islice(vector, CANDIDATES) if known[term] >= TELLING and term in shared
    )
    return tuple(islice(telling, KEYS))


class Shared:
    """Which terms stand in two items or more; by their CRC, so that memory stays the same."""

    def __init__(self, documents: Iterable[Iterable[str]]) -> None:
        self.seen = bytearray(1 << BITS)
        for terms in documents:
            for term in terms:
                place = _place(term)
                self.seen[place] += self.seen[place] < TWICE

    def __contains__(self, term: str) -> bool:
        """Whether a term was seen twice."""
        return self.seen[_place(term)] == TWICE


def _place(term: str) -> int:
    return crc32(term.encode()) >> 32 - BITS


def _normed(terms: Iterable[str], weights: Sequence[float]) -> dict[str, float]:
    """A vector of length 1; its terms and weights are shared between items, to save memory."""
    scale = GRAIN / (hypot(*weights) or 1.0)
    levels = [LEVELS[int(weight * scale)] for weight in weights]
    return dict(zip(map(intern, terms), levels, strict=True))


def score(a: Profile, b: Profile) -> float:
    """How alike two items are, about 0 to 1: from `SAME` (`SAME_HAN`) on they tell one event."""
    if a.time and b.time and abs(a.time - b.time) > WINDOW:
        return 0.0
    likeness = WORDS * dot(a.vector, b.vector) + TITLES * dot(a.title, b.title)
    brief = 1 - min(len(a.vector), len(b.vector)) / KEPT
    own = bool(a.outlet) and a.outlet == b.outlet
    return likeness + agreement(a.states, b.states) - faded(a, b) - BRIEF * brief - OWN * own


def dot(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """The sum of the products over the terms that both have."""
    if len(b) < len(a):
        a, b = b, a
    return sum([weight * b[term] for term, weight in a.items() if term in b])


def faded(a: Profile, b: Profile) -> float:
    """What the time between two items takes."""
    if not a.time or not b.time:
        return 0.0
    return FADES * max(0.0, (abs(a.time - b.time) - FRESH) / timedelta(days=1))


def least(a: Profile) -> float:
    """The score from which another item tells the same event as this one."""
    return SAME_HAN if a.han else SAME


def fit(scores: Sequence[float]) -> float:
    """How well an item fits a group: it is like one member, and like the members on average."""
    return (max(scores) + mean(scores)) / 2


def mean(scores: Sequence[float]) -> float:
    """The mean of scores; statistics.mean is exact and many times slower."""
    return sum(scores) / len(scores)


def _followed(into: Mapping[int, int], group: int) -> int:
    while group in into:
        group = into[group]
    return group


def _length(entry: tuple[list[int], float]) -> int:
    return len(entry[0])


class Groups:
    """Groups of items as they form, found by the terms of their members."""

    def __init__(self, of: Sequence[Profile]) -> None:
        self.of = of
        self.members: dict[int, list[int]] = {}
        self.postings: defaultdict[tuple[bool, str], list[int]] = defaultdict(list)
        self.doubts: set[tuple[int, int]] = set()

    def place(self, i: int) -> None:
        """Put an item into the group it fits best, or into one of its own."""
        enough = least(self.of[i])
        likeness = {first: self._likeness(i, first) for first in self._near(i)}
        fits = (first for first, scores in likeness.items() if fit(scores) >= enough)
        group = max(fits, key=lambda first: (fit(likeness[first]), -first), default=i)
        self._add(i, group)
        for first, scores in likeness.items():
            if first != group and max(scores) >= enough:
                self.doubts.add((min(group, first), max(group, first)))

    def merge(self) -> None:
        """Join groups that are alike on average: what came first may have been told apart.

        Only groups are looked at of which one's item was like one of the other's; likest first.
        """
        likest = [(-self._between(*pair), *pair) for pair in self.doubts]
        into: dict[int, int] = {}
        for _, a, b in sorted(likest):
            one, other = sorted((_followed(into, a), _followed(into, b)))
            if one != other and self._between(one, other) >= least(self.of[one]):
                self.members[one] = sorted(self.members[one] + self.members.pop(other))
                into[other] = one

    def firsts(self) -> list[int]:
        """For each item the first of its group."""
        group = {i: first for first, members in self.members.items() for i in members}
        return [group[i] for i in range(len(self.of))]

    def _near(self, i: int) -> list[int]:
        shared: defaultdict[int, float] = defaultdict(float)
        one = self.of[i]
        lists = [(self.postings[one.han, key], one.vector[key]) for key in one.keys]
        left = LOOKED
        for posted, weight in sorted(lists, key=_length):
            for first in posted[-POSTINGS:]:
                shared[first] += weight
            left -= min(len(posted), POSTINGS)
            if left < 0:
                break
        enough = [(weight, -first) for first, weight in shared.items() if weight > LITTLE]
        return [-first for _, first in nlargest(TRIED, enough)]

    def _likeness(self, i: int, first: int) -> list[float]:
        return [score(self.of[i], self.of[j]) for j in self._compared(first)]

    def _between(self, first: int, other: int) -> float:
        """How alike two groups are: the mean over the members that are compared."""
        return mean([s for i in self._compared(other) for s in self._likeness(i, first)])

    def _compared(self, first: int) -> list[int]:
        members = self.members[first]
        return members if len(members) <= MEMBERS else [first, *members[1 - MEMBERS :]]

    def _add(self, i: int, first: int) -> None:
        self.members.setdefault(first, []).append(i)
        one = self.of[i]
        for key in one.keys:
            posted = self.postings[one.han, key]
            if not posted or posted[-1] != first:
                posted.append(first)
