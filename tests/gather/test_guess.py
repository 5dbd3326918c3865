"""pressroom.gather.guess, headlines and selectors, on the layouts that index pages have."""

from __future__ import annotations

import time
import tomllib

import pytest

from pressroom.gather.guess import Guess, guess, toml
from pressroom.gather.listing import listed, read_page
from pressroom.gather.selectors import next_page
from pressroom.model import Select

from .conftest import NOW

URL = "https://www.example.org/policy/index.html"

MENU = """<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/news/">新闻中心发布平台</a></li>
<li><a href="/open/">政府信息公开年度报告</a></li><li><a href="/service/">办事服务大厅在线查询</a></li>
<li><a href="/talk/">互动交流意见征集专栏</a></li></ul></div>"""
FOOT = """<div class="footer"><a href="/about/">关于我们</a><a href="/map/">网站地图</a>
<a href="https://other.example.net/">友情链接：另一个不相干的大型网站</a></div>"""
SIDE = """<div class="sidebar"><h3>热门</h3><ul><li><a href="/hot/1.html">一条被很多人读过的旧消息标题</a></li>
<li><a href="/hot/2.html">另一条被很多人读过的旧消息标题</a></li>
<li><a href="/hot/3.html">第三条被很多人读过的旧消息标题</a></li></ul></div>"""

ZH = [f"关于印发第{n}批人工智能应用试点名单的通知" for n in range(1, 16)]
EN = [f"The ministry publishes draft rules for labels, part {n}" for n in range(1, 16)]


def day(n: int) -> str:
    """A day of August 2025."""
    return f"2025-08-{n + 10}"


def around(body: str, head: str = "") -> str:
    """A whole page about a list: menu, sidebar, footer."""
    return f"<html><head>{head}</head><body>{MENU}<div class='main'>{body}</div>{SIDE}{FOOT}</body>"


def rows(form: str, titles: list[str]) -> str:
    """One piece of HTML for each title; `{n}`, `{title}`, `{day}` stand in the form."""
    return "".join(
        form.format(n=n, title=t, day=day(n), short=f"{t[:10]}…", dd=f"{n + 10}", md=day(n)[5:])
        for n, t in enumerate(titles, 1)
    )


LAYOUTS = {
    "ministry list": (
        '<ul class="list">'
        + rows(
            '<li><a href="./202508/t2025081{n}_9{n}.html" title="{title}">{short}</a>'
            "<span>{day}</span></li>",
            ZH,
        )
        + "</ul>",
        ZH,
    ),
    "lists of five": (
        "".join(
            "<ul class='gl'>"
            + rows("<li class='c{n}'><a href='/c/{title}-10{n}.htm'>{title}</a> [{day}]</li>", part)
            + "</ul>"
            for part in (ZH[:5], ZH[5:10], ZH[10:])
        ),
        ZH,
    ),
    "table": (
        "<table class='tb'>"
        + rows(
            "<tr><td>·</td><td><a href='show.asp?id=77{n}' target=_blank>{title}</a></td>"
            "<td class='time'>{md}</td></tr>",
            ZH,
        )
        + "</table>",
        ZH,
    ),
    "column and headline": (
        "<ul id='news'>"
        + rows(
            "<li><a href='/col/{n}/'>[政策]</a><a href='/art/2025/{n}00.html'>{title}</a>"
            "<i>{day}</i></li>",
            ZH,
        )
        + "</ul>",
        ZH,
    ),
    "terms and dates": (
        "<dl>" + rows("<dt><a href='/d/{n}01.html'>{title}</a></dt><dd>{day}</dd>", ZH) + "</dl>",
        ZH,
    ),
    "flat": (
        "<div class='txt'>" + rows("<a href='/f/{n}02.html'>{title}</a> {day}<br>", ZH) + "</div>",
        ZH,
    ),
    "blog": (
        rows(
            "<article class='post'><a href='/b/rules-for-labels-{n}/'><img src='{n}.png'></a>"
            "<h2><a href='/b/rules-for-labels-{n}/'>{title}</a></h2>"
            "<time datetime='{day}T08:00:00+00:00'>Lately</time>"
            "<p>What the draft says, whom it binds, and what was left out of it this time.</p>"
            "<a href='/b/rules-for-labels-{n}/'>Read more</a></article>",
            EN,
        ),
        EN,
    ),
    "cards": (
        "<div class='cards'>"
        + rows(
            "<a class='card' href='/k/{n}03'><img src='{n}.png'><h3 class='card-title'>{title}</h3>"
            "<p>A summary of a few words that says what one may find behind this card.</p>"
            "<span class='when'>{day}</span></a>",
            EN,
        )
        + "</div>",
        EN,
    ),
    "calendar leaf": (
        "<div class='box'>"
        + rows(
            "<div class='row'><div class='date'><b>{dd}</b><i>2025-08</i></div>"
            "<h4><a href='/l/{n}04.shtml'>{title}</a></h4></div>",
            ZH,
        )
        + "</div>",
        ZH,
    ),
    "date inside the link": (
        "<ul class='n'>" + rows("<li><a href='/i/{n}05.html'>{title} {day}</a></li>", ZH) + "</ul>",
        ZH,
    ),
}


