"""pressroom.check.linktext."""

from __future__ import annotations

from typing import Any

import pytest

from pressroom.check.linktext import RULE


def block(body: str) -> str:
    """One block with the body."""
    return f"## A {{#a}}\n\n{body}\n"


@pytest.mark.parametrize(
    "words",
    [
        *("here", "Click here", "**this link**", "read more →", "Link", "“here”", "this", ""),
        *("这里", "点击这里", "链接", "此处", "更多", "（链接）", "點擊這裡"),
        *("https://e.org/a", "www.e.org"),
    ],
)
def test_words_that_say_nothing_are_named(lay: Any, tell: Any, words: str) -> None:
    """Whatever decorates them; the address itself is no better."""
    text = block(f"One\n[{words}](https://e.org/a)")
    assert tell(RULE.find(lay(text))) == [("look", "briefs.en.md", 4)]


def test_an_address_in_angle_brackets_is_its_own_words(lay: Any, tell: Any) -> None:
    """A reader hears every letter of it; a mail address is what it says."""
    assert tell(RULE.find(lay(block("<https://e.org/a>")))) == [("look", "briefs.en.md", 3)]
    assert tell(RULE.find(lay(block("<mailto:a@e.org>")))) == []


def test_one_text_for_two_targets_names_both(lay: Any) -> None:
    """Case and tracking do not matter; another block may use the words again."""
    text = block("[The plan](https://e.org/a)\n\n[the plan](https://e.org/b)")
    (found,) = RULE.find(lay(text))
    assert found.line == 5
    assert "https://e.org/b here and to https://e.org/a in line 3" in found.message
    same = "[plan](https://e.org/a?utm_source=x) [plan](https://e.org/a)"
    assert list(RULE.find(lay(block(same)))) == []
    other = block("[plan](https://e.org/a)") + "\n## B {#b}\n\n[plan](https://e.org/b)\n"
    assert list(RULE.find(lay(other))) == []


@pytest.mark.parametrize(
    "body",
    [
        "[the ten-year plan](https://e.org/a)",
        "[here in Taipei](https://e.org/a)",
        "[链接器](https://e.org/a)",
        "[e.org](https://e.org/a)",
        "`[here](https://e.org/a)`",
        "\\[here](https://e.org/a)",
        "![here](https://e.org/a.png)",
        "%% [here](https://e.org/a)",
        "see it [@a], [@b]",
    ],
)
def test_words_that_name_the_target_pass(lay: Any, body: str) -> None:
    """So do code, pictures, notes and citations."""
    assert list(RULE.find(lay(block(body)))) == []
