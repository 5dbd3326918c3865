"""Cuts a Markdown text into units: heading, paragraph, list item, table row, code, quote, figure.

It reads what newsletters are written in: Markdown, this project's dialect, and the tags that
Jekyll and kramdown add, which it leaves out. One pass over the rows, nothing is rendered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FENCE = re.compile(r"^\s{0,20}(`{3,}|~{3,})([^`]*)$")
HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(\S.*)$")
ITEM = re.compile(r"^([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+)(?=\S)")
RULE = re.compile(r"^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
DEFINITION = re.compile(
    r"^[ \t]*\[([^\[\]\n^]{1,300})\]:[ \t]*<?([^\s<>]{1,2000})?>?(?:[ \t]+.*)?$"
)
FOOTNOTE = re.compile(r"^[ \t]{0,3}\[\^([^\]\s]{1,80})\]:[ \t]*")
CELLS = re.compile(r"^[ \t]*\|[ \t:|-]*\|?[ \t]*$")
FIGURE = re.compile(
    r"^[ \t]*(?:!\[[^\[\]\n]{0,600}\]\([^\n]{1,2000}\)|!\[\[[^\[\]\n]{1,200}\]\])[ \t]*$"
)
ID = re.compile(r"[ \t]*\{#([A-Za-z0-9][\w-]{0,63})\}[ \t]*$", re.ASCII)
ATTRIBUTES = re.compile(r"\{:[^{}\n]{0,300}\}")
OWN_ID = re.compile(r"^\s*\{:[^{}\n]{0,200}?#([A-Za-z][\w-]{0,63})", re.ASCII)
LIQUID = re.compile(
    r"\{%-?\s*capture\b.{0,4000}?\bendcapture\s*-?%\}|\{%(?:(?!%\}).){0,600}(?:%\}|$)|^\s*-?%\}"
)
WORDY = re.compile(r"\w")
PRIVATE = re.compile(r"^\ufeff?[ \t]*%%")
TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9-]{0,20}(?:\s[^<>\n]{0,1000})?/?>")
PICTURE = re.compile(r"<img\s[^<>\n]{0,500}?src=[\"']([^\"'\n]{1,500})[\"'][^<>\n]{0,500}>")
REMARK = re.compile(r"(<!--|<style\b|<script\b)|\{%-?\s*comment\s*-?%\}")
REMARK_END = {"<!--": "-->", "<style": "</style", "<script": "</script", None: "endcomment"}
CLOSES = re.compile(r"^\s*(?:-?%\}|>)")
PARAMETER = re.compile(r"^[ \t]+[a-z]\w{0,30}=\"(.*)$")
TAB = 4


class Kind(StrEnum):
    """What a unit is in the text."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "list item"
    ROW = "table row"
    CODE = "code block"
    QUOTE = "quotation"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as written, without its mark; `line` is 1-based, rows of the text follow it.

    `level` is a heading's level or a list item's depth, from 1. `block` is the id of the block
    that the unit stands in, empty before the first.
    """

    kind: Kind
    text: str
    line: int
    level: int = 0
    block: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in units, and where its reference links lead (labels folded by `fold_label`)."""

    units: tuple[Unit, ...]
    targets: Mapping[str, str]


def fold_label(label: str) -> str:
    """A reference label as Markdown compares it: no case, single spaces."""
    return " ".join(label.split()).casefold()


def cut_units(text: str) -> Text:
    """The units of a Markdown text; front matter, comments and definitions are left out."""
    cutter = _Cutter()
    for line, row in _rows(text):
        cutter.take(line, row)
    cutter.close()
    return Text(tuple(cutter.units), cutter.targets)


# --- rows ---


