"""What became of messages that nobody knows the fate of: a person's word, or the server's log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pressroom.model import DeliveryState, Reply
from pressroom.send.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from pressroom.store.mailing import Mailing

Fate = Literal["sent", "again", "failed"]
STATES = {
    "sent": DeliveryState.SENT,
    "again": DeliveryState.PLANNED,
    "failed": DeliveryState.FAILED,
}
WORDS = {
    "sent": "a person took it as sent",
    "again": "",
    "failed": "a person took it as not sent, and not to be sent again",
}


@dataclass(frozen=True, slots=True)
class Resolved:
    """How many rows were resolved, and how many are still uncertain."""

    resolved: int
    left: int


def by_word(
    base: Mailing, issue: str, fate: Fate, now: Callable[[], datetime], only: str = ""
) -> Resolved:
    """Resolve all uncertain messages of an issue, or the one to `only`, as a person says.

    One to be sent again has the same Message-ID, by which many servers drop a second copy.
    """
    ledger = Ledger(base, issue, now, leaves=True)
    reply = Reply(STATES[fate], WORDS[fate])
    rows = [row for row, _, address in ledger.uncertain() if only in {"", address}]
    return Resolved(ledger.resolve(dict.fromkeys(rows, reply)), len(ledger.uncertain()))


def by_log(base: Mailing, issue: str, log: Iterable[str], now: Callable[[], datetime]) -> Resolved:
    """Take as sent whatever Message-ID stands in the mail server's log; the rest stays.

    Servers log a Message-ID once they have taken the whole message (Postfix: `cleanup`;
    Exim: `<=`; Sendmail: `from=`).
    """
    ledger = Ledger(base, issue, now, leaves=True)
    open_ = {message.strip("<>"): row for row, message, _ in ledger.uncertain()}
    fates = {}
    for line in log:
        for message in [m for m in open_ if m and m in line]:
            words = f"in the server's log: {' '.join(line.split())[:300]}"
            fates[open_.pop(message)] = Reply(DeliveryState.SENT, words)
    return Resolved(ledger.resolve(fates), len(ledger.uncertain()))
