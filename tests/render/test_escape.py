"""Emphasis beside Han, escapes, shortcodes: one reading in every engine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pressroom.render.escape import escape_markdown, figures_at, portable
from pressroom.render.html import to_html

CASES = (
    ("**AI+**行动", "AI+"), ("支持**AI+**行动", "AI+"), ("《**意见**》发布", "意见"),
    ("要求**“因地制宜”**推进", "“因地制宜”"), ("行动**《意见》**发布", "《意见》"),
    ("他说**“好。”**然后走了", "“好。”"), ("增长**70%**以上", "70%"), ("**（试行）**办法", "（试行）"),
    ("办法**（试行）**", "（试行）"), ("a**b**c", "b"), ("**重点**行动", "重点"),
    ("一*“二”*三", "“二”"), ("一***“二”***三", "“二”"), ("**注意：**下周", "注意："),
)  # fmt: skip


@pytest.mark.parametrize(("markdown", "inside"), CASES)
def test_emphasis_beside_han_reads_alike(markdown: str, inside: str) -> None:
    """A CommonMark engine and Python-Markdown see the same span, and print the same words."""
    written = portable(markdown)
    common = MarkdownIt().render(written)
    ours = to_html(written, "zh-Hans")
    for html in (common, ours):
        assert f">{inside}</" in html
        assert "*" not in html


@pytest.mark.parametrize(
    "text", ["`**AI+**行动`", "```\n**AI+**行动\n```", "[a](https://x.example/*“a”*行)"]
)
def test_code_and_addresses_are_left_alone(text: str) -> None:
    """Only running text is rewritten."""
    assert portable(text) == text


def test_shortcodes_are_dead() -> None:
    """Hugo's two openers are broken up and still print as braces."""
    written = portable("{{< youtube x >}} {{% y %}}")
    assert "{{<" not in written
    assert "{{%" not in written
    assert "{{&lt; youtube" in MarkdownIt().render(written)


@given(st.text(alphabet="a行1 *_`[]<>|#~\\-+.)(!{}&", max_size=40))
def test_escaped_words_mean_themselves(text: str) -> None:
    """Property: plain words escaped and read again are the same words, in one paragraph."""
    flat = " ".join(text.split())
    if not flat:
        return
    html = MarkdownIt("commonmark").render(escape_markdown(flat))
    plain = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert html == f"<p>{plain}</p>\n"


def test_figures_are_pointed_at_their_folder() -> None:
    """Only images of the issue move; links and other images stay."""
    assert figures_at("![a](figures/x.png) [b](figures/x.png)", "../figures/") == (
        "![a](../figures/x.png) [b](figures/x.png)"
    )
