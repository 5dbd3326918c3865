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
    whole, rest = _member(body, limit)
    while rest.startswith(GZIP_MAGIC):
        more, rest = _member(rest, limit - len(whole))
        whole += more
    return whole


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
    found = machine.decompress(body, limit + 1)
    if len(found) > limit:
        raise FetchError(f"unpacks to more than {limit // 1_000_000} MB; nothing of it was read.")
    if not machine.eof:
        raise FetchError("its packed answer breaks off. Try again later.")
    return found, machine.unused_data