def _rows(text: str) -> Iterator[tuple[int, str]]:
    """The rows with their numbers, without front matter, comments, tags and private lines."""
    rows = text.removeprefix("\ufeff").split("\n")
    until = fence = ""
    for index in range(_front(rows), len(rows)):
        row = rows[index].rstrip("\r")
        if found := FENCE.match(row):
            fence = _fence(fence, found)
        if fence or not (until or "<" in row or "{" in row or "%}" in row):
            bare = row
        else:
            bare, until = _bare(row, until)
        if (bare.strip() or not row.strip()) and not PRIVATE.match(row):
            yield index + 1, bare


def _front(rows: list[str]) -> int:
    """How many rows the front matter takes; none where it is never closed."""
    if rows[0].rstrip() != "---":
        return 0
    return next((n + 1 for n in range(1, len(rows)) if rows[n].rstrip() == "---"), 0)


def _fence(fence: str, found: re.Match[str]) -> str:
    if not fence:
        return found[1]
    closes = found[1].startswith(fence) and not found[2].strip()
    return "" if closes else fence


def _bare(row: str, until: str) -> tuple[str, str]:
    """A row without comments and tags, and the mark that ends a comment it leaves open."""
    row, until = _without_remarks(row, until)
    if OWN_ID.match(row):
        return row, until
    row = ATTRIBUTES.sub("", LIQUID.sub("", row))
    return (TAG.sub(" ", PICTURE.sub(r"![](\1)", row)) if "<" in row else row), until


def _without_remarks(row: str, until: str) -> tuple[str, str]:
    kept = ""
    while True:
        if until:
            if until not in row:
                return kept, until
            row, until = CLOSES.sub("", row.partition(until)[2]), ""
        found = REMARK.search(row)
        if not found:
            return kept + row, ""
        kept += row[: found.start()]
        row, until = row[found.end() :], REMARK_END[found[1]]


# --- units ---


class _Open(NamedTuple):
    """The unit that is being read."""

    kind: Kind
    line: int
    level: int
    rows: list[str]


