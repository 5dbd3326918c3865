"""gather/article.py: any bytes as an article, and hostile ones as a fault."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressroom.gather.article import Article, page_text, read_document

NOW = datetime(2025, 9, 5, tzinfo=UTC)
FIRST = "市政府昨日公布方案，今年内将新建三十座充电站，并开放二十处停车场供市民使用。"
SECOND = "负责人表示，方案听取了各方意见，施工期间道路不会封闭，费用由财政承担。"
PAGE = f"""<html><head><title>三十座充电站的方案_国内_示例网</title>
<meta property="og:site_name" content="示例网"></head><body><ul><li><a href="/">首页</a></li></ul>
<h1>三十座充电站的方案</h1><p>2025年8月28日 10:00 来源：示例日报</p>
<div><p>{FIRST}</p><p>{SECOND}</p><p>责任编辑：李明</p></div></body></html>"""
WHOLE = Article(
    title="三十座充电站的方案",
    text=f"{FIRST}\n\n{SECOND}",
    author="示例日报",
    site="示例网",
    extractor="pressroom",
)


def read(body: bytes, content_type: str = "text/html") -> Article:
    """The article of some bytes, as of a fixed day, in Shanghai."""
    return read_document(
        body, content_type, "https://example.org/a", NOW, "zh-Hans", "Asia/Shanghai"
    )


def test_whole_page() -> None:
    """Every part of a page, the zone of the outlet applied to its date."""
    found = read(PAGE.encode())
    assert found.date is not None
    assert found.date.isoformat() == "2025-08-28T10:00:00+08:00"
    assert (found.title, found.text, found.author, found.site) == (
        WHOLE.title,
        WHOLE.text,
        WHOLE.author,
        WHOLE.site,
    )
    assert (found.extractor, found.fault) == ("pressroom", "")
    assert found.sure > 0.5


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_encodings(encoding: str) -> None:
    """A page is read right in the encodings of Chinese sites, declared or not."""
    assert read(PAGE.encode(encoding)).text == WHOLE.text


def test_meta_charset_is_honoured() -> None:
    """A page that names its encoding in `<meta>` alone is read by it."""
    page = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2"><p>Łódź</p>'
    assert "Łódź" in page_text(page.encode("iso-8859-2"), "text/html")


@pytest.mark.parametrize("rounds", [1, 2])
def test_double_encoding_is_mended(rounds: int) -> None:
    """GB18030 that a server took for Latin-1 and encoded as UTF-8 comes back."""
    body = PAGE.replace(SECOND, SECOND * 9).encode("gb18030")
    for _ in range(rounds):
        body = body.decode("latin-1").encode()
    assert FIRST in read(body).text


def test_accents_are_not_mended() -> None:
    """French is no double-encoded Chinese."""
    page = "<p>Été à la forêt, où l'élève préféré mange des pâtes sucrées, déjà.</p>" * 99
    assert page_text(page.encode(), "text/html") == page


def test_fallback_for_a_page_of_short_lines() -> None:
    """Where our own reading finds next to nothing, a library's is taken, and named."""
    page = "<html><body><div>" + "<p>一二三四五，六七八九。</p>" * 40 + "</div></body></html>"
    found = read(page.encode())
    assert found.extractor in {"readability", "justext"}
    assert found.sure < 0.5
    assert found.text.count("六七八九") == 40


def test_index_page_says_so() -> None:
    """A page of links is no article: all its words, little trust, and a fault."""
    found = read("".join(f"<li><a href='/{n}'>第{n}条</a></li>" for n in range(9)).encode())
    assert (found.extractor, found.sure) == ("words", 0.1)
    assert found.fault.startswith("has little text")


def test_script_page_says_so() -> None:
    """A page that a script draws has no text."""
    assert read(b"<html><script>draw()</script><div id=app></div>").fault.startswith("has no text")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", "is empty"),
        (b" \r\n ", "is empty"),
        (b"\0" * 1000, "is no page"),
        (random.Random(1).randbytes(50_000), "is no page"),
        (b"<div>" * 20_000 + b"hello", "nests its elements deeper"),
        (b"<table><tr><td>" * 20_000, "nests its elements deeper"),
        (b"<p>" + b"a" * 20_000_000, "is longer than 3 MB"),
        (b"%PDF-1.7 \0", "is a damaged PDF"),
    ],
)
def test_hostile_bytes(body: bytes, fault: str) -> None:
    """What cannot be read is said in words, and soon."""
    begun = time.process_time()
    assert read(body).fault.startswith(fault)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "body",
    [
        b"<a href=x>yy " * 40_000,
        b"&amp;" * 500_000,
        b"<" * 1_000_000,
        b"x<br>" * 50_000,
        b"<title>" + b"a - " * 200_000,
        b"<p>2011-12-" * 20_000,
        b"<script type='application/ld+json'>" + b"[" * 90_000 + b"</script><p>x",
        b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><p>&b;' * 1000,
    ],
)
def test_hostile_pages_cost_little(body: bytes) -> None:
    """No page costs more than seconds."""
    begun = time.process_time()
    read(body)
    assert time.process_time() - begun < 10


def test_nul_and_direction_characters() -> None:
    """Neither cuts a page short or turns a title around."""
    page = PAGE.replace("<body>", "<body>\0").replace(
        "三十座充电站的方案", "三十座\u202e充电站的方案"
    )
    found = read(page.encode())
    assert (found.title, found.text) == (WHOLE.title, WHOLE.text)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(["text/html", "", "application/pdf", "text/html; charset=x"]),
)
def test_never_raises(body: bytes, content_type: str) -> None:
    """Any bytes under any media type give an Article."""
    assert isinstance(read(body, content_type), Article)


def test_a_zone_that_does_not_exist() -> None:
    """A wrong zone is UTC, not a crash."""
    found = read_document(PAGE.encode(), "", "", NOW, zone="No/Where")
    assert found.date == datetime(2025, 8, 28, 10, tzinfo=UTC)
