"""pressroom.store.evidence: the chains of several machines side by side."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import StoreError
from pressroom.store.evidence import EvidenceStore

from .warcs import (
    NOW,
    faults,
    fill,
    inode,
    members_of,
    state,
    warcs,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for evidence that is not there yet."""
    return tmp_path / "private" / "evidence"


class TestMerge:
    """Chains of other machines."""

    @pytest.fixture
    def server(self, tmp_path: Path) -> Path:
        """Another machine's evidence, in two files."""
        fill(tmp_path / "server", 1, 2)
        fill(tmp_path / "server", 3, time=NOW.replace(month=12))
        return tmp_path / "server"

    def merged(self, folder: Path, *others: Path) -> list[tuple[int, int, int]]:
        """New, known, number of faults of each merge."""
        with EvidenceStore.open(folder) as store:
            reports = [store.merge(other) for other in others]
        return [(r.new, r.known, len(r.faults)) for r in reports]

    def test_again_takes_nothing(self, folder: Path, server: Path) -> None:
        """A second merge knows all records."""
        fill(folder, 9)
        assert self.merged(folder, server, server) == [(3, 0, 0), (0, 3, 0)]
        assert len(warcs(folder)) == 3
        assert faults(folder) == []

    def test_only_what_is_longer_is_taken(self, folder: Path, server: Path, tmp_path: Path) -> None:
        """A chain that grew within a file and by a file; then an older copy of it."""
        shutil.copytree(server, tmp_path / "old")
        self.merged(folder, server)
        fill(server, 4, time=NOW.replace(month=12))
        fill(server, 5, time=NOW.replace(year=2027))
        assert self.merged(folder, server, tmp_path / "old") == [(2, 3, 0), (0, 3, 0)]
        assert state(folder) == state(server)
        assert faults(folder) == []

    def test_the_order_makes_no_difference(
        self, folder: Path, server: Path, tmp_path: Path
    ) -> None:
        """Three machines, one of which has an old copy of another."""
        laptop = tmp_path / "laptop"
        fill(laptop, 7, 2)
        self.merged(laptop, server)
        fill(server, 8, time=NOW.replace(month=12))
        others = [server, laptop]
        self.merged(folder, *others)
        self.merged(tmp_path / "second", *reversed(others))
        assert state(folder) == state(tmp_path / "second")
        assert faults(tmp_path / "second") == []

    def test_a_chain_that_goes_on_two_ways_is_a_fault(
        self, folder: Path, server: Path, tmp_path: Path
    ) -> None:
        """Neither copy is touched, and the records of both can still be read where they are."""
        other = tmp_path / "other"
        shutil.copytree(server, other)
        (other / "machine").write_text(
            f"{warcs(server)[0].parent.name} {inode(other / 'machine')}\n"
        )
        time = NOW.replace(month=12)
        (mine,), (theirs,) = fill(server, 4, time=time), fill(other, 5, time=time)
        self.merged(folder, server)
        before = state(folder), state(other)
        assert self.merged(folder, other) == [(0, 0, 1)]
        assert (state(folder), state(other)) == before
        with EvidenceStore.open(folder) as a, EvidenceStore.open(other) as b:
            assert a.read(mine)
            assert b.read(theirs)

    @pytest.mark.parametrize("known", ["nothing", "some"])
    def test_nothing_altered_is_taken(self, folder: Path, server: Path, known: str) -> None:
        """A chain that is broken beyond what we have is refused as a whole."""
        fill(folder, 9)
        if known == "some":
            self.merged(folder, server)
        fill(server, 4, 5, 6, time=NOW.replace(month=12))
        path, before = warcs(server)[-1], state(folder)
        data, starts = path.read_bytes(), members_of(path)
        path.write_bytes(data[: starts[-2]] + data[starts[-1] :])
        with EvidenceStore.open(folder) as store:
            (fault,) = store.merge(server).faults
        assert "chain is broken" in fault
        assert "Nothing was taken" in fault
        assert state(folder) == before

    def test_a_copy_of_a_file_being_written_is_taken_up_to_its_last_record(
        self, folder: Path, server: Path
    ) -> None:
        """The unfinished end is left; the next merge brings it whole."""
        path = warcs(server)[-1]
        whole = path.read_bytes()
        path.write_bytes(whole[:-10])
        assert self.merged(folder, server) == [(2, 0, 0)]
        assert faults(folder) == []
        path.write_bytes(whole)
        assert self.merged(folder, server) == [(1, 2, 0)]

    @pytest.mark.parametrize("harm", ["end", "first", "last"])
    def test_what_was_lost_is_taken_back(self, folder: Path, server: Path, harm: str) -> None:
        """A copy on another machine mends a chain that lost records."""
        self.merged(folder, server)
        first, last = warcs(folder)
        if harm == "end":
            last.write_bytes(last.read_bytes()[:-30])
        else:
            (first if harm == "first" else last).unlink()
        assert faults(folder)
        ((_, _, wrong),) = self.merged(folder, server)
        assert wrong == 0
        assert state(folder) == state(server)
        assert faults(folder) == []

    def test_no_folder_is_a_fault_in_words(self, folder: Path, tmp_path: Path) -> None:
        """A path that is not there is named; so is nothing else taken for a machine."""
        odd = tmp_path / "odd"
        (odd / "notes").mkdir(parents=True)
        (odd / ("a" * 32)).symlink_to(odd / "notes")
        assert self.merged(folder, odd) == [(0, 0, 0)]
        with EvidenceStore.open(folder) as store, pytest.raises(StoreError, match="no such folder"):
            store.merge(tmp_path / "nowhere")
