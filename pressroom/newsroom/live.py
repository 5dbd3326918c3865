"""Asks the live archive for what a mail links to, before the first reader can.

A page or picture that does not answer 200, or not with our bytes, holds the send: a mail
cannot be taken back.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from pressroom.model import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable

AT_ONCE, MOST_BYTES = 8, 20_000_000
AGENT = "pressroom (checks its own archive before a send)"


class Ask(NamedTuple):
    """An address that must answer; `sha256` is that of the bytes, or nothing where any will do."""

    url: str
    sha256: str = ""


def faults(asks: Iterable[Ask], timeout: float = 15) -> list[str]:
    """In words, what does not answer as it should; a few at a time, each within `timeout` s."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [fault for fault in pool.map(lambda ask: _fault(ask, timeout), asks) if fault]


def _fault(ask: Ask, timeout: float) -> str:
    import httpx2

    try:
        with (
            httpx2.Client(timeout=timeout, follow_redirects=True) as client,
            client.stream("GET", ask.url, headers={"User-Agent": AGENT}) as answer,
        ):
            if answer.status_code != httpx2.codes.OK:
                return f"{ask.url}: answers {answer.status_code}"
            body = _body(answer.iter_bytes()) if ask.sha256 else b""
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as fault:
        return f"{ask.url}: does not answer ({str(fault) or type(fault).__name__})"
    if ask.sha256 and sha256(body) != ask.sha256:
        return f"{ask.url}: is not what `build` makes. Publish it: pressroom publish"
    return ""


def _body(chunks: Iterable[bytes]) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > MOST_BYTES:
            break
    return bytes(body)
