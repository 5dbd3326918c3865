"""pressroom twins: what it answers where a block stands in the place of the issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rooms import Room, copy_room

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def room(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Room:
    """A fresh copy of the sample newsroom."""
    return Room(copy_room(tmp_path / "room"), capsys)


@pytest.mark.parametrize("block", ["news_briefs#x", "aiplus"])
def test_a_block_in_the_place_of_the_issue(room: Room, block: str) -> None:
    """The answer is the form, and the same words after the newest issue."""
    newest = max(path.name for path in (room.root / "issues").iterdir())
    assert room.run("twins", block, "--accept") == 2
    assert f"{block}: is no issue" in room.err
    assert "pressroom twins ISSUE BLOCK --accept." in room.err
    assert f"For the newest issue: pressroom twins {newest} " in room.err
    assert "pressroom draft" not in room.err


def test_without_accept_the_form_is_without_it_too(room: Room) -> None:
    """Looking at one block takes the same form."""
    assert room.run("twins", "news_briefs#x") == 2
    assert "ISSUE BLOCK. For" in room.err


def test_a_newsroom_without_issues_is_told_how_to_start(tmp_path: Path, room: Room) -> None:
    """No issue can be suggested where there is none."""
    for path in (room.root / "issues").iterdir():
        path.rename(tmp_path / path.name)
    assert room.run("twins", "news_briefs#x", "--accept") == 2
    assert "There is no issue yet: pressroom draft next" in room.err


def test_a_mistyped_date_is_still_a_mistyped_date(room: Room) -> None:
    """What begins with a digit is taken for an issue."""
    assert room.run("twins", "2025-09-50") == 2
    assert 'There is no issue "2025-09-50".' in room.err
