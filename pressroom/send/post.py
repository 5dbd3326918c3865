"""The ledger's side of the handover: takes rows in hand, writes down what becomes of each.

A transport that carries many at once drives a `Round` by itself; any other is driven here,
message by message.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError, SendError, Unreachable
from pressroom.model import Delivery, DeliveryState, Reply, Subscriber, Task, sha256
from pressroom.send.ledger import GONE, Due, Finish, Ledger, Start, head_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from pressroom.model import Envelope, Locale, Transport

    Progress = Callable[[Delivery], None]

FILES_AT_ONCE = 50
LOOK_EVERY = 0.3
"""Seconds between two looks at whether a person asked for a pause."""


class Round:
    """One pass over the rows that wait, as a `pressroom.model.Post`."""

    def __init__(  # noqa: PLR0913 - the ledger's side knows all of a run
        self,
        ledger: Ledger,
        editions: Sequence[Locale],
        make: Callable[[Subscriber, Locale], Envelope],
        progress: Progress,
        *,
        prints: Mapping[Locale, str] | None = None,
        only: Collection[str] = (),
        going: Callable[[], bool] = lambda: True,
        most: int | None = None,
    ) -> None:
        self._ledger, self._editions, self._make, self._progress = ledger, editions, make, progress
        self._prints, self._only, self._going = prints or {}, only, going
        self._left = most
        self._after, self.handed = 0, 0
        self._open: dict[int, tuple[Due, Start]] = {}
        self._looked, self._stopped = 0.0, False
        self._as_planned: dict[Locale, bool] = {}

    def take(self, most: int) -> list[Task]:
        """Lease up to so many messages and address them; none: nothing waits now."""
        tasks: list[Task] = []
        while not tasks:
            wanted = most if self._left is None else min(most, self._left)
            dues = self._ledger.lease(self._editions, wanted, self._after, self._only)
            if not dues:
                return []
            self._after = dues[-1].id
            tasks = [task for due in dues if (task := self._addressed(due))]
        return tasks

    def commit(
        self, starting: Sequence[Task], finished: Sequence[tuple[Task, Reply]]
    ) -> frozenset[int]:
        """Write both down in one transaction; the rows returned may not be sent."""
        starts = [self._open[task.row][1] for task in starting]
        ends = [Finish(t.row, reply, self._open[t.row][0].tries) for t, reply in finished]
        refused = self._ledger.commit(starts, ends)
        for task, reply in finished:
            self._tell(task.row, reply)
        for row in sorted(refused):
            self._tell(row, Reply(DeliveryState.FAILED, GONE))
        return refused

    def stopped(self) -> bool:
        """Whether a person asked for a pause; looked up a few times a second."""
        if not self._stopped and time.monotonic() - self._looked > LOOK_EVERY:
            self._stopped = not self._going()
            self._looked = time.monotonic()
        return self._stopped

    def _addressed(self, due: Due) -> Task | None:
        self.handed += 1
        if self._left is not None:
            self._left -= 1
        if due.reader.state != "active":
            self._refuse(due, GONE)
            return None
        try:
            envelope = self._make(due.reader, due.edition)
        except SendError as fault:
            self._refuse(due, str(fault))
            return None
        print_ = self._prints.get(due.edition, "")
        start = Start(due.id, self._hashed(due, envelope), envelope.message_id, print_)
        self._open[due.id] = due, start
        return Task(due.id, envelope)

    def _hashed(self, due: Due, envelope: Envelope) -> str:
        """The hash of the message: the one planned, where the header says that it is the same.

        Each edition's first is hashed again in every run, and all when it differs: another
        Pressroom may have planned them.
        """
        known = self._as_planned.get(due.edition)
        if known and due.head and due.head == head_of(envelope.data):
            return due.sha256
        hash_ = sha256(envelope.data)
        if known is None and due.head:
            self._as_planned[due.edition] = hash_ == due.sha256
        return hash_

    def _refuse(self, due: Due, why: str) -> None:
        reply = Reply(DeliveryState.FAILED, why)
        self._open[due.id] = due, Start(due.id, "", "")
        self._ledger.commit([], [Finish(due.id, reply)])
        self._tell(due.id, reply)

    def _tell(self, row: int, reply: Reply) -> None:
        due, start = self._open.pop(row)
        address = due.reader.address
        self._progress(
            Delivery(
                row, self._ledger.issue, address, due.edition, reply.state, reply.text, start.sha256
            )
        )


def carry(transport: Transport, round_: Round) -> None:
    """Hand over all that waits, by the transport's own way if it has one."""
    own = getattr(transport, "carry", None)
    if own is not None:
        own(round_)
    else:
        one_by_one(transport, round_)


def one_by_one(transport: Transport, post: Round) -> None:
    """Drive a transport that takes one message at a time.

    Files are written some at a time between two commits: what a kill leaves is written again.
    """
    size = 1 if transport.leaves else FILES_AT_ONCE
    while not post.stopped() and (tasks := post.take(size)):
        refused = post.commit(tasks, [])
        _hand_over(transport, post, [task for task in tasks if task.row not in refused])


def _hand_over(transport: Transport, post: Round, tasks: Sequence[Task]) -> None:
    done: list[tuple[Task, Reply]] = []
    try:
        for task in tasks:
            done.append((task, transport.send(task.envelope)))  # noqa: PERF401 - kept on a fault
    except Exception as fault:  # noqa: BLE001 - a plug-in may raise anything; the row is written down first
        failed, *rest = tasks[len(done) :]
        back = Reply(DeliveryState.PLANNED, "")
        done += [(failed, _after(fault, transport)), *((task, back) for task in rest)]
        post.commit([], done)
        _raise(fault, failed)
    post.commit([], done)


def _after(fault: Exception, transport: Transport) -> Reply:
    """How the row of a message stands whose transport failed."""
    if isinstance(fault, Unreachable) or not transport.leaves:
        return Reply(DeliveryState.PLANNED, "")
    return Reply(DeliveryState.UNCERTAIN, f"{type(fault).__name__} in the transport")


def _raise(fault: Exception, task: Task) -> None:
    if isinstance(fault, PressroomError):
        raise fault
    raise SendError(
        f"message {task.row}: the transport failed ({type(fault).__name__}). "
        "This message is named in send --status; mend the transport, then send again."
    ) from fault
