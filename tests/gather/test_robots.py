"""pressroom.gather.robots, against a real server on loopback."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import FetchError
from pressroom.gather.http import Http
from pressroom.gather.pace import NotAsked, OutOfTime
from pressroom.gather.robots import LONGEST_DELAY_S, Polite, _asked, _read
from pressroom.model import Memory

from .conftest import Site, a_source

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

NOTHING = Memory()
AGENT = "pressroom/0.1 (+https://example.org/)"


@pytest.fixture
def polite(tmp_path: Path) -> Polite:
    """A polite fetcher with small bounds."""
    return Polite(Http(tmp_path, AGENT, timeout=2))


def paths(site: Site) -> list[str]:
    """What was asked for."""
    return [path for path, _ in site.asked]


def test_robots_txt_is_asked_once_a_host(site: Site, polite: Polite) -> None:
    """Two sources of a host share one question, sent with our name and contact."""
    site.pages["/robots.txt"] = (404, {}, b"")
    site.pages["/a"] = site.pages["/b"] = (200, {}, b"x")
    for path in ("/a", "/b"):
        assert polite.get(a_source(site.url(path)), NOTHING).body == b"x"
    assert paths(site) == ["/robots.txt", "/a", "/b"]
    assert site.asked[0][1]["user-agent"] == AGENT


def test_what_robots_txt_disallows_is_not_asked(site: Site, polite: Polite) -> None:
    """The longest match counts, wildcards too (RFC 9309, 2.2.2); ours before `*`."""
    site.pages["/robots.txt"] = (
        200,
        {},
        b"User-agent: *\nDisallow: /\n\nUser-agent: PressRoom\nDisallow: /no/*.xml$\nAllow: /no/yes.xml",
    )
    site.pages["/a"] = site.pages["/no/yes.xml"] = (200, {}, b"x")
    assert polite.get(a_source(site.url("/a")), NOTHING).body == b"x"
    assert polite.get(a_source(site.url("/no/yes.xml")), NOTHING).body == b"x"
    with pytest.raises(NotAsked, match=rf"robots.txt of 127.0.0.1:{site.port} asks us not to"):
        polite.get(a_source(site.url("/no/x.xml")), NOTHING)
    assert "/no/x.xml" not in paths(site)


def test_a_redirect_leads_to_no_disallowed_page(site: Site, polite: Polite) -> None:
    """Each address of a chain is held against robots.txt."""
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /no")
    site.pages["/a"] = (302, {"Location": "/no"}, b"")
    with pytest.raises(NotAsked):
        polite.get(a_source(site.url("/a")), NOTHING)
    assert paths(site) == ["/robots.txt", "/a"]


@pytest.mark.parametrize(("status", "allowed"), [(401, True), (404, True), (410, True), (429, False),
                                                 (500, False), (503, False)])  # fmt: skip
def test_a_status_says_whether_we_may(
    site: Site, polite: Polite, status: int, *, allowed: bool
) -> None:
    """4xx allows all, 5xx nothing (RFC 9309, 2.3.1), and neither does a plea to slow down."""
    site.pages["/robots.txt"] = (status, {"Retry-After": "60"}, b"")
    site.pages["/a"] = (200, {}, b"x")
    if allowed:
        assert polite.get(a_source(site.url("/a")), NOTHING).body == b"x"
        return
    with pytest.raises(FetchError, match=rf"cannot be read \({status}\)") as found:
        polite.get(a_source(site.url("/a")), NOTHING)
    assert found.value.retry_after == 60
    assert paths(site) == ["/robots.txt"]


def test_a_robots_txt_without_end_of_redirects_allows_all(site: Site, polite: Polite) -> None:
    """More redirects than five are as good as none (RFC 9309, 2.3.1.2)."""
    site.pages["/robots.txt"] = (301, {"Location": "/robots.txt"}, b"")
    site.pages["/a"] = (200, {}, b"x")
    assert polite.get(a_source(site.url("/a")), NOTHING).body == b"x"


def test_no_answer_stands_in_the_way_except_at_home(site: Site, tmp_path: Path) -> None:
    """A host that drops the question is away; one of our own network is asked all the same."""

    def drop(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    site.pages["/robots.txt"] = drop
    http = Http(tmp_path, AGENT, timeout=2)
    robots = a_source(site.url("/robots.txt"))
    _asked(http, robots, "pressroom").allow(site.url("/a"), "pressroom")
    away = _asked(
        http, a_source("http://news.invalid/robots.txt", allow_private=False), "pressroom"
    )
    with pytest.raises(FetchError, match=r"no such host|no answer"):
        away.allow("http://news.invalid/a", "pressroom")


@pytest.mark.parametrize(("delay", "seconds"), [("2", 2), ("86400", LONGEST_DELAY_S), ("x", 0)])
def test_a_crawl_delay_is_kept_within_reason(delay: str, seconds: float) -> None:
    """Seconds between two requests, thirty at most."""
    assert _read("e", f"User-agent: *\nCrawl-delay: {delay}".encode(), "pressroom").delay == seconds


def test_a_robots_txt_of_a_megabyte_is_read_in_part() -> None:
    """The first 500 KB count; nonsense is no rule."""
    rules = _read("e", b"User-agent: *\nDisallow: /a\n" + b"#" * 1_000_000, "pressroom")
    with pytest.raises(NotAsked):
        rules.allow("http://e/a", "pressroom")
    _read("e", b"<html>disallow\0\xff", "pressroom").allow("http://e/a", "pressroom")


def test_files_have_no_robots_txt(tmp_path: Path, polite: Polite) -> None:
    """A file of the newsroom is read without questions."""
    (tmp_path / "a.xml").write_bytes(b"x")
    assert polite.get(a_source("file:a.xml"), NOTHING).body == b"x"


def test_after_the_gathers_time_nothing_is_asked(site: Site, tmp_path: Path) -> None:
    """Out of time: not even robots.txt."""
    late = Polite(Http(tmp_path, AGENT), seconds=0)
    with pytest.raises(OutOfTime):
        late.get(a_source(site.url("/a")), NOTHING)
    assert site.asked == []


def test_our_own_machines_are_asked_by_all_threads_at_once(site: Site, polite: Polite) -> None:
    """allow_private: no four at once and no gap."""
    site.pages["/robots.txt"] = (404, {}, b"")
    together = threading.Barrier(5, timeout=2)

    def meet(handler: BaseHTTPRequestHandler) -> None:
        together.wait()
        handler.send_response(200)
        handler.end_headers()

    site.pages["/a"] = meet

    def ask() -> None:
        with suppress(FetchError):
            polite.get(a_source(site.url("/a")), NOTHING)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not together.broken
    assert time.monotonic() - begun < 2
