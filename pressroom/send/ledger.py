"""The ledger: one row for each issue and reader, and the only steps a row may take.

    planned -> sending -> sent | deferred | failed | uncertain
    deferred -> sending (the next run)

`sending` is committed before a message is handed over and the outcome after it. What a kill
leaves in `sending` was perhaps delivered: over a transport that leaves the machine it
becomes `uncertain`, named and never sent again by itself; a file is simply written again.
`leaves` says which kind of transport a row went over, so that an issue first written to the
outbox is afterwards still due to be mailed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pressroom.errors import SendError
from pressroom.model import Delivery, DeliveryState, Locale, Reply, Subscriber, sha256
from pressroom.store.mailing import reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from pressroom.model import Envelope
    from pressroom.store.mailing import Mailing

PAGE = 500
LOST = "the job was stopped while this message was handed over"
GONE = "the reader left before the message went"

NAME_UNCERTAIN = """
    UPDATE deliveries SET state = 'uncertain', reply = :lost, updated = :now
    WHERE issue = :issue AND state = 'sending' AND leaves = 1"""

REDO = """
    UPDATE deliveries SET state = 'planned', reply = '', updated = :now
    WHERE issue = :issue AND leaves = 0
      AND (state = 'sending' OR (state = 'sent' AND :leaves = 1))"""

UNPLANNED = """
    SELECT id, address, name, edition, token, state FROM subscribers s
    WHERE s.id > :after AND s.state = 'active' AND s.edition IN :editions
      AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.issue = :issue AND d.subscriber_id = s.id)
    ORDER BY s.id LIMIT :page"""

PLAN = """
    INSERT INTO deliveries
      (issue, subscriber_id, edition, state, reply, sha256, message_id, leaves, updated)
    VALUES (:issue, :subscriber, :edition, :state, :reply, :sha256, :message_id, 0, :now)
    ON CONFLICT (issue, subscriber_id) DO NOTHING"""

DUE = """
    SELECT d.id AS row_id, d.edition AS row_edition, s.id, s.address, s.name, s.edition, s.token,
           s.state
    FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
    WHERE d.issue = :issue AND d.id > :after AND d.state IN ('planned', 'deferred')
      AND d.edition IN :editions
    ORDER BY d.id LIMIT :page"""

START = """
    UPDATE deliveries
    SET state = 'sending', reply = '', sha256 = :sha256, message_id = :message_id,
        leaves = :leaves, updated = :now
    WHERE id = :id AND state IN ('planned', 'deferred') AND EXISTS
      (SELECT 1 FROM subscribers s WHERE s.id = subscriber_id AND s.state = 'active')"""

FINISH = """
    UPDATE deliveries SET state = :state, reply = :reply, updated = :now WHERE id = :id"""

ROWS = """
    SELECT d.id, d.issue, s.address, d.edition, d.state, d.reply, d.sha256
    FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
    WHERE d.issue = :issue AND d.state IN :states ORDER BY d.id"""

STATUS = "SELECT state, count(*) FROM deliveries WHERE issue = :issue GROUP BY state"

DONE = """
    SELECT edition, count(*) FROM deliveries
    WHERE issue = :issue AND state = 'sent' AND leaves >= :leaves GROUP BY edition"""

LAST = """
    SELECT max(issue) FROM deliveries
    WHERE issue < :issue AND state = 'sent' AND leaves >= :leaves"""

WAITING = """
    SELECT d.edition, count(*) FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
    WHERE d.issue = :issue AND s.state = 'active' AND d.edition IN :editions
      AND (d.state IN ('planned', 'deferred') OR (d.leaves = 0
        AND (d.state = 'sending' OR (d.state = 'sent' AND :leaves = 1))))
    GROUP BY d.edition"""

NEW = """
    SELECT s.edition, count(*) FROM subscribers s
    WHERE s.state = 'active' AND s.edition IN :editions
      AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.issue = :issue AND d.subscriber_id = s.id)
    GROUP BY s.edition"""

TESTED = """
    INSERT INTO tests (issue, edition, sha256, leaves, time)
    VALUES (:issue, :edition, :sha256, :leaves, :now) ON CONFLICT DO NOTHING"""

WAS_TESTED = """
    SELECT 1 FROM tests
    WHERE issue = :issue AND edition = :edition AND sha256 = :sha256 AND leaves >= :leaves"""


class Due(NamedTuple):
    """A row whose turn it is: its id, the edition it was planned for, the reader as of now."""

    id: int
    edition: Locale
    reader: Subscriber


class Ledger:
    """The ledger of one issue."""

    def __init__(
        self, mailing: Mailing, issue: str, now: Callable[[], datetime], *, leaves: bool
    ) -> None:
        self.mailing, self.issue, self.leaves = mailing, issue, int(leaves)
        self._now = now

    def recover(self) -> None:
        """Name what a kill left uncertain; set free what never left the machine."""
        with self.mailing.write() as connection:
            self._run(connection, NAME_UNCERTAIN, lost=LOST)
            self._run(connection, REDO, leaves=self.leaves)

    def plan(self, editions: Iterable[Locale], make: Callable[[Subscriber], Envelope]) -> None:
        """One transaction: a row for each active reader of these editions who has none."""
        values = {"editions": list(editions), "page": PAGE}
        with self.mailing.write() as connection:
            after = 0
            while page := self._run(connection, UNPLANNED, after=after, **values).all():
                rows = [self._planned(reader(row), make) for row in page]
                connection.execute(_text(PLAN), rows)
                after = page[-1].id

    def due(self, editions: Iterable[Locale]) -> Iterator[Due]:
        """Rows to hand over, each once, in the order planned; memory stays flat."""
        after, values = 0, {"editions": list(editions), "page": PAGE}
        while True:
            with self.mailing.read() as connection:
                page = self._run(connection, DUE, after=after, **values).all()
            for row in page:
                yield Due(row.row_id, Locale(row.row_edition), reader(row))
            if len(page) < PAGE:
                return
            after = page[-1].row_id

    def start(self, id_: int, envelope: Envelope) -> bool:
        """Commit that a message is about to be handed over; False when it may not be."""
        with self.mailing.write() as connection:
            done = self._run(
                connection, START, id=id_, leaves=self.leaves,
                sha256=sha256(envelope.data), message_id=envelope.message_id,
            )  # fmt: skip
            return bool(done.rowcount == 1)

    def finish(self, id_: int, reply: Reply) -> None:
        """Commit what became of a message."""
        with self.mailing.write() as connection:
            self._run(connection, FINISH, id=id_, state=reply.state.value, reply=reply.text)

    def status(self) -> dict[DeliveryState, int]:
        """How many rows stand in each state; states without rows are left out."""
        with self.mailing.read() as connection:
            return {DeliveryState(s): n for s, n in self._run(connection, STATUS)}

    def rows(self, states: Iterable[DeliveryState]) -> list[Delivery]:
        """The rows in these states."""
        values = {"states": [state.value for state in states]}
        with self.mailing.read() as connection:
            return [_delivery(row) for row in self._run(connection, ROWS, **values)]

    def row(self, subscriber: Subscriber) -> Delivery | None:
        """The row of one reader."""
        sql = ROWS.replace("d.state IN :states", "d.subscriber_id = :subscriber")
        with self.mailing.read() as connection:
            found = self._run(connection, sql, subscriber=subscriber.id).one_or_none()
        return _delivery(found) if found else None

    def plan_one(self, subscriber: Subscriber, make: Callable[[Subscriber], Envelope]) -> None:
        """A row for one reader, unless there is one."""
        with self.mailing.write() as connection:
            connection.execute(_text(PLAN), self._planned(subscriber, make))

    def done(self, issue: str) -> dict[Locale, int]:
        """How many of each edition of an issue were sent."""
        return self._by_edition(DONE, issue=issue)

    def waiting(self, editions: Iterable[Locale]) -> dict[Locale, int]:
        """How many of each edition the next run would hand over."""
        wanted = list(editions)
        rows = self._by_edition(WAITING, editions=wanted)
        new = self._by_edition(NEW, editions=wanted)
        return {edition: rows.get(edition, 0) + new.get(edition, 0) for edition in wanted}

    def last(self) -> str:
        """The issue before this one that was sent, or nothing."""
        with self.mailing.read() as connection:
            return self._run(connection, LAST, leaves=self.leaves).scalar_one() or ""

    def note_test(self, edition: Locale, fingerprint: str) -> None:
        """Keep that exactly this was test-mailed."""
        with self.mailing.write() as connection:
            self._run(connection, TESTED, edition=edition, sha256=fingerprint, leaves=self.leaves)

    def was_tested(self, edition: Locale, fingerprint: str) -> bool:
        """Whether exactly this was test-mailed, over a transport of this kind or further."""
        values = {"edition": edition, "sha256": fingerprint, "leaves": self.leaves}
        with self.mailing.read() as connection:
            return self._run(connection, WAS_TESTED, **values).first() is not None

    def _planned(
        self, one: Subscriber, make: Callable[[Subscriber], Envelope]
    ) -> dict[str, object]:
        row = {"issue": self.issue, "subscriber": one.id, "edition": one.edition,
               "now": self._time()}  # fmt: skip
        try:
            envelope = make(one)
        except SendError as fault:
            return row | _columns(DeliveryState.FAILED, str(fault), "", "")
        hash_ = sha256(envelope.data)
        return row | _columns(DeliveryState.PLANNED, "", hash_, envelope.message_id)

    def _by_edition(self, sql: str, **values: object) -> dict[Locale, int]:
        with self.mailing.read() as connection:
            rows = self._run(connection, sql, leaves=self.leaves, **values)
            return {Locale(edition): n for edition, n in rows}

    def _run(self, connection: Connection, sql: str, **values: object) -> Any:
        always = {"issue": self.issue, "now": self._time()}
        known = {k: v for k, v in (always | values).items() if f":{k}" in sql}
        return connection.execute(_text(sql), known)

    def _time(self) -> str:
        return self._now().isoformat(timespec="seconds")


def _columns(state: DeliveryState, reply: str, hash_: str, message_id: str) -> dict[str, object]:
    return {"state": state.value, "reply": reply, "sha256": hash_, "message_id": message_id}


def _text(sql: str) -> Any:
    from sqlalchemy import bindparam, text

    lists = [n for n in ("editions", "states") if f"IN :{n}" in sql]
    return text(sql).bindparams(*(bindparam(n, expanding=True) for n in lists))


def _delivery(row: Row[Any]) -> Delivery:
    state = DeliveryState(row.state)
    return Delivery(
        row.id, row.issue, row.address, Locale(row.edition), state, row.reply, row.sha256
    )
