"""pressroom.store.clippings, on real databases."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressroom.errors import StoreError
from pressroom.model import Evidence, Harvest, Item, ItemId, Locale, Memory, sha256
from pressroom.store.clippings import Clippings, fold, item_id, pairs
from pressroom.store.clippings_db import MIGRATIONS

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2025, 9, 2, 12, tzinfo=UTC)
LONG = "A text that is long enough to tell one item of an outlet from any other item of it."


def an_item(n: int, hed: str = "", text: str = "", outlet: str = "caict") -> Item:
    """An item published n hours after NOW."""
    url = f"https://{outlet}.example.org/{n}"
    return Item(
        id=item_id(outlet, url),
        url=url,
        hed=hed or f"Title {n}",
        locale=Locale("zh-Hans"),
        outlet=outlet,
        source="feed",
        text=text or f"Text {n}",
        evidence=Evidence("https://example.org/feed", NOW, "ab" * 32),
        dek="dek",
        byline="Li",
        published=NOW + timedelta(hours=n),
    )


@pytest.fixture
def clippings(tmp_path: Path) -> Iterator[Clippings]:
    """An empty database."""
    with Clippings.open(tmp_path / "new" / "c.sqlite") as opened:
        yield opened


def keep(clippings: Clippings, *items: Item) -> int:
    """Keep items of one source."""
    return clippings.keep("feed", Harvest(items), NOW)


class TestKeep:
    """What is stored, and what is known already."""

    def test_an_item_comes_back_as_it_was(self, clippings: Clippings) -> None:
        """Every field, times in UTC, evidence included."""
        east = timezone(timedelta(hours=8))
        item = replace(an_item(1), published=datetime(2025, 9, 2, 21, tzinfo=east))
        assert keep(clippings, item) == 1
        assert clippings.item(item.id) == item
        assert clippings.items() == [item]

    def test_a_known_address_is_never_edited(self, clippings: Clippings) -> None:
        """The second text at an address changes nothing."""
        keep(clippings, an_item(1, text="first"))
        assert keep(clippings, an_item(1, text="second"), an_item(2)) == 1
        assert [i.text for i in clippings.items()] == ["first", "Text 2"]

    def test_the_same_words_of_an_outlet_are_one(self, clippings: Clippings) -> None:
        """A copy under another address of the same outlet is known; another outlet's is not."""
        keep(clippings, an_item(1, "Title", LONG))
        assert keep(clippings, an_item(2, "TITLE", LONG.upper())) == 0
        assert keep(clippings, an_item(3, "Title", LONG, outlet="daily")) == 1

    def test_short_texts_prove_nothing(self, clippings: Clippings) -> None:
        """A column that has the same title and no text every day is kept every day."""
        assert keep(clippings, an_item(1, "Briefing", "-"), an_item(2, "Briefing", "-")) == 2

    def test_a_source_is_kept_whole_or_not_at_all(self, clippings: Clippings) -> None:
        """A fault at the last item leaves neither the first ones nor the memory."""
        bad = replace(an_item(2), hed=["no text"])  # type: ignore[arg-type]
        with pytest.raises((TypeError, AttributeError, sqlite3.Error)):
            clippings.keep("feed", Harvest((an_item(1), bad), Memory("e")), NOW)
        bad = replace(an_item(2), byline=["no text"])  # type: ignore[arg-type]
        with pytest.raises((TypeError, sqlite3.Error, StoreError)):
            clippings.keep("feed", Harvest((an_item(1), bad), Memory("e")), NOW)
        assert (clippings.items(), clippings.memories()) == ([], {})

    def test_unknown_is_what_keep_would_store(self, clippings: Clippings) -> None:
        """By address, by words, within the list itself; nothing is written."""
        keep(clippings, an_item(1), an_item(2, "Title", LONG))
        asked = [
            *(an_item(1, text="other"), an_item(3, "TITLE", LONG.upper())),
            *(an_item(4), an_item(4, text="again"), an_item(5, "T", LONG), an_item(6, "T", LONG)),
            an_item(7, "Title", LONG, outlet="daily"),
        ]
        new = clippings.unknown(asked)
        assert [(i.outlet, i.url[-1]) for i in new] == [
            ("caict", "4"),
            ("caict", "5"),
            ("daily", "7"),
        ]
        assert clippings.count() == 2
        assert keep(clippings, *asked) == len(new)
        assert clippings.unknown(asked) == []

    def test_a_whole_memory_is_kept(self, clippings: Clippings) -> None:
        """Where a source moved, how long it asks to be left alone, its failures, its end."""
        memory = Memory("1", "Mon", "ff", "https://new.example.org/", NOW, 3, gone=True)
        clippings.keep("a", Harvest(memory=memory), NOW)
        assert clippings.memories() == {"a": memory}

    def test_memory_is_kept_with_the_items(self, clippings: Clippings) -> None:
        """The last memory of each source is what the next gather starts from."""
        clippings.keep("a", Harvest(memory=Memory("1", "Mon", "ff")), NOW)
        clippings.keep("b", Harvest(memory=Memory("2")), NOW)
        clippings.keep("a", Harvest(memory=Memory("3")), NOW)
        assert clippings.memories() == {"a": Memory("3"), "b": Memory("2")}


