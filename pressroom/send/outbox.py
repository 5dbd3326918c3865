"""Mail as files: the transport that never leaves the machine, and the default."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from pressroom.model import DeliveryState, Envelope, Reply, sha256
from pressroom.store.files import write_atomic

if TYPE_CHECKING:
    from pathlib import Path


class Outbox:
    """One `.eml` a message, named by its id: the same message twice is the same file."""

    leaves = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, envelope: Envelope) -> Reply:
        """Write the message whole or not at all; StoreError when the disk refuses.

        The folder is its owner's alone: the messages hold readers' addresses.
        """
        with suppress(OSError):  # the write itself says what is wrong
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = file_name(envelope.message_id)
        write_atomic(self.folder / name, envelope.data)
        return Reply(DeliveryState.SENT, f"written to {self.folder.name}/{name}")

    def close(self) -> None:
        """Nothing to let go of."""


def file_name(message_id: str) -> str:
    """A message id as a file name; what cannot stand in one is replaced, told apart by hash.

    >>> file_name("<0123abcd@example.org>")
    '0123abcd@example.org.eml'
    """
    plain = message_id.strip("<>")
    safe = re.sub(r"[^A-Za-z0-9@._-]", "_", plain).lstrip(".")[:150]
    return f"{safe}.eml" if safe == plain else f"{safe}-{sha256(plain)[:16]}.eml"
