"""pressroom.store.evidence: what is kept comes back as it was, and others can read it."""

from __future__ import annotations

import fcntl
import gzip
import json
import random
import resource
import shutil
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from pressroom.errors import StoreError
from pressroom.model import Fetched, Hop, record_id, sha256
from pressroom.store import chain
from pressroom.store.evidence import EvidenceStore
from pressroom.store.evidence_export import manifest_path
from pressroom.store.warc import LARGEST

from .warcs import (
    NOW,
    WRITER,
    answers,
    faults,
    fill,
    ids_in,
    standard_tools_read,
    state,
    warcs,
)

if TYPE_CHECKING:
    from pathlib import Path

ONE = Fetched(
    "https://example.org/a?q=中文",
    200,
    "<p>人工智能</p>".encode() * 40,
    {"content-type": "text/html; charset=utf-8", "etag": '"7"', "content-length": "99"},
    (Hop("http://example.org/a", 301, "https://example.org/a"),),
)
FULL = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from pressroom.errors import StoreError
from pressroom.model import Fetched
from pressroom.store.evidence import EvidenceStore

now = datetime(2026, 11, 6, tzinfo=UTC)
found = [(Fetched(f"https://example.org/{n}", 200, Random(n).randbytes(50_000), {}), now, "")
         for n in range(9)]
