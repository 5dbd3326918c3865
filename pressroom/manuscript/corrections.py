"""corrections.toml: what was changed in an issue after readers had it, and what they are told.

One table a correction, in the order they were made; a new one is added at the end, and the
bytes before it stay as they are. `old` and `new` are the words of the block in the dialect,
without private lines; a note is plain text.

    [[corrections]]
    block = "news_briefs#label"
    kind = "correction"                 # typo, clarification, correction
    when = 2025-09-08T10:00:00+08:00
    who = "The editor"

    [corrections.editions.en]
    old = "..."
    new = "..."
    note = "an earlier version said: ..."
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pressroom.errors import SettingsError, did_you_mean
from pressroom.lang import language
from pressroom.manuscript import scan
from pressroom.manuscript.terms import escape
from pressroom.model import BlockKind, BlockRef, Locale
from pressroom.workspace import read_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pressroom.model import Block

FILE = "corrections.toml"
TYPO = "typo"
KINDS = (TYPO, "clarification", "correction")
KEYS = ("block", "kind", "when", "who", "editions")
WORDS = ("old", "new", "note")
REF = re.compile(r"[a-z][a-z0-9_]{0,40}#[a-z0-9][a-z0-9-]{0,63}")

LARGEST = 4_000_000
"""Bytes of a file that is read."""

LONGEST_NOTE = 1000
LONGEST_QUOTE = 300
"""Characters of what an earlier version said that a note or a mail quotes."""

STRETCH = re.compile(r"\n\s*\n|\n(?=[ \t]*(?:[-*+>|#]|\d{1,9}[.)])[ \t]?)")
START = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+|\d{1,9}[.)][ \t]+|>[ \t]?)")
MARKS = re.compile(r"(?<!\\)(?:\*+|`+|~~)|(?<![\w\\])_+(?=\w)|(?<=\w)_+(?!\w)")
DOUBLED = re.compile(r"(?<=[\[{])(?=[\[{@%])")
"""Within the marks of templates and of the dialect, which `check` takes for forgotten ones."""

GAP = re.compile(r"[ \t]+(?=[.,;:!?…])")


@dataclass(frozen=True, slots=True)
class Change:
    """A block in one edition before and after, and what its readers are told; a typo: nothing."""

    old: str
    new: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of one block: of what kind, when, by whom, and in which editions."""

    block: BlockRef
    kind: str
    when: datetime
    who: str
    editions: Mapping[Locale, Change]

    @property
    def is_told(self) -> bool:
        """Whether the page says so; a typo is mended in silence."""
        return self.kind != TYPO


# --- the file ---


def read(folder: Path) -> tuple[Correction, ...]:
    """The corrections of an issue in their order; SettingsError names the key that is wrong."""
    path, where = folder / FILE, f"{folder.name}/{FILE}"
    if not path.is_file():
        return ()
    if path.stat().st_size > LARGEST:
        raise SettingsError(f"{where}: is over {LARGEST:,} bytes. Restore it with git.")
    table = read_toml(path, where)
    _only(where, table, ("corrections",))
    rows = table.get("corrections", [])
    if not isinstance(rows, list):
        raise SettingsError(f'{where}: corrections: must be tables. Write "[[corrections]]".')
    found = [_correction(f"{where}: corrections[{n}]", row) for n, row in enumerate(rows, 1)]
    for number, (one, after) in enumerate(pairwise(found), 2):
        if after.when < one.when:
            raise SettingsError(
                f"{where}: corrections[{number}].when: is before the one above it. "
                "This file only grows at its end: restore it with git."
            )
    return tuple(found)


def _correction(where: str, row: object) -> Correction:
    table = _table(where, row)
    _only(where, table, KEYS)
    kind, when = table.get("kind"), table.get("when")
    if kind not in KINDS:
        raise SettingsError(f'{where}.kind: "{kind}" is no kind.{did_you_mean(str(kind), KINDS)}')
    if not isinstance(when, datetime) or when.tzinfo is None:
        raise SettingsError(
            f"{where}.when: must be a time with its zone, such as 2025-09-08T10:00:00+08:00."
        )
    block = _text(f"{where}.block", table.get("block"))
    if not REF.fullmatch(block):
        raise SettingsError(f'{where}.block: "{block[:80]}" is no block. Write "section#id".')
    editions = _table(f"{where}.editions", table.get("editions"))
    changes = {Locale(tag): _change(f"{where}.editions.{tag}", editions[tag]) for tag in editions}
    return Correction(
        BlockRef(block), str(kind), when, _text(f"{where}.who", table.get("who")), changes
    )


def _change(where: str, row: object) -> Change:
    table = _table(where, row)
    _only(where, table, WORDS)
    old, new = (_text(f"{where}.{key}", table.get(key)) for key in ("old", "new"))
    return Change(old, new, flat(_text(f"{where}.note", table.get("note", "")))[:LONGEST_NOTE])


def _table(where: str, value: object) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    raise SettingsError(f"{where}: is missing, or no table. Restore the file with git.")


def _only(where: str, table: Mapping[str, object], keys: Sequence[str]) -> None:
    for key in table:
        if key not in keys:
            raise SettingsError(f"{where}.{key}: unknown key.{did_you_mean(key, keys)}")


def _text(where: str, value: object) -> str:
    if isinstance(value, str):
        return value
    raise SettingsError(f"{where}: is missing, or no text. Restore the file with git.")


