"""A list of readers, as text: addresses made one spelling, and lines that may be wrong.

Nothing here knows the database; `pressroom.store.mailing` adds what these functions read.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pressroom.errors import StoreError, UsageError, did_you_mean
from pressroom.model import Locale, Subscriber

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Outcome = Literal["added", "kept", "refused"]

_ATOM = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*")


@dataclass(frozen=True, slots=True)
class LineReport:
    """What became of one line of an imported list; `message` says what to do, if anything."""

    file: str
    line: int
    address: str
    outcome: Outcome
    message: str = ""

    def __str__(self) -> str:
        """`file:line: what. do`."""
        return f"{self.file}:{self.line}: {self.message or self.outcome}"


def normal_address(text: str) -> str:
    """An address as we keep it: NFC, the domain in A-labels and lower case (IDNA 2008).

    Local parts may hold any letters (RFC 6531), but no quotes. Raises UsageError that says
    what is wrong with it.

    >>> normal_address(" Li.Na@Bücher.Example ")
    'Li.Na@xn--bcher-kva.example'
    """
    local, at, domain = unicodedata.normalize("NFC", text.strip()).rpartition("@")
    if not at or not _ATOM.fullmatch(local) or len(local.encode()) > 64:  # noqa: PLR2004 - RFC 5321
        raise UsageError(f'"{text.strip()}" is not an address. Write one like name@example.org')
    return f"{local}@{_normal_domain(domain)}"


def key_of(address: str) -> str:
    """What an address is known by; two that differ only in case are one reader."""
    try:
        return normal_address(address).casefold()
    except UsageError:
        return address.casefold()


def clean(text: str) -> str:
    """Words on one line: no control characters, line ends or lone surrogates; spaces single."""
    kept = (" " if unicodedata.category(c) in _UNFIT else c for c in text)
    return " ".join("".join(kept).split())


_UNFIT = frozenset({"Cc", "Cs", "Zl", "Zp"})


def _normal_domain(domain: str) -> str:
    import idna

    try:
        name = idna.encode(domain, uts46=True, std3_rules=True).decode()
    except (idna.IDNAError, UnicodeError):
        name = ""
    if "." not in name:
        raise UsageError(f'"{domain}" is not a domain that gets mail. Write one like example.org')
    return name


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: its cells by column, or why it has none."""

    file: str
    number: int
    cells: dict[str, str]
    fault: str = ""

    def report(self, outcome: Outcome, message: str = "") -> LineReport:
        """What became of this line."""
        return LineReport(self.file, self.number, self.cells.get("address", ""), outcome, message)


def lines(path: Path) -> Iterator[Line]:
    """The lines of a list, each read by itself: an open quote mark spoils one line only."""
    rows = re.split(r"\r\n|\n|\r", _text(path))
    header = next((n for n, row in enumerate(rows) if row.strip()), None)
    if header is None:
        raise StoreError(f"{path.name}: is empty. Its first line names address, name, edition.")
    comma = max(",;\t", key=rows[header].count)
    columns = [_column(cell) for cell in next(csv.reader([rows[header]], delimiter=comma))]
    if "address" not in columns:
        raise StoreError(
            f"{path.name}:{header + 1}: has no column address (or email)."
            f"{did_you_mean('address', columns)} The first line names address, name, edition."
        )
    for number, row in enumerate(rows[header + 1 :], header + 2):
        if row.strip():
            yield _line(path.name, number, row, columns, comma)


def _line(file: str, number: int, row: str, columns: list[str], comma: str) -> Line:
    try:
        cells = next(csv.reader([row], delimiter=comma, strict=True))
    except csv.Error as fault:
        return Line(file, number, {}, f"is not CSV ({fault}). Mend the quote marks")
    if len(cells) > len(columns):
        more = f"has {len(cells)} cells, the first line {len(columns)}"
        return Line(file, number, {}, f'{more}. Put "quotes" around a cell that holds "{comma}"')
    return Line(file, number, dict(zip(columns, map(str.strip, cells), strict=False)))


def _column(cell: str) -> str:
    name = cell.strip().casefold()
    return "address" if name in {"email", "e-mail", "mail"} else name


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except OSError as fault:
        raise StoreError(f"{path}: cannot be read ({fault.strerror}).") from fault
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise StoreError(
            f'{path.name}:{line}: is not UTF-8. Save the list as "CSV UTF-8"; nobody was added.'
        ) from fault


def wanted(line: Line, editions: Sequence[Locale]) -> Subscriber:
    """The reader a line asks for, without id and token; UsageError says what is wrong."""
    if line.fault:
        raise UsageError(line.fault)
    address = normal_address(line.cells.get("address", ""))
    edition = _edition(line.cells.get("edition", ""), editions)
    return Subscriber(0, address, clean(line.cells.get("name", ""))[:200], edition, "")


def _edition(cell: str, editions: Sequence[Locale]) -> Locale:
    """The edition a cell names, in any case; it may be left out where there is only one."""
    if not cell and len(editions) == 1:
        return editions[0]
    for edition in editions:
        if edition.casefold() == cell.casefold():
            return edition
    said = f'there is no edition "{cell}"' if cell else "names no edition"
    raise UsageError(f"{said}.{did_you_mean(cell, editions)}".rstrip("."))
