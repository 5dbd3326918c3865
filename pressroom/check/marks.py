"""Quotation marks: one kind in an edition, and curly ones in pairs.

Straight marks are those of a typewriter; where an edition mixes, the rarer kind is named.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pressroom.check.inked import (
    Stretch,
    a_line_once,
    blanked,
    editions,
    few,
    is_chinese,
)
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pressroom.model import Proof

STRAIGHT, CURLY, CORNER = "straight", "curly", "corner"
ORDER = (CURLY, CORNER, STRAIGHT)
"""What counts as the edition's own where two kinds are equally many: the first of these."""
KINDS = {
    **dict.fromkeys("\"'", STRAIGHT),
    **dict.fromkeys("“”‘’", CURLY),
    **dict.fromkeys("「」『』", CORNER),
}
SHOWN = {STRAIGHT: "straight (\" or ')", CURLY: "curly (“”)", CORNER: "corner (「」)"}
MARK = re.compile(r"[\"'“”‘’]")
HAN_MARK = re.compile(r"[\"“”「」『』]")
BEFORE = frozenset(" \t\n([{<—–-/“‘（［「『*_~|>")
"""What may stand before an opening mark, emphasis and the start of a row included."""
AFTER_CLOSING = frozenset(".,;:!?)]}…—–|")
DECADE = re.compile(r"\d\ds?\b")
ELIDED = re.compile(r"(?:tis|twas|em|n)\b", re.IGNORECASE)
PAIRS = (("“", "”"), ("「", "」"))


class Mark(NamedTuple):
    """A quotation mark or apostrophe: its place, itself, and what curly one it stands for."""

    offset: int
    sign: str
    curly: str


class Marks:
    """Quotation marks of two kinds in one edition, and curly ones that do not pair."""

    rule = "marks"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """The rarer kind's places, at most five, then a count; then each unpaired mark."""
        for locale, printed in editions(proof).items():
            yield from few(a_line_once(_mixed(printed, chinese=is_chinese(locale))))
            yield from few(_unpaired(printed))


# --- kinds ---


def _mixed(printed: Sequence[Stretch], *, chinese: bool) -> Iterator[Finding]:
    placed = [(kind, s, at) for s in printed for kind, at in kinds(s.text, chinese=chinese)]
    counts = Counter(kind for kind, _, _ in placed)
    usual = ranked(counts)[:1]
    for kind, stretch, offset in placed:
        if kind not in usual:
            told = f"a {SHOWN[kind]} mark; this edition has {counts[kind]} of these, "
            told += f"and {counts[usual[0]]} {SHOWN[usual[0]]}."
            yield Finding("marks", Severity.LOOK, *stretch.at(offset), told, _fix(kind, stretch))


def _fix(kind: str, stretch: Stretch) -> str:
    mends = kind == STRAIGHT and not stretch.is_front
    return "pressroom check --fix mends most in English." if mends else "write them alike."


def ranked(counts: Counter[str]) -> list[str]:
    """The kinds that occur, the most frequent first."""
    return sorted((k for k in ORDER if counts[k]), key=lambda k: -counts[k])


def kinds(text: str, *, chinese: bool) -> Iterator[tuple[str, int]]:
    """The kind and place of each mark; in Chinese, apostrophes and inner quotes do not count."""
    if chinese:
        found = HAN_MARK.finditer(blanked(text))
        yield from ((KINDS[m[0]], m.start()) for m in found)
    else:
        yield from ((KINDS[m.sign], m.offset) for m in read(blanked(text)))


def is_curly(texts: Iterable[str]) -> bool:
    """Whether most marks of an edition are curly: `texts` are its paragraphs."""
    counts = Counter(kind for text in texts for kind, _ in kinds(text, chinese=False))
    return counts[CURLY] > counts[STRAIGHT]


# --- directions ---


def read(text: str) -> Iterator[Mark]:
    """The marks of an English paragraph, primes left out (6'2", 40' N)."""
    is_open, last = False, Mark(-2, "", "")
    for found in MARK.finditer(text):
        offset, sign = found.start(), found[0]
        before = last.curly if last.offset == offset - 1 else text[max(offset - 1, 0) : offset]
        rest = text[offset + 1 : offset + 12]
        is_prime = sign in "\"'" and before.isdigit() and not rest[:1].isalpha()
        if is_prime and not (sign == '"' and is_open):
            continue
        last = Mark(offset, sign, _curly(sign, before, rest))
        if last.curly in "“”":
            is_open = last.curly == "“"
        yield last


def _curly(sign: str, before: str, rest: str) -> str:
    if sign not in "\"'":
        return sign
    goes_on = bool(rest) and not rest[0].isspace() and rest[0] not in AFTER_CLOSING
    opens = goes_on and (not before or before in BEFORE)
    if sign == '"':
        return "“" if opens else "”"
    return "‘" if opens and not (DECADE.match(rest) or ELIDED.match(rest)) else "’"


def curled(text: str) -> list[Mark]:
    """The straight marks of a blanked English paragraph whose direction is beyond doubt.

    Double ones only where, with the curly ones, they pair in the whole paragraph; a single
    one that opens only where another closes after it.
    """
    found = list(read(text))
    doubles = [m.curly for m in found if m.curly in "“”"]
    sure = _pairs(doubles)
    ends = (
        m.offset
        for m in found
        if m.curly == "’" and not text[m.offset + 1 : m.offset + 2].isalnum()
    )
    last = max(ends, default=-1)
    return [
        m
        for m in found
        if m.sign in "\"'" and (sure if m.curly in "“”" else m.curly == "’" or m.offset < last)
    ]


def _pairs(doubles: Iterable[str]) -> bool:
    depth = 0
    for mark in doubles:
        depth += 1 if mark == "“" else -1
        if not 0 <= depth <= 2:  # noqa: PLR2004 - a quotation within a quotation
            return False
    return depth == 0


# --- pairs ---


def _unpaired(printed: Sequence[Stretch]) -> Iterator[Finding]:
    for stretch, after in zip(printed, [*printed[1:], None], strict=True):
        for opening, closing in PAIRS:
            goes_on = after is not None and after.path == stretch.path
            follows = after.text.lstrip("> *-")[:1] if goes_on and after else ""
            fault = _fault(blanked(stretch.text), opening, closing, goes_on=follows == opening)
            if fault >= 0:
                mark = stretch.text[fault]
                told = f"{mark} has no {closing if mark == opening else opening} in this paragraph."
                fix = "add it; a quotation may go on if the next paragraph opens it again."
                yield Finding("marks", Severity.BEFORE, *stretch.at(fault), told, fix)


def _fault(text: str, opening: str, closing: str, *, goes_on: bool) -> int:
    """Where the first mark without a partner stands; -1 where there is none."""
    waiting: list[int] = []
    for found in re.finditer(f"[{opening}{closing}]", text):
        if found[0] == opening:
            waiting.append(found.start())
        elif waiting:
            waiting.pop()
        elif not text[found.start() - 1 : found.start()].isdigit():
            return found.start()
    return waiting[0] if waiting and not goes_on else -1


RULE = Marks()
