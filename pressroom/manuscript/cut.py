"""Cuts a section file into slices and joins them again, byte for byte.

The file is front matter, a lead, then blocks; a slice keeps its raw text, so an untouched
block keeps its very bytes and a change replaces one slice. See docs/dialect.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pressroom.errors import ManuscriptError
from pressroom.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LIMIT = 1_000_000
LEAD = "lead"
FENCE = re.compile(r"^ {0,3}(`{3,}(?=[^`]*$)|~{3,})")
HEADING = re.compile(r"^\ufeff?(#{1,6})[ \t]+(?=\S)")
ITEM = re.compile(r"^\ufeff?[-*+][ \t]+(?=\S)")
ID = re.compile(r"[ \t]*\{#([a-z0-9][a-z0-9-]{0,63})\}[ \t]*$")
PRIVATE = re.compile(r"^\ufeff?[ \t]*%%")
CLOSING_MARKS = re.compile(r"(?:^|[ \t]+)#+$")


@dataclass(frozen=True, slots=True)
class Slice:
    """One block as it stands in the file: its first line and what follows, both raw.

    `line` is 1-based; a lead has no first line, only a body. `mark` is what starts the block.
    """

    kind: BlockKind
    mark: str
    first: str
    body: str
    line: int

    @property
    def id(self) -> str:
        """The id that ends the first line; empty where none is written, `lead` for the lead."""
        if self.kind is BlockKind.LEAD:
            return LEAD
        found = ID.search(self.first.rstrip("\r\n"))
        return found[1] if found else ""

    @property
    def head(self) -> str:
        """The words of the first line, without mark and id."""
        words = ID.sub("", self.first.rstrip("\r\n"))[len(self.mark) :].strip()
        return CLOSING_MARKS.sub("", words) if self.kind is BlockKind.HEADING else words

    @property
    def level(self) -> int:
        """The heading's level; 2 for all else."""
        return self.mark.count("#") or 2

    def named(self, block_id: str) -> Slice:
        """The same slice with an id at the end of its first line."""
        bare = self.first.rstrip("\r\n")
        ending = self.first[len(bare) :]
        return replace(self, first=f"{ID.sub('', bare).rstrip()} {{#{block_id}}}{ending}")


@dataclass(frozen=True, slots=True)
class Cut:
    """A file in slices; `join` gives back exactly what was cut."""

    front: str
    slices: tuple[Slice, ...]

    def join(self) -> str:
        """The file again."""
        return self.front + "".join(s.first + s.body for s in self.slices)


def cut(text: str, marks: Sequence[str], where: str, *, lines: bool = False) -> Cut:
    """Cut a file; ManuscriptError names the line where a fence or front matter never closes.

    `marks` are the words that open a turn (`Q`, `问`); with `lines` each list item at the
    margin is a block of its own.
    """
    if len(text.encode()) > LIMIT:
        raise ManuscriptError(f"{where}:1: is over 1 MB. Split it, or move data elsewhere.")
    rows = _rows(text)
    size = _front_rows(rows, where)
    starts = list(_starts(rows, size, _openers(marks, lines=lines), where))
    return Cut("".join(rows[:size]), tuple(_slices(rows, size, starts)))


def _rows(text: str) -> list[str]:
    rows = text.split("\n")
    return [row + "\n" for row in rows[:-1]] + ([rows[-1]] if rows[-1] else [])


def _front_rows(rows: list[str], where: str) -> int:
    if not rows or rows[0].lstrip("\ufeff").rstrip() != "---":
        return 0
    for number, row in enumerate(rows[1:], start=2):
        if row.rstrip() == "---":
            return number
    raise ManuscriptError(f'{where}:1: the front matter is never closed. Add a line "---".')


def _openers(
    marks: Sequence[str], *, lines: bool
) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    words = "|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True))
    return re.compile(rf"^\ufeff?(?:{words})[ \t]?[:：][ \t]*(?=\S)"), ITEM if lines else None


def _starts(
    rows: list[str],
    size: int,
    openers: tuple[re.Pattern[str], re.Pattern[str] | None],
    where: str,
) -> Iterator[tuple[int, BlockKind, str]]:
    """Each row that starts a block, outside fences: its index, kind, and mark."""
    turn, item = openers
    fence, opened, fresh = "", 0, True
    for index in range(size, len(rows)):
        row = rows[index]
        if found := FENCE.match(row):
            fence, opened = _fence(fence, found[1], row, opened, index)
        elif not fence:
            if match := HEADING.match(row):
                yield index, BlockKind.HEADING, match[0]
            elif fresh and (match := turn.match(row)):
                yield index, BlockKind.TURN, match[0]
            elif item and (match := item.match(row)):
                yield index, BlockKind.LINE, match[0]
        if not PRIVATE.match(row):
            fresh = not row.strip() or bool(HEADING.match(row))
    if fence:
        raise ManuscriptError(
            f'{where}:{opened + 1}: this code fence is never closed. Add a line "{fence}".'
        )


def _fence(fence: str, found: str, row: str, opened: int, index: int) -> tuple[str, int]:
    if not fence:
        return found, index
    bare = row.strip()
    closes = bare[0] == fence[0] and len(bare) >= len(fence) and not bare.strip(fence[0])
    return ("", opened) if closes else (fence, opened)


def _slices(
    rows: list[str], size: int, starts: list[tuple[int, BlockKind, str]]
) -> Iterator[Slice]:
    first = starts[0][0] if starts else len(rows)
    if first > size:
        yield Slice(BlockKind.LEAD, "", "", "".join(rows[size:first]), size + 1)
    ends = [*(start[0] for start in starts[1:]), len(rows)]
    for (index, kind, mark), end in zip(starts, ends, strict=False):
        yield Slice(kind, mark, rows[index], "".join(rows[index + 1 : end]), index + 1)
