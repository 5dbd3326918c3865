"""WARC 1.1 records (ISO 28500:2017), each a gzip member of its own: packing, walking, reading.

An answer over HTTP is a `response` record; a file, or what a person pasted (status 0), is a
`resource`. The body is kept as it was unpacked, so the three headers that speak of its transfer
are kept under another name.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import re
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pressroom.errors import StoreError
from pressroom.model import Fetched, Hop, sha256

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MB = 1_000_000
LARGEST = 64 * MB
"""Bytes of one record unpacked; the largest body that is fetched is a third of it."""

PIECE = 256 * 1024
VERSION = "WARC/1.1"
GZIP = zlib.MAX_WBITS | 16
MAGIC = b"\x1f\x8b\x08"
BEFORE = "Pressroom-Before"
TEXT = "Pressroom-Text-Digest"
HOPS = "Pressroom-Redirects"
ORIGINAL = "x-archive-orig-"
TRANSFER = ("content-encoding", "content-length", "transfer-encoding")
HTTP = ("http:", "https:")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
UNFIT = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff<>]")


class DamageError(StoreError):
    """A file that holds no whole record at `offset`.

    `unfinished`: it merely ends too soon; `last`: no whole record follows.
    """

    def __init__(self, message: str, offset: int = 0, *, unfinished: bool = False) -> None:
        super().__init__(message)
        self.offset = offset
        self.unfinished = unfinished
        self.last = True


@dataclass(frozen=True, slots=True)
class Member:
    """One gzip member of a file: where it stands, the SHA-256 of its bytes, what is in it."""

    offset: int
    length: int
    sha256: str
    block: bytes

    @property
    def end(self) -> int:
        """The offset of the first byte after it."""
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it is read back; `faults` says which of its digests are wrong."""

    type: str
    id: str
    url: str
    time: datetime
    before: str
    text_sha256: str
    status: int
    headers: Mapping[str, str]
    hops: tuple[Hop, ...]
    body: bytes = field(repr=False)
    faults: tuple[str, ...]


def answer(found: Fetched, time: datetime, name: str, text: str, before: str) -> bytes:
    """An answer as one gzip member; `name` is its record id, `text` and `before` SHA-256 in hex."""
    web = found.status > 0 and found.url.lower().startswith(HTTP)
    fields = [
        ("WARC-Type", "response" if web else "resource"),
        ("WARC-Record-ID", f"<{name}>"),
        ("WARC-Date", stamp(time)),
        ("WARC-Target-URI", address(found.url)),
        ("WARC-Payload-Digest", f"sha256:{sha256(found.body)}"),
        (BEFORE, f"sha256:{before}"),
    ]
    if text:
        fields.append((TEXT, f"sha256:{text}"))
    if found.hops:
        fields.append((HOPS, json.dumps(found.hops)))
    kind = "" if web else _clean(found.headers.get("content-type", "application/octet-stream"))
    return _pack(fields, found.body, http=_http(found) if web else None, kind=kind)


def information(name: str, time: datetime, lines: Mapping[str, str], before: str) -> bytes:
    """A `warcinfo` record with these lines as one gzip member."""
    fields = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", f"<{name}>"),
        ("WARC-Date", stamp(time)),
    ]
    if before:
        fields.append((BEFORE, f"sha256:{before}"))
    body = "".join(f"{key}: {value}\r\n" for key, value in lines.items())
    return _pack(fields, body.encode(), kind="application/warc-fields")


