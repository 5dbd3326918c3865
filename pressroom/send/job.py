"""The send job: each reader once, whatever interrupts it.

    plan      what a run would do, for a person to read before it does
    lock      the very bytes, a row for every reader, and the hour: one transaction
    run       hands over what waits; a killed one is gone on with by running it again
    deliver   a plan and a run in one, for bytes that nobody locked
    deliver_test, deliver_one   a look at an edition; one address

The caller opens and closes the transport. Nothing here asks for consent: whoever calls
`run` over a transport that leaves the machine has asked already.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pressroom.errors import Busy, PressroomError, SendError, UsageError
from pressroom.model import Delivery, DeliveryState, Locale, Reply, Subscriber, Transport, sha256
from pressroom.send import prints, schedule
from pressroom.send.ledger import Ledger
from pressroom.send.lock import only_job
from pressroom.send.message import Composer, MailEdition, fingerprint
from pressroom.send.post import LOOK_EVERY, Round, carry
from pressroom.send.schedule import Send, SendState
from pressroom.store.mailing_list import key_of, normal_address

if TYPE_CHECKING:
    from collections.abc import Collection

    from pressroom.model import Envelope
    from pressroom.send.prints import Print
    from pressroom.store.mailing import Mailing

Mails = Mapping[Locale, MailEdition]
Clock = Callable[[], datetime]

UNSENT = tuple(
    state for state in DeliveryState if state not in {DeliveryState.SENT, DeliveryState.BOUNCED}
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do, by edition; `last` is how many got the issue before this one.

    `tested` says when exactly these bytes were test-mailed; empty: never.
    """

    issue: str
    readers: Mapping[Locale, int]
    already: Mapping[Locale, int]
    will: Mapping[Locale, int]
    last_issue: str
    last: Mapping[Locale, int]
    tested: Mapping[Locale, str]

    @property
    def total(self) -> int:
        """How many messages would be handed over: the number a person confirms."""
        return sum(self.will.values())


@dataclass(frozen=True, slots=True)
class SendReport:
    """After a run: messages handed over in it, the issue's ledger by state, what is not sent.

    `again` is when the next deferred message may be tried (ISO 8601), or nothing.
    """

    handed: int
    counts: Mapping[DeliveryState, int]
    unsent: tuple[Delivery, ...]
    again: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """How a run goes about it.

    `first` are the keys of those who get it `grace` before all others; `patience` is how long
    the run itself waits for deferred messages; `most` bounds how many it hands over (None: no
    bound); `signer` signs (DKIM). `wait` sleeps so many seconds.
    """

    first: Collection[str] = ()
    grace: timedelta = timedelta()
    patience: timedelta = timedelta()
    most: int | None = None
    signer: Any = None
    wait: Callable[[float], None] = time.sleep


PLAIN = Course()


def plan(
    mailing: Mailing, issue: str, mails: Mails, *, leaves: bool = True,
    later: Collection[Locale] = (), now: Clock | None = None,
) -> Plan:  # fmt: skip
    """Count what a lock and its run would do, and change nothing.

    `leaves` is the transport's: copies in the outbox do not count as sent once the issue is
    to leave the machine. `later` are editions that go another day, some of whose readers
    asked for the original now.
    """
    ledger = Ledger(mailing, issue, now or _utc, leaves=leaves)
    active, done, last = mailing.counts(), ledger.done(issue), ledger.last()
    return Plan(
        issue,
        readers={locale: active.get(locale, 0) for locale in mails},
        already={locale: done.get(locale, 0) for locale in mails},
        will=ledger.waiting(mails, later),
        last_issue=last,
        last=ledger.done(last),
        tested={tag: ledger.tested(tag, fingerprint(mail)) for tag, mail in mails.items()},
    )


