"""Code is the same on both sides; its comments and placeholders may be translated."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from pressroom.lang.han import has_han
from pressroom.model import Severity
from pressroom.twins.drift import Drift, Place, Side, Twins, letters, places, show
from pressroom.twins.units import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.twins.reading import Code, Reading

RULE = "twin-code"
REMARKS = re.compile(r"/\*(?:(?!\*/).){0,4000}\*/|(?:^|(?<=\s))(?:#|//|--|;)+\s[^\n]*", re.DOTALL)
TECHNICAL = re.compile(r"[A-Za-z0-9_.]*[0-9_][A-Za-z0-9_]*", re.ASCII)
ALIKE = 0.7
"""From so much alike on two code spans are one, mistyped."""

Spoken = dict[Side, frozenset[str]]


def code(twins: Twins) -> Iterator[Drift]:
    """Code blocks that differ, and code spans that the twin has neither as code nor as words."""
    spoken: Spoken = {"one": _spoken(twins.one), "other": _spoken(twins.other)}
    for place in places(twins):
        if place.pair.is_whole:
            yield from _blocks(twins, place)
            yield from _spans(twins, place, spoken)


def _spoken(units: Sequence[Reading]) -> frozenset[str]:
    return frozenset(letters(code.words) for unit in units for code in unit.codes)


# --- blocks ---


def _blocks(twins: Twins, place: Place) -> Iterator[Drift]:
    one, other = place.pair.one[0], place.pair.other[0]
    if one.kind is not Kind.CODE or other.kind is not Kind.CODE:
        return
    odd = _odd(REMARKS.sub("", one.plain), REMARKS.sub("", other.plain))
    if odd:
        yield Drift(
            RULE, Severity.BEFORE, place.one_line, place.other_line,
            f"the code differs ({odd}).",
            f"copy the code from {twins.one_locale}; only its comments are translated.",
        )  # fmt: skip


def _odd(one: str, other: str) -> str:
    """What is only in one of two blocks; of a translated block the technical words alone count."""
    is_plain = has_han(one) == has_han(other)
    ours, theirs = (Counter(c.split() if is_plain else TECHNICAL.findall(c)) for c in (one, other))
    odd = [*(ours - theirs), *(theirs - ours)]
    return ", ".join(show(word) for word in odd[:3])


# --- spans ---


def _spans(twins: Twins, place: Place, spoken: Spoken) -> Iterator[Drift]:
    ours = _lost(place.pair.one, place.pair.other, spoken["other"])
    theirs = _lost(place.pair.other, place.pair.one, spoken["one"])
    _drop_translated(ours, place.pair.other)
    _drop_translated(theirs, place.pair.one)
    for one, other in _mistyped(ours, theirs):
        yield _differs(twins, one, other)
    for word in ours.values():
        yield _gone(twins, "other", word, (word.line, place.other_line))
    for word in theirs.values():
        yield _gone(twins, "one", word, (place.one_line, word.line))


def _lost(
    units: Sequence[Reading], twin: Sequence[Reading], spoken: frozenset[str]
) -> dict[str, Code]:
    text = letters("".join(unit.plain for unit in twin))
    codes = {letters(code.words): code for unit in units for code in unit.codes}
    return {
        key: code
        for key, code in codes.items()
        if key and code.words.isascii() and key.removesuffix("s") not in text and key not in spoken
    }


def _drop_translated(lost: dict[str, Code], twin: Sequence[Reading]) -> None:
    """Forget as many code spans of several words as the twin has in its own language."""
    count = sum(not code.words.isascii() for unit in twin for code in unit.codes)
    for key in [key for key, code in lost.items() if " " in code.words][:count]:
        del lost[key]


def _mistyped(ours: dict[str, Code], theirs: dict[str, Code]) -> list[tuple[Code, Code]]:
    """Take out the pairs that are almost alike."""
    found = []
    for key in list(ours):
        near = next((k for k in theirs if _is_like(key, k)), None)
        if near is not None:
            found.append((ours.pop(key), theirs.pop(near)))
    return found


def _is_like(one: str, other: str) -> bool:
    return SequenceMatcher(None, one[:80], other[:80], autojunk=False).ratio() >= ALIKE


def _differs(twins: Twins, one: Code, other: Code) -> Drift:
    return Drift(
        RULE, Severity.BEFORE, one.line, other.line,
        f"`{one.words}` in {twins.one_locale}, `{other.words}` in {twins.other_locale}.",
        "write code alike in both.",
    )  # fmt: skip


def _gone(twins: Twins, side: Side, code: Code, lines: tuple[int, int]) -> Drift:
    return Drift(
        RULE, Severity.BEFORE, *lines, f"`{code.words}` is not in {twins.locale(side)}.",
        "write code alike in both.",
    )  # fmt: skip
