"""The TL;DR: one line for each thing that matters, linked to where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.model import BlockKind, DraftBlock, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.model import Block, Desk, Locale

SUMS_UP = "news_briefs"
HEADED = {BlockKind.HEADING, BlockKind.TURN}
BRACKET = re.compile(r"\\?[\[\]]")


class Tldr:
    """A list; each item is a block."""

    kind = "tldr"
    unit = "line"

    def draft(self, desk: Desk, locale: Locale) -> Sequence[DraftBlock]:
        """A line for each block it covers, as they now stand; what it means is the editor's to say.

        Without `covers` in newsletter.toml it covers the briefs.
        """
        kinds = desk.covers(self.kind) or (SUMS_UP,)
        todo = desk.word("todo", locale)
        found: dict[str, DraftBlock] = {}
        for block in (b for kind in kinds for b in desk.blocks(kind, locale)):
            if block.kind in HEADED and block.id:
                line = self._line(block, f"t-{block.id}", todo)
                if line.id in found:
                    line = self._line(
                        block, f"t-{block.section}-{block.id}".replace("_", "-"), todo
                    )
                found[line.id] = line
        return list(found.values())

    @staticmethod
    def _line(block: Block, name: str, todo: str) -> DraftBlock:
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
