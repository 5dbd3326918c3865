"""pressroom.check.locator: pages and paragraphs that a source has, or has not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pressroom.check.locator import RULE, read

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("p. 12", ("page", (12, 12))), ("p12", ("page", (12, 12))),
        ("pp. 12-14", ("page", (12, 14))), ("pp. 12–14", ("page", (12, 14))),
        ("第12页", ("page", (12, 12))), ("第12至14頁", ("page", (12, 14))),
        ("¶ 3", ("paragraph", (3, 3))), ("para. 3", ("paragraph", (3, 3))),
        ("第3段", ("paragraph", (3, 3))), ("chapter 2", ("", (0, 0))), ("", ("", (0, 0))),
    ],
)  # fmt: skip
def test_a_locator_is_read_as_people_type_it(typed: str, meant: tuple[str, Any]) -> None:
    """English and Chinese forms, single and spans; anything else has no unit."""
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "severity"),
    [
        ("p. 12", None), ("p. 13", "stop"), ("pp. 11-13", "stop"), ("¶ 40", None),
        ("¶ 41", "stop"), ("p. 0", "stop"), ("pp. 5-3", "stop"), ("the end", "look"),
    ],
)  # fmt: skip
def test_a_place_beyond_the_source_stops_the_send(
    lay: Any, cited: Callable[..., Any], typed: str, severity: str | None
) -> None:
    """A PDF of 12 pages and 40 paragraphs: what lies in it passes, what does not is named."""
    item = replace(cited("a"), pages=12, paragraphs=40)
    found = list(RULE.find(lay(f"## A {{#a}}\n\nWords [@a, {typed}].\n", sources={"a": item})))
    assert [f.severity.value for f in found] == ([severity] if severity else [])


def test_a_web_page_has_paragraphs_only(lay: Any, cited: Callable[..., Any]) -> None:
    """A page number of something without pages is answered with what it has."""
    item = replace(cited("a"), paragraphs=7)
    (found,) = RULE.find(lay("## A {#a}\n\nWords [@a, p. 2].\n", sources={"a": item}))
    assert "has no pages; it has 7 paragraphs" in found.message


def test_nothing_is_said_of_an_extent_nobody_knows(lay: Any, cited: Callable[..., Any]) -> None:
    """A source entered by hand has no counts, so its locators are left to the editor."""
    text = "## A {#a}\n\nWords [@a, p. 900].\n"
    assert list(RULE.find(lay(text, sources={"a": cited("a")}))) == []
