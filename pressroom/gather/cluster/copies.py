"""Who carries whose words: excerpts, reprints, retitled and merged texts. Linear, no clock.

A text is the set of its shingles: the runs of five letters that end in a Han character, of ten
that end in another; each is hashed to 32 bits by multiply-shift (Dietzfelbinger et al. 1997).
Of a long text only hashes below a bound are kept, a quarter at least, so that the same shingles
are kept in every text (Broder 1997, modulo sampling). What is measured is containment: the share
of the shorter text that stands in the longer, which a cut or a merge leaves high where
resemblance falls.

Texts are taken shortest first. Each puts its lowest hashes into an index, a longer one looks up
all of its own. A shingle of many unlike texts is boilerplate and finds nobody.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from functools import lru_cache
from itertools import islice
from random import Random
from re import compile as pattern
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pressroom.gather.cluster.fold import WIDE, letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

RUN = 5
SHORTEST = 20
"""Shingles a text must have to be compared: fewer say too little."""

LONGEST = 40_000
"""Characters of a text that are looked at."""

TOP = 1 << 32
COARSEST = 2
"""A long text keeps the hashes below TOP >> 2, a quarter of its shingles."""

FULL = 256
"""Shingles up to which a text keeps all; twice that, half."""

POSTED = 24
"""Hashes that a text puts into the index, at most."""

COMMON = 12
"""A shingle of so many texts that are not whole copies of each other is boilerplate."""

TRIED, TRIED_ALIKE = 8, 2
"""Candidates that a text is compared with, at most: the likeliest; of one group of copies."""

CONTAINED = 0.5
"""Share of the shorter text from which the longer is a copy, an excerpt or a merger of it."""

OWN = 0.8
"""The same within one outlet, whose texts share openings, formulas and signatures."""

SAID = 60
"""Shingles below which an excerpt must stand in the longer text nearly whole (`OWN`)."""

SHORT = 150
"""Shingles below which most numbers of one text must be in the other, of longer ones half; but not
of one of `WORDY` that is carried nearly whole (`OWN`). Bulletins are written by one form."""

LITTLE = 12
"""A text of which less than a twelfth of what it put forward is met is not a candidate."""

BOILERPLATE: tuple[int, ...] = ()
"""Stands for the owners of a hash that too many have put forward."""

FEW, UNLIKE = 48, 0.25
"""Below so many sampled shingles the whole texts are compared, if the sample shares that much."""

NUMBER = pattern(r"\d+(?:\.\d+)*")


WORDY = 400
"""Shingles from which a text is never mostly boilerplate."""


class Text(NamedTuple):
    """What is compared: the words, who says them, when; "" and None where it is not known."""

    words: str
    outlet: str = ""
    time: datetime | None = None


class Copy(NamedTuple):
    """Two texts, by number, and the share of the shorter that stands in the longer."""

    one: int
    other: int
    share: float


class Print(NamedTuple):
    """A fingerprint: ascending hashes below `TOP >> level`."""

    level: int
    marks: array[int]

    @property
    def size(self) -> int:
        """How many shingles the text has, estimated."""
        return len(self.marks) << self.level

    def packed(self) -> bytes:
        """The fingerprint as bytes: the same for the same words."""
        return bytes([self.level]) + self.marks.tobytes()


def fingerprint(words: str, *, whole: bool = False) -> Print:
    """The fingerprint of a text; with `whole` no shingle is left out."""
    hashes = shingles(words)
    level = 0 if whole else min(COARSEST, (len(hashes) // FULL).bit_length())
    kept = np.sort(hashes[hashes < TOP >> level] if level else hashes)
    repeated = np.zeros(len(kept), np.bool_)
    np.equal(kept[1:], kept[:-1], out=repeated[1:])
    return Print(level, array("I", kept[~repeated].tobytes()))


def _multipliers() -> NDArray[np.uint32]:
    """An odd multiplier of 32 bits for each letter of a run."""
    chance = Random(RUN)  # noqa: S311 - a hash that must be the same everywhere
    return np.array([chance.getrandbits(32) | 1 for _ in range(RUN)], np.uint32)


MULTIPLIERS = _multipliers()
AGAIN = np.uint32(2_741)
"""An odd multiplier for the earlier half of a double run."""


def shingles(words: str) -> NDArray[np.uint32]:
    """The hashes of a text's shingles, in their order.

    For each letter the sum, in 32 bits, of the products of multipliers and letters over the run
    that ends with it; where that letter is no Han, the sum five letters before is added.
    """
    text = letters(words[:LONGEST])
    if len(text) < RUN:
        return text[:0]
    sums = np.convolve(text, MULTIPLIERS)[: len(text)]
    sums[RUN:] += np.where(text[RUN:] < WIDE, sums[:-RUN] * AGAIN, np.uint32(0))
    return sums[RUN - 1 :]


def copies(texts: Sequence[Text], prints: Sequence[Print], span: float = 30) -> list[Copy]:
    """Pairs of texts of which one carries the other, at most `span` days apart.

    `prints` are the fingerprints of `texts`. Where a text carries several that have nothing in
    common (a digest, two articles in one) it is paired only with the one that stands first in
    it, so that it does not join them. Texts of one size are taken in the order given.
    """
    index, judge, found = Index(), Judge(texts, prints, span), list[list[list[Copy]]]()
    for i in sorted(range(len(texts)), key=lambda i: prints[i].size):
        if prints[i].size < SHORTEST:
            continue
        parts = judge.parts(i, index.near(prints[i]))
        found.append([[Copy(m.other, i, m.share) for m in part] for part in parts])
        index.join(i, [m.other for m in parts[0] if m.share >= OWN])
        index.post(i, prints[i])
    return [copy for parts in found for copy in _first_telling(parts, index, prints)]


def _first_telling(parts: list[list[Copy]], index: Index, prints: Sequence[Print]) -> list[Copy]:
    """Of what a text carries the first that is not boilerplate, known as such by now."""
    told = ([c for c in part if index.telling(prints[c.one], prints[c.other])] for part in parts)
    return next(filter(None, told), [])


class Index:
    """Which texts have put a hash forward, and which of them are copies of each other."""

    def __init__(self) -> None:
        self._owners: dict[int, tuple[int, ...]] = {}
        self._posted: dict[int, int] = {}
        self._parents: dict[int, int] = {}

    def near(self, of: Print) -> list[int]:
        """The texts that share the most, likeliest first; those that share little are left out."""
        hits: dict[int, int] = {}
        for mark in filter(self._owners.__contains__, of.marks[: _below(of, COARSEST)]):
            owners = self._owners[mark]
            for owner in owners:
                hits[owner] = hits.get(owner, 0) + COMMON // len(owners)
        enough = [(-n, j) for j, n in hits.items() if n * LITTLE > self._posted[j] * COMMON]
        return list(islice(self._spread(j for _, j in sorted(enough)), TRIED))

    def _spread(self, texts: Iterable[int]) -> Iterator[int]:
        seen: Counter[int] = Counter()
        for j in texts:
            root = self._root(j)
            seen[root] += 1
            if seen[root] <= TRIED_ALIKE:
                yield j

    def join(self, i: int, others: Iterable[int]) -> None:
        """Note that text `i`, until now unknown, is a copy of `others`."""
        self._parents[i] = i
        for other in others:
            self._parents[self._root(other)] = i

    def post(self, i: int, of: Print) -> None:
        """Put a text's lowest hashes forward, but for those that its copies have put already."""
        posted, mine = 0, (i,)
        for mark in of.marks[: _below(of, COARSEST)]:
            owners = self._owners.get(mark, mine)
            if owners is mine or (owners and i not in map(self._root, owners)):
                self._owners[mark] = mine if owners is mine else _joined(owners, i)
                posted += 1
                if posted == POSTED:
                    break
        self._posted[i] = posted

    def telling(self, one: Print, other: Print) -> bool:
        """Whether two texts are still one when what turned out to be boilerplate is left out."""
        if min(one.size, other.size) >= WORDY:
            return True
        marks = [m for m in one.marks[: _below(one, COARSEST)] if self._owners.get(m, m)]
        shared = set(marks).intersection(other.marks)
        return bool(shared) and len(shared) >= CONTAINED * len(marks)

    def _root(self, i: int) -> int:
        parents = self._parents
        while parents[i] != i:
            parents[i] = i = parents[parents[i]]
        return i


