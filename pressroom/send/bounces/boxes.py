"""Where bounces lie: files, a pipe, mbox, Maildir, IMAP. Mail by mail, each bounded in size.

A mail is given with a function that marks it as seen; it is called only when what the mail
says has been written down, so that a crash between reads a mail twice and never loses one.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from pressroom.errors import SendError, SettingsError, UsageError
from pressroom.send.bounces.mime import MOST_BYTES

if TYPE_CHECKING:
    import imaplib
    import ssl
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

_SEPARATOR = re.compile(rb"^From \S.{0,200}\d{4}\s*$")


def _nothing() -> None:
    """Files and pipes keep no marks."""


class Mail(NamedTuple):
    """One mail: where it lies, its bytes (at most 1 MiB), and how to mark it as seen."""

    name: str
    data: bytes
    seen: Callable[[], None] = _nothing


@dataclass(frozen=True, slots=True)
class ImapBox:
    """A mailbox at an IMAP server, reached over TLS only (RFC 8314); `timeout` in seconds."""

    host: str
    user: str
    password: str
    folder: str = "INBOX"
    port: int = 993
    timeout: float = 30.0
    context: ssl.SSLContext | None = None


def files(paths: list[Path]) -> Iterator[Mail]:
    """One mail a file; UsageError for what is no readable file."""
    for path in paths:
        try:
            with path.open("rb") as file:
                yield Mail(str(path), file.read(MOST_BYTES))
        except OSError as fault:
            raise UsageError(f"{path}: cannot be read ({fault.strerror}). Give a file.") from fault


def pipe(stream: BinaryIO) -> Iterator[Mail]:
    """The one mail of a pipe from a mail server; what is over 1 MiB is read and let go."""
    data = stream.read(MOST_BYTES)
    while stream.read(MOST_BYTES):
        pass
    yield Mail("-", data)


def mbox(path: Path) -> Iterator[Mail]:
    """The mails of an mbox file (RFC 4155), one at a time whatever its size."""
    lines: list[bytes] = []
    number = size = 0
    with _opened(path) as file:
        for line in iter(lambda: file.readline(MOST_BYTES), b""):
            if _SEPARATOR.match(line):
                if lines:
                    yield Mail(f"{path}:{number}", b"".join(lines))
                number, lines, size = number + 1, [], 0
            elif size < MOST_BYTES:
                size += len(line)
                lines.append(line[1:] if line.startswith(b">From ") else line)
    if lines:
        yield Mail(f"{path}:{number}", b"".join(lines))


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as fault:
        raise UsageError(
            f"{path}: cannot be read ({fault.strerror}). Give an mbox file."
        ) from fault
    with file:
        yield file


def maildir(path: Path) -> Iterator[Mail]:
    """The unseen mails of a Maildir, oldest first; seen ones move to `cur` with the flag S."""
    if not (path / "new").is_dir():
        raise UsageError(f"{path}: is no Maildir (it has no folder `new`). Give the one above it.")
    found = [*(path / "new").iterdir(), *(path / "cur").glob("*")]
    for one in sorted(found, key=lambda p: p.name):
        if not _is_seen(one) and one.is_file():
            with suppress(FileNotFoundError), one.open("rb") as file:
                yield Mail(str(one), file.read(MOST_BYTES), partial(_see, path, one))


def _is_seen(path: Path) -> bool:
    return "S" in path.name.partition(":2,")[2]


def _see(root: Path, path: Path) -> None:
    base, _, flags = path.name.partition(":2,")
    (root / "cur").mkdir(exist_ok=True)
    with suppress(FileNotFoundError):
        path.rename(root / "cur" / f"{base}:2,{''.join(sorted({*flags, 'S'}))}")


def imap(box: ImapBox) -> Iterator[Mail]:
    """The unseen mails of a folder, by UID; SendError when the server will not have us."""
    with _connected(box) as server:
        for uid in _unseen(server):
            yield Mail(f"{box.folder}:{uid}", _fetched(server, uid), partial(_flag, server, uid))


@contextmanager
def _connected(box: ImapBox) -> Iterator[imaplib.IMAP4_SSL]:
    import imaplib
    import ssl

    if not box.password:
        raise SettingsError(
            "bounces: there is no IMAP password. Set the environment variable for it."
        )
    context = box.context or ssl.create_default_context()
    try:
        server = imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=box.timeout)
    except OSError as fault:
        raise SendError(
            f"{box.host}:{box.port}: cannot be reached ({fault}). Try again later."
        ) from fault
    try:
        server.login(box.user, box.password)
        code, _ = server.select(_quoted(box.folder))
        if code != "OK":
            raise SendError(f"{box.host}: has no folder {box.folder}. Name one that is there.")
        yield server
    except (imaplib.IMAP4.error, OSError) as fault:
        raise SendError(
            f"{box.host}: the server refused ({_said(fault)}). Look at user and password."
        ) from fault
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()


def _said(fault: Exception) -> str:
    first = fault.args[0] if fault.args else fault
    return first.decode("utf-8", "replace")[:200] if isinstance(first, bytes) else str(first)[:200]


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unseen(server: imaplib.IMAP4_SSL) -> list[str]:
    code, found = server.uid("SEARCH", "UNSEEN")
    words = found[0].split() if code == "OK" and found and found[0] else []
    return [word.decode("ascii") for word in words if word.isdigit()]


def _fetched(server: imaplib.IMAP4_SSL, uid: str) -> bytes:
    """The first MiB of a mail, without marking it as seen (RFC 9051: BODY.PEEK)."""
    _, parts = server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
    return next((part[1] for part in parts if isinstance(part, tuple)), b"")


def _flag(server: imaplib.IMAP4_SSL, uid: str) -> None:
    server.uid("STORE", uid, "+FLAGS.SILENT", "(\\Seen)")
