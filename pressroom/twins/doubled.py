"""A paragraph that stands twice on one side alone was put there in place of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.model import Severity
from pressroom.twins.drift import Drift, Side, Twins, letters, places, show
from pressroom.twins.units import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.twins.drift import Place
    from pressroom.twins.reading import Reading

LEAST = 60
"""Fewer letters may well stand twice ("Discuss it with us on Thursday")."""
RUNNING = {Kind.PARAGRAPH, Kind.ITEM, Kind.QUOTE}


def doubled(twins: Twins) -> Iterator[Drift]:
    """Units of one side that are alike while their twins are not."""
    yield from _doubled(twins, "one")
    yield from _doubled(twins, "other")


def _doubled(twins: Twins, side: Side) -> Iterator[Drift]:
    seen: dict[str, tuple[Reading, str]] = {}
    for place, unit, twin in _units(twins, side):
        words = letters(unit.plain)
        first, first_twin = seen.setdefault(words, (unit, twin))
        if (first is not unit and first_twin != twin) or (_is_twice(words) and not _is_twice(twin)):
            yield _said(twins, side, place, first, unit)


def _is_twice(words: str) -> bool:
    """Whether a unit says the same twice over: a row that was pasted twice."""
    half = len(words) // 2
    return half > 0 and words[:half] == words[half:]


def _units(twins: Twins, side: Side) -> Iterator[tuple[Place, Reading, str]]:
    """Each longer unit of a side, and the letters of its twin."""
    for place in places(twins):
        ours, theirs = place.pair.one, place.pair.other
        if side == "other":
            ours, theirs = theirs, ours
        for unit in ours:
            if unit.kind in RUNNING and unit.size >= LEAST:
                yield place, unit, letters("".join(u.plain for u in theirs))


def _said(twins: Twins, side: Side, place: Place, first: Reading, again: Reading) -> Drift:
    lines = (again.line, place.other_line) if side == "one" else (place.one_line, again.line)
    return Drift(
        "twin-doubled", Severity.BEFORE, *lines,
        f"{show(again.plain)} stands in line {first.line} of {twins.locale(side)} already.",
        "take one out, or put in what its twin says.",
    )  # fmt: skip
