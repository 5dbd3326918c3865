"""A web server on loopback that answers what a test tells it, and feeds to answer with."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from pressroom.gather.http import Http
from pressroom.model import Fetched, Locale, Memory, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

NOW = datetime(2025, 9, 2, 12, tzinfo=UTC)
Answer = tuple[int, dict[str, str], bytes]


class Site:
    """A server: `pages` maps a path to an answer, or to a function that writes one by hand."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer | Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_address[1]

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self) -> None:
        """Stop listening and free the port."""
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                page = site.pages[self.path]
                if callable(page):
                    page(self)
                    return
                status, headers, body = page
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Be quiet."""

        return Handler


@pytest.fixture
def site() -> Iterator[Site]:
    """A server that is closed after the test."""
    server = Site()
    yield server
    server.close()


@pytest.fixture
def http(tmp_path: Path) -> Http:
    """A fetcher with small bounds, whose newsroom is `tmp_path`."""
    return Http(tmp_path, "Pressroom-test", timeout=2)


def a_source(url: str, *, allow_private: bool = True, outlet: str = "daily") -> Source:
    """A feed source with this address."""
    return Source("daily-ai", "feed", url, outlet, Locale("en"), allow_private=allow_private)


class Canned:
    """A Fetcher that gives one body, without a network."""

    def __init__(self, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self._answer = Fetched("https://example.org/feed.xml", 200, body, headers or {})

    def get(self, source: Source, memory: Memory) -> Fetched:  # noqa: ARG002
        """Always the same answer."""
        return self._answer


def rss(*items: str, declaration: str = '<?xml version="1.0"?>') -> str:
    """An RSS 2.0 feed around `<item>` elements."""
    return f"""{declaration}
<rss version="2.0"><channel><title>T</title><link>https://example.org/</link>
{"".join(items)}</channel></rss>"""


def rss_item(n: int, title: str = "", text: str = "") -> str:
    """One item, published on 1 September 2025 at hour `n % 24`."""
    return f"""<item><title>{title or f"Title {n}"}</title>
<link>https://example.org/{n}</link><description>{text or f"Text of item {n}."}</description>
<pubDate>Mon, 01 Sep 2025 {n % 24:02}:00:00 GMT</pubDate></item>
"""
