"""pressroom.draft.sheet: what a draft may add to a file, and what it leaves alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressroom.draft.sheet import REMINDER, opening, sheet
from pressroom.errors import ManuscriptError
from pressroom.lang import language
from pressroom.manuscript.file import block_hash, parse
from pressroom.model import BlockRecord, BlockRef, DraftBlock, ItemId, Locale

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.draft.sheet import Sheet

EN = Locale("en")
NOW = datetime(2025, 9, 4, 12, tzinfo=UTC)


def block(name: str, model: str = "m") -> DraftBlock:
    """A proposed brief."""
    text = f"## About {name} {{#{name}}}\n\nWords [@a].\n"
    return DraftBlock(name, text, (ItemId("a"),), model, "hash" if model else "")


def lay(path: Path, *blocks: DraftBlock, known: tuple[BlockRecord, ...] = ()) -> Sheet | None:
    """The sheet of these blocks over the file at `path`."""
    have = {(r.block, r.locale): r for r in known}
    return sheet(path, EN, blocks, have, NOW, lines=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the briefs stand, or will."""
    return tmp_path / "news_briefs.en.md"


class TestSheet:
    """Promise 2: an editor's text is never touched."""

    def test_a_new_file_is_whole(self, path: Path) -> None:
        """Front matter, the blocks with ids, a reminder under each machine's, and a record each."""
        found = lay(path, block("a"), block("b", ""))
        assert found is not None
        assert (found.is_new, found.added) == (True, 2)
        script = parse(found.text, path, EN)
        assert [b.id for b in script.blocks] == ["a", "b"]
        assert [REMINDER in b.body for b in script.blocks] == [True, False]
        assert [r.text for r in found.records] == [block_hash(b) for b in script.blocks]
        assert [r.drafted is not None for r in found.records] == [True, False]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.sampled_from(
                ["## A {#a}", "## Z", "text", "", "%% x", "Q: q", "\r\n", "\ufeff", "因"]
            )
        ),
        st.sampled_from(["\n", "\r\n"]),
    )
    def test_what_stands_is_kept_byte_for_byte(
        self, path: Path, rows: list[str], ending: str
    ) -> None:
        """The new text starts with the old bytes; only blocks it never had are added."""
        before = ending.join(rows)
        path.write_bytes(before.encode())
        found = lay(path, block("a"), block("b"))
        assert found is not None
        assert found.text.startswith(before)
        ids = [b.id for b in parse(found.text, path, EN).blocks]
        assert ids.count("a") == max(1, rows.count("## A {#a}"))
        assert ids[-1] == "b"
        if "\r\n" in before:
            assert "\n" not in found.text[len(before) :].replace("\r\n", "")

    def test_a_deleted_block_stays_away(self, path: Path) -> None:
        """A block that has a record and no text was deleted by the editor: it is not proposed again."""
        first = lay(path, block("a"), block("b", ""))
        assert first is not None
        path.write_text("---\ntitle: mine\n---\n", encoding="utf-8")
        assert lay(path, block("a"), block("b", ""), known=first.records) is None
        again = lay(path, block("a"), block("c"), known=first.records)
        assert again is not None
        assert [r.block for r in again.records] == ["news_briefs#c"]

    def test_another_locales_record_is_no_reason(self, path: Path) -> None:
        """A block deleted in Chinese may still be drafted in English."""
        other = BlockRecord(BlockRef("news_briefs#a"), Locale("zh-Hans"), "x")
        assert lay(path, block("a"), known=(other,)) is not None

    def test_a_file_that_cannot_be_cut_is_left(self, path: Path) -> None:
        """An unclosed fence or another encoding is a ManuscriptError; nothing is proposed."""
        for data in (b"```\n", "中".encode("gbk")):
            path.write_bytes(data)
            with pytest.raises(ManuscriptError, match=r"news_briefs\.en\.md:1: "):
                lay(path, block("a"))
            assert path.read_bytes() == data

    def test_lines_make_one_list(self, tmp_path: Path) -> None:
        """The lines of a list section follow each other without a gap."""
        blocks = [DraftBlock(f"t{n}", f"- TK {{#t{n}}}\n") for n in (1, 2)]
        found = sheet(tmp_path / "tldr.en.md", EN, blocks, {}, NOW, lines=True)
        assert found is not None
        assert found.text.endswith("---\n\n- TK {#t1}\n- TK {#t2}\n")


def test_an_opening_can_be_read_again(tmp_path: Path) -> None:
    """Whatever a headline or byline holds, the opening's front matter is YAML that says it."""
    heds = ['Say "yes": \\ #1', "[[MIIT]] - x", "因地制宜"]
    told = opening(language("en").words, 'L"i: \\', heds)
    front = parse(told, tmp_path / "opening.en.md", EN).front
    assert (front["teasers"], front["byline"], front["subject"]) == (heds, 'L"i: \\', "TK")
    bare = opening({"todo": "x", "skeleton_greeting": "y"}, "", [])
    assert parse(bare, tmp_path / "opening.en.md", EN).front["teasers"] == []
