"""pressroom.store.evidence after kills, power cuts and forgers: nothing whole is lost or unseen."""

from __future__ import annotations

import gzip
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time as clock
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import StoreError
from pressroom.store.evidence import EvidenceStore
from pressroom.store.warc import LARGEST

from .warcs import (
    NOW,
    WRITER,
    answers,
    faults,
    fill,
    ids_in,
    members_of,
    standard_tools_read,
    state,
    warcs,
)

if TYPE_CHECKING:
    from pathlib import Path

KILLS = int(os.environ.get("PRESSROOM_KILLS", "25"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for evidence that is not there yet."""
    return tmp_path / "private" / "evidence"


def killed(folder: Path, run: str, after: float) -> list[str]:
    """The ids that a writer was told before it was killed, some seconds after its first."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, folder, run], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    first = writer.stdout.readline()
    clock.sleep(after)
    writer.send_signal(signal.SIGKILL)
    rest = writer.communicate()[0]
    lines = (first + rest).decode().splitlines(keepends=True)
    return [line.strip() for line in lines if line.endswith("\n")]


class TestKills:
    """Kill -9 at any instant, and what a power cut leaves."""

    @pytest.mark.kill
    def test_killed_writers_lose_and_double_nothing(self, folder: Path) -> None:
        """Every id that was told is readable exactly once; PRESSROOM_KILLS sets how many kills."""
        told: list[str] = []
        for n in range(KILLS):
            told += killed(folder, f"r{n}", random.Random(n).random() * 0.12)
        found = Counter(ids_in(warcs(folder)))
        assert set(told) <= set(found)
        assert set(found.values()) <= {1}
        with EvidenceStore.open(folder) as store:
            assert all(store.read(name) for name in found)
            assert store.verify() == []
        for path in warcs(folder):
            standard_tools_read(path)

    @pytest.mark.parametrize("left", [1, 9, 40, 200])
    def test_an_unfinished_end_is_cut_off_and_no_more(self, folder: Path, left: int) -> None:
        """A record of which only a beginning was written goes; the ones before it stay."""
        ids = fill(folder, 1, 2)
        (path,) = warcs(folder)
        whole = path.read_bytes()
        path.write_bytes(
            whole + path.read_bytes()[-left - 20 : -20] if left > 200 else whole + whole[:left]
        )
        with EvidenceStore.open(folder) as store:
            assert path.read_bytes() == whole
            assert all(store.read(name) for name in ids)
        fill(folder, 3)
        assert faults(folder) == []
        assert [p.name for p in path.parent.iterdir()] == [path.name]

    def test_an_end_of_zeros_is_put_aside(self, folder: Path) -> None:
        """What a power cut leaves is no record and no unfinished one: it is kept beside the file."""
        fill(folder, 1)
        (path,) = warcs(folder)
        whole = path.read_bytes()
        path.write_bytes(whole + bytes(5000))
        assert faults(folder) == []
        assert path.read_bytes() == whole
        (aside,) = path.parent.glob("*.damaged")
        assert aside.read_bytes() == bytes(5000)

    def test_a_record_that_the_index_missed_is_found(self, folder: Path, tmp_path: Path) -> None:
        """A kill between the record and the index leaves an older index: it catches up."""
        fill(folder, 1)
        for left in folder.glob("index*"):
            shutil.copy2(left, tmp_path)
        (name,) = fill(folder, 2)
        before = state(folder)
        for left in tmp_path.glob("index*"):
            shutil.copy2(left, folder)
        assert fill(folder, 2) == [name]
        assert state(folder) == before

    @pytest.mark.parametrize("harm", ["gone", "garbage", "version"])
    def test_the_index_is_made_again(self, folder: Path, harm: str) -> None:
        """Lost, damaged or of another version: it follows from the records alone."""
        ids = fill(folder, 1, 2, 3)
        index = folder / "index.sqlite3"
        if harm == "gone":
            index.unlink()
        elif harm == "garbage":
            index.write_bytes(b"no database" * 999)
        else:
            db = sqlite3.connect(index)
            db.execute("PRAGMA user_version = 99")
            db.close()
        with EvidenceStore.open(folder) as store:
            assert all(store.read(name) for name in ids)
            assert store.append(answers(2)) == [ids[1]]

    def test_damage_in_the_middle_costs_one_record(self, folder: Path) -> None:
        """With the index lost too, the records behind the damage are still found, none is cut."""
        ids = fill(folder, *range(5))
        (path,) = warcs(folder)
        data = bytearray(path.read_bytes())
        start = members_of(path)[2]
        data[start + 3 : start + 60] = bytes(57)
        path.write_bytes(data)
        (folder / "index.sqlite3").unlink()
        with EvidenceStore.open(folder) as store:
            found = [store.read(name) is not None for name in ids]
            assert found == [True, False, True, True, True]
            assert path.stat().st_size == len(data)
            assert any("no record can be read" in fault for fault in store.verify())
            store.append(answers(9))


class TestVerify:
    """What was altered, taken out or lost is found."""

    def test_a_record_made_anew_breaks_the_chain(self, folder: Path) -> None:
        """A record made anew is found by the one after it: its chain, or its place, is wrong."""
        ids = fill(folder, 1, 2)
        (path,) = warcs(folder)
        data, (_, first, second) = path.read_bytes(), members_of(path)
        forged = gzip.compress(gzip.decompress(data[first:second]).replace(b"200 OK", b"404 No"))
        path.write_bytes(data[:first] + forged + data[second:])
        with EvidenceStore.open(folder) as store:
            found = store.verify()
            with pytest.raises(StoreError, match="was altered"):
                store.read(ids[0])
        assert any("chain is broken" in fault or "unfinished" in fault for fault in found)

    def test_a_changed_byte_is_named_by_its_record(self, folder: Path) -> None:
        """A body that has not its digest any more is refused when it is read."""
        (name,) = fill(folder, 1)
        (path,) = warcs(folder)
        data, (_, start) = path.read_bytes(), members_of(path)
        path.write_bytes(
            data[:start] + gzip.compress(gzip.decompress(data[start:]).replace(b"<p>1", b"<p>7"))
        )
        (folder / "index.sqlite3").unlink()
        with EvidenceStore.open(folder) as store:
            assert any("not the one that was kept" in fault for fault in store.verify())
            with pytest.raises(StoreError, match="Restore it"):
                store.read(name)

    def test_a_record_taken_out_breaks_the_chain(self, folder: Path) -> None:
        """From the middle, with the index made anew."""
        fill(folder, 1, 2, 3)
        (path,) = warcs(folder)
        data, (_, _, second, third) = path.read_bytes(), members_of(path)
        path.write_bytes(data[:second] + data[third:])
        (folder / "index.sqlite3").unlink()
        assert any("chain is broken" in fault for fault in faults(folder))

    def test_records_taken_off_the_end_are_missed_and_nothing_is_written(
        self, folder: Path
    ) -> None:
        """The index remembers how long the file was; a new record would hide the loss."""
        fill(folder, 1, 2)
        (path,) = warcs(folder)
        path.write_bytes(path.read_bytes()[: members_of(path)[-1]])
        assert faults(folder) == [f"{path}: records were taken off its end."]
        with pytest.raises(StoreError, match="are missing"):
            fill(folder, 3)

    def test_a_file_taken_away_is_missed(self, folder: Path) -> None:
        """The first by the chain, the last by the index."""
        for month in (10, 11, 12):
            fill(folder, month, time=NOW.replace(month=month))
        first, _, last = warcs(folder)
        first.unlink()
        last.unlink()
        found = faults(folder)
        assert any("chain is broken" in fault for fault in found)
        assert [f"{first}: the file is missing.", f"{last}: the file is missing."] == found[-2:]

    def test_a_bomb_is_refused(self, folder: Path) -> None:
        """A record that would unpack without end is a fault, not a full memory."""
        fill(folder, 1)
        (path,) = warcs(folder)
        with path.open("ab") as file:
            file.write(gzip.compress(b"WARC/1.1\r\n" + bytes(4 * LARGEST)))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert faults(folder) == []
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4 * LARGEST / 1024
        assert len(list(path.parent.glob("*.damaged"))) == 1
