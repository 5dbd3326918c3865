"""Files that look like manuscripts and that nothing reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pressroom.check.stray import RULE
from pressroom.manuscript.folder import read_folder
from pressroom.manuscript.issue import read_issue
from pressroom.model import Locale

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("news_brief.en.md", 'there is no section "news_brief". Did you mean "news_briefs"?'),
        ("news_briefs.zh-Hant.md", 'there is no edition "zh-Hant". Did you mean "zh-Hans"?'),
        ("news_briefs.parallel.md", "the parallel edition is made of two others."),
        ("news_briefs.md", "it names no edition."),
    ],
)
def test_a_file_that_nothing_reads_is_named(lay: Callable[..., Any], name: str, says: str) -> None:
    """The finding stands at the file and says what was perhaps meant."""
    proof = lay({"news_briefs.en.md": "## A {#a}\n\nWords.\n"}, unread=(name,))
    (finding,) = RULE.find(proof)
    assert finding.path.endswith(name)
    assert says in finding.message


def test_only_what_looks_like_a_manuscript_is_unread(tmp_path: Path) -> None:
    """Notes, hidden files and known manuscripts are left alone."""
    folder = tmp_path / "2025-09-05"
    folder.mkdir()
    names = ["notes.md", ".draft.en.md", "opening.en.md", "openings.en.md", "opening.fr.md"]
    for name in [*names, "opening.md", "opening.en.old.md"]:
        (folder / name).write_text("Words.\n", encoding="utf-8")
    issue = read_issue(folder, (Locale("en"),))
    found = read_folder(issue, [], [Locale("en")], "issues/2025-09-05")
    assert found.unread == ("opening.en.old.md", "opening.fr.md", "opening.md", "openings.en.md")
