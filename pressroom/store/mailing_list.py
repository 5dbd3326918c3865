"""A list of readers, as text: addresses made one spelling, and lines that may be wrong.

Nothing here knows the database; `pressroom.store.mailing` adds what these functions read.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from pressroom.errors import StoreError, UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pressroom.model import Locale

LISTED = ("active", "bounced", "complained", "paused", "pending", "unsubscribed")
Outcome = Literal["added", "changed", "kept", "refused"]

MOST_OCTETS = 254
"""Octets of an address (RFC 5321 4.5.3.1.3, less the angle brackets)."""
MOST_LOCAL = 64
MOST_LETTERS = 320
MOST_NAME, MOST_WORDS = 200, 2000
MOST_TAGS = 50
MOST_SHOWN = 80
MOST_DOMAINS = 50_000

_PLAIN = re.compile(r"(?=.{1,64}$)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_BETWEEN = re.compile(r"[\s,;，；、]+")
_TAG = re.compile(r"\w[\w./-]{0,49}")
_HASH = re.compile(r"[0-9a-f]{32}")
_FORMULA = re.compile(r"'*[=+@-]")
_DOMAINS: dict[str, str] = {}


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
    typed = text.strip()
    local, at, domain = typed.rpartition("@")
    if not at or len(typed) > MOST_LETTERS:
        raise _no_address(typed, "")
    if not _PLAIN.fullmatch(local):
        return "@".join(_validated(typed, typed))
    return f"{local}@{_domain(domain, typed)}"


def _domain(domain: str, typed: str) -> str:
    """The domain as it is kept; the few that most readers share are checked once."""
    if domain not in _DOMAINS:
        if len(_DOMAINS) > MOST_DOMAINS:
            _DOMAINS.clear()
        _DOMAINS[domain] = _validated(f"a@{domain}", typed)[1]
    kept = _DOMAINS[domain]
    if len(typed) - len(domain) + len(kept) > MOST_OCTETS:
        raise _no_address(typed, "It is too long")
    return kept


def _validated(address: str, typed: str) -> tuple[str, str]:
    """Local part and domain as the library has them; `.test` passes, it mails nobody."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(
            address, strict=True, check_deliverability=False, test_environment=True
        )
    except EmailNotValidError as fault:
        raise _no_address(typed, str(fault).rstrip(".")) from None
    if "." not in (found.ascii_domain or ""):
        raise _no_address(typed, "The part after the @-sign should have a period")
    local = unicodedata.normalize("NFC", found.local_part)
    if len(local.encode()) > MOST_LOCAL:
        raise _no_address(typed, "The part before the @-sign is too long")
    return local, found.ascii_domain


def _no_address(typed: str, why: str) -> UsageError:
    shown = typed if len(typed) <= MOST_SHOWN else f"{typed[:MOST_SHOWN]}..."
    said = f" {why[0].upper()}{why[1:]}." if why else ""
    return UsageError(f'"{shown}" is not an address.{said} Write one like name@example.org')


def key_of(address: str) -> str:
    """What an address is known by; two that differ only in case are one reader."""
    try:
        return normal_address(address).casefold()
    except UsageError:
        return clean(address).casefold()


def clean(text: str) -> str:
    """Words on one line: no control characters, line ends or lone surrogates; spaces single."""
    if text.isprintable():
        return " ".join(text.split())
    kept = (" " if unicodedata.category(c) in _UNFIT else c for c in text)
    return " ".join("".join(kept).split())


_UNFIT = frozenset({"Cc", "Cs", "Zl", "Zp"})


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
    return Line(file, number, dict(zip(columns, map(_unguarded, cells), strict=False)))


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before = + - @."""
    return f"'{text}" if _FORMULA.match(text) else text


def _unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """The reader that a line asks for; fields it leaves out are empty.

    `state` is `active` unless the line says otherwise; `consent` has when, how, IP hash, words.
    """

    address: str
    key: str
    name: str
    edition: Locale
    tags: str
    state: str
    early: bool
    added: str
    consent: tuple[str, str, str, str]
    given: frozenset[str]


def wanted(line: Line, editions: Sequence[Locale]) -> Wanted:
    """The reader a line asks for; UsageError says what is wrong with it."""
    if line.fault:
        raise UsageError(line.fault)
    cell = line.cells.get
    address = normal_address(cell("address", ""))
    consent = [clean(cell(f"consent_{part}", ""))[:MOST_WORDS] for part in ("at", "how", "words")]
    return Wanted(
        address,
        address.casefold(),
        clean(cell("name", ""))[:MOST_NAME].strip(),
        _edition(cell("edition", ""), editions),
        " ".join(tags(cell("tags", ""))),
        _state(cell("state", "")),
        cell("early", "") in {"1", "yes", "true"},
        _moment(cell("added", "")),
        (consent[0], consent[1], _hash(cell("consent_ip", "")), consent[2]),
        frozenset(name for name, text in line.cells.items() if text),
    )


def tags(text: str) -> list[str]:
    """Tags with blanks, commas or semicolons between, sorted, each once, in lower case.

    Raises UsageError for one that has other signs than letters, digits, `_`, `-`, `.`, `/`.

    >>> tags("Press; staff,2025 press")
    ['2025', 'press', 'staff']
    """
    if not text:
        return []
    found = sorted({unicodedata.normalize("NFC", tag.casefold()) for tag in _BETWEEN.split(text)})
    found = [tag for tag in found if tag]
    if wrong := next((tag for tag in found if not _TAG.fullmatch(tag)), ""):
        raise UsageError(f'"{wrong[:MOST_SHOWN]}" is no tag. Write letters, digits, - and _')
    if len(found) > MOST_TAGS:
        raise UsageError(f"has {len(found)} tags. Give a reader at most {MOST_TAGS}")
    return found


def _state(cell: str) -> str:
    """The state an exported list gives; an import never makes a reader active again by it."""
    state = cell.casefold() or "active"
    if state not in LISTED:
        raise UsageError(f'there is no state "{cell[:MOST_SHOWN]}".{did_you_mean(state, LISTED)}')
    return state


def _moment(cell: str) -> str:
    """When an exported reader was added, as it is kept; empty for what is no such time."""
    try:
        moment = datetime.fromisoformat(cell)
        return moment.astimezone(UTC).isoformat(timespec="seconds") if moment.tzinfo else ""
    except (ValueError, OverflowError):
        return ""


def _hash(cell: str) -> str:
    """A hash of an IP as we write one; an IP itself is not kept."""
    return cell if _HASH.fullmatch(cell) else ""


def _edition(cell: str, editions: Sequence[Locale]) -> Locale:
    """The edition a cell names, in any case; it may be left out where there is only one."""
    if not cell and len(editions) == 1:
        return editions[0]
    for edition in editions:
        if edition.casefold() == cell.casefold():
            return edition
    said = f'there is no edition "{cell}"' if cell else "names no edition"
    raise UsageError(f"{said}.{did_you_mean(cell, editions)}".rstrip("."))
