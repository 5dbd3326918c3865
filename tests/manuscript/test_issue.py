"""pressroom.manuscript.issue: issue.toml, the bookkeeping, the figures."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressroom.errors import SettingsError
from pressroom.manuscript.issue import (
    read_figures,
    read_issue,
    read_records,
    read_sources,
    write_records,
    write_sources,
)
from pressroom.model import BlockRecord, BlockRef, CitedItem, Drafted, ItemId, Locale, Signed

if TYPE_CHECKING:
    import random
    from pathlib import Path

EN, ZH = Locale("en"), Locale("zh-Hans")
WORDS = st.text(max_size=20)
NAME = st.text("abcz-09_", min_size=1, max_size=8)
DRAFTED = st.builds(Drafted, WORDS, st.lists(NAME, max_size=3).map(tuple), WORDS, WORDS)
RECORD = st.builds(
    BlockRecord,
    st.builds(lambda s, i: BlockRef(f"{s}#{i}"), NAME, NAME),
    st.sampled_from([EN, ZH]),
    WORDS,
    st.none() | DRAFTED,
    st.none() | st.builds(Signed, WORDS, WORDS, WORDS),
    st.lists(st.integers(0, 2**63), max_size=4).map(tuple),
)
ITEM = st.builds(
    CitedItem,
    NAME.map(ItemId), WORDS, WORDS, WORDS, st.sampled_from([EN, ZH]),
    st.none() | WORDS, st.none() | WORDS, st.none() | WORDS, st.none() | WORDS,
    st.lists(WORDS, max_size=3).map(tuple), st.booleans(),
)  # fmt: skip
ANY_ORDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty issue folder."""
    made = tmp_path / "2025-09-05"
    made.mkdir()
    return made


class TestBooks:
    """blocks.jsonl and sources.jsonl."""

    @ANY_ORDER
    @given(st.lists(RECORD, max_size=6, unique_by=lambda r: (r.block, r.locale)), st.randoms())
    def test_records_come_back(
        self, folder: Path, records: list[BlockRecord], chance: random.Random
    ) -> None:
        """What is written is read, and the file is the same in whatever order it was made."""
        text = write_records(records)
        (folder / "blocks.jsonl").write_bytes(text.encode())
        assert read_records(folder) == {(r.block, r.locale): r for r in records}
        chance.shuffle(records)
        assert write_records(records) == text

    @ANY_ORDER
    @given(st.lists(ITEM, max_size=6, unique_by=lambda i: i.id), st.randoms())
    def test_sources_come_back(
        self, folder: Path, items: list[CitedItem], chance: random.Random
    ) -> None:
        """The same holds for sources, whatever their titles hold."""
        text = write_sources(items)
        (folder / "sources.jsonl").write_bytes(text.encode())
        assert read_sources(folder) == {i.id: i for i in items}
        chance.shuffle(items)
        assert write_sources(items) == text

    def test_one_fact_a_line_by_section_then_id(self) -> None:
        """Lines are sorted by section, id and locale, so that git merges them."""
        refs = ["tldr#a", "brief#b", "brief_long#a", "brief#a"]
        text = write_records(BlockRecord(BlockRef(r), tag, "x") for r in refs for tag in (ZH, EN))
        rows = [json.loads(line) for line in text.splitlines()]
        assert [(r["block"], r["locale"]) for r in rows] == [
            (r, tag) for r in ("brief#a", "brief#b", "brief_long#a", "tldr#a") for tag in (EN, ZH)
        ]

    def test_no_file_is_no_records(self, folder: Path) -> None:
        """An issue starts without bookkeeping."""
        assert (read_records(folder), read_sources(folder)) == ({}, {})

    @pytest.mark.parametrize(
        ("line", "word"),
        [
            (b"<<<<<<< HEAD", "is not JSON"),
            (b"[]", "must be an object"),
            (b'{"locale": "en"}', "a key is missing"),
            (b'{"id": "a", "block": "a", "nonsense": 1}', "a key is missing"),
        ],
    )
    def test_a_broken_line_is_named(self, line: bytes, word: str, folder: Path) -> None:
        """A line that git or a hand has spoilt is a SettingsError with its number."""
        for name, read in (("blocks.jsonl", read_records), ("sources.jsonl", read_sources)):
            (folder / name).write_bytes(b"\n" + line + b"\n")
            with pytest.raises(SettingsError, match=rf"2025-09-05/{name}:2: .*{word}"):
                read(folder)

    def test_another_encoding_is_named(self, folder: Path) -> None:
        """Bytes that are no UTF-8 are a message, not a traceback."""
        (folder / "blocks.jsonl").write_bytes("中".encode("gbk"))
        with pytest.raises(SettingsError, match="is not UTF-8"):
            read_records(folder)


