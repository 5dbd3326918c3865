"""The TL;DR: one line for each thing that matters, linked to where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.model import BlockKind, DraftBlock, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.model import Block, Desk, Locale

SUMS_UP = "news_briefs"
BRACKET = re.compile(r"\\?[\[\]]")


class Tldr:
    """A list; each item is a block."""

    kind = "tldr"
    unit = "line"

    def draft(self, desk: Desk, locale: Locale) -> Sequence[DraftBlock]:
        """A line for each brief, as the briefs now stand; what it means is the editor's to say."""
        headed = [b for b in desk.blocks(SUMS_UP, locale) if b.kind is BlockKind.HEADING and b.id]
        return [self._line(b, desk.word("todo", locale)) for b in headed]

    @staticmethod
    def _line(block: Block, todo: str) -> DraftBlock:
        name = f"t-{block.id}"
        words = BRACKET.sub("", block.head)
        return DraftBlock(name, f"- {todo} [{words}]({block.section}#{block.id}) {{#{name}}}\n")

    def assemble(self, blocks: Sequence[Block]) -> Sequence[Part]:
        """The lead as prose, the lines as one list."""
        lead = [Part("prose", b.body, b.id, b.line) for b in blocks if b.kind is BlockKind.LEAD]
        return lead + [
            Part("tldr", f"- {b.head}\n{b.body}".rstrip(), b.id, b.line)
            for b in blocks
            if b.kind is not BlockKind.LEAD
        ]
