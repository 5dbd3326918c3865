"""Teaser lines take emphasis and links where a medium can show them, and are plain elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rooms import Room

SLUG = "2025-09-05"
OPENING = f"issues/{SLUG}/opening.en.md"
TEASER = "Who *really* pays for [the lamps](news_briefs#aiplus), at <b>3%</b>?"


@pytest.fixture
def teased(room: Room) -> Room:
    """The sample newsroom, built with one teaser of every kind of mark."""
    text = room.read(OPENING)
    start = text.index("teasers:")
    end = text.index("byline:")
    room.write(OPENING, f"{text[:start]}teasers:\n  - {TEASER!r}\n{text[end:]}")
    assert room.run("build", SLUG) == 0, room.err
    return room


def test_html_shows_emphasis_and_links(teased: Room) -> None:
    """In the mail and on the pages; raw HTML stays words."""
    names = (f"outbox/{SLUG}/en/email.html", f"public/{SLUG}/en/index.html")
    for name in names:
        html = teased.read(name)
        teaser = next(row for row in html.split("\n") if "really" in row)
        assert ">really</em>" in teaser
        assert ">the lamps</a>" in teaser
        assert "#aiplus" in teaser
        assert "&lt;b&gt;3%" in teaser


def test_text_is_plain(teased: Room) -> None:
    """No marks; the address stands behind the words, as everywhere in the text mail."""
    told = " ".join(teased.read(f"outbox/{SLUG}/en/email.txt").split())
    assert "01 Who really pays for the lamps <https://" in told


def test_web_markdown_keeps_them(teased: Room) -> None:
    """One item, in Markdown that any site generator reads."""
    page = teased.read(f"public/{SLUG}/en/index.md")
    assert "\n- Who *really* pays for [the lamps](https://" in page