class Judge:
    """Compares two texts, and tells a copy of one text from a digest of several."""

    def __init__(self, texts: Sequence[Text], prints: Sequence[Print], span: float) -> None:
        self._texts = texts
        self._prints = prints
        self._span = span * 86_400
        self._digests: set[int] = set()
        self._whole = lru_cache(maxsize=256)(lambda i: fingerprint(texts[i].words, whole=True))

    def parts(self, i: int, near: Iterable[int]) -> list[list[Match]]:
        """What text `i` carries of others: copies of one thing together, the first one first.

        What stands nearly whole in it goes before what does not. A text that is most like a
        digest is a copy of that alone.
        """
        matches = sorted(filter(None, (self._match(i, j) for j in near)), key=_unlike)
        if matches and matches[0].other in self._digests:
            self._digests.add(i)
            return [matches[:1]]
        parts = _apart(m for m in matches if m.other not in self._digests)
        if len(parts) > 1:
            self._digests.add(i)
            places = {mark: n for n, mark in enumerate(shingles(self._texts[i].words).tolist())}
            parts.sort(key=lambda p: (p[0].share < OWN, _middle(places, p[0].sample)))
        return parts or [[]]

    def _match(self, i: int, j: int) -> Match | None:
        if not self._near(i, j):
            return None
        one, other = self._prints[i], self._prints[j]
        found = overlap(one, other)
        if found.least < FEW and found.share > UNLIKE and (one.level or other.level):
            found = overlap(self._whole(i), self._whole(j))
        return Match(j, *found) if self._copied(i, j, found) else None

    def _near(self, i: int, j: int) -> bool:
        one, other = self._texts[i].time, self._texts[j].time
        return not one or not other or abs((one - other).total_seconds()) <= self._span

    def _copied(self, i: int, j: int, found: Overlap) -> bool:
        one, other = self._texts[i], self._texts[j]
        size = min(self._prints[i].size, self._prints[j].size)
        own = one.outlet and one.outlet == other.outlet
        excerpt = size < SAID and found.alike < CONTAINED
        enough = found.share >= (OWN if own or excerpt else CONTAINED)
        if size >= WORDY and found.share >= OWN:
            return True
        return enough and agree(other.words, one.words, 4 if size < SHORT else 2)