def guessed(page: str, url: str = URL) -> Guess:
    """The guess for a page in UTF-8."""
    return guess(page.encode(), url, NOW)


class TestLayouts:
    """One list of fifteen items in each of the usual forms, with menu, sidebar and footer."""

    @pytest.mark.parametrize("name", LAYOUTS)
    def test_every_item_is_found_with_title_and_date(self, name: str) -> None:
        """The selectors find the fifteen items and nothing else, each with its day."""
        body, titles = LAYOUTS[name]
        found = guessed(around(body))
        page = read_page(around(body).encode(), "", URL)
        items, _ = listed(page, found.select, "UTC", NOW)
        assert [one.title for one in items] == titles
        assert [str(one.published)[:10] for one in items[:5]] == [day(n) for n in range(1, 6)]
        assert found.sure > 0.8
        assert found.fault == ""

    @pytest.mark.parametrize("name", LAYOUTS)
    def test_the_lines_are_settings(self, name: str) -> None:
        """What is printed is TOML with the same selectors, whatever they hold."""
        found = guessed(around(LAYOUTS[name][0]))
        table = tomllib.loads(toml(found, "ndrc", URL, "ndrc", "zh-Hans"))["sources"][0]
        assert table["select"]["item"] == found.select.item
        assert (table["kind"], table["slug"]) == ("page", "ndrc")


class TestOtherPages:
    """What is no index, or better than one."""

    def test_an_article_is_said_to_be_one(self) -> None:
        """An article with a box of related headlines is no index."""
        text = "<p>这是一篇文章的一个段落，它说了很多话，比旁边列出的标题长得多。</p>" * 40
        box = "<ul class='xg'>" + rows("<li><a href='/x/{n}06.html'>{title}</a></li>", ZH) + "</ul>"
        found = guessed(around(f"<h1>题</h1>{text}{box}"))
        assert found.fault == "is an article, not an index."
        assert found.sure < 0.5

    @pytest.mark.parametrize("page", ["", "<html></html>", "<p>words", MENU, "\0\0\0", "{}"])
    def test_a_page_without_a_list_is_said_so(self, page: str) -> None:
        """Nothing, a menu, rubbish: no selectors to trust, and words that say why."""
        found = guessed(page)
        assert found.sure < 0.5
        assert found.fault

    def test_a_declared_feed_comes_first(self) -> None:
        """A feed beats a page: it is the block, and the page stands below as a comment."""
        head = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
        head += '<link rel="sitemap" href="/sitemap.xml">'
        found = guessed(around(LAYOUTS["blog"][0], head))
        text = toml(found, "blog", URL, "blog", "en")
        (table,) = tomllib.loads(text)["sources"]
        assert found.feeds == ("https://www.example.org/feed.xml",)
        assert (table["kind"], table["url"]) == ("feed", "https://www.example.org/feed.xml")
        assert "# select = " in text
        assert "https://www.example.org/sitemap.xml" in text

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"%PDF-1.7\n", "pdf"),
            (b'<?xml version="1.0"?><rss version="2.0">', "feed"),
            (b"<urlset><url><loc>https://e.org/1</loc></url></urlset>", "page"),
        ],
    )
    def test_a_document_that_is_no_page_is_named(self, body: bytes, kind: str) -> None:
        """A PDF, a feed or a sitemap at the address gives the kind that reads it."""
        assert guess(body, URL, NOW).kind == kind

    def test_made_up_class_names_are_not_relied_on(self) -> None:
        """Names that the next build of the site changes stand in no selector."""
        form = (
            "<div class='css-1x2y3z card'><a class='Link__a8Xb2' href='/m/{n}07'>{title}</a></div>"
        )
        found = guessed(around(rows(form, EN)))
        assert found.select.item == "div.card"


