"""pressroom.gather.run: many sources, one writer, and a kill at any instant."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
import time
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import StoreError
from pressroom.gather.feed import FeedSource
from pressroom.gather.http import Http
from pressroom.gather.run import SourceReport, gather
from pressroom.model import Fetcher, Harvest, Item, Locale, Memory, Source
from pressroom.store.clippings import Clippings

from .conftest import NOW, a_source, rss, rss_item

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

KINDS = {"feed": FeedSource()}


def file_source(name: str, outlet: str = "daily", kind: str = "feed") -> Source:
    """A source that reads NAME.xml."""
    return Source(name, kind, f"file:{name}.xml", outlet, Locale("en"))


def run(root: Path, sources: Sequence[Source], **kinds: object) -> list[SourceReport]:
    """Gather into root/c.sqlite."""
    with Clippings.open(root / "c.sqlite") as clippings:
        table = {**KINDS, **kinds}
        return gather(sources, clippings, Http(root, "t"), NOW, table)  # type: ignore[arg-type]


def kept(root: Path) -> list[Item]:
    """All that is stored."""
    with Clippings.open(root / "c.sqlite") as clippings:
        return clippings.items()


class Broken:
    """A kind of source that fails, as a plug-in may."""

    kind = "broken"

    def gather(self, source: Source, memory: Memory, fetcher: Fetcher, now: datetime) -> Harvest:
        """Fail."""
        del memory, fetcher, now
        raise KeyError(source.slug)


class Odd(FeedSource):
    """A kind of source that gives items no database can hold."""

    def gather(self, source: Source, memory: Memory, fetcher: Fetcher, now: datetime) -> Harvest:
        """Give a list where a text belongs."""
        found = super().gather(source, memory, fetcher, now)
        for item in found.items:
            object.__setattr__(item, "byline", ["a", "list"])
        return found


def test_each_state_has_its_name(tmp_path: Path) -> None:
    """New, empty, fault, then unchanged: in the order of the list, each told as it happens."""
    (tmp_path / "a.xml").write_text(rss(rss_item(1), rss_item(2)))
    (tmp_path / "b.xml").write_text(rss())
    sources = [file_source("a"), file_source("b"), file_source("none")]
    told: list[SourceReport] = []
    with Clippings.open(tmp_path / "c.sqlite") as clippings:
        first = gather(sources, clippings, Http(tmp_path, "t"), NOW, KINDS, told.append)
        second = gather(sources, clippings, Http(tmp_path, "t"), NOW, KINDS)
    assert [(r.source, r.state, r.new) for r in first] == [
        ("a", "new", 2),
        ("b", "empty", 0),
        ("none", "fault", 0),
    ]
    assert told == first
    assert [r.state for r in second] == ["unchanged", "unchanged", "fault"]


def test_one_broken_source_does_not_stop_the_rest(tmp_path: Path) -> None:
    """A plug-in that raises, one that gives nonsense, and an unknown kind are faults of their own."""
    (tmp_path / "a.xml").write_text(rss(rss_item(1)))
    (tmp_path / "o.xml").write_text(rss(rss_item(2)))
    sources = [
        file_source("x", kind="broken"),
        file_source("o", kind="odd"),
        file_source("y", kind="no-such"),
        file_source("a"),
    ]
    found = run(tmp_path, sources, broken=Broken(), odd=Odd())
    assert [r.state for r in found] == ["fault", "fault", "fault", "new"]
    assert "KeyError" in found[0].fault
    assert "no-such" in found[2].fault
    assert [i.url for i in kept(tmp_path)] == ["https://example.org/1"]


def test_a_soft_fault_stands_beside_what_was_kept(tmp_path: Path) -> None:
    """An ill-formed feed with good entries is `new`, with its fault."""
    (tmp_path / "a.xml").write_text(rss(rss_item(1, title="A & B")))
    (report,) = run(tmp_path, [file_source("a")])
    assert (report.state, report.new) == ("new", 1)
    assert "not well formed" in report.fault


def test_what_broke_off_is_whole_the_next_time(tmp_path: Path) -> None:
    """The entry that was torn comes in whole once the feed is whole."""
    whole = rss(rss_item(1), rss_item(2, text="the whole of a text"))
    (tmp_path / "a.xml").write_text(whole[: whole.index("whole of")])
    run(tmp_path, [file_source("a")])
    (tmp_path / "a.xml").write_text(whole)
    (report,) = run(tmp_path, [file_source("a")])
    assert report.new == 1
    assert [i.text for i in kept(tmp_path)] == ["Text of item 1.", "the whole of a text"]


def test_a_new_address_starts_without_memory(tmp_path: Path) -> None:
    """A source whose url was corrected is not asked with the old address's validators."""
    asked: list[Memory] = []

    class Listening(FeedSource):
        def gather(
            self, source: Source, memory: Memory, fetcher: Fetcher, now: datetime
        ) -> Harvest:
            del source, fetcher, now
            asked.append(memory)
            return Harvest(memory=Memory(etag="1"))

    for url in ("https://old.example/", "https://old.example/", "https://new.example/"):
        run(tmp_path, [a_source(url)], feed=Listening())
    assert asked == [Memory(), Memory(etag="1"), Memory()]