class Overlap(NamedTuple):
    """What two fingerprints share, of the shorter (`share`) and of both together (`alike`).

    `least` is the smaller count of the hashes that were compared.
    """

    share: float
    alike: float
    least: int
    sample: frozenset[int]


class Match(NamedTuple):
    """A text that another one carries, and what the two share."""

    other: int
    share: float
    alike: float
    least: int
    sample: frozenset[int]


def overlap(one: Print, other: Print) -> Overlap:
    """Compare two fingerprints at the coarser level of the two."""
    level = max(one.level, other.level)
    marks, more = one.marks[: _below(one, level)], other.marks[: _below(other, level)]
    shared = set(marks).intersection(more)
    least = min(len(marks), len(more))
    sample = frozenset(filter((TOP >> COARSEST).__gt__, shared))
    both = len(marks) + len(more) - len(shared)
    return Overlap(len(shared) / (least or 1), len(shared) / (both or 1), least, sample)


def agree(one: str, other: str, few: int = 4) -> bool:
    """Whether the numbers of one of two texts stand in the other, but for one in `few`.

    Bulletins of quakes, markets and weather differ in little else: each has numbers that the
    other has not. The last number of an excerpt may be cut.
    """
    said, told = NUMBER.findall(one), NUMBER.findall(other)
    return _within(said, told, few) or _within(told, said, few)


def _within(said: list[str], told: list[str], few: int) -> bool:
    missing = set(said).difference(told)
    if said and any(number.startswith(said[-1]) for number in told):
        missing.discard(said[-1])
    return len(missing) * few <= len(set(said))


def _joined(owners: tuple[int, ...], i: int) -> tuple[int, ...]:
    return (*owners, i) if len(owners) < COMMON else BOILERPLATE


def _below(of: Print, level: int) -> int:
    """How many marks of a fingerprint would be kept at a coarser level."""
    return len(of.marks) if level <= of.level else bisect_left(of.marks, TOP >> level)


def _unlike(match: Match) -> tuple[float, int]:
    return (-match.alike, match.other)


def _apart(matches: Iterable[Match]) -> list[list[Match]]:
    """Matches that share a quarter of the smaller sample with a part's largest stand in it."""
    parts: list[list[Match]] = []
    for match in sorted(matches, key=lambda m: (-len(m.sample), m.other)):
        home = next((p for p in parts if _overlapping(p[0].sample, match.sample)), None)
        if home is None:
            parts.append(home := [])
        home.append(match)
    return parts


def _overlapping(one: frozenset[int], other: frozenset[int]) -> bool:
    return len(one & other) * 4 >= min(len(one), len(other))


def _middle(places: dict[int, int], sample: frozenset[int]) -> float:
    found = [places[mark] for mark in sample if mark in places]
    return sum(found) / (len(found) or 1)
