"""All that a section may ask for while it drafts: stories, summaries, blocks, words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pressroom.draft.disagree import disagreements
from pressroom.draft.summarise import draft, extract
from pressroom.errors import ModelError
from pressroom.lang import language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pressroom.chat import Chat
    from pressroom.model import Block, Locale, Story, Summary


@dataclass
class NewsDesk:
    """The desk of one issue; fills the Protocol `Desk`.

    `lineup` holds the stories per section, `written` the blocks as they now stand (drafts of
    this run included); `said` collects what the editor should hear; `covered` are the sections
    that each section sums up.
    """

    lineup: Mapping[str, Sequence[Story]]
    written: Callable[[str, Locale], Sequence[Block]]
    now: datetime
    chat: Chat | None = None
    said: list[str] = field(default_factory=list)
    calls: int = 0
    asked: set[str] = field(default_factory=set)
    covered: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def stories(self, section: str) -> Sequence[Story]:
        """The lineup of a section."""
        return self.lineup.get(section, ())

    def summarise(self, story: Story, locale: Locale) -> Summary:
        """By the model where one is set; lifted where none is, or where it failed."""
        self._ask(story)
        if self.chat is None:
            return extract(story, locale)
        try:
            self.calls += 1
            return draft(story, locale, self.chat, self.now)
        except ModelError as fault:
            self.said.append(f"{story.handle}: {fault} The sentences are lifted instead.")
            return extract(story, locale)

    def _ask(self, story: Story) -> None:
        """Put what the sources disagree on to the editor, once a story."""
        if story.handle not in self.asked:
            self.asked.add(story.handle)
            self.said += [f"{story.handle}: {q}" for q in disagreements(story.items)]

    def blocks(self, section: str, locale: Locale) -> Sequence[Block]:
        """The blocks of another section of this issue."""
        return self.written(section, locale)

    def covers(self, section: str) -> Sequence[str]:
        """The sections that a section sums up, where newsletter.toml says so."""
        return self.covered.get(section, ())

    def word(self, key: str, locale: Locale) -> str:
        """An interface word in a language."""
        return language(locale).words[key]
