"""The sample issue, byte for byte as it was last looked at by a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rooms import Room

GOLDEN = Path(__file__).parents[1] / "golden"
SLUG = "2025-09-05"
FILES = (
    f"public/{SLUG}/en/index.md",
    f"public/{SLUG}/zh-Hans/index.md",
    f"outbox/{SLUG}/en/email.txt",
    f"outbox/{SLUG}/zh-Hans/email.txt",
    f"outbox/{SLUG}/en/email.mjml",
    "public/feed.en.xml",
    "public/sitemap.xml",
)


@pytest.mark.parametrize("name", FILES)
def test_the_sample_issue_is_as_it_was(room: Room, name: str, *, rewrite_golden: bool) -> None:
    """A change of any output shows here, as a diff to be read."""
    assert room.run("build") == 0
    built, kept = (room.root / name).read_bytes(), GOLDEN / name
    if rewrite_golden:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(built)
    assert built == kept.read_bytes()