class TestItems:
    """By time and by id."""

    def test_items_stand_in_time(self, clippings: Clippings) -> None:
        """Oldest first by publication, else by first sight; `since` is inclusive."""
        undated = replace(an_item(50), published=None)
        keep(clippings, an_item(3), an_item(-1), undated)
        assert [i.url[-2:] for i in clippings.items()] == ["-1", "50", "/3"]
        assert [i.url[-2:] for i in clippings.items(NOW)] == ["50", "/3"]

    def test_habits_are_the_newest_times_of_each_source(self, clippings: Clippings) -> None:
        """Newest first, at most so many; by first sight where the time is unknown."""
        keep(clippings, an_item(1), an_item(3), an_item(-2))
        undated = replace(an_item(9), source="other", published=None)
        clippings.keep("other", Harvest((undated,)), NOW + timedelta(hours=9))
        hours = {
            source: [(time - NOW) / timedelta(hours=1) for time in times]
            for source, times in clippings.habits(2).items()
        }
        assert hours == {"feed": [3, 1], "other": [9]}

    def test_ids_are_the_same_on_every_machine(self) -> None:
        """Outlet and six hex digits of the address's hash, nothing else."""
        assert item_id("caict", "https://example.org/a") == "caict-b5b10d"

    def test_an_id_is_found_by_four_digits(self, clippings: Clippings) -> None:
        """A prefix is enough where it fits one item; three digits or a stranger's are not."""
        keep(clippings, an_item(1), an_item(2))
        whole = an_item(1).id
        found = clippings.item(ItemId(whole[:-2]))
        assert found is not None
        assert found.id == whole
        assert clippings.item(ItemId(whole[:-3])) is None
        assert clippings.item(ItemId("caict-zzzzzz")) is None
        assert clippings.item(ItemId("")) is None

    def test_a_collision_lengthens_the_later_id(self, clippings: Clippings) -> None:
        """Two addresses whose hashes start alike both stay findable."""
        first, second = colliding()
        keep(clippings, first, second)
        assert clippings.item(item_id("caict", first.url)) == first
        longer = clippings.item(item_id("caict", second.url, 8))
        assert longer is not None
        assert longer.url == second.url


def colliding() -> tuple[Item, Item]:
    """Two items with the same six digits, found by trying some ten thousand addresses."""
    seen: dict[str, Item] = {}
    for n in range(100_000):
        id_ = item_id("caict", url := f"https://caict.example.org/{n}")
        if id_ in seen:
            return seen[id_], replace(an_item(1), url=url)
        seen[id_] = replace(an_item(0), id=id_, url=url)
    raise AssertionError("no collision")


