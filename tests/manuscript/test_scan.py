"""pressroom.manuscript.scan: which shorthands there are."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.manuscript import scan

HOSTILE = st.lists(
    st.sampled_from(
        ["[", "[[", "]]", "]", "[@", "`", "``", "\\", "(", ")", "!", "a", "|", "\n", ";"]
    ),
    max_size=60,
).map("".join)


def forms(text: str) -> list[tuple[str, str]]:
    """The shorthands of a text, escapes left out."""
    return [(t.form, t.match[0]) for t in scan.tokens(text) if t.form != "escape"]


def steps(text: str) -> int:
    """How many lines of Python the scan runs for a text."""
    count = 0

    def trace(_frame: object, _event: str, _arg: object) -> object:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        list(scan.tokens(text))
    finally:
        sys.settrace(before)
    return count


@given(HOSTILE)
def test_tokens_are_apart_and_in_order(text: str) -> None:
    """No two shorthands overlap, and replacing each by itself gives back the text."""
    ends = 0
    for token in scan.tokens(text):
        assert token.match.start() >= ends
        ends = token.match.end()
    assert scan.substitute(text, lambda token: token.match[0]) == text


@pytest.mark.parametrize("piece", ["[", "[[", "[@", "`", "\\", "[a](", "![[", "` `` ", "[[a|"])
def test_twice_the_marks_cost_twice_the_steps(piece: str) -> None:
    """The scan's own steps grow with the text alone, whatever the marks."""
    assert steps(piece * 2000) <= 2.2 * steps(piece * 1000) + 100


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[[a]] and [@b, p. 7]", [("term", "[[a]]"), ("cite", "[@b, p. 7]")]),
        ("`[[a]]` ``[@b] ` [@c]`` [[d]]", [("term", "[[d]]")]),
        ("a ` [[b]]", [("term", "[[b]]")]),
        (r"\`[[a]]`", [("term", "[[a]]")]),
        (r"\[[a]] \[@b] \\[[c]]", [("term", "[[c]]")]),
        ("[[a\n]]", []),
        ("![[x]]", [("call", "![[x]]")]),
        ("[w](explainer#q4)", [("link", "[w](explainer#q4)")]),
        ("[[" + "a" * 400 + "]]", []),
    ],
)
def test_what_is_a_form(text: str, found: list[tuple[str, str]]) -> None:
    """Code spans, escapes and line ends hide a form; nothing else does."""
    assert forms(text) == found


@pytest.mark.parametrize(
    ("keys", "pairs"),
    [
        ("gov-4f2a", [("gov-4f2a", "")]),
        ("a, ¶ 3; @b", [("a", "¶ 3"), ("b", "")]),
        ("a;@b;c", [("a", ""), ("b", ""), ("c", "")]),
        ("a b", [("", "a b")]),
        ("a;", [("a", ""), ("", "")]),
    ],
)
def test_the_keys_of_a_bracket(keys: str, pairs: list[tuple[str, str]]) -> None:
    """Several keys stand in one bracket, each with its own locator; what is no key is told."""
    assert scan.citations(keys) == pairs


def test_rows_outside_fences() -> None:
    """The rows of a fence and its two marks are left out, nested shorter marks included."""
    text = "a\n````\nb\n```\n````\nc\n~~~\nd\n~~~\r\ne"
    assert [row for _, row in scan.open_rows(text)] == ["a", "c", "e"]