def appended(folder: Path, one: Correction) -> str:
    """The text of the file with one correction more at its end; SettingsError past its bound."""
    import tomlkit

    path = folder / FILE
    before = path.read_text(encoding="utf-8").rstrip("\n") if path.is_file() else ""
    editions = {tag: _row(change) for tag, change in sorted(one.editions.items())}
    row = {"block": str(one.block), "kind": one.kind, "when": one.when, "who": one.who}
    table = tomlkit.dumps({"corrections": [row | {"editions": editions}]}).strip("\n")
    text = f"{before}\n\n{table}\n" if before else f"{table}\n"
    if len(text.encode()) > LARGEST:
        raise SettingsError(
            f"{folder.name}/{FILE}: would be over {LARGEST:,} bytes. Correct smaller blocks."
        )
    return text


def _row(change: Change) -> dict[str, str]:
    row = {"old": change.old, "new": change.new}
    return row | {"note": change.note} if change.note else row


# --- what changed ---


def words(block: Block) -> str:
    """A block's words in the dialect, as they are compared and kept: no private line."""
    hidden = {n for n, row in scan.open_rows(block.body) if scan.is_private(row)}
    rows = (row.rstrip() for n, row in enumerate(block.body.split("\n")) if n not in hidden)
    body = "\n".join(rows).strip("\n")
    return body if block.kind is BlockKind.LEAD else f"{block.head}\n{body}".rstrip("\n")


def same(one: str, other: str) -> bool:
    """Whether two texts say the same; white space does not count."""
    return one.split() == other.split()


def changed(old: str, new: str, locale: Locale) -> tuple[str, str]:
    """The sentences that went and those that came, as a reader saw them, bounded.

    >>> changed("It has *70* percent [@a]. It is so.", "It has 75 percent [@a]. It is so.", "en")
    ('It has 70 percent.', 'It has 75 percent.')
    """
    before, after = list(_sentences(old, locale)), list(_sentences(new, locale))
    return _picked(before, set(after), locale), _picked(after, set(before), locale)


def _sentences(text: str, locale: Locale) -> Iterator[str]:
    for stretch in STRETCH.split(_headed(text)):
        yield from language(locale).sentences(flat(plain(stretch)))


def _headed(text: str) -> str:
    """The head, which is a line of its own, apart from the body."""
    head, _, body = text.partition("\n")
    return f"{head}\n\n{body}"


def _picked(sentences: Sequence[str], known: set[str], locale: Locale) -> str:
    """The sentences that are not known, an ellipsis where others stood between."""
    spaced, found, last = language(locale).spaced, "", -1
    for at, sentence in enumerate(sentences):
        if sentence in known:
            continue
        near = " " if spaced else ""
        far = " … " if spaced else "……"
        gap = "" if last < 0 else near if at == last + 1 else far
        found, last = f"{found}{gap}{sentence}", at
    return found if len(found) <= LONGEST_QUOTE else f"{found[:LONGEST_QUOTE].rstrip()}…"


def plain(text: str) -> str:
    r"""The dialect as bare words: no citations, calls, links, marks.

    >>> plain("A [[miit|ministry]] *says* so [@a, p. 1], [here](https://x.example/).")
    'A ministry says so, here.'
    """
    rows = (START.sub("", row) for row in MARKS.sub("", text).split("\n"))
    return GAP.sub("", scan.substitute("\n".join(rows), _bare))


def _bare(token: scan.Token) -> str:
    match token.form:
        case "term":
            return token.match["name"].rpartition("|")[2].strip()
        case "link":
            return token.match["words"]
        case "escape":
            return token.match[0][1:]
        case _:
            return ""


def flat(text: str) -> str:
    """A text on one line, without what shows as nothing or turns a line around."""
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())


# --- what readers are told ---


def default_note(old: str, new: str, locale: Locale) -> str:
    """What an earlier version said, in the words of its language."""
    told = language(locale).words
    gone, came = changed(old, new, locale)
    if gone:
        return told["said_before"].format(old=_quoted(gone, locale))
    return told["was_missing"].format(new=_quoted(came, locale)) if came else told["was_changed"]


def _quoted(text: str, locale: Locale) -> str:
    """In the quotation marks of the language, those inside turned into the inner ones."""
    outer, *others = language(locale).quotes
    inner = next((pair for pair in others if pair[0] != pair[1] and pair != outer), ("‘", "’"))
    if outer == ("“", "”"):
        inner = ("‘", "’")
    text = text.replace(outer[0], inner[0]).replace(outer[1], inner[1])
    return f"{outer[0]}{text}{outer[1]}"


def notes(
    made: Iterable[Correction],
    locale: Locale,
    spread: Callable[[Mapping[Locale, str]], Mapping[Locale, str]] = dict,
) -> dict[str, tuple[str, ...]]:
    """The dated lines under each block of an edition, by block reference, in portable Markdown.

    `spread` gives a derived edition the words of its source.
    """
    found: dict[str, tuple[str, ...]] = {}
    for one in made:
        note = spread({tag: c.note for tag, c in one.editions.items()}).get(locale, "")
        if one.is_told and note.strip():
            found[one.block] = (*found.get(one.block, ()), _line(one, note, locale))
    return found


def _line(one: Correction, note: str, locale: Locale) -> str:
    spoken = language(locale)
    date = spoken.long_date(one.when.date())
    return spoken.words[one.kind].format(date=date, note=escape(DOUBLED.sub(" ", flat(note))))


def notice(made: Iterable[Correction], locale: Locale, notes: Mapping[str, object]) -> str:
    """That an edition was corrected, and when last; nothing where it says so nowhere."""
    days = [one.when for one in made if one.is_told and one.block in notes]
    if not days:
        return ""
    spoken = language(locale)
    return spoken.words["corrected"].format(date=spoken.long_date(max(days).date()))
