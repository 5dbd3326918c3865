"""pressroom.newsroom: decisions, pins, notes, ranking and promises, on the sample newsroom."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rooms import Room

OLD, NEW = "2025-09-05", "2025-09-19"


def told(room: Room, *words: str) -> list[dict[str, Any]]:
    """The rows of `stories --json`."""
    assert room.run("stories", *words, "--json") == 0, room.err
    rows: list[dict[str, Any]] = json.loads(room.out)
    return rows


def first(room: Room) -> str:
    """The handle of the first story that nothing was said of."""
    return next(str(r["handle"]) for r in told(room, "--all") if r["state"] == "new")


def test_a_pick_is_pinned_to_an_item(gathered: Room) -> None:
    """The lineup names a handle, and beside it the item that the handle stands for."""
    handle = first(gathered)
    lead = next(r["id"] for r in told(gathered, "--all") if r["handle"] == handle)
    assert gathered.run("pick", NEW, handle) == 0
    table = tomllib.loads(gathered.read(f"issues/{NEW}/issue.toml"))
    assert table["stories"][handle]["item"] == lead


def test_a_pinned_story_keeps_its_handle(gathered: Room) -> None:
    """What an issue calls a story stays its name, whatever word its title would now give."""
    handle = first(gathered)
    gathered.run("pick", NEW, handle)
    issue = f"issues/{NEW}/issue.toml"
    gathered.write(issue, gathered.read(issue).replace(handle, "renamed"))
    row = next(r for r in told(gathered, "--all") if r["handle"] == "renamed")
    assert row["state"] == "picked"
    assert gathered.run("draft", NEW) == 0, gathered.err
    assert "{#renamed}" in gathered.read(f"issues/{NEW}/news_briefs.en.md")


def test_a_note_is_written_into_the_draft(gathered: Room) -> None:
    """`pick --note` comes back as a line to oneself below the story's brief, and nowhere else."""
    handle = first(gathered)
    assert gathered.run("pick", NEW, handle, "--note", "ask the ministry") == 0
    gathered.run("draft", NEW)
    assert "%% note: ask the ministry" in gathered.read(f"issues/{NEW}/news_briefs.en.md")


def test_orders_that_contradict_are_refused(gathered: Room) -> None:
    """Two fates for one story, one story twice in a brief, an unknown section: nothing is done."""
    handle = first(gathered)
    for words in (
        ("pick", NEW, handle, "--hold", "--spike"),
        ("pick", NEW, f"{handle}+{handle}"),
        ("draft", NEW, "--section", "nope"),
    ):
        assert gathered.run(*words) == 2
        assert "nope" in gathered.err or "One at a time" in gathered.err or "twice" in gathered.err
    assert next(r["state"] for r in told(gathered, "--all") if r["handle"] == handle) == "new"


def test_hold_spike_and_drop(gathered: Room) -> None:
    """A story stands in one list at a time; dropped, it is new again and its pin is gone."""
    handle = first(gathered)
    for option, state in (("--hold", "held"), ("--spike", "spiked"), ("--drop", "new")):
        assert gathered.run("pick", NEW, handle, option) == 0
        assert next(r for r in told(gathered, "--all") if r["handle"] == handle)["state"] == state
    assert "stories" not in tomllib.loads(gathered.read(f"issues/{NEW}/issue.toml"))


def test_dropping_one_of_two_leaves_the_other(gathered: Room) -> None:
    """Of `a+b` only the one named goes; the lineup keeps the rest."""
    one, other = [str(r["handle"]) for r in told(gathered, "--all") if r["state"] == "new"][:2]
    gathered.run("pick", NEW, f"{one}+{other}")
    assert gathered.run("pick", NEW, one, "--drop") == 0
    table = tomllib.loads(gathered.read(f"issues/{NEW}/issue.toml"))
    assert table["lineup"]["news_briefs"] == [other]


def test_a_held_story_comes_back_whatever_its_age(gathered: Room) -> None:
    """Held in one issue, it is listed for the next although it is older than the last send."""
    handle = first(gathered)
    gathered.run("pick", OLD, handle, "--hold")
    issue = f"issues/{OLD}/issue.toml"
    gathered.write(issue, 'listed = "2025-09-05T09:00:00+08:00"\n' + gathered.read(issue))
    rows = told(gathered, "--since", "2030-01-01")
    assert [(r["handle"], r["state"]) for r in rows] == [(handle, "held")]
    assert f"held from {OLD}" in rows[0]["why"]


def test_a_story_that_was_sent_is_a_repeat(gathered: Room) -> None:
    """An item that a sent issue cites marks its story as used there."""
    row = next(r for r in told(gathered, "--all") if r["state"] == "new")
    gathered.write(
        f"issues/{OLD}/sources.jsonl",
        gathered.read(f"issues/{OLD}/sources.jsonl")
        + json.dumps(
            {"id": row["id"], "url": row["url"], "title": "", "outlet": "", "locale": "en"}
        )
        + "\n",
    )
    issue = f"issues/{OLD}/issue.toml"
    gathered.write(issue, 'listed = "2025-09-05T09:00:00+08:00"\n' + gathered.read(issue))
    again = next(r for r in told(gathered, "--all") if row["id"] in r["items"])
    assert (again["state"], again["issue"], again["repeats"]) == ("used", OLD, OLD)


def test_a_beat_lifts_a_story_and_says_so(gathered: Room) -> None:
    """A word of [beats] in a title puts its story first, with the reason beside it."""
    rows = told(gathered, "--all")
    last = next(r for r in reversed(rows) if r["state"] == "new")
    word = max(last["title"].split(), key=len).strip(".,:;“”")
    gathered.write(
        "newsletter.toml", gathered.read("newsletter.toml") + f'\n[beats]\nmine = ["{word}"]\n'
    )
    again = next(r for r in told(gathered, "--all") if r["handle"] == last["handle"])
    assert "beat mine" in again["why"]
    assert again["score"] > last["score"]


def test_a_promise_comes_back_until_it_is_kept(gathered: Room) -> None:
    """`%% promise:` of one issue stands in the next draft and in the status; `%% kept:` ends it."""
    briefs = f"issues/{OLD}/news_briefs.en.md"
    gathered.write(briefs, gathered.read(briefs) + "\n%% promise: how binding is a standard?\n")
    gathered.run("pick", NEW, first(gathered))
    assert gathered.run("draft", NEW) == 0
    line = f"%% promised {OLD}, news_briefs: how binding is a standard?"
    assert line in gathered.read(f"issues/{NEW}/news_briefs.en.md")
    gathered.run("status", NEW)
    assert "Promised earlier: “how binding is a standard?”" in gathered.out
    briefs = f"issues/{NEW}/news_briefs.en.md"
    gathered.write(briefs, gathered.read(briefs) + "\n%% kept: How binding is a standard?\n")
    gathered.run("status", NEW)
    assert "Promised earlier" not in gathered.out
