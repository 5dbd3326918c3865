"""`pressroom subscribers`: what an editor does with readers, and what it prints."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from pressroom.store.list_export import COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from rooms import Room

LIST = """address,name,edition,tags
anna@example.org,Anna,en,press
bob@gmial.com,Bob,en,staff press
li.na@example.org,李娜,zh-Hans,
"""


@pytest.fixture
def readers(room: Room, tmp_path: Path) -> Room:
    """A newsroom with three readers."""
    (tmp_path / "readers.csv").write_text(LIST, encoding="utf-8")
    assert room.run("subscribers", "import", str(tmp_path / "readers.csv")) == 0
    return room


def _again(room: Room, tmp_path: Path, text: str, *words: str) -> int:
    (tmp_path / "again.csv").write_text(text, encoding="utf-8")
    return room.run("subscribers", "import", str(tmp_path / "again.csv"), *words)


def test_import_reports_lines_and_a_tally(readers: Room, tmp_path: Path) -> None:
    """A note for a likely slip, a reason for what is refused, exit code 1 for a refusal."""
    assert 'Look readers.csv:3: was added as it is. Is "gmial.com" meant' in readers.out
    assert "3 added, 0 kept, 0 refused." in readers.out
    text = "email,edition,tags\nanna@example.org,en,vip\nx@example.org,fr,\n"
    assert _again(readers, tmp_path, text, "--update") == 1
    assert "0 added, 1 changed, 0 kept, 1 refused." in readers.out
    assert _again(readers, tmp_path, text, "--json") == 1
    assert [row["outcome"] for row in json.loads(readers.out)] == ["kept", "refused"]


def test_export_of_a_segment_reads_back(readers: Room, tmp_path: Path) -> None:
    """Standard output is a CSV with every column, of those asked for."""
    assert readers.run("subscribers", "export", "tag:press", "-tag:staff") == 0
    (row,) = csv.DictReader(readers.out.splitlines())
    assert tuple(row) == COLUMNS
    assert (row["address"], row["tags"]) == ("anna@example.org", "press")
    assert _again(readers, tmp_path, readers.out) == 0
    assert "0 added, 1 kept, 0 refused." in readers.out


def test_list_counts_or_names(readers: Room) -> None:
    """Without words the editions are counted; with a segment or options people are named."""
    assert readers.run("subscribers", "list", "--json") == 0
    assert json.loads(readers.out) == {"en": 2, "zh-Hans": 1}
    assert readers.run("subscribers", "list") == 0
    assert "@" not in readers.out
    for words in (("--tag", "staff"), ("tag:staff",), ("--edition", "en", "domain:gmial.com")):
        assert readers.run("subscribers", "list", *words) == 0
        assert "bob@gmial.com  Bob +press +staff" in readers.out
        assert "1 readers." in readers.out
    assert readers.run("subscribers", "list", "--state", "active", "-tag:press", "--json") == 0
    assert [row["name"] for row in json.loads(readers.out)] == ["李娜"]
    assert readers.run("subscribers", "list", "tagg:x") == 2
    assert 'Did you mean "tag"' in readers.err


def test_move_and_tag(readers: Room) -> None:
    """An edition by its name in any case; tags by signs; what is none is refused in words."""
    assert readers.run("subscribers", "move", "ANNA@example.org", "ZH-hans") == 0
    assert readers.run("subscribers", "tag", "anna@example.org", "+vip", "-press") == 0
    assert readers.out == "Tags now: vip.\n"
    assert readers.run("subscribers", "show", "anna@example.org", "--json") == 0
    data = json.loads(readers.out)
    assert (data["edition"], data["tags"], data["deliveries"]) == ("zh-Hans", ["vip"], [])
    assert readers.run("subscribers", "show", "anna@example.org") == 0
    assert "consent how" in readers.out
    assert readers.run("subscribers", "move", "anna@example.org", "fr") == 2
    assert readers.run("subscribers", "tag", "anna@example.org", "vip") == 2
    for words in (("move", "x@y.org", "en"), ("tag", "x@y.org", "+a"), ("forget", "x@y.org")):
        assert readers.run("subscribers", *words) == 0
        assert readers.out == "Nobody has this address.\n"
    assert readers.run("subscribers", "show", "x@y.org") == 2


def test_suppress_and_lift(readers: Room, tmp_path: Path) -> None:
    """Suppressed until somebody gives a reason; an import is refused meanwhile."""
    assert readers.run("subscribers", "suppress", "anna@example.org") == 2
    assert readers.run("subscribers", "suppress", "anna@example.org", "--why", "complaint") == 0
    assert "gets no more mail" in readers.out
    assert readers.run("subscribers", "suppress", "new@example.org", "--why", "request") == 0
    assert readers.run("subscribers", "suppress") == 0
    assert "complaint         1" in readers.out
    assert _again(readers, tmp_path, "address,edition\nnew@example.org,en\n") == 1
    assert "is suppressed (request)" in readers.out
    assert readers.run("subscribers", "unsuppress", "new@example.org") == 2
    assert "--reason" in readers.err
    assert readers.run("subscribers", "unsuppress", "new@example.org", "--reason", "asked us") == 0
    assert readers.run("subscribers", "unsuppress", "new@example.org", "--reason", "again") == 0
    assert "is not suppressed" in readers.out
    assert _again(readers, tmp_path, "address,edition\nnew@example.org,en\n") == 0


def test_forget_keeps_them_out(readers: Room, tmp_path: Path) -> None:
    """Erased, shown as no more than forgotten, and not brought back by the old list."""
    assert readers.run("subscribers", "forget", "anna@example.org") == 0
    assert _again(readers, tmp_path, LIST) == 0
    assert "is forgotten, and stays so" in readers.out
    assert readers.run("subscribers", "show", "anna@example.org", "--json") == 0
    assert json.loads(readers.out) == {"state": "forgotten", "suppressed": ""}
