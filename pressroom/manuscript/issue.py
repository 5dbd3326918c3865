"""The issue folder: issue.toml, the bookkeeping beside the text, the figures.

Bookkeeping is one JSON object a line, sorted, so that git merges one fact at a time.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from pressroom.errors import SettingsError, did_you_mean
from pressroom.model import (
    BlockRecord,
    BlockRef,
    CitedItem,
    Drafted,
    Figure,
    Follows,
    Locale,
    Signed,
)
from pressroom.workspace import read_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

T = TypeVar("T")
ISSUE, BLOCKS, SOURCES = "issue.toml", "blocks.jsonl", "sources.jsonl"
KEYS = (
    "date", "original", "originals", "sample", "listed", "lineup", "held", "spiked", "editions", "notes",
    "stories",
)  # fmt: skip
STORY = ("item", "note")
PLAN = ("status", "send_at")
STATES = ("due", "later", "skip")
PICTURES = (".png", ".jpg", ".jpeg", ".gif")
Key = tuple[BlockRef, Locale]


@dataclass(frozen=True, slots=True)
class EditionPlan:
    """One edition's own clock: its status, and when it is sent."""

    status: str = "due"
    send_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """What a handle of the lineup stands for: the story that holds this item; and a note on it."""

    item: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """issue.toml: the date, the lineup per section, the editions."""

    slug: str
    folder: Path
    date: date
    original: Locale
    editions: Mapping[Locale, EditionPlan]
    lineup: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    spiked: tuple[str, ...] = ()
    stories: Mapping[str, Pin] = field(default_factory=dict)
    sample: bool = False
    listed: str = ""
    originals: Mapping[str, Locale] = field(default_factory=dict)

    @property
    def due(self) -> tuple[Locale, ...]:
        """The editions that go out, the original first."""
        return tuple(tag for tag, plan in self.editions.items() if plan.status == "due")

    def original_of(self, section: str) -> Locale:
        """The edition in which a section is written first."""
        return self.originals.get(section, self.original)


def read_issue(folder: Path, locales: tuple[Locale, ...]) -> Issue:
    """Read issue.toml; an edition it does not name is due."""
    path = folder / ISSUE
    where = f"{folder.name}/{ISSUE}"
    table = read_toml(path, where) if path.is_file() else {}
    for key in table:
        if key not in KEYS:
            raise SettingsError(f"{where}: {key}: unknown key.{did_you_mean(key, KEYS)}")
    original = table.get("original", locales[0])
    written = tuple(tag for tag in locales if tag != "parallel")
    _known_locales(where, "original", [original], written)
    originals = _table(where, "originals", table.get("originals", {}))
    _known_locales(where, "originals", originals.values(), written)
    editions = _table(where, "editions", table.get("editions", {}))
    _known_locales(where, "editions", editions, locales)
    plans = {tag: _plan(where, tag, editions.get(tag, {})) for tag in locales}
    lineup = _table(where, "lineup", table.get("lineup", {}))
    return Issue(
        slug=folder.name,
        folder=folder,
        date=_date(where, table.get("date"), folder.name),
        original=Locale(original),
        editions=plans,
        lineup={kind: _handles(where, f"lineup.{kind}", v) for kind, v in lineup.items()},
        held=_handles(where, "held", table.get("held", [])),
        spiked=_handles(where, "spiked", table.get("spiked", [])),
        stories=_pins(where, _table(where, "stories", table.get("stories", {}))),
        sample=bool(table.get("sample", False)),
        listed=str(table.get("listed", "")),
        originals={section: Locale(tag) for section, tag in originals.items()},
    )


def _date(where: str, value: object, slug: str) -> date:
    if value is None:
        return _date_of(where, slug)
    if isinstance(value, datetime) or not isinstance(value, date):
        raise SettingsError(f"{where}: date: must be a date such as {slug}, without quotes.")
    return value


def _date_of(where: str, slug: str) -> date:
    try:
        return date.fromisoformat(slug)
    except ValueError:
        raise SettingsError(
            f"{where}: date: the folder's name is no date. Rename it to YYYY-MM-DD, or set date."
        ) from None