def stamp(time: datetime) -> str:
    """A time in UTC, as WARC-Date has it."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def address(url: str) -> str:
    """An address that fits on one line of a header: what does not is written as %XX."""
    return UNFIT.sub(lambda found: _percent(found.group()), url)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def _clean(value: str) -> str:
    return CONTROL.sub(" ", value).strip()


def _http(found: Fetched) -> list[tuple[str, str]]:
    """The status line as the first pair, then the headers."""
    status = f"{found.status} {_phrase(found.status)}".strip()
    kept = [(_kept_name(name), _clean(value)) for name, value in found.headers.items()]
    fit = [(name, value) for name, value in kept if TOKEN.fullmatch(name)]
    return [("", status), *fit, ("content-length", str(len(found.body)))]


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else ""


def _kept_name(name: str) -> str:
    name = name.lower()
    return ORIGINAL + name if name in TRANSFER else name


def _pack(
    fields: list[tuple[str, str]],
    body: bytes,
    *,
    http: list[tuple[str, str]] | None = None,
    kind: str = "",
) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version=VERSION)
    head = http and StatusAndHeaders(http[0][1], http[1:], protocol="HTTP/1.1")
    record = writer.create_warc_record(
        "",
        fields[0][1],
        payload=BytesIO(body),
        length=len(body),
        warc_content_type=kind,
        warc_headers=StatusAndHeaders("", fields, protocol=VERSION),
        http_headers=head,
    )
    writer.write_record(record)
    return out.getvalue()


def members(path: Path, start: int = 0) -> Iterator[Member]:
    """The members of a file from an offset on, one in memory at a time.

    Raises DamageError where what stands at an offset is no whole member.
    """
    with path.open("rb") as file:
        file.seek(start)
        data = b""
        while data := data or file.read(PIECE):
            found, data = _member(path, start, data, file)
            yield found
            start = found.end


def _member(path: Path, offset: int, data: bytes, file: Any) -> tuple[Member, bytes]:
    """The member that `data` begins, read on as far as it goes; and what was read beyond it."""
    unpack = zlib.decompressobj(GZIP)
    digest = hashlib.sha256()
    block = bytearray()
    length = 0
    while data:
        try:
            block += unpack.decompress(data, LARGEST - len(block) + 1)
        except zlib.error:
            raise DamageError(f"{path}: no record can be read at byte {offset}.", offset) from None
        if len(block) > LARGEST:
            raise DamageError(f"{path}: the record at byte {offset} is too large.", offset)
        used = len(data) - len(unpack.unused_data) - len(unpack.unconsumed_tail)
        digest.update(data[:used])
        length += used
        if unpack.eof:
            return Member(offset, length, digest.hexdigest(), bytes(block)), unpack.unused_data
        data = unpack.unconsumed_tail or file.read(PIECE)
    raise DamageError(
        f"{path}: the record at byte {offset} is unfinished.", offset, unfinished=True
    )


def unpacked(data: bytes) -> bytes:
    """What is in one gzip member, up to LARGEST; DamageError where it is none."""
    try:
        return zlib.decompressobj(GZIP).decompress(data, LARGEST)
    except zlib.error as fault:
        raise DamageError(f"not a record that can be read ({fault}).") from None


def next_whole(path: Path, start: int) -> int | None:
    """The offset of the first whole record at or after `start`; None where there is none."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        while (start := data.find(MAGIC, start)) >= 0:
            if _begins(data[start : start + PIECE]) and _is_whole(path, start):
                return start
            start += 1
    return None


def _begins(data: bytes) -> bool:
    try:
        return zlib.decompressobj(GZIP).decompress(data, 5) == b"WARC/"
    except zlib.error:
        return False


def _is_whole(path: Path, start: int) -> bool:
    try:
        return next(members(path, start), None) is not None
    except DamageError:
        return False


def parse(block: bytes) -> Record:
    """Read one unpacked record and check its digests; DamageError where it is none of ours."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        record = next(ArchiveIterator(BytesIO(block), check_digests=True))
        return _record(record, record.raw_stream.read())
    except (ArchiveLoadFailed, StopIteration, EOFError, ValueError, TypeError, AttributeError) as e:
        raise DamageError(f"not a record that can be read ({type(e).__name__}).") from None


def _record(record: Any, body: bytes) -> Record:
    fields = record.rec_headers
    digest = fields.get_header("WARC-Payload-Digest", "")
    faults = [str(problem) for problem in record.digest_checker.problems]
    if digest.startswith("sha256:") and _hex(digest) != sha256(body):
        faults.append("its body is not the one that was kept")
    return Record(
        type=fields.get_header("WARC-Type", ""),
        id=fields.get_header("WARC-Record-ID", "").strip("<>"),
        url=fields.get_header("WARC-Target-URI", ""),
        time=datetime.fromisoformat(fields.get_header("WARC-Date")),
        before=_hex(fields.get_header(BEFORE, "")),
        text_sha256=_hex(fields.get_header(TEXT, "")),
        status=int(record.http_headers.get_statuscode()) if record.http_headers else 0,
        headers=_headers(record),
        hops=tuple(Hop(*hop) for hop in json.loads(fields.get_header(HOPS, "[]"))),
        body=body,
        faults=tuple(dict.fromkeys(faults)),
    )


def _hex(digest: str) -> str:
    return digest.removeprefix("sha256:")


def _headers(record: Any) -> dict[str, str]:
    if not record.http_headers:
        kind = record.rec_headers.get_header("Content-Type", "")
        return {"content-type": kind} if kind else {}
    pairs = [(name.lower(), value) for name, value in record.http_headers.headers]
    return {name.removeprefix(ORIGINAL): value for name, value in pairs if name not in TRANSFER}
