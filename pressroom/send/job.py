"""The send job: each reader once, whatever interrupts it.

    plan      what a run would do, for a person to read before it does
    deliver   one run; a killed one is gone on with by running it again
    deliver_test, deliver_one   a look at an edition; one address

The caller opens and closes the transport. Nothing here asks for consent: whoever calls
`deliver` over a transport that leaves the machine has asked already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError, SendError, Unreachable, UsageError
from pressroom.model import Delivery, DeliveryState, Locale, Reply, Subscriber, Transport, sha256
from pressroom.send.ledger import GONE, Due, Ledger
from pressroom.send.lock import only_job
from pressroom.send.message import MailEdition, compose, fingerprint
from pressroom.store.mailing_list import normal_address

if TYPE_CHECKING:
    from pressroom.model import Envelope
    from pressroom.store.mailing import Mailing

Mails = Mapping[Locale, MailEdition]
Clock = Callable[[], datetime]

UNSENT = tuple(state for state in DeliveryState if state is not DeliveryState.SENT)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do, by edition; `last` is how many got the issue before this one."""

    issue: str
    readers: Mapping[Locale, int]
    already: Mapping[Locale, int]
    will: Mapping[Locale, int]
    last_issue: str
    last: Mapping[Locale, int]

    @property
    def total(self) -> int:
        """How many messages would be handed over: the number a person confirms."""
        return sum(self.will.values())


@dataclass(frozen=True, slots=True)
class SendReport:
    """After a run: messages handed over in it, the issue's ledger by state, what is not sent."""

    handed: int
    counts: Mapping[DeliveryState, int]
    unsent: tuple[Delivery, ...]


def plan(mailing: Mailing, issue: str, mails: Mails, *, leaves: bool = True) -> Plan:
    """Count what a run would do, and change nothing.

    `leaves` is the transport's: copies in the outbox do not count as sent once the issue is
    to leave the machine.
    """
    ledger = Ledger(mailing, issue, lambda: datetime.now(UTC), leaves=leaves)
    active, done, last = mailing.counts(), ledger.done(issue), ledger.last()
    return Plan(
        issue,
        readers={locale: active.get(locale, 0) for locale in mails},
        already={locale: done.get(locale, 0) for locale in mails},
        will=ledger.waiting(mails),
        last_issue=last,
        last=ledger.done(last),
    )


def deliver(
    mailing: Mailing,
    issue: str,
    mails: Mails,
    transport: Transport,
    now: Clock,
    progress: Callable[[Delivery], None],
) -> SendReport:
    """Send an issue's due editions to whoever has not had it; run it again to go on.

    `progress` hears of each message once its outcome is committed. Raises SendError when
    another job is at this issue, and Unreachable when the transport is away: the ledger
    then stands as it should, and the same call goes on.
    """
    handed = 0
    with only_job(mailing, issue):
        ledger = Ledger(mailing, issue, now, leaves=transport.leaves)
        ledger.recover()
        ledger.plan(mails, lambda one: compose(mails[one.edition], one))
        for due in ledger.due(mails):
            progress(_hand_over(ledger, due, mails[due.edition], transport))
            handed += 1
    return SendReport(handed, ledger.status(), tuple(ledger.rows(UNSENT)))


def deliver_test(
    mails: Mails, addresses: Iterable[str], transport: Transport, mailing: Mailing, now: Clock
) -> list[Delivery]:
    """Mail every edition to the newsroom's own addresses, marked as a test, without a ledger.

    An edition counts as tested, for exactly its bytes, when every address took it. The
    deliveries returned have id 0.
    """
    people = [_stranger(address) for address in addresses]
    done: list[Delivery] = []
    for locale, mail in mails.items():
        copies = [_copy(compose(mail, one, test=True), mail, transport) for one in people]
        if copies and all(c.state is DeliveryState.SENT for c in copies):
            ledger = Ledger(mailing, mail.issue, now, leaves=transport.leaves)
            ledger.note_test(locale, fingerprint(mail))
        done += copies
    return done


def untested(
    mailing: Mailing, issue: str, mails: Mails, *, leaves: bool = True
) -> tuple[Locale, ...]:
    """The editions that were not test-mailed as they now are; the date does not count."""
    ledger = Ledger(mailing, issue, lambda: datetime.now(UTC), leaves=leaves)
    return tuple(e for e, mail in mails.items() if not ledger.was_tested(e, fingerprint(mail)))


