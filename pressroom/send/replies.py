"""The server's replies (RFC 5321 4.2): cut out of the stream, bounded, and fit to be shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.store.mailing_list import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 16_384  # one reply, all its lines; RFC 5321 4.5.3.1.5 wants 512 a line
MOST_WORDS = 500

_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?", re.DOTALL)


class NonsenseError(Exception):
    """What the server said is no reply of SMTP."""


class Replies:
    """Cuts a stream of bytes into replies (RFC 5321 4.2), however it was chunked."""

    def __init__(self) -> None:
        self._rest = b""
        self._words: list[bytes] = []
        self._size = 0

    @property
    def empty(self) -> bool:
        """Whether no byte waits for the rest of its reply."""
        return not self._rest and not self._words

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Each reply that is now whole: code, and lines of words; NonsenseError at what is none."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._size += len(line) + 1
            self._bounded(self._size)
            found = _LINE.fullmatch(line.rstrip(b"\r"))
            if not found:
                raise NonsenseError(f"said no reply of SMTP ({said(line)[:80]})")
            self._words.append(found[3] or b"")
            if found[2] != b"-":
                whole, self._words, self._size = b"\n".join(self._words), [], 0
                yield int(found[1]), whole
        self._bounded(self._size + len(self._rest))

    @staticmethod
    def _bounded(size: int) -> None:
        if size > MOST_BYTES:
            raise NonsenseError(f"said over {MOST_BYTES:,} bytes in one reply")


def said(words: bytes, code: int = 0) -> str:
    """The server's words on one line and of bounded length, behind their code."""
    text = words.decode(errors="replace")
    plain = text if text.isascii() and text.isprintable() else clean(text)
    return f"{code} {plain}".strip()[:MOST_WORDS] if code else plain[:MOST_WORDS]
