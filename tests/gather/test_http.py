"""pressroom.gather.http, guard and inflate, against a real server on loopback."""

from __future__ import annotations

import gzip
import ipaddress
import os
import time
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import FetchError
from pressroom.gather.guard import is_public
from pressroom.gather.http import Http
from pressroom.gather.inflate import inflate
from pressroom.model import Memory

from .conftest import Site, a_source

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

NOTHING = Memory()


class TestWeb:
    """Answers over HTTP."""

    def test_a_page_comes_with_its_lower_case_headers(self, site: Site, http: Http) -> None:
        """Body, final address, status and headers are handed on; the agent is named."""
        site.pages["/f"] = (200, {"ETag": '"1"', "Content-Type": "text/xml"}, b"<rss/>")
        found = http.get(a_source(site.url("/f")), NOTHING)
        assert (found.url, found.status, found.body) == (site.url("/f"), 200, b"<rss/>")
        assert found.headers["etag"] == '"1"'
        assert site.asked[0][1]["user-agent"] == "Pressroom-test"
        assert site.asked[0][1]["host"] == f"127.0.0.1:{site.port}"

    def test_validators_are_sent_and_304_has_no_body(self, site: Site, http: Http) -> None:
        """A remembered ETag and date go out as they came; the server may say: unchanged."""
        site.pages["/f"] = (304, {}, b"")
        memory = Memory(etag='W/"a"', last_modified="Mon, 01 Sep 2025 00:00:00 GMT")
        found = http.get(a_source(site.url("/f")), memory)
        assert (found.status, found.body) == (304, b"")
        sent = site.asked[0][1]
        assert sent["if-none-match"] == 'W/"a"'
        assert sent["if-modified-since"] == "Mon, 01 Sep 2025 00:00:00 GMT"

    def test_a_validator_cannot_smuggle_a_header(self, site: Site, http: Http) -> None:
        """Line breaks in a remembered ETag do not become a header of their own."""
        site.pages["/f"] = (200, {}, b"x")
        http.get(a_source(site.url("/f")), Memory(etag='"1"\r\nX-Evil: 1'))
        assert "x-evil" not in site.asked[0][1]

    @pytest.mark.parametrize("coding", ["gzip", "deflate", "raw-deflate"])
    def test_packed_answers_are_unpacked(self, site: Site, http: Http, coding: str) -> None:
        """gzip, deflate, and deflate without its header give the same bytes."""
        raw = zlib.compressobj(wbits=-15)
        packed = {
            "gzip": gzip.compress(b"body"),
            "deflate": zlib.compress(b"body"),
            "raw-deflate": raw.compress(b"body") + raw.flush(),
        }[coding]
        site.pages["/f"] = (200, {"Content-Encoding": coding.removeprefix("raw-")}, packed)
        assert http.get(a_source(site.url("/f")), NOTHING).body == b"body"

    @pytest.mark.parametrize(("status", "words"), [(404, "404"), (410, "gone"), (503, "503")])
    def test_a_refusal_is_a_plain_sentence(
        self, site: Site, http: Http, status: int, words: str
    ) -> None:
        """A status other than success says what it means."""
        site.pages["/f"] = (status, {}, b"no")
        with pytest.raises(FetchError, match=words):
            http.get(a_source(site.url("/f")), NOTHING)

    def test_a_port_where_nobody_listens_is_a_fault(self, site: Site, http: Http) -> None:
        """A refused connection is a sentence, not a traceback."""
        url = site.url("/f")
        site.close()
        with pytest.raises(FetchError, match="connection failed"):
            http.get(a_source(url), NOTHING)

    def test_an_unknown_host_is_a_fault(self, http: Http) -> None:
        """A name that does not resolve says so (RFC 2606: `.invalid`)."""
        with pytest.raises(FetchError, match=r"no such host|no answer"):
            http.get(a_source("http://news.invalid/"), NOTHING)

    @pytest.mark.parametrize("url", ["http://", "http://[::1", "gopher://e.org/", "http://a:1:2/"])
    def test_a_malformed_address_is_a_fault(self, http: Http, url: str) -> None:
        """What is no web address is refused before anything is sent."""
        with pytest.raises(FetchError):
            http.get(a_source(url), NOTHING)


