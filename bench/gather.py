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

import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from made_feeds import ENTRIES, Feed, serve

if TYPE_CHECKING:
    from collections.abc import Callable

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
