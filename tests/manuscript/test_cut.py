"""pressroom.manuscript.cut and .file: slices that join to the very bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pressroom.errors import ManuscriptError
from pressroom.manuscript.cut import Cut, cut
from pressroom.manuscript.file import block_hash, missing_ids, parse, private_lines, read, with_ids
from pressroom.model import BlockKind, Locale

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.manuscript.file import Manuscript

EN, ZH = Locale("en"), Locale("zh-Hans")
AT = Path("2025-09-05/briefs.en.md")
MARKS = ("Q", "问")
PIECES = [
    "#", "## ", "`", "```", "~~~", "---", "- ", "Q: ", "Q：", "问：", "{#id}", " {#k3f9}", "{#",
    "\r\n", "\n", "\n\n", "\r", "\ufeff", "因地制宜", "[[", "]]", "[@a]", "%% x", "\\", "\t", "a",
    "\u2028", "\x0b", "\x00", "é",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=200)


def cut_or_none(text: str, *, lines: bool) -> Cut | None:
    """A cut, or None where a fence or front matter never closes."""
    try:
        return cut(text, MARKS, "f", lines=lines)
    except ManuscriptError:
        return None


class TestRoundTrip:
    """What is cut can be joined again."""

    @given(HOSTILE, st.booleans())
    def test_join_gives_back_what_was_cut(self, text: str, lines: bool) -> None:  # noqa: FBT001
        """Any text that can be cut at all comes back byte for byte."""
        found = cut_or_none(text, lines=lines)
        assume(found is not None)
        assert found is not None
        assert found.join() == text

    @given(HOSTILE, st.booleans())
    def test_lines_are_told_as_they_stand(self, text: str, lines: bool) -> None:  # noqa: FBT001
        """Each slice's line is the line of the file on which its first words stand."""
        found = cut_or_none(text, lines=lines)
        rows = text.split("\n")
        for piece in found.slices if found else ():
            first = (piece.first or piece.body).split("\n")[0]
            assert rows[piece.line - 1] == first

    @given(HOSTILE)
    def test_ids_change_first_lines_only(self, text: str) -> None:
        """with_ids names every block, keeps each id and body, and changes nothing the second time."""
        found = cut_or_none(text, lines=False)
        assume(found is not None and not found.front)
        before = parse(text, AT, EN)
        after = parse(with_ids(before, set()), AT, EN)
        assert not missing_ids(after)
        assert [s.body for s in after.cut.slices] == [s.body for s in before.cut.slices]
        assert [s.head for s in after.cut.slices] == [s.head for s in before.cut.slices]
        assert all(
            a.id == b.id for a, b in zip(after.cut.slices, before.cut.slices, strict=True) if b.id
        )
        assert with_ids(after, set()) == after.cut.join()

    def test_a_new_id_is_none_that_stands(self) -> None:
        """A fresh id is taken by no block of the file and joins the taken ones."""
        taken: set[str] = set()
        with_ids(parse("## A {#k3f9}\n## B\n", AT, EN), taken)
        assert len(taken) == 2
        assert "k3f9" in taken


class TestBlocks:
    """What starts a block, and what does not."""

    @pytest.mark.parametrize("mark", ["Q: ", "Q：", "问：", "问: ", "Q :"])
    def test_every_keyboards_mark_is_a_turn(self, mark: str) -> None:
        """A turn's mark may have either colon, in either language of the newsroom."""
        found = parse(f"{mark}谁来协调？ {{#q4}}\n\n答。\n", AT, ZH)
        assert [(b.kind, b.head, b.id, b.body) for b in found.blocks] == [
            (BlockKind.TURN, "谁来协调？", "q4", "\n答。\n")
        ]

    def test_a_turn_starts_a_paragraph(self) -> None:
        """`Q:` within a paragraph is text; after a blank line, a heading or nothing it is a turn."""
        text = "Q: one\nand\nQ: not one\n%% note\nQ: nor this\n## H\nQ: two\n\nQ: three\n"
        heads = [b.head for b in parse(text, AT, EN).blocks]
        assert heads == ["one", "H", "two", "three"]

    def test_an_escaped_or_foreign_mark_is_text(self) -> None:
        r"""`\\Q:` starts no block, nor does 问： in an English file."""
        assert [b.kind for b in parse("\\Q: no\n\n问：no\n", AT, EN).blocks] == [BlockKind.LEAD]

    def test_nothing_starts_within_a_fence(self) -> None:
        """Headings and turns within code are code, and a shorter fence closes nothing."""
        text = "## A\n````\n# no\n```\n\nQ: no\n````\n## B\n"
        assert [b.head for b in parse(text, AT, EN).blocks] == ["A", "B"]

    def test_a_code_span_of_three_ticks_opens_no_fence(self) -> None:
        """An info string holds no backtick (CommonMark 4.5), so one line of ticks is a span."""
        assert [b.head for b in parse("```x``` is code\n\n## A\n", AT, EN).blocks] == ["", "A"]

    @pytest.mark.parametrize(
        ("first", "head"),
        [("## C# {#c}", "C#"), ("## Done ## {#c}", "Done"), ("## ## {#c}", ""), ("# a#b", "a#b")],
    )
    def test_closing_marks_leave_the_heading(self, first: str, head: str) -> None:
        """Only hashes that stand apart close a heading; C# keeps its own."""
        assert parse(first, AT, EN).blocks[0].head == head

    @pytest.mark.parametrize("text", ["\ufeff## A {#a}\n", "\ufeffQ: A {#a}\n"])
    def test_a_byte_order_mark_hides_no_block(self, text: str) -> None:
        """A file that an old editor saved starts with its first block all the same."""
        found = parse(text, AT, EN).blocks[0]
        assert (found.id, found.head, found.kind is BlockKind.LEAD) == ("a", "A", False)

    def test_items_are_blocks_where_the_section_says_so(self) -> None:
        """In a list section each item at the margin is a block; a nested one is body."""
        text = "- one {#t1}\n  more\n  - inner\n* two\n"
        found = parse(text, AT, EN, lines=True).blocks
        assert [(b.head, b.id) for b in found] == [("one", "t1"), ("two", "")]
        assert len(parse(text, AT, EN).blocks) == 1

    def test_the_lead_counts_if_it_says_something(self) -> None:
        """Blank lines before the first block are no lead."""
        assert [b.id for b in parse("\n\n## A {#a}\n", AT, EN).blocks] == ["a"]
        assert [b.id for b in parse("Hello\n## A {#a}\n", AT, EN).blocks] == ["lead", "a"]


