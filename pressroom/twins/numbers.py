"""Numbers that drift between a text and its translation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pressroom.lang.figures import compare

if TYPE_CHECKING:
    from pressroom.lang.figures import Figure


@dataclass(frozen=True, slots=True)
class Drift:
    """A number that one text states and the other does not.

    An error names a figure on both sides, which probably were one before either changed; a
    warning names one side alone, and the words of the other are empty, its offset None.
    """

    kind: Literal["error", "warning"]
    one_words: str
    other_words: str
    one_offset: int | None
    other_offset: int | None


def number_drift(one: str, one_locale: str, other: str, other_locale: str) -> list[Drift]:
    """What drifted between two stretches of Markdown, errors first; offsets in characters."""
    found = compare(one, one_locale, other, other_locale)
    errors = [_drift("error", a, b) for a, b in found.altered]
    told = {figure for pair in found.altered for figure in pair}
    alone = [_drift("warning", a, None) for a in found.unmatched_one if a not in told]
    alone += [_drift("warning", None, b) for b in found.unmatched_other if b not in told]
    return errors + alone


def _drift(kind: Literal["error", "warning"], one: Figure | None, other: Figure | None) -> Drift:
    return Drift(
        kind,
        one.words if one else "",
        other.words if other else "",
        one.start if one else None,
        other.start if other else None,
    )
