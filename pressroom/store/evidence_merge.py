"""Other machines' chains, taken into our folder: the longer one of which ours is the beginning.

A chain only grows, so of two copies one is the beginning of the other, or something is wrong:
then both stay as they are and the fault is said.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressroom.errors import StoreError
from pressroom.store.chain import Inspection, chains, files, origin, sync
from pressroom.store.places import Known
from pressroom.store.warc import PIECE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pressroom.store.places import Places

UNTOUCHED = "Nothing was taken of this machine."


@dataclass(frozen=True, slots=True)
class MergeReport:
    """Records taken, records that were here already, and what was wrong, in words."""

    new: int
    known: int
    faults: tuple[str, ...]


def merge(folder: Path, places: Places, other: Path) -> MergeReport:
    """Join the chains under `other` into `folder`, whose lock is held."""
    if not other.is_dir():
        raise StoreError(f"{other}: there is no such folder. Name another evidence folder.")
    reports = [_chain(folder / chain.name, places, chain) for chain in chains(other)]
    places.catch_up(folder, "")
    return MergeReport(
        sum(report.new for report in reports),
        sum(report.known for report in reports),
        tuple(fault for report in reports for fault in report.faults),
    )


def _chain(ours: Path, places: Places, other: Path) -> MergeReport:
    theirs = files(other)
    known = sum(places.count(other.name, p.name, p.stat().st_size) for p in theirs)
    held = places.known(other.name)
    lost = any(k.size > _size(ours / k.name) for k in held)
    step = (_mend if lost else _compare)(files(ours), theirs)
    if step is None:
        fault = f"{other}: goes on otherwise than the copy that we have. {UNTOUCHED}"
        return MergeReport(0, 0, (fault,))
    if step == len(theirs):
        return MergeReport(0, known, ())
    base = held[-1] if held and not lost else Known("", 0, origin(other.name))
    return _take(ours, theirs[step:], base, known)


def _compare(ours: Sequence[Path], theirs: Sequence[Path]) -> int | None:
    """Where theirs goes on beyond ours: the first file to take, `len(theirs)` where it does not.

    None where neither is the beginning of the other.
    """
    for n, (a, b) in enumerate(zip(ours, theirs, strict=False)):
        if a.name != b.name or not _same_beginning(a, b):
            return None
        if _size(a) == _size(b):
            continue
        longer, shorter = (theirs, ours) if _size(b) > _size(a) else (ours, theirs)
        if len(shorter) > n + 1:
            return None
        return n if longer is theirs else len(theirs)
    return min(len(ours), len(theirs))


def _mend(ours: Sequence[Path], theirs: Sequence[Path]) -> int | None:
    """As `_compare`, where ours has lost records: all of theirs, if that covers all of ours."""
    there = {path.name: path for path in theirs}
    here = {path.name: _size(path) for path in ours}
    if all(_size(path) <= here.get(path.name, 0) for path in theirs):
        return len(theirs)
    covered = (path.name in there and _size(path) <= _size(there[path.name]) for path in ours)
    same = all(covered) and all(_same_beginning(path, there[path.name]) for path in ours)
    return 0 if same else None


def _same_beginning(a: Path, b: Path) -> bool:
    left = min(_size(a), _size(b))
    with a.open("rb") as one, b.open("rb") as two:
        while left > 0:
            size = min(PIECE, left)
            if one.read(size) != two.read(size):
                return False
            left -= size
    return True


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _take(ours: Path, theirs: Sequence[Path], base: Known, known: int) -> MergeReport:
    """Copy, check the copies from where ours ends, and only then put them in place."""
    ours.mkdir(parents=True, exist_ok=True)
    for left in ours.glob(".*.merging"):
        left.unlink()
    staged = [ours / f".{path.name}.merging" for path in theirs]
    inspection = Inspection(base.head)
    try:
        for path, copy in zip(theirs, staged, strict=True):
            shutil.copyfile(path, copy)
            inspection.file(copy, base.size if path.name == base.name else 0)
        if inspection.torn:
            os.truncate(staged[-1], inspection.torn.offset)
        if inspection.faults:
            return MergeReport(0, known, _told(inspection.faults))
        _place(staged, [ours / path.name for path in theirs])
    finally:
        for copy in staged:
            copy.unlink(missing_ok=True)
    return MergeReport(inspection.records, known, ())


def _told(faults: Sequence[str]) -> tuple[str, ...]:
    first = faults[0].replace(".merging", "")
    more = f" And {len(faults) - 1} more faults." if len(faults) > 1 else ""
    return (f"{first}{more} {UNTOUCHED}",)


def _place(staged: Sequence[Path], names: Sequence[Path]) -> None:
    for copy, name in zip(staged, names, strict=True):
        if copy.stat().st_size:
            with copy.open("rb") as file:
                os.fsync(file.fileno())
            copy.replace(name)
    sync(names[0].parent)
    sync(names[0].parent.parent)
