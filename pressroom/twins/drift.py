"""What the rules on twins look at, and what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from pressroom.twins.pair import Pair, pair_units
from pressroom.twins.reading import Reading, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.model import Severity

Side = Literal["one", "other"]
SHOWN = 48
NO_LETTERS = re.compile(r"[\W_]+")


class Drift(NamedTuple):
    """One difference between two texts that should say the same, and what to do about it.

    The lines are 1-based; what is missing on a side has the line it would stand after there.
    """

    rule: str
    severity: Severity
    one_line: int
    other_line: int
    message: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Twins:
    """Two texts, their languages (BCP 47), and their units in pairs."""

    one: Sequence[Reading]
    other: Sequence[Reading]
    one_locale: str
    other_locale: str
    pairs: Sequence[Pair] = field(default_factory=tuple)

    def locale(self, side: Side) -> str:
        """The language of a side."""
        return self.one_locale if side == "one" else self.other_locale

    def units(self, side: Side) -> Sequence[Reading]:
        """The units of a side."""
        return self.one if side == "one" else self.other


class Place(NamedTuple):
    """A pair with the lines that a finding on it names."""

    number: int
    pair: Pair
    one_line: int
    other_line: int


def lay_twins(one: str, one_locale: str, other: str, other_locale: str) -> Twins:
    """Cut, read and pair two Markdown texts."""
    ours, theirs = read(one), read(other)
    return Twins(ours, theirs, one_locale, other_locale, tuple(pair_units(ours, theirs)))


def places(twins: Twins) -> Iterator[Place]:
    """Each pair with a line on both sides; a missing side has the line of what goes before."""
    one = other = 1
    for number, pair in enumerate(twins.pairs):
        one = pair.one[0].line if pair.one else one
        other = pair.other[0].line if pair.other else other
        yield Place(number, pair, one, other)


def show(words: str, limit: int = SHOWN) -> str:
    """Words as a message quotes them: on one line, cut to a length."""
    flat = " ".join(words.split())
    return f"“{flat[:limit].rstrip()}…”" if len(flat) > limit else f"“{flat}”"


@lru_cache(maxsize=2048)
def letters(words: str) -> str:
    """Words for comparison: their letters and figures alone, no case."""
    return NO_LETTERS.sub("", words).casefold()
