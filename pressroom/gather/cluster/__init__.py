"""Items -> groups that tell one story: the same address, words or title, then the same event.

    items -> fold, fingerprint -> copies -> titles -> one lead a group -> events -> groups

Nothing depends on the order in which items come, on a clock, or on the machine. See
docs/decisions/republication.md and docs/decisions/same-event.md.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pressroom.gather.cluster.copies import Copy
    from pressroom.model import Item

T = TypeVar("T")

VERBATIM = 0.8
"""Share of the shorter text from which its words are the other's but for small edits."""

NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of reading of an item of which no time at all is known."""

SAME_TITLE = timedelta(days=3)
TELLING_TITLE = 6
"""Letters from which a title says what it is about."""

A_LINE = 60
"""Characters from which a text is compared, however long its title."""

COLUMN = 12
"""A title that so many unlike texts bear is the name of a column."""


class Clusters(NamedTuple):
    """Groups of item numbers, each oldest first, groups by their first; who copies whom.

    `texts` are the groups of the first tier: one address, one text or one title.
    """

    groups: list[tuple[int, ...]]
    verbatim: frozenset[int]
    texts: list[tuple[int, ...]]


class Forest:
    """The connected groups of 0..count-1; a group's root is its lowest member."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def root(self, i: int) -> int:
        """The lowest member of the group of `i`."""
        parents = self._parents
        while parents[i] != i:
            parents[i] = i = parents[parents[i]]
        return i

    def join(self, links: Iterable[tuple[int, int]]) -> None:
        """Make one group of the groups of each pair."""
        for i, j in links:
            low, high = sorted((self.root(i), self.root(j)))
            self._parents[high] = low

    def groups(self) -> list[tuple[int, ...]]:
        """All groups, each ascending, by their lowest member."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for i in range(len(self._parents)):
            found[self.root(i)].append(i)
        return list(map(tuple, found.values()))


def cluster(items: Sequence[Item], terms: Iterable[Iterable[str]] = ()) -> Clusters:
    """Group items by story: the same words first, then the same event.

    `terms` are names in more than one language, of each all forms: what tells an event across
    languages, besides the names that are shipped.
    """
    with _uncollected():
        return _clusters(items, terms)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without cyclic collection: what is made here has no cycles, only millions of objects."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _clusters(items: Sequence[Item], terms: Iterable[Iterable[str]]) -> Clusters:
    from pressroom.gather.cluster.events import links
    from pressroom.gather.cluster.names import Names

    order, aged = _aged(items)
    forest, copied = by_words(aged)
    told = forest.groups()
    leads = [_spokesman(aged, group) for group in told]
    found = ((i, j) for i, j in links(leads, Names(terms)) if _same_event(leads[i], leads[j]))
    forest.join((told[i][0], told[j][0]) for i, j in found)
    groups = [tuple(order[i] for i in group) for group in forest.groups()]
    texts = [tuple(order[i] for i in group) for group in told]
    return Clusters(groups, frozenset(order[i] for i in _verbatim(aged, copied)), texts)


def by_words(aged: Sequence[Item]) -> tuple[Forest, list[Copy]]:
    """The first tier, on items given from the oldest on: one address, one text, one title."""
    forest = Forest(len(aged))
    forest.join(_neighbours(_by(aged, _address)))
    copied = _copies(aged)
    forest.join((c.one, c.other) for c in copied)
    forest.join(_titles(aged, forest))
    return forest, copied


def _spokesman(aged: Sequence[Item], group: Sequence[int]) -> Item:
    """The item that is compared for its group, at the time of the oldest: one of middling length.

    A digest that copies one of the group is long, an excerpt says little.
    """
    first = aged[group[0]]
    middle = sorted(group, key=lambda i: len(aged[i].text))[(len(group) - 1) // 2]
    if middle == group[0]:
        return first
    return replace(aged[middle], published=first.published, evidence=first.evidence)


def _same_event(one: Item, other: Item) -> bool:
    """Whether an event link holds between two bare titles: of two outlets, the same numbers."""
    from pressroom.gather.cluster.copies import agree

    if max(len(one.text), len(other.text)) >= A_LINE:
        return True
    telling = min(len(i.hed) + len(i.text) for i in (one, other)) > TELLING_TITLE
    return telling and _apart(one, other) and agree(words(one), words(other))


def _aged(items: Sequence[Item]) -> tuple[list[int], list[Item]]:
    order = sorted(range(len(items)), key=lambda i: age(items[i]))
    return order, [items[i] for i in order]


def age(item: Item) -> tuple[datetime, str, str]:
    """What items are sorted by, oldest first: when published, or else when read (or `NO_TIME`)."""
    return (item.published or item.evidence.time, item.id, item.url)


def words(item: Item) -> str:
    """What is compared of an item: its text, or its title where that says more than a line."""
    return item.text if len(item.text) >= min(A_LINE, len(item.hed)) else item.hed


def _address(item: Item) -> str:
    """The address of an item, unless it is a whole site's."""
    return item.url if item.url.rstrip("/").count("/") > len("//") else ""


def _copies(items: Sequence[Item]) -> list[Copy]:
    from pressroom.gather.cluster.copies import SHORTEST, Copy, Text, copies, fingerprint

    prints = [fingerprint(words(item)) for item in items]
    same = _by(range(len(items)), lambda i: prints[i].packed() if prints[i].size else b"")
    same = [group for group in same if prints[group[0]].size >= SHORTEST]
    exact = [Copy(group[0], i, 1.0) for group in same for i in group[1:]]
    firsts = sorted(group[0] for group in same)
    texts = [Text(words(items[i]), items[i].outlet, items[i].published) for i in firsts]
    found = copies(texts, [prints[i] for i in firsts])
    return exact + [Copy(firsts[c.one], firsts[c.other], c.share) for c in found]


def _titles(items: Sequence[Item], forest: Forest) -> Iterator[tuple[int, int]]:
    """Pairs of items that two outlets give the same title within three days."""
    for bucket in _by(items, _title):
        if len({forest.root(i) for i in bucket}) <= COLUMN:
            yield from ((i, j) for i, j in pairwise(bucket) if _titled(items[i], items[j]))


def _title(item: Item) -> str:
    from pressroom.gather.cluster.fold import fold

    title = fold(item.hed)
    return title if len(title) >= TELLING_TITLE else ""


def _titled(one: Item, other: Item) -> bool:
    near = age(other)[0] - age(one)[0] <= SAME_TITLE
    return (near or NO_TIME in (age(one)[0], age(other)[0])) and _apart(one, other)


def _apart(one: Item, other: Item) -> bool:
    return one.outlet != other.outlet or not one.outlet


def _verbatim(items: Sequence[Item], copied: Iterable[Copy]) -> Iterable[int]:
    near = (c for c in copied if c.share >= VERBATIM and _apart(items[c.one], items[c.other]))
    return chain.from_iterable((c.one, c.other) for c in near)


def _by(things: Sequence[T], key: Callable[[T], str | bytes]) -> Iterable[list[int]]:
    buckets: defaultdict[str | bytes, list[int]] = defaultdict(list)
    for i, thing in enumerate(things):
        if name := key(thing):
            buckets[name].append(i)
    return buckets.values()


def _neighbours(buckets: Iterable[list[int]]) -> Iterator[tuple[int, int]]:
    return chain.from_iterable(map(pairwise, buckets))
