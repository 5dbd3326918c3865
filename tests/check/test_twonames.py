"""pressroom.check.twonames: one thing named in two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pressroom.check.doubled import editions
from pressroom.check.twonames import RULE, Text, mixed, shortens

if TYPE_CHECKING:
    from collections.abc import Callable

OFFICE = ("North Ferry Office", "NFO", "Ferry Office", "Northern Ferries’ Office")
HAN = ("北方渡船管理办公室", "北渡办", "渡船办")


def said(lay: Any, text: str) -> list[tuple[str, str, str]]:
    """What the rule says of an English block: kind, here, before."""
    found = [f.message for f in RULE.find(lay(f"## A {{#a}}\n\n{text}\n"))]
    return [(m.split(":")[0], *m.split("“")[1:]) for m in found]


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("An e-mail came. The email said so.", "e-mail", "email"),
        ("One dataset, two data sets.", "dataset", "data sets"),
        ("Two data-sets, one dataset.", "data-sets", "dataset"),
        ("Per cent here, percent there: per cent.", "Per cent", "percent"),
        ("We use DeepFerry. They use Deepferry.", "DeepFerry", "Deepferry"),
        ("The OpenAI bell, the Open AI bell.", "OpenAI", "Open AI"),
        ("A plan called AI Plus, and AI+ again.", "AI Plus", "AI+"),
        ("It says AI plus and AI Plus.", "AI plus", "AI Plus"),
        ("The Harbour Council met; a harbour council it is.", "Harbour Council", "harbour council"),
    ],
)
def test_two_spellings_are_worth_a_look(lay: Any, text: str, one: str, other: str) -> None:
    """Hyphens, spaces, capitals and signs, told at the later place with the earlier one."""
    (found,) = RULE.find(lay(f"## A {{#a}}\n\n{text}\n"))
    assert (found.severity.value, found.line) == ("look", 3)
    assert f"“{other}” here, “{one}” at issues/2025-09-05/briefs.en.md:3." in found.message


@pytest.mark.parametrize(
    "text",
    [
        "We roll out a plan. The rollout is slow.",
        "Every day has its everyday work; some things are something.",
        "They re-sign. They resign.",
        "A long-term plan is long term.",
        "Harbour Council rules. A harbour council met.",
        "The DEEPFERRY sign of DeepFerry.",
        "`e-mail`, [email](https://e-mail.example/)",
        "Data set. It is one.",
    ],
)
def test_what_differs_by_right_is_no_finding(lay: Any, text: str) -> None:
    """Verb and noun, attribute and predicate, sentence starts, code and addresses."""
    assert list(RULE.find(lay(f"## A {{#a}}\n\n{text}\n"))) == []


def test_headings_may_have_capitals_of_their_own(lay: Any) -> None:
    """Title case is no second name."""
    assert list(RULE.find(lay("## The Harbour Council {#a}\n\nA harbour council.\n"))) == []


# --- lists told twice ---

AREAS = "- Science and Schools\n- Fishing\n- Spending\n- Good Health\n- Care of Harbours\n"


def test_a_list_told_twice_in_other_words(lay: Any) -> None:
    """Items that agree show that it is one list; those that only resemble are named."""
    text = f"## A {{#a}}\n\nFive areas:\n\n{AREAS}\n## B {{#b}}\n\n"
    again = (
        "All life is meant, including fishing, spenders, good health and care of harbours, soon.\n"
    )
    (found,) = RULE.find(lay(text + again))
    assert found.line == 13
    assert found.message.startswith("one list told two ways (4 items, 5 before): “spenders” here")
    assert "“Spending” at issues/2025-09-05/briefs.en.md:5" in found.message


def test_a_chinese_list_told_twice(lay: Any, tell: Callable[..., Any]) -> None:
    """Enumerations by 、, whose names share characters."""
    files = {
        "b.zh-Hans.md": "## 甲 {#a}\n\n涵盖渔业、消费提质、健康、全球合作。\n\n包括：渔业、消费、健康和国际合作。\n"
    }
    assert tell(RULE.find(lay(files))) == [("look", "b.zh-Hans.md", 5)]


@pytest.mark.parametrize(
    "again",
    [
        "All of it: fishing, spending, good health and care of harbours.",
        "They eat fishing lines, bread, good health and soup.",
        "In fishing, music, good health and chess.",
        "North Ferry, South Ferry, East Ferry and West Ferry.",
    ],
)
def test_lists_that_agree_or_have_little_in_common(lay: Any, again: str) -> None:
    """The same names, or lists of other things."""
    text = f"## A {{#a}}\n\n{AREAS}\n## B {{#b}}\n\n{again}\n"
    assert [f for f in RULE.find(lay(text)) if "list" in f.message] == []


# --- forms of the registers ---


def ways(lay: Any, text: str, *names: tuple[str, ...], locale: str = "en") -> list[tuple[str, str]]:
    """The pairs that the register's forms give for a text."""
    ((_, tolds),) = editions(lay({f"b.{locale}.md": f"## A {{#a}}\n\n{text}\n"}))
    return [(p.one.words, p.other.words) for p in mixed(Text(tolds), names)]


def test_two_short_forms_or_two_full_ones_are_two_names(lay: Any) -> None:
    """Full and short introduce each other; anything more is a second way."""
    found = ways(lay, "The Ferry Office met. The NFO spoke.", OFFICE[:3])
    assert found == [("Ferry Office", "NFO")]
    variant = ("North Ferry Organisation", "North Ferry Organization")
    assert ways(lay, f"The {variant[0]}. The {variant[1]}.", variant) == [variant]
    found = ways(lay, "北渡办开会。渡船办发言。", HAN, locale="zh-Hans")
    assert found == [("北渡办", "渡船办")]


@pytest.mark.parametrize(
    "text",
    [
        "The North Ferry Office (NFO) met. The NFO spoke.",
        "The North Ferry Office met. The North Ferry Office spoke.",
        "[[NFO]] met. The [[Ferry Office]] spoke. The NFO left.",
        "The NFO Bank met. The Ferry Office spoke.",
        "The NFOX met. The Ferry Office spoke.",
    ],
)
def test_one_way_is_no_finding(lay: Any, text: str) -> None:
    """An introduction, a shorthand, a longer name that holds the form."""
    assert ways(lay, text, OFFICE[:3], ("NFO Bank",)) == []


def test_number_and_apostrophes_make_no_second_form(lay: Any) -> None:
    """`bells` is `bell`; “curly” is another rule's matter."""
    text = "A bell. Two bells. Ferries’ Office. Ferries' Office."
    assert ways(lay, text, ("bell", "bells"), ("Ferries’ Office", "Ferries' Office")) == []


def test_a_short_form_leaves_something_out() -> None:
    """Characters of a Chinese name, initials or words of an English one."""
    assert shortens("北渡办", HAN[0])
    assert shortens("NFO", OFFICE[0])
    assert shortens("Ferry Office", OFFICE[0])
    assert not shortens("Ferry Organisation", OFFICE[0])
