"""One WARC file of chosen records, and a manifest by which anyone can check it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256 as digest
from typing import TYPE_CHECKING, BinaryIO

from pressroom.model import record_id, sha256
from pressroom.store.chain import SOFTWARE
from pressroom.store.files import UNFINISHED, sweep, write_atomic
from pressroom.store.places import load
from pressroom.store.warc import information

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pressroom.store.places import Place, Places

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Exported:
    """A record of the manifest: hashes in hex, offset and length in bytes of the WARC file.

    `chain` is the SHA-256 of the record as it stands in the WARC file and in its machine's chain;
    `before` is that of the record before it in the chain.
    """

    id: str
    url: str
    time: str
    status: int
    sha256: str
    text_sha256: str
    chain: str
    before: str
    machine: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was exported: the WARC file's name and SHA-256, its records, ids that were not kept."""

    file: str
    sha256: str
    records: tuple[Exported, ...]
    missing: tuple[str, ...]


def export(folder: Path, places: Places, ids: Iterable[str], out: Path) -> Manifest:
    """Write `out` and, beside it, the manifest as JSON; the older files stand until both are done."""
    wanted = sorted({name.strip("<>") for name in ids})
    found = [place for name in wanted if (place := places.find(name))]
    found.sort(key=lambda place: (place.time, place.id))
    missing = sorted({*wanted} - {place.id for place in found})
    out.parent.mkdir(parents=True, exist_ok=True)
    sweep(out.parent)
    unfinished = out.with_name(f".{out.name}.{os.getpid()}.x{UNFINISHED}")
    try:
        with unfinished.open("w+b") as file:
            records = _write(folder, found, file)
            os.fsync(file.fileno())
            file.seek(0)
            whole = _digest(file)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
    manifest = Manifest(out.name, whole, records, tuple(missing))
    write_atomic(manifest_path(out), _as_json(manifest))
    return manifest


def manifest_path(out: Path) -> Path:
    """Where the manifest of a WARC file lies: `a.warc.gz` has `a.manifest.json`."""
    name = out.name.removesuffix(".gz").removesuffix(".warc")
    return out.with_name(f"{name}.manifest.json")


def _write(folder: Path, found: list[Place], file: BinaryIO) -> tuple[Exported, ...]:
    file.write(_opening(found))
    return tuple(_copy(folder, place, file) for place in found)


def _opening(found: list[Place]) -> bytes:
    time = max((datetime.fromisoformat(place.time) for place in found), default=EPOCH)
    name = record_id("", time, sha256("\n".join(place.id for place in found)))
    return information(name, time, {**SOFTWARE, "description": "records that were chosen"}, "")


def _copy(folder: Path, place: Place, file: BinaryIO) -> Exported:
    data, record = load(folder, place)
    offset = file.tell()
    file.write(data)
    return Exported(
        place.id,
        record.url,
        place.time,
        record.status,
        sha256(record.body),
        record.text_sha256,
        place.sha256,
        record.before,
        place.machine,
        offset,
        len(data),
    )


def _digest(file: BinaryIO) -> str:
    found = digest()
    while piece := file.read(1 << 20):
        found.update(piece)
    return found.hexdigest()


def _as_json(manifest: Manifest) -> bytes:
    return (json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n").encode()
