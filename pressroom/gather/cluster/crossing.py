"""Which groups of items in Han tell the same event as groups in other scripts.

Words say nothing across languages, so what is compared is what stays the same: addresses that
both give, figures by their value, days, names in Latin letters or in pinyin, and names and words
of which `names.txt` or the newsroom's term base knows both forms (names.py). One kind alone is
never enough; neither is a name alone.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import timedelta
from functools import cache
from itertools import chain, pairwise
from math import log
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from pressroom.gather.cluster.facts import LAST_DAY, SCALES, days
from pressroom.gather.cluster.features import IDEOGRAPHS, flat
from pressroom.gather.cluster.names import LATIN
from pressroom.gather.cluster.weights import shares

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.gather.cluster.names import Names
    from pressroom.model import Item

ENOUGH = 2.3
"""What the anchors of a pair must weigh together to tell one event."""

KINDS = 2
SPEAK = 3
"""So many kinds must agree; so many items of a group are compared."""

WINDOW = timedelta(days=2)
READ = 280
"""Characters of a text in which anchors are looked for."""

POSTINGS = 24
COMMON = 0.05
"""An anchor in a larger share of the items, and in more than `COMMON_LEAST`, finds nothing."""

COMMON_LEAST = 8
LINK_WEIGHT, OUTLET_WEIGHT, DAY_WEIGHT = 2.0, 0.4, 0.5
NAME_MOST, FIGURE_MOST, HEADLINE = 1.0, 1.2, 1.3
NAMES_MOST = 2.2
"""No number of names weighs more: two reports on one company are not one event."""

ADDRESS = re.compile(
    r"https?://(?:www\.)?([^\s<>\"'()（）。，；/?#]+/[^\s<>\"'()（）。，；?#]{3,})"
)
PROPER = re.compile(r"\b[A-Z][A-Za-z]+(?: [A-Z][a-z]+)*")
VALUE = re.compile(
    r"(?P<digits>\d+(?:,\d{3})*(?:\.\d+)?)[ -]?"
    r"(?P<scale>[百千]|万亿|万|亿|hundred|thousand|million|billion|trillion|[mb]n\b)?",
    re.IGNORECASE,
)
HAN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
HAN_PERCENT = re.compile("百分之([一二三四五六七八九十百点零两]+)")
ROUNDED_FROM = 1000
"""Of a larger figure three digits are compared: 1845.04亿 is 184.5 billion."""

SHORTEST_PINYIN = 5
YEARS = range(1900, 2101)
SPELLED = 120
"""Characters of a text of which the pinyin is compared."""


class Anchors(NamedTuple):
    """What of an item stays the same in another language: (kind, value), the headline's apart."""

    han: bool
    all: frozenset[tuple[str, str]]
    head: frozenset[tuple[str, str]]


def crossings(
    items: Sequence[Item], han: Sequence[bool], groups: Sequence[int], names: Names
) -> Iterator[tuple[int, int]]:
    """Pairs (earlier, later) of first items of groups that tell one event in two scripts.

    `groups` gives for each item the first item of its group. A group is joined to at most one
    other, the best for both, so that no chain forms.
    """
    if all(han) or not any(han):
        return
    best: dict[tuple[int, int], float] = {}
    speak = [*_spokesmen(groups)]
    for a, b, score in _alike([items[i] for i in speak], [han[i] for i in speak], names):
        one, other = groups[speak[a]], groups[speak[b]]
        pair = min(one, other), max(one, other)
        best[pair] = max(score, best.get(pair, 0.0))
    taken: set[int] = set()
    for pair, _ in sorted(best.items(), key=lambda found: (-found[1], found[0])):
        if taken.isdisjoint(pair):
            taken.update(pair)
            yield pair


def _spokesmen(groups: Sequence[int]) -> Iterator[int]:
    """The first `SPEAK` items of each group."""
    seen: Counter[int] = Counter()
    for i, group in enumerate(groups):
        seen[group] += 1
        if seen[group] <= SPEAK:
            yield i


def _alike(
    items: Sequence[Item], han: Sequence[bool], names: Names
) -> Iterator[tuple[int, int, float]]:
    of = [*anchored(items, han, names)]
    weights = Weighing(of)
    postings: defaultdict[tuple[bool, str, str], list[int]] = defaultdict(list)
    for i, one in enumerate(of):
        found = {
            j for a in one.all if weights.finds(a) for j in postings[not one.han, *a][-POSTINGS:]
        }
        for j in sorted(found):
            score = weights.score(items[j], items[i], of[j], one)
            if score >= ENOUGH:
                yield j, i, score
        for anchor in one.all:
            postings[one.han, *anchor].append(i)


def anchored(items: Sequence[Item], han: Sequence[bool], names: Names) -> Iterator[Anchors]:
    """The anchors of each item; pinyin only as far as another item says it."""
    texts = [(flat(item.hed), flat(item.text[:READ])) for item in items]
    spelled = frozenset(
        name.replace(" ", "").lower()
        for (head, text), is_han in zip(texts, han, strict=True)
        if not is_han
        for name in _proper(f"{head}. {text}")
        if len(name) >= SHORTEST_PINYIN
    )
    for item, (head, text), is_han in zip(items, texts, han, strict=True):
        own = {("link", link) for link in _links(item)}
        titled = frozenset(_anchors(head, is_han, spelled, names))
        told = frozenset(_anchors(text, is_han, spelled, names))
        yield Anchors(is_han, titled | own | told, titled)


