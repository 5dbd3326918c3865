"""Excerpts of chatbots' answers end to end: called, misspelled, withheld."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rooms import Room

SLUG = "2025-09-05"
FOLDER = f"issues/{SLUG}"
EXCERPTS = """
[[excerpts]]
name = "doubao.zh"
number = 7
bot = "Doubao"
locale = "zh-Hans"
question = "灯在哪里？"
answer = "请问<b>管理员</b>。"

[[excerpts]]
name = "doubao.zh"
number = 8
bot = "Doubao"
locale = "zh-Hans"
redacted = true
summary = { en = "A question on a method.", zh-Hans = "关于方法的一问。" }
"""


@pytest.fixture
def told(room: Room) -> Room:
    """The sample newsroom with two excerpts, both called in each edition."""
    room.write(f"{FOLDER}/probe.toml", room.read(f"{FOLDER}/probe.toml") + EXCERPTS)
    for locale in ("en", "zh-Hans"):
        calls = "".join(f"\n![[probe:excerpt doubao.zh {n}]]\n" for n in (7, 8))
        name = f"{FOLDER}/prompt_tests.{locale}.md"
        room.write(name, room.read(name).rstrip("\n") + "\n" + calls)
    return room


def test_they_are_printed_in_every_edition_and_medium(told: Room) -> None:
    """Mail, text and page hold the answer as words, the withheld one as its summary."""
    assert told.run("check", SLUG) == 0, told.out
    assert told.run("build", SLUG) == 0, told.err
    for locale, summary in (("en", "A question on a method."), ("zh-Hans", "关于方法的一问。")):
        html = told.read(f"outbox/{SLUG}/{locale}/email.html")
        assert "&lt;b&gt;" in html
        assert summary in html
        assert summary in told.read(f"outbox/{SLUG}/{locale}/email.txt")
        assert summary in told.read(f"public/{SLUG}/{locale}/index.md")


def test_a_wrong_name_stops_with_did_you_mean(told: Room) -> None:
    """The finding is at the call's line, and names the excerpt that was meant."""
    told.change(f"{FOLDER}/prompt_tests.en.md", "doubao.zh 8", "doubao.zh 9")
    assert told.run("check", SLUG, "--json") == 1
    (found,) = [f for f in json.loads(told.out) if f["rule"] == "figure"]
    assert found["severity"] == "stop"
    assert 'Did you mean "excerpt doubao.zh' in found["message"]


def test_words_of_a_withheld_one_are_refused_everywhere(told: Room) -> None:
    """Nothing is built while probe.toml holds them, and no message tells them."""
    told.change(f"{FOLDER}/probe.toml", "redacted = true", 'redacted = true\nanswer = "pick it"')
    for command in ("check", "build"):
        assert told.run(command, SLUG) == 2
        assert "excerpts.1.answer" in told.err
        assert "pick it" not in told.out + told.err
    assert not (told.root / "outbox").exists()