def deliver_one(
    mailing: Mailing,
    issue: str,
    mails: Mails,
    transport: Transport,
    now: Clock,
    address: str,
    locale: Locale | None = None,
) -> Delivery:
    """Send an issue to one address (`send --to`).

    A reader has a ledger row and gets the issue once: a second call sends nothing and
    returns the row. Somebody who is no reader gets a copy with a dead unsubscribe link and
    no row (the delivery returned has id 0). Without `locale`: the reader's edition, else
    the first. Raises SendError for a reader who left.
    """
    stranger = _stranger(address)
    known = mailing.reader(stranger.address)
    edition = _edition(mails, locale or (known.edition if known else next(iter(mails), None)))
    if known is None:
        mail = mails[edition]
        return _copy(compose(mail, stranger), mail, transport)
    if known.state != "active":
        raise SendError(f"{address}: is {known.state}. Nothing was sent; only they can come back.")
    with only_job(mailing, issue):
        ledger = Ledger(mailing, issue, now, leaves=transport.leaves)
        return _once(ledger, known, edition, mails, transport)


def status(mailing: Mailing, issue: str) -> dict[DeliveryState, int]:
    """How many of an issue's messages stand in each state."""
    return Ledger(mailing, issue, lambda: datetime.now(UTC), leaves=True).status()


def deliveries(mailing: Mailing, issue: str, state: DeliveryState | None = None) -> list[Delivery]:
    """An issue's ledger rows, all or those in one state."""
    ledger = Ledger(mailing, issue, lambda: datetime.now(UTC), leaves=True)
    return ledger.rows([state] if state else list(DeliveryState))


def _once(
    ledger: Ledger, known: Subscriber, edition: Locale, mails: Mails, transport: Transport
) -> Delivery:
    one = Subscriber(known.id, known.address, known.name, edition, known.token, known.state)
    ledger.recover()
    ledger.plan_one(one, lambda reader: compose(mails[edition], reader))
    row = ledger.row(one)
    assert row is not None, "the row was planned above"
    if row.state not in {DeliveryState.PLANNED, DeliveryState.DEFERRED}:
        return row
    return _hand_over(ledger, Due(row.id, edition, one), mails[edition], transport)


def _hand_over(ledger: Ledger, due: Due, mail: MailEdition, transport: Transport) -> Delivery:
    if due.reader.state != "active":
        return _finished(ledger, due, Reply(DeliveryState.FAILED, GONE), "")
    try:
        envelope = compose(mail, due.reader)
    except SendError as fault:
        return _finished(ledger, due, Reply(DeliveryState.FAILED, str(fault)), "")
    hash_ = sha256(envelope.data)
    if not ledger.start(due.id, envelope):
        return _finished(ledger, due, Reply(DeliveryState.FAILED, GONE), hash_)
    return _finished(ledger, due, _send(ledger, due, envelope, transport), hash_)


def _send(ledger: Ledger, due: Due, envelope: Envelope, transport: Transport) -> Reply:
    """Hand over; a fault leaves the row as it truly stands, then stops the job."""
    try:
        return transport.send(envelope)
    except Unreachable:
        ledger.finish(due.id, Reply(DeliveryState.PLANNED, ""))
        raise
    except Exception as fault:
        state = DeliveryState.UNCERTAIN if transport.leaves else DeliveryState.PLANNED
        ledger.finish(due.id, Reply(state, f"{type(fault).__name__} in the transport"))
        if isinstance(fault, PressroomError):
            raise
        raise SendError(
            f"{due.reader.address}: the transport failed ({type(fault).__name__}: {fault}). "
            "This message is named in send --status; mend the transport, then send again."
        ) from fault


def _finished(ledger: Ledger, due: Due, reply: Reply, hash_: str) -> Delivery:
    ledger.finish(due.id, reply)
    return Delivery(
        due.id, ledger.issue, due.reader.address, due.edition, reply.state, reply.text, hash_
    )


def _copy(envelope: Envelope, mail: MailEdition, transport: Transport) -> Delivery:
    reply, hash_ = transport.send(envelope), sha256(envelope.data)
    return Delivery(0, mail.issue, envelope.recipient, mail.locale, reply.state, reply.text, hash_)


def _stranger(address: str) -> Subscriber:
    try:
        return Subscriber(0, normal_address(address), "", Locale(""), "")
    except UsageError as fault:
        raise SendError(f"{fault}.") from None


def _edition(mails: Mails, locale: Locale | None) -> Locale:
    if locale is None or locale not in mails:
        raise SendError(
            f'There is no edition "{locale or ""}" to send. Ready: {", ".join(mails) or "none"}.'
        )
    return locale
