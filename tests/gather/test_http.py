"""pressroom.gather.http, guard and inflate, against a real server on loopback."""

from __future__ import annotations

import gzip
import ipaddress
import os
import shutil
import ssl
import subprocess
import sys
import time
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import FetchError
from pressroom.gather.guard import is_public
from pressroom.gather.http import Http, Place, moved, place
from pressroom.gather.inflate import inflate
from pressroom.model import Hop, Memory

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

    def test_each_redirect_is_told(self, site: Site, http: Http) -> None:
        """The chain names each address, its status, and where it sent us."""
        site.pages["/a"] = (301, {"Location": "/b"}, b"")
        site.pages["/b"] = (302, {"Location": "/c"}, b"")
        site.pages["/c"] = (200, {}, b"here")
        a, b, c = (site.url(f"/{name}") for name in "abc")
        found = http.get(a_source(a), NOTHING)
        assert found.hops == (Hop(a, 301, b), Hop(b, 302, c))

    def test_what_has_moved_for_good_is_asked_at_its_new_address(
        self, site: Site, http: Http
    ) -> None:
        """A remembered permanent redirect is not asked for again."""
        site.pages["/b"] = (200, {}, b"here")
        found = http.get(a_source(site.url("/a")), Memory(moved=site.url("/b")))
        assert (found.body, found.hops) == (b"here", ())

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


@pytest.mark.parametrize(
    ("statuses", "where"),
    [
        ((), ""),
        ((301,), "u1"),
        ((308, 301), "u2"),
        ((302,), ""),
        ((301, 302), ""),
        ((307, 301), ""),
    ],
)
def test_only_a_chain_of_permanent_redirects_moves_a_source(
    statuses: tuple[int, ...], where: str
) -> None:
    """301 and 308 throughout name a new address; one temporary redirect among them, none."""
    hops = [Hop(f"u{n}", status, f"u{n + 1}") for n, status in enumerate(statuses)]
    assert moved(hops) == where


class TestRetryAfter:
    """How long a server asks us to wait."""

    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("120", 120),
            ("Mon, 01 Sep 2025 00:02:00 GMT", 120),
            ("Mon, 01 Sep 2024 00:00:00 GMT", 0),
            ("99999999999999999999999", 7 * 86_400),
            ("soon", None),
            ("-5", None),
            ("", None),
        ],
    )
    def test_seconds_and_dates_are_understood(
        self, site: Site, http: Http, value: str, seconds: float | None
    ) -> None:
        """A number, a date against the server's own clock, seven days at most; nonsense is none."""

        def busy(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response_only(503)
            handler.send_header("Date", "Mon, 01 Sep 2025 00:00:00 GMT")
            handler.send_header("Retry-After", value)
            handler.end_headers()

        site.pages["/f"] = busy
        with pytest.raises(FetchError) as found:
            http.get(a_source(site.url("/f")), NOTHING)
        assert (found.value.status, found.value.retry_after) == (503, seconds)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://E.org", Place("http", "e.org", 80, "e.org", "/")),
        ("https://e.org:443/a b?q=中", Place("https", "e.org", 443, "e.org", "/a%20b?q=%E4%B8%AD")),
        ("http://[::1]:81/%41", Place("http", "::1", 81, "[::1]:81", "/%41")),
        ("http://新闻.cn./x#y", Place("http", "xn--efvy88h.cn", 80, "xn--efvy88h.cn", "/x")),
        ("http://u:p@e.org/", Place("http", "e.org", 80, "e.org", "/")),
    ],
)
def test_an_address_is_taken_apart(url: str, expected: Place) -> None:
    """Hosts in ASCII, default ports left out, what no request may hold percent-encoded."""
    assert place(url) == expected


@pytest.mark.parametrize("host", ["%31.0.0.1", "a_b\x7f", "e.org\\f.org", "", "a" * 70 + "é.org"])
def test_what_is_no_host_is_refused(host: str) -> None:
    """No percent signs, control characters or backslashes reach the resolver."""
    with pytest.raises(FetchError, match="cannot be read"):
        place(f"http://{host}/")


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """300 KB that unpack to 300 MB."""
    return gzip.compress(bytes(300_000_000), 9)


