"""Mends marks, widths and spaces in a manuscript, where there is no doubt.

Front matter, code, shorthands, addresses, ids, notes to oneself, titles and sourced quotations
are left alone, and so is every byte that is no part of a fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressroom.check.inked import is_chinese, paragraphs
from pressroom.check.marks import Pair, own_pair, turned
from pressroom.check.spacing import House, wrong
from pressroom.check.width import Edit, edits
from pressroom.errors import ManuscriptError
from pressroom.lang import language
from pressroom.manuscript.cut import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PASSES = 4


@dataclass(frozen=True, slots=True)
class Style:
    """How the house writes: spaces where Han meets Latin; curly marks in English or not.

    `curly` None: as most marks of the very text are. `marks` are the two that straight ones
    turn into where `curly` holds; None stands for the language's first.
    """

    han_latin_space: House = "any"
    curly: bool | None = None
    marks: Pair | None = None


def polish(text: str, locale: str, style: object = None) -> str:
    """The same manuscript with its mechanical faults of type mended; twice changes no more.

    `style` is anything with the attributes of Style; those it lacks have their defaults. A
    text that cannot be cut, or does not come to rest, is returned as it is.
    """
    try:
        front = cut(text, language(locale).turn_marks, "", lines=False).front
    except ManuscriptError:
        return text
    step = _step(locale, style)
    before = text[len(front) :]
    for _ in range(PASSES):
        after = step(before)
        if after == before:
            return front + after
        before = after
    return text


def leaning(texts: Iterable[str], locale: str, style: object = None) -> Style:
    """The style for all files of one edition: curly (or 「」) where most of its marks are."""
    words = [para for text in texts for _, para in paragraphs(_body(text, locale))]
    pair = own_pair(words, locale)
    return Style(getattr(style, "han_latin_space", "any"), pair is not None, pair)


def _body(text: str, locale: str) -> str:
    try:
        return text[len(cut(text, language(locale).turn_marks, "").front) :]
    except ManuscriptError:
        return ""


def _step(locale: str, style: object) -> Callable[[str], str]:
    house: House = getattr(style, "han_latin_space", "any")
    mark = _turn(locale)

    def step(body: str) -> str:
        found = list(paragraphs(body))
        pair = _pair(locale, style, [text for _, text in found])
        rows = body.split("\n")
        for row, text in found:
            size = text.count("\n") + 1
            head, rest = _opened(text, mark)
            rows[row : row + size] = (head + _mended(rest, locale, house, pair)).split("\n")
        return "\n".join(rows)

    return step


def _pair(locale: str, style: object, texts: list[str]) -> Pair | None:
    curly: bool | None = getattr(style, "curly", None)
    if curly is None:
        return own_pair(texts, locale)
    marks: Pair | None = getattr(style, "marks", None)
    return (marks or language(locale).quotes[0]) if curly else None


def _turn(locale: str) -> re.Pattern[str]:
    marks = "|".join(map(re.escape, language(locale).turn_marks))
    return re.compile(rf"\ufeff?(?:{marks})[ \t]?[:：][ \t]*")


def _opened(text: str, mark: re.Pattern[str]) -> tuple[str, str]:
    """A paragraph in two: the mark of a turn, and the rest."""
    opener = mark.match(text)
    size = opener.end() if opener else 0
    return text[:size], text[size:]


def _mended(text: str, locale: str, house: House, pair: Pair | None) -> str:
    text = applied(text, (e for e in edits(text, locale) if e.is_sure))
    signs = turned(text, pair, locale)
    text = applied(text, [Edit(m.offset, m.offset + 1, m.curly) for m in signs])
    if is_chinese(locale):
        space = " " if house == "space" else ""
        text = applied(text, (Edit(b.start, b.end, space) for b in wrong(text, house)))
    return text


def applied(text: str, changes: Iterable[Edit]) -> str:
    """The text with the changes made, which are in order and do not overlap."""
    out: list[str] = []
    position = 0
    for change in changes:
        if change.start >= position:
            out += text[position : change.start], change.new
            position = change.end
    return "".join(out) + text[position:]
