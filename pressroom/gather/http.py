"""The one way out to the network, with its bounds: time, size, redirects, addresses.

Every connection goes to an address that was checked, not to a name that could answer
differently the second time (DNS rebinding). Content is read raw and unpacked with a limit.
"""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from pressroom.errors import FetchError
from pressroom.gather.inflate import inflate
from pressroom.gather.urls import safe
from pressroom.model import Fetched

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from pathlib import Path

    import httpx2

    from pressroom.gather.guard import Guard
    from pressroom.model import Memory, Source

MB = 1_000_000
REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5
UNMODIFIED = 304
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
)
REASONS = {
    401: "asks for a password (401).",
    403: "refuses to answer us (403).",
    404: "has nothing at this address (404). Has it moved?",
    410: "says that this address is gone for good (410).",
    429: "asks us to slow down (429). Try again later.",
}


class Http:
    """A Fetcher for `http:`, `https:` and, below `root`, `file:`.

    `timeout` is in seconds, for one source in all: name, connection, redirects and body.
    `limit` is in bytes, for the body as sent and as unpacked. No cookies, no proxy.
    """

    def __init__(
        self, root: Path, user_agent: str, timeout: float = 20, limit: int = 20 * MB
    ) -> None:
        self._root = root
        self._agent = user_agent
        self._timeout = timeout
        self._limit = limit

    def get(self, source: Source, memory: Memory) -> Fetched:
        """Fetch a source, sending its validators (RFC 9110, 13); FetchError says what is wrong."""
        if not safe(source.url, source=True):
            raise FetchError("its address is neither http, https nor file. Correct `url`.")
        if source.url.startswith("file:"):
            return self._file(source.url)
        return self._web(source, memory)

    def _file(self, url: str) -> Fetched:
        path = self._below_root(unquote(urlsplit(url).path))
        try:
            with path.open("rb") as file:
                body = file.read(self._limit + 1)
        except OSError as fault:
            raise FetchError(f"{path.name}: cannot be read ({fault.strerror}).") from None
        if len(body) > self._limit:
            raise self._too_large()
        return Fetched(url, 200, body, {})

    def _below_root(self, name: str) -> Path:
        root = self._root.resolve()
        try:
            path = (root / name).resolve()
        except (OSError, ValueError, RuntimeError):
            raise FetchError("its file: address is no path.") from None
        if not path.is_relative_to(root):
            raise FetchError("its file lies outside the newsroom. Move it below it.")
        if not path.is_file():
            raise FetchError(f"{path.name}: there is no such file. Correct `url`.")
        return path

    def _web(self, source: Source, memory: Memory) -> Fetched:
        import httpcore2

        guard = self._guard(source)
        try:
            with httpcore2.ConnectionPool(
                ssl_context=self._certificates, network_backend=guard
            ) as pool:
                return self._follow(pool, source.url, self._headers(memory), guard)
        except httpcore2.TimeoutException:
            raise FetchError(f"no answer in {self._timeout:g} s.") from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as fault:
            raise FetchError(_in_words(fault)) from None

    def _guard(self, source: Source) -> Guard:
        from pressroom.gather.guard import Guard

        return Guard(
            time.monotonic() + self._timeout,
            private_host=_address(source.url).host if source.allow_private else None,
        )

    @cached_property
    def _certificates(self) -> ssl.SSLContext:
        import httpx2

        return httpx2.create_ssl_context()

    def _headers(self, memory: Memory) -> list[tuple[str, str]]:
        wanted = {
            "User-Agent": self._agent,
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip, deflate",
            "If-None-Match": memory.etag,
            "If-Modified-Since": memory.last_modified,
        }
        return [(name, _header_value(value)) for name, value in wanted.items() if value]

    def _follow(self, pool: Any, url: str, headers: list[tuple[str, str]], guard: Guard) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            found = self._once(pool, url, headers, guard)
            if found.status not in REDIRECTS:
                return found
            url = _target(url, found.headers)
        raise FetchError(f"redirects more than {MOST_REDIRECTS} times. Correct `url`.")

    def _once(self, pool: Any, url: str, headers: list[tuple[str, str]], guard: Guard) -> Fetched:
        address = _address(url)
        sent = [("Host", address.netloc.decode("ascii")), *headers]
        with pool.stream("GET", _origin_form(address), headers=sent) as answer:
            names = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in answer.headers}
            if answer.status in (*REDIRECTS, UNMODIFIED):
                return Fetched(url, answer.status, b"", names)
            if not 200 <= answer.status < 300:  # noqa: PLR2004 - RFC 9110, 15.3: successful
                raise FetchError(REASONS.get(answer.status, f"answers {answer.status}."))
            body = self._body(answer, names, guard)
        coding = names.pop("content-encoding", "")
        return Fetched(url, answer.status, inflate(body, coding, self._limit), names)

    def _body(self, answer: Any, headers: dict[str, str], guard: Guard) -> bytes:
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > self._limit:
            raise self._too_large()
        body = bytearray()
        for piece in answer.iter_stream():
            body += piece
            if len(body) > self._limit:
                raise self._too_large()
            guard.left()
        return bytes(body)

    def _too_large(self) -> FetchError:
        return FetchError(f"is larger than {self._limit / MB:g} MB; nothing of it was read.")


def _address(url: str) -> httpx2.URL:
    import httpx2

    try:
        address = httpx2.URL(url)
    except httpx2.InvalidURL:
        raise FetchError(f"its address cannot be read: {url[:200]!r}.") from None
    if not address.host:
        raise FetchError(f"its address has no host: {url[:200]!r}.")
    return address


def _origin_form(address: httpx2.URL) -> Any:
    import httpcore2

    return httpcore2.URL(
        scheme=address.raw_scheme,
        host=address.raw_host,
        port=address.port,
        target=address.raw_path,
    )


def _target(url: str, headers: Mapping[str, str]) -> str:
    place = headers.get("location", "")
    try:
        target = urljoin(url, place)
    except ValueError:
        target = ""
    if not place or not safe(target):
        raise FetchError(f"redirects to what is no web address: {place[:200]!r}.")
    return target


def _header_value(value: str) -> str:
    """A validator comes from a stranger: no line break may pass (RFC 9110, 5.5)."""
    return "".join(c for c in value if " " <= c <= "~")


def _in_words(fault: Exception) -> str:
    text = str(fault).strip().rstrip(".") or type(fault).__name__
    return f"the connection failed ({text[:200]})."
