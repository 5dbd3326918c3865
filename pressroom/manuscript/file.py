"""One section file in one locale: read, cut, and laid out as blocks."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pressroom.errors import ManuscriptError
from pressroom.lang import language
from pressroom.manuscript.cut import Cut, cut
from pressroom.manuscript.scan import is_private, open_rows
from pressroom.model import Block, BlockKind, sha256

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pressroom.model import Locale

FILE = re.compile(r"^(?P<section>[a-z][a-z0-9_]*)\.(?P<locale>[A-Za-z0-9-]+)\.md$")

PRINTED = frozenset(
    ["title", "original_title", "subject", "preheader", "greeting", "teasers", "byline", "notice"]
)
"""The keys of front matter whose words reach a reader."""


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A section file: its slices, its front matter as a table, its blocks in order."""

    path: Path
    section: str
    locale: Locale
    cut: Cut
    front: Mapping[str, Any]
    blocks: tuple[Block, ...]


def read(path: Path, locale: Locale, *, lines: bool = False) -> Manuscript:
    """Read a section file; a ManuscriptError names file and line."""
    where = f"{path.parent.name}/{path.name}"
    return parse(_text(path, where), path, locale, lines=lines)


def parse(text: str, path: Path, locale: Locale, *, lines: bool = False) -> Manuscript:
    """Lay out the text of a section file that stands, or will stand, at `path`."""
    section = path.name.split(".")[0]
    where = f"{path.parent.name}/{path.name}"
    pieces = cut(text, language(locale).turn_marks, where, lines=lines)
    front = _front(pieces.front, where)
    return Manuscript(path, section, locale, pieces, front, _blocks(pieces, path, section, locale))


def _text(path: Path, where: str) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise ManuscriptError(f"{where}:{line}: is not UTF-8. Save the file as UTF-8.") from None


def _front(raw: str, where: str) -> Mapping[str, Any]:
    import yaml

    body = "\n".join(raw.lstrip("\ufeff").rstrip().split("\n")[1:-1])
    try:
        table = yaml.safe_load(body) if body.strip() else {}
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        what = getattr(fault, "problem", None) or "cannot be read"
        raise ManuscriptError(
            f'{where}:{line}: front matter: {what}. Put quotes around a text with ":" or "#".'
        ) from None
    except (ValueError, RecursionError):
        raise ManuscriptError(
            f"{where}:1: front matter: holds a date or a list that cannot be. Put quotes around it."
        ) from None
    if not isinstance(table, dict):
        raise ManuscriptError(
            f'{where}:2: front matter: is no list of "key: value". Write one key a line.'
        )
    _flat(table, body, where)
    return table


def _flat(table: Mapping[Any, Any], body: str, where: str) -> None:
    """Refuse `title: [[MIIT]]` and `- Who: me`, which YAML reads as lists and tables."""
    for key in PRINTED & table.keys():
        value = table[key]
        inside = value if isinstance(value, list) else [value]
        if any(isinstance(v, list | dict) for v in inside):
            rows = body.split("\n")
            line = next((n for n, row in enumerate(rows, 2) if row.startswith(f"{key}:")), 1)
            raise ManuscriptError(
                f"{where}:{line}: front matter: {key}: is read as a list or a table, not as words. "
                'Put quotes around a text with ":" or "[".'
            )


def _blocks(pieces: Cut, path: Path, section: str, locale: Locale) -> tuple[Block, ...]:
    return tuple(
        Block(section, s.id, locale, s.kind, s.head, s.body, s.line, path, s.level)
        for s in pieces.slices
        if s.kind is not BlockKind.LEAD or s.body.strip()
    )


def block_hash(block: Block) -> str:
    """The hash of a block's words: private lines and trailing blanks do not count."""
    return sha256(f"{block.head}\n" + "\n".join(_public_rows(block.body)).strip("\n"))


def _public_rows(body: str) -> list[str]:
    """The rows that are printed: no private line, no blanks at an end, one blank between."""
    is_open = {index for index, _ in open_rows(body)}
    kept: list[str] = []
    for index, row in enumerate(body.split("\n")):
        if index in is_open and (is_private(row) or not (row.strip() or (kept and kept[-1]))):
            continue
        kept.append(row.rstrip())
    return kept


def missing_ids(script: Manuscript) -> bool:
    """Whether a block of the file has no id yet."""
    return any(not s.id for s in script.cut.slices)


def with_ids(script: Manuscript, taken: set[str]) -> str:
    """The file with an id on every block that had none; `taken` grows by the new ones."""
    taken.update(s.id for s in script.cut.slices if s.id)
    named = [s if s.id else s.named(fresh_id(taken)) for s in script.cut.slices]
    return Cut(script.cut.front, tuple(named)).join()


def fresh_id(taken: set[str]) -> str:
    """A short random id that is not taken: a letter, then three letters or digits."""
    alphabet = "abcdefghjkmnpqrstuvwxyz"
    while True:
        fresh = secrets.choice(alphabet) + "".join(
            secrets.choice(alphabet + "23456789") for _ in range(3)
        )
        if fresh not in taken:
            taken.add(fresh)
            return fresh


def private_lines(block: Block) -> list[tuple[int, str]]:
    """The `%%` lines of a block: 1-based line in the file, and their words."""
    return [
        (block.body_line + index, row.strip("\ufeff \t\r")[2:].strip())
        for index, row in open_rows(block.body)
        if is_private(row)
    ]