class TestRefusals:
    """Files that cannot be cut: the message names file, line and what to do."""

    @pytest.mark.parametrize(
        ("text", "line", "word"),
        [
            ("---\ntitle: x\n", 1, "front matter is never closed"),
            ("## A\n\n```py\nx\n", 3, 'Add a line "```"'),
            ("a\n~~~~\n~~~\n", 2, 'Add a line "~~~~"'),
            ("---\na: b\n---\n```\n---\n", 4, "fence is never closed"),
            ("字" * 400_000, 1, "over 1 MB"),
            ("---\ntitle: a: b\n---\n", 2, "Put quotes"),
            ("---\nx: 1\ntitle: [[MIIT]] says\n---\n", 3, "Put quotes"),
            ("---\nx: 1\ntitle: [[MIIT]]\n---\n", 3, "title: is read as a list"),
            ("---\nteasers:\n  - Who: me\n---\n", 2, "teasers: is read as a list"),
            ("---\ndate: 2025-13-45\n---\n", 1, "Put quotes"),
            ("---\n- a\n---\n", 2, "key: value"),
        ],
    )
    def test_place_and_remedy(self, text: str, line: int, word: str) -> None:
        """Each fault is a ManuscriptError at the line where it opened."""
        with pytest.raises(ManuscriptError) as fault:
            parse(text, AT, EN)
        assert str(fault.value).startswith(f"2025-09-05/briefs.en.md:{line}: ")
        assert word in str(fault.value)

    def test_bytes_that_are_no_utf8(self, tmp_path: Path) -> None:
        """A file in another encoding is refused at the line of its first wrong byte."""
        path = tmp_path / "briefs.en.md"
        path.write_bytes("a\nb\n中".encode("gbk"))
        with pytest.raises(ManuscriptError, match=r"briefs\.en\.md:3: is not UTF-8"):
            read(path, EN)

    def test_front_matter_keeps_odd_line_ends(self) -> None:
        """CRLF and a byte order mark do not hide the front matter."""
        found = parse("\ufeff---\r\ntitle: 'A: b'\r\n---  \r\n\r\n## H {#h}\r\n", AT, EN)
        assert (found.front, found.blocks[0].id) == ({"title": "A: b"}, "h")


class TestHash:
    """What makes a twin stale."""

    @pytest.mark.parametrize(
        "same",
        [
            "## A {#a}\n\none\n\ntwo\n",
            "## A {#other}\r\n\r\none  \r\n\r\ntwo\r\n\r\n\r\n",
            "## A {#a}\n%% note\n\none\n\n%% note\n\ntwo\n\n%% machine draft, unsigned\n",
            "## A ## {#a}\n\none\n\n\ntwo",
        ],
    )
    def test_notes_and_blanks_do_not_count(self, same: str) -> None:
        """Private lines, trailing blanks, line ends and the id leave a block's hash alone."""
        base = block_hash(parse("## A {#a}\n\none\n\ntwo\n", AT, EN).blocks[0])
        assert block_hash(parse(same, AT, EN).blocks[0]) == base

    @pytest.mark.parametrize(
        "other",
        ["## B\n\none\n\ntwo\n", "## A\n\none\ntwo\n", "## A\n\none\n\ntwo\n\n```\n%% code\n```\n"],
    )
    def test_words_count(self, other: str) -> None:
        """Other words, another paragraph, and `%%` within code do change it."""
        base = block_hash(parse("## A\n\none\n\ntwo\n", AT, EN).blocks[0])
        assert block_hash(parse(other, AT, EN).blocks[0]) != base

    def test_private_lines_are_told_with_their_place(self, lay: Callable[..., Manuscript]) -> None:
        """Notes are found with their line, outside code only."""
        found = lay("## A\n\n%% promise: x\n```\n%% no\n```\n  %%y\r\n").blocks[0]
        assert private_lines(found) == [(3, "promise: x"), (7, "y")]