def test_a_plug_ins_unsafe_links_are_dropped(tmp_path: Path) -> None:
    """Whatever kind brought it, no item is kept under a link that is not http(s)."""

    class Unsafe(FeedSource):
        def gather(
            self, source: Source, memory: Memory, fetcher: Fetcher, now: datetime
        ) -> Harvest:
            found = super().gather(source, memory, fetcher, now)
            for item, url in zip(found.items, ("javascript:1", "HTTP://E.org/#x"), strict=True):
                object.__setattr__(item, "url", url)
            return found

    (tmp_path / "a.xml").write_text(rss(rss_item(1), rss_item(2)))
    run(tmp_path, [file_source("a")], feed=Unsafe())
    assert [i.url for i in kept(tmp_path)] == ["http://e.org/"]


def test_a_database_that_cannot_be_written_stops_the_gather(tmp_path: Path) -> None:
    """No space or no permission is nobody's feed's fault."""
    (tmp_path / "a.xml").write_text(rss(rss_item(1)))
    with Clippings.open(tmp_path / "c.sqlite") as clippings:
        clippings._db.execute("PRAGMA query_only = 1")
        with pytest.raises(StoreError, match=r"c\.sqlite"):
            gather([file_source("a")], clippings, Http(tmp_path, "t"), NOW, KINDS)


def test_two_runs_keep_the_same_items(tmp_path: Path) -> None:
    """Who brought an item first is settled by the list, not by which thread was faster."""
    sources = [file_source(f"s{n}", outlet=f"o{n}") for n in range(12)]
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        for n in range(12):
            items = [rss_item(k) for k in range(n, n + 5)]
            (tmp_path / place / f"s{n}.xml").write_text(rss(*items))
        run(tmp_path / place, sources)
    assert kept(tmp_path / "one") == kept(tmp_path / "two")
    assert len(kept(tmp_path / "one")) == 16


CHILD = textwrap.dedent(
    """
    import sys
    from datetime import datetime
    from pathlib import Path
    from pressroom.gather.feed import FeedSource
    from pressroom.gather.http import Http
    from pressroom.gather.run import gather
    from pressroom.model import Locale, Source
    from pressroom.store.clippings import Clippings

    root, database, now = Path(sys.argv[1]), Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
    sources = [
        Source(p.stem, "feed", f"file:{p.name}", "daily", Locale("en"))
        for p in sorted(root.glob("*.xml"))
    ]
    with Clippings.open(database) as clippings:
        gather(
            sources, clippings, Http(root, "t"), now, {"feed": FeedSource()},
            lambda report: print(report.source, flush=True),
        )
    """
)


def child(feeds: Path, database: Path) -> subprocess.Popen[bytes]:
    """A gather in a process of its own, which prints a line for each source it has written."""
    command = [sys.executable, "-c", CHILD, str(feeds), str(database), NOW.isoformat()]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def to_the_end(feeds: Path, database: Path) -> list[Item]:
    """Gather without a kill; what is stored then."""
    with child(feeds, database) as process:
        assert process.wait() == 0
    with Clippings.open(database) as clippings:
        return clippings.items()


def killed_after(feeds: Path, database: Path, sources: int, seconds: float) -> int:
    """Kill a gather some seconds after it has written so many sources; the count of items."""
    with child(feeds, database) as process:
        assert process.stdout
        for _ in range(sources):
            process.stdout.readline()
        time.sleep(seconds)
        process.kill()
    with Clippings.open(database) as clippings:
        return len(clippings.items())


@pytest.mark.kill
def test_a_kill_at_any_instant_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Forty feeds, killed again and again, then gathered: the very items of an unkilled run."""
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    for n in range(40):
        items = [rss_item(k, text=f"Text {k}. " * 40) for k in range(n * 10, n * 10 + 15)]
        (feeds / f"s{n:02}.xml").write_text(rss(*items))
    calm = to_the_end(feeds, tmp_path / "calm.sqlite")
    assert len(calm) == 405
    chance = random.Random(7)
    for round_ in range(3):
        database = tmp_path / f"killed{round_}.sqlite"
        first = killed_after(feeds, database, chance.randint(1, 20), chance.uniform(0, 0.005))
        later = killed_after(feeds, database, chance.randint(0, 39), chance.uniform(0, 0.2))
        assert 0 < first <= later
        assert to_the_end(feeds, database) == calm
        with Clippings.open(database) as clippings:
            assert len(clippings.search("text")) == 405
