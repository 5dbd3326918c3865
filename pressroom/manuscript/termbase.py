"""terms.toml in full: what may stand in it, how an entry is added, how forms are found in text.

    [computing-power]
    origin = "zh-Hans"
    en = { form = "computing power", variants = ["compute"], forbidden = ["calculation force"] }
    zh-Hans = { form = "算力" }
    reading = "suàn lì"
    expansion = { en = "the machines that models run on" }

The traditional forms follow from the simplified ones (OpenCC, characters only, no vocabulary)
unless `zh-Hant` is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pressroom.errors import SettingsError, UsageError, did_you_mean
from pressroom.lang.han import has_han
from pressroom.lang.zh import pinyin
from pressroom.manuscript.termwords import folded, in_script
from pressroom.model import Locale
from pressroom.store.files import write_atomic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

TEXTS, LISTS = ("form", "short"), ("variants", "forbidden")
ENTRY = (*TEXTS, *LISTS)
KEYS = ("origin", "reading", "note", "expansion")
SLUG = re.compile(r"^[a-z0-9][a-z0-9-]{0,63}$")
TAG = re.compile(r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$")
HEADER = re.compile(
    r"^\[\s*[\"']?(?P<slug>[^\"'.\[\]]+?)[\"']?\s*(?:\.\s*(?P<tag>[\w-]+)\s*)?\]\s*(?:#.*)?$"
)
KEY = re.compile(r"^[ \t]*[\"']?(?P<key>[\w-]+)[\"']?[ \t]*[.=]")
HANS, HANT = Locale("zh-Hans"), Locale("zh-Hant")


@dataclass(frozen=True, slots=True)
class Entry:
    """A term in one locale: the preferred form, a short one, others accepted, others forbidden."""

    form: str
    short: str = ""
    variants: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()

    @property
    def accepted(self) -> tuple[str, ...]:
        """What may be written, the preferred form first."""
        return tuple(form for form in (self.form, self.short, *self.variants) if form)


@dataclass(frozen=True, slots=True)
class Term:
    """A table of terms.toml; `expansion` is what the name stands for, per locale."""

    slug: str
    entries: Mapping[Locale, Entry]
    origin: str = ""
    reading: str = ""
    note: str = ""
    expansion: Mapping[Locale, str] = field(default_factory=dict)

    def entry(self, locale: Locale) -> Entry | None:
        """The term in a locale; in traditional characters derived where none is given."""
        given = self.entries.get(locale)
        if given or not locale.startswith(HANT) or HANS not in self.entries:
            return given
        return traditional(self.entries[HANS])

    @property
    def chinese(self) -> str:
        """The form that the reading is the reading of; empty where no entry is Chinese."""
        forms = (e.form for tag, e in self.entries.items() if tag.split("-")[0] == "zh")
        return next(forms, "")


def traditional(entry: Entry) -> Entry:
    """An entry in traditional characters; words stay, as official names must."""
    form, short = in_script(entry.form, HANT), in_script(entry.short, HANT)
    lists = (entry.variants, entry.forbidden)
    variants, forbidden = (tuple(in_script(f, HANT) for f in forms) for forms in lists)
    return Entry(form, short, variants, forbidden)


def readings(terms: Iterable[Term]) -> dict[str, str]:
    """The readings that editors gave, by Chinese form; the traditional form is read alike."""
    given = {t.chinese: t.reading for t in terms if t.reading and t.chinese}
    return {in_script(form, HANT): said for form, said in given.items()} | given


# --- reading ---


class Fault(NamedTuple):
    """Something in terms.toml that cannot be read: the table, the key in it, what to write."""

    slug: str
    key: str
    what: str
    fix: str


def read(path: Path) -> tuple[Term, ...]:
    """The term base in its order, none without a file; SettingsError at the first fault.

    Read anew only when its bytes changed: every edition and every rule asks for it.
    """
    return _read(path, path.read_bytes()) if path.is_file() else ()


@lru_cache(maxsize=4)
def _read(path: Path, _bytes: bytes) -> tuple[Term, ...]:
    table = read_table(path)
    for fault in faults(table):
        where = ".".join(part for part in (fault.slug, fault.key) if part)
        raise SettingsError(f"{path.name}: {where}: {fault.what} {fault.fix}")
    return tuple(_term(slug, entry) for slug, entry in table.items())


def read_table(path: Path) -> dict[str, Any]:
    """terms.toml as it stands; SettingsError where it is no TOML."""
    from pressroom.workspace import read_toml

    return read_toml(path) if path.is_file() else {}


def readable(table: Mapping[str, Any]) -> tuple[Term, ...]:
    """The terms of a table that can be read, the faulty ones left out."""
    wrong = {fault.slug for fault in faults(table)}
    return tuple(_term(slug, entry) for slug, entry in table.items() if slug not in wrong)


def faults(table: Mapping[str, Any]) -> Iterator[Fault]:
    """Everything that keeps a term from being read."""
    for slug, term in table.items():
        if not isinstance(term, dict):
            yield Fault(slug, "", "must be a table.", f'Write "[{slug}]" with its forms.')
            continue
        for key, value in term.items():
            yield from _key_faults(slug, key, value)


def _key_faults(slug: str, key: str, value: Any) -> Iterator[Fault]:
    if key == "expansion":
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            yield Fault(slug, key, "must be a text per locale.", 'Write { en = "..." }')
    elif key in KEYS:
        if not isinstance(value, str):
            yield Fault(slug, key, "must be a text.", f'Write {key} = "..."')
    elif not isinstance(value, dict) or not isinstance(value.get("form"), str):
        known = f'Known: {", ".join(KEYS)}. Write {key} = {{ form = "..." }}'
        yield Fault(slug, key, "is neither a locale with a form nor a known key.", known)
    else:
        yield from _entry_faults(slug, key, value)


def _entry_faults(slug: str, tag: str, entry: Mapping[str, Any]) -> Iterator[Fault]:
    for key, value in entry.items():
        if key not in ENTRY:
            hint = did_you_mean(key, ENTRY).strip()
            yield Fault(slug, f"{tag}.{key}", "unknown key.", hint)
        elif key in TEXTS and not isinstance(value, str):
            yield Fault(slug, f"{tag}.{key}", "must be a text in quotes.", f'Write {key} = "..."')
        elif key in LISTS and not _is_list(value):
            fix = f'Write {key} = ["..."]'
            yield Fault(slug, f"{tag}.{key}", 'must be a list such as ["..."].', fix)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _term(slug: str, table: Mapping[str, Any]) -> Term:
    more = {key: table[key] for key in KEYS if key in table}
    return Term(slug, {Locale(t): _entry(e) for t, e in table.items() if t not in KEYS}, **more)


def _entry(table: Mapping[str, Any]) -> Entry:
    lists = {key: tuple(table[key]) for key in LISTS if key in table}
    return Entry(table["form"], table.get("short", ""), **lists)


def places(text: str) -> dict[tuple[str, str], int]:
    """The 1-based line of each table, and of each key of a table, of a terms.toml."""
    found: dict[tuple[str, str], int] = {}
    slug = prefix = ""
    for line, row in enumerate(text.split("\n"), start=1):
        if header := HEADER.match(row.strip()):
            slug, prefix = header["slug"], header["tag"] or ""
            found.setdefault((slug, prefix), line)
            found.setdefault((slug, ""), line)
        elif slug and (key := KEY.match(row)):
            found.setdefault((slug, prefix or key["key"]), line)
    return found


# --- writing ---


def add(
    path: Path,
    slug: str,
    forms: Mapping[Locale, str | Entry],
    *,
    origin: str = "",
    reading: str = "",
    note: str = "",
) -> str:
    """Write a new term at the end of terms.toml and return its lines; the rest stays as it is.

    Without a slug one is made of a form. UsageError names the term that has the slug or a form.
    """
    entries = {tag: f if isinstance(f, Entry) else Entry(f) for tag, f in forms.items()}
    term = tidy(Term(slug or slug_of(forms), entries, origin, reading, note))
    return append(path, [term])


def append(path: Path, terms: Iterable[Term]) -> str:
    """Write new terms after those that are there; UsageError before anything is written."""
    fresh, register = list(terms), Register(read(path))
    for term in fresh:
        if why := register.refuses(term):
            raise UsageError(f"{path.name}: {term.slug}: {why}")
        register.enter(term)
    written = "\n".join(lines(term) for term in fresh)
    before = path.read_bytes().decode("utf-8") if path.is_file() else ""
    ending = "\r\n" if "\r\n" in before else "\n"
    parts = [before.rstrip()] if before.strip() else []
    after = (ending * 2).join([*parts, written.replace("\n", ending)])
    write_atomic(path, after.encode())
    return written


class Register:
    """Which term has which name and which form, accepted or forbidden."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms: dict[str, Term] = {}
        self._forms: dict[str, str] = {}
        for term in terms:
            self.enter(term)

    def enter(self, term: Term) -> None:
        """Take a term in; a form stays with the first that has it."""
        self.terms[term.slug] = term
        for entry in term.entries.values():
            for form in (*entry.accepted, *entry.forbidden):
                self._forms.setdefault(folded(form), term.slug)

    def owner(self, form: str) -> Term | None:
        """The term that has a form."""
        return self.terms.get(self._forms.get(folded(form), ""))

    def clash(self, term: Term) -> tuple[str, Term] | None:
        """The first form of a term that another has, and that other."""
        for entry in term.entries.values():
            for form in entry.accepted:
                if (other := self.owner(form)) and other.slug != term.slug:
                    return form, other
        return None

    def refuses(self, term: Term) -> str:
        """Why a term cannot be added, and what to do; empty where it can."""
        if not SLUG.match(term.slug):
            return "is no name. Use a-z, 0-9 and hyphens, such as smart-terminals."
        if term.slug in self.terms:
            return "is there already. Choose another name, or edit that entry."
        if not term.entries or not all(entry.form for entry in term.entries.values()):
            return 'a form is empty. Give at least one, such as en="..."'
        if wrong := [tag for tag in term.entries if not TAG.match(tag)]:
            return f'"{wrong[0]}" is no locale. Write one such as en or zh-Hans.'
        if clash := self.clash(term):
            return f'"{clash[0]}" is a form of [{clash[1].slug}]. Edit that entry instead.'
        return ""


