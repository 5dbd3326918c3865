"""pressroom.gather.text."""

from __future__ import annotations

import time

import pytest

from pressroom.gather.text import plain, title


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One&amp;two</p><p>Three</p>", "One&two\n\nThree"),
        ("<p>人工<b>智能</b></p>", "人工智能"),
        ("a<br>b<br/><br />c", "a\n\nb\n\nc"),
        ("a\nb\n\nc", "a b\n\nc"),
        ("<script>alert(1)</script><style>p{}</style>x<!-- y -->z", "xz"),
        ('<img alt="a > b" src=x>after', "after"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<td>a</td><td>b</td>", "a b"),
        ("cut <a href='x", "cut"),
        ("<!-- never closed", ""),
        ("&lt;b&gt; stays text", "<b> stays text"),
        ("a\u202eb\u200bc\x07", "abc"),
        ("\ud800x", "x"),
    ],
)
def test_plain_keeps_words_and_paragraphs(markup: str, expected: str) -> None:
    """Markup goes, words and paragraph breaks stay, hidden and dangerous characters go."""
    assert plain(markup) == expected


@pytest.mark.parametrize(
    "hostile",
    ["<div>" * 100_000, "<" * 300_000, "<!--" * 100_000, "<a '" * 100_000, "<a \"<b '" * 50_000,
     "<script>" * 50_000, "&" * 300_000, "\n \n" * 100_000, "<a " + "x" * 300_000],
)  # fmt: skip
def test_hostile_markup_takes_linear_time(hostile: str) -> None:
    """Deep, unclosed and repeated markup is read in well under two seconds."""
    begun = time.monotonic()
    plain(hostile)
    assert time.monotonic() - begun < 2


def test_title_is_one_short_line() -> None:
    """A title loses its markup where it has any, its line breaks, and what is beyond 500."""
    assert title("<b>A</b>\n I", is_html=True) == "A I"
    assert title("List<int>\nin C", is_html=False) == "List<int> in C"
    assert len(title("x" * 600, is_html=False)) == 500
