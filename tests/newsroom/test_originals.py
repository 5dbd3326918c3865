"""Sections with an original of their own, a TL;DR placed by newsletter.toml, glosses by section."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from rooms import Room

SLUG = "2026-01-02"
FOLDER = f"issues/{SLUG}"
SETTINGS = """
[masthead]
name = "Two"
original = "en"

[editions.en]
[editions.zh-Hans]

[[sections]]
kind = "tldr"
{tldr}

[[sections]]
kind = "news_briefs"

[[sections]]
kind = "explainer"
"""
TERMS = """
[miit]
origin = "zh-Hans"
en = { form = "the Ministry", short = "MIIT" }
zh-Hans = { form = "工信部" }
"""


@pytest.fixture
def two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Room:
    """A newsroom of two languages with one issue of three sections."""
    from rooms import Room

    room = Room(tmp_path / "two", capsys)
    settings(room, "")
    room.write("terms.toml", TERMS)
    room.write(f"{FOLDER}/issue.toml", f"date = {SLUG}\n")
    for locale, words in (("en", "The office is open."), ("zh-Hans", "办公室开门。")):
        room.write(f"{FOLDER}/opening.{locale}.md", '---\nsubject: "S"\n---\n')
        room.write(f"{FOLDER}/news_briefs.{locale}.md", f"## [[miit]] {{#a}}\n\n[[miit]] {words}\n")
        room.write(f"{FOLDER}/explainer.{locale}.md", f"Q: [[miit]] {{#q}}\n\n[[miit]] {words}\n")
        room.write(f"{FOLDER}/tldr.{locale}.md", f"- {words} [x](news_briefs#a) {{#t}}\n")
    return room


def settings(room: Room, tldr: str, more: str = "") -> None:
    """Write newsletter.toml with keys for the TL;DR, and tables of its own."""
    room.write("newsletter.toml", SETTINGS.format(tldr=tldr) + more)


def found(room: Room, rule: str) -> list[dict[str, Any]]:
    """The findings of one rule."""
    room.run("check", SLUG, "--json")
    return [f for f in json.loads(room.out) if f["rule"] == rule]


def page(room: Room, locale: str = "en") -> str:
    """The web Markdown of an edition."""
    assert room.run("build", SLUG) == 0, room.err
    return room.read(f"outbox/{SLUG}/{locale}/email.txt")


class TestOriginals:
    """`[originals]` of issue.toml."""

    def test_the_other_side_is_stale(self, two: Room) -> None:
        """The briefs are Chinese first: an edited Chinese brief marks the English one."""
        two.write(f"{FOLDER}/issue.toml", f'date = {SLUG}\n[originals]\nnews_briefs = "zh-Hans"\n')
        assert two.run("twins", SLUG, "--accept") == 0
        two.change(f"{FOLDER}/news_briefs.zh-Hans.md", "开门。", "今天开门。")
        two.change(f"{FOLDER}/explainer.en.md", "is open", "is wide open")
        stale = [(f["path"].rpartition("/")[2], f["severity"]) for f in found(two, "stale")]
        assert ("news_briefs.en.md", "stop") in stale
        assert ("explainer.zh-Hans.md", "stop") in stale
        assert not any(path == "news_briefs.zh-Hans.md" for path, _ in stale)

    def test_translate_starts_from_it(self, two: Room) -> None:
        """A block that English lacks is offered from the Chinese original."""
        two.write(f"{FOLDER}/issue.toml", f'date = {SLUG}\n[originals]\nnews_briefs = "zh-Hans"\n')
        two.write(f"{FOLDER}/news_briefs.en.md", "## [[miit]] {#b}\n\nx\n")
        assert two.run("translate", SLUG, "--to", "en", "news_briefs#a", "--dry-run") == 0, two.err

    @pytest.mark.parametrize(
        ("table", "says"),
        [
            ('news_brief = "en"', "originals.news_brief: there is no such section. Did you mean"),
            ('news_briefs = "fr"', 'originals: "fr" is no edition'),
        ],
    )
    def test_a_wrong_name_is_told(self, two: Room, table: str, says: str) -> None:
        """An unknown section or edition is named with what was meant."""
        two.write(f"{FOLDER}/issue.toml", f"date = {SLUG}\n[originals]\n{table}\n")
        assert two.run("check", SLUG) == 2
        assert says in two.err


class TestPlace:
    """`after` of [[sections]]."""

    def test_it_is_printed_after_the_section_named(self, two: Room) -> None:
        """Without it where it is listed; with it below that section; its own file wins."""
        kickers = ["_TL;DR", "_IN_OUR_FEEDS", "_EXPLAINER"]
        assert order(page(two), kickers) == kickers
        settings(two, 'after = "news_briefs"')
        assert order(page(two), kickers) == ["_IN_OUR_FEEDS", "_TL;DR", "_EXPLAINER"]
        for locale in ("en", "zh-Hans"):
            name = f"{FOLDER}/tldr.{locale}.md"
            two.write(name, f"---\nafter: explainer\n---\n\n{two.read(name)}")
        assert order(page(two), kickers) == ["_IN_OUR_FEEDS", "_EXPLAINER", "_TL;DR"]

    @pytest.mark.parametrize("key", ['after = "news_brief"', 'covers = ["tldr"]'])
    def test_a_wrong_section_is_told(self, two: Room, key: str) -> None:
        """A section that is not there, and the TL;DR itself, are refused with did-you-mean."""
        settings(two, key)
        assert two.run("check", SLUG) == 2
        assert "is no other section" in two.err

    def test_draft_proposes_a_line_for_each_covered_block(self, two: Room) -> None:
        """`covers` names the explainer: its turn gets a line, the briefs none."""
        settings(two, 'covers = ["explainer"]')
        (two.root / FOLDER / "tldr.en.md").unlink()
        assert two.run("draft", SLUG, "--section", "tldr", "--edition", "en") == 0, two.err
        text = two.read(f"{FOLDER}/tldr.en.md")
        assert "(explainer#q) {#t-q}" in text
        assert "news_briefs" not in text


def order(text: str, words: list[str]) -> list[str]:
    """Words in the order in which a text has them."""
    return sorted(words, key=text.index)


class TestGloss:
    """`gloss` of [style]."""

    def test_once_an_edition_or_once_a_section(self, two: Room) -> None:
        """The first mention is glossed once; by section, once in each of them."""
        gloss = "the Ministry (MIIT, 工信部)"
        assert page(two).count(gloss) == 1
        settings(two, "", '\n[style]\ngloss = "section"\n')
        assert page(two).count(gloss) == 2

    def test_an_acronym_is_spelled_out_once_a_section_too(self, two: Room) -> None:
        """Where glosses count by section, so does the first use of an acronym."""
        two.write(f"{FOLDER}/news_briefs.en.md", "## A {#a}\n\nA large lamp office (LLO) opens.\n")
        two.write(f"{FOLDER}/explainer.en.md", "Q: B? {#q}\n\nThe LLO is here to stay.\n")
        assert not found(two, "acronym")
        settings(two, "", '\n[style]\ngloss = "section"\n')
        assert [f["path"].rpartition("/")[2] for f in found(two, "acronym")] == ["explainer.en.md"]
