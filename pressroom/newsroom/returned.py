"""What came back, applied to the readers: who is meant, and how much it weighs.

A reader's own return address (VERP) says who is meant, whatever the text says; its mark keeps
strangers from reporting a reader as gone. Without one the ledger tells to whom
the returned message was sent; without that, the failed address is looked up, but anyone could have
made such a mail up: it counts one degree less, and takes nobody off the list by itself for good.

A permanent refusal of us (block list, policy, spam, size) or of the moment (full, expired) is no
word on the address: it weighs as a soft bounce does, so one bad day at a provider does not
empty the list.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pressroom.model import sha256
from pressroom.send.bounces.verdict import read_bounce
from pressroom.send.verp import mark_of, read_verp
from pressroom.store import readers
from pressroom.store.statements import run

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pressroom.send.bounces.boxes import Mail
    from pressroom.send.bounces.verdict import Verdict
    from pressroom.store.mailing import Mailing

GONE = frozenset({"user-unknown", "host", "inactive", "moved", ""})
NOT_READERS = frozenset({"auth-failure", "not-spam", "dmarc"})
NOBODYS = "nobody's"
UNPROVEN = {"hard": "soft", "soft": "soft", "complaint": "hard"}

BY_MESSAGE = """
    SELECT s.id, s.token, d.issue FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
    WHERE d.message_id = :message LIMIT 2"""


@dataclass(slots=True)
class Returns:
    """What a run did: mails by kind, and the readers' states after it by number."""

    kinds: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        """`12 mails: 7 hard, 3 soft, 2 none; readers: 7 bounced, 3 active`."""
        total = sum(self.kinds.values())
        mails = ", ".join(f"{n} {kind}" for kind, n in sorted(self.kinds.items()))
        states = ", ".join(f"{n} {state}" for state, n in sorted(self.states.items()))
        return f"{total} mails: {mails or 'none'}; readers: {states or 'none touched'}"


def apply(base: Mailing, mails: Iterable[Mail], now: datetime) -> Returns:
    """Write each bounce and complaint down at its reader, once however often it is read.

    A mail is marked as seen only after what it says is in the database.
    """
    told = Returns()
    for mail in mails:
        verdict = read_bounce(mail.data)
        told.kinds[verdict.kind] += 1
        if state := apply_one(base, verdict, mail.data, now):
            told.states[state] += 1
        mail.seen()
    return told


def apply_one(base: Mailing, verdict: Verdict, data: bytes, now: datetime) -> str:
    """The state of its reader after one mail; `nobody's` without one, empty for no bounce."""
    kind = weight(verdict)
    if not kind:
        return ""
    words = " ".join(filter(None, (verdict.status, verdict.reason or verdict.feedback)))
    for one in meant(base, verdict):
        counted = kind if one.proven else UNPROVEN[kind]
        mail_id = f"{sha256(data)[:32]}-{one.reader_id}"
        state = readers.note_bounce(
            base, one.reader_id, one.mark, one.issue, counted, words, mail_id, now
        )
        if state:
            return state
    return NOBODYS


def weight(verdict: Verdict) -> str:
    """How a verdict counts: hard, soft, complaint, or empty for not at all."""
    if verdict.kind == "complaint":
        return "" if verdict.feedback in NOT_READERS else "complaint"
    if verdict.kind == "hard":
        return "hard" if verdict.reason in GONE else "soft"
    return "soft" if verdict.kind == "soft" else ""


class Meant(NamedTuple):
    """A reader that a mail may be about; `proven` when only one who had our mail can say so."""

    reader_id: int
    mark: str
    issue: str
    proven: bool = True


def meant(base: Mailing, verdict: Verdict) -> list[Meant]:
    """Whom the return addresses name; else whom we sent the message to; else the failed address."""
    if named := [Meant(*found) for one in verdict.verp if (found := read_verp(one))]:
        return named
    if known := _by_message(base, verdict.original_message_id):
        return known
    for address in (verdict.address, *verdict.also):
        if address and (record := readers.by_address(base, address)):
            return [Meant(record.id, mark_of(record.token), "", proven=False)]
    return []


def _by_message(base: Mailing, message_id: str) -> list[Meant]:
    if not message_id:
        return []
    with base.read() as connection:
        rows = run(connection, BY_MESSAGE, message=message_id[:500]).all()
    return [Meant(row.id, mark_of(row.token), row.issue) for row in rows]
