"""The explainer: a dialogue of any number of turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.model import BlockKind, DraftBlock, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.model import Block, Desk, Locale

QUESTIONS = ("what", "who", "before", "so", "doubt", "next")


class Explainer:
    """Questions a reader might ask, and the answers."""

    kind = "explainer"
    unit = "turn"

    def draft(self, desk: Desk, locale: Locale) -> Sequence[DraftBlock]:
        """A skeleton: six questions, each with a mark that stops the send until answered."""
        mark, todo = desk.word("question_mark", locale), desk.word("todo_write", locale)
        colon = desk.word("colon", locale)
        return [
            DraftBlock(
                key, f"{mark}{colon}{desk.word(f'ask_{key}', locale)} {{#{key}}}\n\n{todo}\n"
            )
            for key in QUESTIONS
        ]

    def assemble(self, blocks: Sequence[Block]) -> Sequence[Part]:
        """Question, then answer; headings between turns stay headings."""
        return [part for block in blocks for part in self._parts(block)]

    def _parts(self, block: Block) -> Iterator[Part]:
        if block.kind is BlockKind.TURN:
            yield Part("question", block.head, block.id, block.line)
        elif block.kind is BlockKind.HEADING:
            yield Part("heading", f"{'#' * block.level} {block.head}", block.id, block.line)
        yield Part("prose", block.body, block.id, block.body_line)