class TestRedirects:
    """Where an answer points elsewhere."""

    def test_redirects_are_followed_to_the_final_address(self, site: Site, http: Http) -> None:
        """A relative Location is joined; the address that answered is reported."""
        site.pages["/a"] = (302, {"Location": "b?x=1"}, b"")
        site.pages["/b?x=1"] = (200, {}, b"here")
        found = http.get(a_source(site.url("/a")), NOTHING)
        assert (found.url, found.body) == (site.url("/b?x=1"), b"here")

    def test_a_loop_ends(self, site: Site, http: Http) -> None:
        """Six redirects are too many."""
        site.pages["/a"] = (301, {"Location": "/a"}, b"")
        with pytest.raises(FetchError, match="more than 5"):
            http.get(a_source(site.url("/a")), NOTHING)
        assert len(site.asked) == 6

    @pytest.mark.parametrize(
        "target",
        ["http://169.254.169.254/latest/", "http://127.0.0.2/", "http://[::1]/", "http://10.0.0.1/",
         "http://[::ffff:10.0.0.1]/", "http://0x0a000001/"],
    )  # fmt: skip
    def test_no_redirect_leads_to_a_private_address(
        self, site: Site, http: Http, target: str
    ) -> None:
        """Even a source that may be private leads to no private address but its own."""
        site.pages["/a"] = (302, {"Location": target}, b"")
        with pytest.raises(FetchError, match=r"private address|no such host"):
            http.get(a_source(site.url("/a")), NOTHING)

    @pytest.mark.parametrize("target", ["file:///etc/passwd", "javascript:1", ""])
    def test_a_redirect_to_no_web_address_is_refused(
        self, site: Site, http: Http, target: str
    ) -> None:
        """A redirect cannot reach a file."""
        site.pages["/a"] = (302, {"Location": target}, b"")
        with pytest.raises(FetchError, match="no web address"):
            http.get(a_source(site.url("/a")), NOTHING)

    def test_a_private_source_must_be_allowed(self, site: Site, http: Http) -> None:
        """Without allow_private nothing is sent to this machine."""
        site.pages["/a"] = (200, {}, b"secret")
        with pytest.raises(FetchError, match="allow_private"):
            http.get(a_source(site.url("/a"), allow_private=False), NOTHING)
        assert site.asked == []


