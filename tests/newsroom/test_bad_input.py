"""What goes wrong is named with its place, and loses nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rooms import Room

OLD = "2025-09-05"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('name = "China Chatbot"', 'name = "China Chatbot', "newsletter.toml: line"),
        ("[delivery]", "[delivry]", 'Did you mean "delivery"?'),
        ('cadence = "every 2 weeks', 'cadence = "each 2 weeks', "masthead.cadence"),
        ('home = "https', 'home = "ftp', "masthead.home"),
        ("[delivery]", '[private]\ndir = "public/x"\n\n[delivery]', "private.dir"),
    ],
)
def test_settings_faults_name_file_and_key(room: Room, old: str, new: str, words: str) -> None:
    """A wrong newsletter.toml is exit code 2 and a sentence, never a traceback."""
    room.change("newsletter.toml", old, new)
    assert room.run("status") == 2
    assert words in room.err


@pytest.mark.parametrize(
    ("text", "line"),
    [("## A {#a}\n\n```\nopen\n", 3), ("---\ntitle: x\n## A\n", 1)],
)
def test_an_unreadable_manuscript_is_a_finding_at_its_line(
    room: Room, text: str, line: int
) -> None:
    """An unclosed fence or front matter stops the send and the build, and nothing is written."""
    room.write(f"issues/{OLD}/explainer.en.md", text)
    assert room.run("check", OLD, "--json") == 1
    found = [f for f in json.loads(room.out) if f["rule"] == "syntax"]
    assert (found[0]["path"], found[0]["line"]) == (f"issues/{OLD}/explainer.en.md", line)
    assert room.run("build") == 1
    assert not (room.root / "public").exists()


def test_a_missing_figure_and_unknown_names_are_named(room: Room) -> None:
    """Figure, term, source and block that do not exist are findings with did-you-mean."""
    (room.root / f"issues/{OLD}/figures/cartoon.png").unlink()
    extra = "\n\n[[no such term]] [@no-such-source] [x](explainer#nowhere) ![[cartoom]]\n"
    name = f"issues/{OLD}/news_briefs.en.md"
    room.write(name, room.read(name) + extra)
    assert room.run("check", OLD, "--json") == 1
    rules = {f["rule"] for f in json.loads(room.out)}
    assert {"figure", "term", "crossref"} <= rules


def test_twenty_thousand_brackets_do_not_hang(room: Room) -> None:
    """A hostile manuscript is refused or printed, in bounded time."""
    name = f"issues/{OLD}/news_briefs.en.md"
    room.write(name, room.read(name) + "\n" + "[" * 20_000 + "\n")
    assert room.run("check", OLD) in {0, 1}


def test_a_folder_where_a_file_should_be_is_no_traceback(room: Room) -> None:
    """What cannot be written is said in a sentence, and the exit code is 1."""
    (room.root / "public").write_text("in the way", encoding="utf-8")
    assert room.run("build") == 1
    assert "public" in room.err


def test_an_unknown_command_and_issue_are_did_you_mean(room: Room) -> None:
    """Wrong words at the command line are exit code 2 with a suggestion."""
    assert room.run("chek") == 2
    assert 'Did you mean "check"?' in room.err
    assert room.run("check", "2025-09-06") == 2
    assert OLD in room.err


def test_an_empty_section_stops_the_send(room: Room) -> None:
    """A required section whose file has no words is as good as missing."""
    room.write(f"issues/{OLD}/news_briefs.en.md", "")
    assert room.run("check", OLD) == 1
    assert 'the en edition has no word in "news_briefs"' in room.out


def test_a_credit_that_is_no_text_is_named(room: Room) -> None:
    """What stands in a figure's settings is checked before it is printed."""
    name = f"issues/{OLD}/figures/cartoon.toml"
    row = next(r for r in room.read(name).split("\n") if r.startswith("credit"))
    room.change(name, row, "credit = 3")
    assert room.run("check", OLD) == 2
    assert "figures/cartoon.toml: credit: must be one text" in room.err
