"""pressroom.store.merge, on real databases."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressroom.errors import StoreError
from pressroom.model import Evidence, Harvest, Item, ItemId, Locale, Memory, sha256
from pressroom.store.clippings import Clippings, item_id
from pressroom.store.clippings_db import MIGRATIONS
from pressroom.store.merge import MergeReport, merge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NOW = datetime(2025, 9, 2, 12, tzinfo=UTC)
FILLER = " A text that is long enough to tell one item of an outlet from any other item of it."


def an_item(url: str, text: str = "", outlet: str = "caict", evidence: str = "a") -> Item:
    """An item with words that tell it."""
    return Item(
        *(item_id(outlet, url), url, "Title", Locale("en"), outlet, "feed"),
        text=(text or url) + FILLER,
        evidence=Evidence(url, NOW, evidence * 64),
        published=NOW,
    )


def hour(n: int) -> datetime:
    """So many hours after NOW."""
    return NOW + timedelta(hours=n)


def gathered(path: Path, *items: tuple[int, Item]) -> Path:
    """A database of items, each first seen at an hour; closed."""
    with Clippings.open(path) as clippings:
        for n, item in items:
            clippings.keep("feed", Harvest((item,)), hour(n))
    return path


def merged(mine: Path, *others: Path) -> list[MergeReport]:
    """Join others into one, in their order."""
    with Clippings.open(mine) as clippings:
        return [merge(clippings, other, hour(100)) for other in others]


def held(path: Path) -> tuple[list[Item], list[list[tuple[str, ...]]]]:
    """All that a database holds but its numbers: items, and the rows of both tables."""
    with Clippings.open(path) as clippings:
        columns = "id, url, content, seal, first_seen, text, evidence_sha256"
        tables = (
            f"SELECT {columns} FROM {table} ORDER BY url, outlet, content"
            for table in ("items", "copies")
        )
        return clippings.items(), [clippings._db.execute(sql).fetchall() for sql in tables]


@cache
def colliding() -> tuple[str, str]:
    """Two addresses whose hashes begin with the same six digits."""
    seen: dict[str, str] = {}
    for n in count():
        url = f"https://c.example.org/{n}"
        if (other := seen.setdefault(item_id("", url), url)) != url:
            return other, url
    raise AssertionError


class TestMerge:
    """What comes in, what was known, what wins."""

    def test_items_of_both_are_held(self, tmp_path: Path) -> None:
        """Ours stay, theirs come in under the same ids; a second time nothing is new."""
        a = gathered(tmp_path / "a.db", (0, an_item("u1")), (1, an_item("u2")))
        b = gathered(tmp_path / "b.db", (0, an_item("u2")), (1, an_item("u3")))
        assert merged(a, b, b) == [MergeReport(1, 1), MergeReport(0, 2)]
        assert {i.id for i in held(a)[0]} == {item_id("caict", f"u{n}") for n in (1, 2, 3)}

    def test_what_came_in_is_found(self, tmp_path: Path) -> None:
        """New words, and those of a row that was replaced; not the old ones."""
        a = gathered(tmp_path / "a.db", (5, replace(an_item("u1"), dek="old words")))
        b = gathered(
            tmp_path / "b.db", (1, replace(an_item("u1"), dek="新的词")), (2, an_item("zebra"))
        )
        with Clippings.open(a) as clippings:
            assert len(clippings.search("old")) == 1
            merge(clippings, b, hour(9))
            assert clippings.search("old") == []
            assert clippings.search("新的") == clippings.search("词") == [item_id("caict", "u1")]
            assert clippings.search("zebra") == [item_id("caict", "zebra")]

    def test_the_first_seen_wins(self, tmp_path: Path) -> None:
        """Of two texts of an address, and of two addresses of a text; ties by the evidence."""
        a = gathered(tmp_path / "a.db", (2, an_item("u1", "new")), (1, an_item("u2", "one")))
        b = gathered(tmp_path / "b.db", (1, an_item("u1", "old")), (2, an_item("u3", "one")))
        c = gathered(tmp_path / "c.db", (1, an_item("u2", "one", evidence="0")))
        merged(a, b, c)
        texts = {i.url: (i.text.removesuffix(FILLER), i.evidence.sha256[0]) for i in held(a)[0]}
        assert texts == {"u1": ("old", "a"), "u2": ("one", "0")}

    def test_an_item_set_aside_keeps_its_id(self, tmp_path: Path) -> None:
        """Whoever cited it still finds it, and its address is known to the next gather."""
        a = gathered(tmp_path / "a.db", (2, an_item("u1", "one")))
        b = gathered(tmp_path / "b.db", (1, an_item("u2", "one")))
        merged(a, b)
        with Clippings.open(a) as clippings:
            cited = clippings.item(item_id("caict", "u1"))
            assert cited is not None
            assert cited.url == "u1"
            assert clippings.unknown([an_item("u1", "edited")]) == []
            assert clippings.keep("feed", Harvest((an_item("u1", "edited"),)), hour(5)) == 0
            assert [i.url for i in clippings.items()] == ["u2"]
            assert clippings.search("one") == [item_id("caict", "u2")]

    def test_colliding_ids_are_given_by_first_sight(self, tmp_path: Path) -> None:
        """The later of two gets eight digits on both machines, whoever had six."""
        one, two = colliding()
        a = gathered(tmp_path / "a.db", (2, an_item(one)))
        b = gathered(tmp_path / "b.db", (1, an_item(two)))
        shutil.copy(a, tmp_path / "a2.db")
        merged(a, b)
        merged(b, tmp_path / "a2.db")
        assert held(a) == held(b)
        assert {i.url: i.id for i in held(a)[0]} == {
            two: item_id("caict", two),
            one: item_id("caict", one, 8),
        }

    def test_memories_are_taken_where_there_is_none(self, tmp_path: Path) -> None:
        """Each machine asks by itself; only what ours has never asked is taken over."""
        with Clippings.open(tmp_path / "a.db") as a, Clippings.open(tmp_path / "b.db") as b:
            a.keep("one", Harvest(memory=Memory("ours")), NOW)
            b.keep("one", Harvest(memory=Memory("theirs")), NOW)
            b.keep("two", Harvest(memory=Memory("theirs", failures=2, gone=True)), NOW)
            merge(a, tmp_path / "b.db", NOW)
            assert a.memories() == {
                "one": Memory("ours"),
                "two": Memory("theirs", failures=2, gone=True),
            }

    def test_a_clock_ahead_is_named(self, tmp_path: Path) -> None:
        """Its items are taken."""
        a, b = gathered(tmp_path / "a.db"), gathered(tmp_path / "b.db", (300, an_item("u1")))
        (report,) = merged(a, b)
        assert report.new == 1
        assert "set the clock" in report.faults[0]

    def test_a_database_joins_itself(self, tmp_path: Path) -> None:
        """Nothing comes of it."""
        a = gathered(tmp_path / "a.db", (0, an_item("u1")))
        assert merged(a, a) == [MergeReport(0, 1)]


class TestTheirFile:
    """Older, newer, altered, damaged, foreign, in a folder one may not write."""

    def test_an_older_file_is_read_and_left(self, tmp_path: Path) -> None:
        """A database of the first version joins, and its file is as it was."""
        b = first_version(tmp_path / "b.db")
        before = b.read_bytes()
        a = gathered(tmp_path / "a.db")
        assert merged(a, b) == [MergeReport(1, 0)]
        assert b.read_bytes() == before
        assert held(a)[0][0].text == "Body"

    @pytest.mark.parametrize("column", ["text", "hed", "url", "evidence_sha256", "published"])
    def test_an_altered_item_is_refused_and_named(self, tmp_path: Path, column: str) -> None:
        """Whatever was altered; the others are taken, memories are not."""
        b = gathered(tmp_path / "b.db", (0, an_item("u1")), (1, an_item("u2")))
        run(b, f"UPDATE items SET {column} = '2024' WHERE url = 'u1'")
        a = gathered(tmp_path / "a.db")
        (report,) = merged(a, b)
        assert (report.new, report.known) == (1, 0)
        assert item_id("caict", "u1") in report.faults[0]
        assert "does not match its hash" in report.faults[0]
        with Clippings.open(a) as clippings:
            assert clippings.memories() == {}

    def test_text_that_is_no_text_is_refused(self, tmp_path: Path) -> None:
        """Bytes that are not UTF-8, numbers, and nothing, in a column of words."""
        b = gathered(tmp_path / "b.db", *((n, an_item(f"u{n}")) for n in range(3)))
        run(b, "UPDATE items SET text = CAST(x'ff41' AS TEXT) WHERE url = 'u0'")
        run(b, "UPDATE items SET text = x'00' WHERE url = 'u1'")
        (report,) = merged(gathered(tmp_path / "a.db"), b)
        assert (report.new, len(report.faults)) == (1, 2)

    @pytest.mark.parametrize(
        "data", [b"", b"garbage " * 1000, b"SQLite format 3\0" + b"\1" * 5000], ids=len
    )
    def test_what_is_no_database_is_a_store_error(self, tmp_path: Path, data: bytes) -> None:
        """An empty file, garbage, garbage with the right beginning; a file that is not there."""
        (tmp_path / "b.db").write_bytes(data)
        a = gathered(tmp_path / "a.db", (0, an_item("u1")))
        for name in ("b.db", "none.db"):
            with pytest.raises(StoreError, match=name):
                merged(a, tmp_path / name)
        assert len(held(a)[0]) == 1

    def test_another_programs_database_is_a_store_error(self, tmp_path: Path) -> None:
        """Even one that counts its versions as we do."""
        run(tmp_path / "b.db", "CREATE TABLE items (name)")
        run(tmp_path / "b.db", "PRAGMA user_version = 2")
        with pytest.raises(StoreError, match="not a sound clippings database"):
            merged(gathered(tmp_path / "a.db"), tmp_path / "b.db")

    def test_a_newer_file_is_a_store_error(self, tmp_path: Path) -> None:
        """It says to update."""
        run(gathered(tmp_path / "b.db"), "PRAGMA user_version = 99")
        with pytest.raises(StoreError, match="newer Pressroom"):
            merged(gathered(tmp_path / "a.db"), tmp_path / "b.db")

    def test_of_a_damaged_file_nothing_is_taken(self, tmp_path: Path) -> None:
        """A file cut in the middle of a copy leaves ours as it was."""
        b = gathered(tmp_path / "b.db", *((n, an_item(f"u{n}", f"{n} " * 1000)) for n in range(40)))
        run(b, "PRAGMA wal_checkpoint(TRUNCATE)")
        data = bytearray(b.read_bytes())
        data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
        b.write_bytes(data)
        a = gathered(tmp_path / "a.db", (0, an_item("v")))
        before = held(a)
        with pytest.raises(StoreError, match=r"b\.db.*Nothing was taken"):
            merged(a, b)
        assert held(a) == before

    def test_a_file_that_cannot_be_locked_is_copied_first(self, tmp_path: Path) -> None:
        """As in a folder that may not be written; what stands in its log is read too."""
        with Clippings.open(tmp_path / "live.db") as live:
            live.keep("feed", Harvest((an_item("u1"),)), NOW)
            (tmp_path / "b.db-shm").mkdir()
            shutil.copy(tmp_path / "live.db", tmp_path / "b.db")
            shutil.copy(tmp_path / "live.db-wal", tmp_path / "b.db-wal")
        (report,) = merged(gathered(tmp_path / "a.db"), tmp_path / "b.db")
        assert report.new == 1

    def test_a_file_in_use_is_read_at_one_moment(self, tmp_path: Path) -> None:
        """Another Pressroom may be gathering into it."""
        with Clippings.open(tmp_path / "b.db") as live:
            live.keep("feed", Harvest((an_item("u1"),)), NOW)
            live._db.execute("BEGIN IMMEDIATE")
            (report,) = merged(gathered(tmp_path / "a.db"), tmp_path / "b.db")
            live._db.execute("ROLLBACK")
        assert report.new == 1


def run(path: Path, sql: str) -> None:
    """Do something to a database behind Pressroom's back."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute(sql)
    db.close()