def lock(  # noqa: PLR0913 - what is locked, for whom, and how it stood
    mailing: Mailing,
    sends: Iterable[tuple[Print, datetime, SendState]],
    now: Clock,
    *,
    leaves: bool,
    later: Collection[Locale] = (),
    course: Course = PLAIN,
    expected: Mapping[Locale, int] | None = None,
    seen: Mapping[Locale, Send | None] | None = None,
) -> None:
    """Keep the bytes, plan a row for each reader, and write the hour: all of it or nothing.

    `expected` are the numbers of readers that were confirmed; a lock that is not for mail
    (`leaves`) says so by -1. `seen` is how the editions stood when this was decided.
    Raises Busy while a job is at this issue, or when a person decided otherwise meanwhile.
    """
    wanted = list(sends)
    issue = wanted[0][0].mail.issue
    with only_job(mailing, issue):
        ledger = Ledger(mailing, issue, now, leaves=leaves)
        ledger.recover()
        mails = {one.mail.locale: one.mail for one, _, _ in wanted}
        names = {one.mail.locale: one.name for one, _, _ in wanted}
        make = _maker(mails)
        with mailing.write() as connection:
            if schedule.moved_since(connection, issue, seen or {}):
                raise Busy(f"{issue}: somebody paused it or took it back at this very moment.")
            ledger.withdraw(list(mails), connection, replan=True)
            for one, _, _ in wanted:
                prints.keep(connection, one, now().isoformat(timespec="seconds"))
            ledger.plan(
                list(mails), make, prints=names, later=later, first=course.first,
                connection=connection,
            )  # fmt: skip
            counts = (expected or {}) if leaves else dict.fromkeys(mails, -1)
            rows = [
                Send(issue, p.mail.locale, state, at, p.name, counts.get(p.mail.locale, 0))
                for p, at, state in wanted
            ]
            schedule.put(connection, rows, now())


def run(
    mailing: Mailing,
    issue: str,
    locked: Mapping[Locale, Print],
    transport: Transport,
    now: Clock,
    progress: Callable[[Delivery], None],
    course: Course = PLAIN,
) -> SendReport:
    """Hand over what is planned of these editions; run it again to go on.

    `progress` hears of each message once its outcome is committed. Raises SendError when another
    job is at this issue, and Unreachable when the transport is away: the ledger then stands as
    it should, and the same call goes on.
    """
    with only_job(mailing, issue):
        ledger = Ledger(mailing, issue, now, leaves=transport.leaves)
        ledger.recover()
        mails = {tag: one.mail for tag, one in locked.items()}
        names = {tag: one.name for tag, one in locked.items()}
        return _run(ledger, mails, transport, progress, course, names)


def deliver(
    mailing: Mailing,
    issue: str,
    mails: Mails,
    transport: Transport,
    now: Clock,
    progress: Callable[[Delivery], None],
    course: Course = PLAIN,
) -> SendReport:
    """Send these editions to whoever has not had the issue; run it again to go on.

    As `run`, with a plan before it in the same turn.
    """
    with only_job(mailing, issue):
        ledger = Ledger(mailing, issue, now, leaves=transport.leaves)
        ledger.recover()
        ledger.plan(list(mails), _maker(mails), first=course.first)
        return _run(ledger, mails, transport, progress, course, {})


def deliver_test(
    mails: Mails, addresses: Iterable[str], transport: Transport, mailing: Mailing, now: Clock,
    signer: Any = None,
) -> list[Delivery]:  # fmt: skip
    """Mail every edition to the newsroom's own addresses, marked as a test, without a ledger.

    An edition counts as tested, for exactly its bytes, when every address took it. The
    deliveries returned have id 0.
    """
    people = [_stranger(address) for address in addresses]
    done: list[Delivery] = []
    for locale, mail in mails.items():
        composer = Composer(mail, test=True, signer=signer)
        copies = [_copy(composer.to(one), mail, transport) for one in people]
        if copies and all(c.state is DeliveryState.SENT for c in copies):
            ledger = Ledger(mailing, mail.issue, now, leaves=transport.leaves)
            ledger.note_test(locale, fingerprint(mail))
        done += copies
    return done


def untested(
    mailing: Mailing, issue: str, mails: Mails, *, leaves: bool = True
) -> tuple[Locale, ...]:
    """The editions that were not test-mailed as they now are; the date does not count."""
    ledger = _ledger(mailing, issue, leaves=leaves)
    return tuple(e for e, mail in mails.items() if not ledger.tested(e, fingerprint(mail)))


def deliver_one(  # noqa: PLR0913 - as deliver, and to whom
    mailing: Mailing,
    issue: str,
    mails: Mails,
    transport: Transport,
    now: Clock,
    address: str,
    *,
    locale: Locale | None = None,
    signer: Any = None,
    names: Mapping[Locale, str] | None = None,
) -> Delivery:
    """Send an issue to one address (`send --to`).

    A reader has a ledger row and gets the issue once: a second call sends nothing and
    returns the row. Somebody who is no reader gets a copy with a dead unsubscribe link and
    no row (the delivery returned has id 0). Without `locale`: the reader's edition, else
    the first. `names` are the editions' prints. Raises SendError for a reader who left.
    """
    stranger = _stranger(address)
    known = mailing.reader(stranger.address)
    edition = _edition(mails, locale or (known.edition if known else next(iter(mails), None)))
    if known is None:
        mail = mails[edition]
        return _copy(Composer(mail, signer=signer).to(stranger), mail, transport)
    if known.state != "active":
        raise SendError(f"{address}: is {known.state}. Nothing was sent; only they can come back.")
    with only_job(mailing, issue):
        ledger = Ledger(mailing, issue, now, leaves=transport.leaves)
        one = replace(known, edition=edition)
        return _once(ledger, one, mails, transport, signer, names or {})


