"""Plain text: widths, breaks, blocks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pressroom.render.tree import Reader
from pressroom.render.wrap import columns, wrapped


def test_columns_count_east_asian_width() -> None:
    """A Han character takes two columns, a combining mark none."""
    assert columns("ab汉字") == 6
    assert columns("e\u0301") == 1


def test_addresses_are_never_broken() -> None:
    """A long address stands whole, on a line of its own if need be."""
    url = "https://example.org/" + "a" * 100
    assert url in wrapped(f"see {url} 汉字汉字", 40)


def test_closing_marks_do_not_start_a_line() -> None:
    """Chinese line breaking: no line begins with 。 and none ends with 《."""
    for width in range(8, 30):
        lines = wrapped(
            "国务院发布了《关于行动的意见》，要求“因地制宜”。各地（含县）执行。" * 3, width
        )
        assert not any(line[0] in "，。》”）" or line[-1] in "《“（" for line in lines)


@given(st.text(alphabet="ab 汉字，。《》(). ", max_size=200), st.integers(10, 80))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    """Property: all characters but blanks come out, in order."""
    assert "".join("".join(wrapped(text, width)).split()) == "".join(text.split())


def _read(markdown: str, width: int = 72) -> str:
    return "\n".join(Reader(markdown).lines(width))


def test_blocks_become_lines() -> None:
    """Lists, quotations, code and entities as a reader of text expects them."""
    assert _read("- a\n- b\n\n> q\n\n    x = 1\n") == "- a\n- b\n\n> q\n\n    x = 1"
    assert _read("3. a\n4. b") == "[3] a\n[4] b"
    assert _read("a &amp; b &#34892; `c<d>` \\*e") == "a & b 行 c<d> *e"
    assert _read("```\ncode <b>\n  two\n```") == "    code <b>\n      two"


def test_links_and_citations() -> None:
    """A citation is its number, a link keeps its address, an anchor only its words."""
    text = _read(
        "a[\\[1\\]](https://x.example/) [b](https://y.example/) [c](#d) <https://z.example/>"
    )
    assert text == "a[1] b <https://y.example/> c https://z.example/"


def test_tables_fit_or_unfold() -> None:
    """Columns line up by width; a table too wide is told row by row."""
    table = "| 应用 | b |\n|---|---|\n| Bot | 汉 |"
    assert _read(table) == "应用  b\nBot   汉"
    assert _read(table, 5).split("\n")[:2] == ["应", "  用:"] or "应用" in _read(table, 6)
