"""A copy of the reference newsroom to work in, and a way to run the tool on it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.cli import main

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("newsletter.toml", "terms.toml", "issues", "samples")


def copy_room(to: Path) -> Path:
    """The sample newsroom's own files, in a new folder."""
    to.mkdir(parents=True)
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name)
        else:
            shutil.copy(source, to / name)
    return to


class Room:
    """A newsroom on disk; `run` is the command line, in this process."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str] | None = None) -> None:
        self.root = root
        self._capsys = capsys
        self.out = self.err = ""

    def run(self, *words: str) -> int:
        """Run one command; what it printed is in `out` and `err`."""
        if self._capsys:
            self._capsys.readouterr()
        code = main(["--newsroom", str(self.root), *words])
        if self._capsys:
            self.out, self.err = self._capsys.readouterr()
        return code

    def read(self, name: str) -> str:
        """A file of the newsroom."""
        return (self.root / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        """Write a file of the newsroom, as an editor would."""
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Replace a text that must be there."""
        text = self.read(name)
        assert old in text
        self.write(name, text.replace(old, new))


def kill_at(root: Path, files: int, *words: str) -> int:
    """Start a command and SIGKILL it once so many new files stand in the room; its return code."""
    before = len(_names(root))
    command = [sys.executable, "-m", "pressroom", "--newsroom", str(root), *words]
    job = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while job.poll() is None:
        if len(_names(root)) - before >= files:
            os.kill(job.pid, signal.SIGKILL)
            break
    return job.wait()


def _names(root: Path) -> list[str]:
    places = [root / "issues", root / "public", root / "outbox"]
    return [name for place in places for _, _, names in os.walk(place) for name in names]


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }
