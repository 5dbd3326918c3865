"""One machine's chain of WARC files: their order, their end, and whether it is whole.

Each record names the SHA-256 of the record before it (its gzip member, byte for byte), across
files; the first names the hash of the machine's id. What is altered or taken out breaks it.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pressroom.model import record_id, sha256
from pressroom.store.warc import MB, DamageError, information, members, next_whole, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from io import FileIO
    from pathlib import Path

    from pressroom.store.warc import Member, Record

ROLL = 100 * MB
"""Bytes after which a month's file is followed by another."""

MACHINE = re.compile(r"[0-9a-f]{32}")
FILE = re.compile(r"(\d{4}-\d\d)(?:\.([1-9]\d{0,5}))?\.warc\.gz")
SOFTWARE = {"software": "pressroom", "format": "WARC File Format 1.1"}


def origin(machine: str) -> str:
    """What the first record of a machine's chain names as the one before it."""
    return sha256(machine)


def chains(folder: Path) -> list[Path]:
    """The folders of all machines."""
    found = [p for p in folder.iterdir() if MACHINE.fullmatch(p.name)]
    return sorted(p for p in found if p.is_dir() and not p.is_symlink())


def files(chain: Path) -> list[Path]:
    """The files of one machine, in the order of its chain."""
    if not chain.is_dir():
        return []
    found = [p for p in chain.iterdir() if FILE.fullmatch(p.name) and p.is_file()]
    return sorted((p for p in found if not p.is_symlink()), key=lambda p: order(p.name))


def order(name: str) -> tuple[str, int]:
    """Month and number of a file's name: `2026-11.warc.gz`, then `2026-11.2.warc.gz`.

    >>> order("2026-11.10.warc.gz") > order("2026-11.9.warc.gz") > order("2026-11.warc.gz")
    True
    """
    found = FILE.fullmatch(name)
    assert found is not None
    return found[1], int(found[2] or 1)


def _name(month: str, number: int) -> str:
    return f"{month}.warc.gz" if number == 1 else f"{month}.{number}.warc.gz"


def following(name: str, size: int, month: str) -> str:
    """The file that a record of a month goes to, where the last file and its size are these.

    A clock that goes back changes nothing: the chain never returns to an earlier file.
    """
    if not name:
        return _name(month, 1)
    last, number = order(name)
    if month > last:
        return _name(month, 1)
    return name if size < ROLL else _name(last, number + 1)


class Tail:
    """The end of a chain, open for writing: the file, its size, the hash of its last record."""

    def __init__(self, chain: Path, name: str, size: int, head: str) -> None:
        self.chain, self.name, self.size, self.head = chain, name, size, head
        self._file: FileIO | None = None
        self._new = False

    def room(self, time: datetime) -> Iterator[bytes]:
        """Turn to the file that a record of this time goes to; the record that opens a new one."""
        name = following(self.name, self.size, f"{time:%Y-%m}")
        if name != self.name:
            self.finish()
            self.name, self.size = name, 0
            lines = {**SOFTWARE, "description": f"evidence of the machine {self.chain.name}"}
            own = record_id(f"{self.chain.name}/{name}", time, "")
            yield information(own, time, lines, self.head)

    def write(self, data: bytes) -> int:
        """Add one record and return its offset; after a fault the file ends where it did."""
        start, file = self.size, self._open()
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[file.write(rest) :]
        except OSError:
            os.ftruncate(file.fileno(), start)
            raise
        self.size += len(data)
        self.head = sha256(data)
        return start

    def _open(self) -> FileIO:
        if self._file is None:
            self.chain.mkdir(parents=True, exist_ok=True)
            self._file = (self.chain / self.name).open("ab", buffering=0)
            self._new = self.size == 0
        return self._file

    def finish(self) -> None:
        """Bring what was written to the disk, the names of new files too, and let go."""
        if self._file is None:
            return
        file, self._file = self._file, None
        with file:
            os.fsync(file.fileno())
        if self._new:
            sync(self.chain)
            sync(self.chain.parent)


def sync(folder: Path) -> None:
    """Bring the names in a folder to the disk (POSIX: a new file's name is not the file's own)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def cut(path: Path, broken: DamageError) -> None:
    """Take the torn tail off a file: what no record whole stands in, or behind.

    A tail that merely ends too soon is what a kill leaves, and goes. Any other is put aside.
    """
    with path.open("r+b") as file:
        if not broken.unfinished:
            file.seek(broken.offset)
            with path.with_name(f"{path.name}.{broken.offset}.damaged").open("wb") as aside:
                shutil.copyfileobj(file, aside)
        file.truncate(broken.offset)
        os.fsync(file.fileno())


def walk(path: Path, start: int = 0) -> Iterator[Member | DamageError]:
    """The records of a file that are whole, and between them what is damaged."""
    here: int | None = start
    while here is not None:
        try:
            yield from members(path, here)
            here = None
        except DamageError as broken:
            here = next_whole(path, broken.offset + 1)
            broken.last = here is None
            yield broken


@dataclass
class Inspection:
    """A walk along a chain from a known record on: `head` is the last hash met.

    `torn` is the fault of an end that is unfinished: what a copy of a file being written shows.
    """

    head: str
    faults: list[str] = field(default_factory=list)
    records: int = 0
    torn: DamageError | None = None

    def file(self, path: Path, start: int = 0) -> None:
        """Walk one file from an offset on."""
        self._tear()
        for found in walk(path, start):
            if not isinstance(found, DamageError):
                self._member(path, found)
            elif found.last and found.unfinished:
                self.torn = found
            else:
                self.faults.append(str(found))

    def _tear(self) -> None:
        if self.torn:
            self.faults.append(str(self.torn))
            self.torn = None

    def finish(self) -> list[str]:
        """All faults, an unfinished end being one."""
        self._tear()
        return self.faults

    def _member(self, path: Path, member: Member) -> None:
        place = f"{path}: the record at byte {member.offset}"
        try:
            record = parse(member.block)
        except DamageError as broken:
            self.faults.append(f"{place}: {broken}")
        else:
            self.records += is_answer(record)
            self.faults += [f"{place}: {fault} ({record.url})." for fault in record.faults]
            if record.before != self.head:
                self.faults.append(
                    f"{place}: the chain is broken; the record before it is another."
                )
        self.head = member.sha256


def is_answer(record: Record) -> bool:
    """Whether a record keeps an answer, rather than speaks of its file."""
    return record.type in {"response", "resource"}
