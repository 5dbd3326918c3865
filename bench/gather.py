"""Gather against its peers: many feeds on loopback, cold and warm, in the same run.

    python bench/gather.py [FEEDS] [--only pressroom,reader,newsboat]

A server in a process of its own serves FEEDS feeds (300) of 50 entries, each on a loopback address of
its own: RSS 2.0, Atom, RDF and JSON Feed; UTF-8, GBK, GB18030 that says it is GB2312, Big5,
UTF-16. One in thirty answers after a second, one in thirty with 500, one in thirty is malformed. Each
peer runs as its users run it (`pressroom gather`; reader's `update_feeds` with 16 workers; `newsboat
-x reload` with 16 threads), twice: the second time the server answers 304 (reader is told to ask although
it has just asked).

Prints wall, CPU (user and system, all processes of the peer), the peak of the memory of all its
processes together, and how many titles are exactly as they were written, of all that were served.
"""

from __future__ import annotations

import asyncio
import html
import json
import multiprocessing
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import md5
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRIES = 50
FORMS = ("rss", "atom", "rdf", "rss", "atom", "rss", "json")
ENCODINGS = (
    ("utf-8", "utf-8"), ("gbk", "GBK"), ("utf-8", ""), ("gb18030", "GB2312"), ("big5", "Big5"),
    ("utf-8", "utf-8"), ("utf-16", "UTF-16"),
)  # fmt: skip
SIMPLE = "国务院印发关于深入实施人工智能行动的意见要求各地加快发展网信办发布生成式服务管理办法专家认为数据安全与算法备案仍需完善企业"
TRADITIONAL = (
    "行政院公布人工智慧發展的新計畫要求產業加快研究腳步學者認為資料安全與演算法備案仍須完善企業"
)
READER = """
import sys
from reader import make_reader
with make_reader(sys.argv[1]) as reader:
    if sys.argv[2] == "add":
        for url in open(sys.argv[3]).read().split():
            reader.add_feed(url)
    elif sys.argv[2] == "titles":
        for entry in reader.get_entries():
            print(repr((entry.link, entry.title)))
    else:
        reader.update_feeds(scheduled=False, workers=16)
"""
NEWSBOAT = "reload-threads 16\nauto-reload no\ndownload-retries 1\n"


