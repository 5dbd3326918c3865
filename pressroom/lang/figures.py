"""Values that a text states, and which of them its translation does not.

`figures` reads numbers, per cents, money, dates, months, times, decades, ordinals, fractions,
versions and names with digits, in English, Chinese and Spanish by their words, in any other
language by digits. `compare` matches the figures of two texts by value, wherever each stands:
350万 is 3.5 million, 七成 is 70%, 8月 is August, 上世纪九十年代 is the 1990s.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pressroom.lang import figures_en, figures_es, figures_zh
from pressroom.lang.figures_base import (
    DIGITS,
    GROUPED,
    Figure,
    Value,
    from_digits,
    number_kind,
    percent,
    prose,
    same_money,
    scaled,
    separated,
    version,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Figure", "Match", "Value", "compare", "figures"]

CHINESE = frozenset(["zh", "cmn", "yue", "wuu"])
SCAN = re.compile(
    DIGITS + r"|(?P<number>\d{1,3}(?:[ \u00a0\u202f’']\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)",
    re.VERBOSE,
)
PERCENT = re.compile(r"[ \u00a0\u202f]?%")
JOINED = re.compile(
    r"\s?(?:-{1,3}|[–—~～至到])\s?[$€£]?|(?<=[12]\d{3})/|\sto\s[$€£]?|(?P<listed>\s(?:or|and)\s[$€£]?|\s?[或和]\s?)"
)
CODE = re.compile(r"(`{1,3})([^`]{1,2000})\1")
DIGIT = re.compile(r"\d")
LONG = 3
CONVERTED = re.compile(
    r"\d[^()（）\d.!?。]{1,32}[(（](?:about |around |or |约|約|合)?(?:US|HK)?[$€£¥]?$"
)
CLOSED = re.compile(r"[^()（）\d]{0,20}[)）]")
LARGE = 6
SHORT_YEAR = re.compile(r"\d\d")
MOST = 200
RELATIVE = {
    "month": re.compile(
        r"\b(?:this|last|next|same|that|previous|following) month\b|[同本当當上下这這][个個]?月"
        r"|\b(?:este|ese|mismo|próximo|pasado) mes\b|\bmes (?:pasado|próximo|que viene)\b"
    ),
    "year": re.compile(
        r"\b(?:this|last|next|same|that|previous|following) year\b|[今去明同本当當前]年"
        r"|\b(?:este|ese|mismo|próximo|pasado) año\b|\baño (?:pasado|próximo|que viene)\b"
    ),
}
SPREAD = frozenset(["percent", "number", "money"])


@dataclass(frozen=True, slots=True)
class Match:
    """What two texts do not share; `altered` pairs figures that probably were one."""

    unmatched_one: tuple[Figure, ...]
    unmatched_other: tuple[Figure, ...]
    altered: tuple[tuple[Figure, Figure], ...]


@dataclass(slots=True)
class Atom:
    """One value of a figure and what became of it.

    `found`; `weak`, found but as a word that means little (1 as 一); `echo`, found once too
    often; `missing`. The last three may be the other half of an altered number.
    """

    figure: Figure
    value: Value
    state: str = "missing"


def figures(text: str, locale: str) -> list[Figure]:
    """The figures of a Markdown text in order; none from code, addresses, link targets, HTML.

    `locale` is a BCP 47 tag. A number whose scale or per cent sign stands once for two
    (`10-15%`, `3 to 5 million`) is joined with its partner as a `range`.
    """
    return list(_figures(text, locale))


@lru_cache(maxsize=1024)
def _figures(text: str, locale: str) -> tuple[Figure, ...]:
    """Kept, as one original has a twin in each edition."""
    joint = figures_es.JOINT if _family(locale) == "es" else JOINED
    return tuple(_ranges(text, _scan(prose(text), locale), joint))


def _scan(text: str, locale: str) -> Iterator[Figure]:
    language = locale.split("-", maxsplit=1)[0].lower()
    if language == "en":
        return figures_en.scan(text)
    if language == "es":
        return figures_es.scan(text)
    return figures_zh.scan(text) if language in CHINESE else _neutral(text)


def _neutral(text: str) -> Iterator[Figure]:
    for found in SCAN.finditer(text):
        if found.lastgroup != "number":
            if found.lastgroup != "word":
                yield from_digits(found)
            continue
        words, (start, end) = found[0], found.span()
        value = separated(words)
        if mark := PERCENT.match(text, end):
            yield Figure(
                "percent", (percent(value[0]),), start, mark.end(), text[start : mark.end()]
            )
        elif words.count(".") > 1 and not GROUPED.fullmatch(words):
            yield version(words, start, end, words)
        else:
            yield Figure(number_kind(words), (value,), start, end, words, bare=value[0])


def _ranges(text: str, found: Iterator[Figure], joint: re.Pattern[str]) -> Iterator[Figure]:
    last: Figure | None = None
    for figure in found:
        if last and _range(last, figure) and _linked(text, last, figure, joint):
            last = _joined(text, last, figure)
            continue
        if last:
            yield last
        last = figure
    if last:
        yield last


def _range(low: Figure, high: Figure) -> bool:
    plain_low = low.kind in SPREAD or (low.kind == "year" and high.kind in SPREAD)
    return plain_low and high.kind in SPREAD and low.bare != "" and len(low.values) == 1


def _linked(text: str, low: Figure, high: Figure, joint: re.Pattern[str]) -> bool:
    between = joint.fullmatch(text, low.end, high.start)
    if not between or not between["listed"]:
        return between is not None
    return high.kind == "percent" or high.values[0][0] != high.bare


def _joined(text: str, low: Figure, high: Figure) -> Figure:
    bare, top = low.values[0][0], high.values[0]
    value = low.values[0]
    if high.kind == "percent" and low.kind != "percent":
        value = (*percent(bare), *value)
    elif bare == low.bare and high.bare and top[0] != high.bare:
        value = (_times(bare, high.bare, top[0]), *value)
    tops = high.values
    if low.kind == "year" and SHORT_YEAR.fullmatch(high.words):
        tops = ((low.words[:2] + top[0], *top),)
    words = text[low.start : high.end]
    firm, unit = low.firm or high.firm, high.unit or low.unit
    return Figure("range", (value, *tops), low.start, high.end, words, firm, unit, high.bare)


def _times(number: str, bare: str, whole: str) -> str:
    from decimal import Decimal

    return scaled(number, Decimal(whole) / Decimal(bare)) if Decimal(bare) else number


def compare(one: str, one_locale: str, other: str, other_locale: str) -> Match:
    """Match the figures of two texts by value; what is left over is the drift.

    Small words (one, two, 一个, 两者), codes and weekdays may match and are no fault unmatched;
    nor is a number said once more than on the other side, or shown there as code. Figures
    unmatched on both sides that could be the same one, altered, are paired in `altered`.
    """
    bare = "neutral" in (_family(one_locale), _family(other_locale))
    left = _atoms(figures(one, one_locale), bare=bare)
    right = _atoms(figures(other, other_locale), bare=bare)
    if left or right:
        _settle(left, right)
        _excuse(left, other)
        _excuse(right, one)
    altered = _altered(left, right)
    return Match(_missing(left, one, other), _missing(right, other, one), altered)


def _family(locale: str) -> str:
    language = locale.split("-", maxsplit=1)[0].lower()
    return "zh" if language in CHINESE else language if language in {"en", "es"} else "neutral"


def _atoms(found: Sequence[Figure], *, bare: bool) -> list[Atom]:
    atoms = []
    for figure in found:
        known = figure if not bare or DIGIT.search(figure.words) else replace(figure, firm=False)
        for value in figure.values:
            also = (figure.bare,) if bare and figure.bare and figure.bare not in value else ()
            atoms.append(Atom(known, value + also))
    return atoms


def _settle(left: list[Atom], right: list[Atom]) -> None:
    """Pair equal values: by first readings, then by any; what repeats a paired one is an echo."""
    _pair(left, right, lambda atom: atom.value[:1])
    _pair(left, right, lambda atom: atom.value)
    _round(left, right)
    for atoms, others in ((left, right), (right, left)):
        known = {reading: atom.figure.unit for atom in others for reading in atom.value}
        for atom in atoms:
            if atom.state == "missing" and any(
                key in known and same_money(known[key], atom.figure.unit) for key in atom.value
            ):
                atom.state = "echo"


def _round(left: list[Atom], right: list[Atom]) -> None:
    """Pair a large number with the same one rounded: 66.05 trillion, 660536亿."""
    large = [a for a in right if a.state == "missing" and _is_large(a)]
    if not large:
        return
    for atom in left:
        if atom.state == "missing" and _is_large(atom):
            near = next((o for o in large[:MOST] if _rounded(atom.value[0], o.value[0])), None)
            if near:
                atom.state = near.state = "found"


def _is_large(atom: Atom) -> bool:
    value = atom.value[0]
    return value.isdecimal() and len(value) > LARGE and atom.figure.firm


def _rounded(one: str, other: str) -> bool:
    short, full = sorted((one.rstrip("0"), other.rstrip("0")), key=len)
    if len(one) != len(other) or not 1 < len(short) < len(full):
        return False
    cut = int(full[: len(short)]) + (full[len(short)] >= "5")
    return str(cut) == short


def _pair(left: list[Atom], right: list[Atom], keys: Callable[[Atom], Value]) -> None:
    waiting: dict[str, deque[Atom]] = {}
    for atom in right:
        if atom.state == "missing":
            for key in keys(atom):
                waiting.setdefault(key, deque()).append(atom)
    for atom in left:
        if atom.state == "missing":
            partner = _partner(atom, waiting, keys)
            if partner:
                atom.state = _found(atom.figure, partner.figure)
                partner.state = _found(partner.figure, atom.figure)


NONE: deque[Atom] = deque()


def _found(figure: Figure, by: Figure) -> str:
    if (figure.kind == "month") != (by.kind == "month") and "date" not in (figure.kind, by.kind):
        return "weak"
    apart = figure.kind == "code" and by.kind != "code"
    return "weak" if not by.firm and (figure.firm or apart) else "found"


def _partner(
    atom: Atom, waiting: dict[str, deque[Atom]], keys: Callable[[Atom], Value]
) -> Atom | None:
    for key in keys(atom):
        queue = waiting.get(key, NONE)
        while queue and queue[0].state != "missing":
            queue.popleft()
        for partner in queue:
            money = same_money(atom.figure.unit, partner.figure.unit)
            if partner.state == "missing" and money:
                return partner
    return None


def _excuse(atoms: list[Atom], other: str) -> None:
    """A number that the other text has in code, in a link or word for word is no drift alone."""
    missing = [atom for atom in atoms if atom.state == "missing"]
    if not any(atom.figure.firm for atom in missing):
        return
    code = " ".join(found[2] for found in CODE.finditer(other)) if "`" in other else ""
    for atom in missing[:MOST]:
        if _stands(atom.figure.words, code, other):
            atom.state = "echo"


def _stands(words: str, code: str, other: str) -> bool:
    if not words.isascii():
        return False
    if not DIGIT.search(words):
        return _has(other, words, str.isalpha)
    return _has(code, words, str.isalnum) or (
        len(words) >= LONG and _has(other, words, str.isdigit)
    )


def _has(text: str, words: str, goes_on: Callable[[str], bool]) -> bool:
    """Whether the words stand in the text with no ASCII letter or digit running on from them."""
    at = text.find(words)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(words) : at + len(words) + 1]
        if not any(sign.isascii() and goes_on(sign) for sign in around):
            return True
        at = text.find(words, at + 1)
    return False


def _missing(atoms: list[Atom], text: str, other: str) -> tuple[Figure, ...]:
    """What is missing for sure; `this year`, 同月 may stand for a year or month.

    Nor is a conversion in brackets, `66 trillion yuan ($9.2 trillion)`, asked of the other side.
    """
    lost = (a.figure for a in atoms if a.state == "missing" and a.figure.firm)
    found = dict.fromkeys(lost)
    said = {kind for kind, words in RELATIVE.items() if found and words.search(other)}
    return tuple(f for f in found if f.kind not in said and not _converted(text, f))


def _converted(text: str, figure: Figure) -> bool:
    before = text[max(0, figure.start - 48) : figure.start]
    return bool(CONVERTED.search(before) and CLOSED.match(text, figure.end))


def _altered(left: list[Atom], right: list[Atom]) -> tuple[tuple[Figure, Figure], ...]:
    """Pairs left over on both sides, one of them missing for sure; each figure once."""
    pairs = []
    free = [atom for atom in right if atom.state != "found" and not _slight(atom)]
    for atom in left:
        if atom.state == "found" or _slight(atom):
            continue
        near = [o for o in free[:MOST] if _comparable(atom, o)]
        if near:
            best = max(near, key=lambda o: _likeness(atom, o))
            free.remove(best)
            pairs.append((atom.figure, best.figure))
    return tuple(dict.fromkeys(pairs))


def _slight(atom: Atom) -> bool:
    """A word for one or two, or a vague one: nothing that an altered number would be."""
    small = atom.figure.kind in {"number", "fraction"} or atom.value[0] in {"1", "2"}
    return not atom.figure.firm and small and atom.figure.kind != "month"


def _comparable(one: Atom, other: Atom) -> bool:
    a, b = one.figure, other.figure
    states = {one.state, other.state}
    if a.kind == b.kind == "code":
        return "missing" in states and _skeleton(a) == _skeleton(b)
    if "weekday" in (a.kind, b.kind) or ("month" in (a.kind, b.kind) and a.kind != b.kind):
        return False
    if "code" in (a.kind, b.kind):
        return states == {"missing"} and _one_digit_off(one.value[-1], other.value[-1])
    if "weak" in states and a.kind != "month" and not (_digits(a) and _digits(b)):
        return False
    return (one.state == "missing" and a.firm) or (other.state == "missing" and b.firm)


def _digits(figure: Figure) -> bool:
    return figure.words[-1:].isdigit() or figure.words[:1].isdigit()


def _one_digit_off(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _skeleton(figure: Figure) -> str:
    return re.sub(r"\d", "0", figure.values[0][0])


def _likeness(one: Atom, other: Atom) -> int:
    a, b = one.value[0], other.value[0]
    same_length = len(a) == len(b)
    return 4 * (one.figure.kind == other.figure.kind) + 2 * same_length + (a[0] == b[0])
