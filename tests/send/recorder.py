"""A mail server as a process of its own, whose record outlives everything: RECORD -> port.

It takes what is offered, with PIPELINING. Before it answers 250 to a message, a line with
recipient, Message-ID and sha256 of the bytes is in the file RECORD and on the disk. With a
folder as second argument it also keeps each message there.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

OFFERS = b"250-recorder\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 1000000\r\n"
_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)


class Taken(NamedTuple):
    """A message that the server took."""

    recipient: str
    message_id: str
    sha256: str


def read(record: Path) -> list[Taken]:
    """What a server's record says; a line without its end was never answered."""
    whole = record.read_text(encoding="utf-8").split("\n")[:-1]
    return [Taken(*line.split("\t")) for line in whole]


class Recorder:
    """The server's side of all conversations."""

    def __init__(self, record: int, folder: Path | None) -> None:
        self.record, self.folder, self.number = record, folder, 0

    async def serve(self, peer: StreamReader, back: StreamWriter) -> None:
        """One connection, until the other side goes away, however that is."""
        with suppress(OSError, EOFError, asyncio.IncompleteReadError):
            await self._talk(peer, back)
        back.close()

    async def _talk(self, peer: StreamReader, back: StreamWriter) -> None:
        recipient = ""
        back.write(b"220 recorder\r\n")
        while line := await peer.readuntil(b"\r\n"):
            word = line[:4].upper()
            if word == b"DATA":
                back.write(b"354 go on\r\n")
                await back.drain()
                data = await peer.readuntil(b"\r\n.\r\n")
                back.write(self._take(recipient, plain(data)))
            elif word == b"RCPT":
                recipient = line[line.index(b"<") + 1 : line.index(b">")].decode()
                back.write(b"250 OK\r\n")
            else:
                back.write(OFFERS if word == b"EHLO" else b"250 OK\r\n")
            await back.drain()

    def _take(self, recipient: str, data: bytes) -> bytes:
        self.number += 1
        found = _ID.search(data)
        assert found is not None
        line = f"{recipient}\t{found[1].decode()}\t{sha256(data).hexdigest()}\n"
        if self.folder is not None:
            (self.folder / f"{self.number}.eml").write_bytes(data)
        os.write(self.record, line.encode())
        os.fsync(self.record)
        return f"250 2.0.0 queued as {self.number}\r\n".encode()


def plain(data: bytes) -> bytes:
    """The message out of what came after 354: its last line ends it, doubled dots are single."""
    return (b"\n" + data[:-3]).replace(b"\n..", b"\n.")[1:]


async def main(record: str, folder: str = "") -> None:
    """Listen, say where, and go on until killed."""
    file = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    recorder = Recorder(file, Path(folder) if folder else None)
    server = await asyncio.start_server(recorder.serve, "127.0.0.1", 0, limit=1 << 20)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
