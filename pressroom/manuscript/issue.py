"""The issue folder: issue.toml, the bookkeeping beside the text, the figures.

Bookkeeping is one JSON object a line, sorted, so that git merges one fact at a time.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pressroom.errors import SettingsError, did_you_mean
from pressroom.model import (
    BlockRecord,
    BlockRef,
    CitedItem,
    Drafted,
    Figure,
    Locale,
    Signed,
)
from pressroom.workspace import read_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

ISSUE, BLOCKS, SOURCES = "issue.toml", "blocks.jsonl", "sources.jsonl"
KEYS = ("date", "original", "sample", "listed", "lineup", "held", "spiked", "editions", "notes")
STATES = ("due", "later", "skip")
PICTURES = (".png", ".jpg", ".jpeg", ".gif")
Key = tuple[BlockRef, Locale]


@dataclass(frozen=True, slots=True)
class EditionPlan:
    """One edition's own clock: its status, and when it is sent."""

    status: str = "due"
    send_at: datetime | None = None


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
    sample: bool = False
    listed: str = ""

    @property
    def due(self) -> tuple[Locale, ...]:
        """The editions that go out, the original first."""
        return tuple(tag for tag, plan in self.editions.items() if plan.status == "due")


def read_issue(folder: Path, locales: tuple[Locale, ...]) -> Issue:
    """Read issue.toml; an edition it does not name is due."""
    path = folder / ISSUE
    table = read_toml(path) if path.is_file() else {}
    where = f"{folder.name}/{ISSUE}"
    for key in table:
        if key not in KEYS:
            raise SettingsError(f"{where}: {key}: unknown key.{did_you_mean(key, KEYS)}")
    plans = {tag: _plan(where, tag, table.get("editions", {})) for tag in locales}
    return Issue(
        slug=folder.name,
        folder=folder,
        date=_date(where, table.get("date"), folder.name),
        original=Locale(table.get("original", locales[0])),
        editions=plans,
        lineup={kind: _handles(where, kind, v) for kind, v in table.get("lineup", {}).items()},
        held=_handles(where, "held", table.get("held", [])),
        spiked=_handles(where, "spiked", table.get("spiked", [])),
        sample=bool(table.get("sample", False)),
        listed=str(table.get("listed", "")),
    )


def _date(where: str, value: object, slug: str) -> date:
    if value is None:
        return date.fromisoformat(slug)
    if isinstance(value, datetime) or not isinstance(value, date):
        raise SettingsError(f"{where}: date: must be a date such as {slug}, without quotes.")
    return value


def _handles(where: str, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise SettingsError(f'{where}: {key}: must be a list of handles, such as ["aiplus"].')
    return tuple(value)


def _plan(where: str, tag: Locale, tables: object) -> EditionPlan:
    table = tables.get(tag, {}) if isinstance(tables, dict) else {}
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


def is_listed(folder: Path) -> bool:
    """Whether an issue has gone out: its issue.toml says `listed`."""
    path = folder / ISSUE
    return path.is_file() and bool(read_toml(path).get("listed"))


# --- bookkeeping ---


def read_records(folder: Path) -> dict[Key, BlockRecord]:
    """blocks.jsonl by block and locale."""
    return {(r.block, r.locale): r for r in map(_record, _rows(folder / BLOCKS))}


def _record(row: dict[str, Any]) -> BlockRecord:
    drafted, signed = row.get("drafted"), row.get("signed")
    return BlockRecord(
        block=BlockRef(row["block"]),
        locale=Locale(row["locale"]),
        text=row["text"],
        drafted=Drafted(**drafted | {"items": tuple(drafted["items"])}) if drafted else None,
        signed=Signed(**signed) if signed else None,
        sketch=tuple(row.get("sketch", ())),
    )


def write_records(records: Iterable[BlockRecord]) -> str:
    """blocks.jsonl, sorted by block and locale; empty facts are left out."""
    ordered = sorted(records, key=lambda r: (r.block, r.locale))
    return "".join(_line({k: v for k, v in asdict(r).items() if v}) for r in ordered)


def read_sources(folder: Path) -> dict[str, CitedItem]:
    """sources.jsonl by id."""
    rows = (r | {"quotes": tuple(r.get("quotes", ()))} for r in _rows(folder / SOURCES))
    return {r["id"]: CitedItem(**r) for r in rows}


def write_sources(items: Iterable[CitedItem]) -> str:
    """sources.jsonl, sorted by id."""
    return "".join(_line(asdict(i)) for i in sorted(items, key=lambda i: i.id))


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n"


def _rows(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            found.append(_row(path, number, line))
    return found


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


def followed(record: BlockRecord, text: str) -> BlockRecord:
    """A record whose text hash is up to date; a signature stays for the words it was given for."""
    return replace(record, text=text)


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
    words = {key: table.get(key, {}) for key in ("alt", "caption", "text")}
    return Figure(
        name, path, settings,
        credit=table.get("credit", ""), licence=table.get("licence", ""),
        source=table.get("source", ""), **words,
    )  # fmt: skip
