"""What is wrong within terms.toml itself: forms twice, the wrong script, a reading that differs."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from pressroom.lang.han import HAN_ONLY, has_han
from pressroom.lang.zh import pinyin
from pressroom.manuscript.termbase import HANS, HANT, SLUG, places, read_table, readable
from pressroom.manuscript.termbase import faults as unreadable
from pressroom.manuscript.termwords import folded, in_script
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pressroom.manuscript.termbase import Entry, Term
    from pressroom.model import Locale

RULE = "terms"
SANDHI = frozenset("一不")
"""Read in a tone that depends on what follows; an editor may write either."""


class Word(NamedTuple):
    """One remark on one key of one term, not yet on a line."""

    severity: Severity
    slug: str
    key: str
    message: str
    fix: str


def check_terms(path: Path) -> list[Finding]:
    """Every finding on a terms.toml, by line; SettingsError where it is no TOML."""
    table = read_table(path)
    if not table:
        return []
    where = places(path.read_text(encoding="utf-8"))
    terms = readable(table)
    words = [Word(Severity.STOP, f.slug, f.key, f.what, f.fix) for f in unreadable(table)]
    words += [word for term in terms for word in _alone(term)]
    words += _among(terms, where)
    found = [_finding(path.name, word, where) for word in words]
    return sorted(found, key=lambda finding: finding.line)


def _finding(name: str, word: Word, where: Mapping[tuple[str, str], int]) -> Finding:
    place = where.get((word.slug, word.key.split(".")[0])) or where.get((word.slug, ""), 1)
    message = f"{'.'.join(part for part in (word.slug, word.key) if part)}: {word.message}"
    return Finding(RULE, word.severity, name, place, message, word.fix)


# --- one term by itself ---


def _alone(term: Term) -> Iterator[Word]:
    yield from _named(term)
    for tag, entry in term.entries.items():
        yield from _forms(term, tag, entry)
        yield from _script(term, tag, entry)
    yield from _reading(term)


def _named(term: Term) -> Iterator[Word]:
    if not SLUG.match(term.slug):
        fix = "use a-z, 0-9 and hyphens, such as smart-terminals."
        yield Word(Severity.LOOK, term.slug, "", "is no name that files can hold.", fix)
    if not term.entries:
        fix = 'add a line such as en = { form = "..." }'
        yield Word(Severity.BEFORE, term.slug, "", "has no form.", fix)
    elif not term.origin:
        fix = f'add origin = "{next(iter(term.entries))}", or the language it comes from.'
        message = "has no origin: it is glossed with every other language."
        yield Word(Severity.LOOK, term.slug, "", message, fix)
    elif term.origin not in term.entries:
        message = f"is {term.origin}, and there is no {term.origin} form."
        fix = f'add {term.origin} = {{ form = "..." }}, or correct the origin.'
        yield Word(Severity.BEFORE, term.slug, "origin", message, fix)


def _forms(term: Term, tag: Locale, entry: Entry) -> Iterator[Word]:
    if not all(f.strip() for f in (entry.form, *entry.variants, *entry.forbidden)):
        fix = "write the form, or take the empty quotes out."
        yield Word(Severity.BEFORE, term.slug, tag, "a form is empty.", fix)
    accepted = [_flat(form) for form in entry.accepted]
    for form in sorted({f for f in accepted if accepted.count(f) > 1}):
        message = f'"{form}" stands here twice.'
        yield Word(Severity.LOOK, term.slug, tag, message, "write it once.")
    for form in entry.forbidden:
        if _flat(form) in accepted:
            message = f'"{form}" is both accepted and forbidden.'
            fix = "take it out of one of the two."
            yield Word(Severity.BEFORE, term.slug, tag, message, fix)


def _flat(form: str) -> str:
    return " ".join(form.split())


def _script(term: Term, tag: Locale, entry: Entry) -> Iterator[Word]:
    forms = [f for f in (*entry.accepted, *entry.forbidden) if has_han(f)]
    if tag.split("-")[0] not in {"zh", "ja", "ko", "yue"}:
        if wrong := [f for f in forms if HAN_ONLY.fullmatch(f)]:
            message = f'"{wrong[0]}" is Chinese.'
            yield Word(
                Severity.BEFORE, term.slug, tag, message, f"write what it is called in {tag}."
            )
    elif tag.startswith((HANS, HANT)):
        is_hant = tag.startswith(HANT)
        for form in forms:
            if _is_mixed_up(form, is_hant=is_hant):
                better = in_script(form, HANT if is_hant else HANS)
                kind = "simplified" if is_hant else "traditional"
                message = f'"{form}" holds {kind} characters.'
                yield Word(Severity.BEFORE, term.slug, tag, message, f"write {better}.")


def _is_mixed_up(form: str, *, is_hant: bool) -> bool:
    import hanzidentifier as han

    wrong = han.SIMPLIFIED if is_hant else han.TRADITIONAL
    return han.identify(form) in {wrong, han.MIXED}


# --- its reading ---


def _reading(term: Term) -> Iterator[Word]:
    if not term.reading:
        return
    if not has_han(term.chinese):
        fix = "take it out, or add a zh-Hans form."
        message = "is the reading of nothing: no form is Chinese."
        yield Word(Severity.LOOK, term.slug, "reading", message, fix)
    elif not fits(term.reading, term.chinese):
        fix = f'if that is not meant: reading = "{pinyin(term.chinese)}"'
        message = f'"{term.reading}" is not how {term.chinese} is read.'
        yield Word(Severity.BEFORE, term.slug, "reading", message, fix)


def fits(said: str, form: str) -> bool:
    """Whether a pinyin can be read off a form: any reading of each character, in order.

    Syllables may be joined or apart; tones may be neutral, or changed in 一 and 不.
    """
    text = _sounds(said)
    ends = {0}
    for unit in re.findall(rf"{HAN_ONLY.pattern[:-1]}|[A-Za-z0-9]+", form):
        ends = {e + len(s) for s in _syllables(unit) for e in ends if text.startswith(s, e)}
    return len(text) in ends


def _sounds(said: str) -> str:
    flat = unicodedata.normalize("NFC", said.casefold())
    return "".join(c for c in flat if c.isalnum())


def _syllables(unit: str) -> set[str]:
    from pypinyin import Style, pinyin

    if not has_han(unit):
        return {"", unit.casefold()}
    toned: set[str] = {_sounds(s) for s in pinyin(unit, style=Style.TONE, heteronym=True)[0]}
    plain = {_without_tone(s) for s in toned}
    if unit in SANDHI:
        toned |= {s[:-1] + t for s in plain for t in ("īíǐì" if s.endswith("i") else "ūúǔù")}
    return toned | plain


def _without_tone(syllable: str) -> str:
    parts = unicodedata.normalize("NFD", syllable)
    kept = "".join(c for c in parts if not unicodedata.combining(c) or c == "\u0308")
    return unicodedata.normalize("NFC", kept)


# --- terms among each other ---


def _among(terms: Sequence[Term], where: Mapping[tuple[str, str], int]) -> Iterator[Word]:
    """A form in two terms; one that a term accepts and another forbids in the same language."""
    owners: dict[str, tuple[str, Locale]] = {}
    exact: dict[tuple[Locale, str], str] = {}
    fix = "keep it in one of the two."
    for term, tag, form in _each(terms, "accepted"):
        owner, there = owners.setdefault(folded(form), (term.slug, tag))
        exact.setdefault((tag, _flat(form)), term.slug)
        if owner != term.slug:
            message = f'"{form}" is also a form of [{owner}], line {where.get((owner, there), 1)}.'
            yield Word(Severity.BEFORE, term.slug, tag, message, fix)
    for term, tag, form in _each(terms, "forbidden"):
        owner = exact.get((tag, _flat(form)), term.slug)
        if owner != term.slug:
            place = f"[{owner}], line {where.get((owner, tag), 1)}"
            message = f'"{form}" is forbidden here and a form of {place}.'
            yield Word(Severity.BEFORE, term.slug, tag, message, fix)


def _each(terms: Sequence[Term], kind: str) -> Iterator[tuple[Term, Locale, str]]:
    for term in terms:
        for tag, entry in term.entries.items():
            for form in filter(str.strip, getattr(entry, kind)):
                yield term, tag, form
