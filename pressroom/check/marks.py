"""Quotation marks: one kind in an edition, and curly ones in pairs.

Straight marks are those of a typewriter; where an edition mixes, the rarer kind is named (in
Chinese the straight ones). Those beyond doubt `turned` mends.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pressroom.check.inked import (
    BLANK,
    Stretch,
    a_line_once,
    blanked,
    editions,
    few,
    guarded,
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
HAN_OPEN = frozenset("（《〈【([{<“‘「『")
HAN_CLOSE = frozenset("，。；：！？、…）》〉】,.;:?!)]}>”’」』")
DECADE = re.compile(r"\d\ds?\b")
ELIDED = re.compile(r"(?:tis|twas|em|n)\b", re.IGNORECASE)
PAIRS = (("“", "”"), ("「", "」"))


Pair = tuple[str, str]


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
            yield from few(a_line_once(_mixed(printed, locale)))
            yield from few(_unpaired(printed))


# --- kinds ---


def _mixed(printed: Sequence[Stretch], locale: str) -> Iterator[Finding]:
    is_han = is_chinese(locale)
    placed = [(kind, s, at) for s in printed for kind, at in kinds(s.text, chinese=is_han)]
    counts = Counter(kind for kind, _, _ in placed)
    usual = _usual(counts, is_han=is_han)
    if len(counts) < 2:  # noqa: PLR2004 - a mixture
        return
    pair = own_pair((s.text for s in printed if not s.is_front), locale)
    for kind, stretch, offset in placed:
        if kind not in usual:
            told = f"a {SHOWN[kind]} mark; this edition has {counts[kind]} of these, "
            told += f"and {counts[usual[0]]} {SHOWN[usual[0]]}."
            mends = not stretch.is_front and offset in _mended(stretch.text, pair, locale)
            fix = "pressroom check --fix mends it." if mends else "write them alike."
            yield Finding("marks", Severity.LOOK, *stretch.at(offset), told, fix)


@lru_cache(maxsize=64)
def _mended(text: str, pair: Pair | None, locale: str) -> frozenset[int]:
    return frozenset(mark.offset for mark in turned(text, pair, locale))


def _usual(counts: Counter[str], *, is_han: bool) -> list[str]:
    """The kind to keep, if any: in Chinese straight marks only where there are no others."""
    order = [kind for kind in ranked(counts) if not is_han or kind != STRAIGHT]
    return (order or ranked(counts))[:1]


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


def own_pair(texts: Iterable[str], locale: str) -> Pair | None:
    """What straight marks of an edition turn into; None where they stay as they are.

    In English “” where those are most; in Chinese “” or 「」, whichever are more.
    """
    if locale.split("-", maxsplit=1)[0].lower() == "en":
        return PAIRS[0] if is_curly(texts) else None
    if not is_chinese(locale):
        return None
    counts = Counter(kind for text in texts for kind, _ in kinds(text, chinese=True))
    own = {CURLY: PAIRS[0], CORNER: PAIRS[1]}
    return next((own.get(kind) for kind in _usual(counts, is_han=True)), None)


def turned(text: str, pair: Pair | None, locale: str) -> list[Mark]:
    """The straight marks of a paragraph that can be mended, as what they should be."""
    if pair is None or not ('"' in text or "'" in text):
        return []
    bare, sourced = blanked(text), guarded(text)
    found = paired(bare, pair) if is_chinese(locale) else curled(bare)
    return [mark for mark in found if sourced[mark.offset] != BLANK]


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


def paired(text: str, pair: Pair) -> list[Mark]:
    """The double straight marks of a blanked Chinese paragraph, by turns opening and closing.

    None where there is doubt: an odd number, a quotation within a quotation, an inch (11"), a
    mark beside what it cannot stand beside.
    """
    found = [m.start() for m in re.finditer('"', text)]
    if not _is_flat(text) or not all(map(_is_quoted, *_around(text, found))):
        return []
    return [Mark(offset, '"', pair[n % 2]) for n, offset in enumerate(found)]


def _is_flat(text: str) -> bool:
    is_open, depth = False, 0
    for found in HAN_MARK.finditer(text):
        if found[0] == '"':
            is_open = not is_open
        else:
            depth += 1 if found[0] in "“「『" else -1
        if is_open and depth:
            return False
    return not is_open


def _around(text: str, found: Sequence[int]) -> tuple[list[str], list[str]]:
    """What stands before each opening mark and within its pair."""
    opens, ends = found[::2], found[1::2]
    within = [text[a + 1 : b] for a, b in zip(opens, ends, strict=True)]
    return [text[a - 1 : a] if a else "" for a in opens], within


def _is_quoted(before: str, within: str) -> bool:
    if not within.strip() or (before.isascii() and before.isdigit()):
        return False
    first, last = within[0], within[-1]
    return not (first.isspace() or first in HAN_CLOSE or last.isspace() or last in HAN_OPEN)


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
