"""Items -> stories: who carried the same thing. Deterministic, order-free, linear.

Two items are one story when they have the same address or the same words, when two outlets
give them the same title within three days, or when their texts overlap: MinHash signatures
of five-character shingles, found by locality-sensitive hashing (Broder 1997; bands by
Leskovec et al., Mining of Massive Datasets, 3.4; one permutation by Li et al. 2012).
Across languages words say nothing: such items stay apart.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

from pressroom.model import Handle, Item, Story, sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

SHINGLE = 5
BINS = 128
ROWS = 4
MASK = (1 << 64) - 1
MIX = 0x9E3779B97F4A7C15
"""Knuth's multiplier, the golden ratio in 64 bits: spreads CRC-32 over all bits."""

ALIKE = 0.5
"""Estimated Jaccard similarity from which two texts are one; its error is about 0.05."""

LONGEST = 6_000
SHORTEST = 20
"""Characters a text must have to be compared by shingles."""

SHORT = 100
ALIKE_SHORT = 0.6
"""Below 100 characters a stock phrase weighs more: more must agree, and every number."""

TELLING_TITLE = 6
SAME_TITLE = timedelta(days=3)
SAME_TEXT = timedelta(days=7)
LOOK_BACK = 6
"""Neighbours in a bucket that an item is compared with; keeps the whole linear."""

DIGITS = re.compile(r"\d+")
EMPTY = re.compile(r"[\W_]+")


class Reduced(NamedTuple):
    """What of an item is compared."""

    item: Item
    time: datetime
    title: str
    words: str
    signature: tuple[int, ...]


def stories(items: Sequence[Item], handle: Callable[[Item], str]) -> list[Story]:
    """Group items into stories, newest story first, each with its items oldest first.

    `handle` gives a word for the item that leads a story; stories that share a word are
    numbered from the oldest on (`aiplus`, `aiplus2`). The same items give the same stories
    and handles on every machine, in whatever order they come.
    """
    reduced = sorted(map(_reduce, items), key=_age)
    groups = _joined(len(reduced), _pairs(reduced))
    told = [tuple(reduced[i].item for i in group) for group in groups]
    return [Story(name, group) for name, group in zip(_names(told, handle), told, strict=True)][
        ::-1
    ]


def _age(one: Reduced) -> tuple[datetime, str, str]:
    return (one.time, one.item.id, one.item.url)


def squeeze(text: str) -> str:
    """Letters and digits alone, NFKC, casefolded: what is left of a title to compare.

    >>> squeeze("“AI＋” comes home!")
    'aicomeshome'
    """
    return EMPTY.sub("", unicodedata.normalize("NFKC", text).casefold())


def _reduce(item: Item) -> Reduced:
    head = squeeze(item.hed)
    body = squeeze(item.text[:LONGEST])
    words = body if len(body) > len(head) else head
    time = item.published or item.evidence.time
    return Reduced(item, time, head, words, signature(words))


def signature(words: str) -> tuple[int, ...]:
    """The MinHash of a text: of each of 128 bins the least hash; empty where it is too short."""
    if len(words) < SHORTEST:
        return ()
    bins: dict[int, int] = {}
    for shingle in {words[i : i + SHINGLE] for i in range(len(words) - SHINGLE + 1)}:
        value = (zlib.crc32(shingle.encode()) + 1) * MIX & MASK
        place, rest = value >> 57, value & (MASK >> 7)
        bins[place] = min(rest, bins.get(place, MASK))
    return tuple(_filled(bins))


def _filled(bins: dict[int, int]) -> Iterator[int]:
    """Fill an empty bin from the next full one, marked by the distance (densification)."""
    for place in range(BINS):
        step = next(s for s in range(BINS) if (place + s) % BINS in bins)
        yield bins[(place + step) % BINS] + step * MIX & MASK


def similarity(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The estimated share of shingles that two texts have in common, from 0 to 1."""
    same = sum(a == b for a, b in zip(one, other, strict=False))
    return same / BINS


def _pairs(reduced: Sequence[Reduced]) -> Iterator[tuple[int, int]]:
    yield from _neighbours(_by(reduced, lambda r: r.item.url))
    yield from _neighbours(_by(reduced, lambda r: sha256(r.words) if r.signature else ""))
    for i, j in _neighbours(_by(reduced, _telling_title)):
        if _near(reduced, i, j, SAME_TITLE) and reduced[i].item.outlet != reduced[j].item.outlet:
            yield i, j
    yield from _alike(reduced)


def _telling_title(one: Reduced) -> str:
    return one.title if len(one.title) >= TELLING_TITLE else ""


def _by(reduced: Sequence[Reduced], key: Callable[[Reduced], str]) -> Iterable[list[int]]:
    buckets: defaultdict[str, list[int]] = defaultdict(list)
    for i, one in enumerate(reduced):
        if name := key(one):
            buckets[name].append(i)
    return buckets.values()


def _neighbours(buckets: Iterable[list[int]]) -> Iterator[tuple[int, int]]:
    return chain.from_iterable(pairwise(bucket) for bucket in buckets)


def _near(reduced: Sequence[Reduced], i: int, j: int, span: timedelta) -> bool:
    return abs(reduced[i].time - reduced[j].time) <= span


def _alike(reduced: Sequence[Reduced]) -> Iterator[tuple[int, int]]:
    buckets: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for i, one in enumerate(reduced):
        for band in range(0, len(one.signature), ROWS):
            bucket = buckets[band, *one.signature[band : band + ROWS]]
            yield from ((j, i) for j in bucket[-LOOK_BACK:] if _overlap(reduced, j, i))
            bucket.append(i)


def _overlap(reduced: Sequence[Reduced], i: int, j: int) -> bool:
    if not _near(reduced, i, j, SAME_TEXT):
        return False
    one, other = reduced[i], reduced[j]
    alike = similarity(one.signature, other.signature)
    if min(len(one.words), len(other.words)) < SHORT:
        return alike >= ALIKE_SHORT and DIGITS.findall(one.words) == DIGITS.findall(other.words)
    return alike >= ALIKE


def _joined(count: int, links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The connected groups of 0..count-1, each ascending, ordered by their first member."""
    parents = list(range(count))
    for i, j in links:
        first, second = sorted((_root(parents, i), _root(parents, j)))
        parents[second] = first
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for i in range(count):
        groups[_root(parents, i)].append(i)
    return list(groups.values())


def _root(parents: list[int], i: int) -> int:
    while parents[i] != i:
        parents[i] = parents[parents[i]]
        i = parents[i]
    return i


def _names(told: Sequence[tuple[Item, ...]], handle: Callable[[Item], str]) -> list[Handle]:
    """Handles for stories given from the oldest on; no two are the same."""
    words = [handle(group[0]) or "story" for group in told]
    taken = set(words)
    seen: Counter[str] = Counter()
    return [Handle(_free(word, seen, taken)) for word in words]


def _free(word: str, seen: Counter[str], taken: set[str]) -> str:
    """`gpt4` becomes `gpt4-2`, not `gpt42`; a number that is itself a handle is passed over."""
    seen[word] += 1
    if seen[word] == 1:
        return word
    joint = "-" if word[-1].isdigit() else ""
    while (name := f"{word}{joint}{seen[word]}") in taken:
        seen[word] += 1
    taken.add(name)
    return name
