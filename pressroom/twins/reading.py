"""What is compared of a unit: its links, code spans, figures, bare words, and how long it is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pressroom.lang.han import HAN
from pressroom.twins.links import UNDEFINED, Address, address
from pressroom.twins.units import Kind, Unit, cut_units, fold_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MARKUP = re.compile(
    r"""\\(?P<escape>[!-/:-@\[-`{-~])
      | (?P<ticks>`+)
      | !\[\[(?P<figure>[^\[\]\n]{1,200})\]\]
      | \[\[(?P<term>[^\[\]\n]{1,300})\]\]
      | \[(?P<cite>@[^\[\]]{1,300})\]
      | \[\^(?P<note>[^\[\]\s]{1,80})\]
      | (?P<bang>!?)\[(?P<words>[^\[\]]{0,800}(?:\[[^\[\]]{0,300}\][^\[\]]{0,800}){0,2})\]
        (?:\(\s{0,9}<?(?P<to>(?:[^\s()<>]|\([^\s()]{0,300}\)){0,2000})>?(?:\s+["'][^"\n]{0,300}["'])?\s{0,9}\)
          |[ ]?\[(?P<label>[^\[\]]{0,300})\])?
      | <?(?P<auto>https?://[^\s<>()\[\]“”‘’「」，。；、）（《》"]{1,2000})>?
    """,
    re.VERBOSE,
)
MARKED = re.compile(r"[\\`\[]|://")
"""What every piece of markup has in it; a unit without any is bare words throughout."""
CITED = re.compile(r"@([A-Za-z0-9][\w.-]{0,80})")
HAN_ONE = re.compile(f"[{HAN}]")
EMPHASIS = re.compile(r"\*{1,6}|(?<![A-Za-z0-9])_{1,3}|_{1,3}(?![A-Za-z0-9])")
HAN_WEIGHT = 3.7
"""So many letters one Han character stands for, measured on English and Chinese twins."""


class Link(NamedTuple):
    """A link: its address, its words, and the 1-based line it starts on."""

    address: Address
    words: str
    line: int


class Code(NamedTuple):
    """A code span and the 1-based line it starts on."""

    words: str
    line: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A unit read: `plain` has its words without markup, its line ends kept.

    `size` is in letters; a Han character counts for `HAN_WEIGHT` of them.
    """

    unit: Unit
    plain: str
    links: tuple[Link, ...]
    codes: tuple[Code, ...]
    figures: tuple[Address, ...]
    size: float

    @property
    def line(self) -> int:
        """The 1-based line of its first row."""
        return self.unit.line

    @property
    def kind(self) -> Kind:
        """What it is in the text."""
        return self.unit.kind


@lru_cache(maxsize=256)
def read(text: str) -> tuple[Reading, ...]:
    """All units of a Markdown text, read; kept, as one original has a twin in each edition."""
    cut = cut_units(text)
    return tuple(_read(unit, cut.targets) for unit in cut.units)


def _read(unit: Unit, targets: Mapping[str, str]) -> Reading:
    if unit.kind is Kind.CODE:
        return Reading(unit, unit.text, (), (), (), _size(unit.text))
    reader = _Reader(unit, targets)
    plain = EMPHASIS.sub("", "".join(reader.pieces()))
    if reader.figures and not plain.strip():
        unit = replace(unit, kind=Kind.FIGURE)
    return Reading(
        unit, plain, tuple(reader.links), tuple(reader.codes), tuple(reader.figures), _size(plain)
    )


def _size(plain: str) -> float:
    han = len(HAN_ONE.findall(plain))
    return len(plain) - plain.count(" ") * 0.2 + han * (HAN_WEIGHT - 1)


class _Reader:
    """One pass over a unit's markup; `pieces` are its bare words."""

    def __init__(self, unit: Unit, targets: Mapping[str, str]) -> None:
        self.unit, self.targets = unit, targets
        self.links: list[Link] = []
        self.codes: list[Code] = []
        self.figures: list[Address] = []
        self.ticks = _ticks(unit.text)

    def pieces(self) -> Iterator[str]:
        text, position = self.unit.text, 0
        if not MARKED.search(text):
            yield text
            return
        while found := MARKUP.search(text, position):
            yield text[position : found.start()]
            position = found.end()
            if found["ticks"]:
                position = self._span(found)
                yield text[found.end() : position].rstrip("`")
            else:
                yield self._words(found)
        yield text[position:]

    def _span(self, found: re.Match[str]) -> int:
        """Keep a code span; the position after it, or after ticks that nothing closes."""
        size = len(found["ticks"])
        places = self.ticks[size]
        after = bisect_right(places, found.start())
        if after == len(places):
            return found.end()
        words = " ".join(self.unit.text[found.end() : places[after]].split())
        self.codes.append(Code(words, self._line(found)))
        return places[after] + size

    def _line(self, found: re.Match[str]) -> int:
        return self.unit.line + self.unit.text.count("\n", 0, found.start())

    def _words(self, found: re.Match[str]) -> str:
        """The words that a piece of markup shows; its address is kept on the way."""
        if found["escape"]:
            return found["escape"]
        if found["figure"]:
            self.figures.append(address(UNDEFINED + found["figure"]))
            return ""
        if found["term"]:
            return found["term"].rpartition("|")[2]
        if found["cite"]:
            self._cite(found)
            return ""
        if found["note"]:
            return ""
        return self._link(found)

    def _cite(self, found: re.Match[str]) -> None:
        for key in CITED.findall(found["cite"]):
            self.links.append(Link(address(f"@{key}"), f"@{key}", self._line(found)))

    def _link(self, found: re.Match[str]) -> str:
        words = found["words"] or ""
        to = self._target(found)
        if to is None:
            return f"[{self._inner(words)}]"
        if found["bang"]:
            self.figures.append(address(to))
            return ""
        shown = self._inner(words)
        self.links.append(Link(address(to), " ".join(shown.split()), self._line(found)))
        return shown

    def _inner(self, words: str) -> str:
        """A link's words without markup of their own; code spans in them are kept."""
        if "`" not in words and "[" not in words:
            return words
        inner = _Reader(Unit(self.unit.kind, words, self.unit.line), self.targets)
        shown = "".join(inner.pieces())
        self.codes += inner.codes
        self.figures += inner.figures
        return shown

    def _target(self, found: re.Match[str]) -> str | None:
        """Where a link leads; None where square brackets are just that."""
        if found["auto"]:
            return found["auto"].rstrip(".,;:!?*_'")
        if found["to"] is not None:
            return found["to"]
        label = fold_label(found["label"] or found["words"])
        known = self.targets.get(label)
        if known is None and found["label"] is not None:
            return UNDEFINED + label
        return known


def _ticks(text: str) -> Mapping[int, list[int]]:
    runs: dict[int, list[int]] = defaultdict(list)
    for run in re.finditer("`+", text):
        runs[len(run[0])].append(run.start())
    return runs
