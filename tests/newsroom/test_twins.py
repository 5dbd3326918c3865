"""Twins end to end: pinned, edited, stale with a word diff, accepted; and drift between them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from rooms import Room

OLD = "2025-09-05"
EN, ZH = f"issues/{OLD}/news_briefs.en.md", f"issues/{OLD}/news_briefs.zh-Hans.md"


def states(room: Room) -> dict[str, dict[str, Any]]:
    """The state of each block beside its twin, as JSON; those of the TL;DR are left out."""
    assert room.run("twins", OLD, "--json") == 0, room.err
    return {s["block"]: s for s in json.loads(room.out) if not s["block"].startswith("tldr#")}


def stale(room: Room) -> list[str]:
    """The findings of the rule `stale` on twins; those on the TL;DR are left out."""
    return [message for path, message in behind(room) if "/tldr." not in path]


def behind(room: Room) -> list[tuple[str, str]]:
    """The findings of the rule `stale`: path, and severity with message."""
    room.run("check", OLD, "--json")
    found = [f for f in json.loads(room.out) if f["rule"] == "stale"]
    return [(f["path"], f["severity"] + " " + f["message"]) for f in found]


@pytest.fixture
def pinned(room: Room) -> Room:
    """The sample newsroom with all twins accepted as in step."""
    assert room.run("twins", OLD, "--accept") == 0, room.err
    return room


def first(room: Room) -> str:
    """The first heading block of the briefs that both editions have."""
    return next(ref for ref in states(room) if ref.startswith("news_briefs#"))


def edit(room: Room, name: str) -> str:
    """Add a sentence to the end of the file's first block; its text."""
    text = room.read(name)
    ends = [n for n in range(len(text)) if text.startswith("\n## ", n)]
    cut = ends[1] if len(ends) > 1 else len(text)
    room.write(name, text[:cut].rstrip("\n") + " Besides.\n" + text[cut:])
    return text


def test_pinned_twins_are_in_step(pinned: Room) -> None:
    """Once accepted every pair is in step, and `check` says nothing of it."""
    assert {s["state"] for s in states(pinned).values()} == {"in step"}
    assert stale(pinned) == []


def test_an_edited_original_marks_its_twin_and_no_other(pinned: Room) -> None:
    """One English block is edited: its Chinese twin is stale, stops the send, with a word diff."""
    edit(pinned, EN)
    moved = [s for s in states(pinned).values() if s["state"] != "in step"]
    assert len(moved) == 1
    assert "is stale" in moved[0]["state"]
    assert "Besides" in moved[0]["diff"]
    (finding,) = stale(pinned)
    assert finding.startswith("stop ")


def test_an_edited_twin_asks_for_the_original(pinned: Room) -> None:
    """The reverse: the Chinese block is edited, and the English one is asked about."""
    edit(pinned, ZH)
    (finding,) = stale(pinned)
    assert finding.startswith("before ")
    assert "the original was not" in finding


def test_both_edited_is_not_known_to_be_in_step(pinned: Room) -> None:
    """Edits on both sides are no proof of a translation: a person accepts them."""
    edit(pinned, EN)
    edit(pinned, ZH)
    (finding,) = stale(pinned)
    assert "both were changed" in finding
    ref = next(r for r, s in states(pinned).items() if s["state"] != "in step")
    assert pinned.run("twins", OLD, ref, "--accept") == 0
    assert stale(pinned) == []


def test_a_tldr_line_follows_what_it_sums_up(pinned: Room) -> None:
    """An edited brief makes the line that links it stale, in `check` and `twins`, until accepted."""
    edit(pinned, EN)
    (found,) = [message for path, message in behind(pinned) if path.endswith("tldr.en.md")]
    assert found == "before is stale: news_briefs#aiplus was changed since."
    assert pinned.run("twins", OLD) == 0
    assert "tldr#t1  is stale: news_briefs#aiplus" in pinned.out
    assert pinned.run("twins", OLD, "tldr#t1", "--accept") == 0
    assert not any("tldr.en" in path for path, _ in behind(pinned))


def test_a_note_to_oneself_makes_nothing_stale(pinned: Room) -> None:
    """Private lines and trailing blanks do not count."""
    pinned.write(EN, pinned.read(EN) + "\n%% ask again\n   \n")
    assert stale(pinned) == []


def test_accept_never_pins_a_stale_twin_unnamed(pinned: Room) -> None:
    """`--accept` without names pins what is not pinned; what is stale has to be named."""
    edit(pinned, EN)
    assert pinned.run("twins", OLD, "--accept") == 0
    assert len(stale(pinned)) == 1


def test_an_altered_number_is_a_finding_with_both_places(room: Room) -> None:
    """A percentage that differs between the twins is named with the original's line."""
    text = room.read(ZH)
    assert "70%" in text
    room.write(ZH, text.replace("70%", "17%"))
    room.run("check", OLD, "--json")
    found = [f for f in json.loads(room.out) if f["rule"] == "twins" and "number" in f["message"]]
    assert found
    assert f"original: {EN}:" in found[0]["message"]


def test_unknown_twins_are_suggested(room: Room) -> None:
    """A block that is not there is answered with the closest name."""
    ref = first(room)
    assert room.run("twins", OLD, ref[:-1] + "x", "--accept") == 2
    assert "No twins are called" in room.err


def test_any_two_texts_are_compared(room: Room, tmp_path: Path) -> None:
    """`twins compare` needs no issue: two Markdown files and their languages."""
    one, other = tmp_path / "a.md", tmp_path / "b.md"
    one.write_text("# News\n\nSales rose 70% in [May](https://e.org/a).\n", encoding="utf-8")
    other.write_text("# 新闻\n\n[五月](https://e.org/a)销售额增长百分之七十。\n", encoding="utf-8")
    assert room.run("twins", "compare", str(one), str(other)) == 0, room.out
    other.write_text("# 新闻\n\n[五月](https://e.org/b)销售额增长百分之十七。\n", encoding="utf-8")
    assert room.run("twins", "compare", str(one), str(other), "--json") == 1
    rules = {d["rule"] for d in json.loads(room.out)}
    assert {"twin-number", "twin-link"} <= rules
    assert room.run("twins", "compare", str(one), "nowhere.md") == 2


def named(room: Room) -> list[str]:
    """What the rule on names says of the issue."""
    room.run("check", OLD, "--json")
    found = [f for f in json.loads(room.out) if f["rule"] == "twins"]
    return [f"{f['severity']} {f['message']}" for f in found if f["message"].startswith("name:")]


def test_another_outlet_in_the_twin_is_found(room: Room) -> None:
    """An outlet of the register that the twin calls by another one's name is named in both."""
    assert named(room) == []
    name = f"issues/{OLD}/news_briefs.zh-Hans.md"
    room.write(name, room.read(name).replace("新京报", "人民日报"))
    found = named(room)
    assert len(found) == 1
    assert found[0].startswith("before name: “Beijing News” in en, “人民日报” in zh-Hans.")


def test_an_outlet_that_was_left_out_is_asked_about(room: Room) -> None:
    """A name marked in the original and absent from the twin is worth a look."""
    name = f"issues/{OLD}/news_briefs.zh-Hans.md"
    room.write(name, room.read(name).replace("新京报", "那家报纸"))
    found = named(room)
    assert [f.split(" ", maxsplit=1)[0] for f in found] == ["look"]
