"""Prompt tests: the same questions to several chatbots, in each language, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.model import BlockKind, DraftBlock, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.model import Block, Desk, Locale


class PromptTests:
    """The question, how it was asked, what came back."""

    kind = "prompt_tests"
    unit = "heading"

    def draft(self, desk: Desk, locale: Locale) -> Sequence[DraftBlock]:
        """A skeleton of three blocks; the table comes from probe.toml once there is one."""
        blocks = (
            ("why", "skeleton_title", "todo_lead"),
            ("method", "skeleton_method", "todo_write"),
            ("findings", "skeleton_findings", "todo_verdict"),
        )
        return [
            DraftBlock(
                key, f"## {desk.word(head, locale)} {{#{key}}}\n\n{desk.word(body, locale)}\n"
            )
            for key, head, body in blocks
        ]

    def assemble(self, blocks: Sequence[Block]) -> Sequence[Part]:
        """Heading, then body, block by block."""
        return [part for block in blocks for part in self._parts(block)]

    def _parts(self, block: Block) -> Iterator[Part]:
        if block.kind is BlockKind.TURN:
            yield Part("question", block.head, block.id, block.line)
        elif block.kind is BlockKind.HEADING:
            yield Part("heading", f"{'#' * block.level} {block.head}", block.id, block.line)
        yield Part("prose", block.body, block.id, block.body_line)
