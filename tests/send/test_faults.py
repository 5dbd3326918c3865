"""A send through a server that fails at every step, and onto a full disk: the ledger stays true."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from send.faulty import DROP, HANG, TAKE_AND_DROP, Faulty, Moment
from send.killing import CONNECTIONS, HERE, ISSUE, recorder, run
from send.recorder import read

from pressroom.errors import StoreError, Unreachable
from pressroom.model import Delivery, DeliveryState, Locale
from pressroom.send.job import deliver, deliveries
from pressroom.send.smtp import Smtp

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pressroom.send.job import Mails
    from pressroom.store.mailing import Mailing

    Subscribe = Callable[..., None]

READERS = 80
EN, ZH = Locale("en"), Locale("zh-Hans")
FAULTS = [
    *((step, DROP) for step in ("GREETING", "MAIL", "RCPT", "DATA", "BEGUN", "CONTENT")),
    *((step, "421 4.3.2 closing") for step in ("GREETING", "MAIL", "RCPT", "DATA", "CONTENT")),
    *((step, "451 4.3.0 try later") for step in ("MAIL", "RCPT", "DATA", "CONTENT")),
    *((step, "452 4.2.2 mailbox full") for step in ("MAIL", "RCPT", "DATA", "CONTENT")),
    *((step, "550 5.1.1 nobody here") for step in ("RCPT", "DATA", "CONTENT")),
    ("CONTENT", TAKE_AND_DROP),
]
DONE = {DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNCERTAIN}
START = datetime(2025, 9, 5, 1, tzinfo=UTC)


class Bad:
    """A server that fails once in a while, always the same way at the same step."""

    def __init__(self, what: str, step: str, seed: int = 3) -> None:
        self.what, self.step, self.dice = what, step, random.Random(seed)
        self.count = 0

    def __call__(self, moment: Moment) -> str:
        """The fault, at one moment in eight of that step."""
        if moment.step != self.step or self.dice.random() > 1 / 8:
            return ""
        self.count += 1
        return self.what


def sent_in_the_end(
    mailing: Mailing, server: Faulty, mails: Mails, timeout: float = 5, most: int = 40
) -> None:
    """Run the job, each time a day later, until nothing waits."""
    for day in range(most):
        clock = partial(START.__add__, timedelta(days=day))
        smtp = Smtp("127.0.0.1", server.port, starttls=False, timeout=timeout, connections=4)
        with closing(smtp), suppress(Unreachable):
            deliver(mailing, ISSUE, mails, smtp, clock, lambda _: None)
        if {row.state for row in deliveries(mailing, ISSUE)} <= DONE:
            return
    raise AssertionError("it never came to an end")


def held_together(rows: list[Delivery], got: Counter[str]) -> None:
    """Nobody twice; whoever has none is failed or uncertain; whoever is failed has none."""
    assert len(rows) == READERS
    for row in rows:
        assert got[row.address] <= 1, row
        if row.state is not DeliveryState.UNCERTAIN:
            assert got[row.address] == (row.state is DeliveryState.SENT), row


@pytest.mark.parametrize(("step", "what"), FAULTS)
def test_every_fault_at_every_step(
    mailing: Mailing, subscribe: Subscribe, mails: Mails, step: str, what: str
) -> None:
    """Whatever the server does and when, the ledger says what it has.

    Only what was begun may be uncertain.
    """
    subscribe(*(f"r{n}@example.org" for n in range(READERS)))
    bad = Bad(what, step)
    with Faulty(bad) as server:
        sent_in_the_end(mailing, server, mails)
    rows = deliveries(mailing, ISSUE)
    held_together(rows, server.count())
    uncertain = sum(row.state is DeliveryState.UNCERTAIN for row in rows)
    if step in {"BEGUN", "CONTENT"} and what in {DROP, TAKE_AND_DROP}:
        assert uncertain <= bad.count
    else:
        assert uncertain == 0


@pytest.mark.parametrize("step", ["RCPT", "CONTENT"])
def test_a_server_that_hangs(
    mailing: Mailing, subscribe: Subscribe, mails: Mails, step: str
) -> None:
    """A silent server is given up on; before the content it is tried again, after it named."""
    subscribe(*(f"r{n}@example.org" for n in range(READERS)))
    bad = Bad(HANG, step, seed=11)
    with Faulty(bad) as server:
        sent_in_the_end(mailing, server, mails, timeout=0.1)
    rows = deliveries(mailing, ISSUE)
    held_together(rows, server.count())
    uncertain = sum(row.state is DeliveryState.UNCERTAIN for row in rows)
    assert uncertain == (bad.count if step == "CONTENT" else 0)


def test_a_database_that_is_full(mailing: Mailing, subscribe: Subscribe, mails: Mails) -> None:
    """When SQLite has no page left the run stops with words, and a run with room goes on."""
    subscribe(*(f"r{n}@example.org" for n in range(READERS)))
    with Faulty() as server, closing(Smtp("127.0.0.1", server.port, starttls=False)) as smtp:
        limit = _pages(mailing)
        for more in range(40):
            _bound(mailing, limit + more)
            with suppress(StoreError):
                deliver(mailing, ISSUE, mails, smtp, lambda: START, lambda _: None)
                break
        assert more > 0
        _bound(mailing, 10**6)
        deliver(mailing, ISSUE, mails, smtp, lambda: START, lambda _: None)
    held_together(deliveries(mailing, ISSUE), server.count())


def _pages(mailing: Mailing) -> int:
    with mailing.read() as connection:
        return int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())


def _bound(mailing: Mailing, pages: int) -> None:
    with mailing.read() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def test_a_disk_that_is_full(mailing: Mailing, subscribe: Subscribe, tmp_path: Path) -> None:
    """When no file may grow any more the job says so; with room again it goes on, nobody twice."""
    subscribe(*(f"r{n}@example.org" for n in range(READERS * 5)))
    assert mailing.file is not None
    stops = 0
    with recorder(tmp_path) as (port, record):
        for blocks in (300, 1200, 3000):
            job = [sys.executable, str(HERE / "run_job.py"), f"sqlite:///{mailing.file}", port]
            bounded = ["sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh", *job]
            done = subprocess.run(bounded, capture_output=True, text=True, check=False)
            assert done.returncode in {0, 3}, done.stderr
            stops += done.returncode == 3
            assert done.returncode == 0 or "check the disk" in done.stderr
        assert run(mailing, port) == 0
        taken = read(record)
    got = Counter(one.recipient for one in taken)
    rows = {row.address: row for row in deliveries(mailing, ISSUE)}
    uncertain = [a for a, row in rows.items() if row.state is DeliveryState.UNCERTAIN]
    assert stops > 0
    assert len(rows) == READERS * 5
    assert len(uncertain) <= stops * CONNECTIONS
    assert max(got.values()) == 1
    assert all(got[a] == 1 for a, row in rows.items() if row.state is DeliveryState.SENT)
    assert set(rows) - set(got) <= set(uncertain)
