"""Readers, and what became of each message to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pressroom.model.names import Locale


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A reader: address, edition, the secret of the unsubscribe link, whether mail may go."""

    id: int
    address: str
    name: str
    edition: Locale
    token: str
    state: str = "active"


class DeliveryState(StrEnum):
    """Where one message to one reader stands; see docs/decisions/ledger.md."""

    PLANNED = "planned"
    LEASED = "leased"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A ledger row: one issue, one reader, the hash of the bytes, the server's answer."""

    id: int
    issue: str
    address: str
    edition: Locale
    state: DeliveryState
    reply: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message ready to hand over: envelope sender and recipient, bytes, stable id.

    `plain` vouches that the bytes are ASCII, that no line begins with a dot (RFC 5321, 4.5.2)
    and that the last one ends in CRLF, so that nobody has to read 40 KB to find out.
    """

    sender: str
    recipient: str
    data: bytes
    message_id: str
    plain: bool = False


class Reply(NamedTuple):
    """What the transport said: the state it means, and its own words."""

    state: DeliveryState
    text: str


class Task(NamedTuple):
    """One message whose turn it is: its ledger row, and what to hand over."""

    row: int
    envelope: Envelope

    @property
    def domain(self) -> str:
        """The recipient's domain, in lower case: rates and back-off go by it."""
        return self.envelope.recipient.rpartition("@")[2].lower()
