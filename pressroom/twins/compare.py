"""Compares two texts that should say the same in two languages, by every rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.lang.han import HAN_ONLY, script
from pressroom.model import Severity
from pressroom.twins.drift import Drift, Place, Twins, lay_twins, places, show
from pressroom.twins.numbers import number_drift
from pressroom.twins.structure import RULES
from pressroom.twins.units import Kind, cut_units

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.twins.numbers import Drift as Odd
    from pressroom.twins.reading import Reading

ORDER = {severity: number for number, severity in enumerate(Severity)}
HAN_SHARE, SAMPLE = 0.25, 2000
"""From this share of Han among its letters on a text is Chinese; so many tell its script."""
COUNTED = {Kind.HEADING, Kind.PARAGRAPH, Kind.ITEM, Kind.ROW, Kind.QUOTE}


def compare(one: str, one_locale: str, other: str, other_locale: str) -> list[Drift]:
    """All drifts between two Markdown texts, by the line of the first, then of the second.

    An empty locale is guessed from the text.
    """
    twins = lay_twins(
        one, one_locale or guess_locale(one), other, other_locale or guess_locale(other)
    )
    found = [drift for rule in (*RULES, numbers) for drift in rule(twins)]
    return sorted(found, key=lambda d: (d.one_line, d.other_line, ORDER[d.severity], d.message))


def guess_locale(text: str) -> str:
    """`zh-Hans`, `zh-Hant` or `en`, by the share of Han and their script."""
    words = " ".join(unit.text for unit in cut_units(text).units if unit.kind is not Kind.CODE)
    han = "".join(HAN_ONLY.findall(words))
    if len(han) < HAN_SHARE * max(1, sum(map(str.isalpha, words))):
        return "en"
    return script(han[:SAMPLE], "zh-Hans")


def numbers(twins: Twins) -> Iterator[Drift]:
    """Numbers that differ."""
    for place in places(twins):
        if place.pair.is_whole and place.pair.one[0].kind in COUNTED:
            ours, theirs = (_words(side) for side in (place.pair.one, place.pair.other))
            for odd in number_drift(ours, twins.one_locale, theirs, twins.other_locale):
                yield _number(twins, place, odd, ours, theirs)


def _words(units: Sequence[Reading]) -> str:
    return "\n".join(unit.plain for unit in units)


def _number(twins: Twins, place: Place, odd: Odd, ours: str, theirs: str) -> Drift:
    one = _line(place.pair.one, ours, odd.one_offset) if odd.one_words else place.one_line
    other = (
        _line(place.pair.other, theirs, odd.other_offset) if odd.other_words else place.other_line
    )
    severity = Severity.BEFORE if odd.kind == "error" else Severity.LOOK
    return Drift(
        "twin-number", severity, one, other,
        f"{_said(odd.one_words, twins.one_locale)}, {_said(odd.other_words, twins.other_locale)}.",
        "give both the same number.",
    )  # fmt: skip


def _said(words: str, locale: str) -> str:
    return f"{show(words)} in {locale}" if words else f"no such number in {locale}"


def _line(units: Sequence[Reading], text: str, offset: int | None) -> int:
    """The line of a place in joined units; code in a line of its own keeps the count."""
    before = text.count("\n", 0, offset or 0)
    for unit in units:
        rows = unit.plain.count("\n") + 1
        if before < rows:
            return unit.line + before
        before -= rows
    return units[-1].line
