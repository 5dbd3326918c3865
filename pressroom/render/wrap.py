"""Lines of plain text by East Asian width (UAX 11), with the line-start rules of Chinese.

A Han character takes two columns and may end a line; a closing mark never starts one, an
opening mark never ends one (the everyday part of CLREQ); addresses are never broken.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from pressroom.lang.han import HAN

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = 72
WIDE = HAN + "\u3001-\u303f\uff01-\uff60"
ATOM = re.compile(rf"\s+|[a-z]+://[^\s{WIDE}]+|[{WIDE}]|[^\s{WIDE}]+")
WIDE_ONE = re.compile(f"[{WIDE}]")
NOT_FIRST = set("，。、；：？！）》〉」』】”’…—%％")
NOT_LAST = set("（《〈「『【“‘")


def columns(text: str) -> int:
    """How many columns of a fixed-width screen the text takes; ambiguous ones count one."""
    return len(text) if text.isascii() else sum(map(_width, text))


@cache
def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrapped(text: str, width: int = COLUMNS) -> list[str]:
    """Running text cut into lines of at most `width` columns, save where one word is longer."""
    if width >= len(text) and text.isascii():
        flat = " ".join(text.split())
        return [flat] if flat else []
    lines, line, used = [], "", 0
    for gap, piece in _pieces(text):
        wide = columns(piece)
        if line and used + len(gap) + wide > width:
            lines.append(line)
            line, used = piece, wide
        else:
            line, used = (f"{line}{gap}{piece}", used + len(gap) + wide) if line else (piece, wide)
    return [*lines, line] if line else lines


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """What may not be broken, each with the blank before it."""
    if text.isascii():
        yield from ((" ", word) for word in text.split())
        return
    gap, held = "", ""
    held_gap = ""
    for atom in ATOM.findall(text):
        if atom.isspace():
            gap = " "
            continue
        if held and (gap or not _sticks(held, atom)):
            yield held_gap, held
            held, held_gap = "", gap
        held_gap = held_gap if held else gap
        held, gap = held + atom, ""
    if held:
        yield held_gap, held


def _sticks(before: str, after: str) -> bool:
    if before[-1] in NOT_LAST or after[0] in NOT_FIRST:
        return True
    return not (WIDE_ONE.match(after) or WIDE_ONE.match(before[-1]))


def hanging(text: str, first: str, rest: str, width: int = COLUMNS) -> list[str]:
    """Wrapped text with `first` before its first line and `rest` before the others."""
    lines = wrapped(text, width - max(columns(first), columns(rest)))
    return [(rest if at else first) + line for at, line in enumerate(lines or [""])]