@dataclass(frozen=True)
class Feed:
    """One feed: where it stands, what it is, what is wrong with it."""

    number: int

    @property
    def fault(self) -> str:
        """A tenth has one: the answer is late, an error, or not well formed."""
        return {3: "slow", 13: "500", 23: "malformed"}.get(self.number % 30, "")

    @property
    def form(self) -> str:
        """Its format; what is malformed is RSS in UTF-8."""
        return "rss" if self.fault == "malformed" else FORMS[self.number % len(FORMS)]

    @property
    def encoding(self) -> tuple[str, str]:
        """What it is in, and what it says it is in."""
        if self.form == "json" or self.fault == "malformed":
            return "utf-8", "utf-8"
        return ENCODINGS[self.number // len(FORMS) % len(ENCODINGS)]

    @property
    def address(self) -> str:
        """A loopback address of its own: a host of its own."""
        return f"127.{1 + self.number // 60_000}.{self.number // 250 % 240}.{1 + self.number % 250}"

    def link(self, entry: int) -> str:
        """The address of an entry."""
        return f"https://example{self.number}.org/news/{entry}.html"

    def title(self, entry: int) -> str:
        """The title of an entry, as it must arrive."""
        words = self.words(entry)
        mark = " R&D" if self.fault == "malformed" else ""
        return f"{words[:18]}：AI {self.number}-{entry}{mark}"

    def words(self, entry: int) -> str:
        """Some 400 characters of their own in the feed's script."""
        chance = random.Random(self.number * 1000 + entry)
        letters = TRADITIONAL if self.encoding[0] == "big5" else SIMPLE
        return "".join(chance.choices(letters, k=400))

    def body(self) -> bytes:
        """The whole feed in bytes."""
        write: Callable[[Feed], str] = {"rss": rss, "atom": atom, "rdf": rdf, "json": json_feed}[
            self.form
        ]
        name, said = self.encoding
        label = f' encoding="{said}"' if said else ""
        head = f'<?xml version="1.0"{label}?>\n'
        return (write(self) if self.form == "json" else head + write(self)).encode(name)


def markup(feed: Feed, entry: int) -> str:
    """Escaped HTML of four paragraphs, a link and a picture."""
    words = feed.words(entry)
    inside = "".join(
        f'<p class="text">{words[n : n + 100]} <a href="/a?b={n}">{words[n : n + 4]}</a> &amp; more.</p>'
        for n in range(0, 400, 100)
    )
    return html.escape(f'{inside}<img src="/{entry}.jpg" alt="x"/>')


def escaped(feed: Feed, entry: int) -> str:
    """The title in XML; a malformed feed forgets to escape."""
    return feed.title(entry) if feed.fault else html.escape(feed.title(entry))


def rss(feed: Feed) -> str:
    """RSS 2.0."""
    items = "".join(
        f"<item><title>{escaped(feed, n)}</title><link>{feed.link(n)}</link>"
        f'<guid isPermaLink="true">{feed.link(n)}</guid>'
        f"<description>{markup(feed, n)}</description>"
        f"<pubDate>Mon, 01 Sep 2025 {n % 24:02}:00:00 +0800</pubDate></item>\n"
        for n in range(ENTRIES)
    )
    return f'<rss version="2.0"><channel><title>F{feed.number}</title><link>https://example.org/</link><description/>{items}</channel></rss>'


def atom(feed: Feed) -> str:
    """Atom 1.0."""
    items = "".join(
        f'<entry><title>{escaped(feed, n)}</title><link rel="alternate" href="{feed.link(n)}"/>'
        f"<id>{feed.link(n)}</id><updated>2025-09-01T{n % 24:02}:00:00+08:00</updated>"
        f"<author><name>Li Wei</name></author>"
        f'<content type="html">{markup(feed, n)}</content></entry>\n'
        for n in range(ENTRIES)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>F{feed.number}</title><id>urn:{feed.number}</id><updated>2025-09-01T10:00:00+08:00</updated>{items}</feed>'


def rdf(feed: Feed) -> str:
    """RSS 1.0."""
    items = "".join(
        f'<item rdf:about="{feed.link(n)}"><title>{escaped(feed, n)}</title><link>{feed.link(n)}</link>'
        f"<description>{markup(feed, n)}</description>"
        f"<dc:date>2025-09-01T{n % 24:02}:00:00+08:00</dc:date></item>\n"
        for n in range(ENTRIES)
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.org/"><title>F{feed.number}'
        f"</title><link>https://example.org/</link></channel>{items}</rdf:RDF>"
    )


def json_feed(feed: Feed) -> str:
    """JSON Feed 1.1."""
    items = [
        {
            "id": feed.link(n),
            "url": feed.link(n),
            "title": feed.title(n),
            "content_html": html.unescape(markup(feed, n)),
            "date_published": f"2025-09-01T{n % 24:02}:00:00+08:00",
        }
        for n in range(ENTRIES)
    ]
    said = {"version": "https://jsonfeed.org/version/1.1", "title": f"F{feed.number}"}
    return json.dumps(said | {"items": items}, ensure_ascii=False)


@cache
def answer(number: int) -> tuple[bytes, str]:
    """The body of a feed and its ETag, made once."""
    body = Feed(number).body()
    return body, f'"{md5(body).hexdigest()}"'


async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request, one answer, and the connection is closed."""
    with suppress(OSError, asyncio.IncompleteReadError):
        asked = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        found = re.match(r"GET /(\d+)\.\w+ ", asked)
        writer.write(
            await reply(int(found[1]), asked)
            if found
            else b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        await writer.drain()
    with suppress(OSError):
        writer.close()


async def reply(number: int, asked: str) -> bytes:
    """The bytes of an answer, by what is wrong with the feed and what is asked."""
    feed = Feed(number)
    if feed.fault == "500":
        return b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    if feed.fault == "slow":
        await asyncio.sleep(1)
    body, etag = answer(number)
    head = f"ETag: {etag}\r\nLast-Modified: Mon, 01 Sep 2025 10:00:00 GMT\r\nConnection: close\r\n"
    if etag in asked:
        return f"HTTP/1.1 304 Not Modified\r\n{head}\r\n".encode()
    kind = "application/feed+json" if feed.form == "json" else "application/xml"
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode()
        + body
    )


def serve(count: int, port: multiprocessing.queues.Queue[int]) -> None:
    """The server's process: every body is made before the first is asked for."""

    async def run() -> None:
        for number in range(count):
            answer(number)
        server = await asyncio.start_server(serve_one, "0.0.0.0", 0, backlog=1000)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@dataclass
class Cost:
    """What one run of a peer took."""

    wall: float
    cpu: float
    peak: float


def measure(command: list[str]) -> Cost:
    """Run a command in a session of its own; sum the memory of that session's processes."""
    begun, peak = time.perf_counter(), 0.0
    job = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.05):
            peak = max(peak, memory(job.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, _, used = os.wait4(job.pid, 0)
    wall = time.perf_counter() - begun
    done.set()
    watcher.join()
    job.returncode = 0
    return Cost(wall, used.ru_utime + used.ru_stime, max(peak, used.ru_maxrss / 1024))


def memory(session: int) -> float:
    """Resident megabytes of all the processes of a session."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError, ValueError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                total += int((folder / "statm").read_text().split()[1]) * 4096
    return total / 1_048_576


class Peer:
    """One tool: how it is set up, run, and asked for its titles."""

    name = ""

    def __init__(self, folder: Path, urls: list[str]) -> None:
        self.folder, self.urls = folder, urls

    def set_up(self) -> None:
        """Make its settings; not measured."""

    def command(self) -> list[str]:
        """One gather."""
        raise NotImplementedError

    def titles(self) -> dict[str, str]:
        """Title by link of every entry it holds."""
        raise NotImplementedError


class Pressroom(Peer):
    """Our command line, in a newsroom that `new` made."""

    name = "pressroom"

    def set_up(self) -> None:
        """A newsroom with every feed as a source."""
        tool = [sys.executable, "-m", "pressroom", "new", str(self.folder / "room")]
        subprocess.run(tool, check=True, capture_output=True)
        settings = self.folder / "room" / "newsletter.toml"
        rows = ['\n[outlets.feeds]\nname = { en = "Feeds" }\n']
        rows += [
            f'[[sources]]\nslug = "feed-{n}"\nurl = "{url}"\noutlet = "feeds"\n'
            'locale = "zh-Hans"\nallow_private = true\n'
            for n, url in enumerate(self.urls)
        ]
        settings.write_text(settings.read_text(encoding="utf-8") + "\n".join(rows), "utf-8")

    def command(self) -> list[str]:
        """As a timer would run it."""
        room = str(self.folder / "room")
        return [sys.executable, "-m", "pressroom", "--newsroom", room, "gather", "--json"]

    def titles(self) -> dict[str, str]:
        """From its database."""
        path = next((self.folder / "room").rglob("clippings*.db"))
        return dict(rows(path, "SELECT url, hed FROM items"))


class Reader(Peer):
    """lemon24/reader."""

    name = "reader"

    def set_up(self) -> None:
        """A database with every feed."""
        (self.folder / "urls").write_text("\n".join(self.urls))
        subprocess.run([*self._tool(), "add", str(self.folder / "urls")], check=True)

    def _tool(self) -> list[str]:
        return [sys.executable, "-c", READER, str(self.folder / "reader.db")]

    def command(self) -> list[str]:
        """`update_feeds` with 16 workers."""
        return [*self._tool(), "update"]

    def titles(self) -> dict[str, str]:
        """From its API."""
        job = subprocess.run([*self._tool(), "titles"], check=True, capture_output=True, text=True)
        return dict(eval(line) for line in job.stdout.splitlines())


class Newsboat(Peer):
    """newsboat, whose parser is libxml2."""

    name = "newsboat"

    def set_up(self) -> None:
        """Its two files."""
        (self.folder / "urls").write_text("\n".join(self.urls))
        (self.folder / "config").write_text(NEWSBOAT)

    def command(self) -> list[str]:
        """`reload`, as from cron."""
        files = {"-u": "urls", "-C": "config", "-c": "cache.db"}
        named = [word for flag, name in files.items() for word in (flag, str(self.folder / name))]
        return ["newsboat", *named, "-x", "reload"]

    def titles(self) -> dict[str, str]:
        """From its database."""
        return dict(rows(self.folder / "cache.db", "SELECT url, title FROM rss_item"))


def rows(path: Path, query: str) -> list[tuple[str, str]]:
    """The rows of a query."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


def wanted(count: int) -> dict[str, str]:
    """Every title that a reader can have, by link."""
    feeds = [feed for feed in map(Feed, range(count)) if feed.fault != "500"]
    return {feed.link(n): feed.title(n) for feed in feeds for n in range(ENTRIES)}


def run(peer: Peer, count: int) -> tuple[Cost, Cost]:
    """Set up, cold, warm; print a line each and the titles."""
    peer.set_up()
    cold = measure(peer.command())
    had = peer.titles()
    warm = measure(peer.command())
    expected = wanted(count)
    right = sum(had.get(link) == title for link, title in expected.items())
    for word, cost in (("cold", cold), ("warm", warm)):
        print(
            f"{peer.name:10} {word}  {cost.wall:7.2f} s wall {cost.cpu:7.2f} s CPU {cost.peak:6.0f} MB"
        )
    print(f"{peer.name:10} titles {right} of {len(expected)} ({100 * right / len(expected):.1f}%)")
    return cold, warm


def main() -> None:
    """Serve, run each peer, compare."""
    numbers = [word for word in sys.argv[1:] if word.isdecimal()]
    count = int(numbers[0]) if numbers else 300
    only = sys.argv[sys.argv.index("--only") + 1].split(",") if "--only" in sys.argv else []
    port: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(count, port), daemon=True)
    server.start()
    number = port.get()
    urls = [f"http://{f.address}:{number}/{f.number}.xml" for f in map(Feed, range(count))]
    costs = {}
    kinds: list[Callable[[Path, list[str]], Peer]] = [Pressroom, Reader, Newsboat]
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder:
            peer = kind(Path(folder), urls)
            if (not only or peer.name in only) and (
                peer.name != "newsboat" or shutil.which("newsboat")
            ):
                costs[peer.name] = run(peer, count)
    server.terminate()
    server.join()
    if {"pressroom", "reader"} <= costs.keys():
        for n, word in enumerate(("cold", "warm")):
            ratio = costs["pressroom"][n].cpu / costs["reader"][n].cpu
            print(f"CPU {word}: {ratio:.2f} of reader's")


if __name__ == "__main__":
    main()
