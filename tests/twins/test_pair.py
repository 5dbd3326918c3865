"""Units are cut with their lines and paired across languages."""

from __future__ import annotations

import time

import pytest

from pressroom.twins.links import address
from pressroom.twins.pair import pair_texts
from pressroom.twins.reading import read
from pressroom.twins.units import Kind, cut_units

ENGLISH = """---
title: A letter
---
## News {#news}

The ministry published [rules](https://example.org/en/rules) for 300 firms.

- First `make all`.
- Second.

> Quoted words.

```sh
make all
```

| a | b |
|---|---|
| 1 | 2 |

![A chart](chart.png)
"""


def kinds(text: str) -> list[tuple[str, int]]:
    """The kinds of a text's units and their lines."""
    return [(unit.kind.value, unit.line) for unit in cut_units(text).units]


def shape(one: str, other: str) -> list[tuple[list[int], list[int]]]:
    """The lines that stand in each pair."""
    pairs = pair_texts(one, other)
    return [([u.line for u in p.one], [u.line for u in p.other]) for p in pairs]


def test_each_kind_of_unit_keeps_its_line() -> None:
    """Every kind is told, on the line of its file; front matter is left out."""
    assert kinds(ENGLISH) == [
        ("heading", 4), ("paragraph", 6), ("list item", 8), ("list item", 9), ("quotation", 11),
        ("code block", 13), ("table row", 17), ("table row", 19), ("figure", 21),
    ]  # fmt: skip


def test_front_matter_that_never_closes_is_text() -> None:
    """Nothing is swallowed when the closing line is missing."""
    assert [line for _, line in kinds("---\ntitle: x\n\nWords.\n")] == [2, 4]


def test_comments_tags_private_lines_and_definitions_are_no_units() -> None:
    """What no reader sees is not compared, over several lines too."""
    text = (
        "%% a note\n<!-- one\n\ntwo -->\n{% comment %}<!-- x -->{%\nendcomment %}\n"
        "<style>\nul { margin: 0 }\n</style>\n{% include a.md %}\n[a b]: https://example.org/\n"
        "{:.center}\nWords<!-- not\nthese --> go on.\n"
    )
    assert [(u.text, u.line) for u in cut_units(text).units] == [("Words\n go on.", 13)]


def test_a_comment_mark_within_code_is_code() -> None:
    """A fence keeps its rows as they are."""
    (unit,) = cut_units("```html\n<!-- kept -->\n\n{% if %}\n```\n").units
    assert (unit.kind, unit.text) == (Kind.CODE, "<!-- kept -->\n\n{% if %}")


def test_paragraphs_of_a_list_item_are_units_and_no_code() -> None:
    """Four blanks under an item continue it; eight more make code."""
    text = "- Item\n\n    More of it.\n\n          code\n\n1. One\n   goes on\n2. Two\n"
    assert [kind for kind, _ in kinds(text)] == [
        "list item", "paragraph", "code block", "list item", "list item",
    ]  # fmt: skip


def test_a_number_in_running_text_opens_no_item() -> None:
    """A line that happens to start with a year is text."""
    assert kinds("It was founded in\n2018. It grew.\n") == [("paragraph", 1)]


def test_underlined_words_are_a_heading() -> None:
    """Both levels of underlined headings are read."""
    units = cut_units("Title\n=====\n\nPart\n----\n\nText.\n").units
    assert [(u.kind.value, u.level) for u in units] == [
        ("heading", 1), ("heading", 2), ("paragraph", 0),
    ]  # fmt: skip


def test_a_unit_is_read_without_its_markup() -> None:
    """Links, citations, terms and code leave their words; their targets are kept."""
    text = (
        "The **rules** [came][r] [@gov-4f2a, p. 7] via `api` and [[因地制宜|local conditions]], "
        "see <https://example.org/x>.\n\n[R]: https://example.org/r\n"
    )
    (unit,) = read(text)
    assert unit.plain == "The rules came  via api and local conditions, see ."
    assert [link.address.page for link in unit.links] == [
        "example.org/r", "@gov-4f2a", "example.org/x",
    ]  # fmt: skip
    assert [code.words for code in unit.codes] == ["api"]


