"""Unpacking what a server packed, without letting a bomb go off.

A capped `iter_bytes` still unpacks a bomb (291 MB were measured); zlib's own `max_length`
does not (RFC 1950, 1951, 1952; HTTP content codings: RFC 9110, 8.4.1).
"""

from __future__ import annotations

import zlib

from pressroom.errors import FetchError

EITHER = zlib.MAX_WBITS | 32
"""zlib reads a gzip or a zlib header, whichever is there."""

GZIP_MAGIC = b"\x1f\x8b"

MOST_MEMBERS = 100
"""Each member copies what follows it: a million empty ones would take hours."""

PIECE = 262_144
"""Bytes unpacked at once: in one piece, zlib would hold what it unpacks twice."""


def inflate(body: bytes, coding: str, limit: int) -> bytes:
    """Undo a content coding; FetchError when it is unknown, broken, or larger than `limit`."""
    match coding.strip().lower():
        case "" | "identity":
            return body
        case "gzip" | "x-gzip" | "deflate":
            return _members(body, limit)
        case other:
            raise FetchError(f'packs its answer as "{other[:40]}", which was not asked for.')


def _members(body: bytes, limit: int) -> bytes:
    """All members of a gzip stream; what follows them is padding."""
    found: list[bytes] = []
    for _ in range(MOST_MEMBERS):
        more, body = _member(body, limit - sum(map(len, found)))
        found.append(more)
        if not body.startswith(GZIP_MAGIC):
            return b"".join(found)
    raise FetchError(f"is packed in more than {MOST_MEMBERS} parts; nothing of it was read.")


def _member(body: bytes, limit: int) -> tuple[bytes, bytes]:
    if not body:
        return b"", b""
    try:
        return _unpack(zlib.decompressobj(EITHER), body, limit)
    except zlib.error:
        return _raw(body, limit)


def _raw(body: bytes, limit: int) -> tuple[bytes, bytes]:
    """Some servers send `deflate` without its zlib header."""
    try:
        return _unpack(zlib.decompressobj(-zlib.MAX_WBITS), body, limit)
    except zlib.error:
        raise FetchError("its packed answer is damaged. Try again later.") from None


def _unpack(machine: zlib._Decompress, body: bytes, limit: int) -> tuple[bytes, bytes]:
    pieces: list[bytes] = []
    room = limit
    while piece := machine.decompress(body, PIECE):
        room -= len(piece)
        if room < 0:
            raise FetchError(
                f"unpacks to more than {limit // 1_000_000} MB; nothing of it was read."
            )
        pieces.append(piece)
        body = machine.unconsumed_tail
    if not machine.eof:
        raise FetchError("its packed answer breaks off. Try again later.")
    return b"".join(pieces), machine.unused_data
