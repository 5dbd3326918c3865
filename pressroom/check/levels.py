"""Headings: no level skipped, none at the level of the issue's own title, none empty or double.

Readers who listen move from heading to heading (WCAG 2.2: 1.3.1 and 2.4.6).
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from pressroom.check.rows import at, rows
from pressroom.model import BlockKind, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pressroom.model import Block, Proof

TOP = 2
WORDLESS = re.compile(r"^#{1,6}[ \t]*(?:\{#[a-z0-9-]*\})?[ \t\r]*$")
UNDERLINE = re.compile(r"^(?:={2,}|-{2,})[ \t\r]*$")
PLAIN_ROW = re.compile(r"^(?!\d{1,9}[.)])[^\s#>|*+=`~%-]")
EMPTY = "a heading without words.", "write its words, or delete it."


class Levels:
    """The headings of each section file."""

    rule = "levels"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """File by file, in order."""
        for _, group in groupby(proof.blocks, key=lambda b: b.path):
            blocks = list(group)
            headings = [b for b in blocks if b.kind is BlockKind.HEADING]
            yield from _climbed(proof, headings)
            yield from _alike(proof, headings)
            for block in blocks:
                yield from _within(proof, block)


def _climbed(proof: Proof, headings: Iterable[Block]) -> Iterator[Finding]:
    above = TOP
    for block in headings:
        place = at(proof, block)
        if block.level < TOP:
            told = "a heading of level 1 within a section: that level is the issue's title."
            yield Finding("levels", Severity.BEFORE, *place, told, "write ##.")
        elif block.level > above + 1:
            told = f"the level jumps from {'#' * above} to {'#' * block.level}."
            yield Finding("levels", Severity.BEFORE, *place, told, f"write {'#' * (above + 1)}.")
        if not block.head:
            yield Finding("levels", Severity.BEFORE, *place, *EMPTY)
        above = max(block.level, TOP)


def _alike(proof: Proof, headings: Iterable[Block]) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for block in headings:
        words = " ".join(block.head.casefold().split())
        if words and words in seen:
            told = f"“{block.head}” is also the heading of line {seen[words]}."
            fix = "say what sets this part apart."
            yield Finding("levels", Severity.LOOK, *at(proof, block), told, fix)
        seen.setdefault(words, block.line)


def _within(proof: Proof, block: Block) -> Iterator[Finding]:
    """What Markdown reads as a heading though it starts no block."""
    before, last = "", 0
    for line, row in rows(block):
        if line == block.line and block.kind is not BlockKind.LEAD:
            continue
        if WORDLESS.match(row):
            yield Finding("levels", Severity.BEFORE, *at(proof, block, line), *EMPTY)
        if UNDERLINE.match(row) and last == line - 1 and PLAIN_ROW.match(before):
            told = f"the underline makes a heading of “{before.strip()[:30]}”."
            fix = "write ## before a heading, or leave a blank line before a rule."
            yield Finding("levels", Severity.BEFORE, *at(proof, block, line), told, fix)
        before, last = row, line


RULE = Levels()
