"""pressroom.manuscript.folder: the files as they stand, and the editions as they are printed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from pressroom.manuscript.folder import Folder, read_folder
from pressroom.manuscript.issue import EditionPlan, Issue
from pressroom.manuscript.terms import Name, collect
from pressroom.model import Locale
from pressroom.plugins import load_section
from pressroom.workspace import shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pressroom.manuscript.terms import Names

    Read = Callable[..., Folder]

EN, HANS, HANT = Locale("en"), Locale("zh-Hans"), Locale("zh-Hant")
KIND = "news_briefs"
HOUSE = collect([Name("house", {HANS: "软件公司"})], [])


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads an issue of these files, zh-Hant derived from zh-Hans."""

    def told(files: dict[str, str], names: Names = HOUSE) -> Folder:
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        plans = {tag: EditionPlan() for tag in (EN, HANS, HANT)}
        issue = Issue("2025-09-05", tmp_path, date(2025, 9, 5), EN, plans)
        kinds = [load_section(KIND, [shipped() / "sections"])]
        return read_folder(issue, kinds, tuple(plans), "issues", {HANT: HANS}, lambda: names)

    return told


def test_a_derived_edition_has_no_script_and_is_printed(read: Read) -> None:
    """Its manuscripts, opening included, are made from the source; names keep their words."""
    found = read(
        {
            f"{KIND}.zh-Hans.md": "## 软件 {#a}\n\n软件公司的软件。\n",
            "opening.zh-Hans.md": "---\nsubject: 软件\n---\n",
        }
    )
    assert (KIND, HANT) not in found.scripts
    block = found.printed[KIND, HANT].blocks[0]
    assert (block.head, block.body.strip()) == ("軟體", "軟件公司的軟體。")
    assert block.path.name == f"{KIND}.zh-Hans.md"
    assert found.opening(HANT)["subject"] == "軟體"
    assert [s.locale for s in found.of(HANT)] == [HANT]


def test_own_blocks_are_counted(read: Read) -> None:
    """A block of the own file stands in the derived manuscript, under its own path."""
    found = read(
        {
            f"{KIND}.zh-Hans.md": "## 一 {#a}\n\n头发\n\n## 二 {#b}\n\n头发\n",
            f"{KIND}.zh-Hant.md": "## 貳 {#b}\n\n自己的\n",
        }
    )
    assert [b.head for b in found.printed[KIND, HANT].blocks] == ["一", "貳"]
    assert [b.head for b in found.scripts[KIND, HANT].blocks] == ["貳"]
    assert found.own_blocks(KIND, HANT) == 1
    assert found.own_blocks(KIND, HANS) is None
    assert found.own_blocks("tldr", HANT) is None


def test_a_faulty_source_is_skipped(read: Read) -> None:
    """Its fault is the only finding; nothing is derived from it."""
    found = read({f"{KIND}.zh-Hans.md": "---\n[: x\n---\n## 一\n"})
    assert [f.path for f in found.faults] == [f"issues/{found.issue.folder.name}/{KIND}.zh-Hans.md"]
    assert found.of(HANT) == []
