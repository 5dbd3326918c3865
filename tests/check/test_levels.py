"""pressroom.check.levels."""

from __future__ import annotations

from typing import Any

import pytest

from pressroom.check.levels import RULE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## A {#a}\n\n#### B {#b}\n", ("before", 3)),
        ("#### A {#a}\n", ("before", 1)),
        ("# A {#a}\n", ("before", 1)),
        ("## {#a}\n", ("before", 1)),
        ("## A {#a}\n\n##\n", ("before", 3)),
        ("## A {#a}\n\n### \n", ("before", 3)),
        ("## A {#a}\n\nTitle\n===\n", ("before", 4)),
        ("Lead\n---\n", ("before", 2)),
        ("## A {#a}\n\n## B {#b}\n\n##  a {#c}\n", ("look", 5)),
    ],
)
def test_each_fault_of_a_heading_is_named(
    lay: Any, tell: Any, text: str, expected: tuple[str, int]
) -> None:
    """A jump, level 1, no words, an underline, two alike."""
    assert tell(RULE.find(lay(text))) == [(expected[0], "briefs.en.md", expected[1])]


def test_two_alike_name_both_lines(lay: Any) -> None:
    """The second finding says where the first stands."""
    (found,) = RULE.find(lay("## Who pays? {#a}\n\nx\n\n## Who pays? {#b}\n"))
    assert found.message == "“Who pays?” is also the heading of line 1."


@pytest.mark.parametrize(
    "text",
    [
        "## A {#a}\n\n### B {#b}\n\n#### C {#c}\n\n## D {#d}\n",
        "### A {#a}\n\n### B {#b}\n",
        "## A {#a}\n\n```\n# comment\n##\n===\n```\n",
        "## A {#a}\n\nWords.\n\n---\n\nMore.\n",
        "## A {#a}\n---\n",
        "## A {#a}\n\n- item\n---\n",
        "## A {#a}\n\n| a |\n---\n\n%% note\n---\n",
        "## C# {#a}\n\n#hashtag\n",
    ],
)
def test_proper_headings_pass(lay: Any, text: str) -> None:
    """Steps of one, steps back, rules, code, lists and tables."""
    assert list(RULE.find(lay(text))) == []


def test_sections_and_editions_stand_apart(lay: Any) -> None:
    """The same heading in two files is no fault."""
    files = dict.fromkeys(("a.en.md", "b.en.md", "a.zh-Hans.md"), "## A {#a}\n")
    assert list(RULE.find(lay(files))) == []
