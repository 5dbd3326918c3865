"""Evidence: what a page said when we read it, kept so that it can be shown and proved.

    evidence/
      machine                 the id of this folder's own chain
      <machine>/2026-11.warc.gz, 2026-12.warc.gz, 2026-12.2.warc.gz ...
      index.sqlite3           where each record stands; made again when it is lost
      lock

An answer goes to the end of this machine's chain and to the disk before its id is given back.
One process writes at a time. A kill leaves at most an unfinished last record, which the next
`open` cuts off. The chains of other machines lie beside our own and are never written to, but
by `merge`. Every fault is a StoreError.
"""

from __future__ import annotations

import fcntl
import sqlite3
import time as clock
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from pressroom.errors import StoreError
from pressroom.model import record_id, sha256
from pressroom.store import evidence_export, evidence_merge
from pressroom.store.chain import MACHINE, Inspection, Tail, chains, files, origin
from pressroom.store.evidence_export import Exported, Manifest
from pressroom.store.evidence_merge import MergeReport
from pressroom.store.places import RESTORE, Known, Place, Places, load
from pressroom.store.warc import answer, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from pressroom.model import Fetched, Hop
    from pressroom.store.warc import Record

POLL = 0.02
__all__ = ["EvidenceStore", "Exported", "Kept", "Manifest", "MergeReport"]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was kept; its body has been found to have the digest `sha256`.

    `status` is 0 and `headers` hold only a content type where it came over no network.
    """

    id: str
    url: str
    time: datetime
    status: int
    headers: Mapping[str, str]
    hops: tuple[Hop, ...]
    body: bytes = field(repr=False)
    sha256: str
    text_sha256: str
    machine: str


class EvidenceStore:
    """The evidence folder; a context manager. `wait` is in seconds, for another's writing."""

    def __init__(self, folder: Path, wait: float) -> None:
        self._folder = folder
        self._wait = wait
        self._places: Places | None = None

    @classmethod
    def open(cls, folder: Path, wait: float = 30) -> Self:
        """Open or create the folder, read what was written since, cut off a torn tail."""
        store = cls(folder, wait)
        try:
            with store._locked():
                pass
        except BaseException:
            store.close()
            raise
        return store

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close, whatever happened."""
        self.close()

    def close(self) -> None:
        """Let go of the index."""
        if self._places:
            self._places.close()
            self._places = None

    @property
    def _index(self) -> Places:
        """The index; it is opened under the lock."""
        if self._places is None:
            raise StoreError(f"{self._folder}: the evidence is closed.")
        return self._places

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Be the one process that writes, with the index brought up to date."""
        with _in_words(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            with _lock(self._folder / "lock", self._wait):
                if self._places is None:
                    self._places = Places.open(self._folder / "index.sqlite3")
                self._index.catch_up(self._folder, _own(self._folder))
                yield

    def append(self, answers: Sequence[tuple[Fetched, datetime, str]]) -> list[str]:
        """Keep answers, each with its time and the SHA-256 of its article's text (or none).

        Returns their record ids, `model.record_id(answer.url, time, sha256(answer.body))`, once
        all are on the disk. What is already kept under an id is not written again.
        """
        if not answers:
            return []
        with self._writing() as tail:
            return [self._keep(tail, *one) for one in answers]

    @contextmanager
    def _writing(self) -> Iterator[Tail]:
        with self._locked():
            tail = self._tail()
            try:
                yield tail
            finally:
                self._finish(tail)

    def _finish(self, tail: Tail) -> None:
        """What was written whole is kept, also when what came after it could not be written."""
        try:
            tail.finish()
        except OSError:
            self._index.rollback()
            raise
        self._index.commit()

    def _tail(self) -> Tail:
        machine = _own(self._folder) or _new_machine(self._folder)
        chain, last = self._folder / machine, Known("", 0, origin(machine))
        for last in self._index.known(machine):
            path = chain / last.name
            if not path.is_file() or path.stat().st_size < last.size:
                raise StoreError(f"{path}: records that were kept are missing. {RESTORE}")
        return Tail(chain, *last)

    def _keep(self, tail: Tail, found: Fetched, time: datetime, text: str) -> str:
        name = record_id(found.url, time, sha256(found.body))
        if self._index.find(name) is None:
            for opening in tail.room(time):
                self._write(tail, opening)
            data = answer(found, time, name, text, tail.head)
            start = self._write(tail, data)
            place = (tail.chain.name, tail.name, start, len(data), tail.head)
            self._index.add(Place(name, *place, stamp(time)))
        return name

    def _write(self, tail: Tail, data: bytes) -> int:
        start = tail.write(data)
        self._index.mark(tail.chain.name, Known(tail.name, tail.size, tail.head))
        return start

    def read(self, record: str) -> Kept | None:
        """The answer kept under a record id, its body checked; None where there is none."""
        with _in_words(self._folder):
            place = self._index.find(record.strip("<>"))
            return place and _kept(place, load(self._folder, place)[1])

    def verify(self) -> list[str]:
        """Walk every chain from its beginning: what is broken, altered or missing, in words."""
        with self._locked():
            present = [chain.name for chain in chains(self._folder)]
            machines = sorted({*present, *self._index.machines()})
            return [fault for machine in machines for fault in self._verify(machine)]

    def _verify(self, machine: str) -> list[str]:
        chain = self._folder / machine
        inspection = Inspection(origin(machine))
        for path in files(chain):
            inspection.file(path)
        faults = inspection.finish()
        for known in self._index.known(machine):
            path = chain / known.name
            if not path.is_file():
                faults.append(f"{path}: the file is missing.")
            elif path.stat().st_size < known.size:
                faults.append(f"{path}: records were taken off its end.")
        return faults

    def export(self, ids: Iterable[str], out: Path) -> Manifest:
        """Write one WARC file of these records, in the order of time, and a manifest beside it.

        The same ids give the same bytes. Ids that are not kept are named in `missing`.
        """
        with _in_words(out):
            return evidence_export.export(self._folder, self._index, ids, out)

    def merge(self, other: Path) -> MergeReport:
        """Take from another evidence folder what its machines' chains have beyond ours.

        Checked before anything is taken; idempotent; the order of merges makes no difference.
        """
        with self._locked():
            return evidence_merge.merge(self._folder, self._index, other)


def _kept(place: Place, record: Record) -> Kept:
    return Kept(
        record.id,
        record.url,
        record.time,
        record.status,
        record.headers,
        record.hops,
        record.body,
        sha256(record.body),
        record.text_sha256,
        place.machine,
    )


@contextmanager
def _in_words(place: Path) -> Iterator[None]:
    """Turn the faults of files and of the index into a StoreError that says where."""
    try:
        yield
    except OSError as fault:
        raise StoreError(
            f"{fault.filename or place}: {fault.strerror or fault}. What was kept before stands; "
            "free some space or correct the permissions, then run the command again."
        ) from fault
    except sqlite3.Error as fault:
        raise StoreError(
            f"{place}: its index cannot be used ({fault}). Remove index.sqlite3 from the folder; "
            "it is made again from the records."
        ) from fault


@contextmanager
def _lock(path: Path, wait: float) -> Iterator[None]:
    """Hold flock(2) on a file that stays: removing it would open a race."""
    end = clock.monotonic() + wait
    with path.open("ab") as handle:
        while not _taken(handle.fileno()):
            if clock.monotonic() > end:
                raise StoreError(
                    f"{path.parent}: another process is writing evidence (waited {wait:g} s). "
                    "Run the command again when it is done."
                )
            clock.sleep(POLL)
        yield


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _own(folder: Path) -> str:
    """The id of this folder's own chain; empty before the first record, and in a copy.

    The file names its own inode. A copied folder has another, so it begins a chain of its own
    rather than a second end of this one.
    """
    path = folder / "machine"
    if not path.is_file():
        return ""
    name, _, inode = path.read_text(encoding="ascii", errors="replace").partition(" ")
    return name if MACHINE.fullmatch(name) and inode.strip() == str(path.stat().st_ino) else ""


def _new_machine(folder: Path) -> str:
    name, path = uuid4().hex, folder / "machine"
    unfinished = folder / f".machine.{name}.unfinished"
    with unfinished.open("w", encoding="ascii") as file:
        file.write(f"{name} {unfinished.stat().st_ino}\n")
    unfinished.replace(path)
    return name
