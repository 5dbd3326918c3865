"""Stories to draft from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pressroom.model import Evidence, Handle, Item, ItemId, Locale, Story

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2025, 9, 4, 12, tzinfo=UTC)


def item(key: str, text: str, locale: str = "en", hed: str = "A title") -> Item:
    """One item with its text."""
    url = f"https://x.example/{key}"
    proof = Evidence(url, NOW, "ab" * 32)
    return Item(ItemId(key), url, hed, Locale(locale), "o", "feed", text, proof)


@pytest.fixture
def story() -> Callable[..., Story]:
    """Makes a story: `story(("a", "Text.", "en"), ...)`."""

    def made(*items: tuple[str, ...]) -> Story:
        return Story(Handle("aiplus"), tuple(item(*parts) for parts in items))

    return made
