"""pressroom.check.mend."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.check.mend import mend, untracked
from pressroom.model import Locale

ZH = Locale("zh-Hans")
FOLD = str.maketrans("［］【】＠｜；，！", "[][]@|;,!")
PIECES = st.sampled_from(
    [*"［］【】＠｜；，！[]@|;,!`\\ \n\r#<>()?&=-~%", "［［", "】】", "［＠a", "［［甲｜乙］］", "a", "因",
     "```\n", "~~~\n", "---\n", "](", "https://e.org/", "?utm_source=x", "&id=1", "&spm=", "\n\n",
     "%% ", "## ", "！［［"]
)  # fmt: skip
SOUP = st.lists(PIECES, max_size=40).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("见［［因地制宜］］。", "见[[因地制宜]]。"),
        ("见【【因地制宜】】。", "见[[因地制宜]]。"),
        ("见[[因地制宜］］。", "见[[因地制宜]]。"),
        ("［［因地制宜｜according］］", "[[因地制宜|according]]"),
        ("[[甲｜乙]]", "[[甲|乙]]"),
        ("[[甲|乙｜丙]]", "[[甲|乙｜丙]]"),
        ("如此［＠gov-4f］。", "如此[@gov-4f]。"),
        ("如此［@a，p. 7；＠b］。", "如此[@a,p. 7;@b]。"),
        ("［＠某人，你好］", "［＠某人，你好］"),
        ("！［［cartoon］］", "![[cartoon]]"),
        ("好！［［甲］］", "好！[[甲]]"),
        ("甲｜乙", "甲｜乙"),
        ("`［［甲］］`", "`［［甲］］`"),
        ("甲`乙\n``［［甲］］` ``", "甲`乙\n``［［甲］］` ``"),
        ("```\n［［甲］］\n```\n［［甲］］", "```\n［［甲］］\n```\n[[甲]]"),
        ("\\［［甲］］", "\\［［甲］］"),
        ("%% ［［甲］］", "%% ［［甲］］"),
        ("---\ntitle: ［［甲］］\n---\n［［甲］］", "---\ntitle: ［［甲］］\n---\n[[甲]]"),
        ("```\n［［甲］］", "```\n［［甲］］"),
        ("[a](https://e.org/?utm_source=x)", "[a](https://e.org/)"),
        ('[a](https://e.org/_(b)?id=1&fbclid=x#c "t")', '[a](https://e.org/_(b)?id=1#c "t")'),
        ("<https://e.org/?gclid=x&id=2>", "<https://e.org/?id=2>"),
        ("`https://e.org/?gclid=x`", "`https://e.org/?gclid=x`"),
        ("https://e.org/?utm_source=x，见上", "https://e.org/?utm_source=x，见上"),
    ],
)  # fmt: skip
def test_only_what_is_mechanical_is_mended(text: str, expected: str) -> None:
    """Shorthands and links come out in proper form; code, notes and front matter stay."""
    assert mend(text, ZH) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://e.org/?UTM_Campaign=a&b=2", "https://e.org/?b=2"),
        ("https://e.org/?b=2&&spm=1.2#x?utm_source=1", "https://e.org/?b=2&#x?utm_source=1"),
        ("https://e.org/?spmx=1", "https://e.org/?spmx=1"),
        ("https://e.org/?", "https://e.org/?"),
    ],
)
def test_an_address_loses_nothing_but_tracking(url: str, expected: str) -> None:
    """The other parameters, their order and the fragment stay as written."""
    assert untracked(url) == expected


@given(SOUP | st.text(max_size=80))
def test_mending_twice_is_mending_once(text: str) -> None:
    """What has been mended has nothing left to mend."""
    once = mend(text, ZH)
    assert mend(once, ZH) == once


@given(SOUP.map(lambda text: text.replace("?utm_source=x", "").replace("&spm=", "")))
def test_nothing_but_the_width_of_marks_changes(text: str) -> None:
    """Without tracked links the mended text differs in the width of its marks alone."""
    assert mend(text, ZH).translate(FOLD) == text.translate(FOLD)


@given(st.text(st.characters(exclude_characters="［］【】＠｜！", exclude_categories=["Cs"])))
def test_a_text_without_faults_stays_byte_for_byte(text: str) -> None:
    """A text with no full-width mark and no tracked link comes back as it was."""
    assert mend(text, ZH) == text


@given(SOUP.filter(lambda text: "`" not in text and "\n" not in text and text.strip()))
def test_code_is_never_touched(inner: str) -> None:
    """Whatever stands in a code span or fence is there afterwards."""
    assert mend(f"见`` {inner} ``。", ZH) == f"见`` {inner} ``。"
    assert mend(f"甲\n\n```\n{inner}\n```\n", ZH) == f"甲\n\n```\n{inner}\n```\n"
