"""Promise 5: a send killed at any instant and run again neither loses nor doubles a message."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from email import message_from_bytes
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pressroom.model import DeliveryState
from pressroom.send.job import deliveries, status

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Post

    from pressroom.store.mailing import Mailing

pytestmark = pytest.mark.kill

ISSUE = "2025-09-05"
READERS = 300
KILLS = 7
SCRIPT = Path(__file__).with_name("run_job.py")


@pytest.fixture
def readers(subscribe: Callable[..., None]) -> list[str]:
    """300 readers of two editions."""
    every = [f"reader{n:03}@example.com" for n in range(READERS)]
    subscribe(*every[::2])
    subscribe(*every[1::2], edition="zh-Hans")
    return every


def run(mailing: Mailing, target: str, kill_after: int | None, pause: float = 0) -> int:
    """Run the job; kill it `pause` seconds after so many outcomes. Returns its exit code."""
    command = [sys.executable, "-X", "dev", "-W", "error", str(SCRIPT)]
    command += [f"sqlite:///{mailing.file}", target]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        if kill_after is not None:
            _ = list(islice(process.stdout, kill_after))
            time.sleep(pause)
            process.kill()
        process.stdout.read()
    return process.returncode


def killed_and_resumed(mailing: Mailing, target: str, seed: int) -> int:
    """Kill the job at random instants, then let it run to its end; how many kills hit it."""
    dice = random.Random(seed)
    codes = [run(mailing, target, dice.randrange(60), dice.uniform(0, 0.02)) for _ in range(KILLS)]
    assert set(codes) <= {-9, 0}
    assert run(mailing, target, None) == 0
    return codes.count(-9)


def test_outbox_has_exactly_one_file_a_reader(
    mailing: Mailing, readers: list[str], tmp_path: Path
) -> None:
    """However often the job is killed, every reader has one whole file, in their language."""
    assert killed_and_resumed(mailing, str(tmp_path / "outbox"), seed=1) > 0
    files = [p for p in (tmp_path / "outbox").iterdir() if p.suffix == ".eml"]
    messages = [message_from_bytes(p.read_bytes()) for p in files]
    assert Counter(m["To"] for m in messages) == Counter(readers)
    languages = {m["To"]: m["Content-Language"] for m in messages}
    assert {languages[a] for a in readers[::2]} == {"en"}
    assert {languages[a] for a in readers[1::2]} == {"zh-Hans"}
    assert status(mailing, ISSUE) == {DeliveryState.SENT: READERS}


@pytest.mark.parametrize("seed", [2, 3])
def test_smtp_loses_none_and_doubles_none(
    mailing: Mailing, readers: list[str], post: Post, seed: int
) -> None:
    """Nobody gets two; whoever has none is named uncertain; one a kill at most."""
    kills = killed_and_resumed(mailing, str(post.port), seed)
    uncertain = {d.address for d in deliveries(mailing, ISSUE, DeliveryState.UNCERTAIN)}
    got = post.record.count()
    assert kills > 0
    assert max(got.values()) == 1
    assert set(readers) - set(got) <= uncertain
    assert len(uncertain) <= kills
    assert set(status(mailing, ISSUE)) <= {DeliveryState.SENT, DeliveryState.UNCERTAIN}
    assert sum(status(mailing, ISSUE).values()) == READERS