class TestNext:
    """The link to the following page."""

    @pytest.mark.parametrize(
        ("link", "css", "leads"),
        [
            ('<a rel="next" href="/p2">2</a>', "a[rel~=next]", "/p2"),
            ('<a href="index_2.html">下一页</a>', 'a:contains("下一页")', "/policy/index_2.html"),
            (
                '<div class="page"><a href="?p=2">›</a></div>',
                'a:contains("›")',
                "/policy/index.html?p=2",
            ),
            ('<a href="/all">more »</a>', "", ""),
            ('<a href="https://evil.example/2">下一页</a>', "", ""),
            ('<a href="javascript:go(2)">下一页</a>', "", ""),
        ],
    )
    def test_next_is_found_on_the_same_host(self, link: str, css: str, leads: str) -> None:
        """By `rel`, by its words, by a lone arrow; never to another host or to a script."""
        whole = around(LAYOUTS["blog"][0] + link)
        page = read_page(whole.encode(), "", URL)
        assert guessed(whole).select.next == css
        assert next_page(page, css).removeprefix("https://www.example.org") == leads

    def test_page_links_written_by_script(self) -> None:
        """The call by which many ministries write their page links is understood."""
        script = '<script>createPageHTML(3, {}, "index", "html");</script>'
        pages = [read_page(script.format(n).encode(), "", URL) for n in (0, 1, 2)]
        found = [next_page(page, "").rpartition("/")[2] for page in pages]
        assert found == ["index_1.html", "index_2.html", ""]


class TestHostile:
    """Pages made to cost."""

    @pytest.mark.parametrize(
        "page",
        [
            "<div class=a>" * 20_000 + "<a href=/x>words</a>",
            "<div class=a>" * 240 + rows("<p class=b><a href='/h/{n}'>{title}</a></p>", EN * 20),
            "<ul>" + rows("<li><a href='/s/{n}'>{title}</a>" + "<b></b>" * 400 + "</li>", EN * 20),
            rows("<p><a href='/d/{n}'>" + "." * 3000 + "x</a></p>", EN * 20),
            rows("<p><a href='/d/{n}'>" + "1 " * 1500 + "</a></p>", EN * 20),
            "<!--" * 100_000,
            "<a href='/" + "x" * 3_000_000 + "'>words</a>",
            "\0" * 3_000_000,
        ],
    )
    def test_time_is_bounded(self, page: str) -> None:
        """Depth, width, empty elements, dots, digits, comments, long addresses, NULs."""
        begun = time.monotonic()
        guessed(page)
        assert time.monotonic() - begun < 10


def test_a_select_is_all_that_the_sample_needs() -> None:
    """The sample holds title, address and ISO day of the first items."""
    found = guessed(around(LAYOUTS["ministry list"][0]))
    assert found.sample[0] == (
        ZH[0],
        "https://www.example.org/policy/202508/t20250811_91.html",
        "2025-08-11",
    )
    assert found.found == 15
    assert isinstance(found.select, Select)
