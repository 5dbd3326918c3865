"""gather/body.py: which blocks of a page are the article."""

from __future__ import annotations

import time

import pytest
from lxml import html

from pressroom.gather.body import Block, cut, ends_article, find, is_aside, size

FIRST = "市政府昨日公布方案，今年内将新建三十座充电站，并开放二十处停车场供市民使用。"
SECOND = "负责人表示，方案听取了各方意见，施工期间道路不会封闭，费用由财政承担。"
THIRD = "此前，已有十二个城区完成改造，居民反映良好，预计明年全部完工。"
HEADLINE = "今年将新建三十座充电站"


def texts(markup: str, title: str = HEADLINE) -> list[str]:
    """The article's paragraphs of a page."""
    page = cut(html.document_fromstring(markup))
    return [page.blocks[i].text for i in find(page, title).kept]


def block(text: str) -> Block:
    """A block of plain text."""
    return Block(text, 0, "p", 0, len(text), size(text), 0)


def test_article_between_menu_and_related_list() -> None:
    """Menus, the headline and the list under the article are no part of it."""
    menu = "".join(f"<li><a href='/{n}'>新闻栏目{n}</a></li>" for n in range(30))
    page = f"""<ul>{menu}</ul><div><h1>{HEADLINE}</h1><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>
        <h4>相关新闻</h4><ul>{menu}</ul></div>"""
    assert texts(page) == [FIRST, SECOND, THIRD]


def test_short_lines_of_the_same_container_are_kept() -> None:
    """A subheading between paragraphs and a short last line belong to the article."""
    page = (
        f"<div><p>{FIRST}</p><p>费用从何而来</p><p>{SECOND}</p><p>（完）</p></div><p>网站地图</p>"
    )
    assert texts(page) == [FIRST, "费用从何而来", SECOND, "（完）"]


def test_line_breaks_part_paragraphs() -> None:
    """Old pages part their paragraphs by br alone."""
    assert texts(f"<td>　　{FIRST}<br><br>　　{SECOND}<br>{THIRD}</td>") == [FIRST, SECOND, THIRD]


def test_what_readers_say_is_left_out() -> None:
    """Comments may be longer than the article: the names of what holds them tell."""
    said = "".join(
        f"<p>我认为这件事情办得很好，{n}，希望其他地方也能这样做，大家都方便。</p>"
        for n in range(9)
    )
    page = f"<h1>{HEADLINE}</h1><div><p>{FIRST}</p><p>{SECOND}</p></div><div id='comments'>{said}</div>"
    assert texts(page) == [FIRST, SECOND]


def test_a_name_that_only_looks_like_comments() -> None:
    """`correspondent` is no `respond`."""
    page = f"<div class='correspondent-story'><p>{FIRST}</p><p>{SECOND}</p></div>"
    assert texts(page) == [FIRST, SECOND]


def test_a_link_left_open_is_no_link() -> None:
    """A page whose `<a>` is never closed still has its article."""
    body = "".join(f"<p>{text}</p>" for text in (FIRST, SECOND, THIRD) * 4)
    assert texts(f"<div><a href='#top'>{body}</div>") == [FIRST, SECOND, THIRD] * 4


def test_hidden_text_and_scripts_are_no_text() -> None:
    """What a reader cannot see is not read."""
    page = f"<div><p>{FIRST}</p><p style='DISPLAY : none'>{THIRD}</p><script>x='{THIRD}'</script><p>{SECOND}</p></div>"
    assert texts(page) == [FIRST, SECOND]


def test_nothing_to_say() -> None:
    """A page of links alone has no article."""
    assert texts("".join(f"<li><a href='/{n}'>栏目{n}</a></li>" for n in range(50))) == []


@pytest.mark.parametrize(
    "line",
    [
        "责任编辑：李明",
        "2025年8月28日 10:00 来源：新华社",
        "分享到：微信 微博",
        "免责声明：本文仅代表作者个人观点，与本网无关，请读者仅作参考，并请自行核实相关内容。",
        "Last updated at 3:21 PM on 15th December 2011",
        "© 2011 Example Ltd. All rights reserved.",
        "By Anna Smith",
    ],
)
def test_asides(line: str) -> None:
    """Bylines, buttons and disclaimers stand beside an article."""
    assert is_aside(block(line))


@pytest.mark.parametrize("line", [FIRST, SECOND, "费用从何而来", "“我们支持分享经济。”", "（完）"])
def test_no_asides(line: str) -> None:
    """Sentences and subheadings are the article's own."""
    assert not is_aside(block(line))


@pytest.mark.parametrize(
    "line", ["相关新闻", "網友評論", "延伸閱讀：", "Related Stories", "Comments (107)"]
)
def test_endings(line: str) -> None:
    """Headings of what follows an article."""
    assert ends_article(block(line))


def test_time_grows_with_size() -> None:
    """Ten times the page costs about ten times the time."""
    spent = []
    for count in (2_000, 20_000):
        tree = html.document_fromstring(f"<div>{f'<p>{FIRST}</p>' * count}</div>")
        begun = time.process_time()
        page = cut(tree)
        assert len(find(page, "").kept) == count
        spent.append(time.process_time() - begun)
    assert spent[1] < 30 * spent[0]
