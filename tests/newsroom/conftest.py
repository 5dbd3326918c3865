"""The sample newsroom as a fixture."""

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


@pytest.fixture
def gathered(room: Room) -> Room:
    """The sample newsroom with its samples gathered."""
    room.run("gather")
    return room