def test_square_brackets_that_lead_nowhere_are_text() -> None:
    """A shortcut reference is a link only where its label is defined."""
    (unit,) = read("He [the minister] spoke.\n")
    assert (unit.plain, unit.links) == ("He [the minister] spoke.", ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/en/a/", "http://www.example.org/zh/a"),
        ("/en/news/2020/#part", "/zh-Hans/news/2020#篇"),
        ("https://example.org/a?lang=en&x=1", "https://example.org/a?x=1&lang=zh"),
        ("docs/a.en.md", "docs/a.zh.md"),
        ("https://example.org/a?utm_source=mail", "https://example.org/a"),
    ],
)
def test_addresses_of_one_page_in_two_languages_are_alike(one: str, other: str) -> None:
    """Locale parts, schemes, tracking and trailing slashes make no other page."""
    assert address(one).page == address(other).page


def test_pages_of_two_countries_are_not_alike() -> None:
    """An ending of a host is no language."""
    assert address("https://example.cn/a").page != address("https://example.org/a").page


def test_paragraphs_pair_in_order() -> None:
    """The same structure pairs one to one."""
    chinese = "## 新闻\n\n工信部发布了三百家企业的规则。\n\n- 第一\n- 第二\n"
    english = "## News\n\nThe ministry published rules for 300 firms.\n\n- First\n- Second\n"
    assert shape(english, chinese) == [([1], [1]), ([3], [3]), ([5], [5]), ([6], [6])]


def test_a_missing_paragraph_stands_alone() -> None:
    """The anchors of the others keep them together."""
    english = (
        "Alpha has 300 firms in Hefei, the ministry said on Monday.\n\n"
        "Beta wrote that nobody had asked the towns about the plan at all, and left.\n\n"
        "Gamma sold 41 buses to Xi'an, more than a year ago.\n"
    )
    chinese = (
        "工信部周一表示，Alpha 在合肥有 300 家企业。\n\nGamma 向西安卖出 41 辆巴士，比一年前多。\n"
    )
    assert shape(english, chinese) == [([1], [1]), ([3], []), ([5], [3])]


def test_a_split_paragraph_is_one_pair() -> None:
    """What a translator cut in two stays with its twin."""
    english = (
        "The ministry named 300 firms in Hefei for the trial that starts in spring, it said, "
        "and a second list of 41 towns follows before the summer, according to the office.\n"
    )
    chinese = (
        "工信部表示，合肥有 300 家企业入选将于春季开始的试点，名单已经公布，各地正在准备。\n\n"
        "据该办公室称，第二批包括 41 个城镇的名单将在夏季之前公布，届时会有更多细节。\n"
    )
    assert shape(english, chinese) == [([1], [1, 3])]


def test_blocks_pair_by_their_ids_in_any_order() -> None:
    """An id in both texts outweighs the order."""
    english = "## One {#a}\n\nFirst.\n\n## Two {#b}\n\nSecond.\n"
    chinese = "## 二 {#b}\n\n第二。\n\n## 一 {#a}\n\n第一。\n"
    assert shape(english, chinese) == [([1], [5]), ([3], [7]), ([5], [1]), ([7], [3])]


def test_turns_pair_by_their_ids() -> None:
    """A turn put between two others shifts no twin."""
    english = "Q: Why? {#q1}\n\nBecause.\n\nQ: How? {#q2}\n\nSo.\n"
    chinese = (
        "问：为何？ {#q1}\n\n因为。\n\n问：谁？ {#q9}\n\n某人。\n\n问：如何？ {#q2}\n\n这样。\n"
    )
    assert shape(english, chinese) == [
        ([1], [1]), ([3], [3]), ([5], [9]), ([7], [11]), ([], [5]), ([], [7]),
    ]  # fmt: skip


def test_empty_texts_pair() -> None:
    """Nothing against nothing, and something against nothing."""
    assert shape("", "") == []
    assert shape("Words.\n", "") == [([1], [])]


@pytest.mark.parametrize("text", ["[" * 20_000, "`" * 20_000, "<!--" * 5_000, "[a](" * 5_000])
def test_hostile_texts_are_read_quickly(text: str) -> None:
    """Broken markup costs no more than its length."""
    start = time.process_time()
    read(text)
    assert time.process_time() - start < 2


def test_cost_grows_with_length_alone() -> None:
    """Eight times the text takes far less than sixty-four times as long."""
    english = "\n\n".join(
        f"Paragraph {n} speaks of Name{n} and of little else." for n in range(200)
    )
    chinese = "\n\n".join(f"第 {n} 段谈到 Name{n}，别无其他。" for n in range(200))
    times = []
    for size in (1, 8):
        start = time.process_time()
        pair_texts("\n\n".join([english] * size), "\n\n".join([chinese] * size))
        times.append(time.process_time() - start)
    assert times[1] < 24 * max(times[0], 0.02)
