"""pressroom.check.spacing."""

from __future__ import annotations

from typing import Any

import pytest

from pressroom.check.spacing import RULE, found, wrong
from pressroom.model import Severity


def zh(body: str) -> dict[str, str]:
    """A Chinese section with one block."""
    return {"briefs.zh-Hans.md": f"## 甲 {{#a}}\n\n{body}\n"}


def test_a_mixture_names_the_rarer_way(lay: Any) -> None:
    """Two spaced borders, one not: the one is named, with the count."""
    (finding,) = RULE.find(lay(zh("使用 AI 技术。\n\n使用AI。")))
    assert (finding.severity, finding.line) == (Severity.LOOK, 5)
    assert "otherwise at 2 of 3 places" in finding.message


@pytest.mark.parametrize(
    "body",
    [
        "使用AI技术，70%的人",
        "使用 AI 技术，有 5 个",
        "使用 AI 技术，有5个",
        "使用 AI 技术，于2025年9月5日，A股",
        "使用 AI 技术，见《关于AI的意见》",
        "使用 AI 技术，“用AI做” [@a]",
        "使用 AI 技术，见[[AI法]]和`AI法`",
        "使用 AI 技术\n\nThe term 因地制宜 is used in this long sentence, as AI法 is here.",
    ],
)
def test_one_way_is_no_fault(lay: Any, body: str) -> None:
    """Letters and figures apart; dates, names, titles, quotations and code are left out."""
    assert list(RULE.find(lay(zh(body)))) == []


@pytest.mark.parametrize(
    ("house", "body", "line"),
    [("none", "好\n使用 AI", 4), ("none", "在 2025 年", 3), ("space", "使用AI。", 3), ("space", "70%的", 3)],
)  # fmt: skip
def test_the_house_style_holds_at_every_border(lay: Any, house: Any, body: str, line: int) -> None:
    """With a style set, each line against it is named."""
    assert [(f.severity, f.line) for f in found(lay(zh(body)), house)] == [(Severity.BEFORE, line)]


@pytest.mark.parametrize(
    ("house", "body"),
    [("none", "使用AI技术70%的"), ("space", "使用 AI 技术，2025年，A股"), ("any", "使用AI 技术")],
)
def test_what_follows_the_house_style_passes(lay: Any, house: Any, body: str) -> None:
    """In the spaced style a date may be tight."""
    assert wrong(body, house) == []
    assert house == "any" or list(found(lay(zh(body)), house)) == []


def test_english_is_not_judged(lay: Any) -> None:
    """Han within English has its spaces from English."""
    assert list(found(lay("## A {#a}\n\nThe 因地制宜 term\n"), "none")) == []