@dataclass(slots=True)
class _Cutter:
    units: list[Unit] = field(default_factory=list)
    targets: dict[str, str] = field(default_factory=dict)
    open: _Open | None = None
    block: str = ""
    fence: str = ""
    waiting: str = ""
    columns: list[int] = field(default_factory=list)

    def take(self, line: int, row: str) -> None:
        """Read one row."""
        if self.fence or FENCE.match(row):
            self._code(line, row)
        elif not row.strip():
            self._blank(row)
        elif not self._define(row) and not self._mark(line, row):
            self._words(line, row)

    def close(self) -> None:
        """End the unit that is open."""
        if self.open is None:
            return
        kind, line, level, rows = self.open
        self.open = None
        text = "\n".join(rows).rstrip()
        if kind is not Kind.CODE:
            text = self._named(text, kind)
        if WORDY.search(text):
            self.units.append(Unit(kind, text, line, level, self.block))

    def _named(self, text: str, kind: Kind) -> str:
        """The text without the id that ends its first row; the id opens a block."""
        first, mark, rest = text.partition("\n")
        found = ID.search(first)
        if found or kind is Kind.HEADING:
            self.block = found[1] if found else ""
        return ID.sub("", first) + mark + rest if found else text

    def _start(self, kind: Kind, line: int, level: int, row: str) -> None:
        self.close()
        self.open = _Open(kind, line, level, [row])

    def _code(self, line: int, row: str) -> None:
        found = FENCE.match(row)
        if not self.fence and found:
            self._start(Kind.CODE, line, 0, "")
            self.open = _Open(Kind.CODE, line, 0, [])
            self.fence = found[1]
        elif found and found[1].startswith(self.fence) and not found[2].strip():
            self.fence = ""
            self.close()
        elif self.open is not None:
            self.open.rows.append(row)

    def _blank(self, row: str) -> None:
        if self.open and self.open.kind is Kind.CODE:
            self.open.rows.append(row)
        else:
            self.close()

    def _define(self, row: str) -> bool:
        """Keep a reference definition; its address may stand in the row below."""
        if self.waiting:
            self.targets.setdefault(self.waiting, row.strip().strip("<>"))
            self.waiting = ""
            return True
        found = DEFINITION.match(row) if "]:" in row else None
        if not found:
            return False
        if found[2]:
            self.targets.setdefault(fold_label(found[1]), found[2])
        else:
            self.waiting = fold_label(found[1])
        return True

    def _mark(self, line: int, row: str) -> bool:
        """Whether the row's mark opens a unit, or names or ends the one above."""
        if found := HEADING.match(row):
            self._start(Kind.HEADING, line, len(found[1]), found[2].rstrip("# \t") or found[2])
            self.close()
            self.columns.clear()
        elif (
            self._underlines(row)
            or CELLS.match(row)
            or RULE.match(row)
            or (found := OWN_ID.match(row))
        ):
            self.close()
        elif FIGURE.match(row):
            self._start(Kind.FIGURE, line, 0, row.strip())
        elif row.lstrip().startswith("|"):
            self._start(Kind.ROW, line, 0, row.strip())
        else:
            return self._item(line, row)
        return True

    def _underlines(self, row: str) -> bool:
        """Whether the row makes a heading of the paragraph above it."""
        found = UNDERLINE.match(row)
        if not (found and self.open and self.open.kind is Kind.PARAGRAPH):
            return False
        _, line, _, rows = self.open
        self.open = _Open(Kind.HEADING, line, 1 if found[1][0] == "=" else 2, rows)
        return True

    def _item(self, line: int, row: str) -> bool:
        """Open a list item; a number within running text opens none."""
        found = ITEM.match(row)
        if not found or self._is_running(found[2]) or self._is_indented_code(row):
            return False
        column = _width(found[1])
        while self.columns and column < self.columns[-1]:
            self.columns.pop()
        self.columns.append(column + len(found[2]) + min(_width(found[3]), TAB))
        self._start(Kind.ITEM, line, len(self.columns), row[found.end() :])
        return True

    def _is_running(self, mark: str) -> bool:
        if self.open is None or self.open.kind is not Kind.PARAGRAPH:
            return False
        return mark[0].isdigit() and mark[:-1] != "1"

    def _is_indented_code(self, row: str) -> bool:
        if self.open is not None and self.open.kind is not Kind.CODE:
            return False
        return _indent(row) >= TAB + (self.columns[-1] if self.columns else 0)

    def _words(self, line: int, row: str) -> None:
        """A row of running text: it goes on with what is open, or opens a unit."""
        indent = _indent(row)
        if self.open is None and not indent:
            self.columns.clear()
        if self._is_indented_code(row):
            self._go_on(Kind.CODE, line, row)
        elif row.lstrip().startswith(">"):
            self._quote(line, row.lstrip("> \t"))
        elif found := PARAMETER.match(row):
            self._start(Kind.PARAGRAPH, line, 0, found[1].rstrip('"'))
        elif found := FOOTNOTE.match(row):
            self._start(Kind.PARAGRAPH, line, 0, row[found.end() :])
            self.columns[:] = [TAB]
        elif self.open and self.open.kind not in {Kind.CODE, Kind.ROW, Kind.FIGURE}:
            self.open.rows.append(row)
        else:
            self._start(Kind.PARAGRAPH, line, 0, row)

    def _go_on(self, kind: Kind, line: int, row: str) -> None:
        if self.open and self.open.kind is kind and (kind is not Kind.CODE or _indent(row)):
            self.open.rows.append(row)
        elif kind is Kind.CODE and self.open:
            self._start(Kind.PARAGRAPH, line, 0, row)
        else:
            self._start(kind, line, 0, row)

    def _quote(self, line: int, words: str) -> None:
        if not words:
            self.close()
        elif self.open and self.open.kind is Kind.QUOTE and not ITEM.match(words):
            self.open.rows.append(words)
        else:
            self._start(Kind.QUOTE, line, 0, words)


def _indent(row: str) -> int:
    return _width(row[: len(row) - len(row.lstrip())])


def _width(blanks: str) -> int:
    return len(blanks.expandtabs(TAB))