with EvidenceStore.open(Path(sys.argv[1])) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (220_000, 220_000))
    try:
        store.append(found)
    except StoreError as fault:
        print(fault)
        sys.exit(3)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for evidence that is not there yet."""
    return tmp_path / "private" / "evidence"


class TestKeeping:
    """append and read."""

    def test_an_answer_is_read_back_as_it_was(self, folder: Path) -> None:
        """Address, time, status, headers, redirects, body and both hashes come back."""
        with EvidenceStore.open(folder) as store:
            (name,) = store.append([(ONE, NOW, sha256("人工智能"))])
            kept = store.read(name)
        assert name == record_id(ONE.url, NOW, sha256(ONE.body))
        assert kept is not None
        assert (kept.id, kept.url, kept.time, kept.status) == (name, ONE.url, NOW, 200)
        assert (kept.headers, kept.hops, kept.body) == (ONE.headers, ONE.hops, ONE.body)
        assert (kept.sha256, kept.text_sha256) == (sha256(ONE.body), sha256("人工智能"))

    def test_the_record_stands_in_the_file_as_the_standard_says(self, folder: Path) -> None:
        """A WARC 1.1 response with the named fields, found by a reader that is not ours."""
        with EvidenceStore.open(folder) as store:
            (name,) = store.append([(ONE, NOW, "")])
        (path,) = warcs(folder)
        assert path.name == "2026-11.warc.gz"
        assert standard_tools_read(path) == {"warcinfo": 1, "response": 1}
        with path.open("rb") as file:
            record = next(r for r in ArchiveIterator(file) if r.rec_type == "response")
            body = record.content_stream().read()
        fields = dict(record.rec_headers.headers)
        assert record.rec_headers.protocol == "WARC/1.1"
        assert fields["WARC-Record-ID"] == f"<{name}>"
        assert fields["WARC-Date"] == "2026-11-06T08:30:00.123456Z"
        assert fields["WARC-Payload-Digest"] == f"sha256:{sha256(ONE.body)}"
        assert body == ONE.body

    def test_the_same_answer_is_kept_once(self, folder: Path) -> None:
        """A second append, in one call or another process, gives the id and writes nothing."""
        first = fill(folder, 1, 2)
        before = state(folder)
        assert fill(folder, 2, 1, 1) == [first[1], first[0], first[0]]
        assert state(folder) == before

    def test_an_unknown_id_is_none(self, folder: Path) -> None:
        """Nothing is kept under it, and asking makes no chain."""
        with EvidenceStore.open(folder) as store:
            assert store.read("urn:uuid:00000000-0000-0000-0000-000000000000") is None
            assert store.append([]) == []
        assert warcs(folder) == []

    def test_what_came_over_no_network_is_a_resource(self, folder: Path) -> None:
        """A file, and what a person pasted, claim no answer of a server."""
        kind = {"content-type": "text/plain"}
        found = [
            Fetched("file:samples/a.xml", 200, b"<rss/>", {}),
            Fetched("https://x/", 0, b"p", kind),
        ]
        with EvidenceStore.open(folder) as store:
            ids = store.append([(one, NOW, "") for one in found])
            kept = [store.read(name) for name in ids]
        assert [k and (k.status, k.body) for k in kept] == [(0, b"<rss/>"), (0, b"p")]
        assert kept[1] is not None
        assert kept[1].headers == kind
        assert standard_tools_read(warcs(folder)[0])["resource"] == 2

    @settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
    @given(
        path=st.text(max_size=40),
        body=st.binary(max_size=300),
        status=st.integers(100, 999),
        headers=st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=4),
        text=st.sampled_from(["", sha256("x")]),
    )
    def test_no_answer_breaks_the_file(
        self,
        tmp_path: Path,
        path: str,
        body: bytes,
        status: int,
        headers: dict[str, str],
        text: str,
    ) -> None:
        """Line breaks, bodies that look like records, odd headers: the body always comes back."""
        folder = tmp_path / "any"
        found = Fetched(f"https://example.org/{path}", status, body, headers)
        with EvidenceStore.open(folder) as store:
            names = store.append([(found, NOW, text), *answers(7)])
            kept = store.read(names[0])
            assert kept is not None
            assert (kept.body, kept.status, kept.text_sha256) == (body, status, text)
            assert store.read(names[1]) is not None
            assert store.verify() == []
        shutil.rmtree(folder)

    def test_files_roll_by_month_and_never_go_back(self, folder: Path) -> None:
        """A later month begins a file; a clock that went back goes on in the last one."""
        for month in (11, 12, 10):
            fill(folder, month, time=NOW.replace(month=month))
        assert [p.name for p in warcs(folder)] == ["2026-11.warc.gz", "2026-12.warc.gz"]
        assert faults(folder) == []

    def test_a_full_file_is_followed_by_another(self) -> None:
        """A file of 100 MB is followed by one with a number, however many there are."""
        assert chain.following("2026-11.warc.gz", chain.ROLL - 1, "2026-11") == "2026-11.warc.gz"
        assert chain.following("2026-11.warc.gz", chain.ROLL, "2026-11") == "2026-11.2.warc.gz"
        assert chain.following("2026-11.9.warc.gz", chain.ROLL, "2026-10") == "2026-11.10.warc.gz"
        assert chain.order("2026-11.10.warc.gz") > chain.order("2026-11.9.warc.gz")

    def test_times_are_kept_in_utc(self, folder: Path) -> None:
        """A time of another zone is the same instant when it comes back."""
        time = datetime(2026, 11, 30, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
        (name,) = fill(folder, 1, time=time)
        with EvidenceStore.open(folder) as store:
            kept = store.read(name)
        assert kept is not None
        assert (kept.time, kept.time.utcoffset()) == (time, timedelta(0))

    def test_a_large_body_costs_a_few_times_its_size(self, folder: Path) -> None:
        """20 MB that do not compress are kept, read, and checked."""
        body = random.Random(1).randbytes(20_000_000)
        assert len(body) < LARGEST
        with EvidenceStore.open(folder) as store:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            (name,) = store.append([(Fetched("https://example.org/big", 200, body, {}), NOW, "")])
            kept = store.read(name)
            assert store.verify() == []
        assert kept is not None
        assert kept.body == body
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250_000


class TestWriters:
    """One process writes at a time."""

    def test_another_writer_is_waited_for_and_then_named(self, folder: Path) -> None:
        """While the lock is held, open and append give up in bounded time."""
        with EvidenceStore.open(folder, wait=0.1) as store, (folder / "lock").open("ab") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            with pytest.raises(StoreError, match="another process is writing"):
                store.append(answers(1))
            with pytest.raises(StoreError, match="another process is writing"):
                EvidenceStore.open(folder, wait=0.1)
        assert len(fill(folder, 1)) == 1

    def test_two_open_stores_take_turns(self, folder: Path) -> None:
        """Each sees what the other wrote, in one chain."""
        with EvidenceStore.open(folder) as one, EvidenceStore.open(folder) as two:
            ids = [*one.append(answers(1)), *two.append(answers(2)), *one.append(answers(3))]
            assert all(two.read(name) for name in ids)
            assert two.verify() == []
        assert len(chain.chains(folder)) == 1

    def test_four_processes_at_once_break_nothing(self, folder: Path) -> None:
        """Every id that any of them was given is kept once, in one chain that is whole."""
        writer = WRITER.replace("100_000", "12")
        running = [
            subprocess.Popen(
                [sys.executable, "-c", writer, folder, f"p{n}"], stdout=subprocess.PIPE
            )
            for n in range(4)
        ]
        told = [name for one in running for name in one.communicate()[0].decode().split()]
        assert [one.returncode for one in running] == [0] * 4
        assert Counter(told) == Counter(ids_in(warcs(folder)))
        assert faults(folder) == []

    def test_a_full_disk_is_a_fault_in_words_and_loses_nothing_whole(self, folder: Path) -> None:
        """What was written before the disk was full is kept; the chain goes on afterwards."""
        full = [sys.executable, "-c", FULL, folder]
        run = subprocess.run(full, capture_output=True, text=True, check=False)
        assert run.returncode == 3
        assert "free some space" in run.stdout
        assert faults(folder) == []
        kept = len(ids_in(warcs(folder)))
        assert 0 < kept < 9
        fill(folder, 1)
        assert faults(folder) == []
        assert len(ids_in(warcs(folder))) == kept + 1

    def test_a_copied_folder_begins_a_chain_of_its_own(self, folder: Path, tmp_path: Path) -> None:
        """Two machines that began with one folder can still be merged."""
        fill(folder, 1)
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        fill(folder, 2)
        fill(copy, 3)
        assert len(chain.chains(copy)) == 2
        with EvidenceStore.open(folder) as store:
            report = store.merge(copy)
            assert (report.new, report.faults) == (1, ())
            assert store.verify() == []

    def test_a_folder_that_cannot_be_written_is_a_fault_in_words(self, tmp_path: Path) -> None:
        """A file in the place of the folder is named."""
        (tmp_path / "evidence").write_text("in the way")
        with pytest.raises(StoreError, match="evidence: File exists"):
            EvidenceStore.open(tmp_path / "evidence")


class TestExport:
    """One WARC file of chosen records."""

    def test_exactly_these_records_and_a_manifest(self, folder: Path, tmp_path: Path) -> None:
        """Standard tools read it; every hash of the manifest can be found again from the file."""
        ids = fill(folder, 1, 2, 3)
        out = tmp_path / "out" / "issue.warc.gz"
        with EvidenceStore.open(folder) as store:
            manifest = store.export([ids[2], ids[0], ids[0], "urn:uuid:none"], out)
        assert standard_tools_read(out) == {"warcinfo": 1, "response": 2}
        assert Counter(ids_in([out])) == Counter([ids[0], ids[2]])
        assert manifest.missing == ("urn:uuid:none",)
        assert manifest_path(out).name == "issue.manifest.json"
        told = json.loads(manifest_path(out).read_bytes())
        data = out.read_bytes()
        assert (told["file"], told["sha256"]) == (out.name, sha256(data))
        for record in told["records"]:
            member = data[record["offset"] : record["offset"] + record["length"]]
            assert sha256(member) == record["chain"]
            assert (
                sha256(gzip.decompress(member).rpartition(b"\r\n\r\n")[0][-8:]) == record["sha256"]
            )

    def test_the_same_ids_give_the_same_bytes(self, folder: Path, tmp_path: Path) -> None:
        """In any order, on any machine that has the records."""
        ids = [*fill(folder, 1, 2), *fill(folder, 3, time=NOW - timedelta(days=400))]
        with EvidenceStore.open(folder) as store:
            store.export(ids, tmp_path / "a.warc.gz")
        with EvidenceStore.open(tmp_path / "laptop") as store:
            store.merge(folder)
            store.export(reversed(ids), tmp_path / "b" / "a.warc.gz")
        assert (tmp_path / "a.warc.gz").read_bytes() == (tmp_path / "b" / "a.warc.gz").read_bytes()
        one, two = tmp_path / "a.manifest.json", tmp_path / "b" / "a.manifest.json"
        assert one.read_bytes() == two.read_bytes()

    def test_nothing_chosen_is_a_file_too(self, folder: Path, tmp_path: Path) -> None:
        """An issue without records exports an empty, valid file."""
        with EvidenceStore.open(folder) as store:
            assert store.export([], tmp_path / "a.warc.gz").records == ()
        assert standard_tools_read(tmp_path / "a.warc.gz") == {"warcinfo": 1}

    def test_a_damaged_record_stops_the_export_and_leaves_the_old_file(
        self, folder: Path, tmp_path: Path
    ) -> None:
        """What cannot be proved is not exported."""
        ids, out = fill(folder, 1), tmp_path / "a.warc.gz"
        out.write_bytes(b"old")
        (path,) = warcs(folder)
        data = bytearray(path.read_bytes())
        data[-20] ^= 1
        path.write_bytes(data)
        with EvidenceStore.open(folder) as store, pytest.raises(StoreError, match="was altered"):
            store.export(ids, out)
        assert out.read_bytes() == b"old"
        assert [p.name for p in tmp_path.iterdir() if p.is_file()] == [out.name]
