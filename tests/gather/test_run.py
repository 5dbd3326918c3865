"""pressroom.gather.run: many sources, one writer, and a kill at any instant."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pressroom.errors import StoreError
from pressroom.gather.feed import FeedSource
from pressroom.gather.http import Http
from pressroom.gather.run import WAVE, SourceReport, _Job, _spread, gather
from pressroom.model import Fetcher, Harvest, Item, Locale, Memory, Source, sha256
from pressroom.store.clippings import Clippings
from pressroom.store.evidence import EvidenceStore

from .conftest import NOW, Site, a_source, rss, rss_item

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from http.server import BaseHTTPRequestHandler
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
        first = gather(sources, clippings, Http(tmp_path, "t"), NOW, KINDS, progress=told.append)
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


def web_source(site: Site, path: str, **more: Any) -> Source:
    """A feed on loopback, its slug the path's name."""
    return replace(a_source(site.url(path)), slug=path.strip("/"), **more)


def ask(root: Path, *sources: Source, later: float = 0, force: bool = False) -> list[SourceReport]:
    """Gather with evidence, so many hours after NOW."""
    now = NOW + timedelta(hours=later)
    with (
        Clippings.open(root / "c.sqlite") as clippings,
        EvidenceStore.open(root / "evidence") as evidence,
    ):
        fetcher = Http(root, "t", timeout=2)
        return gather(sources, clippings, fetcher, now, KINDS, evidence=evidence, force=force)


class TestPace:
    """Who is asked now."""

    def test_a_source_that_asks_to_wait_waits(self, site: Site, tmp_path: Path) -> None:
        """Within its time nothing is sent, unless it is forced; afterwards it is asked."""
        site.pages["/a"] = (200, {"Cache-Control": "max-age=1800"}, rss(rss_item(1)).encode())
        source = web_source(site, "/a")
        assert [r.state for r in ask(tmp_path, source)] == ["new"]
        (report,) = ask(tmp_path, source, later=0.25)
        assert (report.state, report.fault) == ("waiting", "")
        assert report.note == "asks to wait until 12:30."
        assert len(site.asked) == 1
        assert ask(tmp_path, source, later=0.25, force=True)[0].state == "unchanged"
        assert ask(tmp_path, source, later=1)[0].state == "unchanged"

    def test_a_source_that_fails_is_left_alone_for_longer_each_time(
        self, site: Site, tmp_path: Path
    ) -> None:
        """Asked twice at once, then not for a quarter of an hour; it stays among the faults."""
        site.pages["/a"] = (500, {}, b"")
        source = web_source(site, "/a")
        assert [ask(tmp_path, source)[0].state for _ in range(3)] == ["fault", "fault", "waiting"]
        assert "failed 2 times in a row" in ask(tmp_path, source)[0].fault
        assert ask(tmp_path, source, later=0.5)[0].state == "fault"
        assert len(site.asked) == 3

    def test_gone_is_told_each_time_and_asked_once_a_week(self, site: Site, tmp_path: Path) -> None:
        """410: a fault in every gather until the editor acts."""
        site.pages["/a"] = (410, {}, b"")
        source = web_source(site, "/a")
        found = [ask(tmp_path, source, later=hours)[0] for hours in (0, 24, 24 * 8)]
        assert {r.state for r in found} == {"fault"}
        assert all("gone for good (410)" in r.fault for r in found)
        assert len(site.asked) == 2

    def test_a_source_that_moved_is_told_and_followed(self, site: Site, tmp_path: Path) -> None:
        """A soft fault names the new address, which alone is asked from then on."""
        site.pages["/a"] = (301, {"Location": "/b"}, b"")
        site.pages["/b"] = (200, {}, rss(rss_item(1)).encode())
        source = web_source(site, "/a")
        found = [ask(tmp_path, source)[0] for _ in range(2)]
        assert [r.state for r in found] == ["new", "unchanged"]
        words = f"has moved for good to {site.url('/b')}: correct `url`."
        assert [r.fault for r in found] == [words, words]
        assert [path for path, _ in site.asked] == ["/a", "/b", "/b"]

    def test_a_missing_file_is_no_host_to_be_left_alone(self, tmp_path: Path) -> None:
        """An editor who puts it back is not asked to wait."""
        source = file_source("a")
        assert [ask(tmp_path, source)[0].state for _ in range(3)] == ["fault"] * 3
        (tmp_path / "a.xml").write_text(rss(rss_item(1)))
        assert ask(tmp_path, source)[0].state == "new"

    def test_what_was_not_reached_in_time_is_told(self, site: Site, tmp_path: Path) -> None:
        """Out of time: a fault, and no failure of the source."""
        with Clippings.open(tmp_path / "c.sqlite") as clippings:
            source, fetcher = web_source(site, "/a"), Http(tmp_path, "t")
            (report,) = gather([source], clippings, fetcher, NOW, KINDS, seconds=0)
            (memory,) = clippings.memories().values()
        assert (report.state, memory.failures) == ("fault", 0)
        assert "out of time" in report.fault
        assert site.asked == []


