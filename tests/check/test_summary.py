"""What a TL;DR sums up, whether it is in step with it, and content notes without help lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pressroom.check.helpline import RULE as HELP
from pressroom.check.summary import RULE as SUMMARY
from pressroom.model import BlockRecord, BlockRef, Follows, Locale
from pressroom.twins.rule import STALE
from pressroom.twins.summary import lines, pin

if TYPE_CHECKING:
    from pressroom.model import Proof

Lay = Callable[..., "Proof"]
Tell = Callable[[Any], list[tuple[str, str, int]]]
EN = Locale("en")
FILES = {
    "briefs.en.md": "## One {#one}\n\nText.\n\n## Two {#two}\n\nText.\n",
    "essay.en.md": "## Three {#three}\n\nText.\n",
    "tldr.en.md": "- Sums up [one](briefs#one) {#t1}\n",
}


class TestCovers:
    """Sections that a TL;DR covers."""

    def test_a_section_that_no_line_links_is_worth_a_look(self, lay: Lay, tell: Tell) -> None:
        """Of two covered sections the one that no line links is named."""
        proof = lay(FILES, covers={"tldr": ("briefs", "essay")})
        assert tell(SUMMARY.find(proof)) == [("look", "tldr.en.md", 1)]
        assert "essay" in next(iter(SUMMARY.find(proof))).message

    @pytest.mark.parametrize("covers", [{}, {"tldr": ("briefs",)}, {"tldr": ("briefs", "gone")}])
    def test_what_is_linked_or_not_written_is_no_finding(
        self, lay: Lay, covers: dict[str, tuple[str, ...]]
    ) -> None:
        """Nor is anything where newsletter.toml names nothing."""
        assert not list(SUMMARY.find(lay(FILES, covers=covers)))


def pinned(lay: Lay, files: dict[str, str] = FILES) -> Proof:
    """An issue whose only line was pinned to what it links."""
    proof = lay(files)
    ((line, linked),) = lines(proof.blocks)
    follows = pin(line, linked, proof.hashes)
    record = BlockRecord(line.ref, EN, follows.own, follows=follows)
    return replace(proof, records={(line.ref, EN): record})


class TestStale:
    """Lines of which a block changed."""

    def changed(self, lay: Lay, name: str, old: str, new: str) -> Proof:
        """The pinned issue after an edit."""
        files = FILES | {name: FILES[name].replace(old, new)}
        return replace(lay(files), records=pinned(lay).records)

    def test_a_changed_block_makes_its_line_stale(self, lay: Lay, tell: Tell) -> None:
        """The line is named, and the block in the message."""
        proof = self.changed(lay, "briefs.en.md", "One {#one}\n\nText.", "One {#one}\n\nOther.")
        assert tell(STALE.find(proof)) == [("before", "tldr.en.md", 1)]
        assert "briefs#one" in next(iter(STALE.find(proof))).message

    def test_a_line_rewritten_too_is_worth_a_look(self, lay: Lay, tell: Tell) -> None:
        """Both changed: the editor may have done it already."""
        proof = self.changed(lay, "briefs.en.md", "One {#one}\n\nText.", "One {#one}\n\nOther.")
        again = lay(
            {"briefs.en.md": proof.blocks[0].body.join(["## One {#one}\n", ""])}
            | {"tldr.en.md": "- Now [one](briefs#one) {#t1}\n"}
        )
        assert tell(STALE.find(replace(again, records=proof.records))) == [
            ("look", "tldr.en.md", 1)
        ]

    @pytest.mark.parametrize(
        ("name", "old", "new"),
        [
            ("briefs.en.md", "Two {#two}\n\nText.", "Two {#two}\n\nOther."),
            ("essay.en.md", "Text", "Other"),
            ("tldr.en.md", "Sums up", "Says"),
            ("briefs.en.md", "One {#one}\n\nText.", "One {#one}\n\nText.\n\n%% a note"),
        ],
    )
    def test_what_it_does_not_sum_up_changes_nothing(
        self, lay: Lay, name: str, old: str, new: str
    ) -> None:
        """Another block, another section, the line alone, a note to oneself."""
        assert not list(STALE.find(self.changed(lay, name, old, new)))

    def test_a_line_nobody_pinned_is_no_finding(self, lay: Lay) -> None:
        """Without a record, or with a twin's, nothing is known of when it was in step."""
        assert not list(STALE.find(lay(FILES)))
        record = BlockRecord(
            BlockRef("tldr#t1"), EN, "", follows=Follows(Locale("zh-Hans"), "a", "b")
        )
        proof = replace(lay(FILES), records={(BlockRef("tldr#t1"), EN): record})
        assert not list(STALE.find(proof))


class TestHelplines:
    """Content notes and the help lines of their topics."""

    NOTE = "## A {#a}\n\n> [!WARNING] suicide\n> This section quotes a chat.\n\nText.\n"

    def test_a_topic_without_lines_is_found(self, lay: Lay, tell: Tell) -> None:
        """The finding says what to add to newsletter.toml."""
        found = list(HELP.find(lay(self.NOTE)))
        assert tell(found) == [("before", "briefs.en.md", 3)]
        assert "[[help.suicide]]" in found[0].fix

    def test_did_you_mean(self, lay: Lay) -> None:
        """A topic misspelled is asked about."""
        found = list(HELP.find(lay(self.NOTE, topics=frozenset(["suicides"]))))
        assert 'Did you mean "suicides"' in found[0].message

    @pytest.mark.parametrize("topics", [frozenset(["suicide"])])
    def test_a_topic_with_lines_is_none(self, lay: Lay, topics: frozenset[str]) -> None:
        """Nor is a note without a topic."""
        assert not list(HELP.find(lay(self.NOTE, topics=topics)))
        assert not list(HELP.find(lay(self.NOTE.replace(" suicide", ""))))

    def test_an_odd_topic_is_a_quoted_key(self, lay: Lay) -> None:
        """What TOML takes in quotes only is shown in quotes."""
        found = list(HELP.find(lay(self.NOTE.replace("suicide", "eating disorders"))))
        assert '[[help."eating disorders"]]' in found[0].fix
