"""The shipped sections: what they import, draft and print."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pressroom.lang import language
from pressroom.manuscript.file import parse
from pressroom.model import Block, Evidence, Handle, Item, ItemId, Locale, Story, Summary
from pressroom.plugins import load_section
from pressroom.workspace import shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = shipped() / "sections"
KINDS = sorted(p.stem for p in FOLDER.glob("*.py"))
EN, ZH = Locale("en"), Locale("zh-Hans")


class Desk:
    """A desk with one story and the briefs of a text; fills the Protocol `Desk`."""

    def __init__(self, briefs: str = "## One {#one}\n") -> None:
        self.briefs = briefs

    def stories(self, _section: str) -> Sequence[Story]:
        """One story."""
        from datetime import UTC, datetime

        proof = Evidence("https://x.example/", datetime(2025, 9, 4, tzinfo=UTC), "ab")
        item = Item(ItemId("a"), "https://x.example/", "T", EN, "o", "f", "Text.", proof)
        return [Story(Handle("aiplus"), (item,))]

    def summarise(self, story: Story, _locale: Locale) -> Summary:
        """A summary without a hed."""
        return Summary("", "Text. [@a]", (story.lead.id,), "m", "hash")

    def blocks(self, section: str, locale: Locale) -> Sequence[Block]:
        """The briefs as they stand."""
        return parse(self.briefs, Path(f"i/{section}.{locale}.md"), locale).blocks

    def covers(self, _section: str) -> Sequence[str]:
        """Nothing is set."""
        return ()

    def word(self, key: str, locale: Locale) -> str:
        """A word of the language."""
        return language(locale).words[key]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda p: p.stem)
def test_a_section_needs_the_model_only(path: Path) -> None:
    """What ships imports what anybody's own section may: the nouns, and the standard library."""
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or ".")
    ours = {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names}
    assert ours <= {"pressroom.model"}


@pytest.mark.parametrize("locale", [EN, ZH])
@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_can_be_cut_into_its_blocks(kind: str, locale: Locale) -> None:
    """Each proposed block is one block of the section's own unit, under the id it says."""
    section = load_section(kind, [FOLDER])
    drafted = section.draft(Desk(), locale)
    assert drafted
    for block in drafted:
        (found,) = parse(
            block.text, Path(f"i/{kind}.{locale}.md"), locale, lines=section.unit == "line"
        ).blocks
        assert (found.id, found.kind.value) == (block.id, section.unit)


@pytest.mark.parametrize("locale", [EN, ZH])
@pytest.mark.parametrize("kind", KINDS)
def test_a_skeleton_stops_the_send(kind: str, locale: Locale) -> None:
    """What is still to be written carries a word that `check` looks for."""
    for block in load_section(kind, [FOLDER]).draft(Desk(), locale):
        assert block.model or any(w in block.text for w in language(locale).todo_words)


@pytest.mark.parametrize(
    ("kind", "text", "roles"),
    [
        ("news_briefs", "Lead\n\n## A {#a}\n\nB\n", ["prose", "heading", "prose"]),
        ("prompt_tests", "### A {#a}\n\nB\n", ["heading", "prose"]),
        ("explainer", "Q: A {#a}\n\nB\n\n## C {#c}\n", ["question", "prose", "heading", "prose"]),
        ("tldr", "Lead\n\n- a {#a}\n  more\n- b {#b}\n", ["prose", "tldr", "tldr"]),
    ],
)
def test_parts_in_print_order(kind: str, text: str, roles: list[str]) -> None:
    """Head before body, block by block, each part with its block and line."""
    section = load_section(kind, [FOLDER])
    blocks = parse(text, Path("i/x.en.md"), EN, lines=section.unit == "line").blocks
    parts = section.assemble(blocks)
    assert [p.role for p in parts] == roles
    assert [p.block for p in parts] == sorted(
        (p.block for p in parts), key=[b.id for b in blocks].index
    )
    heads = {b.id: b.level for b in blocks}
    for part in parts:
        if part.role == "heading":
            assert part.text.startswith("#" * heads[part.block] + " ")


def test_a_tldr_line_links_its_brief() -> None:
    """Each line leads to its brief whatever the headline holds; a brief without an id has none yet."""
    briefs = "## On \\[x\\] [[miit]] {#one}\n\n## No id\n\n## Two {#two}\n"
    drafted = load_section("tldr", [FOLDER]).draft(Desk(briefs), EN)
    assert [b.text for b in drafted] == [
        "- TK [On x miit](news_briefs#one) {#t-one}\n",
        "- TK [Two](news_briefs#two) {#t-two}\n",
    ]


class Covering(Desk):
    """A desk whose newsroom says what the TL;DR covers."""

    def covers(self, _section: str) -> Sequence[str]:
        """Two sections."""
        return ("news_briefs", "explainer")


def test_a_tldr_drafts_a_line_for_each_covered_block() -> None:
    """With `covers` each heading or turn of each covered section has its line."""
    text = "## One {#one}\n\nText.\n\nQ: Who? {#who}\n\nSomebody.\n"
    drafted = load_section("tldr", [FOLDER]).draft(Covering(text), EN)
    assert [b.text for b in drafted] == [
        "- TK [One](news_briefs#one) {#t-one}\n",
        "- TK [Who?](news_briefs#who) {#t-who}\n",
        "- TK [One](explainer#one) {#t-explainer-one}\n",
        "- TK [Who?](explainer#who) {#t-explainer-who}\n",
    ]
