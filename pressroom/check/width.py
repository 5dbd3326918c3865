"""Half- and full-width signs: each script has its own, in its own text."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from pressroom.check.inked import Stretch, a_line_once, editions, few, guarded, is_chinese, is_latin
from pressroom.lang.han import HAN, HAN_ONLY
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Proof

WIDE = str.maketrans(",.;:?!()", "，。；：？！（）")
NARROW = str.maketrans("，。；：？！（）", ",.;:?!()")
LEFT = f"{HAN}”’」』）》】"
RIGHT = f"{HAN}“‘「『（《【"
IN_HAN = re.compile(
    rf"""(?:(?<=[{LEFT}])|(?<=[{LEFT}]\*)|(?<=[{LEFT}]\*\*))
        (?P<sign>[,.;:](?![,.;:])|[?!]{{1,3}})
        (?:(?P<gap>[ ]{{1,2}})(?=\*{{0,2}}["{RIGHT}])|(?=\*{{0,2}}["{RIGHT}])|(?=[ \t\0]*\r?$))
    """,
    re.VERBOSE | re.MULTILINE,
)
ROUND = re.compile(r"(?P<before> ?)\((?P<inside>[^()\n]{1,200})\)")
ORDINAL = re.compile(r"(?:^|\n)[^\S\n]*[#>*\-\s]{0,8}[一二三四五六七八九十]{1,3}$")
ASIAN = rf"{HAN}\u3000-\u303f\uff01-\uff60“”‘’\uac00-\ud7af\u3040-\u30ff"
ASIAN_CHARACTER = re.compile(f"[{ASIAN}]")
IN_LATIN = re.compile(r"[，。；：？！]")
WIDE_ROUND = re.compile(
    r"(?P<before>(?<=[A-Za-z0-9])|(?<=[A-Za-z0-9] ))（(?P<inside>[^（）\n]{1,200})）"
)
WIDE_WORD = re.compile(rf"(?<![{HAN}])[Ａ-Ｚａ-ｚ０-９]+(?![{HAN}Ａ-Ｚａ-ｚ０-９])")
CONTEXT = 12


class Edit(NamedTuple):
    """A stretch of a text, what should stand there, and whether it is mechanical."""

    start: int
    end: int
    new: str
    is_sure: bool = True


class Width:
    """Signs of the wrong width for the text around them."""

    rule = "width"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """The first five places of each edition, then a count."""
        for locale, printed in editions(proof).items():
            found = (
                Finding("width", Severity.BEFORE, *s.at(edit.start), *_told(s, edit))
                for s in printed
                for edit in edits(s.text, locale)
            )
            yield from few(a_line_once(found))


def _told(stretch: Stretch, edit: Edit) -> tuple[str, str]:
    text = stretch.text
    old = text[edit.start : edit.end].strip()
    around = " ".join(text[max(edit.start - CONTEXT, 0) : edit.end + CONTEXT].split())
    width = "half" if old[0].isascii() else "full"
    new = edit.new.strip()
    fix = f"write {new}." if edit.is_sure else f"write {new}, or · within a name."
    if edit.is_sure and not stretch.is_front:
        fix = "pressroom check --fix."
    return f"{width}-width {old} should be {new} in “{around}”.", fix


def edits(text: str, locale: str) -> list[Edit]:
    """What is of the wrong width in a paragraph of a locale, in order."""
    if is_chinese(locale):
        found = [*_widened(guarded(text)), *_rounded(guarded(text))]
    elif is_latin(locale):
        found = [*_narrowed(guarded(text)), *_unrounded(guarded(text))]
    else:
        found = []
    return sorted(found)


def _widened(text: str) -> Iterator[Edit]:
    for found in IN_HAN.finditer(text):
        start, sign = found.start(), found["sign"]
        is_sure = sign != "." or bool(found["gap"]) or not HAN_ONLY.match(text, found.end())
        if sign != "." or not ORDINAL.search(text[max(start - CONTEXT, 0) : start]):
            yield Edit(start, found.end(), sign.translate(WIDE), is_sure)


def _rounded(text: str) -> Iterator[Edit]:
    """Parentheses round Han characters, except beside Latin letters."""
    for found in ROUND.finditer(text):
        start, end = found.span()
        before, after = text[start - 1 : start] if start else "", text[end : end + 1]
        inside = found["inside"]
        if not HAN_ONLY.search(inside[0] + inside[-1]) or _touches(before, after):
            continue
        gap = found["before"] if before and not re.match(f"[{LEFT}]", before) else ""
        yield Edit(start, start + len(found["before"]) + 1, f"{gap}（")
        space = 1 if re.match(f" [{HAN}]", text[end : end + 2]) else 0
        yield Edit(end - 1, end + space, "）")


def _touches(*beside: str) -> bool:
    return any(c.isascii() and (c.isalnum() or c in "()]\0") for c in beside if c)


def _narrowed(text: str) -> Iterator[Edit]:
    for found in IN_LATIN.finditer(text):
        before, after = (
            text[max(found.start() - CONTEXT, 0) : found.start()].rstrip(" ")[-1:],
            text[found.end() :][:2],
        )
        if before not in {"", "\n", "\0"} and not ASIAN_CHARACTER.search(
            before + after.strip()[:1]
        ):
            space = " " if after[:1].isalnum() else ""
            yield Edit(*found.span(), found[0].translate(NARROW) + space)
    for found in WIDE_WORD.finditer(text):
        yield Edit(*found.span(), unicodedata.normalize("NFKC", found[0]))


def _unrounded(text: str) -> Iterator[Edit]:
    for found in WIDE_ROUND.finditer(text):
        start, end = found.span()
        space = "" if text[start - 1 : start] == " " else " "
        yield Edit(start, start + 1, f"{space}(")
        yield Edit(end - 1, end, ") " if text[end : end + 1].isalnum() else ")")


RULE = Width()
