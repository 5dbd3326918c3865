"""What a picture file says of itself before its first pixel: its size, and what it tells on.

JPEG (ISO/IEC 10918-1, annex B), PNG (W3C PNG, third edition, 5) and GIF (89a, 18). Only headers
are read; the reader steps over everything else, so that a large file costs no more than a small
one. A file that lies, ends early or goes round in circles gives None or less, never a fault.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS = 4096
"""The segments or chunks that are stepped over at most."""
HEAD = 65_533
"""The longest JPEG segment; of a PNG chunk no more is read."""
PNG, GIF, JPEG = b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a"), b"\xff\xd8"
EXIF, XMP, IPTC = b"Exif\x00\x00", b"http://ns.adobe.com/xap/1.0/", b"Photoshop 3.0\x00"
FRAMES = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)))
ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
SCAN, END = 0xDA, 0xD9
TEXTS = {b"XML:com.adobe.xmp": "XMP", b"Raw profile type xmp": "XMP",
         b"Raw profile type iptc": "IPTC", b"Raw profile type exif": "EXIF",
         b"Raw profile type APP1": "EXIF"}  # fmt: skip
GPS = 0x8825
"""The tag of IFD0 that points at the position (Exif 2.32, 4.6.3)."""


@dataclass(frozen=True, slots=True)
class Header:
    """A picture's kind and size in pixels; the kinds of metadata left in it ("GPS" too)."""

    kind: str
    width: int
    height: int
    told: frozenset[str]


def read_header(path: Path) -> Header | None:
    """The header of a picture file; None where it is no JPEG, PNG or GIF, or ends too early."""
    try:
        with path.open("rb") as file:
            return _header(file)
    except OSError:
        return None


def _header(file: BinaryIO) -> Header | None:
    start = file.read(10)
    if start.startswith(JPEG):
        return _jpeg(file)
    if start.startswith(PNG):
        return _png(file)
    if start.startswith(GIF) and len(start) == 10:  # noqa: PLR2004 - 6 of magic, 4 of size
        width, height = struct.unpack("<HH", start[6:])
        return Header("GIF", width, height, frozenset())
    return None


# --- JPEG ---


def _jpeg(file: BinaryIO) -> Header | None:
    size, told = None, set[str]()
    for mark, body in _segments(file):
        if mark in FRAMES and len(body) >= 5:  # noqa: PLR2004 - precision, height, width
            size = struct.unpack(">HH", body[1:5])
        told |= _told_jpeg(mark, body)
    return Header("JPEG", size[1], size[0], frozenset(told)) if size else None


def _segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    file.seek(len(JPEG))
    for _ in range(PARTS):
        mark = _mark(file)
        if mark in {-1, SCAN, END}:
            return
        if mark in ALONE:
            continue
        length = int.from_bytes(file.read(2), "big")
        yield mark, file.read(max(0, length - 2))


def _mark(file: BinaryIO) -> int:
    """The next marker, fill bytes skipped (B.1.1.2); -1 where there is none."""
    if file.read(1) != b"\xff":
        return -1
    for _ in range(PARTS):
        byte = file.read(1)
        if byte != b"\xff":
            return byte[0] if byte else -1
    return -1


def _told_jpeg(mark: int, body: bytes) -> set[str]:
    if mark == 0xE1 and body.startswith(EXIF):  # noqa: PLR2004 - APP1
        return told_exif(body[len(EXIF) :])
    if mark == 0xE1 and body.startswith(XMP):  # noqa: PLR2004 - APP1
        return {"XMP"}
    return {"IPTC"} if mark == 0xED and body.startswith(IPTC) else set()  # noqa: PLR2004 - APP13


# --- PNG ---


def _png(file: BinaryIO) -> Header | None:
    size, told = None, set[str]()
    for kind, body in _chunks(file):
        if kind == b"IHDR" and len(body) >= 8:  # noqa: PLR2004 - width, height
            size = struct.unpack(">II", body[:8])
        elif kind == b"eXIf":
            told |= told_exif(body)
        elif kind in {b"tEXt", b"zTXt", b"iTXt"}:
            told.add(TEXTS.get(body.partition(b"\0")[0], ""))
    return Header("PNG", size[0], size[1], frozenset(told - {""})) if size else None


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    file.seek(len(PNG))
    for _ in range(PARTS):
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IEND":  # noqa: PLR2004 - length, kind
            return
        length = int.from_bytes(head[:4], "big")
        body = file.read(min(length, HEAD)) if head[4:] != b"IDAT" else b""
        file.seek(length - len(body) + 4, 1)
        yield head[4:], body


# --- EXIF ---


def told_exif(tiff: bytes) -> set[str]:
    """`EXIF`, and `GPS` where the first directory points at a position (TIFF 6.0, 2)."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:  # noqa: PLR2004 - the TIFF header
        return {"EXIF"}
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    if start + 2 > len(tiff):
        return {"EXIF"}
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    entries = tiff[start + 2 : start + 2 + 12 * count]
    tags = {
        tag for (tag,) in struct.iter_unpack(f"{order}H10x", entries[: len(entries) // 12 * 12])
    }
    return {"EXIF", "GPS"} if GPS in tags else {"EXIF"}
