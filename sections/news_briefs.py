"""News briefs: one block a story, each with its citations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.model import BlockKind, DraftBlock, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.model import Block, Desk, Locale, Story


class NewsBriefs:
    """A heading and a body for each story of the lineup."""

    kind = "news_briefs"
    unit = "heading"

    def draft(self, desk: Desk, locale: Locale) -> Sequence[DraftBlock]:
        """One block a story, under the story's own handle."""
        return [self._brief(desk, story, locale) for story in desk.stories(self.kind)]

    def _brief(self, desk: Desk, story: Story, locale: Locale) -> DraftBlock:
        summary = desk.summarise(story, locale)
        hed = summary.hed or desk.word("todo", locale)
        text = f"## {hed} {{#{story.handle}}}\n\n{summary.text}\n"
        return DraftBlock(story.handle, text, summary.items, summary.model, summary.prompt)

    def assemble(self, blocks: Sequence[Block]) -> Sequence[Part]:
        """Heading, then body, block by block."""
        return [part for block in blocks for part in self._parts(block)]

    def _parts(self, block: Block) -> Iterator[Part]:
        if block.kind is BlockKind.TURN:
            yield Part("question", block.head, block.id, block.line)
        elif block.kind is BlockKind.HEADING:
            yield Part("heading", f"{'#' * block.level} {block.head}", block.id, block.line)
        yield Part("prose", block.body, block.id, block.body_line)