class TestIssue:
    """issue.toml."""

    def test_without_a_file_all_editions_are_due(self, folder: Path) -> None:
        """The folder's name is the date; the first locale is the original."""
        found = read_issue(folder, (EN, ZH))
        assert (found.date, found.original, found.due) == (date(2025, 9, 5), EN, (EN, ZH))

    @pytest.mark.parametrize(
        ("toml", "word"),
        [
            ("orginal = 'en'", 'orginal: unknown key. Did you mean "original"?'),
            ("original = 'eng'", 'original: "eng" is no edition'),
            ("date = '2025-09-05'", "date: must be a date"),
            ("held = 'x'", "held: must be a list"),
            ("lineup = ['x']", "lineup: must be a table"),
            ("[lineup]\nnews = 'x'", "lineup.news: must be a list"),
            ("[editions.zh-Hant]\nstatus = 'skip'", 'Did you mean "zh-Hans"?'),
            ("[editions.en]\nstatus = 'skipp'", 'Did you mean "skip"?'),
            (
                "[editions.en]\nsend_on = 'x'",
                'editions.en.send_on: unknown key. Did you mean "send_at"',
            ),
            ("[editions]\nen = 1", "editions.en: must be a table"),
            ("[editions.en]\nsend_at = '2025-09-05T09:00:00'", "time with its zone"),
            ("[editions.en]\nsend_at = 'noon'", "time with its zone"),
            ("[editions.en]\nsend_at = 7", "time with its zone"),
        ],
    )
    def test_faults_name_the_key(self, toml: str, word: str, folder: Path) -> None:
        """Each fault says where it is and what was meant."""
        (folder / "issue.toml").write_text(toml, encoding="utf-8")
        with pytest.raises(SettingsError, match=r"^2025-09-05/issue\.toml: ") as fault:
            read_issue(folder, (EN, ZH))
        assert word in str(fault.value)

    def test_a_folder_that_is_no_date(self, tmp_path: Path) -> None:
        """2025-13-45 looks like a slug and is none."""
        with pytest.raises(SettingsError, match="is no date"):
            read_issue(tmp_path / "2025-13-45", (EN,))


class TestFigures:
    """figures/NAME.toml and its picture."""

    def test_picture_and_words_meet(self, folder: Path) -> None:
        """A picture without words and words without a picture are both figures to judge."""
        figures = folder / "figures"
        figures.mkdir()
        (figures / "a.gif").write_bytes(b"")
        (figures / "b.toml").write_text('credit = "Li"\n[alt]\nen = "x"\n', encoding="utf-8")
        found = read_figures(folder)
        assert sorted(found) == ["a", "b"]
        assert found["a"].path.name == "a.gif"
        assert (found["b"].credit, found["b"].alt) == ("Li", {"en": "x"})

    def test_words_without_a_locale(self, folder: Path) -> None:
        """`alt = "x"` is a fault that says what to write."""
        (folder / "figures").mkdir()
        (folder / "figures" / "b.toml").write_text('alt = "x"\n', encoding="utf-8")
        with pytest.raises(SettingsError, match=r"figures/b\.toml: alt: .*Write alt\.en"):
            read_figures(folder)


def test_a_fault_of_toml_names_the_issue(tmp_path: Path) -> None:
    """Of forty issue.toml files, the message says which."""
    folder = tmp_path / "2025-09-05"
    folder.mkdir()
    (folder / "issue.toml").write_text("date = \n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"^2025-09-05/issue\.toml: line 1"):
        read_issue(folder, (Locale("en"),))
