"""Prints the publishable records of probe.toml: method, verdict table with its key, excerpts.

Counts and grades stand in the issue folder, and what was chosen for print (promise 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pressroom.errors import SettingsError, did_you_mean
from pressroom.lang import endonym, language
from pressroom.manuscript.terms import escape
from pressroom.model import Locale, Part
from pressroom.probe import excerpt
from pressroom.probe.excerpt import Excerpt, read_excerpts
from pressroom.workspace import read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GRADES = ("answers", "help", "refuses", "yields", "taken-back", "not-reached")
SHAPES = {
    "answers": "●",
    "help": "→",
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
    excerpts: tuple[Excerpt, ...] = ()


def names(probe: Probe | None) -> frozenset[str]:
    """What a manuscript may call by `![[probe:NAME]]`."""
    return frozenset(("method", "matrix", *(e.call for e in probe.excerpts)) if probe else ())


def read_probe(folder: Path) -> Probe | None:
    """The probe of an issue, or None where it has none; SettingsError names the key."""
    path = folder / "probe.toml"
    if not path.is_file():
        return None
    table, where = read_toml(path), f"{folder.name}/probe.toml"
    columns = tuple(
        _words(f"{where}: columns.{n}.label", column.get("label", {}))
        for n, column in enumerate(_tables(where, "columns", table))
    )
    rows = tuple(
        _row(where, n, row, len(columns)) for n, row in enumerate(_tables(where, "rows", table))
    )
    excerpts = read_excerpts(where, _tables(where, "excerpts", table))
    return Probe(_words(f"{where}: method", table.get("method", {})), columns, rows, excerpts)


def _tables(where: str, key: str, table: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = table.get(key, [])
    if isinstance(found, list) and all(isinstance(one, dict) for one in found):
        return found
    raise SettingsError(f'{where}: {key}: must be tables. Write "[[{key}]]" above each.')


def _words(place: str, value: object) -> Mapping[Locale, str]:
    if isinstance(value, dict) and all(isinstance(words, str) for words in value.values()):
        return {Locale(tag): words for tag, words in value.items()}
    raise SettingsError(f'{place}: must hold a text per locale, such as {{ en = "..." }}.')


def _row(where: str, number: int, row: Mapping[str, Any], width: int) -> Row:
    summary = row.get("summary", {})
    if not isinstance(summary, dict) or not all(isinstance(v, list) for v in summary.values()):
        raise SettingsError(f"{where}: rows.{number}.summary: must hold a list of grades a locale.")
    grades = {Locale(tag): tuple(marks) for tag, marks in summary.items()}
    for tag, marks in grades.items():
        place = f"{where}: rows.{number}.summary.{tag}"
        if len(marks) != width:
            raise SettingsError(f"{place}: has {len(marks)} grades for {width} columns.")
        for mark in marks:
            if mark not in GRADES:
                raise SettingsError(
                    f'{place}: "{mark}" is no grade.{did_you_mean(str(mark), GRADES)}'
                )
    if not isinstance(row.get("bot"), str):
        raise SettingsError(f"{where}: rows.{number}.bot: is missing. Write the app's name.")
    return Row(row["bot"], row.get("kind", "app"), grades)


def parts(probe: Probe | None, locale: Locale) -> dict[str, tuple[Part, ...]]:
    """What `![[probe:NAME]]` stands for in one locale."""
    if probe is None:
        return {}
    counts = language(locale).words["counts"]
    between = " " if language(locale).spaced else ""
    joined = between.join(w for w in (probe.method.get(locale, ""), counts) if w)
    table = Part("table", _table(probe, locale)), Part("method", _legend(probe, locale))
    shown = {"method": (Part("method", joined),), "matrix": table}
    return shown | excerpt.parts(probe.excerpts, locale)


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
    return "| " + " | ".join(escape(cell) for cell in cells) + " |"
