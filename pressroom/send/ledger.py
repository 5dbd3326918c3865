"""The ledger: one row for each issue and reader, and the only steps a row may take.

    planned -> leased -> sending -> sent | deferred | failed | uncertain
    deferred -> leased (when its time has come)        sent -> bounced

`leased` says only that a job has the row in hand: after a crash it is planned again.
`sending` is committed before a message is handed over and the outcome after it. What a kill
leaves in `sending` was perhaps delivered: over a transport that leaves the machine it
becomes `uncertain`, named and never sent again by itself; a file is simply written again.
`leaves` says which kind of transport a row went over, so that an issue first written to the
outbox is afterwards still due to be mailed.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pressroom.errors import SendError
from pressroom.model import Delivery, DeliveryState, Locale, Reply, Subscriber, sha256
from pressroom.send import ledger_sql as sql
from pressroom.send.driven import many
from pressroom.store.mailing import reader

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from pressroom.model import Envelope
    from pressroom.store.mailing import Mailing

    Make = Callable[[Subscriber, Locale], Envelope]

PAGE = 500
LOST = "the job was stopped while this message was handed over"
GONE = "the reader left before the message went"
MOST_TRIES = 8
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=4)
GIVEN_UP = "given up after {tries} tries: {reply}"


class Due(NamedTuple):
    """A row whose turn it is: its id, the edition it was planned for, the reader as of now.

    `sha256` is of the whole message as it was planned, unsigned, `head` of its header alone.
    """

    id: int
    edition: Locale
    reader: Subscriber
    tries: int = 0
    sha256: str = ""
    head: str = ""


class Start(NamedTuple):
    """A row about to be handed over: the hash of its bytes, its Message-ID, its locked print."""

    id: int
    sha256: str
    message_id: str
    print: str = ""


class Finish(NamedTuple):
    """What became of a row that was tried `tries` times before."""

    id: int
    reply: Reply
    tries: int = 0


class Ledger:
    """The ledger of one issue."""

    def __init__(
        self, mailing: Mailing, issue: str, now: Callable[[], datetime], *, leaves: bool
    ) -> None:
        self.mailing, self.issue, self.leaves = mailing, issue, int(leaves)
        self.worker = secrets.token_hex(4)
        self.now = now

    # --- before the handover ---

    def recover(self) -> None:
        """Name what a kill left uncertain; set free what never left the machine."""
        with self.mailing.write() as connection:
            self._run(connection, sql.NAME_UNCERTAIN, lost=LOST)
            if self.leaves:
                self._run(connection, sql.REHEARSED)
            self._run(connection, sql.REDO, leaves=self.leaves)

    def plan(
        self,
        editions: Sequence[Locale],
        make: Make,
        *,
        prints: Mapping[Locale, str] | None = None,
        later: Collection[Locale] = (),
        first: Collection[str] = (),
        connection: Connection | None = None,
    ) -> None:
        """One transaction: a row for each active reader of these editions who has none.

        Who asked for the original now, and reads an edition of `later`, gets the first of
        `editions`. The readers with the keys `first` are planned, and so sent to, before all
        others. Within `connection`'s transaction, if there is one.
        """
        if connection is None:
            with self.mailing.write() as own:
                return self.plan(
                    editions, make, prints=prints, later=later, first=first, connection=own
                )
        for narrowed in (True, False) if first else (False,):
            for page in self._unplanned(connection, editions, later, first if narrowed else ()):
                rows = [self._planned(one, editions, make, prints or {}) for one in page]
                many(connection, sql.PLAN, rows)
        return None

    def plan_one(self, one: Subscriber, make: Make, print_: str = "") -> None:
        """A row for one reader, unless there is one."""
        with self.mailing.write() as connection:
            row = self._planned(one, [one.edition], make, {one.edition: print_})
            many(connection, sql.PLAN, [row])

    def lease(
        self, editions: Iterable[Locale], most: int, after: int, only: Collection[str] = ()
    ) -> list[Due]:
        """Take up to so many rows in hand, in the order planned, from the one after `after`."""
        statement = sql.DUE.replace("\n    ORDER BY", sql.ONLY) if only else sql.DUE
        values = {"editions": list(editions), "after": after, "page": most, "keys": list(only)}
        with self.mailing.write() as connection:
            rows = self._run(connection, statement, **values).all()
            if rows:
                now, worker = self._time(), self.worker
                held = [{"id": row.row_id, "worker": worker, "now": now} for row in rows]
                many(connection, sql.LEASE, held)
        return [
            Due(r.row_id, Locale(r.row_edition), reader(r), r.tries, r.sha256, r.head) for r in rows
        ]

    def release(self) -> None:
        """Give back what was leased and not started."""
        with self.mailing.write() as connection:
            self._run(connection, sql.RELEASE)

    # --- the handover ---

    def commit(self, starting: Sequence[Start], finished: Sequence[Finish]) -> frozenset[int]:
        """One transaction for what is about to be handed over and what became of others.

        Returns the ids of `starting` that may not be handed over: their readers left.
        """
        refused: frozenset[int] = frozenset()
        now = self.now()
        stamp = _stamp(now)
        with self.mailing.write() as connection:
            if finished:
                many(connection, sql.FINISH, [_outcome(row, now, stamp) for row in finished])
            if starting:
                refused = self._start(connection, starting, now)
        return refused

    def _start(
        self, connection: Connection, starting: Sequence[Start], now: datetime
    ) -> frozenset[int]:
        stamp = _stamp(now)
        always = {"leaves": self.leaves, "now": stamp}
        done = many(connection, sql.START, [row._asdict() | always for row in starting])
        if done == len(starting):
            return frozenset()
        ids = [row.id for row in starting]
        began = {row.id for row in connection.execute(_text(sql.STARTED), {"ids": ids})}
        refused = frozenset(ids) - began
        gone = Reply(DeliveryState.FAILED, GONE)
        if refused:
            rows = [_outcome(Finish(id_, gone), now, stamp) for id_ in sorted(refused)]
            many(connection, sql.FINISH, rows)
        return refused

    # --- looking on ---

    def next_try(self, editions: Iterable[Locale]) -> str:
        """When the next deferred row may be tried again (ISO 8601, UTC), or nothing."""
        with self.mailing.read() as connection:
            found = self._run(connection, sql.NEXT_TRY, editions=list(editions)).scalar_one()
        return found or ""

    def status(self) -> dict[DeliveryState, int]:
        """How many rows stand in each state; states without rows are left out."""
        with self.mailing.read() as connection:
            return {DeliveryState(s): n for s, n in self._run(connection, sql.STATUS)}

    def rows(self, states: Iterable[DeliveryState]) -> list[Delivery]:
        """The rows in these states."""
        return list(self.each(states))

    def each(self, states: Iterable[DeliveryState]) -> Iterator[Delivery]:
        """The rows in these states, one after another."""
        values = {"states": [state.value for state in states]}
        with self.mailing.read() as connection:
            for row in self._run(connection, sql.ROWS, **values):
                yield _delivery(row)

    def row(self, subscriber: Subscriber) -> Delivery | None:
        """The row of one reader."""
        statement = sql.ROWS.replace("d.state IN :states", "d.subscriber_id = :subscriber")
        with self.mailing.read() as connection:
            found = self._run(connection, statement, subscriber=subscriber.id).one_or_none()
        return _delivery(found) if found else None

    def had(self, keys: Collection[str]) -> bool:
        """Whether a message left the machine for any of these readers."""
        with self.mailing.read() as connection:
            return self._run(connection, sql.HAD, keys=list(keys)).first() is not None

    def done(self, issue: str) -> dict[Locale, int]:
        """How many of each edition of an issue were sent."""
        return self._by_edition(sql.DONE, issue=issue)

    def open(self) -> dict[Locale, int]:
        """How many of each edition are not at their end."""
        return self._by_edition(sql.OPEN)

    def waiting(
        self, editions: Iterable[Locale], later: Collection[Locale] = ()
    ) -> dict[Locale, int]:
        """How many of each edition a plan and its runs would hand over."""
        wanted = list(editions)
        rows = self._by_edition(sql.WAITING, editions=wanted)
        new = self._by_edition(sql.NEW, editions=wanted, later=list(later))
        early = sum(n for edition, n in new.items() if edition not in wanted)
        found = {edition: rows.get(edition, 0) + new.get(edition, 0) for edition in wanted}
        return {e: n + (early if e == wanted[0] else 0) for e, n in found.items()}

    def last(self) -> str:
        """The issue before this one that was sent, or nothing."""
        with self.mailing.read() as connection:
            return self._run(connection, sql.LAST, leaves=self.leaves).scalar_one() or ""

    def first_day(self) -> datetime | None:
        """When the first message of all left this machine; None before that."""
        with self.mailing.read() as connection:
            found = self._run(connection, sql.FIRST_DAY).scalar_one()
        return datetime.fromisoformat(found) if found else None

    def since(self, moment: datetime) -> int:
        """How many messages of any issue left the machine since then."""
        with self.mailing.read() as connection:
            return int(self._run(connection, sql.TODAY, since=_stamp(moment)).scalar_one())

    # --- tests, withdrawals, what a person decides ---

    def note_test(self, edition: Locale, fingerprint: str) -> None:
        """Keep that exactly this was test-mailed."""
        with self.mailing.write() as connection:
            self._run(
                connection, sql.TESTED, edition=edition, sha256=fingerprint, leaves=self.leaves
            )

    def tested(self, edition: Locale, fingerprint: str) -> str:
        """When exactly this was last test-mailed, over a transport of this kind or further."""
        values = {"edition": edition, "sha256": fingerprint, "leaves": self.leaves}
        with self.mailing.read() as connection:
            return self._run(connection, sql.WAS_TESTED, **values).scalar_one() or ""

    def withdraw(
        self, editions: Iterable[Locale], connection: Connection, *, replan: bool = False
    ) -> None:
        """Forget the plan of these editions, as far as nothing of it was tried.

        To `replan`, only that of readers who will get a new row.
        """
        statement = sql.REPLAN if replan else sql.WITHDRAW
        self._run(connection, statement, editions=list(editions))

    def cancel(self, editions: Iterable[Locale], why: str, connection: Connection) -> None:
        """End what waits: its rows are failed, with the reason."""
        self._run(connection, sql.CANCEL, editions=list(editions), why=why)

    def uncertain(self) -> list[tuple[int, str, str]]:
        """Row, Message-ID and address of each message nobody knows the fate of."""
        with self.mailing.read() as connection:
            rows = self._run(connection, sql.UNCERTAIN).all()
        return [(row.id, row.message_id, row.address) for row in rows]

    def resolve(self, fates: Mapping[int, Reply]) -> int:
        """Write down what a person, or the server's log, says became of uncertain rows."""
        count = 0
        with self.mailing.write() as connection:
            for id_, reply in fates.items():
                values = {"id": id_, "state": reply.state.value, "reply": reply.text}
                count += self._run(connection, sql.RESOLVE, **values).rowcount
        return count

    # --- helpers ---

    def _unplanned(
        self, connection: Connection, editions: Sequence[Locale], later: Collection[Locale],
        only: Collection[str],
    ) -> Iterator[list[Subscriber]]:  # fmt: skip
        statement = sql.UNPLANNED.replace("\n    ORDER BY", sql.ONLY) if only else sql.UNPLANNED
        values = {"editions": list(editions), "later": list(later), "keys": list(only)}
        after = 0
        while rows := self._run(connection, statement, after=after, page=PAGE, **values).all():
            yield [reader(row) for row in rows]
            after = rows[-1].id

    def _planned(
        self, one: Subscriber, editions: Sequence[Locale], make: Make, prints: Mapping[Locale, str]
    ) -> dict[str, object]:
        edition = one.edition if one.edition in editions else editions[0]
        row = {"issue": self.issue, "subscriber": one.id, "edition": edition,
               "now": self._time(), "print": prints.get(edition, "")}  # fmt: skip
        try:
            envelope = make(one, edition)
        except SendError as fault:
            return row | _columns(DeliveryState.FAILED, str(fault))
        return row | _columns(DeliveryState.PLANNED, "", envelope)

    def _by_edition(self, statement: str, **values: object) -> dict[Locale, int]:
        with self.mailing.read() as connection:
            rows = self._run(connection, statement, leaves=self.leaves, **values)
            return {Locale(edition): n for edition, n in rows}

    def _run(self, connection: Connection, statement: str, **values: object) -> Any:
        always = {"issue": self.issue, "now": self._time()}
        known = {k: v for k, v in (always | values).items() if f":{k}" in statement}
        return connection.execute(_text(statement), known)

    def _time(self) -> str:
        return _stamp(self.now())


