"""Pairs the units of two texts that say the same in two languages.

Dynamic programming over lengths (Gale & Church, "A Program for Aligning Sentences in Bilingual
Corpora", 1993) with anchors: what stands alike in both languages (addresses, code, figures,
Latin names) and the kind of each unit. Blocks whose ids are in both texts are paired by id.
The search stays in a band around the anchors that are unique in both texts: linear cost.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pressroom.twins.reading import Reading, read
from pressroom.twins.units import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

SHAPES = ((1, 1), (1, 0), (0, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))
PRIOR = {(1, 1): 0.0, (1, 2): 3.0, (2, 1): 3.0, (2, 2): 5.0, (1, 3): 6.0, (3, 1): 6.0}
ALONE = 3.6
"""What it costs to leave a unit of usual length alone; a pair may cost twice as much."""
USUAL = 120
SPREAD, POWER, SHORT, LONGEST = 3.2, 1.3, 30, 7.0
"""A pair costs SPREAD times a power of the logarithm of its lengths' ratio, at most LONGEST."""
ANCHORED = 5.0
BAND = 10
WIDEST = 160
JOINED = {Kind.PARAGRAPH, Kind.ITEM, Kind.QUOTE, Kind.ROW}
"""Kinds that a translator may join or split."""
STRANGE = {
    frozenset({Kind.PARAGRAPH, Kind.ITEM}): 1.5,
    frozenset({Kind.PARAGRAPH, Kind.QUOTE}): 1.5,
    frozenset({Kind.ITEM, Kind.QUOTE}): 2.5,
    frozenset({Kind.PARAGRAPH, Kind.ROW}): 3.0,
    frozenset({Kind.PARAGRAPH, Kind.HEADING}): 4.0,
    frozenset({Kind.QUOTE, Kind.CODE}): 3.0,
    frozenset({Kind.PARAGRAPH, Kind.CODE}): 3.0,
}
FIRM = 9.0
"""What a pair of two kinds costs that are hardly ever twins (a heading and a figure)."""
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9._'-]{2,40}")


@dataclass(frozen=True, slots=True)
class Pair:
    """Units that are twins: mostly one and one, else what was joined or split.

    One side is empty where a unit has no twin.
    """

    one: tuple[Reading, ...]
    other: tuple[Reading, ...]

    @property
    def is_whole(self) -> bool:
        """Whether both sides have a unit."""
        return bool(self.one and self.other)


def pair_texts(one: str, other: str) -> list[Pair]:
    """Pair the units of two Markdown texts, in the order of the first."""
    return pair_units(read(one), read(other))


def pair_units(one: Sequence[Reading], other: Sequence[Reading]) -> list[Pair]:
    """Pair read units: block by block where both texts name their blocks, else in order."""
    ours, theirs = _blocks(one), _blocks(other)
    shared = ours.keys() & theirs.keys() - {""}
    if not shared:
        return _aligned(one, other)
    pairs = [p for key in ours if key in shared for p in _aligned(ours[key], theirs[key])]
    loose = ([u for u in side if u.unit.block not in shared] for side in (one, other))
    return sorted(pairs + _aligned(*loose), key=_order)


def _blocks(units: Iterable[Reading]) -> dict[str, list[Reading]]:
    blocks: dict[str, list[Reading]] = {}
    for unit in units:
        blocks.setdefault(unit.unit.block, []).append(unit)
    return blocks


def _order(pair: Pair) -> tuple[float, int]:
    """By the first text; what stands in the second alone comes after what it follows there."""
    return (pair.one[0].line if pair.one else math.inf, pair.other[0].line if pair.other else 0)


# --- anchors ---


@lru_cache(maxsize=4096)
def anchors(unit: Reading) -> frozenset[str]:
    """What of a unit stands alike in another language."""
    if unit.kind is Kind.CODE:
        return frozenset(unit.plain.split())
    return frozenset(_anchors(unit))


def _anchors(unit: Reading) -> Iterator[str]:
    for link in unit.links:
        yield f"link {link.address.page}"
    for figure in unit.figures:
        yield f"figure {figure.page}"
    for code in unit.codes:
        yield f"code {code.words}"
    yield from NUMBER.findall(unit.plain)
    for name in NAME.findall(unit.plain):
        yield name.casefold()


def _weights(one: Sequence[frozenset[str]], other: Sequence[frozenset[str]]) -> Mapping[str, float]:
    """How telling each anchor is that both texts have: the more units have it, the less."""
    ours, theirs = (Counter(word for words in side for word in words) for side in (one, other))
    return {word: 1 / max(ours[word], theirs[word]) for word in ours.keys() & theirs.keys()}


# --- the search ---


class _Cell(NamedTuple):
    cost: float
    shape: tuple[int, int]


def _aligned(one: Sequence[Reading], other: Sequence[Reading]) -> list[Pair]:
    """The cheapest way to pair two runs of units in order."""
    scores = _Scores(one, other)
    best: list[dict[int, _Cell]] = []
    for i, (low, high) in enumerate(_band(scores)):
        best.append({})
        for j in range(low, high + 1):
            best[i][j] = _cheapest(best, i, j, scores)
    return list(_trace(best, one, other))


