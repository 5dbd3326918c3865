"""What the checks look at, and what they say."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pressroom.model.manuscript import Block, BlockRecord, CitedItem, Rendering
    from pressroom.model.names import BlockRef, Locale
    from pressroom.model.points import Language


class Severity(Enum):
    """How much a finding matters; the order is the order of the report."""

    STOP = "stop"
    BEFORE = "before"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's word on one place: what is wrong, and what to do."""

    rule: str
    severity: Severity
    path: str
    line: int
    message: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """figures/NAME.toml: the picture's file, its credit, and its words per locale."""

    name: str
    path: Path
    settings: Path
    credit: str = ""
    licence: str = ""
    source: str = ""
    alt: Mapping[Locale, str] = field(default_factory=dict)
    caption: Mapping[Locale, str] = field(default_factory=dict)
    text: Mapping[Locale, str] = field(default_factory=dict)


class Call(NamedTuple):
    """A shorthand met in a manuscript: its form, what it names, where, in which block."""

    form: Literal["cite", "term", "figure", "probe", "link", "private", "note"]
    target: str
    rest: str
    path: Path
    line: int
    block: str
    locale: Locale


@dataclass(frozen=True, slots=True)
class Proof:
    """An issue laid out for the checks: files cut into blocks, shorthands, renderings.

    `due` are the editions that go out; the rest of the issue is judged as a note only.
    `earlier` gives for each address that the last issues linked the last of them; `promises`
    are words, issue and section of what earlier issues promised and none has kept; `style` is
    the house style of newsletter.toml, `home` the archive's address; `forms` gives every
    accepted form of each term and outlet, `terms` the entries of the term base.
    `derived` says for each derived edition which one it is made from: of such an edition only
    what its own files hold is here, and its source counts as due when it is due itself.
    `originals` are sections with an original of their own, `after` what follows which section,
    `covers` what a section of lines sums up, `topics` the content notes that have help lines. `unread`
    are files of the folder that look like manuscripts and belong to no section or edition;
    `unlabelled` are sections by the editions that have no label for them.
    """

    slug: str
    folder: Path
    root: Path
    original: Locale
    due: tuple[Locale, ...]
    sections: tuple[str, ...]
    blocks: tuple[Block, ...]
    calls: tuple[Call, ...]
    records: Mapping[tuple[BlockRef, Locale], BlockRecord]
    hashes: Mapping[tuple[BlockRef, Locale], str]
    sources: Mapping[str, CitedItem]
    figures: Mapping[str, Figure]
    names: frozenset[str]
    probes: frozenset[str]
    targets: Mapping[str, frozenset[str]]
    languages: Mapping[Locale, Language]
    fronts: Mapping[tuple[str, Locale], Mapping[str, object]]
    renderings: tuple[Rendering, ...]
    faults: tuple[Finding, ...]
    home: str = ""
    style: Any = None
    earlier: Mapping[str, str] = field(default_factory=dict)
    promises: tuple[tuple[str, str, str], ...] = ()
    forms: Mapping[str, Mapping[Locale, tuple[str, ...]]] = field(default_factory=dict)
    terms: tuple[Any, ...] = ()
    derived: Mapping[Locale, Locale] = field(default_factory=dict)
    originals: Mapping[str, Locale] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    covers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    topics: frozenset[str] = frozenset()
    unread: tuple[str, ...] = ()
    unlabelled: frozenset[tuple[str, Locale]] = frozenset()

    def original_of(self, section: str) -> Locale:
        """The edition in which a section is written first."""
        return self.originals.get(section, self.original)

    def name(self, path: Path) -> str:
        """A path as the editor knows it: relative to the newsroom."""
        return path.relative_to(self.root).as_posix()
