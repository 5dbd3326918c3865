"""Mail through a command: its exit code decides, and a hanging one is killed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import SendError, Unreachable
from pressroom.model import DeliveryState, Envelope
from pressroom.send.sendmail import Sendmail

if TYPE_CHECKING:
    from pathlib import Path

MAIL = Envelope("news@a.org", "r@b.org", b"Subject: x\r\n\r\n.\r\nend\r\n", "<1@a>")


def script(folder: Path, body: str) -> Sendmail:
    """A command that does as the body says."""
    path = folder / "sendmail"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return Sendmail((str(path), "-i"), timeout=0.5)


def test_bytes_and_arguments(tmp_path: Path) -> None:
    """The command gets sender, recipient and the message with plain line ends."""
    sendmail = script(tmp_path, f'echo "$@" > {tmp_path}/args; cat > {tmp_path}/mail')
    assert sendmail.send(MAIL).state is DeliveryState.SENT
    assert (tmp_path / "args").read_text() == "-i -f news@a.org -- r@b.org\n"
    assert (tmp_path / "mail").read_bytes() == b"Subject: x\n\n.\nend\n"
    sendmail.close()


@pytest.mark.parametrize(
    ("body", "state", "words"),
    [
        ("cat >/dev/null; echo queue full; exit 75", DeliveryState.DEFERRED, "exit 75: queue full"),
        ("cat >/dev/null; echo no user >&2; exit 67", DeliveryState.FAILED, "exit 67: no user"),
        ("exit 1", DeliveryState.FAILED, "exit 1: no words"),
        ("cat >/dev/null; kill -9 $$", DeliveryState.UNCERTAIN, "killed by signal 9"),
        ("sleep 20 & wait", DeliveryState.UNCERTAIN, "killed after 0.5 s"),
    ],
)
def test_the_exit_code_decides(tmp_path: Path, body: str, state: DeliveryState, words: str) -> None:
    """Each end of the command means one state, within the time-out."""
    start = time.monotonic()
    reply = script(tmp_path, body).send(MAIL)
    assert reply.state is state
    assert words in reply.text
    assert time.monotonic() - start < 3


@pytest.mark.parametrize("code", [71, 78, 127])
def test_a_mail_system_that_does_not_work_fails_nobody(tmp_path: Path, code: int) -> None:
    """What would meet every reader stops the job."""
    with pytest.raises(Unreachable, match=f"exit {code}"):
        script(tmp_path, f"cat >/dev/null; exit {code}").send(MAIL)


def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    """A missing command is named, with what to do."""
    with pytest.raises(Unreachable, match="cannot be run"):
        Sendmail((str(tmp_path / "none"),)).send(MAIL)
    with pytest.raises(SendError, match="zero byte"):
        Sendmail(("/bin/true\0",)).send(MAIL)


def test_an_address_is_never_an_option(tmp_path: Path) -> None:
    """A recipient that looks like an option stays a recipient."""
    sendmail = script(tmp_path, f'echo "$4 $5" > {tmp_path}/args; cat >/dev/null')
    sendmail.send(Envelope("news@a.org", "-bad@b.org", b"x\r\n", "<1@a>"))
    assert (tmp_path / "args").read_text() == "-- -bad@b.org\n"
