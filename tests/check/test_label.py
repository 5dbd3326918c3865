"""Sections without a label in the language of an edition."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from rooms import ROOT, Room, copy_room

from pressroom.check.label import RULE
from pressroom.model import Locale

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EN, ZH = Locale("en"), Locale("zh-Hans")
FILES = {
    "letters.en.md": "## A {#a}\n\nWords.\n\n## B {#b}\n\nMore.\n",
    "letters.zh-Hans.md": "## 甲 {#a}\n\n词。\n",
}


def test_a_section_without_a_label_is_named_once(lay: Any, tell: Callable[..., Any]) -> None:
    """At its first block, in the edition that lacks the label and in no other."""
    proof = lay(FILES, unlabelled=frozenset([("letters", ZH), ("explainer", EN)]))
    assert tell(RULE.find(proof)) == [("before", "letters.zh-Hans.md", 1)]
    (found,) = RULE.find(proof)
    assert "_LETTERS would be printed" in found.message
    assert 'zh-Hans = "_..."' in found.fix


def test_a_label_in_every_edition_is_no_finding(lay: Any) -> None:
    """Of the house or of the language, as the workspace tells."""
    assert list(RULE.find(lay(FILES))) == []


@pytest.fixture
def room(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Room:
    """A fresh copy of the sample newsroom."""
    return Room(copy_room(tmp_path / "room"), capsys)


def labels(room: Room) -> list[str]:
    """The paths of what `check` says under this rule."""
    room.run("check", "2025-09-05", "--json")
    return [f["path"] for f in json.loads(room.out) if f["rule"] == "label"]


def test_the_newsroom_tells_which_labels_it_has(room: Room) -> None:
    """A kind of one's own with an English label only is found in the Chinese edition."""
    assert labels(room) == []
    own = (ROOT / "sections" / "explainer.py").read_text(encoding="utf-8")
    room.write("sections/letters.py", own.replace('kind = "explainer"', 'kind = "letters"'))
    table = '\n[[sections]]\nkind = "letters"\nrequired = false\nlabel = { en = "_LETTERS" }\n'
    room.change(
        "newsletter.toml", '\n[[sections]]\nkind = "tldr"', f'{table}\n[[sections]]\nkind = "tldr"'
    )
    for name, text in FILES.items():
        room.write(f"issues/2025-09-05/{name}", f"---\ntitle: T\n---\n\n{text}")
    assert labels(room) == ["issues/2025-09-05/letters.zh-Hans.md"]
    room.change("newsletter.toml", '{ en = "_LETTERS" }', '{ en = "_LETTERS", zh-Hans = "_来信" }')
    assert labels(room) == []
