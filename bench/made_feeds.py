"""The made-up feeds of bench/gather.py, and the server that answers with them."""

from __future__ import annotations

import asyncio
import html
import json
import random
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import md5
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import multiprocessing
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
