"""The dialect itself: files that cannot be cut, ids, shorthands that are not quite shorthands."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pressroom.check.mend import faults
from pressroom.check.rows import at, rows, without_code
from pressroom.manuscript import scan
from pressroom.manuscript.cut import LEAD
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Block, Locale, Proof

FIX = "pressroom check --fix."
OPEN = {"[[": "]]", "[@": "]"}


class Syntax:
    """Files as they could not be cut, and blocks as they should not stand."""

    rule = "syntax"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Faults first, then ids, then each row."""
        yield from proof.faults
        yield from _doubles(proof)
        yield from _lonely(proof)
        for block in proof.blocks:
            if not block.id:
                yield Finding("syntax", Severity.BEFORE, *at(proof, block), "has no id.", FIX)
            for line, row in rows(block):
                yield from _row(proof, block, line, row)


def _doubles(proof: Proof) -> Iterator[Finding]:
    seen: Counter[tuple[Locale, str]] = Counter()
    for block in _named(proof):
        seen[block.locale, block.id] += 1
        if seen[block.locale, block.id] > 1:
            yield Finding(
                "syntax", Severity.STOP, *at(proof, block),
                f'the id "{block.id}" stands twice in this edition.', "give this block another.",
            )  # fmt: skip


def _named(proof: Proof) -> Iterator[Block]:
    return (b for b in proof.blocks if b.id not in {"", LEAD})


def _lonely(proof: Proof) -> Iterator[Finding]:
    """Blocks of a due edition that the same section of another due edition has not."""
    have: dict[tuple[str, Locale], set[str]] = {key: set() for key in proof.fronts}
    for block in proof.blocks:
        have.setdefault((block.section, block.locale), set()).add(block.id)
    for block in _named(proof):
        for locale in proof.due if block.locale in proof.due else ():
            if locale not in proof.derived and block.id not in have.get(
                (block.section, locale), {block.id}
            ):
                yield Finding(
                    "syntax", Severity.BEFORE, *at(proof, block),
                    f'"{block.id}" is not in {block.section}.{locale}.md.',
                    f"write it there, or give its twin the id {{#{block.id}}}.",
                )  # fmt: skip


def _row(proof: Proof, block: Block, line: int, row: str) -> Iterator[Finding]:
    for found, better in faults(row):
        if not found["link"]:
            message = f"“{found[0].strip()}” is typed full-width; it should be {better.strip()}"
            yield Finding("syntax", Severity.BEFORE, *at(proof, block, line), message, FIX)
    for mark in _unclosed(row):
        yield Finding(
            "syntax", Severity.LOOK, *at(proof, block, line),
            f'"{mark}" is not closed on this line: it is read as plain text.',
            f'close it with "{OPEN[mark]}", or write \\{mark}.',
        )  # fmt: skip


def _unclosed(row: str) -> Iterator[str]:
    if not any(mark in row for mark in OPEN):
        return iter(())
    left = scan.substitute(without_code(row), lambda _: " ")
    return (mark for mark in OPEN if mark in left)


RULE = Syntax()
