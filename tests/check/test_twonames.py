"""pressroom.check.twonames: one thing named in two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pressroom.check.twonames import RULE
from pressroom.model import Locale

if TYPE_CHECKING:
    from collections.abc import Callable


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

FORMS: dict[str, dict[Locale, tuple[str, ...]]] = {
    "office": {Locale("en"): ("North Ferry Office", "NFO", "Ferry Office")},
    "mail": {Locale("en"): ("email", "e-mail"), Locale("zh-Hans"): ("邮件", "电邮")},
    "spend": {Locale("en"): ("Spending", "spenders")},
    "plus": {Locale("en"): ("AI+", "AI Plus")},
}


@pytest.mark.parametrize(
    "text",
    [
        "The Ferry Office met. The NFO spoke. The North Ferry Office left.",
        "An email. Two e-mails. An E-mail.",
        "A plan called AI Plus, and AI+ again.",
        f"{AREAS}\nAll of it, including fishing, spenders, good health and care of harbours.",
    ],
)
def test_accepted_forms_of_one_entry_are_one_name(lay: Any, text: str) -> None:
    """A variant of terms.toml, in any number and case, is no second name."""
    assert list(RULE.find(lay(f"## A {{#a}}\n\n{text}\n", forms=FORMS))) == []


@pytest.mark.parametrize("text", ["A dataset. A data set.", "An e-mail. An email. An EMail."])
def test_what_no_entry_accepts_is_found_beside_it(lay: Any, text: str) -> None:
    """Words that the registers do not know, also beside two that they do."""
    (found,) = RULE.find(lay(f"## A {{#a}}\n\n{text}\n", forms=FORMS))
    assert found.severity.value == "look"


def test_forms_of_another_edition_settle_nothing(lay: Any) -> None:
    """What is accepted in English says nothing of the Chinese edition, and the reverse."""
    files = {"b.zh-Hans.md": "## 甲 {#a}\n\n用 email，又用 e-mail。\n"}
    assert len(list(RULE.find(lay(files, forms=FORMS)))) == 1