LOOK = """
import sys
from pathlib import Path
from pressroom.errors import FetchError
from pressroom.gather.http import Http
from pressroom.model import Locale, Memory, Source
source = Source("s", "feed", sys.argv[1], "o", Locale("en"), allow_private=True)
try:
    Http(Path(), "t").get(source, Memory())
except FetchError as fault:
    print(fault)
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


class TestBounds:
    """Size and time."""

    def test_a_bomb_is_refused_in_bounded_memory(
        self, site: Site, tmp_path: Path, bomb: bytes
    ) -> None:
        """A gzip body of 300 MB is refused having unpacked no more than the limit."""
        site.pages["/f"] = (200, {"Content-Encoding": "gzip"}, bomb)
        tracemalloc.start()
        try:
            with pytest.raises(FetchError, match="unpacks to more than 5 MB"):
                Http(tmp_path, "t", limit=5_000_000).get(a_source(site.url("/f")), NOTHING)
            assert tracemalloc.get_traced_memory()[1] < 25_000_000
        finally:
            tracemalloc.stop()

    @pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
    def test_a_bomb_fits_into_60_mb_in_all(self, site: Site, bomb: bytes) -> None:
        """With the limit that is used, the whole process stays small."""
        site.pages["/f"] = (200, {"Content-Encoding": "gzip"}, bomb)
        command = [sys.executable, "-c", LOOK, site.url("/f")]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        fault, kib = told.splitlines()
        assert "unpacks to more than 20 MB" in fault
        assert int(kib) < 60_000

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

    def test_headers_without_end_are_refused(self, site: Site, http: Http) -> None:
        """A server that sends nothing but headers is left soon."""

        def pour(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for n in range(100_000):
                try:
                    handler.wfile.write(b"X-%d: 1\r\n" % n)
                except OSError:
                    return

        site.pages["/f"] = pour
        with pytest.raises(FetchError, match="more than 100 headers"):
            http.get(a_source(site.url("/f")), NOTHING)

    def test_a_chunked_body_is_whole_or_a_fault(self, site: Site, http: Http) -> None:
        """Chunks are joined; a body without its last chunk breaks off (RFC 9112, 7.1)."""
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

        def whole(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(head + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n")

        def torn(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(head + b"3\r\nabc\r\n")

        site.pages["/whole"], site.pages["/torn"] = whole, torn
        assert http.get(a_source(site.url("/whole")), NOTHING).body == b"abcde"
        with pytest.raises(FetchError, match="breaks off"):
            http.get(a_source(site.url("/torn")), NOTHING)

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


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of 127.0.0.1 that signs itself, with its key in the same file."""
    if not (openssl := shutil.which("openssl")):
        pytest.skip("there is no openssl to make a certificate with")
    path = tmp_path / "own.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
               "-nodes", "-subj", "/CN=own", "-addext", "subjectAltName=IP:127.0.0.1",
               "-keyout", str(path), "-out", str(tmp_path / "only.pem")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + (tmp_path / "only.pem").read_bytes())
    return path


class TestTls:
    """https."""

    @pytest.fixture
    def secure(self, site: Site, certificate: Path) -> str:
        """The address of a page over TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        site._server.socket = context.wrap_socket(site._server.socket, server_side=True)
        site.pages["/f"] = (200, {}, b"sealed" * 30_000)
        return site.url("/f").replace("http:", "https:")

    def test_a_certificate_of_nobody_is_refused(self, secure: str, http: Http) -> None:
        """Nothing is asked of a server that cannot say who it is."""
        with pytest.raises(FetchError, match="certificate is not to be trusted: self-signed"):
            http.get(a_source(secure), NOTHING)

    def test_a_trusted_server_is_read(
        self, secure: str, http: Http, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The machine's own certificates count, also those it is told of by SSL_CERT_FILE."""
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert http.get(a_source(secure), NOTHING).body == b"sealed" * 30_000


class TestInflate:
    """Packed bodies by themselves."""

    def test_several_members_are_one_body(self) -> None:
        """Members of a gzip stream are joined; padding after them is no fault."""
        packed = gzip.compress(b"one") + gzip.compress(b"two") + b"\0\0"
        assert inflate(packed, "gzip", 100) == b"onetwo"

    def test_a_body_of_countless_members_is_refused(self) -> None:
        """Members of a few bytes each would be copied again and again."""
        with pytest.raises(FetchError, match="more than 100 parts"):
            inflate(gzip.compress(b"") * 50_000, "gzip", 100)

    def test_all_members_count(self) -> None:
        """The limit is for the whole, not for each member."""
        with pytest.raises(FetchError, match="unpacks to more"):
            inflate(gzip.compress(bytes(60)) * 2, "gzip", 100)

    @pytest.mark.parametrize(
        ("body", "coding"),
        [(gzip.compress(b"whole", mtime=0)[:-9], "gzip"), (b"not gzip", "gzip"), (b"x", "br")],
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
