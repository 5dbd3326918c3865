"""An issue in one locale, all shorthands expanded: what every medium is rendered from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pressroom.lang import language
from pressroom.manuscript.expand import Expansion, Shelf
from pressroom.manuscript.file import block_hash
from pressroom.manuscript.scan import is_private
from pressroom.manuscript.terms import Glossary, escape
from pressroom.model import EditionBody, SectionBody

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pressroom.manuscript.file import Manuscript
    from pressroom.manuscript.issue import Issue, Key
    from pressroom.model import BlockRecord, Locale, Part


@dataclass(frozen=True, slots=True)
class Column:
    """A section of the issue as newsletter.toml orders it: kicker, spoken label, its parts.

    `after` is the kind of section it follows in print; empty: where it stands.
    """

    kind: str
    label: str
    spoken: str
    script: Manuscript
    parts: Sequence[Part]
    after: str = ""

    @property
    def follows(self) -> str:
        """What it is printed after: its own file says so, or else newsletter.toml does."""
        return str(self.script.front.get("after") or self.after)


@dataclass(frozen=True, slots=True)
class Cell:
    """One side of a row: some parts of a block, in one language."""

    locale: Locale
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What stands together: side by side, one above the other, or as one picture twice told."""

    shape: Literal["pair", "stack", "figure"]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A block of both editions, or of one: then `lacks` is the locale that has no such block."""

    block: str
    rows: tuple[Row, ...]
    lacks: Locale | None = None

    @property
    def first(self) -> Part:
        """The part that carries the block's anchor."""
        return self.rows[0].cells[0].parts[0]


@dataclass(frozen=True, slots=True)
class Cited:
    """A source of a section, listed once: its link, and what each language says of it."""

    number: int
    link: str
    told: tuple[tuple[Locale, str], ...]


@dataclass(frozen=True, slots=True)
class Twofold:
    """A section of a parallel edition: `heads` are its one or two sides, in the house's order."""

    kind: str
    heads: tuple[tuple[Locale, SectionBody], ...]
    pairs: tuple[Pair, ...]
    notes: tuple[Cell, ...] = ()
    sources: tuple[Cited, ...] = ()
    lacks: Locale | None = None

    @property
    def label(self) -> str:
        """The kickers of both sides, in one line."""
        return joined(*(body.label for _, body in self.heads))

    @property
    def spoken(self) -> str:
        """What a screen reader says of the section, in both languages."""
        return joined(*(body.spoken for _, body in self.heads))


@dataclass(frozen=True, slots=True)
class Parallel(EditionBody):
    """Two editions of an issue, block beside block; `locale` is `parallel`, which is no language.

    What it has of an EditionBody holds both languages one after the other, for an output that
    knows of no pairs; `whole` is false where a mail had no room for all.
    """

    sides: tuple[EditionBody, ...] = ()
    both: tuple[Twofold, ...] = ()
    whole: bool = True

    @property
    def steps(self) -> int:
        """How many blocks there are, a list of sources counting as one."""
        return sum(len(section.pairs) + bool(section.sources) for section in self.both)

    def up_to(self, steps: int) -> Parallel:
        """The first so many blocks; a section of which none is left goes as well."""
        kept, left = [], steps
        for section in self.both:
            pairs = section.pairs[: max(0, left)]
            left -= len(section.pairs) + bool(section.sources)
            if pairs:
                sources = section.sources if left >= 0 else ()
                kept.append(replace(section, pairs=pairs, sources=sources))
        return replace(self, both=tuple(kept), whole=steps >= self.steps)

    @property
    def tongues(self) -> tuple[Locale, ...]:
        """The locales of the two sides, in their order."""
        return tuple(side.locale for side in self.sides)

    @property
    def main(self) -> Locale:
        """The language that the page itself is in: the original's, else the first side's."""
        return self.original if self.original in self.tongues else self.tongues[0]


def joined(*texts: str) -> str:
    """`A / 甲`; what is the same in both languages, or empty, stands once."""
    return " / ".join(dict.fromkeys(text for text in texts if text))


def edition(
    issue: Issue, shelf: Shelf, opening: Mapping[str, Any], columns: Iterable[Column]
) -> EditionBody:
    """Lay out one edition; the glossary runs through its sections in print order.

    A house that glosses per section begins it anew at each.
    """
    glossary = Glossary(shelf.names, shelf.locale)
    plain = Expansion(shelf, Glossary(shelf.names, shelf.locale), "opening")
    told = {key: plain.inline(_public(opening.get(key)), plain=True) for key in _TEXTS}
    teasers = tuple(plain.inline(t, plain=True) for t in map(_public, _list(opening)) if t)
    return EditionBody(
        slug=issue.slug, date=issue.date, locale=shelf.locale, original=issue.original,
        teasers=teasers, **told,
        sections=tuple(_section(column, shelf, glossary) for column in _placed(columns)),
    )  # fmt: skip


_TEXTS = ("subject", "preheader", "greeting", "byline", "notice")


def _public(value: object) -> str:
    """A text of the front matter without its private lines."""
    text = "" if value is None else str(value)
    return "\n".join(row for row in text.split("\n") if not is_private(row)).strip()


def _list(opening: Mapping[str, Any]) -> list[object]:
    teasers = opening.get("teasers") or []
    return teasers if isinstance(teasers, list) else [teasers]


def _placed(columns: Iterable[Column]) -> list[Column]:
    """In print order; a section that says `after: KIND` follows that one."""
    placed = list(columns)
    for column in [c for c in placed if c.follows]:
        if column.follows in {c.kind for c in placed} - {column.kind}:
            placed.remove(column)
            placed.insert([c.kind for c in placed].index(column.follows) + 1, column)
    return placed


def _section(column: Column, shelf: Shelf, glossary: Glossary) -> SectionBody:
    if shelf.gloss == "section":
        glossary = Glossary(shelf.names, shelf.locale)
    expansion = Expansion(shelf, glossary, column.kind)
    front = column.script.front
    return SectionBody(
        kind=column.kind,
        label=column.label,
        spoken=column.spoken,
        title=expansion.inline(_public(front.get("title")), plain=True),
        original_title=expansion.inline(_public(front.get("original_title")), plain=True),
        parts=expansion.run(column.parts),
    )


def machine_labels(
    scripts: Iterable[Manuscript], records: Mapping[Key, BlockRecord], locale: Locale
) -> dict[str, str]:
    """The line under each block that a machine wrote, by block reference."""
    labels: dict[str, str] = {}
    for script in scripts:
        for block in script.blocks:
            record = records.get((block.ref, locale))
            if record and record.drafted:
                labels[block.ref] = _label(record, block_hash(block), locale)
    return labels


def _label(record: BlockRecord, text: str, locale: Locale) -> str:
    assert record.drafted is not None
    spoken, signed = language(locale), record.signed
    many = len(record.drafted.items)
    is_signed = signed is not None and signed.text == text
    if record.drafted.model == "extract":
        key = "extract_signed" if is_signed else "extract"
    else:
        number = {0: "_none", 1: "_one"}.get(many, "")
        key = ("machine_signed" if is_signed else "machine") + number
    when = spoken.long_date(datetime.fromisoformat(signed.time).date()) if signed else ""
    return spoken.words[key].format(n=many, by=escape(signed.by) if signed else "", date=when)
