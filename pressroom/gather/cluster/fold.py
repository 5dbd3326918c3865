"""Text -> what is left of it to compare: letters and digits, one form for each.

Width, case, punctuation and spaces go; traditional characters become simplified ones, each for
itself by OpenCC's tables (t2s, tw2s, hk2s): no phrase rule makes the two sides of a pair differ.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNITS = 0x10000
SURROGATES = range(0xD800, 0xE000)
WIDE = 0x2E80
"""From here on (CJK radicals, kana, Han, Hangul) a character says about as much as a word."""

VARIANTS = str.maketrans("瞭藉揹覆甦彷俱着", "了借背复苏仿具著")
"""What OpenCC does not undo by itself: found by converting real pages forth and back."""


def fold(text: str) -> str:
    """The letters and digits of a text, in simplified characters and lower case.

    >>> fold("“ＡＩ＋”歸來！")
    'ai归来'
    """
    return unicodedata.normalize("NFKC", text).casefold().translate(_mapping())


def letters(text: str) -> NDArray[np.uint32]:
    """Nearly the same as `fold`, as code points and many times as fast.

    One letter for one: `㎏` is `k`. Beyond the basic plane each half of a surrogate pair counts.
    """
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
    folded = _codes().take(units)
    return folded.compress(folded)


@cache
def _codes() -> NDArray[np.uint32]:
    return np.array(table(), np.uint32)


@cache
def table() -> list[int]:
    """For each code unit of UTF-16 its folded form; 0 is dropped. Built once, in 40 ms."""
    forms = [unicodedata.normalize("NFKC", chr(unit)).casefold()[:1] for unit in range(UNITS)]
    han = slice(WIDE, SURROGATES.start)
    forms[han] = _simplified(forms[han])
    return [ord(c) if c.isalnum() or u in SURROGATES else 0 for u, c in enumerate(forms)]


@cache
def _mapping() -> dict[int, int | None]:
    return {unit: form or None for unit, form in enumerate(table())}


def _simplified(characters: list[str]) -> list[str]:
    """Each character by itself: the line breaks keep OpenCC from seeing phrases."""
    from opencc import OpenCC

    lines = "\n".join(characters)
    for name in ("t2s", "tw2s", "hk2s"):
        lines = OpenCC(name).convert(lines)
    return lines.translate(VARIANTS).split("\n")
