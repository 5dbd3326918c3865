"""pressroom.store.files: whole or not at all, whatever happens in between."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressroom.errors import StoreError
from pressroom.model import sha256
from pressroom.store.files import JOURNAL, recover, write_atomic, write_changed, write_together

if TYPE_CHECKING:
    from pathlib import Path

OLD = {"a.md": "old a\r\n", "b.md": "旧\n"}
NEW = {"a.md": "new a\r\n", "b.md": "新\n", "c.md": "c\n"}
KILLED = """
import os, sys
from pathlib import Path
from pressroom.store.files import write_together

left = int(sys.argv[2])

def hook(event, args):
    global left
    if event in {"open", "os.rename", "os.remove", "os.chmod", "tempfile.mkstemp"}:
        if str(args[0]).startswith(sys.argv[1]):
            left -= 1
            if left < 0:
                os._exit(9)

files = {"a.md": "new a\\r\\n", "b.md": "新\\n", "c.md": "c\\n"}
sys.addaudithook(hook)
write_together(Path(sys.argv[1]), files)
"""
FULL = """
import resource, sys
from pathlib import Path
from pressroom.errors import StoreError
from pressroom.store.files import write_atomic

resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    write_atomic(Path(sys.argv[1]), b"x" * 1000)
except StoreError as fault:
    print(fault)
    sys.exit(3)
"""


def texts(folder: Path) -> dict[str, str]:
    """What the folder holds, the unfinished left out."""
    return {p.name: p.read_bytes().decode() for p in folder.iterdir() if p.name[0] != "."}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two old files."""
    for name, text in OLD.items():
        (tmp_path / name).write_bytes(text.encode())
    return tmp_path


class TestOneFile:
    """write_atomic and write_changed."""

    def test_a_file_is_replaced_and_keeps_its_mode(self, folder: Path) -> None:
        """The new bytes are there, nothing lies beside them, and the permissions are the old ones."""
        path = folder / "a.md"
        path.chmod(0o640)
        write_atomic(path, b"\x00new")
        assert path.read_bytes() == b"\x00new"
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        assert sorted(p.name for p in folder.iterdir()) == ["a.md", "b.md"]

    def test_folders_are_made(self, tmp_path: Path) -> None:
        """A file in a folder that is not there yet brings it along."""
        write_atomic(tmp_path / "x" / "y" / "z", b"1")
        assert (tmp_path / "x" / "y" / "z").read_bytes() == b"1"

    def test_only_what_differs_is_written(self, tmp_path: Path) -> None:
        """The same bytes again touch nothing: the file on disk is still the same one."""
        path = tmp_path / "a"
        assert write_changed(path, b"1")
        before = path.stat().st_ino, path.stat().st_mtime_ns
        assert not write_changed(path, b"1")
        assert (path.stat().st_ino, path.stat().st_mtime_ns) == before
        assert write_changed(path, b"2")

    def test_a_place_that_cannot_be_written(self, folder: Path) -> None:
        """A folder where the file should be, or a file where its folder should be: StoreError."""
        (folder / "dir" / "in").mkdir(parents=True)
        for path in (folder / "dir", folder / "a.md" / "x"):
            with pytest.raises(StoreError, match=r"cannot be written .*Nothing was changed"):
                write_atomic(path, b"1")
        assert texts(folder / "dir" / "in") == {}
        assert sorted(p.name for p in folder.iterdir()) == ["a.md", "b.md", "dir"]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    def test_a_folder_that_is_read_only(self, folder: Path) -> None:
        """Without permission nothing changes and the message says so."""
        folder.chmod(0o500)
        try:
            with pytest.raises(StoreError, match="permissions"):
                write_atomic(folder / "a.md", b"1")
        finally:
            folder.chmod(0o700)
        assert texts(folder) == OLD

    def test_a_disk_that_is_full(self, folder: Path) -> None:
        """A write that stops half-way leaves the old file whole and nothing beside it."""
        path = folder / "a.md"
        done = subprocess.run(
            [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (3, "")
        assert "a.md: cannot be written" in done.stdout
        assert texts(folder) == OLD
        assert sorted(p.name for p in folder.iterdir()) == ["a.md", "b.md"]


class TestTogether:
    """write_together and recover."""

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
    @given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.text(max_size=20)))
    def test_all_are_written_byte_for_byte(self, tmp_path: Path, files: dict[str, str]) -> None:
        """Line ends and odd characters come through the journal unchanged; no journal stays."""
        write_together(tmp_path, files)
        assert {name: (tmp_path / name).read_bytes().decode() for name in files} == files
        assert not (tmp_path / JOURNAL).exists()

    @pytest.mark.kill
    def test_a_kill_at_any_step_leaves_old_or_new(self, folder: Path) -> None:
        """Killed before each of its steps in turn, the folder is the old or, recovered, the new."""
        seen = set()
        for step in range(100):
            for path in folder.iterdir():
                path.unlink()
            for name, text in OLD.items():
                (folder / name).write_bytes(text.encode())
            done = subprocess.run(
                [sys.executable, "-c", KILLED, str(folder), str(step)], check=False
            )
            had_journal = (folder / JOURNAL).exists()
            recover(folder)
            assert texts(folder) == (NEW if had_journal or done.returncode == 0 else OLD)
            assert not (folder / JOURNAL).exists()
            seen.add(had_journal)
            if done.returncode == 0:
                break
            assert done.returncode == 9
        else:
            pytest.fail("the write never ended")
        assert seen == {True, False}
        assert step > 10

    def test_what_was_edited_after_the_kill_is_left(self, folder: Path) -> None:
        """A file that a person changed meanwhile keeps their words; the others are finished."""
        _journal(folder)
        (folder / "a.md").write_text("mine\n", encoding="utf-8")
        assert recover(folder) == ("b.md", "c.md")
        assert texts(folder) == NEW | {"a.md": "mine\n"}

    def test_recovery_is_done_once(self, folder: Path) -> None:
        """A second recovery, and one where nothing was interrupted, does nothing."""
        _journal(folder)
        assert recover(folder) == ("a.md", "b.md", "c.md")
        assert recover(folder) == ()
        assert recover(folder / "nowhere") == ()


def _journal(folder: Path) -> None:
    """Leave the folder as a kill right after the journal leaves it."""
    steps = {}
    for name, text in NEW.items():
        path = folder / name
        steps[name] = {"before": sha256(path.read_bytes()) if path.exists() else "", "text": text}
    (folder / JOURNAL).write_text(json.dumps(steps), encoding="utf-8")
