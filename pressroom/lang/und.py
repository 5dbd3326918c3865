"""Any language without a table of its own: Unicode's rules, CLDR's dates, English words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.lang.en import ENGLISH
from pressroom.model import Language

if TYPE_CHECKING:
    from datetime import date

ENDS = re.compile(r"(?<=[.!?…])\s+")
WORD = re.compile(r"\w+")


def sentences(text: str) -> list[str]:
    """Cut at a full stop, question or exclamation mark followed by space."""
    return [s for s in ENDS.split(" ".join(text.split())) if s]


def count(text: str) -> int:
    """Runs of letters and digits."""
    return len(WORD.findall(text))


def long_date(day: date) -> str:
    """The ISO form, which no reader misreads."""
    return day.isoformat()


NEUTRAL = Language(
    codes=("und",),
    spaced=True,
    turn_marks=("Q",),
    quotes=(("“", "”"), ('"', '"'), ("«", "»")),
    parentheses=(" (", ")"),
    todo_words=ENGLISH.todo_words,
    words=ENGLISH.words,
    sentences=sentences,
    count=count,
    long_date=long_date,
    handle=ENGLISH.handle,
)
