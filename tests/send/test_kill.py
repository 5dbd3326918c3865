"""Promise 5: a send killed at any instant and run again neither loses nor doubles a message."""

from __future__ import annotations

from collections import Counter
from email import message_from_bytes
from typing import TYPE_CHECKING

import pytest
from send.killing import ISSUE, judged, killed, recorder, run

from pressroom.model import DeliveryState
from pressroom.send.job import status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pressroom.store.mailing import Mailing

pytestmark = pytest.mark.kill

READERS = 400


@pytest.fixture
def readers(subscribe: Callable[..., None]) -> list[str]:
    """Readers of two editions."""
    every = [f"reader{n:03}@example.com" for n in range(READERS)]
    subscribe(*every[::2])
    subscribe(*every[1::2], edition="zh-Hans")
    return every


def test_outbox_has_exactly_one_file_a_reader(
    mailing: Mailing, readers: list[str], tmp_path: Path
) -> None:
    """However often the job is killed, every reader has one whole file, in their language."""
    folder = tmp_path / "outbox"
    assert killed(mailing, str(folder), kills=3, seed=1, stride=100)[0] > 0
    assert run(mailing, str(folder)) == 0
    messages = [message_from_bytes(p.read_bytes()) for p in folder.iterdir() if p.suffix == ".eml"]
    assert Counter(m["To"] for m in messages) == Counter(readers)
    languages = {m["To"]: m["Content-Language"] for m in messages}
    assert {languages[a] for a in readers[::2]} == {"en"}
    assert {languages[a] for a in readers[1::2]} == {"zh-Hans"}
    assert status(mailing, ISSUE) == {DeliveryState.SENT: READERS}


def test_smtp_loses_none_and_doubles_none(
    mailing: Mailing, readers: list[str], tmp_path: Path
) -> None:
    """Nobody gets two; whoever has none is named, at most a connection's worth a kill.

    What the ledger hashed is what the server got; resolved by the server's record, everybody
    has exactly one.
    """
    with recorder(tmp_path) as (port, record):
        verdict = judged(mailing, port, record, readers, kills=4, seed=2, stride=90)
    assert verdict.landed > 0
    assert verdict.good, verdict
    assert status(mailing, ISSUE) == {DeliveryState.SENT: READERS}
