"""The manuscript: what an editor writes, and what is known of each block."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from pressroom.model.names import BlockRef, sha256

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from pressroom.model.names import ItemId, Locale


class BlockKind(StrEnum):
    """How a block starts in the file."""

    LEAD = "lead"
    HEADING = "heading"
    TURN = "turn"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Block:
    """One unit of a section in one locale, as the editor wrote it.

    `head` is the heading's or turn's own words, without marks and id; `body` is the Markdown
    under it; `line` is the 1-based line of its first line in `path`.
    """

    section: str
    id: str
    locale: Locale
    kind: BlockKind
    head: str
    body: str
    line: int
    path: Path
    level: int = 2

    @property
    def ref(self) -> BlockRef:
        """Its address in the issue, the same in every locale."""
        return BlockRef(f"{self.section}#{self.id}")

    @property
    def body_line(self) -> int:
        """The 1-based line of the file on which the body starts."""
        return self.line + (self.kind is not BlockKind.LEAD)


@dataclass(frozen=True, slots=True)
class Drafted:
    """Who wrote a block that no person wrote: a model's name (or `extract`), and from what."""

    model: str
    items: tuple[str, ...]
    time: str
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """The person who read a block, when, and the hash of the words that were read."""

    by: str
    time: str
    text: str


@dataclass(frozen=True, slots=True)
class Follows:
    """That a block was in step with its twin: the twin's locale and hash, and its own hash."""

    locale: Locale
    text: str
    own: str


@dataclass(frozen=True, slots=True)
class BlockRecord:
    """One line of blocks.jsonl: what the text does not say of itself."""

    block: BlockRef
    locale: Locale
    text: str
    drafted: Drafted | None = None
    signed: Signed | None = None
    sketch: tuple[int, ...] = ()
    follows: Follows | None = None


@dataclass(frozen=True, slots=True)
class CitedItem:
    """One line of sources.jsonl: what a citation rests on, enough to build anywhere.

    `pages` and `paragraphs` are what a locator may count to; 0 where that is not known.
    `text` is the SHA-256 of the article's text, which menus and advertisements do not change.
    """

    id: ItemId
    url: str
    title: str
    outlet: str
    locale: Locale
    published: str | None = None
    retrieved: str | None = None
    sha256: str | None = None
    snapshot: str | None = None
    quotes: tuple[str, ...] = ()
    tried: bool = True
    text: str = ""
    pages: int = 0
    paragraphs: int = 0


@dataclass(frozen=True, slots=True)
class DraftBlock:
    """What a section proposes for the editor's file: Markdown, and which items it rests on.

    `model` is empty where the section wrote a mere skeleton, which needs no signature.
    """

    id: str
    text: str
    items: tuple[ItemId, ...] = ()
    model: str = ""
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """A drafted hed and body in Markdown, the ids it cites, who drafted it, the prompt's hash."""

    hed: str
    text: str
    items: tuple[ItemId, ...]
    model: str
    prompt: str = ""


Role = Literal[
    "heading", "prose", "question", "tldr", "figure", "note", "machine", "correction", "table",
    "method", "excerpt", "sources",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    r"""A stretch of a section in print order.

    A section makes parts in the dialect; expansion turns them into parts in portable
    Markdown, adding those that only the engine can write (figure, machine, sources ...).
    `block` is the id of the block it comes from: the anchor of a heading or question.
    What `text` is, by role:
    `heading` an ATX heading (`## Words`); `question` one line of a dialogue, no mark;
    `prose`, `method`, `excerpt` any Markdown; `tldr` a list or a paragraph;
    `figure` an image paragraph, then a paragraph of caption and credit;
    `note` the content note, its help lines as a list; `machine` one line, the label;
    `correction` one line, dated: what the block said before;
    `table` a pipe table; `sources` an ordered list that starts where numbering stands.
    A citation is the link `[\[1\]](URL "outlet, date")` throughout.
    """

    role: Role
    text: str
    block: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class SectionBody:
    """A section in one edition, expanded: its label, what a screen reader says, its parts."""

    kind: str
    label: str
    spoken: str
    title: str
    original_title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class EditionBody:
    """An issue in one locale, all shorthands expanded: what every medium is rendered from."""

    slug: str
    date: date
    locale: Locale
    original: Locale
    subject: str
    preheader: str
    greeting: str
    teasers: tuple[str, ...]
    byline: str
    notice: str
    sections: tuple[SectionBody, ...]


@dataclass(frozen=True, slots=True)
class House:
    """What every mail and page says of the newsroom itself.

    `home` ends in a slash; `locales` are the editions in order, the original first;
    `templates` are the folders to look in, the newsroom's own before the shipped ones.
    """

    name: Mapping[Locale, str]
    tagline: Mapping[Locale, str]
    home: str
    address: str
    locales: tuple[Locale, ...]
    templates: tuple[Path, ...]

    def title(self, locale: Locale) -> str:
        """The newsletter's name in a locale, else its name in the original."""
        return self.name.get(locale) or self.name[self.locales[0]]

    def page(self, slug: str, locale: Locale) -> str:
        """Where an edition of an issue stands on the web."""
        return f"{self.home}{slug}/{locale}/"


class Medium(StrEnum):
    """What an edition is rendered as; the value is the file's ending."""

    HTML = "html"
    TEXT = "txt"
    MARKDOWN = "md"


@dataclass(frozen=True, slots=True)
class Rendering:
    """One edition in one medium, byte for byte as it is stored and sent."""

    locale: Locale
    medium: Medium
    data: bytes

    @property
    def sha256(self) -> str:
        """The hash that a lock or an approval names."""
        return sha256(self.data)
