"""Kill -9 at random instants of `pressroom gather`: nothing lost, nothing doubled.

    python bench/kills.py [KILLS]

Feeds, index pages and their articles are served on loopback, and every round brings new ones,
so that there is always something to write. After each kill the databases are left as they lie;
at the end one gather runs through, and then: every address exactly once, every item's record
readable, the chain of records whole, the WARC files read by warcio alone.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from pressroom.store.evidence import EvidenceStore

FEEDS, PAGES = 12, 3
ROUND = [1]
TEXT = "<p>" + "The office published its rules for models and said what they ask of makers. " * 6


class Site(BaseHTTPRequestHandler):
    """Feeds `/feed/N`, index pages `/page/N`, articles `/a/...`; each round adds one item."""

    def do_GET(self) -> None:
        """Answer by path."""
        kind, _, number = self.path.strip("/").partition("/")
        body = {"feed": _feed, "page": _page}.get(kind, _article)(number).encode()
        self.send_response(200 if kind in {"feed", "page", "a"} else 404)
        self.send_header("Content-Type", "text/html" if kind in {"page", "a"} else "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _names(number: str) -> list[str]:
    return [f"{number}-{n}" for n in range(max(ROUND[0] - 30, 0), ROUND[0])]


def _feed(number: str) -> str:
    items = "".join(
        f"<item><title>Feed item {n}</title><link>http://127.0.0.1/f/{n}</link>"
        f"<description>Text of {n}.</description></item>"
        for n in _names(number)
    )
    return f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>"


def _page(number: str) -> str:
    rows = "".join(
        f'<li><a href="/a/{n}">Article number {n} of the page</a></li>' for n in _names(number)
    )
    return f"<html><body><ul class=list>{rows}</ul></body></html>"


def _article(name: str) -> str:
    return f"<html><title>Article {name}</title><body><article>{TEXT}{name}.</p></article></body>"


def newsroom(root: Path, port: int) -> None:
    """A newsroom that follows all of it."""
    command = [sys.executable, "-m", "pressroom", "new", str(root)]
    subprocess.run(command, check=True, capture_output=True)
    rows = ['\n[outlets.o]\nname = { en = "Outlet" }\n']
    common = 'outlet = "o"\nlocale = "en"\nallow_private = true\n'
    rows += [
        f'[[sources]]\nslug = "f{n}"\nurl = "http://127.0.0.1:{port}/feed/{n}"\n{common}'
        for n in range(FEEDS)
    ]
    rows += [
        f'[[sources]]\nslug = "p{n}"\nkind = "page"\nurl = "http://127.0.0.1:{port}/page/p{n}"\n'
        f'{common}select = {{ item = "ul.list li", link = "a" }}\n'
        for n in range(PAGES)
    ]
    with (root / "newsletter.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(rows))


def gather(root: Path, kill_after: float | None) -> bool:
    """One gather, killed after so many seconds; whether the kill landed."""
    command = [sys.executable, "-m", "pressroom", "--newsroom", str(root), "gather", "--now"]
    job = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        job.wait(kill_after)
    except subprocess.TimeoutExpired:
        job.kill()
        job.wait()
        return True
    return False


def verdict(private: Path, expected: set[str]) -> int:
    """Print and count what is wrong."""
    db = sqlite3.connect(private / "clippings.db")
    urls = [row[0] for row in db.execute("SELECT url FROM items")]
    records = [r[0] for r in db.execute("SELECT evidence_record FROM items") if r[0]]
    sound = db.execute("PRAGMA integrity_check").fetchone()[0]
    db.close()
    found = {u.rpartition("/")[2] for u in urls}
    with EvidenceStore.open(private / "evidence") as store:
        unread = [r for r in set(records) if store.read(r) is None]
        faults = store.verify()
    warc = 0
    for file in (private / "evidence").rglob("*.warc.gz"):
        with file.open("rb") as stream:
            warc += sum(1 for _ in ArchiveIterator(stream))
    lost, doubled = len(expected - found), len(urls) - len(set(urls))
    print(f"{len(urls)} items of {len(expected)}, {lost} lost, {doubled} doubled, database {sound}")
    print(
        f"{warc} WARC records, {len(unread)} unreadable of {len(set(records))} named, chain: ",
        end="",
    )
    print(faults or "whole")
    return lost + doubled + len(unread) + len(faults) + (sound != "ok")


def main() -> None:
    """Serve, kill, count."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    chance = random.Random(7)
    web = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "room"
        newsroom(root, web.server_port)
        begun = time.perf_counter()
        gather(root, None)
        whole = time.perf_counter() - begun
        landed = 0
        for _ in range(kills):
            ROUND[0] += 1
            landed += gather(root, chance.uniform(0.15 * whole, whole))
            if not ROUND[0] % 10:
                gather(root, None)
        gather(root, None)
        print(f"{landed} of {kills} kills landed; one whole gather takes {whole:.2f} s")
        names = [f"{n}" for n in range(FEEDS)] + [f"p{n}" for n in range(PAGES)]
        expected = {f"{name}-{n}" for name in names for n in range(ROUND[0])}
        wrong = verdict(root / ".pressroom", expected)
    web.shutdown()
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
