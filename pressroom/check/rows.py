"""What the rules read of a block: its rows outside code, its links, its place in the newsroom."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pressroom.errors import did_you_mean
from pressroom.manuscript import scan
from pressroom.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from pressroom.model import Block, Locale, Proof

MARK = re.compile(r"\\.|`+")
TICKS = re.compile("`+")
ADDRESS = r"(?:[^\s<>()`\\]|\([^\s<>()`\\]{0,200}\)){1,2000}"
"""An address as Markdown takes it, parentheses in pairs; nothing that could open a code span."""
LINK = re.compile(
    r"(?P<bang>!?)\[(?P<words>[^\[\]\n]{0,500})\]\((?P<to>(?:[^()\n]|\([^()\n]{0,200}\)){0,2000})\)"
    r"|<(?P<auto>[a-z][a-z0-9+.-]{1,30}:[^\s<>]{0,2000})>"
)
TITLE = re.compile(r"""\s+(?:"[^"]*"|'[^']*')$""")
FEW = 8


class Placed(Protocol):
    """A block or a call: anything that stands on a line of a file."""

    @property
    def path(self) -> Path:
        """The file."""
        ...

    @property
    def line(self) -> int:
        """The 1-based line."""
        ...


class Link(NamedTuple):
    """A Markdown link or picture: its address as written, its line, whether it is a picture."""

    to: str
    line: int
    is_picture: bool


def at(proof: Proof, thing: Placed, line: int = 0) -> tuple[str, int]:
    """The path and line of a finding on a block or call."""
    return proof.name(thing.path), line or thing.line


def file(proof: Proof, section: str, locale: Locale) -> str:
    """The path of a section file, whether or not it is there."""
    return proof.name(proof.folder / f"{section}.{locale}.md")


def rendered(proof: Proof, locale: Locale, ending: str) -> str:
    """The path of a rendering as the editor finds it after a build."""
    return f"outbox/{proof.slug}/{locale}/email.{ending}"


def close(wrong: str, known: Collection[str]) -> str:
    """` Did you mean "x"?`, or the known names if they are few; else nothing."""
    hint = did_you_mean(wrong, known)
    return hint if len(known) <= FEW or hint.startswith(" Did") else ""


@lru_cache(maxsize=4096)
def rows(block: Block) -> tuple[tuple[int, str], ...]:
    """A block's head and its rows outside fences, notes to oneself left out, each with its line."""
    return tuple(_rows(block))


def _rows(block: Block) -> Iterator[tuple[int, str]]:
    if block.kind is not BlockKind.LEAD:
        yield block.line, block.head
    for index, row in scan.open_rows(block.body):
        if not scan.is_private(row):
            yield block.body_line + index, row


@lru_cache(maxsize=4096)
def links(block: Block) -> tuple[Link, ...]:
    """Every link outside code, also those too malformed for Markdown to see."""
    return tuple(_links(block))


def _links(block: Block) -> Iterator[Link]:
    for line, row in rows(block):
        if "](" not in row and "<" not in row:
            continue
        for found in LINK.finditer(without_code(row)):
            to = found["auto"] or TITLE.sub("", (found["to"] or "").strip()).strip("<>")
            yield Link(to, line, bool(found["bang"]))


def without_code(text: str) -> str:
    """The text with code spans and escaped characters blanked, at the same length."""
    if "`" not in text and "\\" not in text:
        return text
    out, position = "", 0
    for start, end in _blanks(text):
        out += text[position:start] + re.sub(r"[^\n]", " ", text[start:end])
        position = end
    return out + text[position:]


def _blanks(text: str) -> Iterator[tuple[int, int]]:
    runs = tick_runs(text)
    position = 0
    while found := MARK.search(text, position):
        position = found.end() if found[0][0] == "\\" else after_span(found, runs)
        if found[0][0] == "\\" or position > found.end():
            yield found.start(), position


def tick_runs(text: str) -> dict[int, list[int]]:
    """Where runs of backticks start, by their length."""
    runs: dict[int, list[int]] = defaultdict(list)
    for run in TICKS.finditer(text) if "`" in text else ():
        runs[len(run[0])].append(run.start())
    return runs


def after_span(found: re.Match[str], runs: dict[int, list[int]]) -> int:
    """The end of the code span that a run opens; the end of the run when nothing closes it."""
    size = len(found[0])
    places = runs.get(size, [])
    after = bisect_right(places, found.start())
    return places[after] + size if after < len(places) else found.end()