def _cheapest(best: list[dict[int, _Cell]], i: int, j: int, scores: _Scores) -> _Cell:
    if i == j == 0:
        return _Cell(0.0, (0, 0))
    found = _Cell(math.inf, (0, 0))
    for shape in SHAPES:
        a, b = i - shape[0], j - shape[1]
        before = best[a].get(b) if a >= 0 and b >= 0 else None
        if before and before.cost < found.cost:
            cost = before.cost + scores.cost(a, b, shape)
            if cost < found.cost:
                found = _Cell(cost, shape)
    return found


def _trace(
    best: list[dict[int, _Cell]], one: Sequence[Reading], other: Sequence[Reading]
) -> Iterator[Pair]:
    """The pairs of the cheapest path, in order."""
    pairs, i, j = [], len(one), len(other)
    while i or j:
        a, b = best[i][j].shape
        pairs.append(Pair(tuple(one[i - a : i]), tuple(other[j - b : j])))
        i, j = i - a, j - b
    return reversed(pairs)


def _band(scores: _Scores) -> Iterator[tuple[int, int]]:
    """For each count of units of the first text, the counts of the second that are tried."""
    rows, columns = len(scores.one), len(scores.other)
    fixed = [(0, 0), *_increasing(scores.fixed()), (rows, columns)]
    for (i, j), (to_i, to_j) in pairwise(fixed):
        width = BAND + min(abs((to_i - i) - (to_j - j)), WIDEST)
        for row in range(i, to_i + (to_i == rows)):
            middle = j + (to_j - j) * (row - i) // max(to_i - i, 1)
            yield max(0, middle - width), min(columns, middle + width)


def _increasing(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of points that rises on both sides (patience sorting)."""
    tails: list[int] = []
    ends: list[int] = []
    back: list[int] = []
    for index, (_, j) in enumerate(points):
        place = bisect_left(tails, j)
        tails[place : place + 1] = [j]
        ends[place : place + 1] = [index]
        back.append(ends[place - 1] if place else -1)
    chain, index = [], ends[-1] if ends else -1
    while index >= 0:
        chain.append(points[index])
        index = back[index]
    return [point for point in reversed(chain) if point != (0, 0)]


class _Scores:
    """What pairing costs, from lengths, kinds, levels and anchors."""

    def __init__(self, one: Sequence[Reading], other: Sequence[Reading]) -> None:
        self.one, self.other = one, other
        sides = [anchors(u) for u in one], [anchors(u) for u in other]
        self.weights = _weights(*sides)
        self.marks = tuple([words & self.weights.keys() for words in side] for side in sides)
        sums = [sum(u.size for u in side) or 1.0 for side in (one, other)]
        self.ratio = min(max(sums[0] / sums[1], 0.7), 1.4)

    def fixed(self) -> list[tuple[int, int]]:
        """Places of anchors that each text has once: both units, in the order of the first."""
        here, there = (
            {word: n for n, words in enumerate(side) for word in words if self.weights[word] == 1.0}
            for side in self.marks
        )
        common = (Counter((here[word], there[word]) for word in here)).items()
        strong = sorted(place for place, count in common if count > 1)
        last = dict(strong)
        return [(i, j) for i, j in strong if last[i] == j and i and j]

    def cost(self, i: int, j: int, shape: tuple[int, int]) -> float:
        """What it costs to pair so many units from these places on."""
        a, b = self.one[i : i + shape[0]], self.other[j : j + shape[1]]
        if not a or not b:
            return _cost_alone((*a, *b)[0])
        kinds = _kinds(a, b)
        if kinds >= FIRM:
            return kinds
        return PRIOR[shape] + kinds + self._length(a, b) - self._bonus(i, j, shape)

    def _length(self, a: Sequence[Reading], b: Sequence[Reading]) -> float:
        ours, theirs = sum(u.size for u in a), sum(u.size for u in b) * self.ratio
        apart = abs(math.log((ours + SHORT) / (theirs + SHORT)))
        return min(LONGEST, SPREAD * math.pow(apart, POWER))

    def _bonus(self, i: int, j: int, shape: tuple[int, int]) -> float:
        """Up to ANCHORED for anchors in common, below zero where all are in one unit alone."""
        ours = self.marks[0][i].union(*self.marks[0][i + 1 : i + shape[0]])
        theirs = self.marks[1][j].union(*self.marks[1][j + 1 : j + shape[1]])
        if not ours and not theirs:
            return 0.0
        common = self._sum(ours & theirs)
        share = common / (self._sum(ours) + self._sum(theirs) - common)
        telling = min(1.0, self._sum(ours | theirs))
        return ANCHORED * telling * (1.3 * share - 0.3)

    def _sum(self, words: frozenset[str]) -> float:
        return sum(self.weights[word] for word in words)


def _cost_alone(unit: Reading) -> float:
    if unit.kind is Kind.HEADING:
        return ALONE
    return ALONE * min(1.4, 0.6 + 0.4 * unit.size / USUAL)


def _kinds(a: Sequence[Reading], b: Sequence[Reading]) -> float:
    """What a difference in kind costs; only running text may be joined or split."""
    if len(a) + len(b) > 2 and not JOINED.issuperset(u.kind for u in (*a, *b)):  # noqa: PLR2004
        return FIRM
    kinds = frozenset((a[0].kind, b[0].kind))
    if len(kinds) > 1:
        return STRANGE.get(kinds, FIRM)
    return 1.0 * abs(a[0].unit.level - b[0].unit.level) if a[0].kind is Kind.HEADING else 0.0
