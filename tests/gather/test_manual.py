"""pressroom.gather.manual: items that an editor adds by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pressroom.gather.article import Article
from pressroom.gather.manual import PASTED, manual_item, outlet_of, pasted_item
from pressroom.model import Fetched, Locale, record_id, sha256

from .conftest import NOW, a_source

ZH = Locale("zh-Hans")
URL = "https://mp.example.com/s/abc?from=timeline"


def pasted(text: str, zone: str = "UTC") -> tuple[str, str, str]:
    """Title, day and text of a pasted text."""
    item, _ = pasted_item(text, URL, "wechat", ZH, NOW, zone)
    return item.hed, str(item.published)[:16], item.text


class TestPasted:
    """A text that was copied."""

    def test_title_date_and_text(self) -> None:
        """First line, short line with a date, and the rest as paragraphs."""
        text = "\n\u200b人工智能标识办法解读\n原创 某某号 2025年8月28日 10:00 北京\n第一段。\n第二段，2025年9月1日起施行。\n"
        assert pasted(text, "Asia/Shanghai") == (
            "人工智能标识办法解读",
            "2025-08-28 02:00",
            "第一段。\n\n第二段，2025年9月1日起施行。",
        )

    def test_a_date_in_a_sentence_is_text(self) -> None:
        """A sentence that names a day stays, and gives no date."""
        assert pasted("Title\nOn 28 August 2025 it began.")[1:] == (
            "None",
            "On 28 August 2025 it began.",
        )

    def test_wrapped_lines_are_joined(self) -> None:
        """Where blank lines part paragraphs of several lines, the lines are joined."""
        text = "Title\n\nOne line that goes\non and on\nto its end.\n\nAnother that goes\non as well\nto the end."
        assert pasted(text)[2] == (
            "One line that goes on and on to its end.\n\nAnother that goes on as well to the end."
        )

    def test_it_is_kept_like_an_answer_and_says_what_it_is(self) -> None:
        """Evidence rests on the very bytes; the headers tell that they were pasted, and when."""
        item, fetched = pasted_item("T\nText", URL, "wechat", ZH, NOW)
        assert (fetched.url, fetched.status, fetched.body) == (URL, 0, b"T\nText")
        assert fetched.headers[PASTED] == NOW.isoformat()
        assert fetched.headers["content-type"] == "text/plain; charset=utf-8"
        assert item.evidence.sha256 == sha256(b"T\nText")
        assert item.evidence.record == record_id(URL, NOW, item.evidence.sha256)
        assert (item.url, item.source) == ("https://mp.example.com/s/abc", "manual")
        assert item.id.startswith("wechat-")

    @pytest.mark.parametrize("text", ["", " \n\n", "\u202e", "\ud800\0"])
    def test_nothing_fails_on_nothing(self, text: str) -> None:
        """Without words the address stands for the title."""
        assert pasted(text)[0] in {"https://mp.example.com/s/abc", "\ud800"}


class TestFetched:
    """A page that was named."""

    def test_an_article_becomes_an_item(self) -> None:
        """Title, text, date and byline of the article, under the address that answered."""
        fetched = Fetched("https://e.org/a#x", 200, b"<p>", {})
        article = Article("A \u202etitle", "Text.", NOW, "Li Wei")
        item = manual_item(fetched, article, "daily", Locale("en"), NOW)
        assert (item.url, item.hed, item.text) == ("https://e.org/a", "A title", "Text.")
        assert (item.published, item.byline, item.source) == (NOW, "Li Wei", "manual")

    def test_without_a_title_the_text_begins_it(self) -> None:
        """The first words of the text, else the address."""
        fetched = Fetched("https://e.org/a", 200, b"", {})
        titles = [
            manual_item(fetched, Article("", text), "d", Locale("en"), NOW).hed
            for text in ("\fFirst line\n\nMore", "")
        ]
        assert titles == ["First line", "https://e.org/a"]


class TestOutlet:
    """Whose page is it?"""

    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("https://www.cac.gov.cn/2025-08/28/c_1.htm", "cac"),
            ("https://wap.miit.gov.cn/a", "miit"),
            ("https://news.example.com/a", "example"),
            ("https://rsshub.app/x", ""),
            ("https://unknown.org/", ""),
            ("https://other.gov.cn/", ""),
            ("mailto:a@b.c", ""),
            ("https://[broken", ""),
        ],
    )
    def test_by_host_then_by_site(self, url: str, expected: str) -> None:
        """The one outlet on that host or site; none where several share it."""
        known = {
            "cac": "http://cac.gov.cn/index.htm",
            "miit": "https://www.miit.gov.cn/",
            "example": "https://www.example.com/feed",
            "a": "https://rsshub.app/a",
            "b": "https://rsshub.app/b",
            "file": "file:samples/x.xml",
        }
        sources = [replace(a_source(address), outlet=name) for name, address in known.items()]
        assert outlet_of(url, sources) == expected
