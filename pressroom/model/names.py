"""The few types that name things, and the one hash that everything is named by."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NewType
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from datetime import datetime

Locale = NewType("Locale", str)
ItemId = NewType("ItemId", str)
Handle = NewType("Handle", str)
BlockRef = NewType("BlockRef", str)
"""A block's address within its issue: `section#id`."""

UNSUBSCRIBE_HOLE = "https://unsubscribe.pressroom.invalid/"
"""Stands in every mail for the one link that differs by reader; `send` fills it.

A whole address, so that compilers and sanitisers let it pass (RFC 2606: `.invalid`).
"""


PREFERENCES_HOLE = "https://preferences.pressroom.invalid/"
"""The same for the reader's preferences page."""


def sha256(data: bytes | str) -> str:
    """Return the lower-case hex SHA-256 of bytes, or of text as UTF-8."""
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()


def record_id(url: str, time: datetime, body: str) -> str:
    """The WARC-Record-ID of an answer, known before it is written (RFC 9562, 5.5: UUID 5).

    `body` is the SHA-256 of its body in hex; the same answer has the same id on any machine.
    """
    return uuid5(NAMESPACE_URL, f"{time.isoformat()} {body} {url}").urn
