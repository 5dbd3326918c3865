"""Evidence folders for tests: filling them, and reading them with tools that are not ours."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warcio.archiveiterator import ArchiveIterator

from pressroom.model import Fetched, sha256
from pressroom.store import chain
from pressroom.store.evidence import EvidenceStore
from pressroom.store.warc import members

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NOW = datetime(2026, 11, 6, 8, 30, 0, 123456, tzinfo=UTC)
WRITER = """
import random, sys
from datetime import UTC, datetime
from pathlib import Path
from pressroom.model import Fetched
from pressroom.store.evidence import EvidenceStore

folder, run = Path(sys.argv[1]), sys.argv[2]
with EvidenceStore.open(folder) as store:
    for n in range(100_000):
        body = random.Random(f"{run} {n}").randbytes(1 + n * 7919 % 400_000)
        time = datetime(2026, 11 + n % 2, 1 + n % 28, tzinfo=UTC)
        pair = [(Fetched(f"https://example.org/{run}/{n}/{i}", 200, body, {}), time, "")
                for i in range(2)]
        for name in store.append(pair):
            print(name, flush=True)
"""


def answers(*numbers: int, time: datetime = NOW) -> list[tuple[Fetched, datetime, str]]:
    """Small answers that differ, with their times and the hash of a text."""
    body = b"<p>%d</p>"
    return [
        (Fetched(f"https://example.org/{n}", 200, body % n, {}), time, sha256(str(n)))
        for n in numbers
    ]


def fill(folder: Path, *numbers: int, time: datetime = NOW) -> list[str]:
    """Keep small answers in a folder."""
    with EvidenceStore.open(folder) as store:
        return store.append(answers(*numbers, time=time))


def warcs(folder: Path) -> list[Path]:
    """All WARC files, machine by machine in the order of the chain."""
    return [path for machine in chain.chains(folder) for path in chain.files(machine)]


def standard_tools_read(path: Path) -> Counter[str]:
    """The types of the records, as `warcio index` lists them after `warcio check` found no fault."""
    tool = [sys.executable, "-m", "warcio.cli"]
    check = subprocess.run([*tool, "check", path], capture_output=True, text=True, check=False)
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")
    index = subprocess.run([*tool, "index", path], capture_output=True, text=True, check=True)
    return Counter(json.loads(line)["warc-type"] for line in index.stdout.splitlines())


def faults(folder: Path) -> list[str]:
    """What `verify` finds."""
    with EvidenceStore.open(folder) as store:
        return store.verify()


def state(folder: Path) -> dict[str, bytes]:
    """Every WARC file's bytes by its path below the folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in warcs(folder)}


def ids_in(paths: Iterable[Path]) -> list[str]:
    """The ids of all answers, as a reader that is not ours finds them, bodies checked."""
    found = []
    for path in paths:
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                record.content_stream().read()
                if record.rec_type == "response":
                    found.append(record.rec_headers.get_header("WARC-Record-ID").strip("<>"))
    return found


def members_of(path: Path) -> list[int]:
    """The offsets at which the records of a file begin."""
    return [member.offset for member in members(path)]


def inode(path: Path) -> int:
    """The number by which the file system knows a file."""
    return path.stat().st_ino
