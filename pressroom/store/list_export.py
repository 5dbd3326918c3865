"""Readers as a list that an import reads back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.store.mailing_list import guarded
from pressroom.store.segments import find, segment

if TYPE_CHECKING:
    from pressroom.store.mailing import Mailing
    from pressroom.store.records import Record

COLUMNS = (
    "address", "name", "edition", "tags", "state", "added", "early",
    "consent_at", "consent_how", "consent_ip", "consent_words",
)  # fmt: skip


def export_rows(m: Mailing, words: str = "") -> list[dict[str, str]]:
    """Everyone of a segment, in the columns that an import reads; never the forgotten.

    A cell that a spreadsheet would run as a formula has an apostrophe before it, which the
    import takes off.
    """
    return [_cells(one) for one in find(m, segment(words))]


def _cells(one: Record) -> dict[str, str]:
    consent = (one.consent.at, one.consent.how, one.consent.ip, one.consent.words)
    early = "1" if one.early else ""
    cells = (one.address, one.name, one.edition, " ".join(one.tags), one.state, one.added, early)
    return dict(zip(COLUMNS, map(guarded, cells + consent), strict=True))
