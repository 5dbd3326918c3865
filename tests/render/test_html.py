"""Markdown to HTML: bounded, sanitised, finished."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.errors import RenderError
from pressroom.lang.han import HAN_ONLY
from pressroom.render.html import said, to_html, to_line

MARKS = (
    "[",
    "![",
    "[a](",
    "![a](",
    "[\n",
    "> ",
    "`",
    "*",
    "_",
    "\\",
    "<",
    "- ",
    "**a ",
    "&",
    "1. ",
)


@pytest.mark.parametrize("mark", MARKS)
def test_runs_of_marks_are_quick(mark: str) -> None:
    """20,000 of any mark are refused with their line, or done within two seconds."""
    start = time.perf_counter()
    try:
        to_html(mark * 20_000, "en", where="brief")
    except RenderError as refusal:
        assert re.match(r"brief:\d+: .+\. [A-Z]", str(refusal))  # noqa: PT017
    assert time.perf_counter() - start < 2


def test_a_megabyte_is_refused() -> None:
    """What is over 1 MB never reaches the parser."""
    with pytest.raises(RenderError, match="over 1 MB"):
        to_html("汉字 " * 200_000, "zh-Hans")


def test_deep_lists_are_refused() -> None:
    """More than twenty levels of list say which line and what to do."""
    deep = "\n".join("    " * n + "- a" for n in range(40))
    with pytest.raises(RenderError, match=r"text:21: .*flatter"):
        to_html(deep, "en")


def test_raw_html_is_text() -> None:
    """A tag that an editor types is shown, not obeyed, in blocks and lines."""
    assert "&lt;b&gt;" in to_html("<b>x</b>", "en")
    assert "&lt;div&gt;" in to_html("<div>\n\nx\n\n</div>", "en")
    assert to_line("<i>x</i>", "en") == "&lt;i&gt;x&lt;/i&gt;"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "vbscript:x"]
)
def test_script_addresses_are_dropped(url: str) -> None:
    """Only http, https and mailto links keep their address."""
    assert "href" not in to_html(f"[x]({url})", "en")


def test_citation_is_a_superscript_with_its_title() -> None:
    """The web Markdown form becomes a small link that clings to its word."""
    html = to_html('said [\\[1, p. 2\\]](https://a.example/ "Gov, 1 May").', "en")
    assert html == (
        '<p>said<sup class="cite"><a href="https://a.example/" title="Gov, 1 May">[1, p. 2]</a></sup>.</p>'
    )


def test_a_newline_between_han_draws_no_gap() -> None:
    """Joined within text and across emphasis; kept between words and in code."""
    assert to_html("国务院\n发布", "zh-Hans") == "<p>国务院发布</p>"
    assert to_html("各地\n**因地**\n制宜", "zh-Hans") == "<p>各地<strong>因地</strong>制宜</p>"
    assert "a\nb" in to_html("a\nb", "en")
    assert "国\n务" in to_html("    国\n    务", "zh-Hans")


def test_another_script_gets_its_language() -> None:
    """Han in English says which script; traditional in a simplified page too."""
    html = to_html("MIIT (工信部), 臺灣 and *因地制宜*", "en")
    assert '<span lang="zh-Hans">工信部</span>' in html
    assert '<span lang="zh-Hant">臺灣</span>' in html
    assert to_html("这是臺灣", "zh-Hans").count("lang=") <= 1
    assert '<span lang="zh-Hant">臺灣</span>' in to_html("见 臺灣 一节", "zh-Hans")
    assert "lang" not in to_html("普通的句子", "zh-Hans")


def test_alt_text_in_han_marks_the_picture() -> None:
    """An attribute holds no span: the image carries the language."""
    assert 'lang="zh-Hans"' in to_html("![图片说明很长](figures/a.png)", "en")
    assert "lang" not in to_html("![A sign that says 好](figures/a.png)", "en")


def test_pictures_from_elsewhere_become_links() -> None:
    """Nothing is fetched from a third party when a reader opens the page or mail."""
    html = to_html("![a](https://track.example/p.gif)", "en")
    assert html == '<p><a href="https://track.example/p.gif">a</a></p>'


def test_tables_have_scopes_and_a_frame() -> None:
    """Head cells and, where asked, first cells are headers; the frame takes the keyboard."""
    html = to_html("| a | b |\n|---|---|\n| c | ●●■▲— |", "en", table="Table", rows=True)
    assert '<th scope="col">a</th>' in html
    assert '<th scope="row">c</th>' in html
    assert '<td class="marks">●●■▲—</td>' in html
    assert 'role="region" tabindex="0" aria-label="Table"' in html


def test_own_links_stay_relative() -> None:
    """A link to this newsroom's own pages works from a disk."""
    own = ("https://letter.example/", "../../")
    html = to_html("[a](https://letter.example/2025-09-05/en/#q4)", "en", home=own)
    assert 'href="../../2025-09-05/en/index.html#q4"' in html


@given(st.text(alphabet="ab 行动国務院臺<>&\"'`*_[]()#\n，。“”", max_size=60))
def test_no_han_run_is_without_a_language(text: str) -> None:
    """Property: in an English edition each Han character stands within a `lang` span."""
    for html in (said(text, "en"), to_line(text, "en")):
        bare = re.sub(r'<span lang="zh-Han[st]">[^<]*</span>', "", html)
        assert HAN_ONLY.search(re.sub(r"<[^>]*>", "", bare)) is None


@given(st.text(alphabet="a行<>&\"'`*_[]()!#:/|-\n 1.", max_size=80))
def test_output_has_only_known_elements(text: str) -> None:
    """Property: whatever is typed, no script, style, handler or unclosed quote comes out."""
    html = to_html(text, "en")
    assert not re.search(r"<(script|style|iframe|object|svg|form)", html)
    assert not re.search(r"<\w+[^>]*\son\w+=", html)
