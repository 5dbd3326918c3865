"""Files that are written whole or not at all, one or several at a time.

One file: a temporary neighbour, fsync, rename (POSIX rename(2) replaces atomically).
Several files that belong together: `write_together` first writes a journal that holds them
all, then the files, then removes the journal; `recover` finishes what a kill interrupted.
A file that somebody changed between the kill and the recovery is left alone.
A temporary file names its writer's process; `sweep` removes those of the dead.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.errors import StoreError
from pressroom.model import sha256

if TYPE_CHECKING:
    from collections.abc import Mapping

JOURNAL = ".journal.json"
UNFINISHED = ".unfinished"


def write_atomic(path: Path, data: bytes) -> None:
    """Replace `path` by `data`; on any fault the old file stands as it was."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
    except OSError as fault:
        raise StoreError(
            f"{path}: cannot be written ({fault.strerror or fault}). Nothing was changed; "
            "free some space or correct the permissions, then run the command again."
        ) from fault


def _replace(path: Path, data: bytes) -> None:
    prefix = f".{path.name}.{os.getpid()}."
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_mode(path))
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def write_changed(path: Path, data: bytes) -> bool:
    """Write only what differs, so that times tell the truth; say whether it did."""
    if path.is_file() and path.read_bytes() == data:
        return False
    write_atomic(path, data)
    return True


def write_together(folder: Path, files: Mapping[str, str]) -> None:
    """Write several text files of one folder as one act that survives a kill at any instant."""
    recover(folder)
    steps = {name: {"before": _hash(folder / name), "text": text} for name, text in files.items()}
    write_atomic(folder / JOURNAL, json.dumps(steps, ensure_ascii=False).encode())
    recover(folder)


def sweep(folder: Path) -> None:
    """Remove what a killed write left in a folder; what a living process is writing stays."""
    for left in folder.glob(f".*{UNFINISHED}"):
        writer = left.name.split(".")[-3]
        if writer.isdecimal() and not _lives(int(writer)):
            left.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def recover(folder: Path) -> tuple[str, ...]:
    """Finish an interrupted `write_together`; return the names of the files it wrote."""
    sweep(folder)
    journal = folder / JOURNAL
    if not journal.is_file():
        return ()
    steps = json.loads(journal.read_text(encoding="utf-8"))
    written = tuple(name for name, step in steps.items() if _apply(folder / name, step))
    journal.unlink()
    return written


def _apply(path: Path, step: Mapping[str, str]) -> bool:
    if _hash(path) != step["before"]:
        return False
    write_atomic(path, step["text"].encode())
    return True


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()) if path.is_file() else ""