def status(mailing: Mailing, issue: str) -> dict[DeliveryState, int]:
    """How many of an issue's messages stand in each state."""
    return _ledger(mailing, issue).status()


def report(mailing: Mailing, issue: str) -> SendReport:
    """How an issue stands, without a run."""
    ledger = _ledger(mailing, issue)
    return SendReport(0, ledger.status(), tuple(ledger.rows(UNSENT)))


def deliveries(mailing: Mailing, issue: str, state: DeliveryState | None = None) -> list[Delivery]:
    """An issue's ledger rows, all or those in one state."""
    return _ledger(mailing, issue).rows([state] if state else list(DeliveryState))


def _run(
    ledger: Ledger,
    mails: Mails,
    transport: Transport,
    progress: Callable[[Delivery], None],
    course: Course,
    names: Mapping[Locale, str],
) -> SendReport:
    """Those who are first, their grace, all others, and whoever was deferred meanwhile."""
    mailing, issue, editions = ledger.mailing, ledger.issue, list(mails)
    left = course.most
    handed = 0

    def going() -> bool:
        return schedule.is_going(mailing, issue, editions)

    def one_round(only: Collection[str]) -> int:
        round_ = Round(
            ledger, editions, _maker(mails, course.signer), progress, prints=names, only=only,
            going=going, most=None if left is None else left - handed,
        )  # fmt: skip
        try:
            carry(transport, round_)
        finally:
            ledger.release()
        return round_.handed

    if course.first:
        handed += one_round(course.first)
        if course.grace and (handed or ledger.had(course.first)):
            _wait(course, course.grace.total_seconds(), going)
    until = ledger.now() + course.patience
    while going():
        handed += one_round(())
        again = ledger.next_try(editions)
        if not again or datetime.fromisoformat(again) > until or left is not None:
            break
        _wait(course, (datetime.fromisoformat(again) - ledger.now()).total_seconds(), going)
    again = ledger.next_try(editions)
    return SendReport(handed, ledger.status(), tuple(ledger.rows(UNSENT)), again)


def _wait(course: Course, seconds: float, going: Callable[[], bool]) -> None:
    """Sleep, looking up often whether a person paused the send."""
    while seconds > 0 and going():
        nap = min(LOOK_EVERY, seconds)
        course.wait(nap)
        seconds -= nap


def _maker(mails: Mails, signer: Any = None) -> Callable[[Subscriber, Locale], Envelope]:
    """What addresses a message. A plan is not signed: the seal comes on at the handover.

    So a lock costs the same with a key as without, and a key changed after it still fits.
    """
    composers = {tag: Composer(mail, signer=signer) for tag, mail in mails.items()}
    return lambda one, edition: composers[edition].to(one)


def _ledger(mailing: Mailing, issue: str, *, leaves: bool = True) -> Ledger:
    return Ledger(mailing, issue, _utc, leaves=leaves)


def _utc() -> datetime:
    return datetime.now(UTC)


def _once(
    ledger: Ledger, known: Subscriber, mails: Mails, transport: Transport, signer: Any,
    names: Mapping[Locale, str],
) -> Delivery:  # fmt: skip
    """The one row of a reader, handed over if it waits."""
    make = _maker(mails, signer)
    ledger.recover()
    ledger.plan_one(known, _maker(mails), names.get(known.edition, ""))
    only = [key_of(known.address)]
    only_one = Round(ledger, [known.edition], make, lambda _: None, prints=names, only=only)
    carry(transport, only_one)
    row = ledger.row(known)
    assert row is not None, "the row was planned above"
    return row


def _copy(envelope: Envelope, mail: MailEdition, transport: Transport) -> Delivery:
    reply, hash_ = _handed(envelope, transport), sha256(envelope.data)
    return Delivery(0, mail.issue, envelope.recipient, mail.locale, reply.state, reply.text, hash_)


def _handed(envelope: Envelope, transport: Transport) -> Reply:
    """The transport's word on a copy that has no row."""
    try:
        return transport.send(envelope)
    except PressroomError:
        raise
    except Exception as fault:
        raise SendError(
            f"The transport failed ({type(fault).__name__}), and nobody knows what became of this "
            "copy. Mend the transport, then run the command again."
        ) from fault


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
