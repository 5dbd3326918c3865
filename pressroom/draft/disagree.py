"""Where the sources of a story disagree on a date or a number: what an editor must ask.

Two statements are of the same thing when the words around the figure are: the characters
beside it, folded, share most of their pairs. Languages are not compared with one another.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pressroom.model import Item

READ = 4000
"""Characters of each item that are looked at."""

FIGURES = 60
ITEMS = 12
"""How many figures of an item, and items of a story, are compared: the cost stays bounded."""

AROUND = 24
ALIKE = 0.5
MONTHS = {
    name: n
    for n, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"), 1,
    )
    for name in names.split()
}  # fmt: skip
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
SCALES = {
    "": 1.0, "万": 1e4, "亿": 1e8, "万亿": 1e12, "thousand": 1e3, "million": 1e6, "billion": 1e9,
    "trillion": 1e12,
}  # fmt: skip
FIGURE = re.compile(
    rf"""(?P<y>\d{{4}})年(?P<ym>\d{{1,2}})月(?P<yd>\d{{1,2}})日
      | (?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})日
      | (?<![a-z0-9.])(?P<ed>\d{{1,2}})\ (?P<em>{MONTH})\b\.?
      | \b(?P<am>{MONTH})\b\.?\ (?P<ad>\d{{1,2}})(?![\d%])
      | 百分之(?P<cn>\d+(?:\.\d+)?)
      | (?<![a-z0-9.,])(?P<n>\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?)\ ?
        (?P<unit>%|per\ ?cent|万亿|万|亿|thousand|million|billion|trillion)?
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A date or number, its value, its words, and what stands around it."""

    kind: str
    value: float
    words: str
    around: frozenset[str]


@dataclass(frozen=True, slots=True)
class Question:
    """Two items that say different things of the same: on what, and which words each has."""

    kind: str
    one: str
    one_words: str
    other: str
    other_words: str

    def __str__(self) -> str:
        """As it is put to the editor."""
        return (
            f"sources disagree on a {self.kind}: {self.one_words} [{self.one}], "
            f"{self.other_words} [{self.other}]"
        )


def disagreements(items: Sequence[Item]) -> list[Question]:
    """The questions of a story, at most one for each pair of items and kind, in item order."""
    read = [(item, figures(f"{item.hed}\n{item.text}"[:READ])) for item in items[:ITEMS]]
    return [
        question
        for (one, mine), (other, theirs) in combinations(read, 2)
        if one.locale.split("-")[0] == other.locale.split("-")[0]
        for question in _between(one.id, mine, other.id, theirs)
    ]


def _between(
    one: str, mine: Sequence[Figure], other: str, theirs: Sequence[Figure]
) -> Iterator[Question]:
    for kind in ("date", "number"):
        ours = [f for f in mine if f.kind == kind]
        others = [f for f in theirs if f.kind == kind]
        known = {f.value for f in ours} & {f.value for f in others}
        clash = next(
            (
                (a, b)
                for a in ours
                if a.value not in known
                for b in others
                if b.value not in known and _alike(a.around, b.around)
            ),
            None,
        )
        if clash:
            yield Question(kind, one, clash[0].words, other, clash[1].words)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    least = min(len(one), len(other))
    return least > 3 and len(one & other) / least >= ALIKE  # noqa: PLR2004 - fewer pairs say nothing


def figures(text: str) -> list[Figure]:
    """Every date, percentage and number of a text; years alone and lone digits say too little."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return list(_figures(folded))[:FIGURES]


def _figures(text: str) -> Iterator[Figure]:
    for found in FIGURE.finditer(text):
        kind, value = _read(found)
        if kind:
            before = text[max(found.start() - AROUND, 0) : found.start()]
            around = frozenset(_pairs(before)) | frozenset(_pairs(text[found.end() :][:AROUND]))
            yield Figure(kind, value, found[0].strip(), around)


def _read(found: re.Match[str]) -> tuple[str, float]:
    if month := found["ym"] or found["m"]:
        return "date", int(month) * 100 + int(found["yd"] or found["d"])
    if name := found["em"] or found["am"]:
        return "date", MONTHS[name] * 100 + int(found["ed"] or found["ad"])
    if found["cn"]:
        return "number", float(found["cn"]) / 100
    value = float(found["n"].replace(",", ""))
    unit = (found["unit"] or "").replace(" ", "")
    if unit in {"%", "percent"}:
        return "number", value / 100
    if not unit and (value < 10 or _is_year(found["n"])):  # noqa: PLR2004 - "one of 3 points"
        return "", 0.0
    return "number", round(value * SCALES[unit], 6)


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and digits.startswith(("19", "20"))  # noqa: PLR2004 - a year's digits


def _pairs(text: str) -> Iterable[str]:
    bare = re.sub(r"[\W\d_]+", "", text)
    return (bare[i : i + 2] for i in range(len(bare) - 1))
