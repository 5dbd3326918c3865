"""pressroom.manuscript.edition and .folder: an issue in one locale."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from pressroom.manuscript.edition import Column, edition, machine_labels
from pressroom.manuscript.file import block_hash
from pressroom.manuscript.folder import calls, read_folder
from pressroom.manuscript.issue import EditionPlan, Issue
from pressroom.model import BlockRecord, BlockRef, Drafted, Locale, Part, Signed
from pressroom.plugins import load_section
from pressroom.workspace import shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pressroom.manuscript.expand import Shelf
    from pressroom.manuscript.file import Manuscript
    from pressroom.model import EditionBody

    Lay = Callable[..., Manuscript]
    Stock = Callable[..., Shelf]

EN, ZH = Locale("en"), Locale("zh-Hans")


def issue(folder: Path) -> Issue:
    """An issue of two due editions."""
    plans = {EN: EditionPlan(), ZH: EditionPlan()}
    return Issue(folder.name, folder, date(2025, 9, 5), EN, plans)


def draw(
    on: Shelf, folder: Path, opening: dict[str, Any], *scripts: tuple[Manuscript, list[Part]]
) -> EditionBody:
    """An edition of these sections."""
    columns = [Column(s.section, "L", "S", s, parts) for s, parts in scripts]
    return edition(issue(folder), on, opening, columns)


class TestEdition:
    """What the whole edition shares."""

    def test_one_first_mention_an_edition(self, stock: Stock, lay: Lay, tmp_path: Path) -> None:
        """A name glossed in the first section is plain in the second, and not in the opening."""
        one = (lay("x", EN, "one"), [Part("prose", "[[因地制宜]]")])
        two = (
            lay("---\ntitle: '[[因地制宜]]'\n---\nx", EN, "two"),
            [Part("prose", "[[因地制宜]]")],
        )
        opening = {"subject": "On [[因地制宜]] [@a]", "teasers": ["[[新京报]]"]}
        body = draw(stock(), tmp_path, opening, one, two)
        assert body.subject.strip() == "On according to local conditions"
        assert body.teasers == ("Beijing News",)
        assert body.sections[0].parts[0].text.endswith("(因地制宜)")
        assert body.sections[1].title == "according to local conditions"
        assert body.sections[1].parts[0].text == "according to local conditions"

    def test_notes_in_the_opening_are_private(self, stock: Stock, tmp_path: Path) -> None:
        """A `%%` line of a greeting or a teaser is printed nowhere."""
        opening = {"greeting": "Hello\n%% swordfish\nall", "teasers": ["%% swordfish", "b"]}
        body = draw(stock(), tmp_path, opening)
        assert (body.greeting, body.teasers) == ("Hello\nall", ("b",))

    @pytest.mark.parametrize(("given", "got"), [("one", ("one",)), (None, ()), ([7], ("7",))])
    def test_teasers_as_one_might_write_them(
        self, given: object, got: tuple[str, ...], stock: Stock, tmp_path: Path
    ) -> None:
        """A single teaser without its dash is one teaser, not its letters."""
        assert draw(stock(), tmp_path, {"teasers": given}).teasers == got

    def test_after_places_a_section(self, stock: Stock, lay: Lay, tmp_path: Path) -> None:
        """A section whose front matter says `after` stands there; an unknown one changes nothing."""
        told: list[tuple[Manuscript, list[Part]]] = [
            (lay("---\nafter: three\n---\n", EN, "one"), []),
            (lay("---\nafter: nobody\n---\n", EN, "two"), []),
            (lay("", EN, "three"), []),
        ]
        body = draw(stock(), tmp_path, {}, *told)
        assert [s.kind for s in body.sections] == ["two", "three", "one"]


class TestLabels:
    """The line under each block that a machine wrote."""

    @pytest.mark.parametrize(
        ("model", "items", "when", "label"),
        [
            ("m", 2, "", "Machine draft from 2 sources, not yet read by a person."),
            ("m", 1, "old", "Machine draft from one source, not yet read by a person."),
            ("m", 0, "", "Machine draft, not yet read by a person."),
            ("m", 0, "now", "Drafted by a machine, checked and signed by L\\_i, 6 September 2025."),
            ("m", 1, "now", "Drafted by a machine from one source, checked and signed by L\\_i, 6 September 2025."),
            ("extract", 1, "", "Sentences lifted from the source by a machine, not yet read by a person."),
            ("extract", 1, "now", "Sentences lifted from the source, checked and signed by L\\_i, 6 September 2025."),
        ],
    )  # fmt: skip
    def test_what_it_says(self, model: str, items: int, when: str, label: str, lay: Lay) -> None:
        """Unsigned, signed, and edited after signing, which is unsigned again."""
        found = lay("## A {#a}\n\nwords\n")
        text = block_hash(found.blocks[0])
        signed = Signed("L_i", "2025-09-06T01:00:00+00:00", text if when == "now" else "old")
        record = BlockRecord(
            BlockRef("briefs#a"), EN, text, Drafted(model, ("a",) * items, "t"),
            signed if when else None,
        )  # fmt: skip
        assert machine_labels([found], {(record.block, EN): record}, EN) == {"briefs#a": label}

    def test_a_skeleton_needs_none(self, lay: Lay) -> None:
        """A block that no model wrote has no label, nor has one without a record."""
        found = lay("## A {#a}\n\n## B {#b}\n")
        record = BlockRecord(BlockRef("briefs#a"), EN, "x")
        assert machine_labels([found], {(record.block, EN): record}, EN) == {}


class TestFolder:
    """Every file of an issue, and its shorthands."""

    def test_one_bad_file_stops_no_other(self, tmp_path: Path) -> None:
        """A file that cannot be cut is a finding with its line; the rest is read."""
        folder = tmp_path / "2025-09-05"
        folder.mkdir()
        (folder / "tldr.en.md").write_text("- a {#t}\n- b\n", encoding="utf-8")
        (folder / "explainer.en.md").write_text("a\n```\n", encoding="utf-8")
        (folder / "opening.en.md").write_text("---\n- a\n---\n", encoding="utf-8")
        kinds = [load_section(k, [shipped() / "sections"]) for k in ("tldr", "explainer")]
        found = read_folder(issue(folder), kinds, (EN, ZH), "issues")
        assert [len(s.blocks) for s in found.of(EN)] == [2]
        assert found.opening(EN) == {}
        assert sorted((f.path, f.line) for f in found.faults) == [
            ("issues/2025-09-05/explainer.en.md", 2),
            ("issues/2025-09-05/opening.en.md", 2),
        ]
        assert all(f.message.count(".") == 1 and f.fix for f in found.faults)

    def test_every_call_has_its_place(self, lay: Lay) -> None:
        """Each shorthand is told by form, target and line, code and notes apart."""
        text = (
            "## [[miit]] {#a}\n\nx [@a, p. 7; @b] `[@c]` [see](tldr)\n![[cartoon]]\n"
            "![[probe:matrix]]\n> [!WARNING] suicide\n%% promise: [@d]\nin ![[x]] line\n"
        )
        assert [(c.form, c.target, c.line) for c in calls(lay(text))] == [
            ("term", "miit", 1), ("cite", "a", 3), ("cite", "b", 3), ("link", "tldr", 3),
            ("figure", "cartoon", 4), ("probe", "matrix", 5), ("note", "suicide", 6),
            ("figure", "x", 8), ("private", "promise", 7),
        ]  # fmt: skip
