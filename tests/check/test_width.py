"""pressroom.check.width."""

from __future__ import annotations

from typing import Any

import pytest

from pressroom.check.polish import applied
from pressroom.check.width import RULE, edits
from pressroom.model import Severity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他说,好", "他说，好"),
        ("他说, 好", "他说，好"),
        ("他说:“好”", "他说：“好”"),
        ("**重点**: 谁来", "**重点**：谁来"),
        ("真的?!好", "真的？！好"),
        ("结束.\n下面", "结束。\n下面"),
        ("结束.\r\n下面", "结束。\r\n下面"),
        ("首都(北京)有", "首都（北京）有"),
        ("首都 (北京) 有", "首都（北京）有"),
        ("(见附件)", "（见附件）"),
        ("《通知》,见", "《通知》，见"),
        ("结束,  \n下面", "结束，  \n下面"),
        ("谁来? {#q4}", "谁来？ {#q4}"),
    ],
)
def test_half_width_signs_between_han_become_full_width(text: str, expected: str) -> None:
    """Commas, stops, colons, marks and parentheses, with the space that typing left."""
    assert applied(text, edits(text, "zh-Hans")) == expected


@pytest.mark.parametrize(
    "text",
    [
        "时间10:30,共1,000人",
        "用AI, 好",
        "等等...好",
        "Xinhua (新华社) 称",
        "首都(Beijing)有",
        "见[北京](https://e.org/甲,乙)",
        "`好,好`",
        "见[[甲,乙|first, second]]",
        "《好,好》",
        "“好,好”[@a]",
        "> 好,好 [@a]",
        "一. 好",
        "## 二. 好",
        "https://e.org/好,好",
        "好\\,好",
        "好。",
    ],
)
def test_what_has_its_own_spelling_stays(text: str) -> None:
    """Numbers, times, Latin words, code, shorthands, addresses, titles, sourced quotations."""
    assert edits(text, "zh-Hans") == []


def test_a_stop_within_a_name_is_asked_about(lay: Any) -> None:
    """A half-width stop between Han characters may be a dot: no mending, only a finding."""
    (found,) = RULE.find(lay({"briefs.zh-Hans.md": "## 甲 {#a}\n\n达.芬奇\n"}))
    assert not edits("达.芬奇", "zh-Hans")[0].is_sure
    assert "·" in found.fix


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("China，which", "China, which"),
        ("Who？ Me", "Who? Me"),
        ("Beijing News（新京报） said", "Beijing News (新京报) said"),
        ("the ＡＩ plan", "the AI plan"),
        ("in ２０２５", "in 2025"),
    ],
)
def test_full_width_signs_do_not_belong_in_english(text: str, expected: str) -> None:
    """Punctuation, letters and digits of a Chinese keyboard."""
    assert applied(text, edits(text, "en")) == expected


@pytest.mark.parametrize(
    "text",
    ["(因地制宜，分类施策。)", "the term 因地制宜，which", "`，`", "“因。”", "《Ａ》", "a, b"],
)
def test_chinese_within_english_keeps_its_signs(text: str) -> None:
    """What stands beside a Han character or a Chinese mark is left alone."""
    assert edits(text, "en") == []


def test_japanese_has_its_own_rules() -> None:
    """Neither way is judged there."""
    assert edits("東京,大阪，京都", "ja") == []


def test_findings_name_places_and_the_mend(lay: Any) -> None:
    """Five lines, then a count; front matter and heads are read too."""
    body = "\n\n".join(["他说,好"] * 7)
    files = {"briefs.zh-Hans.md": f"## 甲,乙 {{#a}}\n\n{body}\n", "briefs.en.md": "## A {#a}\n"}
    found = list(RULE.find(lay(files)))
    assert [f.line for f in found] == [1, 3, 5, 7, 9, 11]
    assert found[0].severity is Severity.BEFORE
    assert found[0].message == "half-width , should be ， in “甲,乙”."
    assert found[0].fix == "pressroom check --fix."
    assert found[-1].message == "and on 3 more lines from here on."


def test_front_matter_is_named_but_mended_by_hand(lay: Any) -> None:
    """`check --fix` does not write front matter."""
    (found,) = RULE.find(lay({"opening.zh-Hans.md": "---\nsubject: 你好,读者\n---\n"}))
    assert (found.line, found.fix) == (1, "write ，.")
