"""The one way out to the network, with its bounds: time, size, redirects, addresses.

Every connection goes to an address that was checked, not to a name that could answer
differently the second time (DNS rebinding). Content is read raw and unpacked with a limit.
Answers are read by the standard library's HTTPResponse: a request by httpcore takes five times
the processor time and its import a quarter of a second (docs/decisions/httpx2.md).
"""

from __future__ import annotations

import http.client
import ssl
import time
from contextlib import nullcontext
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

from pressroom.errors import FetchError
from pressroom.gather.guard import Guard
from pressroom.gather.inflate import inflate
from pressroom.gather.urls import safe
from pressroom.model import Fetched, Hop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pressroom.gather.guard import Line
    from pressroom.model import Memory, Source

MB = 1_000_000
PIECE = 65_536
REDIRECTS = (301, 302, 303, 307, 308)
PERMANENT = (301, 308)
MOST_REDIRECTS = 5
UNMODIFIED = 304
LONGEST_WAIT_S = 7 * 24 * 3600.0
PORTS = {"http": 80, "https": 443}
RESERVED = "%/?:@!$&'()*+,;=~-._[]|"
"""Characters of a path or query that are sent as they stand (RFC 3986, 2.2 and 2.3)."""

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
)
REASONS = {
    401: "asks for a password (401).",
    403: "refuses to answer us (403).",
    404: "has nothing at this address (404). Has it moved?",
    410: "says it is gone for good (410). Set on = false or correct `url`.",
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
        self.root = root
        self.user_agent = user_agent
        self._timeout = timeout
        self._limit = limit

    def get(
        self,
        source: Source,
        memory: Memory,
        gate: Callable[[str], AbstractContextManager[object]] = nullcontext,
    ) -> Fetched:
        """Fetch a source, sending its validators (RFC 9110, 13); FetchError says what is wrong.

        Where it has moved for good, the new address is asked. `gate` is entered before each
        address, redirects too; the time it takes does not count.
        """
        url = memory.moved or source.url
        if not safe(url, source=True):
            raise FetchError("its address is neither http, https nor file. Correct `url`.")
        if url.startswith("file:"):
            return self._file(url)
        return self._web(url, source, memory, gate)

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
        root = self.root.resolve()
        try:
            path = (root / name).resolve()
        except (OSError, ValueError, RuntimeError):
            raise FetchError("its file: address is no path.") from None
        if not path.is_relative_to(root):
            raise FetchError("its file lies outside the newsroom. Move it below it.")
        if not path.is_file():
            raise FetchError(f"{path.name}: there is no such file. Correct `url`.")
        return path

    def _web(
        self,
        url: str,
        source: Source,
        memory: Memory,
        gate: Callable[[str], AbstractContextManager[object]],
    ) -> Fetched:
        guard = Guard(self._timeout, place(source.url).host if source.allow_private else "")
        try:
            return self._follow(url, self._headers(memory), guard, gate)
        except TimeoutError:
            raise FetchError(f"no answer in {self._timeout:g} s.") from None
        except (http.client.HTTPException, OSError, ValueError) as fault:
            raise FetchError(f"the connection failed ({_in_words(fault)}).") from None

    def _headers(self, memory: Memory) -> list[tuple[str, str]]:
        wanted = {
            "User-Agent": self.user_agent,
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
            "If-None-Match": memory.etag,
            "If-Modified-Since": memory.last_modified,
        }
        return [(name, _header_value(value)) for name, value in wanted.items() if value]

    def _follow(
        self,
        url: str,
        headers: list[tuple[str, str]],
        guard: Guard,
        gate: Callable[[str], AbstractContextManager[object]],
    ) -> Fetched:
        hops: list[Hop] = []
        for _ in range(MOST_REDIRECTS + 1):
            begun = time.monotonic()
            with gate(url):
                guard.forgive(time.monotonic() - begun)
                found = self._once(url, headers, guard)
            if found.status not in REDIRECTS:
                return found._replace(hops=tuple(hops))
            hops.append(Hop(url, found.status, _target(url, found.headers)))
            url = hops[-1].to
        raise FetchError(
            f"redirects more than {MOST_REDIRECTS} times. Correct `url`.", status=hops[-1].status
        )

    def _once(self, url: str, headers: list[tuple[str, str]], guard: Guard) -> Fetched:
        where = place(url)
        tls = self._certificates if where.scheme == "https" else None
        with guard.connect(where.host, where.port, tls) as line:
            line.sendall(_request(where, headers))
            answer = _begun(line)
            try:
                return self._read(url, answer, guard)
            finally:
                answer.close()

    @cached_property
    def _certificates(self) -> ssl.SSLContext:
        """Made only once a source is https: it takes the certificates of the whole world."""
        import httpx2

        return httpx2.create_ssl_context()

    def _read(self, url: str, answer: http.client.HTTPResponse, guard: Guard) -> Fetched:
        names = {name.lower(): value for name, value in answer.getheaders()}
        if answer.status in (*REDIRECTS, UNMODIFIED):
            return Fetched(url, answer.status, b"", names)
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - RFC 9110, 15.3: successful
            words = REASONS.get(answer.status, f"answers {answer.status}. Try again later.")
            raise FetchError(words, status=answer.status, retry_after=_wait(names))
        coding = names.pop("content-encoding", "")
        body = inflate(self._body(answer, guard), coding, self._limit)
        return Fetched(url, answer.status, body, names)

    def _body(self, answer: http.client.HTTPResponse, guard: Guard) -> bytes:
        if (answer.length or 0) > self._limit:
            raise self._too_large()
        pieces: list[bytes] = []
        room = self._limit
        while piece := answer.read(PIECE):
            pieces.append(piece)
            room -= len(piece)
            if room < 0:
                raise self._too_large()
            guard.left()
        if answer.length:
            raise http.client.IncompleteRead(b"", answer.length)
        return b"".join(pieces)

    def _too_large(self) -> FetchError:
        return FetchError(f"is larger than {self._limit / MB:g} MB; nothing of it was read.")


class Place(NamedTuple):
    """An address as a request needs it: the host in ASCII, the target in origin form."""

    scheme: str
    host: str
    port: int
    netloc: str
    target: str


def place(url: str) -> Place:
    """Take an http(s) address apart (RFC 3986; hosts by IDNA 2008); FetchError if it is none."""
    try:
        parts = urlsplit(url)
        host = _ascii_host(parts.hostname or "")
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise FetchError(f"its address cannot be read: {url[:200]!r}. Correct `url`.") from None
    name = f"[{host}]" if ":" in host else host
    netloc = name if port == PORTS[parts.scheme] else f"{name}:{port}"
    query = f"?{parts.query}" if parts.query else ""
    target = quote((parts.path or "/") + query, RESERVED, errors="replace")
    return Place(parts.scheme, host, port, netloc, target)


def _ascii_host(host: str) -> str:
    host = host.rstrip(".")
    if not host.isascii():
        import idna

        host = idna.encode(host, uts46=True).decode("ascii")
    if not host or not set(host) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-_:"):
        raise ValueError(host)
    return host


def moved(hops: Iterable[Hop]) -> str:
    """Where a source has moved for good: as far as redirects are permanent from the start.

    RFC 9110, 15.4.2 and 15.4.9. Empty when the first is not, or when there is none; a chain
    that ends in a temporary redirect says nothing, since its address may change again.
    """
    known = list(hops)
    return known[-1].to if known and all(hop.status in PERMANENT for hop in known) else ""


def _request(where: Place, headers: list[tuple[str, str]]) -> bytes:
    lines = [f"GET {where.target} HTTP/1.1", f"Host: {where.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def _begun(line: Line) -> http.client.HTTPResponse:
    answer = http.client.HTTPResponse(line, method="GET")  # type: ignore[arg-type] # it asks for makefile() alone
    try:
        answer.begin()
    except BaseException:
        answer.close()
        raise
    return answer


def _target(url: str, headers: Mapping[str, str]) -> str:
    where = headers.get("location", "")
    try:
        target = urljoin(url, where)
    except ValueError:
        target = ""
    if not where or not safe(target):
        raise FetchError(f"redirects to what is no web address: {where[:200]!r}.")
    return target


def _wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that Retry-After asks for, as a number or a date (RFC 9110, 10.2.3); 7 days at most.

    A date counts from the server's own `Date`, so that neither clock needs to be right.
    """
    asked = headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return min(float(asked[:20]), LONGEST_WAIT_S)
    until = http_date(asked)
    if until is None:
        return None
    begun = http_date(headers.get("date", ""))
    return min(max(until - (time.time() if begun is None else begun), 0), LONGEST_WAIT_S)


def http_date(text: str) -> float | None:
    """The POSIX time of an HTTP date (RFC 9110, 5.6.7); None if it is none."""
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _header_value(value: str) -> str:
    """A validator comes from a stranger: no line break may pass (RFC 9110, 5.5)."""
    return "".join(c for c in value if " " <= c <= "~")


def _in_words(fault: Exception) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted: {fault.verify_message}"
    if isinstance(fault, http.client.IncompleteRead):
        return "its answer breaks off"
    words = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
    return words.strip().rstrip(".")[:200] or type(fault).__name__
