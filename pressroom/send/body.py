"""Bodies as quoted-printable (RFC 2045, 6.7), encoded once, with holes for what differs.

Every line is ASCII, at most 76 bytes, ends in CRLF, and begins neither with a dot (SMTP
doubles it, and some software forgets to) nor with `From ` (mbox puts a `>` before it).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

LINE = 75
"""76 with the "=" of a soft break."""

_UNSAFE = re.compile(rb"[^\t -<>-~]|[\t ]\Z")
_ENDS = re.compile(rb"\r\n?")
_GUARDS = ((b".", b"=2E"), (b"From ", b"=46"))


class Holed(NamedTuple):
    """Encoded bytes; every second piece is empty, to be filled with what `holes` counts up."""

    pieces: list[bytes]
    holes: list[int]

    def filled(self, fill: list[bytes]) -> list[bytes]:
        """The pieces with these bytes, one a hole, between them."""
        pieces = self.pieces.copy()
        pieces[1::2] = fill
        return pieces


def quoted(line: bytes) -> bytes:
    """One line as quoted-printable, not yet folded.

    >>> quoted("é = ".encode())
    b'=C3=A9 =3D=20'
    """
    return _UNSAFE.sub(lambda found: b"=%02X" % found[0][0], line)


def folded(line: bytes) -> bytes:
    """A quoted line with soft breaks: at most 76 bytes each, no `=XX` torn apart."""
    pieces, at = [], 0
    while True:
        guard = _guard(line, at)
        begin, end = at + bool(guard), at + bool(guard) + LINE - len(guard)
        if end >= len(line):
            pieces.append(guard + line[begin:])
            return b"=\r\n".join(pieces)
        torn = line.rfind(b"=", end - 2, end)
        at = torn if torn >= 0 else end
        pieces.append(guard + line[begin:at])


def encoded(body: bytes, holes: Sequence[bytes] = ()) -> Holed:
    """A body, cut at the holes; CR and CRLF in it are line ends like LF."""
    pattern = b"|".join(map(re.escape, holes))
    body = _ENDS.sub(b"\n", body)
    cut = re.split(b"(" + pattern + b")", body) if holes else [body]
    last = len(cut) - 1
    pieces = [
        b"" if n % 2 else _segment(piece, after=n > 0, before=n < last)
        for n, piece in enumerate(cut)
    ]
    return Holed(pieces, [holes.index(piece) for piece in cut[1::2]])


def alternatives(text: Holed, page: Holed, boundary: str, holes: int = 0) -> Holed:
    """Text and HTML as the two parts of multipart/alternative (RFC 2046, 5.1.4).

    The holes of the HTML count from `holes` on.
    """
    seam = b"%b\r\n%b%b" % (text.pieces[-1], _part(boundary, "html"), page.pieces[0])
    pieces = [*text.pieces[:-1], seam, *page.pieces[1:]]
    pieces[0] = _part(boundary, "plain") + pieces[0]
    pieces[-1] += f"\r\n--{boundary}--\r\n".encode()
    return Holed(pieces, [*text.holes, *(hole + holes for hole in page.holes)])


def plain_fields() -> tuple[str, ...]:
    """The header fields of a body that is text alone."""
    return ("MIME-Version: 1.0\r\n", *_kind("plain"))


def alternative_fields(boundary: str) -> tuple[str, ...]:
    """The header fields of `alternatives`."""
    kind = f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n'
    return ("MIME-Version: 1.0\r\n", kind)


def _kind(kind: str) -> tuple[str, str]:
    return (
        f"Content-Type: text/{kind}; charset=utf-8\r\n",
        "Content-Transfer-Encoding: quoted-printable\r\n",
    )


def _part(boundary: str, kind: str) -> bytes:
    return f"--{boundary}\r\n{''.join(_kind(kind))}\r\n".encode()


def _guard(line: bytes, at: int) -> bytes:
    return next((safe for start, safe in _GUARDS if line.startswith(start, at)), b"")


def _segment(piece: bytes, *, after: bool, before: bool) -> bytes:
    """One stretch; `after` a hole and `before` one, soft breaks keep its lines apart."""
    data = b"\r\n".join(folded(quoted(line)) for line in piece.split(b"\n"))
    start = b"=\r\n" if after and (data or before) else b""
    end = b"=\r\n" if before and data and not data.endswith(b"\r\n") else b""
    return start + data + end
