"""pressroom.draft.summarise: sentences lifted from a story's items."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressroom.draft.summarise import extract
from pressroom.manuscript import scan
from pressroom.manuscript.file import parse
from pressroom.model import BlockKind, Locale

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.model import Story

    Tell = Callable[..., Story]

EN, ZH = Locale("en"), Locale("zh-Hans")


def test_each_paragraph_cites_its_item(story: Tell) -> None:
    """Three sentences of the nearest item, one of each other, each with its source."""
    told = extract(story(("z", "一。二。", "zh-Hans"), ("a", "One. Two. Three. Four.")), EN)
    assert told.text == "One. Two. Three. [@a]\n\n一。 [@z]"
    assert (told.model, told.items) == ("extract", ("a", "z"))


def test_three_items_at_most(story: Tell) -> None:
    """A fourth item is neither quoted nor named as evidence."""
    told = extract(story(*((k, f"Text {k}.") for k in "abcd")), EN)
    assert told.items == ("a", "b", "c")
    assert "[@d]" not in told.text


def test_an_item_without_text_gives_its_title(story: Tell) -> None:
    """Where a feed has titles only, the title is the sentence."""
    assert extract(story(("a", "", "en", "A *title*")), EN).text == r"A \*title\* [@a]"


@pytest.mark.parametrize(
    "text",
    [
        "# H",
        "Q: who",
        "问：谁",
        "%% secret",
        "```x",
        "~~~",
        "--- x",
        "![[cartoon]]",
        "[[miit]] [@b]",
    ],
)
def test_a_sources_marks_are_plain_text(text: str, story: Tell) -> None:
    """Whatever a source's text starts with, it starts no block, form or note in the file."""
    told = extract(story(("a", text)), ZH)
    (lead,) = parse(told.text + "\n", Path("i/news_briefs.zh-Hans.md"), ZH).blocks
    assert lead.kind is BlockKind.LEAD
    assert [(t.form, t.match[0]) for t in scan.tokens(told.text) if t.form != "escape"] == [
        ("cite", "[@a]")
    ]
    assert not scan.is_private(told.text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_makes_one_block(story: Tell, text: str, hed: str) -> None:
    """A brief from any item can be cut, has its id, and cites its item."""
    told = extract(story(("a", text, "en", hed)), EN)
    file = f"## {told.hed or 'TK'} {{#x}}\n\n{told.text}\n"
    (found,) = parse(file, Path("i/news_briefs.en.md"), EN).blocks
    assert found.id == "x"
    assert found.body.rstrip().endswith("[@a]")