class TestBounds:
    """Size and time."""

    def test_a_bomb_is_refused_in_bounded_memory(self, site: Site, tmp_path: Path) -> None:
        """A gzip body of 300 MB is refused having unpacked no more than the limit."""
        site.pages["/f"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(300_000_000), 1))
        tracemalloc.start()
        try:
            with pytest.raises(FetchError, match="unpacks to more than 5 MB"):
                Http(tmp_path, "t", limit=5_000_000).get(a_source(site.url("/f")), NOTHING)
            assert tracemalloc.get_traced_memory()[1] < 25_000_000
        finally:
            tracemalloc.stop()

    def test_a_large_body_is_refused(self, site: Site, http: Http) -> None:
        """A body that says it has 50 MB is refused before it is read."""
        site.pages["/f"] = (200, {}, bytes(50_000_000))
        with pytest.raises(FetchError, match="larger than 20 MB"):
            http.get(a_source(site.url("/f")), NOTHING)

    def test_a_large_body_of_unsaid_length_is_refused(self, site: Site, tmp_path: Path) -> None:
        """A body without a length is cut at the limit."""

        def pour(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.end_headers()
            for _ in range(500):
                try:
                    handler.wfile.write(bytes(100_000))
                except OSError:
                    return

        site.pages["/f"] = pour
        with pytest.raises(FetchError, match="larger than 1 MB"):
            Http(tmp_path, "t", limit=1_000_000).get(a_source(site.url("/f")), NOTHING)

    @pytest.mark.parametrize("part", ["silence", "headers", "body"])
    def test_a_slow_server_is_left_at_the_deadline(
        self, site: Site, tmp_path: Path, part: str
    ) -> None:
        """Silence, and a byte now and then in headers or body, end at the same time in all."""

        def drip(handler: BaseHTTPRequestHandler) -> None:
            start = {"silence": b"", "headers": b"HTTP/1.1 200 OK\r\nX: "}
            begun = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"
            handler.wfile.write(start.get(part, begun))
            while not site.closing.wait(0.05):
                try:
                    handler.wfile.write(b"" if part == "silence" else b"x")
                except OSError:
                    return

        site.pages["/f"] = drip
        begun = time.monotonic()
        with pytest.raises(FetchError, match=r"no answer in 0\.5 s"):
            Http(tmp_path, "t", timeout=0.5).get(a_source(site.url("/f")), NOTHING)
        assert time.monotonic() - begun < 1.5

    def test_a_body_that_breaks_off_is_a_fault(self, site: Site, http: Http) -> None:
        """Fewer bytes than were announced are not taken for the whole."""

        def half(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

        site.pages["/f"] = half
        with pytest.raises(FetchError, match="connection failed"):
            http.get(a_source(site.url("/f")), NOTHING)


class TestInflate:
    """Packed bodies by themselves."""

    def test_several_members_are_one_body(self) -> None:
        """Members of a gzip stream are joined; padding after them is no fault."""
        packed = gzip.compress(b"one") + gzip.compress(b"two") + b"\0\0"
        assert inflate(packed, "gzip", 100) == b"onetwo"

    def test_all_members_count(self) -> None:
        """The limit is for the whole, not for each member."""
        with pytest.raises(FetchError, match="unpacks to more"):
            inflate(gzip.compress(bytes(60)) * 2, "gzip", 100)

    @pytest.mark.parametrize(
        ("body", "coding"),
        [(gzip.compress(b"whole")[:-9], "gzip"), (b"not gzip", "gzip"), (b"x", "br")],
    )
    def test_what_cannot_be_unpacked_is_a_fault(self, body: bytes, coding: str) -> None:
        """Broken off, damaged, or packed in a way nobody asked for."""
        with pytest.raises(FetchError):
            inflate(body, coding, 100)


class TestFiles:
    """`file:` addresses."""

    @pytest.mark.parametrize("url", ["file:feeds/a b.xml", "file:feeds/a%20b.xml"])
    def test_a_file_below_the_newsroom_is_read(self, tmp_path: Path, http: Http, url: str) -> None:
        """Its path is relative to the newsroom, percent-encoded or not."""
        (tmp_path / "feeds").mkdir()
        (tmp_path / "feeds" / "a b.xml").write_bytes(b"<rss/>")
        assert http.get(a_source(url), NOTHING).body == b"<rss/>"

    @pytest.mark.parametrize(
        "url", ["file:../out.xml", "file:///etc/hostname", "file:link", "file:%2e%2e/out.xml"]
    )
    def test_nothing_outside_is_read(self, tmp_path: Path, url: str) -> None:
        """Neither dots, nor an absolute path, nor a symbolic link lead out."""
        root = tmp_path / "room"
        root.mkdir()
        (tmp_path / "out.xml").write_bytes(b"secret")
        (root / "link").symlink_to(tmp_path / "out.xml")
        with pytest.raises(FetchError, match="outside the newsroom"):
            Http(root, "t").get(a_source(url), NOTHING)

    def test_a_missing_large_or_odd_file_is_a_fault(self, tmp_path: Path) -> None:
        """No file, a folder, a pipe, a null byte, and a file over the limit."""
        (tmp_path / "big").write_bytes(bytes(11))
        os.mkfifo(tmp_path / "pipe")
        for name in ("none.xml", ".", "pipe", "a%00b", "big"):
            with pytest.raises(FetchError):
                Http(tmp_path, "t", limit=10).get(a_source(f"file:{name}"), NOTHING)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False),
    ],
)
def test_private_addresses_are_known_in_any_dress(address: str, *, public: bool) -> None:
    """Private ranges are refused also where they hide in an IPv6 address."""
    assert is_public(ipaddress.ip_address(address)) is public
