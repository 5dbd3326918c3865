"""Headings, list items, figures and quotations stand alike on both sides; no unit is alone.

Every rule is a function from `Twins` to drifts; `RULES` names them all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from pressroom.model import Severity
from pressroom.twins.coded import code
from pressroom.twins.doubled import doubled
from pressroom.twins.drift import Drift, Place, Side, Twins, places, show
from pressroom.twins.foreign import untranslated
from pressroom.twins.linked import links
from pressroom.twins.units import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pressroom.twins.pair import Pair
    from pressroom.twins.reading import Reading

WORTH = 40
"""From so many letters on a missing unit is for before the send; else it is worth a look."""
QUOTATION = re.compile(
    r"“([^“”]{1,2000})”|「([^「」]{1,2000})」|(?<!\w)\"([^\"\n]{1,2000})\"(?!\w)"
)
QUOTED = re.compile(r"[“”「」『』\"«»„]")
LONG = 110
"""From so many letters on a quotation must be one in the twin as well."""
HAN_LETTERS = 3.7
HALF, JOINED, SENTENCE = 1.8, 1.3, 100
"""A unit lost something when it has about half the letters of its twin (or not even those of
two units that seem to be joined in it) and a sentence less."""
OWN_RULE = {Kind.HEADING: "twin-heading", Kind.ITEM: "twin-list", Kind.QUOTE: "twin-quote"}


def blocks(twins: Twins) -> Iterator[Drift]:
    """Units without a twin, headings of another level, units of another kind."""
    changed: dict[tuple[Kind, Kind], list[Place]] = defaultdict(list)
    for place in places(twins):
        if not place.pair.is_whole:
            yield from _missing(twins, place)
        elif place.pair.one[0].kind is not place.pair.other[0].kind:
            changed[place.pair.one[0].kind, place.pair.other[0].kind].append(place)
        else:
            yield from _levels(twins, place)
            yield from _short(twins, place)
    for kinds, found in changed.items():
        yield _another_kind(twins, kinds, found)


def _missing(twins: Twins, place: Place) -> Iterator[Drift]:
    side: Side = "other" if place.pair.one else "one"
    for unit in place.pair.one or place.pair.other:
        is_heading = unit.kind is Kind.HEADING
        worth = is_heading or unit.kind is Kind.FIGURE or unit.size >= WORTH
        lines = (unit.line, place.other_line) if side == "other" else (place.one_line, unit.line)
        yield Drift(
            "twin-heading" if is_heading else "twin-missing",
            Severity.BEFORE if worth else Severity.LOOK, *lines,
            f"the {unit.kind}{_said(unit)} has no twin in {twins.locale(side)}.",
            f"write it in {twins.locale(side)}, or take it out.",
        )  # fmt: skip


def _said(unit: Reading) -> str:
    words = unit.plain.strip() or unit.unit.text.strip()
    return f" {show(words)}" if words else ""


def _levels(twins: Twins, place: Place) -> Iterator[Drift]:
    one, other = place.pair.one[0], place.pair.other[0]
    if one.kind is Kind.HEADING and one.unit.level != other.unit.level:
        yield Drift(
            "twin-heading", Severity.BEFORE, one.line, other.line,
            f"a heading of level {one.unit.level} in {twins.one_locale}, "
            f"of level {other.unit.level} in {twins.other_locale}.",
            "give both the same number of #.",
        )  # fmt: skip


def _short(twins: Twins, place: Place) -> Iterator[Drift]:
    """A unit much longer than its twin, which may have lost a sentence."""
    one, other = (sum(u.size for u in side) for side in _sides(place.pair))
    times = HALF if len(place.pair.one) == len(place.pair.other) else JOINED
    if place.pair.one[0].kind is Kind.CODE or max(one, other) < times * min(one, other) + SENTENCE:
        return
    is_one = one > other
    unit = (place.pair.one if is_one else place.pair.other)[0]
    sides: tuple[Side, Side] = ("one", "other") if is_one else ("other", "one")
    long, short = (twins.locale(side) for side in sides)
    yield Drift(
        "twin-short", Severity.LOOK, place.one_line, place.other_line,
        f"{show(unit.plain)} is much shorter in {short} than in {long}.",
        "see whether a sentence is missing.",
    )  # fmt: skip


def _another_kind(twins: Twins, kinds: tuple[Kind, Kind], found: Sequence[Place]) -> Drift:
    """One word on all such units: a list that became paragraphs is one mistake, not ten."""
    rule = next((OWN_RULE[kind] for kind in OWN_RULE if kind in kinds), "twin-block")
    many = f" So are {len(found) - 1} more." if len(found) > 1 else ""
    return Drift(
        rule, Severity.BEFORE if rule == "twin-heading" else Severity.LOOK,
        found[0].one_line, found[0].other_line,
        f"a {kinds[0]} in {twins.one_locale} is a {kinds[1]} in {twins.other_locale}.{many}",
        "mark both alike.",
    )  # fmt: skip


def figures(twins: Twins) -> Iterator[Drift]:
    """The same number of figures in each pair; their files may differ by language."""
    for place in places(twins):
        one, other = (sum(len(u.figures) for u in side) for side in _sides(place.pair))
        if place.pair.is_whole and one != other:
            yield Drift(
                "twin-figure", Severity.BEFORE, place.one_line, place.other_line,
                f"figures here: {one} in {twins.one_locale}, {other} in {twins.other_locale}.",
                "show the same figures in both.",
            )  # fmt: skip


def _sides(pair: Pair) -> tuple[tuple[Reading, ...], tuple[Reading, ...]]:
    return pair.one, pair.other


def quotes(twins: Twins) -> Iterator[Drift]:
    """A long quotation is one in the twin too: marked, set off, or in italics."""
    for place in places(twins):
        if place.pair.is_whole:
            yield from _unquoted(twins, place, "other", *_sides(place.pair))
            yield from _unquoted(twins, place, "one", *reversed(_sides(place.pair)))


def _unquoted(
    twins: Twins, place: Place, side: Side, ours: Sequence[Reading], theirs: Sequence[Reading]
) -> Iterator[Drift]:
    if any(u.kind is Kind.QUOTE or QUOTED.search(u.plain) or _is_stressed(u) for u in theirs):
        return
    long = (q for u in ours for q in QUOTATION.findall(u.plain) if _length("".join(q)) >= LONG)
    for quotation in long:
        yield Drift(
            "twin-quote", Severity.LOOK, place.one_line, place.other_line,
            f"the quotation {show(''.join(quotation))} is none in {twins.locale(side)}.",
            "put it between quotation marks, or make it an indirect one in both.",
        )  # fmt: skip


def _length(words: str) -> float:
    return sum(1 if letter.isascii() else HAN_LETTERS for letter in words)


def _is_stressed(unit: Reading) -> bool:
    return "*" in unit.unit.text or "_" in unit.unit.text


RULES: tuple[Callable[[Twins], Iterator[Drift]], ...] = (
    links, code, blocks, figures, quotes, doubled, untranslated,
)  # fmt: skip
"""All rules on structure."""
