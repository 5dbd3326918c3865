"""`pressroom serve` as a process: says where it is, answers, and stops when it is told."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx2
from rooms import Room

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

LETTER = '[masthead]\nname = "Letter"\nhome = "https://example.org/letter/"\n'


def test_it_serves_and_stops(tmp_path: Path) -> None:
    """Port 0 is any free one; SIGTERM ends it with 0 and nothing waiting is lost."""
    Room(tmp_path).write("newsletter.toml", LETTER)
    command = [sys.executable, "-m", "pressroom", "--newsroom", str(tmp_path)]
    with subprocess.Popen(
        [*command, "serve", "--bind", "127.0.0.1:0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as job:  # fmt: skip
        assert job.stdout
        try:
            url = job.stdout.readline().split()[1]
            assert _subscribed(url) == 200
            job.send_signal(signal.SIGTERM)
            out, err = job.communicate(timeout=20)
        finally:
            job.kill()
    assert (job.returncode, "Stopped." in out) == (0, True), err
    assert "Traceback" not in err
    assert "a@example.org" not in err
    assert len(list((tmp_path / "outbox" / "serve" / "messages").glob("*.eml"))) == 1


def _subscribed(url: str) -> int:
    with httpx2.Client() as client:
        form = re.search(r'name="form" value="([^"]+)"', client.get(url).text)
        assert form
        data = {"address": "a@example.org", "edition": "en", "form": form[1]}
        return client.post(url, data=data).status_code


def test_a_taken_port_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And what is no address at all; the exit code is that of a wrong command."""
    room = Room(tmp_path, capsys)
    room.write("newsletter.toml", LETTER)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for bind in (f"127.0.0.1:{port}", "127.0.0.1", "127.0.0.1:99999", "nowhere.invalid:80"):
            assert room.run("serve", "--bind", bind) == 2
            assert bind in room.err
            assert "HOST:PORT" in room.err
