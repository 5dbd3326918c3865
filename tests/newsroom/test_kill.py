"""Kill -9 in the middle of draft and build, then the same command: no loss, no double."""

from __future__ import annotations

import json
import shutil
import signal
from typing import TYPE_CHECKING

import pytest
from rooms import copy_room, kill_at, tree

from pressroom.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from rooms import Room

NEW = "2025-09-19"
pytestmark = pytest.mark.kill
FILES = (1, 2, 4, 6, 9, 11)
"""How many new files stand when the run is killed: from the first to nearly the last."""


def _without_times(files: dict[str, bytes]) -> dict[str, object]:
    """The files, the times of drafting left out."""
    told: dict[str, object] = dict(files)
    rows = [json.loads(line) for line in files["blocks.jsonl"].splitlines()]
    for row in rows:
        if "drafted" in row:
            row["drafted"].pop("time")
    told["blocks.jsonl"] = rows
    return told


def test_a_killed_draft_is_finished_by_the_next(gathered: Room, tmp_path: Path) -> None:
    """Whatever the instant, the second run leaves what an unkilled run would have left."""
    whole = tmp_path / "whole"
    shutil.copytree(gathered.root, whole)
    assert _draft(whole) == 0
    expected = _without_times(tree(whole / "issues" / NEW))
    ends = []
    for number, files in enumerate(FILES):
        room = tmp_path / f"killed{number}"
        shutil.copytree(gathered.root, room)
        ends.append(kill_at(room, files, "draft", NEW))
        assert _draft(room) == 0
        assert _without_times(tree(room / "issues" / NEW)) == expected
    assert ends.count(-signal.SIGKILL) >= 3


def _draft(root: Path) -> int:
    """Run the draft to its end."""
    return main(["--newsroom", str(root), "draft", NEW])


def test_a_killed_build_is_finished_by_the_next(tmp_path: Path) -> None:
    """Every file of a killed build is whole, and the next build leaves exactly the right set."""
    whole = copy_room(tmp_path / "whole")
    assert main(["--newsroom", str(whole), "build"]) == 0
    expected = tree(whole / "public") | tree(whole / "outbox")
    ends = []
    for number, files in enumerate(FILES[1:]):
        room = copy_room(tmp_path / f"killed{number}")
        ends.append(kill_at(room, files, "build"))
        for name, data in (tree(room / "public") if (room / "public").exists() else {}).items():
            assert name.split("/")[-1].startswith(".") or data == tree(whole / "public").get(name)
        assert main(["--newsroom", str(room), "build"]) == 0
        assert tree(room / "public") | tree(room / "outbox") == expected
    assert ends.count(-signal.SIGKILL) >= 3