class TestSearch:
    """Words in Chinese, in English, and in both."""

    TEXTS = (
        ("国务院关于“人工智能+”行动的意见", "各地要加快大模型落地。"),
        ("AI＋ comes home", "Café owners use GPT-4o and C# to write 面条 recipes."),
        ("AI labels", "智者，能也。工人有智慧。"),
        ("行政院：人工智慧發展計畫", "100% of it"),
    )

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("人工", [3, 0]),
            ("智能", [0]),
            ("人工智能", [0]),
            ("人 工", [3, 2, 0]),
            ("面", [1]),
            ("面条", [1]),
            ("AI", [2, 1]),
            ("ai+", [1]),
            ("ＡＩ＋", [1]),
            ("智能+", [0]),
            ("“人工智能+”", [0]),
            ("ai labels", [2]),
            ("labels ai", [2]),
            ("cafe", [1]),
            ("GPT-4o", [1]),
            ("c#", [1]),
            ("100%", [3]),
            ("AI 智慧", [2]),
            ("大模型落地", [0]),
            ("模型大", []),
            ("label", []),
            ("", []),
            ('"', []),
            ("+", [1, 0]),
            ("_", []),
            ('a" OR "b', []),
            ("NEAR(ai labels)", []),
            ("hed:ai", []),
            ("*", []),
        ],
    )
    def test_words_find_their_items(
        self, clippings: Clippings, query: str, found: list[int]
    ) -> None:
        """Newest first; of any length and script; signs of a query language are mere text."""
        items = [an_item(n, hed, text) for n, (hed, text) in enumerate(self.TEXTS)]
        keep(clippings, *items)
        assert clippings.search(query) == [items[n].id for n in found]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
    @given(st.text(max_size=30))
    def test_no_query_fails(self, clippings: Clippings, query: str) -> None:
        """Whatever is typed, the answer is a list."""
        assert isinstance(clippings.search(query), list)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
    @given(
        st.text(alphabet="人工智能模型行動AIai0", min_size=1, max_size=12),
        st.data(),
    )
    def test_every_han_run_of_a_text_finds_it(
        self, clippings: Clippings, text: str, data: st.DataObject
    ) -> None:
        """Any stretch of Han characters of a title is a query that finds it."""
        begin = data.draw(st.integers(0, len(text) - 1))
        piece = text[begin : data.draw(st.integers(begin + 1, len(text)))]
        item = replace(an_item(1, text), url=f"https://e.org/{text}")
        keep(clippings, item)
        if piece.isascii():
            return
        han = "".join(c for c in piece if not c.isascii())
        if han == piece:
            assert item_id("caict", item.url) in clippings.search(piece)

    def test_pairs_and_fold(self) -> None:
        """A lone character stands for itself; width and case are evened out."""
        assert pairs("大AI模型库").split() == ["大", "AI", "模型", "型库", "库"]
        assert fold("ＡＩ＋ Straße") == "ai+ strasse"


class TestDatabase:
    """The file itself."""

    def test_a_database_of_the_first_version_comes_through(self, tmp_path: Path) -> None:
        """Items, ids and memories stay; it is searched, and knows what it knew."""
        first = first_version(tmp_path / "c.sqlite")
        with Clippings.open(tmp_path / "c.sqlite") as clippings:
            assert clippings.items() == [first]
            assert clippings.item(ItemId("caict-123456")) == first
            assert clippings.memories() == {"feed": Memory("e", "Mon", "ff")}
            assert clippings.search("人工智能") == clippings.search("工") == ["caict-123456"]
            assert (
                clippings.unknown([an_item(1, text="new"), an_item(2, first.hed, first.text)]) == []
            )
            assert keep(clippings, an_item(3)) == 1
        with Clippings.open(tmp_path / "c.sqlite") as clippings:
            assert clippings.count() == 2

    def test_a_migration_that_fails_leaves_the_file_as_it_was(self, tmp_path: Path) -> None:
        """A column that is not there: the next Pressroom finds the first version."""
        first_version(tmp_path / "c.sqlite")
        run(tmp_path / "c.sqlite", "ALTER TABLE items RENAME COLUMN dek TO standfirst")
        with pytest.raises(StoreError, match="cannot be read or written"):
            Clippings.open(tmp_path / "c.sqlite")
        run(tmp_path / "c.sqlite", "ALTER TABLE items RENAME COLUMN standfirst TO dek")
        with Clippings.open(tmp_path / "c.sqlite") as clippings:
            assert clippings.count() == 1

    def test_it_is_in_wal_mode_and_numbered(self, tmp_path: Path) -> None:
        """Readers do not wait for the writer; the version counts the migrations."""
        with Clippings.open(tmp_path / "c.sqlite") as clippings:
            get = clippings._db.execute
            assert get("PRAGMA journal_mode").fetchone() == ("wal",)
            assert get("PRAGMA user_version").fetchone() == (2,)

    def test_it_opens_again(self, tmp_path: Path) -> None:
        """What was kept is there in the next process."""
        with Clippings.open(tmp_path / "c.sqlite") as clippings:
            keep(clippings, an_item(1))
        with Clippings.open(tmp_path / "c.sqlite") as clippings:
            assert len(clippings.items()) == 1

    def test_a_reader_sees_no_half_of_a_source(self, tmp_path: Path) -> None:
        """Two connections at once: the reader neither waits nor fails."""
        with (
            Clippings.open(tmp_path / "c.sqlite") as writer,
            Clippings.open(tmp_path / "c.sqlite") as reader,
        ):
            writer._db.execute("BEGIN IMMEDIATE")
            assert reader.items() == []
            writer._db.execute("ROLLBACK")
            keep(writer, an_item(1))
            assert len(reader.items()) == 1

    def test_a_newer_database_is_left_alone(self, tmp_path: Path) -> None:
        """A file of a later Pressroom is not touched."""
        with Clippings.open(tmp_path / "c.sqlite") as clippings:
            clippings._db.execute("PRAGMA user_version = 99")
        with pytest.raises(StoreError, match="newer Pressroom"):
            Clippings.open(tmp_path / "c.sqlite")

    def test_a_file_that_is_no_database_is_a_store_error(self, tmp_path: Path) -> None:
        """Garbage, and a folder in its place, are named with what to do."""
        (tmp_path / "c.sqlite").write_bytes(b"garbage " * 1000)
        with pytest.raises(StoreError, match="not a sound clippings database"):
            Clippings.open(tmp_path / "c.sqlite")
        (tmp_path / "d").mkdir()
        with pytest.raises(StoreError, match="cannot be read or written"):
            Clippings.open(tmp_path / "d")


