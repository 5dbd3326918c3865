"""Spaces where Han characters meet Latin letters or figures: one way in an edition.

Dates (2025年) and names such as A股 are left as they stand unless the house wants no space
anywhere; a paragraph that is mostly Latin is not judged.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple

from pressroom.check.inked import Stretch, a_line_once, editions, few, guarded, is_chinese
from pressroom.lang.han import HAN, HAN_ONLY
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.model import Proof

House = Literal["none", "space", "any"]
BORDER = re.compile(
    rf"(?<=[{HAN}])(?P<before> {{0,2}})(?=(?P<latin>[A-Za-z0-9]))"
    rf"|(?<=[A-Za-z0-9+%])(?P<after> {{0,2}})(?=[{HAN}])"
)
DATE = re.compile(r" {0,2}\d{1,4} {0,2}[年月日号號时時分秒点點]")
UNIT = re.compile(r" {0,2}[年月日号號时時分秒点點]")
NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z](?=[股恤光站币幣线線盘盤型])")
LATIN_WORD = re.compile(r"[A-Za-z]+")
CONTEXT = 8


class Border(NamedTuple):
    """A place where scripts meet: the spaces there, letters or figures, freely spaced or not."""

    start: int
    end: int
    kind: str
    is_free: bool

    @property
    def way(self) -> str:
        """`space` or `none`."""
        return "space" if self.end > self.start else "none"


class Spacing:
    """Borders that are not spaced as the house, or the rest of the edition, spaces them."""

    rule = "spacing"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """The first five places of each edition, then a count."""
        style = getattr(proof, "style", None)
        yield from found(proof, getattr(style, "han_latin_space", "any"))


def found(proof: Proof, house: House) -> Iterator[Finding]:
    """The borders against the house's way; with `any`, those of the rarer way in an edition."""
    for locale, printed in editions(proof).items():
        if is_chinese(locale):
            told = _mixed(printed) if house == "any" else _against(printed, house)
            yield from few(a_line_once(told))


def _against(printed: Sequence[Stretch], house: House) -> Iterator[Finding]:
    word = {"none": "a space", "space": "no space"}[house]
    for stretch in printed:
        for border in wrong(stretch.text, house):
            told = f"{word} between Han and Latin in “{_around(stretch.text, border)}”."
            fix = "pressroom check --fix." if not stretch.is_front else f"the house has: {house}."
            yield Finding("spacing", Severity.BEFORE, *stretch.at(border.start), told, fix)


def _mixed(printed: Sequence[Stretch]) -> Iterator[Finding]:
    """Letters and figures are counted apart: many houses space the one and not the other."""
    placed = [(s, b) for s in printed for b in borders(s.text) if not b.is_free]
    counts = Counter((b.kind, b.way) for _, b in placed)
    for stretch, border in placed:
        many, few_ = (counts[border.kind, way] for way in _by_count(counts, border.kind))
        if few_ and border.way == _by_count(counts, border.kind)[1]:
            word = "a space" if border.way == "space" else "no space"
            told = f"{word} between Han and {border.kind} in “{_around(stretch.text, border)}”, "
            told += f"otherwise at {many} of {many + few_} places."
            fix = 'write them alike, or set style.han_latin_space to "none" or "space".'
            yield Finding("spacing", Severity.LOOK, *stretch.at(border.start), told, fix)


def _by_count(counts: Counter[tuple[str, str]], kind: str) -> list[str]:
    return sorted(("none", "space"), key=lambda way: -counts[kind, way])


def _around(text: str, border: Border) -> str:
    return " ".join(text[max(border.start - CONTEXT, 0) : border.end + CONTEXT].split())


def wrong(text: str, house: House) -> list[Border]:
    """The borders of a paragraph that the house would have otherwise; none with `any`."""
    if house == "any":
        return []
    return [b for b in borders(text) if b.way != house and not (b.is_free and house == "space")]


def borders(text: str) -> Iterator[Border]:
    """Where Han meets Latin in a Chinese paragraph, titles and sourced quotations left out."""
    open_ = guarded(text)
    if sum(map(len, HAN_ONLY.findall(open_))) < len(LATIN_WORD.findall(open_)):
        return
    names = {m.end() for m in NAME.finditer(open_)}
    for meeting in BORDER.finditer(open_):
        start, end = meeting.span()
        if start not in names:
            side = meeting["latin"] or open_[start - 1 : start]
            date = DATE if meeting["latin"] else UNIT
            kind = "figures" if side.isdigit() or side == "%" else "letters"
            yield Border(start, end, kind, date.match(open_, start) is not None)


RULE = Spacing()