def first_version(path: Path) -> Path:
    """A database as the first Pressroom wrote it, with one item."""
    db = sqlite3.connect(path)
    db.executescript((MIGRATIONS / "001.sql").read_text(encoding="utf-8"))
    row = ("caict-0a", "u1", sha256("u1"), "feed", "caict", "en", "Title", "", "", "Body", None)
    stamp = "2025-09-02T12:00:00.000000+00:00"
    db.execute(
        f"INSERT INTO items VALUES (1, {', '.join('?' * 17)})",
        (*row, stamp, "u1", stamp, "ab" * 32, None, "title body"),
    )
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
    return path


URLS = ("u1", "u2", "u3", *colliding())
ITEMS = st.builds(
    an_item,
    url=st.sampled_from(URLS),
    text=st.sampled_from(["one", "two", "three", "ONE"]),
    outlet=st.sampled_from(["a", "a", "b"]),
    evidence=st.sampled_from("01"),
)
MACHINES = st.lists(
    st.lists(st.tuples(st.integers(0, 4), ITEMS), max_size=5), min_size=3, max_size=3
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(MACHINES, st.permutations([0, 1, 2]), st.permutations([0, 1, 2]), st.booleans())
def test_no_order_of_merging_matters(
    tmp_path: Path,
    machines: list[list[tuple[int, Item]]],
    left: Sequence[int],
    right: Sequence[int],
    nested: bool,  # noqa: FBT001 - drawn
) -> None:
    """Three machines, joined one by one or two first, come to the same items, ids and copies."""

    def fresh(name: str) -> list[Path]:
        folder = tmp_path / name
        shutil.rmtree(folder, ignore_errors=True)
        return [
            gathered(folder / f"{n}.db", *sorted(items, key=lambda pair: pair[0]))
            for n, items in enumerate(machines)
        ]

    a = fresh("left")
    merged(a[left[0]], a[left[1]], a[left[2]])
    b = fresh("right")
    if nested:
        merged(b[right[1]], b[right[2]])
        merged(b[right[0]], b[right[1]])
    else:
        merged(b[right[0]], b[right[2]], b[right[1]], b[right[2]])
    outcome = held(a[left[0]])
    assert outcome == held(b[right[0]])
    items = outcome[0]
    assert len({i.url for i in items}) == len({i.id for i in items}) == len(items)
    with Clippings.open(b[right[0]]) as clippings:
        for item in items:
            assert item.id in clippings.search(item.text.split()[0])
            assert clippings.item(ItemId(item.id)) == item
