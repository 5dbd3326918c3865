"""What a browser sent, as a value: bounded in size and time, and refused when it is not text."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

MOST_BODY, MOST_QUERY, MOST_FIELDS, MOST_FIELD = 65_536, 4_096, 20, 2_000
PATIENCE = 15
"""Seconds within which a body must have come."""

_BOUNDARY = re.compile(r'boundary="?([^\s";]{1,70})', re.IGNORECASE)
_NAME = re.compile(rb'content-disposition:[^\r\n]*?[;\s]name="?([^"\r\n;]{1,100})', re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Refused(Exception):  # noqa: N818 - an answer, not a fault of ours
    """A request that cannot be read; `status` is the answer (RFC 9110 15.5)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as pages see it: no headers but those that count, all of it text."""

    method: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    client: str
    languages: str
    is_foreign: bool

    @property
    def token(self) -> str:
        """The token of the link, from the address or the form."""
        return self.query.get("t") or self.form.get("t") or ""


def query(raw: bytes) -> dict[str, str]:
    """The fields of a query string; Refused(400) for what is not text."""
    if len(raw) > MOST_QUERY:
        raise Refused(400)
    return _fields(raw)


async def form(request: Request) -> dict[str, str]:
    """The fields of a body, whichever way a form or a mail provider (RFC 8058) encodes them."""
    return fields(await _body(request), request.headers.get("content-type", ""))


def fields(body: bytes, kind: str) -> dict[str, str]:
    """The fields of a body by its content type; Refused(400) for what is not text."""
    if kind.lower().startswith("multipart/form-data"):
        return _parts(body, kind)
    return _fields(body)


async def _body(request: Request) -> bytes:
    if int(_number(request.headers.get("content-length", "0"))) > MOST_BODY:
        raise Refused(413)
    try:
        return await asyncio.wait_for(_read(request), PATIENCE)
    except TimeoutError:
        raise Refused(408) from None


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            raise Refused(413)
    return bytes(body)


def _number(words: str) -> str:
    return words if words.isascii() and words.isdecimal() and len(words) < 10 else "0"  # noqa: PLR2004 - the server has read it too


def _fields(raw: bytes) -> dict[str, str]:
    try:
        found = parse_qsl(
            raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise Refused(400) from None
    return _checked(found)


def _parts(body: bytes, kind: str) -> dict[str, str]:
    """The plain fields of multipart/form-data (RFC 7578); files are no business of ours."""
    boundary = _BOUNDARY.search(kind)
    if not boundary or not boundary[1].isascii():
        raise Refused(400)
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())
    if len(pieces) > MOST_FIELDS + 2:
        raise Refused(400)
    try:
        return _checked([pair for piece in pieces[1:] if (pair := _part(piece))])
    except ValueError:
        raise Refused(400) from None


def _part(piece: bytes) -> tuple[str, str] | None:
    head, blank, value = piece.partition(b"\r\n\r\n")
    name = _NAME.search(head)
    return (name[1].decode(), value.decode()) if blank and name else None


def _checked(fields: list[tuple[str, str]]) -> dict[str, str]:
    """The first of each name; controls and lone surrogates cannot have been typed."""
    if any(_CONTROL.search(words) or len(words) > MOST_FIELD for pair in fields for words in pair):
        raise Refused(400)
    return dict(reversed(fields))
