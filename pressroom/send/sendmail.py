"""Mail through a command that works like sendmail: Postfix's, Exim's, msmtp, or another."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

from pressroom.errors import SendError, Unreachable
from pressroom.model import DeliveryState, Envelope, Reply
from pressroom.send.replies import said

if TYPE_CHECKING:
    from collections.abc import Sequence

TEMPORARY = 75  # EX_TEMPFAIL of sysexits.h
NOT_OURS = {70: "internal error", 71: "system error", 72: "file missing", 73: "cannot create",
            74: "input or output", 77: "not permitted", 78: "configuration",
            126: "cannot be run", 127: "not found"}  # fmt: skip
"""Exits of sysexits.h, and the shell's, that tell of the machine and not of this reader."""


class Sendmail:
    """A local mail system; it queues, so that `sent` means taken into its queue.

    The command gets `-f SENDER -- RECIPIENT` added and the message on its input. `timeout` is
    in seconds for one message; a command that takes longer is killed with all it started.
    """

    leaves = True

    def __init__(
        self, command: Sequence[str] = ("/usr/sbin/sendmail", "-i"), timeout: float = 60
    ) -> None:
        self._command, self._timeout = tuple(command), timeout

    def send(self, envelope: Envelope) -> Reply:
        """Hand over one message; the exit code decides (sysexits.h).

        Raises Unreachable when the command cannot be run or says that the mail system does
        not work: nothing was handed over.
        """
        if not envelope.recipient.isprintable() or not envelope.sender.isprintable():
            return Reply(DeliveryState.FAILED, "the address holds control characters")
        process = self._started(envelope)
        try:
            words, _ = process.communicate(_lines(envelope.data), timeout=self._timeout)
        except subprocess.TimeoutExpired:
            _kill(process)
            return Reply(DeliveryState.UNCERTAIN, f"killed after {self._timeout:g} s")
        except BaseException:
            _kill(process)
            raise
        return self._outcome(process.returncode, words)

    def close(self) -> None:
        """Nothing to let go of."""

    def _started(self, envelope: Envelope) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 - the operator's own command, no shell
                [*self._command, "-f", envelope.sender, "--", envelope.recipient],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as fault:
            raise Unreachable(
                f"{self._name}: cannot be run ({fault.strerror}). Install it or correct "
                "[delivery] command; nothing was handed over."
            ) from None
        except ValueError:
            raise SendError(
                f"{self._name}: holds a zero byte. Correct [delivery] command."
            ) from None

    @property
    def _name(self) -> str:
        return self._command[0] if self._command else "[delivery] command"

    def _outcome(self, code: int, words: bytes) -> Reply:
        text = said(words) or "no words"
        if code == 0:
            return Reply(DeliveryState.SENT, f"taken by {self._name}")
        if code < 0:
            return Reply(DeliveryState.UNCERTAIN, f"killed by signal {-code}: {text}")
        if code == TEMPORARY:
            return Reply(DeliveryState.DEFERRED, f"exit {code}: {text}")
        if code in NOT_OURS:
            raise Unreachable(
                f"{self._name}: {NOT_OURS[code]} (exit {code}: {text}). Mend the mail system; nothing of "
                "this message was handed over."
            )
        return Reply(DeliveryState.FAILED, f"exit {code}: {text}")


def _lines(data: bytes) -> bytes:
    """The message with the line ends of this system, as sendmail expects them."""
    return data.replace(b"\r\n", b"\n")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the command and all it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()
    process.communicate()
