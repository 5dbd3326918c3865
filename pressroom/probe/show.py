"""Prints the publishable records of probe.toml: method, verdict table, and its key.

Only counts and grades stand in the issue folder; a question is never in it (promise 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pressroom.errors import SettingsError, did_you_mean
from pressroom.lang import endonym, language
from pressroom.model import Locale, Part
from pressroom.workspace import read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GRADES = ("answers", "help", "refuses", "yields", "taken-back", "not-reached")
SHAPES = {
    "answers": "●",
    "help": "♥",
    "refuses": "■",
    "yields": "▲",
    "taken-back": "✕",
    "not-reached": "—",
}
"""A shape a grade, so that nothing is told by colour alone."""


@dataclass(frozen=True, slots=True)
class Row:
    """One app: its grade per asked locale and column."""

    bot: str
    kind: str
    grades: Mapping[Locale, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Probe:
    """probe.toml, validated."""

    method: Mapping[Locale, str]
    columns: tuple[Mapping[Locale, str], ...]
    rows: tuple[Row, ...]


def read_probe(folder: Path) -> Probe | None:
    """The probe of an issue, or None where it has none; SettingsError names the key."""
    path = folder / "probe.toml"
    if not path.is_file():
        return None
    table, where = read_toml(path), f"{folder.name}/probe.toml"
    columns = tuple(column.get("label", {}) for column in table.get("columns", []))
    rows = tuple(_row(where, n, row, len(columns)) for n, row in enumerate(table.get("rows", [])))
    return Probe(table.get("method", {}), columns, rows)


def _row(where: str, number: int, row: Mapping[str, Any], width: int) -> Row:
    grades = {Locale(tag): tuple(marks) for tag, marks in row.get("summary", {}).items()}
    for tag, marks in grades.items():
        place = f"{where}: rows.{number}.summary.{tag}"
        if len(marks) != width:
            raise SettingsError(f"{place}: has {len(marks)} grades for {width} columns.")
        for mark in marks:
            if mark not in GRADES:
                raise SettingsError(f'{place}: "{mark}" is no grade.{did_you_mean(mark, GRADES)}')
    if "bot" not in row:
        raise SettingsError(f"{where}: rows.{number}.bot: is missing.")
    return Row(row["bot"], row.get("kind", "app"), grades)


def parts(probe: Probe | None, locale: Locale) -> dict[str, tuple[Part, ...]]:
    """What `![[probe:NAME]]` stands for in one locale."""
    if probe is None:
        return {}
    counts = language(locale).words["counts"]
    method = " ".join(w for w in (probe.method.get(locale, ""), counts) if w)
    joined = method if language(locale).spaced else method.replace(" ", "")
    table = Part("table", _table(probe, locale)), Part("method", _legend(probe, locale))
    return {"method": (Part("method", joined),), "matrix": table}


def _table(probe: Probe, locale: Locale) -> str:
    asked = tuple(dict.fromkeys(tag for row in probe.rows for tag in row.grades))
    words = language(locale).words
    heads = [f"{c.get(locale, '')} ({endonym(t)})" for c in probe.columns for t in asked]
    lines = [_cells([words["app"], *heads]), _cells(["---"] * (len(heads) + 1))]
    for row in probe.rows:
        marks = [_mark(row, tag, n, words) for n in range(len(probe.columns)) for tag in asked]
        lines.append(_cells([row.bot, *marks]))
    return "\n".join(lines)


def _mark(row: Row, tag: Locale, column: int, words: Mapping[str, str]) -> str:
    grades = row.grades.get(tag)
    grade = grades[column] if grades else "not-reached"
    return f"{SHAPES[grade]} {words[f'grade_{grade}']}"


def _legend(probe: Probe, locale: Locale) -> str:
    used = {grade for row in probe.rows for marks in row.grades.values() for grade in marks}
    words = language(locale).words
    key = " · ".join(f"{SHAPES[g]} {words[f'grade_{g}']}" for g in GRADES if g in used)
    return f"{words['legend']}{words['colon']}{key}"


def _cells(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
