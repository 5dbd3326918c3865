"""Step one: the parts of a section in the dialect become parts in portable Markdown.

Citations are numbered per section, names are glossed at first mention per edition, figures
and probe calls become parts of their own, notes to oneself vanish, and the machine label,
the content note and the source list are added. Nothing here fails: what is wrong in a
manuscript is a finding of `pressroom check`, and stays readable as plain text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from pressroom.lang import language
from pressroom.manuscript import scan
from pressroom.manuscript.terms import Glossary, Names, escape
from pressroom.model import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pressroom.model import CitedItem, Figure, Locale, Outlet, Role

PLAIN_ROLES = ("heading", "question")
UNSAFE = re.compile(r"[\x00-\x20\"'()<>\\`|]")


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that an expansion may look up; the same for every section of an edition.

    `page` is the edition's own address (`HOME/SLUG/LOCALE/`), `home` the archive's;
    `labels` are the machine labels by block reference, `corrections` the dated lines that stand
    right under a block. `gloss` says where a first mention is
    counted anew: `edition` or `section`.
    """

    locale: Locale
    home: str
    slug: str
    names: Names
    sources: Mapping[str, CitedItem]
    outlets: Mapping[str, Outlet]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    probes: Mapping[str, Sequence[Part]] = field(default_factory=dict)
    help_lines: Mapping[str, Sequence[str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[str, Sequence[str]] = field(default_factory=dict)
    gloss: str = "edition"

    def page(self, slug: str = "") -> str:
        """Where this edition of an issue stands on the web."""
        return f"{self.home}{slug or self.slug}/{self.locale}/"


class Expansion:
    """One section of one edition; the glossary is shared by the sections of an edition."""

    def __init__(self, shelf: Shelf, glossary: Glossary, section: str) -> None:
        self._shelf = shelf
        self._glossary = glossary
        self._section = section
        self._numbers: dict[str, int] = {}
        marks = "|".join(re.escape(mark) for mark in language(shelf.locale).turn_marks)
        self._turn = re.compile(rf"(?:{marks})[ \t]?[:：]")

    def run(self, parts: Sequence[Part]) -> tuple[Part, ...]:
        """All parts of the section: the content note first, the sources last."""
        out: list[Part] = []
        for index, part in enumerate(parts):
            out += self._part(part)
            after = parts[index + 1].block if index + 1 < len(parts) else ""
            if part.block != after:
                out += self._label(part.block)
        notes = [p for p in out if p.role == "note"]
        return (*notes, *(p for p in out if p.role != "note"), *self._source_list())

    def inline(self, text: str, *, plain: bool = False) -> str:
        """One stretch of running text in portable Markdown."""
        return scan.substitute(text, lambda token: self._token(token, text, plain=plain))

    # --- a part, row by row ---

    def _part(self, part: Part) -> Iterator[Part]:
        if part.role in PLAIN_ROLES:
            yield _with(part, part.role, self.inline(part.text, plain=True))
            return
        for role, rows in _stretches(part.text.removeprefix("\ufeff").replace("\r\n", "\n")):
            if role == "note":
                yield self._note(part, rows)
            elif role == "call":
                yield from self._call(part, rows[0])
            elif text := self._prose("\n".join(rows)):
                yield _with(part, part.role, text)

    def _prose(self, text: str) -> str:
        return _outside_fences(text, self._running).strip("\n")

    def _running(self, text: str) -> str:
        out, position = "", 0
        for token in scan.tokens(text):
            if token.match.start() < position:
                continue
            after = text[token.match.end() : token.match.end() + 60]
            words, taken = self._replace(token, after)
            out += text[position : token.match.start()] + words
            position = token.match.end() + taken
        return out + text[position:]

    def _replace(self, token: scan.Token, after: str) -> tuple[str, int]:
        if token.form == "term":
            return self._glossary.write(token.match["name"], after, plain=False)
        return self._token(token, "", plain=False), 0

    def _token(self, token: scan.Token, _text: str, *, plain: bool) -> str:
        match = token.match
        if token.form == "term":
            return self._glossary.write(match["name"], "", plain=plain)[0]
        if token.form == "cite":
            return "" if plain else self._cite(match["keys"], match[0])
        if token.form == "escape":
            return self._literal(match)
        if token.form == "link" and not match["bang"]:
            return self._link(match)
        return match[0] if token.form == "link" else escape(match[0])

    def _literal(self, match: re.Match[str]) -> str:
        r"""An escaped form as Markdown reads it literally: `\\[[` needs both brackets escaped."""
        raw = match[0]
        if raw[1:] in {"[[", "![[", "[@"}:
            return raw[1:].replace("[", "\\[")
        if raw == "\\%%" or self._turn.match(match.string, match.start() + 1):
            return raw[1:]
        return raw

    def _link(self, match: re.Match[str]) -> str:
        words, to = match["words"], match["to"]
        cross = scan.CROSS.match(to)
        if cross is None:
            return match[0]
        address = self._shelf.page(cross["issue"] or "") + f"#{cross['id'] or cross['section']}"
        return f"[{self.inline(words, plain=True)}]({address})"

    # --- citations ---

    def _cite(self, keys: str, raw: str) -> str:
        pairs = scan.citations(keys)
        if any(key not in self._shelf.sources for key, _ in pairs):
            return escape(raw)
        return "".join(self._reference(key, locator) for key, locator in pairs)

    def _reference(self, key: str, locator: str) -> str:
        item = self._shelf.sources[key]
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        label = f"{number}, {escape(locator)}" if locator else str(number)
        title = ", ".join(x for x in (self._outlet(item), self._day(item.published)) if x)
        return f'[\\[{label}\\]]({_address(item.url)} "{_title(title)}")'

    def _outlet(self, item: CitedItem) -> str:
        outlet = self._shelf.outlets.get(item.outlet)
        if outlet is None:
            return item.outlet
        return outlet.name.get(self._shelf.locale) or next(iter(outlet.name.values()), item.outlet)

    def _day(self, stamp: str | None) -> str:
        if not stamp:
            return ""
        try:
            day = datetime.fromisoformat(stamp).date()
        except ValueError:
            return stamp
        return language(self._shelf.locale).long_date(day)

    def _source_list(self) -> Iterator[Part]:
        if self._numbers:
            rows = [self._source(n, self._shelf.sources[k]) for k, n in self._numbers.items()]
            yield Part("sources", "\n".join(rows))

    def _source(self, number: int, item: CitedItem) -> str:
        facts = (escape(self._outlet(item)), self._day(item.published), self._kept(item))
        link = f"[{escape(item.title)}]({_address(item.url)})"
        return f"{number}. {link} · " + " · ".join(f for f in facts if f)

    def _kept(self, item: CitedItem) -> str:
        words = language(self._shelf.locale).words
        if item.sha256 and item.retrieved:
            return words["kept"].format(date=self._day(item.retrieved))
        return words["not_kept"] if item.tried else words["untried"]

    # --- what only the engine can write ---

    def _call(self, part: Part, target: str) -> Iterator[Part]:
        if target.startswith("probe:"):
            found = self._shelf.probes.get(target.removeprefix("probe:"))
            yield from found or [_with(part, "prose", escape(f"![[{target}]]"))]
        elif figure := self._shelf.figures.get(target):
            yield _with(part, "figure", self._figure(figure))
        else:
            yield _with(part, "prose", escape(f"![[{target}]]"))

    def _figure(self, figure: Figure) -> str:
        here = self._shelf.locale
        alt, caption = figure.alt.get(here, ""), figure.caption.get(here, "")
        credit = " · ".join(x for x in (figure.credit, figure.licence) if x)
        word = language(here).words["credit"]
        sign = "" if language(here).spaced else "："
        told = f"{word}{sign or ': '}{credit}" if credit else ""
        below = " ".join(escape(x) for x in (caption, told) if x)
        return f"![{escape(alt)}](figures/{figure.path.name})\n\n{below}".rstrip()

    def _note(self, part: Part, rows: list[str]) -> Part:
        topic = rows[0]
        text = self._prose("\n".join(row for row in rows[1:] if not scan.is_private(row)))
        help_rows = [f"- {escape(line)}" for line in self._shelf.help_lines.get(topic, ())]
        told = "\n\n".join(x for x in (text, "\n".join(help_rows)) if x)
        return _with(part, "note", told or escape(topic))

    def _label(self, block: str) -> Iterator[Part]:
        ref = f"{self._section}#{block}"
        for line in self._shelf.corrections.get(ref, ()):
            yield Part("correction", line, block)
        if label := self._shelf.labels.get(ref):
            yield Part("machine", label, block)


def _with(part: Part, role: Role, text: str) -> Part:
    return Part(role, text, part.block, part.line)


def _stretches(text: str) -> Iterator[tuple[str, list[str]]]:
    """The text in runs of rows: prose, a call alone in its paragraph, a content note."""
    rows = text.split("\n")
    open_at = {index for index, _ in scan.open_rows(text)}
    run: list[str] = []
    index = 0
    while index < len(rows):
        row = rows[index]
        call = scan.ALONE.match(row) if index in open_at else None
        note = scan.NOTE.match(row) if index in open_at else None
        if call or note:
            yield "prose", run
            run = []
        if call:
            yield "call", [call["target"].strip()]
        elif note:
            inside = _quoted(rows, index + 1)
            yield "note", [note["topic"].strip(), *inside]
            index += len(inside)
        elif not (index in open_at and scan.is_private(row)):
            run.append(row)
        index += 1
    yield "prose", run


def _quoted(rows: list[str], start: int) -> list[str]:
    found = []
    for row in rows[start:]:
        if not row.startswith(">"):
            break
        found.append(row[1:].removeprefix(" "))
    return found


def _outside_fences(text: str, change: Callable[[str], str]) -> str:
    """Change the rows outside code fences, a paragraph at a time: no code span crosses a blank."""
    open_at = {index for index, _ in scan.open_rows(text)}
    out: list[str] = []
    stretch: list[str] = []
    for index, row in enumerate(text.split("\n")):
        if index in open_at and row.strip():
            stretch.append(row)
            continue
        if stretch:
            out.append(change("\n".join(stretch)))
            stretch = []
        out.append(row)
    if stretch:
        out.append(change("\n".join(stretch)))
    return "\n".join(out)


def _address(url: str) -> str:
    """A URL with what would end a link or a table cell percent-encoded (RFC 3986)."""
    return UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", url)


def _title(text: str) -> str:
    return escape(text).replace('"', "&quot;")
