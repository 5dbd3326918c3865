"""Two files are compared by all rules, in the order of their lines."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from pressroom.twins.compare import compare, guess_locale

ENGLISH = """---
title: Letter
---
## News

The ministry [said](https://example.org/a) that 300 firms joined.

It uses `max_price` for this.
"""
CHINESE = """## 新闻

工信部表示，已有 300 家企业加入。

为此使用 `max_pirce`。
"""


def test_findings_come_in_the_order_of_the_first_text() -> None:
    """By its lines; front matter counts as lines but is not compared."""
    found = [(d.rule, d.one_line, d.other_line) for d in compare(ENGLISH, "en", CHINESE, "zh")]
    assert found == [("twin-link", 6, 3), ("twin-code", 8, 5)]


def test_a_text_is_no_drift_from_a_true_twin() -> None:
    """Nothing is said where nothing is wrong."""
    twin = CHINESE.replace("表示", "[表示](https://example.org/a)").replace("pirce", "price")
    assert compare(ENGLISH, "en", twin, "zh-Hans") == []


def test_the_reverse_names_the_same_places() -> None:
    """Which text comes first makes no difference."""
    found = {(d.rule, d.one_line, d.other_line) for d in compare(ENGLISH, "en", CHINESE, "zh")}
    back = {(d.rule, d.other_line, d.one_line) for d in compare(CHINESE, "zh", ENGLISH, "en")}
    assert found == back


@pytest.mark.skipif(find_spec("pressroom.twins.numbers") is None, reason="numbers are not there")
def test_a_number_that_drifted_names_both_lines() -> None:
    """The line of each number, within a paragraph of several rows."""
    english = "The ministry\nsaid that\n300 firms joined.\n"
    found = compare(english, "en", "工信部表示，\n已有 400 家企业加入。\n", "zh-Hans")
    assert [(d.rule, d.one_line, d.other_line) for d in found] == [("twin-number", 3, 2)]


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("The ministry said so.", "en"),
        ("工信部发布 API 的规则，并说明了开发者应当如何使用。", "zh-Hans"),
        ("工信部發佈 API 的規則，並說明了開發者應當如何使用。", "zh-Hant"),
        ("", "en"),
        ("```\n中文中文中文\n```\nOnly code is Chinese here.", "en"),
    ],
)
def test_a_locale_is_guessed_from_the_text(text: str, locale: str) -> None:
    """By the share of Han outside code, and by their script."""
    assert guess_locale(text) == locale
    assert compare(text, "", text, "") is not None


def test_a_text_against_nothing_is_missing() -> None:
    """Every unit is told once."""
    found = compare(ENGLISH, "en", "", "zh-Hans")
    assert [d.rule for d in found] == ["twin-heading", "twin-missing", "twin-missing"]


def test_two_scripts_of_one_language_may_be_alike() -> None:
    """A traditional edition has many a paragraph in common with the simplified one."""
    text = "他說：好，很好，真好，不好，都好，也好，還好，大好，小好。\n"
    assert compare(text, "zh-Hans", text, "zh-Hant") == []
