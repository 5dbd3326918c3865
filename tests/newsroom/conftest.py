"""The sample newsroom as a fixture, and one that mails."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from posting import Office
from rooms import Room, copy_room
from web import Web

if TYPE_CHECKING:
    from collections.abc import Iterator
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


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A newsroom ready to mail eight readers over SMTP."""
    web = Web()
    office = Office(Room(copy_room(tmp_path_factory.mktemp("office") / "room")), web)
    try:
        yield office
    finally:
        office.close()
        web.close()


@pytest.fixture
def office(first: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Office]:
    """That newsroom, as if nothing had happened to it yet."""
    made = first.room
    copy = Room(shutil.copytree(made.root, tmp_path / "room"), capsys)
    first.again(copy)
    try:
        yield first
    finally:
        first.room = made