def tidy(term: Term) -> Term:
    """A term with each form on one line, none of them empty or twice within its locale."""
    entries = {tag: _tidy(entry) for tag, entry in term.entries.items()}
    reading, note, origin = (_line(t) for t in (term.reading, term.note, term.origin))
    expansion = {tag: _line(text) for tag, text in term.expansion.items() if text.strip()}
    return Term(term.slug, entries, origin, reading, note, expansion)


def _tidy(entry: Entry) -> Entry:
    form, short = _line(entry.form), _line(entry.short)
    met = {"", form, short}
    variants = tuple(dict.fromkeys(v for v in map(_line, entry.variants) if v not in met))
    forbidden = tuple(dict.fromkeys(f for f in map(_line, entry.forbidden) if f))
    return Entry(form, short if short != form else "", variants, forbidden)


def _line(text: str) -> str:
    return " ".join(text.split())


def lines(term: Term) -> str:
    """The term as it stands in terms.toml, with a line break at its end."""
    rows = [f"[{_bare(term.slug)}]"]
    if term.origin:
        rows.append(f"origin = {_quoted(term.origin)}")
    rows += [f"{_bare(tag)} = {_entry_toml(entry)}" for tag, entry in term.entries.items()]
    rows += [f"{k} = {_quoted(getattr(term, k))}" for k in ("reading", "note") if getattr(term, k)]
    if term.expansion:
        pairs = ", ".join(f"{_bare(t)} = {_quoted(text)}" for t, text in term.expansion.items())
        rows.append(f"expansion = {{ {pairs} }}")
    return "\n".join(rows) + "\n"


def _entry_toml(entry: Entry) -> str:
    pairs = [f"{key} = {_quoted(getattr(entry, key))}" for key in TEXTS if getattr(entry, key)]
    lists = {key: getattr(entry, key) for key in LISTS if getattr(entry, key)}
    pairs += [f"{key} = [{', '.join(map(_quoted, forms))}]" for key, forms in lists.items()]
    return f"{{ {', '.join(pairs)} }}"


def _quoted(text: str) -> str:
    import tomlkit

    return tomlkit.string(text).as_string()


def _bare(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _quoted(key)


def slug_of(forms: Mapping[Locale, str | Entry]) -> str:
    """A name made of a Latin form, else of the pinyin of a Chinese one."""
    texts = [f.form if isinstance(f, Entry) else f for f in forms.values()]
    latin = next((t for t in texts if re.search(r"[A-Za-z]", t) and not has_han(t)), "")
    text = latin or pinyin(texts[0], tones=False) if texts else ""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower().replace("’", "")))[:64].strip("-")
