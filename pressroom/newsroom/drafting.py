"""Fills an issue folder from its lineup, and leaves alone what already stands there.

All files of a draft are written as one act (store/files.py): a kill at any instant leaves
either the old folder or, after the next command, the new one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pressroom import plugins
from pressroom.desk import NewsDesk
from pressroom.draft.sheet import Sheet, opening, sheet
from pressroom.lang import language
from pressroom.manuscript.file import Manuscript, parse, read
from pressroom.manuscript.folder import OPENING
from pressroom.manuscript.issue import (
    BLOCKS,
    ISSUE,
    SOURCES,
    read_records,
    read_sources,
    write_records,
    write_sources,
)
from pressroom.model import BlockKind, CitedItem, sha256
from pressroom.store.files import write_together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pressroom.chat import Chat
    from pressroom.manuscript.issue import Issue
    from pressroom.model import Block, DraftBlock, Item, Locale, Section, Story
    from pressroom.newsroom.promises import Promise
    from pressroom.workspace import Workspace


@dataclass(frozen=True, slots=True)
class DraftReport:
    """What a draft did: stories taken unasked, files by name, words for the editor, calls."""

    took: tuple[str, ...] = ()
    wrote: tuple[tuple[str, int], ...] = ()
    added: tuple[tuple[str, int], ...] = ()
    kept: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    calls: int = 0


def section_plugins(ws: Workspace) -> list[Section]:
    """The sections of newsletter.toml, in order."""
    folders = ws.layers("sections")
    return [plugins.load_section(table.kind, folders) for table in ws.settings.sections]


@dataclass
class DraftJob:
    """One run of `draft` over one issue."""

    ws: Workspace
    issue: Issue
    lineup: Mapping[str, Sequence[Story]]
    chat: Chat | None
    now: datetime
    promised: Sequence[Promise] = ()
    sheets: dict[tuple[str, Locale], Sheet] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)

    def run(self, kinds: Sequence[str], locales: Sequence[Locale]) -> DraftReport:
        """Draft the sections asked for in the editions asked for, then write them together."""
        covered = {table.kind: table.covers for table in self.ws.settings.sections}
        desk = NewsDesk(self.lineup, self._written, self.now, self.chat, covered=covered)
        for section in section_plugins(self.ws):
            if section.kind in kinds:
                for locale in locales:
                    self._sheet(section, locale, section.draft(desk, locale))
        files = {s.name: s.text for s in self.sheets.values()}
        files |= self._openings(locales) if OPENING in kinds else {}
        write_together(self.issue.folder, files | self._books())
        return self._report(files, desk)

    def _sheet(self, section: Section, locale: Locale, proposed: Sequence[DraftBlock]) -> None:
        path = self.issue.folder / f"{section.kind}.{locale}.md"
        known = read_records(self.issue.folder)
        is_line = section.unit == "line"
        wanted = [self._noted(block) for block in proposed]
        if wanted and not path.is_file():
            wanted[0] = _with_lines(wanted[0], self._promised(section.kind, locale))
        found = sheet(path, locale, wanted, known, self.now, lines=is_line)
        if found:
            self.sheets[section.kind, locale] = found
        elif path.is_file():
            self.kept.append(path.name)

    def _noted(self, block: DraftBlock) -> DraftBlock:
        """With the note that was picked with the story, as a line to oneself."""
        pin = self.issue.stories.get(block.id)
        return _with_lines(block, [f"%% note: {pin.note}"] if pin and pin.note else [])

    def _promised(self, kind: str, locale: Locale) -> list[str]:
        """What earlier issues promised in this section; in the original edition only."""
        if locale != self.issue.original_of(kind):
            return []
        return [p.line for p in self.promised if p.section == kind]

    def _written(self, section: str, locale: Locale) -> Sequence[Block]:
        script = self._script(section, locale)
        return script.blocks if script else ()

    def _script(self, section: str, locale: Locale) -> Manuscript | None:
        path = self.issue.folder / f"{section}.{locale}.md"
        if found := self.sheets.get((section, locale)):
            return parse(found.text, path, locale)
        return read(path, locale) if path.is_file() else None

    def _openings(self, locales: Sequence[Locale]) -> dict[str, str]:
        files = {}
        for locale in locales:
            name = f"{OPENING}.{locale}.md"
            if (self.issue.folder / name).exists():
                self.kept.append(name)
            else:
                files[name] = self._opening(locale)
        return files

    def _opening(self, locale: Locale) -> str:
        first = self.ws.settings.sections[0].kind if self.ws.settings.sections else ""
        heads = [b.head for b in self._written(first, locale) if b.kind is BlockKind.HEADING]
        byline = self.ws.settings.masthead.byline.get(locale, "")
        return opening(language(locale).words, byline, heads)

    def _books(self) -> dict[str, str]:
        folder = self.issue.folder
        records = read_records(folder)
        for found in self.sheets.values():
            records |= {(r.block, r.locale): r for r in found.records}
        cited = read_sources(folder)
        for item in self._rested_on():
            cited.setdefault(item.id, cited_item(item))
        books = {BLOCKS: write_records(records.values()), SOURCES: write_sources(cited.values())}
        return books | ({} if (folder / ISSUE).is_file() else {ISSUE: f"date = {folder.name}\n"})

    def _rested_on(self) -> list[Item]:
        known = {i.id: i for entries in self.lineup.values() for s in entries for i in s.items}
        used = {
            i for s in self.sheets.values() for r in s.records if r.drafted for i in r.drafted.items
        }
        return [item for id_, item in known.items() if id_ in used]

    def _report(self, files: Mapping[str, str], desk: NewsDesk) -> DraftReport:
        by_name = {s.name: s for s in self.sheets.values()}
        new = [n for n in files if n not in by_name or by_name[n].is_new]
        return DraftReport(
            wrote=tuple((n, by_name[n].added if n in by_name else 1) for n in new),
            added=tuple((s.name, s.added) for s in by_name.values() if not s.is_new),
            kept=tuple(self.kept),
            said=tuple(desk.said),
            calls=desk.calls,
        )


def _with_lines(block: DraftBlock, lines: Sequence[str]) -> DraftBlock:
    if not lines:
        return block
    flat = [" ".join(line.split()) for line in lines]
    return replace(block, text="\n".join([block.text.rstrip("\n"), "", *flat, ""]))


def cited_item(item: Item) -> CitedItem:
    """What the issue folder keeps of an item: enough to print and to prove, not its text."""
    return CitedItem(
        id=item.id,
        url=item.url,
        title=item.hed,
        outlet=item.outlet,
        locale=item.locale,
        published=item.published.isoformat() if item.published else None,
        retrieved=item.evidence.time.isoformat(),
        sha256=item.evidence.sha256,
        snapshot=item.evidence.record,
        text=sha256(item.text),
        pages=pages if (pages := item.text.count("\f") + 1) > 1 else 0,
        paragraphs=sum(1 for p in re.split(r"\n\n|\f", item.text) if p.strip()),
    )
