"""The few types that name things, and the one hash that everything is named by."""

from __future__ import annotations

import hashlib
from typing import NewType

Locale = NewType("Locale", str)
ItemId = NewType("ItemId", str)
Handle = NewType("Handle", str)
BlockRef = NewType("BlockRef", str)
"""A block's address within its issue: `section#id`."""

UNSUBSCRIBE_HOLE = "https://unsubscribe.pressroom.invalid/"
"""Stands in every mail for the one link that differs by reader; `send` fills it.

A whole address, so that compilers and sanitisers let it pass (RFC 2606: `.invalid`).
"""


def sha256(data: bytes | str) -> str:
    """Return the lower-case hex SHA-256 of bytes, or of text as UTF-8."""
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()