def pause(tries: int) -> timedelta:
    """How long a deferred message waits after so many tries: doubled each time, bounded."""
    return min(FIRST_PAUSE * (1 << (tries - 1)), LONGEST_PAUSE)


def _stamp(moment: datetime) -> str:
    """A time as the ledger compares it: UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def head_of(data: bytes) -> str:
    """The hash of a message's header, shortened: it names reader, date, edition and signature.

    The boundary in it is made of all that the edition says (see `message`), so that the same
    header stands before the same body; and it is hashed in a twentieth of the time.
    """
    return sha256(data[: data.find(b"\r\n\r\n")])[:32]


def _outcome(row: Finish, now: datetime, stamp: str) -> dict[str, object]:
    reply, tries, not_before = row.reply, row.tries + 1, ""
    if reply.state is DeliveryState.DEFERRED:
        if tries >= MOST_TRIES:
            words = GIVEN_UP.format(tries=tries, reply=reply.text)
            reply = Reply(DeliveryState.FAILED, words)
        else:
            not_before = _stamp(now + pause(tries))
    tried = int(reply.state is not DeliveryState.PLANNED)
    return {"id": row.id, "state": reply.state.value, "reply": reply.text, "tried": tried,
            "not_before": not_before, "now": stamp}  # fmt: skip


def _columns(
    state: DeliveryState, reply: str, envelope: Envelope | None = None
) -> dict[str, object]:
    told: dict[str, object] = {"state": state.value, "reply": reply}
    if envelope is None:
        return told | {"sha256": "", "head": "", "message_id": ""}
    hash_, head = sha256(envelope.data), head_of(envelope.data)
    return told | {"sha256": hash_, "head": head, "message_id": envelope.message_id}


@cache
def _text(statement: str) -> Any:
    from sqlalchemy import Integer, Text, bindparam, text

    lists = [n for n in ("editions", "states", "later", "keys", "ids") if f"IN :{n}" in statement]
    kinds = {n: Integer() if n == "ids" else Text() for n in lists}
    bound = (bindparam(n, type_=kinds[n], expanding=True) for n in lists)
    return text(statement).bindparams(*bound)


def _delivery(row: Row[Any]) -> Delivery:
    state = DeliveryState(row.state)
    return Delivery(
        row.id, row.issue, row.address, Locale(row.edition), state, row.reply, row.sha256
    )
