"""pressroom.check.quote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pressroom.check.quote import RULE

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    "body",
    [
        "It was “a matter of some delicacy indeed”.",
        'It was "a matter of some delicacy indeed".',
        "First [@a].\n\nThen “a matter of some delicacy indeed”.",
        "> A matter of some delicacy indeed.\n\nSaid so [@a].",
        "- Cited [@a]\n- “a matter of some delicacy indeed”",
        "It was “[[因地制宜|a matter of local conditions]]”.",
        "It was “要防止一哄而上、泡沫化，也不要”.",
        "It was “a matter of some delicacy indeed” `[@a]`.",
    ],
)
def test_a_quotation_needs_a_source_beside_it(
    lay: Any, cited: Any, tell: Callable[..., Any], body: str
) -> None:
    """A quotation of four words without a citation in its paragraph stops the send."""
    proof = lay(f"## A {{#a}}\n\n{body}\n", sources={"a": cited("a")})
    assert [row[0] for row in tell(RULE.find(proof))] == ["stop"]


@pytest.mark.parametrize(
    "body",
    [
        "It was “a matter of some delicacy indeed” [@a].",
        "The so-called “smart terminals” sell.",
        "> A matter of some delicacy\n> indeed. [@a]\n> — the Office",
        "> [!WARNING] suicide\n> This section is about something grave.",
        "`“a matter of some delicacy indeed”`",
        "```\n“a matter of some delicacy indeed”\n```",
        "%% “a matter of some delicacy indeed”",
        "The “因地制宜” of the plan.",
        "[the “office” itself](https://e.org/“a-b-c-d-e”)",
        'A 5" pipe and a 6" pipe and then some.',
    ],
)
def test_what_is_no_bare_quotation_passes(lay: Any, cited: Any, body: str) -> None:
    """Cited quotations, scare quotes, notes and code are left alone."""
    assert list(RULE.find(lay(f"## A {{#a}}\n\n{body}\n", sources={"a": cited("a")}))) == []


def test_heads_and_questions_are_exempt_but_a_summary_line_is_not(
    lay: Any, tell: Callable[..., Any]
) -> None:
    """A heading or question may quote; a line of the TL;DR is running text."""
    words = "“a matter of some delicacy indeed”"
    files = {
        "briefs.en.md": f"## {words} {{#a}}\n\nWords.\n\nQ: {words}? {{#q1}}\n\nYes.\n",
        "tldr.en.md": f"- Plain. {{#t1}}\n- {words} {{#t2}}\n",
    }
    assert tell(RULE.find(lay(files))) == [("stop", "tldr.en.md", 2)]


def test_chinese_counts_characters(lay: Any, tell: Callable[..., Any]) -> None:
    """Eight characters make a quotation in Chinese, in either pair of marks."""
    text = "## 甲 {#a}\n\n他说“这件事情我们还要再看看”。\n\n他说「这件事情我们还要再看看」。\n\n所谓“人工智能”。\n"
    assert tell(RULE.find(lay({"briefs.zh-Hans.md": text}))) == [
        ("stop", "briefs.zh-Hans.md", 3),
        ("stop", "briefs.zh-Hans.md", 5),
    ]


@pytest.mark.parametrize(
    "said",
    [
        "uncertainty about what datasets are needed",
        "Uncertainty about  what\ndatasets are needed,",
        "uncertainty about ... datasets are needed",
        "uncertainty about … datasets are needed",
        "uncertainty about [...] datasets are needed.",
        "data for data's sake",
        "*data* for data’s sake",
        "the guide to good data",
        "[[为数据而数据|data for data’s sake]]",
        "[[要防止一哄而上、泡沫化|no rushing in headlong now]]",
    ],
)
def test_the_words_are_found_whatever_their_dress(lay: Any, cited: Any, said: str) -> None:
    """Case, width, marks, spaces and omissions make no difference; the title counts."""
    kept = ("uncertainty about what datasets are needed", "data for data’s sake")
    item = cited("a", *kept, "要防止一哄而上、泡沫化", title="The Guide to Good Data")
    proof = lay(f"## A {{#a}}\n\nThey write “{said}” [@a].\n", sources={"a": item})
    assert list(RULE.find(proof)) == []


@pytest.mark.parametrize(
    "said",
    ["datasets are needed ... uncertainty about", "data for the sake of data", "a wholly new thing, this"],
)  # fmt: skip
def test_words_that_are_not_in_the_source_are_asked_about(lay: Any, cited: Any, said: str) -> None:
    """Other words, or the same in another order, are a finding that names the source."""
    item = cited("a", "uncertainty about what datasets are needed", "data for data’s sake")
    found = list(
        RULE.find(lay(f"## A {{#a}}\n\nThey say “{said}” [@a; @b].\n", sources={"a": item}))
    )
    assert [f.severity.value for f in found] == ["before"]
    assert "is not in a, b" in found[0].message


def test_without_kept_words_there_is_nothing_to_compare(lay: Any, cited: Any) -> None:
    """A source of which nothing is kept is not held against the quotation."""
    text = "## A {#a}\n\nThey say “data for the sake of data” [@a].\n"
    assert list(RULE.find(lay(text, sources={"a": cited("a")}))) == []


def test_nested_quotations_are_one(lay: Any, cited: Any) -> None:
    """The outer quotation is compared, the inner one is part of it."""
    item = cited("a", "关于深入实施“人工智能+”行动的意见")
    text = "## 甲 {#a}\n\n《意见》即“关于深入实施“人工智能+”行动的意见”[@a]。\n"
    assert list(RULE.find(lay({"briefs.zh-Hans.md": text}, sources={"a": item}))) == []


def test_the_line_is_the_quotations_own(lay: Any, tell: Callable[..., Any]) -> None:
    """In a paragraph of several lines the finding stands where the quotation starts."""
    text = "## A {#a}\n\nOne line,\nand “a matter of some\ndelicacy indeed”.\n"
    assert tell(RULE.find(lay(text))) == [("stop", "briefs.en.md", 4)]
