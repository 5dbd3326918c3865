"""pressroom.newsroom.remembered: grouping is done once, and again when an item changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pressroom.model import Evidence, Handle, Item, ItemId, Locale, Story
from pressroom.newsroom.remembered import FILE, remembered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SEEN = Evidence("https://e.org/", datetime(2025, 9, 1, tzinfo=UTC), "0" * 64)
ITEMS = [
    Item(ItemId(f"o-{n}"), f"https://e.org/{n}", f"Title {n}", Locale("en"), "o", "s", "Text", SEEN)
    for n in range(3)
]
TERMS = [["Cyberspace Administration", "国家网信办"]]


class Counting:
    """Groups each item by itself, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, items: Sequence[Item]) -> list[Story]:
        """One story an item."""
        self.asked += 1
        return [
            Story(Handle(f"h{n}"), (i,), verbatim=frozenset({i.id})) for n, i in enumerate(items)
        ]


def test_the_same_items_are_grouped_once(tmp_path: Path) -> None:
    """The second time the stories come from the file, and are equal to the first."""
    work = Counting()
    assert remembered(tmp_path, ITEMS, TERMS, work) == remembered(tmp_path, ITEMS, TERMS, work)
    assert work.asked == 1


def test_a_changed_item_is_grouped_anew(tmp_path: Path) -> None:
    """Another text, another item, or a damaged file: the grouping is done again."""
    work = Counting()
    remembered(tmp_path, ITEMS, TERMS, work)
    remembered(tmp_path, ITEMS[:2], TERMS, work)
    remembered(tmp_path, [replace(ITEMS[0], text="Another"), *ITEMS[1:]], TERMS, work)
    (tmp_path / FILE).write_text("{", encoding="utf-8")
    remembered(tmp_path, ITEMS, TERMS, work)
    assert work.asked == 4


def test_a_changed_term_groups_anew(tmp_path: Path) -> None:
    """The term base says what is the same across languages: with another, stories are others."""
    work = Counting()
    remembered(tmp_path, ITEMS, TERMS, work)
    remembered(tmp_path, ITEMS, [*TERMS, ["Token", "词元"]], work)
    assert work.asked == 2