def _links(item: Item) -> Iterator[str]:
    yield from (found.rstrip("/.") for found in ADDRESS.findall(item.text))
    yield from (found.rstrip("/.") for found in ADDRESS.findall(item.url))


def _anchors(
    text: str,
    han: bool,  # noqa: FBT001 - a property, not an option
    spelled: frozenset[str],
    names: Names,
) -> Iterator[tuple[str, str]]:
    yield from (("figure", value) for value in values(text))
    yield from (("day", f"{m}-{d}") for m, d in days(text.lower()) if m)
    found = _han_names(text, spelled, names) if han else _latin_names(text, names)
    yield from (("name", name) for name in found)


def values(text: str) -> Iterator[str]:
    """The distinctive figures of a text by their value: two digits that are not a round number.

    >>> sorted(values("1.5万人, 15,000 of 100; 百分之七十二; 2024年"))
    ['1.5e+04', '1.5e+04', '72']
    """
    text = HAN_PERCENT.sub(lambda found: str(_han_number(found[1])), text)
    for found in VALUE.finditer(text):
        digits = found["digits"].replace(",", "")
        value = float(digits) * SCALES.get((found["scale"] or "").lower(), 1)
        if _distinctive(digits, value):
            yield f"{value:.3g}" if value >= ROUNDED_FROM else f"{value:g}"


def _distinctive(digits: str, value: float) -> bool:
    significant = digits.replace(".", "").strip("0")
    dated = "." not in digits and (value in YEARS or value <= LAST_DAY)
    return len(significant) > 1 and not dated


def _han_number(word: str) -> int:
    tens, ten, ones = word.partition("十")
    if not ten:
        return HAN_DIGITS.get(word[0], 0)
    return 10 * HAN_DIGITS.get(tens[-1:], 1) + HAN_DIGITS.get(ones[:1], 0)


def _latin_names(text: str, names: Names) -> Iterator[str]:
    low, common = text.lower(), shares()
    for found in LATIN.finditer(text):
        word = found[0].lower()
        if word in names.firsts:
            yield from names.at(low, found.start(), word)
        if word != found[0] and word not in common and len(word) > 1:
            yield word
    yield from (name.replace(" ", "").lower() for name in _proper(text) if " " in name)


def _proper(text: str) -> Iterator[str]:
    """Capitalised runs, and each two words of them that stand together."""
    for run in PROPER.findall(text):
        words = run.split(" ")
        yield from words
        yield from map(" ".join, pairwise(words))


def _han_names(text: str, spelled: frozenset[str], names: Names) -> Iterator[str]:
    yield from (word.lower() for word in LATIN.findall(text) if len(word) > 1)
    yield from names.within(text)
    for run in IDEOGRAPHS.findall(text[:SPELLED]):
        syllables = [_syllable(c) for c in run]
        pairs = list(map(add, syllables, syllables[1:]))
        triples = map(add, pairs, syllables[2:])
        fours = map(add, pairs, pairs[2:])
        yield from spelled.intersection(chain(pairs, triples, fours))


@cache
def _syllable(character: str) -> str:
    from pypinyin import lazy_pinyin

    return str(lazy_pinyin(character, v_to_u=False)[0])


class Weighing:
    """How much an anchor says: the rarer among the items, the more."""

    def __init__(self, of: Sequence[Anchors]) -> None:
        self.seen = Counter(chain.from_iterable(one.all for one in of))
        self.count = len(of)

    def finds(self, anchor: tuple[str, str]) -> bool:
        """Whether items are looked up by an anchor: it is no day, and not too common."""
        seen = self.seen[anchor]
        return anchor[0] != "day" and 1 < seen <= max(COMMON_LEAST, COMMON * self.count)

    def score(self, a: Item, b: Item, of_a: Anchors, of_b: Anchors) -> float:
        """What two items have in common; 0 outside the window or with too few kinds."""
        if a.published and b.published and abs(a.published - b.published) > WINDOW:
            return 0.0
        common = sorted(of_a.all & of_b.all)
        both = of_a.head | of_b.head
        names = sum(self._of(c) * (HEADLINE if c in both else 1) for c in common if c[0] == "name")
        rest = sum(self._of(c) for c in common if c[0] != "name")
        kinds = {kind for kind, _ in common} | ({"outlet"} if _together(a, b) else set())
        if len(kinds) < KINDS or kinds <= {"day", "outlet", "figure"}:
            return 0.0
        return min(names, NAMES_MOST) + rest + (OUTLET_WEIGHT if "outlet" in kinds else 0)

    def _of(self, anchor: tuple[str, str]) -> float:
        kind, value = anchor
        if kind == "link":
            return LINK_WEIGHT
        if kind == "day":
            return DAY_WEIGHT
        rarity = log((self.count + 20) / self.seen[anchor]) / log(self.count + 20)
        if kind == "figure":
            return FIGURE_MOST * rarity * min(1.0, (len(value.replace(".", "").strip("0"))) / 3)
        return NAME_MOST * rarity


def _together(a: Item, b: Item) -> bool:
    """Whether the same outlet published both on one day."""
    same = a.outlet == b.outlet and a.published and b.published
    return bool(same and a.published and b.published and a.published.date() == b.published.date())
