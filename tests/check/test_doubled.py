"""pressroom.check.doubled: sentences that stand twice, and the text that readers meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pressroom.check.doubled import RULE, editions, plain, sentences
from pressroom.lang import language
from pressroom.model import Locale

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = "The harbour office keeps every ledger of the northern ferries in one dry cupboard."
NEAR = "The harbour office keeps every old ledger of the northern ferries in one dry cupboard."


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        (f"## A {{#a}}\n\nFirst.\n{LONG}\n\n## B {{#b}}\n\nThen.\n{LONG}\n", [9]),
        (f"## A {{#a}}\n\n{LONG} It rains.\n{NEAR}\n", [4]),
        (f"## A {{#a}}\n\n{LONG}\n\n{LONG.upper()}\n\n{LONG}\n", [5, 7]),
        (f"## A {{#a}}\n\n- {LONG}\n- {LONG.replace('dry', '**dry**')}\n", [4]),
        ({"b.en.md": f"## A {{#a}}\n\n{LONG}\n", "x.en.md": f"## C {{#c}}\n\n{LONG}\n"}, [3]),
    ],
)
def test_a_sentence_said_again_is_told_at_the_later_place(
    lay: Any, tell: Callable[..., Any], files: Any, lines: list[int]
) -> None:
    """Within a block, across blocks and sections, marked up or not, whole or nearly."""
    assert [(s, n) for s, _, n in tell(RULE.find(lay(files)))] == [("before", n) for n in lines]


def test_the_finding_names_the_earlier_place(lay: Any) -> None:
    """An editor sees both lines, and whether the two are the same."""
    (found,) = RULE.find(lay(f"## A {{#a}}\n\n{LONG}\n\n{NEAR}\n"))
    assert "nearly stands at issues/2025-09-05/briefs.en.md:3 too" in found.message
    (found,) = RULE.find(lay(f"## A {{#a}}\n\n{LONG}\n\n{LONG}\n"))
    assert "” stands at" in found.message


@pytest.mark.parametrize(
    "files",
    [
        "## A {#a}\n\nSee the next page.\n\nSee the next page.\n",
        f"## A {{#a}}\n\n{LONG}\n\n%% {LONG}\n\n```\n{LONG}\n```\n\n> {LONG}\n",
        f"## A {{#a}}\n\n{LONG}\n\nThe office by the river burns a ledger of the ferries each May.\n",
        f"## A {{#a}}\n\n{LONG.replace('one', '12')}\n\n{NEAR.replace('one', '14')}\n",
        f"## A {{#a}}\n\n{LONG}\n\nTL;DR: {LONG}\n",
        {"b.en.md": f"## A {{#a}}\n\n{LONG}\n", "tldr.en.md": f"- {LONG} {{#t}}\n"},
        {"b.en.md": f"## A {{#a}}\n\n{LONG}\n", "b.zh-Hans.md": f"## 甲 {{#a}}\n\n{LONG}\n"},
        {"opening.en.md": f"---\nteasers: ['{LONG}']\n---\n", "b.en.md": f"{LONG}\n"},
    ],
)
def test_what_repeats_on_purpose_is_no_finding(lay: Any, files: Any) -> None:
    """Short phrases, notes, code, pull quotes, other figures, summaries, other editions."""
    assert list(RULE.find(lay(files))) == []


def test_a_summary_is_held_against_summaries(lay: Any, tell: Callable[..., Any]) -> None:
    """A line of the TL;DR that stands in it twice is a slip like any other."""
    files = {"tldr.en.md": f"- {LONG} {{#t1}}\n- {LONG} {{#t2}}\n"}
    assert tell(RULE.find(lay(files))) == [("before", "tldr.en.md", 2)]


def test_chinese_is_compared_by_characters(lay: Any, tell: Callable[..., Any]) -> None:
    """Where words do not stand apart, runs of characters are what is shared."""
    said = "港口办公室把北方渡船的每一本账簿都收在同一个干燥的柜子里，从不外借。"
    near = said.replace("每一本", "每一本旧")
    files = {"b.zh-Hans.md": f"## 甲 {{#a}}\n\n{said}下雨了。\n\n{near}\n"}
    assert tell(RULE.find(lay(files))) == [("before", "b.zh-Hans.md", 5)]


def test_print_order_starts_with_the_opening_and_heeds_after(lay: Any) -> None:
    """The earlier place is the one that a reader meets first."""
    files = {
        "tldr.en.md": "---\nafter: briefs\n---\n- One. {#t}\n",
        "briefs.en.md": "## A {#a}\n",
        "essay.en.md": "Words.\n",
        "opening.en.md": "Hello.\n",
    }
    ((_, tolds),) = editions(lay(files))
    assert [t.block.section for t in tolds] == ["opening", "briefs", "tldr", "essay"]


def test_text_is_as_it_is_read_and_keeps_its_lines(lay: Any) -> None:
    """Links give their words, citations and code nothing; a sentence knows its line."""
    text = (
        "## A {#a}\n\nSee [the *page*](https://e.org/x) [@a].\nRun `x. Y` at [[MIIT]].\n\n| a |\n"
    )
    ((_, tolds),) = editions(lay(text))
    assert [(t.kind, t.line) for t in tolds] == [("head", 1), ("prose", 3), ("row", 6)]
    said = sentences(tolds[1], language(Locale("en")))
    assert [(line, " ".join(s.split())) for line, s in said] == [
        (3, "See the page ."),
        (4, "Run at MIIT."),
    ]


def test_a_phrase_that_stands_everywhere_costs_little(lay: Any) -> None:
    """Ten thousand sentences that share their words are told in linear time."""
    text = " ".join(f"{LONG[:-1]} number {n}." for n in range(10_000))
    assert list(RULE.find(lay(f"{text}\n"))) == []


def test_a_link_in_a_greeting_is_read_as_its_words() -> None:
    """Links and citations among the words of front matter are no names of the term base."""
    assert plain("Hello. [The brief](news_briefs#a) on [[AI+|AI]] [@a].") == (
        "Hello. The brief on AI [@a]."
    )
