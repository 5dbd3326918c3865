"""A row of the readers' table as a value, and the statements that find one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pressroom.model import Locale, Subscriber, sha256
from pressroom.store.mailing_list import clean

if TYPE_CHECKING:
    from sqlalchemy import Row

STATES = ("pending", "active", "paused", "unsubscribed", "bounced", "complained", "forgotten")
LONGEST = 200
"""Characters kept of a name; of consent words ten times as many."""

COLUMNS = """
    id, key, address, name, edition, token, state, added, early, tags, soft, bounced_at,
    consent_at, consent_how, consent_ip, consent_words"""

# Constants are put into statements below, never values.
BY_TOKEN = f"SELECT {COLUMNS} FROM subscribers WHERE token = :token AND state <> 'forgotten'"  # noqa: S608
BY_KEY = f"SELECT {COLUMNS} FROM subscribers WHERE key = :key"  # noqa: S608
BY_ID = f"SELECT {COLUMNS} FROM subscribers WHERE id = :id"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Consent:
    """The record of a consent.

    `at` when (ISO 8601), `how` by which way, `ip` a salted hash (`readers.ip_hash`), `words` what
    the reader agreed to.
    """

    at: str = ""
    how: str = ""
    ip: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A reader with all that the readers' table holds of them but the token's own uses."""

    id: int
    address: str
    name: str
    edition: Locale
    token: str
    state: str
    added: str
    early: bool
    tags: tuple[str, ...]
    consent: Consent
    soft: int = 0
    bounced_at: str = ""

    @property
    def subscriber(self) -> Subscriber:
        """The part of it that a send needs."""
        return Subscriber(self.id, self.address, self.name, self.edition, self.token, self.state)


def record(row: Row[Any]) -> Record:
    """A record from a row that has `COLUMNS`."""
    consent = Consent(row.consent_at, row.consent_how, row.consent_ip, row.consent_words)
    return Record(
        row.id, row.address, row.name, Locale(row.edition), row.token, row.state, row.added,
        bool(row.early), tuple(row.tags.split()), consent, row.soft, row.bounced_at,
    )  # fmt: skip


def plain(token: str) -> str:
    """The token, or what is nobody's for one that was never given out: no database takes all."""
    return token if token.isascii() and token.isalnum() else ""


def bounded(reader_id: int) -> int:
    """The number of a reader, or 0, which is nobody's, for one that no table could hold."""
    return reader_id if 0 < reader_id < 1 << 31 else 0


def tidy(text: str, longest: int = LONGEST) -> str:
    """Words of a reader on one line, and no more than so many."""
    return clean(text)[:longest].strip()


def gone_key(key: str) -> str:
    """The key that a forgotten reader is left with."""
    return f"forgotten:{sha256(key)}"
