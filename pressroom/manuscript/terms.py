"""The one namespace of `[[...]]`: terms of terms.toml and outlets, found by any form.

A name's first mention is glossed, later ones are plain; what is inserted is escaped for
Markdown, so that a term can hold anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pressroom.lang import language
from pressroom.manuscript import termbase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pressroom.model import Locale, Outlet

SPECIAL = re.compile(r"([\\`*_\[\]>|#])")
ENTITIES = re.compile(r"[<~]|&(?=#?\w{1,31};)")
"""What Python-Markdown has no backslash for, and an ampersand that would be read as more."""

CLOSING = re.compile(
    r"""[,.;:!?，。；：！？、…]?(?:["」』”]|’(?![A-Za-z]))
      | [^“”‘’"「」『』\[\]`\\\n]{0,50}[”」』]""",
    re.VERBOSE,
)
"""The rest of a quotation: its closing mark at once, or after words that hold no form."""


def escape(text: str) -> str:
    """Text that Markdown reads as itself, on one line."""
    flat = SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return ENTITIES.sub(lambda found: f"&#{ord(found[0])};", flat)


@dataclass(frozen=True, slots=True)
class Name:
    """A term or an outlet: its forms per locale, a short form, and what it is.

    `origin` is the language it comes from: there it needs no gloss from elsewhere.
    """

    slug: str
    forms: Mapping[Locale, str]
    shorts: Mapping[Locale, str] = field(default_factory=dict)
    variants: tuple[str, ...] = ()
    about: Mapping[Locale, str] = field(default_factory=dict)
    reading: str = ""
    origin: str = ""
    note: str = ""
    forbidden: Mapping[Locale, tuple[str, ...]] = field(default_factory=dict)

    def every(self) -> Iterator[str]:
        """All forms by which the name is found."""
        yield from self.forms.values()
        yield from self.shorts.values()
        yield from self.variants


@dataclass(frozen=True, slots=True)
class Names:
    """Names by any of their forms, case folded."""

    by_form: Mapping[str, Name]

    def find(self, form: str) -> Name | None:
        """The name behind a form, in whatever locale the form is."""
        return self.by_form.get(_key(form))


def collect(terms: Iterable[Name], outlets: Iterable[Outlet]) -> Names:
    """One namespace of the term base and the outlet register; the term base wins."""
    found: dict[str, Name] = {}
    named = [Name(o.slug, o.name, about=o.about, origin="") for o in outlets]
    for name in (*named, *terms):
        found.update({_key(form): name for form in name.every()})
    return Names(found)


def _key(form: str) -> str:
    return " ".join(form.split()).casefold()


def read_terms(path: Path) -> tuple[Name, ...]:
    """The term base; a newsroom without terms.toml has none."""
    return tuple(_name(term) for term in termbase.read(path))


def _name(term: termbase.Term) -> Name:
    entries = term.entries.items()
    return Name(
        term.slug,
        {tag: entry.form for tag, entry in entries},
        {tag: entry.short for tag, entry in entries if entry.short},
        tuple(form for _, entry in entries for form in entry.variants),
        about=term.expansion,
        reading=term.reading,
        origin=term.origin,
        note=term.note,
        forbidden={tag: entry.forbidden for tag, entry in entries if entry.forbidden},
    )


class Glossary:
    """Which names one edition has met so far; the first mention is glossed."""

    def __init__(self, names: Names, locale: Locale) -> None:
        self._names = names
        self._locale = locale
        self._met: set[str] = set()

    def write(self, inner: str, after: str, *, plain: bool) -> tuple[str, int]:
        """What `[[inner]]` becomes, and how many characters of `after` it took in.

        Within quotation marks the gloss follows the closing mark, which is then taken in.
        """
        if "|" in inner:
            original, _, here = (part.strip() for part in inner.partition("|"))
            return self._place(here, "" if plain else self._round(original), after)
        name = self._names.find(inner)
        if name is None:
            return escape(inner), 0
        return self._mention(name, inner, after, plain=plain)

    def _mention(self, name: Name, inner: str, after: str, *, plain: bool) -> tuple[str, int]:
        full = name.forms.get(self._locale, inner)
        if plain or name.slug in self._met:
            short = name.shorts.get(self._locale, full)
            return escape(short), 0
        self._met.add(name.slug)
        gloss = self._round(*self._others(name))
        text, taken = self._place(full, gloss, after)
        return text + self._about(name, after[taken:]), taken

    def _others(self, name: Name) -> Iterator[str]:
        if short := name.shorts.get(self._locale):
            yield short
        here = self._locale.split("-")[0]
        mine = name.forms.get(self._locale)
        if name.origin.split("-")[0] != here:
            yield from (
                form
                for tag, form in name.forms.items()
                if tag.split("-")[0] != here and self._is_origin(name, tag) and form != mine
            )

    @staticmethod
    def _is_origin(name: Name, tag: str) -> bool:
        return not name.origin or tag == name.origin

    def _round(self, *inside: str) -> str:
        opening, closing = language(self._locale).parentheses
        words = [escape(w) for w in inside if w]
        comma = ", " if language(self._locale).spaced else "，"
        return f"{opening}{comma.join(words)}{closing}" if words else ""

    def _place(self, words: str, gloss: str, after: str) -> tuple[str, int]:
        if gloss and (rest := CLOSING.match(after)):
            return escape(words) + rest[0] + gloss, rest.end()
        return escape(words) + gloss, 0

    def _about(self, name: Name, after: str) -> str:
        about = name.about.get(self._locale, "")
        if not about:
            return ""
        if not language(self._locale).spaced:
            return f"（{escape(about)}）"
        follows = after.lstrip()[:1]
        return f", {escape(about)}" + ("," if follows.isalnum() else "")