def test_a_gather_that_is_stopped_asks_nothing_more(site: Site, tmp_path: Path) -> None:
    """After a fault of our own disk, the threads leave the pages they have not begun."""
    rows = [rss_item(n).replace("https://example.org", site.url("")) for n in range(50)]
    site.pages["/a"] = (200, {}, rss(*rows).encode())
    (tmp_path / "b.xml").write_text(rss(rss_item(1)))

    def slow(handler: BaseHTTPRequestHandler) -> None:
        site.closing.wait(0.1)
        handler.send_error(404)

    site.pages |= {f"/{n}": slow for n in range(50)}
    sources = [file_source("b"), web_source(site, "/a", full_text=True)]
    with Clippings.open(tmp_path / "c.sqlite") as clippings:
        clippings._db.execute("PRAGMA query_only = 1")
        with pytest.raises(StoreError):
            gather(sources, clippings, Http(tmp_path, "t"), NOW, KINDS)
    site.closing.wait(0.4)
    assert len(site.asked) <= 3


def test_a_frozen_source_is_named_in_every_gather(site: Site, tmp_path: Path) -> None:
    """Its items are years old at first sight; later it says 304, or asks to wait: still stale."""
    items = [rss_item(n).replace("01 Sep 2025", f"{n % 28 + 1:02} Jun 2024") for n in range(30)]
    site.pages["/a"] = (200, {"Cache-Control": "max-age=600"}, rss(*items).encode())
    site.pages["/b"] = (200, {}, rss(rss_item(1)).encode())
    sources = [web_source(site, "/a"), web_source(site, "/b", outlet="other")]
    for later in (0, 0.01, 2):
        frozen, alive = ask(tmp_path, *sources, later=later)
        assert frozen.stale.startswith("answers, but nothing new since 28 June 2024")
        assert alive.stale == ""


class TestEvidence:
    """What is kept of the answers."""

    def test_an_answer_with_new_items_is_kept_before_them(self, site: Site, tmp_path: Path) -> None:
        """Each item names a record that can be read; an answer without news is not kept."""
        site.pages["/a"] = (200, {}, rss(rss_item(1), rss_item(2)).encode())
        source = web_source(site, "/a")
        assert [(r.new, r.kept) for r in ask(tmp_path, source)] == [(2, 1)]
        site.pages["/a"] = (200, {}, rss(rss_item(2)).encode())
        assert [(r.new, r.kept) for r in ask(tmp_path, source, later=1)] == [(0, 0)]
        with EvidenceStore.open(tmp_path / "evidence") as evidence:
            for item in kept(tmp_path):
                assert item.evidence.record
                record = evidence.read(item.evidence.record)
                assert record
                assert record.sha256 == item.evidence.sha256
            assert evidence.verify() == []

    def test_full_text_keeps_each_page_with_its_text(self, site: Site, tmp_path: Path) -> None:
        """New items are read on their own pages, known ones are not read again."""
        rows = [rss_item(n).replace("https://example.org", site.url("")) for n in (1, 2)]
        site.pages["/a"] = (200, {}, rss(*rows[:1]).encode())
        text = "The office published its rules for models and said what they ask of makers. " * 6
        for n in (1, 2):
            body = f"<html><body><article><p>{text}{n}.</p></article></body></html>"
            site.pages[f"/{n}"] = (200, {"Content-Type": "text/html"}, body.encode())
        source = web_source(site, "/a", full_text=True)
        assert [(r.new, r.kept) for r in ask(tmp_path, source)] == [(1, 1)]
        site.pages["/a"] = (200, {}, rss(*rows).encode())
        assert [(r.new, r.kept) for r in ask(tmp_path, source, later=1)] == [(1, 1)]
        assert [path for path, _ in site.asked] == ["/a", "/1", "/a", "/2"]
        with EvidenceStore.open(tmp_path / "evidence") as evidence:
            for item in kept(tmp_path):
                record = evidence.read(item.evidence.record or "")
                assert record
                assert (record.url, record.text_sha256) == (item.url, sha256(item.text))

    def test_pages_left_over_come_with_the_next_gather(self, site: Site, tmp_path: Path) -> None:
        """Seventy new pages: sixty, then ten, though the feed has not changed."""
        rows = [rss_item(n).replace("https://example.org", site.url("")) for n in range(70)]
        site.pages["/a"] = (200, {"ETag": '"1"'}, rss(*rows).encode())
        for n in range(70):
            site.pages[f"/{n}"] = (404, {}, b"")
        source = web_source(site, "/a", full_text=True)
        first, second, third = (ask(tmp_path, source)[0] for _ in range(3))
        assert (first.new, second.new, third.new) == (60, 10, 0)
        assert "the other 10 come with the next gather" in first.fault
        assert "if-none-match" not in site.asked[61][1]
        assert third.state == "unchanged"


def test_many_sources_come_in_waves(tmp_path: Path) -> None:
    """More sources than one wave holds: each is written, in the order of the list."""
    (tmp_path / "a.xml").write_text(rss(rss_item(1)), encoding="utf-8")
    sources = [replace(file_source("a"), slug=f"s{n}") for n in range(2 * WAVE + 3)]
    reports = run(tmp_path, sources)
    assert [r.source for r in reports] == [s.slug for s in sources]
    assert [r.new for r in reports] == [1] + [0] * (2 * WAVE + 2)


def test_the_first_source_of_each_host_comes_first() -> None:
    """So that many sources of one slow host do not hold all threads."""
    hosts = ["a", "a", "a", "b", "c", "b"]
    jobs = [_Job(a_source(f"http://{host}/{n}"), Memory()) for n, host in enumerate(hosts)]
    order = [job.source.url[7:] for job in _spread(jobs)]
    assert order == ["a/0", "b/3", "c/4", "a/1", "b/5", "a/2"]


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
            progress=lambda report: print(report.source, flush=True),
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
