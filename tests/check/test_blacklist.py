"""pressroom.check.blacklist."""

from __future__ import annotations

from typing import Any

import pytest

from pressroom.check.blacklist import RULE, found

AVOID = {
    "utilise": "use",
    "at this point in time": "now",
    "don't": "do not",
    "AI": "",
    "赋能": "帮助",
    "zh-Hans": {"抓手": "办法"},
}


def told(lay: Any, body: str, name: str = "briefs.en.md") -> list[tuple[str, int, str, str]]:
    """Severity, line, message and fix of each finding."""
    proof = lay({name: f"## A {{#a}}\n\n{body}\n"})
    return [(f.severity.value, f.line, f.message, f.fix) for f in found(proof, AVOID)]


def test_a_word_of_the_list_comes_with_its_better(lay: Any) -> None:
    """Whatever its case, and across a line end."""
    assert told(lay, "x\nUtilise it at this point\nin time.") == [
        ("before", 4, "the house does not write “Utilise”.", "write “use”."),
        ("before", 4, "the house does not write “at this point in time”.", "write “now”."),
    ]


def test_a_word_without_a_better_is_left_out(lay: Any) -> None:
    """An empty value offers none; Han beside a Latin word does not hide it."""
    assert [row[3] for row in told(lay, "用AI做", "briefs.zh-Hans.md")] == [
        "leave it out, or say it otherwise."
    ]


@pytest.mark.parametrize(
    ("body", "name", "count"),
    [
        ("为产业赋能", "briefs.zh-Hans.md", 1),
        ("找抓手", "briefs.zh-Hans.md", 1),
        ("a 抓手", "briefs.en.md", 0),
        ("We don’t", "briefs.en.md", 1),
        ("İ don't ſ", "briefs.en.md", 1),
    ],
)
def test_a_locale_has_words_of_its_own(lay: Any, body: str, name: str, count: int) -> None:
    """Han words are found within others, apostrophes in either form."""
    assert len(told(lay, body, name)) == count


@pytest.mark.parametrize(
    "body",
    [
        "utilised",
        "reutilise",
        "AIs",
        "`utilise`",
        "%% utilise",
        "[a](https://e.org/utilise)",
        "“utilise it” [@a]",
        "> utilise it [@a]",
        "[[utilise]]",
    ],
)
def test_parts_of_words_and_words_of_others_pass(lay: Any, body: str) -> None:
    """So do code, notes, addresses, terms and sourced quotations."""
    assert told(lay, body) == []


def test_without_a_list_nothing_is_avoided(lay: Any) -> None:
    """A house without style.avoid has no finding."""
    assert list(RULE.find(lay("## A {#a}\n\nutilise\n"))) == []
    assert list(found(lay("## A {#a}\n\nutilise\n"), {"": "x", " ": "y"})) == []