def run(path: Path, sql: str) -> None:
    """Do something to a database behind Pressroom's back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(sql)


def first_version(path: Path) -> Item:
    """The one item of a database as the first Pressroom wrote it, with its hash of then."""
    item = replace(an_item(1, "人工智能＋", LONG), id=ItemId("caict-123456"))
    words = "".join(LONG.casefold().split())
    published = (NOW + timedelta(hours=1)).isoformat(timespec="microseconds")
    now = NOW.isoformat(timespec="microseconds")
    row = (
        *(1, item.id, item.url, sha256(f"人工智能+\n{words}"), "feed", "caict", "zh-Hans"),
        *(item.hed, "dek", "Li", LONG, published, now, item.evidence.url, now, "ab" * 32, None, ""),
    )
    with closing(sqlite3.connect(path)) as db:
        db.executescript((MIGRATIONS / "001.sql").read_text(encoding="utf-8"))
        db.execute(f"INSERT INTO items VALUES ({', '.join('?' * 18)})", row)
        db.execute("INSERT INTO memories VALUES ('feed', 'e', 'Mon', 'ff')")
        db.execute("PRAGMA user_version = 1")
        db.commit()
    return item


MANY = st.lists(
    st.builds(
        an_item,
        n=st.integers(0, 6),
        hed=st.sampled_from(["One", "Two"]),
        text=st.sampled_from([LONG, LONG + " More.", "short"]),
        outlet=st.sampled_from(["a", "b"]),
    ),
    max_size=10,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(MANY, st.randoms(use_true_random=False))
def test_no_order_loses_or_doubles(
    tmp_path: Path, items: list[Item], chance: random.Random
) -> None:
    """In any order: every address or its words are kept, and neither is kept twice."""
    shuffled = list(items)
    chance.shuffle(shuffled)
    for order in (items, shuffled):
        (tmp_path / "c.sqlite").unlink(missing_ok=True)
        with Clippings.open(tmp_path / "c.sqlite") as clippings:
            new = sum(keep(clippings, item) for item in order)
            assert keep(clippings, *order) == 0
            kept = clippings.items()
        assert new == len(kept) == len({i.url for i in kept})
        long = [(i.outlet, i.hed, i.text) for i in kept if len(i.text) > 60]
        assert len(long) == len(set(long))
        known = {i.url for i in kept}, {(i.outlet, i.hed, i.text) for i in kept}
        assert all(i.url in known[0] or (i.outlet, i.hed, i.text) in known[1] for i in items)