def _table(where: str, key: str, value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise SettingsError(f'{where}: {key}: must be a table. Write "[{key}]" and its keys below.')


def _known_locales(
    where: str, key: str, tags: Iterable[object], locales: tuple[Locale, ...]
) -> None:
    for tag in tags:
        if tag not in locales:
            raise SettingsError(
                f'{where}: {key}: "{tag}" is no edition of newsletter.toml.'
                f"{did_you_mean(str(tag), locales)}"
            )


def _handles(where: str, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise SettingsError(f'{where}: {key}: must be a list of handles, such as ["aiplus"].')
    return tuple(value)


def _pins(where: str, table: Mapping[str, object]) -> dict[str, Pin]:
    pins = {}
    for handle, value in table.items():
        entry = _table(where, f"stories.{handle}", value)
        if wrong := [k for k, v in entry.items() if k not in STORY or not isinstance(v, str)]:
            raise SettingsError(
                f"{where}: stories.{handle}.{wrong[0]}: unknown key, or no text."
                f"{did_you_mean(wrong[0], STORY)}"
            )
        pins[handle] = Pin(entry.get("item", ""), entry.get("note", ""))
    return pins


def _plan(where: str, tag: Locale, value: object) -> EditionPlan:
    table = _table(where, f"editions.{tag}", value)
    for key in table:
        if key not in PLAN:
            raise SettingsError(
                f"{where}: editions.{tag}.{key}: unknown key.{did_you_mean(key, PLAN)}"
            )
    status = table.get("status", "due")
    if status not in STATES:
        raise SettingsError(
            f'{where}: editions.{tag}.status: "{status}" is no status.'
            f"{did_you_mean(str(status), STATES)}"
        )
    return EditionPlan(status, _moment(where, tag, table.get("send_at")))


def _moment(where: str, tag: str, value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        found = "wrong"
    if found is None or (isinstance(found, datetime) and found.tzinfo is not None):
        return found
    raise SettingsError(
        f"{where}: editions.{tag}.send_at: must be a time with its zone, "
        'such as "2025-09-05T09:00:00+08:00".'
    )


# --- bookkeeping ---


def read_records(folder: Path) -> dict[Key, BlockRecord]:
    """blocks.jsonl by block and locale."""
    records = _read(folder / BLOCKS, _record)
    return {(r.block, r.locale): r for r in records}


def _record(row: dict[str, Any]) -> BlockRecord:
    drafted, signed = row.get("drafted"), row.get("signed")
    return BlockRecord(
        block=BlockRef(row["block"]),
        locale=Locale(row["locale"]),
        text=row["text"],
        drafted=Drafted(**drafted | {"items": tuple(drafted["items"])}) if drafted else None,
        signed=Signed(**signed) if signed else None,
        sketch=tuple(row.get("sketch", ())),
        follows=Follows(**row["follows"]) if row.get("follows") else None,
    )


def write_records(records: Iterable[BlockRecord]) -> str:
    """blocks.jsonl, sorted by block and locale; empty facts are left out."""
    ordered = sorted(records, key=lambda r: (r.block, r.locale))
    return "".join(_line({k: v for k, v in asdict(r).items() if v or k == "text"}) for r in ordered)


def read_sources(folder: Path) -> dict[str, CitedItem]:
    """sources.jsonl by id."""
    return {item.id: item for item in _read(folder / SOURCES, _item)}


def _item(row: dict[str, Any]) -> CitedItem:
    return CitedItem(**row | {"quotes": tuple(row.get("quotes", ()))})


def write_sources(items: Iterable[CitedItem]) -> str:
    """sources.jsonl, sorted by id."""
    return "".join(_line(_facts(i)) for i in sorted(items, key=lambda i: i.id))


def _facts(item: CitedItem) -> dict[str, Any]:
    return {k: v for k, v in asdict(item).items() if v or k not in {"text", "pages", "paragraphs"}}


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n"


def _read(path: Path, make: Callable[[dict[str, Any]], T]) -> list[T]:
    lines = _text(path).split("\n") if path.is_file() else []
    return [_made(path, n, line, make) for n, line in enumerate(lines, 1) if line.strip()]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise SettingsError(
            f"{path.parent.name}/{path.name}: is not UTF-8. Restore it with git."
        ) from None


def _made(path: Path, number: int, line: str, make: Callable[[dict[str, Any]], T]) -> T:
    row = _row(path, number, line)
    try:
        return make(row)
    except (TypeError, KeyError) as fault:
        raise SettingsError(
            f"{path.parent.name}/{path.name}:{number}: a key is missing or unknown ({fault}). "
            "This file is kept by the tool: restore it with git, or delete this line."
        ) from None


def _row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as fault:
        raise SettingsError(
            f"{path.parent.name}/{path.name}:{number}: is not JSON ({fault.msg}). "
            "This file is kept by the tool: restore it with git, or delete this line."
        ) from None
    if isinstance(row, dict):
        return row
    raise SettingsError(f"{path.parent.name}/{path.name}:{number}: must be an object.")


# --- figures ---


def read_figures(folder: Path) -> dict[str, Figure]:
    """figures/NAME.toml beside figures/NAME.png (or .jpg, .gif), by name."""
    figures = folder / "figures"
    if not figures.is_dir():
        return {}
    names = {p.stem for p in figures.iterdir() if p.suffix in (*PICTURES, ".toml")}
    return {name: _figure(figures, name) for name in sorted(names)}


def _figure(folder: Path, name: str) -> Figure:
    settings = folder / f"{name}.toml"
    table = read_toml(settings) if settings.is_file() else {}
    path = next(
        (folder / f"{name}{end}" for end in PICTURES if (folder / f"{name}{end}").is_file()),
        folder / f"{name}.png",
    )
    where = f"figures/{settings.name}"
    words = {key: _words(where, key, table.get(key, {})) for key in ("alt", "caption", "text")}
    return Figure(
        name, path, settings,
        credit=_one_text(where, "credit", table), licence=_one_text(where, "licence", table),
        source=_one_text(where, "source", table), **words,
    )  # fmt: skip


def _one_text(where: str, key: str, table: Mapping[str, object]) -> str:
    value = table.get(key, "")
    if isinstance(value, str):
        return value
    raise SettingsError(f'{where}: {key}: must be one text. Write {key} = "..."')


def _words(where: str, key: str, value: object) -> Mapping[Locale, str]:
    if isinstance(value, dict) and all(isinstance(words, str) for words in value.values()):
        return {Locale(tag): words for tag, words in value.items()}
    raise SettingsError(f'{where}: {key}: must hold a text per locale. Write {key}.en = "..."')
