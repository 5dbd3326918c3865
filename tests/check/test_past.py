"""pressroom.check.past: tenses against dates, for an issue of Friday 5 September 2025."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pressroom.check.past import RULE

if TYPE_CHECKING:
    from collections.abc import Callable


def zh(text: str) -> dict[str, str]:
    """A Chinese section with one block."""
    return {"briefs.zh-Hans.md": f"## 甲 {{#a}}\n\n{text}\n"}


def en(text: str) -> str:
    """An English section with one block."""
    return f"## A {{#a}}\n\n{text}\n"


@pytest.mark.parametrize(
    "text",
    [
        "The rules will come into effect 1 September.",
        "The rules will come into effect on Sept. 1.",
        "On September 1, duties set by the port office (PO) will come into force for AI-made maps.",
        "From 1 September 2025 all ferries will have to carry a bell.",
        "The office will publish its guide by 2024.",
        "Trials are set to begin on Wednesday, 3 September.",
        "The text shall apply from 2025-08-31.",
        "The fair will be held on September 1-3.",
        "It is scheduled for 1 September.",
        "The plan is due to be signed on 4 September.",
        "The law took effect on 12 September.",
        "The guide was quietly published on 12 September 2025.",
        "It has been mended on 30 September.",
        "It will be held on September 3, and the law applies from January 1, 2026.",
        "On September 3, the rules will take effect.",
        "In 2025, it was opened in November.",
        "It was announced on January 1, 2026.",
    ],
)
def test_english_tense_and_date_that_clash(lay: Any, tell: Callable[..., Any], text: str) -> None:
    """A future for a day gone by, a past for a day to come, in each way to write a date."""
    assert tell(RULE.find(lay(en(text)))) == [("before", "briefs.en.md", 3)]


@pytest.mark.parametrize(
    "text", ["The bank will open in August.", "The shop opened on 20 September."]
)
def test_what_may_be_meant_is_only_worth_a_look(
    lay: Any, tell: Callable[..., Any], text: str
) -> None:
    """A month without a year, a participle that may be no past tense."""
    assert tell(RULE.find(lay(en(text)))) == [("look", "briefs.en.md", 3)]


@pytest.mark.parametrize(
    "text",
    [
        "The rules will come into effect on 12 September.",
        "The law took effect on 1 September.",
        "Rules published on 1 September will cost money.",
        "It will build on a guide published on 1 September.",
        "On August 26, the council released opinions that will matter.",
        "The firm will follow the 1 September declaration.",
        "He said “it will open on 1 September”.",
        "> It will open on 1 September.",
        "Sales will run from 1 September to 30 November.",
        "The summit is planned for 12 September.",
        "A summit scheduled on 12 September was moved.",
        "It will take effect on 1 January.",
        "It will be published on 12 September.",
        "Last year it opened on 12 September.",
        "In 1976, on 9 September, he died.",
        "It will not apply to clips made before 1 September.",
        "It would take effect on 1 September.",
        "By 2027, over half will use it.",
        "It will outdo 2024 sales.",
        "It will open on 31 February 2025.",
        "`will open on 1 September`",
        "It will open on Friday.",
        "It was issued on September 3 and takes effect January 1, 2026.",
        "The rules, issued on September 3 by the port, take effect on 1 January 2026.",
        "It was passed and takes effect on January 1, 2026.",
        "It was published effective from January 1, 2026.",
        "On September 3, the port opened talks on rules that will apply from January 1, 2026.",
        "On September 3, the rules will take effect on January 1, 2026.",
        "The plan to 2027 was published on September 3.",
        "It was published on 12 September, after a draft of January 5, 2024.",
    ],
)
def test_english_that_is_right_or_not_sure(lay: Any, text: str) -> None:
    """Other things' dates, quotations, ranges, other years, weekdays, days that are not."""
    assert list(RULE.find(lay(en(text)))) == []


@pytest.mark.parametrize(
    "text",
    [
        "该办法将于9月1日起施行。",
        "9月1日起，新规将正式施行。",
        "会议定于九月一日召开。",
        "渡口计划在8月31日开放。",
        "办法将从二〇二五年九月一日起全面实施。",
        "去年12月起，渡口将正式开放。",
        "新规已于9月12日施行。",
        "新规已经于本月十二日生效。",
        "于9月12日发布了指南。",
        "9月12日，渡口已开放。",
        "9月3日将举行大会。",
        "运动会拟于2024年3月至11月分两个阶段举行。",
        "9月12日公布，9月3日将举行。",
        "会议将于9月3日举行，办法将于2026年1月1日施行。",
        "已于9月12日发布，将于2026年1月1日施行。",
    ],
)
def test_chinese_tense_and_date_that_clash(lay: Any, tell: Callable[..., Any], text: str) -> None:
    """The same in Chinese, figures or characters."""
    assert tell(RULE.find(lay(zh(text)))) == [("before", "briefs.zh-Hans.md", 3)]


@pytest.mark.parametrize(
    "text",
    [
        "该办法将于9月12日起施行。",
        "9月1日，港口发布意见，将于年内落实。",
        "9月1日，公司将产品下架。",
        "原定于9月1日召开。",
        "新规已于9月1日施行。",
        "将8月26日发布的意见落实。",
        "活动将于9月1日至10月1日举行。",
        "“将于9月1日起施行”，通知写道。",
        "2024年的办法于9月12日发布了。",
        "9月1日发布的办法将正式施行。",
        "明年的会议将于8月20日召开。",
        "他表示，9月12日将召开会议。",
        "重组计划实质上已于今年1月1日正式生效。",
        "该部8月30日宣布，新规将于明年施行。",
        "8月30日，新规公布，明年将施行。",
        "8月30日，公司将开始于明年销售。",
        "8月30日消息，新规将正式施行。",
        "9月3日公布，9月12日将施行。",
        "办法已于9月3日发布，将于2026年1月1日施行。",
        "8月30日該部宣佈，將推出新規。",
    ],
)
def test_chinese_that_is_right_or_not_sure(lay: Any, text: str) -> None:
    """将 that marks an object, plans of the past, ranges, quotations, other years."""
    assert list(RULE.find(lay(zh(text)))) == []


def test_the_finding_says_both_days(lay: Any) -> None:
    """The words, what they are said of, and the day of the issue."""
    (found,) = RULE.find(lay(en("The rules will come into effect on 1 September.")))
    assert found.message == (
        "“will come into effect” is said of 1 September 2025, but we go out on 5 September 2025."
    )
    (found,) = RULE.find(lay(en("The office will publish it in June 2025.")))
    assert "of June 2025" in found.message
    (found,) = RULE.find(lay(en("The office will publish it in 2024.")))
    assert "of 2024" in found.message


def test_front_matter_is_judged_too(lay: Any, tell: Callable[..., Any]) -> None:
    """A greeting or teaser can be as stale as a brief."""
    front = "---\ngreeting: It will open on 1 September.\nteasers: [It will open on 2 September.]\n---\n"
    found = RULE.find(lay({"opening.en.md": front}))
    assert tell(found) == [("before", "opening.en.md", 1)] * 2


def test_an_issue_without_a_date_or_a_language_without_a_grammar(lay: Any) -> None:
    """Where nothing is known nothing is said."""
    proof = lay(en("It will open on 1 September 2025."))
    assert list(RULE.find(replace(proof, slug="special"))) == []
    spanish = replace(proof.blocks[0], locale="es")
    told = replace(proof, blocks=(spanish,), languages={"es": proof.languages["en"]}, fronts={})
    assert list(RULE.find(told)) == []
