"""Kill -9 at random instants of a send, into a server whose record outlives it, and the verdict."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from send.recorder import read

from pressroom.model import DeliveryState, Reply
from pressroom.send.job import deliveries, status
from pressroom.send.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.store.mailing import Mailing

ISSUE = "2025-09-05"
CONNECTIONS = 8
HERE = Path(__file__).parent


@dataclass
class Verdict:
    """What came of it; `most_open` is how many rows the worst kill left in `sending`."""

    kills: int
    landed: int
    most_open: int
    lost: int
    doubled: int
    uncertain: int
    unlike: int
    after_resolve: Counter[int]

    @property
    def good(self) -> bool:
        """Nobody lost, nobody twice, no more uncertain than was open, all in the end."""
        most = self.most_open <= CONNECTIONS and self.uncertain <= self.landed * CONNECTIONS
        return (
            most and not self.lost + self.doubled + self.unlike and set(self.after_resolve) == {1}
        )


@contextmanager
def recorder(folder: Path, *keep: str) -> Iterator[tuple[str, Path]]:
    """A recording server: its port and its record."""
    record = folder / "record"
    command = [sys.executable, str(HERE / "recorder.py"), str(record), *keep]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), record
        finally:
            process.kill()


def run(mailing: Mailing, target: str, after: int | None = None, seconds: float = 0) -> int:
    """Run the job to its end, or kill it: so many seconds after so many outcomes (-1: its start).

    Returns its exit code.
    """
    command = [sys.executable, str(HERE / "run_job.py"), f"sqlite:///{mailing.file}", target]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        if after is not None:
            _ = list(islice(process.stdout, max(0, after)))
            time.sleep(seconds)
            process.kill()
        process.stdout.read()
    return process.returncode


def killed(mailing: Mailing, target: str, kills: int, seed: int, stride: int) -> tuple[int, int]:
    """Kill the job so often, at any instant; how many kills hit it, and the most left open."""
    dice, landed, most_open = random.Random(seed), 0, 0
    for n in range(kills):
        if n % 8 != 3:
            code = run(mailing, target, dice.randrange(stride), dice.uniform(0, 0.01))
        else:
            code = run(mailing, target, -1, dice.uniform(0.1, 0.6))
        assert code in {-9, 0}, f"the job ended with {code}"
        landed += code == -9
        most_open = max(most_open, status(mailing, ISSUE).get(DeliveryState.SENDING, 0))
    return landed, most_open


def judged(
    mailing: Mailing,
    port: str,
    record: Path,
    readers: list[str],
    kills: int,
    seed: int,
    stride: int,
) -> Verdict:
    """Kill, run to the end, hold ledger and record together; then resolve by the server's record."""
    landed, most_open = killed(mailing, port, kills, seed, stride)
    assert run(mailing, port) == 0
    taken = read(record)
    got = Counter(one.recipient for one in taken)
    rows = {row.address: row for row in deliveries(mailing, ISSUE)}
    uncertain = {a for a, row in rows.items() if row.state is DeliveryState.UNCERTAIN}
    unlike = sum(rows[one.recipient].sha256 != one.sha256 for one in taken)
    sent = {a for a, row in rows.items() if row.state is DeliveryState.SENT}
    resolve(mailing, {one.message_id for one in taken})
    assert run(mailing, port) == 0
    again = Counter(one.recipient for one in read(record))
    return Verdict(
        kills, landed, most_open,
        lost=len(set(readers) - set(got) - uncertain) + len(sent - set(got)),
        doubled=sum(n > 1 for n in got.values()), uncertain=len(uncertain), unlike=unlike,
        after_resolve=Counter(again[address] for address in readers),
    )  # fmt: skip


def resolve(mailing: Mailing, known: set[str]) -> None:
    """Settle what is uncertain by the server's own record of Message-IDs."""
    ledger = Ledger(mailing, ISSUE, mailing.now, leaves=True)
    there, not_there = Reply(DeliveryState.SENT, "in the log"), Reply(DeliveryState.PLANNED, "")
    ledger.resolve(
        {row: there if id_ in known else not_there for row, id_, _ in ledger.uncertain()}
    )
