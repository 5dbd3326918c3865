"""A whole issue read from its folder: every section file of every edition, faults included."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pressroom.errors import ManuscriptError
from pressroom.lang.script import Words
from pressroom.manuscript import scan
from pressroom.manuscript.derive import derive, inherited, known_forms
from pressroom.manuscript.file import Manuscript, private_lines, read
from pressroom.manuscript.issue import read_records
from pressroom.manuscript.terms import Names
from pressroom.model import Call, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from pressroom.manuscript.issue import Issue, Key
    from pressroom.model import Block, BlockRecord, Locale, Section

OPENING = "opening"
PLACE = re.compile(r"^(?P<path>[^:]+):(?P<line>\d+): (?P<what>.*)$", re.DOTALL)
FORMS = {"term": "name", "call": "target", "link": "to"}


def _no_names() -> Names:
    return Names({})


@dataclass(frozen=True)
class Folder:
    """The section files by section and locale, and the findings of those that cannot be read.

    `scripts` are the files as they stand: what may be mended, signed, written. `printed` are
    the manuscripts of every edition, the derived ones made from their sources; those are never
    written. `derived` says which edition each is made from, `names` what keeps its own words.
    `unread` are the names of files that look like manuscripts of no section or edition there is.
    """

    issue: Issue
    scripts: Mapping[tuple[str, Locale], Manuscript]
    faults: tuple[Finding, ...]
    derived: Mapping[Locale, Locale] = field(default_factory=dict)
    names: Callable[[], Names] = _no_names
    unread: tuple[str, ...] = ()

    @cached_property
    def printed(self) -> Mapping[tuple[str, Locale], Manuscript]:
        """What is printed: a derived edition's own file stands in its manuscript block by block."""
        found = dict(self.scripts)
        for to, source in self.derived.items():
            words = Words(known_forms(self.names(), source, to))
            for (kind, tag), script in self.scripts.items():
                if tag == source:
                    found[kind, to] = derive(script, self.scripts.get((kind, to)), to, words)
        return found

    def of(self, locale: Locale) -> list[Manuscript]:
        """The manuscripts of one edition, the opening left out."""
        return [s for (kind, tag), s in self.printed.items() if tag == locale and kind != OPENING]

    def opening(self, locale: Locale) -> Mapping[str, Any]:
        """The front matter of the opening: subject, preheader, greeting, teasers, byline."""
        script = self.printed.get((OPENING, locale))
        return script.front if script else {}

    def records(self, locale: Locale) -> dict[Key, BlockRecord]:
        """blocks.jsonl, with what a derived edition inherits from its source's lines."""
        kept = read_records(self.issue.folder)
        source = self.derived.get(locale, locale)
        for script in self.of(locale) if source != locale else ():
            if original := self.scripts.get((script.section, source)):
                kept |= inherited(kept, original, script)
        return kept

    def own_blocks(self, kind: str, locale: Locale) -> int | None:
        """How many blocks of a derived section are its own; None where nothing is derived."""
        source = self.scripts.get((kind, self.derived.get(locale, locale)))
        if locale not in self.derived or source is None:
            return None
        return sum(block.path != source.path for block in self.printed[kind, locale].blocks)


def read_folder(
    issue: Issue,
    sections: Sequence[Section],
    locales: Sequence[Locale],
    prefix: str,
    derived: Mapping[Locale, Locale] | None = None,
    names: Callable[[], Names] = _no_names,
) -> Folder:
    """Read every file there is; one that cannot be cut is a finding, and the others go on.

    An edition of `derived` is made from its source when it is asked for, not here.
    """
    scripts: dict[tuple[str, Locale], Manuscript] = {}
    faults = []
    units = {OPENING: "heading"} | {section.kind: section.unit for section in sections}
    for kind, unit in units.items():
        for locale in locales:
            path = issue.folder / f"{kind}.{locale}.md"
            if path.is_file():
                try:
                    scripts[kind, locale] = read(path, locale, lines=unit == "line")
                except ManuscriptError as fault:
                    faults.append(_fault(str(fault), prefix))
    unread = _unread(issue.folder, units, locales)
    return Folder(issue, scripts, tuple(faults), derived or {}, names, unread)


def _unread(folder: Path, kinds: Collection[str], locales: Collection[Locale]) -> tuple[str, ...]:
    """`section.edition.md` of a section or edition unknown, and a section that names no edition."""
    found = ((path.name, path.name.split(".")[:-1]) for path in sorted(folder.glob("[!.]*.md")))
    return tuple(
        name
        for name, parts in found
        if parts[0] in kinds or len(parts) == 2  # noqa: PLR2004 - section and edition
        if len(parts) != 2 or parts[0] not in kinds or parts[1] not in locales  # noqa: PLR2004
    )


def _fault(message: str, prefix: str) -> Finding:
    found = PLACE.match(message)
    assert found is not None
    what, _, fix = found["what"].partition(". ")
    path = f"{prefix}/{found['path']}"
    return Finding("syntax", Severity.STOP, path, int(found["line"]), f"{what.rstrip('.')}.", fix)


def calls(script: Manuscript) -> Iterator[Call]:
    """Every shorthand and link of a file, with its place."""
    for block in script.blocks:
        yield from _in_text(block, block.head, block.line)
        for index, row in scan.open_rows(block.body):
            yield from _in_row(block, row, block.body_line + index)
        for line, words in private_lines(block):
            yield _call(block, "private", words.split(":")[0].strip(), words, line)


def _in_row(block: Block, row: str, line: int) -> Iterator[Call]:
    if scan.is_private(row):
        return
    if alone := scan.ALONE.match(row):
        target = alone["target"].strip()
        form = "probe" if target.startswith("probe:") else "figure"
        yield _call(block, form, target.removeprefix("probe:"), row, line)
    elif note := scan.NOTE.match(row):
        yield _call(block, "note", note["topic"].strip(), row, line)
    else:
        yield from _in_text(block, row, line)


def _in_text(block: Block, text: str, line: int) -> Iterator[Call]:
    for token in scan.tokens(text):
        if token.form == "cite":
            for key, locator in scan.citations(token.match["keys"]):
                yield _call(block, "cite", key, locator, line)
        elif token.form == "call":
            yield _call(block, "figure", token.match["target"], "inline", line)
        elif token.form in FORMS:
            yield _call(block, token.form, token.match[FORMS[token.form]], token.match[0], line)


def _call(block: Block, form: str, target: str, rest: str, line: int) -> Call:
    return Call(form, target, rest, block.path, line, block.id, block.locale)  # type: ignore[arg-type]
