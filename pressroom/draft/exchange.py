"""Files for a translator outside, one unit a block: XLIFF 1.2, Markdown or TSV, by the ending.

A unit carries the hash of its original and of the twin that stood here, so that what comes back
is put only where neither has changed. Private lines are never written.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressroom.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pressroom.draft.protect import Piece

LIMIT = 10_000_000
"""Bytes of a file that is read."""

COLUMNS = ("id", "original", "twin", "source", "target", "notes")
NONE = "-"
UNIT = re.compile(
    r"^<!-- unit (?P<id>[^\s]{1,130}) (?P<hash>[0-9a-f]{64}|-) (?P<twin>[0-9a-f]{64}|-) -->$"
)
MARK = re.compile(r"^\\*<!-- (?:unit |note: |source -->|target -->|end -->|pressroom )")
HELP = '<!-- pressroom translation {0}, {1} to {2}: write between "target" and "end", keep [@...], ![[...]], code and the addresses of links. -->'  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A block as a translator gets it.

    `original` and `twin` are hashes (`twin` empty where there is none); `draft` says that a
    machine wrote the target and nobody signed it.
    """

    id: str
    original: str
    twin: str
    source: tuple[Piece, ...]
    target: tuple[Piece, ...] = ()
    notes: tuple[str, ...] = ()
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Returned:
    """A unit as it came back, and the line it stands on.

    `content` is text, or text and placeholders (number, words between its marks); `faults`
    say what cannot be read. A hash is empty where the other tool dropped it.
    """

    id: str
    line: int
    original: str
    twin: str
    content: tuple[str | tuple[int, str], ...]
    held: bool = False
    faults: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was translated."""
        return not any(part if not isinstance(part, str) else part.strip() for part in self.content)


@dataclass(frozen=True, slots=True)
class Job:
    """What is exchanged: issue, languages (BCP 47), units in print order."""

    issue: str
    source: str
    target: str
    units: tuple[Unit, ...]


def export(job: Job, to: Path) -> None:
    """Write the file that the name's ending asks for; the same bytes for the same job."""
    from pressroom.store.files import write_atomic

    write_atomic(to, _format(to)[0](job).encode())


def load(path: Path, issue: str, target: str) -> list[Returned]:
    """Read a file back; UsageError where it is too large, none of ours, or for another issue."""
    read = _format(path)[1]
    try:
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
    except OSError as fault:
        raise UsageError(f"{path}: cannot be read ({fault.strerror}).") from None
    if len(data) > LIMIT:
        raise UsageError(f"{path}: is over {LIMIT // 1_000_000} MB. Export fewer blocks.")
    found = read(_text(path.name, data), path.name, issue, target)
    seen: set[str] = set()
    for unit in found:
        if unit.id in seen:
            raise UsageError(f"{path.name}:{unit.line}: {unit.id} stands twice. Remove one.")
        seen.add(unit.id)
    return found


def _format(
    path: Path,
) -> tuple[Callable[[Job], str], Callable[[str, str, str, str], list[Returned]]]:
    from pressroom.draft.xliff import from_xliff, to_xliff

    kinds = dict.fromkeys((".xlf", ".xliff"), (to_xliff, from_xliff))
    kinds |= dict.fromkeys((".tsv", ".txt"), (to_tsv, from_tsv))
    kinds |= dict.fromkeys((".md", ".markdown"), (to_markdown, from_markdown))
    if path.suffix.lower() not in kinds:
        raise UsageError(f"{path}: is neither .xlf, .md nor .tsv. Name the file by its format.")
    return kinds[path.suffix.lower()]


def _text(name: str, data: bytes) -> str:
    coding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return data.decode(coding)
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise UsageError(f"{name}:{line}: is not UTF-8. Save it as UTF-8.") from None


def raw(pieces: Sequence[Piece]) -> str:
    """Pieces as they stand in a manuscript."""
    return "".join(piece.raw for piece in pieces)


# --- TSV ---


def to_tsv(job: Job) -> str:
    """A header, then a row a unit; a cell with a line end stands in quotes."""
    out = io.StringIO()
    writer = csv.writer(out, "excel-tab", lineterminator="\n")
    writer.writerow(COLUMNS)
    for unit in job.units:
        texts = raw(unit.source), raw(unit.target), "; ".join(unit.notes)
        writer.writerow([unit.id, unit.original, unit.twin or NONE, *texts])
    return out.getvalue()


def from_tsv(text: str, name: str, issue: str, target: str) -> list[Returned]:  # noqa: ARG001 - one signature for all formats
    """The rows of a TSV whose columns may stand in any order."""
    reader = csv.reader(io.StringIO(text, newline=""), "excel-tab", strict=True)
    csv.field_size_limit(LIMIT)
    try:
        header = next(reader, [])
        if not {"id", "target"} <= set(header):
            raise UsageError(f"{name}:1: has no header. Begin with: {', '.join(COLUMNS)}")
        return list(_rows(reader, header))
    except csv.Error as fault:
        raise UsageError(f"{name}:{reader.line_num}: is no TSV ({fault}). Export anew.") from None


def _rows(reader: Iterator[list[str]], header: list[str]) -> Iterator[Returned]:
    line = 2
    for cells in reader:
        row = dict(zip(header, cells, strict=False))
        if row.get("id", "").strip():
            words = row.get("target", "").replace("\r\n", "\n")
            original, twin = (row.get(key, "").strip() for key in ("original", "twin"))
            yield Returned(row["id"].strip(), line, original, twin, (words,))
        line = reader.line_num + 1  # type: ignore[attr-defined]


# --- Markdown ---


def to_markdown(job: Job) -> str:
    """A unit between comments; a line of the text that looks like one has a backslash before it."""
    rows = [HELP.format(job.issue, job.source, job.target)]
    for unit in job.units:
        rows += ["", f"<!-- unit {unit.id} {unit.original} {unit.twin or NONE} -->"]
        rows += [f"<!-- note: {note.replace('--', '- -')} -->" for note in unit.notes]
        rows += ["<!-- source -->", *_escaped(raw(unit.source))]
        rows += ["<!-- target -->", *_escaped(raw(unit.target)), "<!-- end -->"]
    return "\n".join(rows) + "\n"


def _escaped(text: str) -> list[str]:
    return [f"\\{row}" if MARK.match(row) else row for row in text.split("\n")]


def from_markdown(text: str, name: str, issue: str, target: str) -> list[Returned]:  # noqa: ARG001 - as above
    """The targets of a Markdown file; UsageError names the line where a mark is missing."""
    found: list[Returned] = []
    unit: re.Match[str] | None = None
    start = 0
    rows: list[str] = []
    for line, row in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if header := UNIT.match(row.rstrip()):
            if unit:
                raise UsageError(f"{name}:{line}: {unit['id']} has no <!-- end --> before this.")
            unit, start = header, 0
        elif unit and row.rstrip() == "<!-- target -->":
            start, rows = line + 1, []
        elif unit and start and row.rstrip() == "<!-- end -->":
            found.append(_returned(unit, start, rows))
            unit, start = None, 0
        elif start:
            rows.append(row[1:] if row.startswith("\\") and MARK.match(row) else row)
    if unit:
        raise UsageError(f"{name}: {unit['id']} has no <!-- target --> and <!-- end --> after it.")
    return found


def _returned(unit: re.Match[str], line: int, rows: list[str]) -> Returned:
    return Returned(unit["id"], line, unit["hash"], unit["twin"], ("\n".join(rows),))
