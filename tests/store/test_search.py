"""pressroom.store.search: what is found, against a scan that knows no index."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pressroom.lang.han import HAN
from pressroom.model import Evidence, Harvest, Item, Locale
from pressroom.store.clippings import Clippings, item_id
from pressroom.store.search import SYMBOLS, expressions, fold, pairs, simplified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2025, 9, 2, 12, tzinfo=UTC)
ATOM = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+|[{SYMBOLS}]")


def an_item(n: int, text: str, hed: str = "", dek: str = "") -> Item:
    """An item, n hours old."""
    url = f"https://e.org/{n}"
    return Item(
        *(item_id("o", url), url, hed, Locale("zh-Hans"), "o", "s", text),
        evidence=Evidence(url, NOW, "ab" * 32),
        dek=dek,
        published=NOW - timedelta(hours=n),
    )


def scan(texts: list[str], query: str) -> list[int]:
    """Which texts hold every word, by reading all: runs of a kind apart, then a whole-word find."""
    words = [atoms for word in fold(query).split() if (atoms := ATOM.findall(word))]
    if not words:
        return []
    return [n for n, text in enumerate(texts) if all(holds(text, atoms) for atoms in words)]


def holds(text: str, atoms: list[str]) -> bool:
    """Whether the atoms stand in a row; at either end a run of Han characters may go on."""
    plain = f" {' '.join(ATOM.findall(fold(text)))} "
    before = "" if re.match(f"[{HAN}]", atoms[0]) else " "
    after = "" if re.match(f"[{HAN}]", atoms[-1]) else " "
    return f"{before}{' '.join(atoms)}{after}" in plain


UNITS = st.sampled_from([
    *("AI", "AI+", "ai＋", "C#", "C++", "5G", "GPT-4o", "model", "Modèle", "ＡＢ", "3.5", "50%", "Ⅳ"),
    *("人工智能", "人工智慧", "數據", "数据", "人", "人人", "面", "麵", "𠮷野", "𫝀", "々", "〇", "㈱", "龍"),
    *("+", "€", "😀", "👩‍💻", "é", "e\u0301", "ñ", "ﬁ", "İ", "ß", "한국", "データ", "हिन्दी", "Ꭰ", "𐐀"),
    *("葛\U000e0100", "soft\u00adhyphen", "\u200b", "\0", "_", "a_b", "\ud800", '"', "NEAR", "*"),
])  # fmt: skip
GAPS = st.sampled_from(["", "", " ", "，", "。", "\n", "-", "\u3000", "“", "/"])
TEXTS = st.lists(st.tuples(UNITS, GAPS), max_size=8).map(
    lambda units: "".join(unit + gap for unit, gap in units)
)
STORABLE = TEXTS.map(lambda text: text.encode("utf-8", "replace").decode())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.lists(STORABLE, min_size=1, max_size=5), st.lists(TEXTS | st.text(max_size=6), max_size=4)
)
@example(["人，工智能"], ["人工", "人", "工智"])
@example(["AI+行动"], ["AI+", "AI", "+行", "AI行"])
def test_the_index_finds_what_a_scan_finds(
    tmp_path: Path, texts: list[str], queries: list[str]
) -> None:
    """Neither less nor more, for any query, and for every unit of every text."""
    with Clippings.open(empty(tmp_path)) as clippings:
        items = [an_item(n, text) for n, text in enumerate(texts)]
        clippings.keep("s", Harvest(tuple(items)), NOW)
        for query in (*queries, *texts, *(word for text in texts for word in text.split())):
            found = [items[n].id for n in scan(texts, query)]
            assert clippings.search(query) == found, query


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(UNITS, GAPS), min_size=1, max_size=8), st.data())
def test_whole_words_of_a_text_find_it(
    tmp_path: Path, units: list[tuple[str, str]], data: st.DataObject
) -> None:
    """Any stretch of whole words, and any stretch of Han characters, whatever stands around it."""
    text = "".join(f"{unit}{gap} " for unit, gap in units)
    text = text.encode("utf-8", "replace").decode()
    words = text.split()
    first = data.draw(st.integers(0, len(words)))
    stretch = " ".join(words[first : data.draw(st.integers(first, len(words)))])
    han = "".join(c for c in text if re.match(f"[{HAN}]", c))
    piece = data.draw(
        st.sampled_from([run for run in re.findall(f"[{HAN}]+", text) if run] or [""])
    )
    begin = data.draw(st.integers(0, len(piece)))
    piece = piece[begin : data.draw(st.integers(begin, len(piece)))]
    with Clippings.open(empty(tmp_path)) as clippings:
        clippings.keep("s", Harvest((an_item(1, text),)), NOW)
        for query in (stretch, piece, *han):
            if ATOM.search(fold(query)):
                assert clippings.search(query), query


def empty(folder: Path) -> Path:
    """Where no database is."""
    for file in folder.glob("c.db*"):
        file.unlink()
    return folder / "c.db"


@pytest.fixture
def clippings(tmp_path: Path) -> Iterator[Clippings]:
    """An empty database."""
    with Clippings.open(tmp_path / "c.db") as opened:
        yield opened


class TestIndex:
    """When it is filled, and how it follows the items."""

    def test_title_dek_and_text_are_searched(self, clippings: Clippings) -> None:
        """Each by itself: a phrase does not go from one into the next for Han characters."""
        clippings.keep("s", Harvest((an_item(1, "智能", hed="人工", dek="dek"),)), NOW)
        assert all(clippings.search(query) for query in ("人工", "智能", "dek", "人工 智能 dek"))
        assert clippings.search("人工智能") == []

    def test_traditional_and_simplified_find_each_other(self, clippings: Clippings) -> None:
        """On both sides, also where OpenCC's phrases would say otherwise."""
        texts = ("人工智慧發展計畫", "人工智慧发展计划", "乾隆皇后頭髮", "头发")
        clippings.keep("s", Harvest(tuple(an_item(n, t) for n, t in enumerate(texts))), NOW)
        one, two, three, four = (item_id("o", f"https://e.org/{n}") for n in range(4))
        assert clippings.search("發展") == clippings.search("发展") == [one, two]
        assert clippings.search("頭髮") == clippings.search("头发") == [three, four]
        assert clippings.search("后") == [three]

    def test_what_is_kept_after_a_search_is_found_by_the_next(self, clippings: Clippings) -> None:
        """In the same process and in another."""
        for n in range(3):
            clippings.keep("s", Harvest((an_item(n, "人工智能"),)), NOW)
            assert len(clippings.search("智能")) == n + 1
        with Clippings.open(clippings.path) as other:
            other.keep("s", Harvest((an_item(9, "智能"),)), NOW)
            assert len(clippings.search("智")) == len(other.search("智能")) == 4

    def test_many_items_are_indexed_in_batches(self, clippings: Clippings) -> None:
        """By their count and by their characters, none left out."""
        long = [an_item(n, f"long{n} " * 60_000) for n in range(3)]
        short = [an_item(n, f"word{n}") for n in range(3, 1010)]
        clippings.keep("s", Harvest((*long, *short)), NOW)
        clippings.index()
        assert [
            len(clippings.search(word)) for word in ("long0", "long2", "word3", "word1009")
        ] == [1] * 4

    def test_an_index_of_another_form_is_made_anew(self, clippings: Clippings) -> None:
        """After a migration, or with a Python of another Unicode."""
        clippings.keep("s", Harvest((an_item(1, "人工智能"),)), NOW)
        assert clippings.search("智能")
        clippings._db.execute("UPDATE notes SET value = 'old' WHERE name = 'form'")
        clippings._db.execute("INSERT INTO words (words) VALUES ('delete-all')")
        assert clippings.search("智能")
        assert len(clippings.search("智")) == 1

    def test_a_query_of_a_whole_page_is_answered(self, clippings: Clippings) -> None:
        """Hundreds of words, a run of thousands of characters."""
        words = " ".join(f"word{n}" for n in range(700))
        run = "人工智能" * 1000
        clippings.keep("s", Harvest((an_item(1, words), an_item(2, run))), NOW)
        assert clippings.search(words) == [item_id("o", "https://e.org/1")]
        assert clippings.search(f"{words} other") == []
        assert clippings.search(run) == [item_id("o", "https://e.org/2")]

    def test_an_item_can_be_forgotten(self, clippings: Clippings) -> None:
        """Its words are gone from both indexes, and come back changed."""
        clippings.keep("s", Harvest((an_item(1, "人工智能"),)), NOW)
        assert clippings.search("智能")
        with clippings.write() as db:
            clippings.words.forget(1)
            db.execute("UPDATE items SET text = '新'")
            clippings.words.again(1)
        assert clippings.search("智能") == clippings.search("智") == []
        assert clippings.search("新")
        clippings._db.execute("INSERT INTO words (words) VALUES ('integrity-check')")


class TestCutting:
    """Texts and queries by themselves."""

    def test_fold(self) -> None:
        """Width, case, accents, ligatures, what cannot be seen, traditional characters."""
        assert fold("ＡＩ＋ Straße ﬁ ÉÅ e\u0301 й") == "ai+ strasse fi ea e и"
        assert fold("人\u200b工\ufeff葛\U000e0100 數據庫 麵") == "人工葛 数据库 面"
        assert fold("a\0b") == "a b"

    def test_folding_twice_changes_nothing(self) -> None:
        """Of every character that has another form."""
        table = simplified()
        assert len(table) > 3000
        assert not set(table.values()) & set(table)
        assert fold(fold("".join(table))) == fold("".join(table))

    def test_pairs(self) -> None:
        """Words, pairs, ends, symbols."""
        assert pairs("ai人工智能+c#").split() == ["ai", "人工", "工智", "智能", "能", "+", "c", "#"]
        assert pairs("人，工").split() == ["人", "工"]

    @pytest.mark.parametrize(
        ("query", "asked"),
        [
            ("人", [("chars", '"人"')]),
            ("人工", [("words", '"人工"')]),
            ("AI人", [("words", '"ai 人" *')]),
            ("人AI", [("words", '"人 ai"')]),
            ("人工，工", [("words", '"人工 工 工" *')]),
            ("c# 人 人", [("chars", '"人"'), ("words", '"c #"')]),
            ('a"b', [("words", '"a b"')]),
            ("，。 _ \ud800", []),
        ],
    )
    def test_expressions(self, query: str, asked: list[tuple[str, str]]) -> None:
        """A word is a phrase; one Han character is asked of the characters."""
        assert expressions(query, {}) == asked

    def test_no_symbol_is_a_letter(self) -> None:
        """Nor a digit, nor a space: those are cut otherwise."""
        symbols = re.findall(f"[{SYMBOLS}]", "".join(map(chr, range(0x110000))))
        assert not [c for c in symbols if c.isalnum() or c.isspace() or c == "_"]


def test_words_of_a_replaced_row(tmp_path: Path) -> None:
    """`replace` of an item in Python changes nothing in the database."""
    with Clippings.open(tmp_path / "c.db") as clippings:
        item = an_item(1, "one")
        clippings.keep("s", Harvest((item,)), NOW)
        clippings.keep("s", Harvest((replace(item, text="two"),)), NOW)
        assert clippings.search("two") == []
