"""One run over many connections: who goes next, what an answer means, what is written down.

    take -> offer (MAIL RCPT DATA) -> 354 -> commit -> content -> last answer -> commit

What a fault means depends on its moment (RFC 5321 4.5.3.2, 6.1): until the content was begun
nothing was handed over, and another connection tries again; from then until the last answer
nobody can tell. One thread; one commit for all that a turn of the loop starts and ends.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressroom.errors import Unreachable
from pressroom.model import DeliveryState, Reply
from pressroom.send.pool import LATER
from pressroom.send.wire import Answer, Broken, Go, Ready, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pressroom.model import Post, Task
    from pressroom.send.link import Link
    from pressroom.send.pool import Pool
    from pressroom.send.rates import Slow, Waiting
    from pressroom.send.wire import Event

BATCH = 50
IN_HAND = 400
"""Most messages in memory at once: those of a domain with a rate wait here for their turn."""
TRIES = 3
RENEWALS = 10
"""How often a message may meet a connection that served before and is just then used up."""
PUT_OFF = 10
"""Senders refused for now in a row, after which nothing more is tried."""
LOOK_EVERY = 0.25
GATHER = 0.002
"""Seconds that a commit waits for two thirds of the connections to be ready for it."""

_SESSION = re.compile(
    r"too many (messages|mails?|recipients|transactions|commands|errors)|"
    r"(per|this|one) (session|connection)",
    re.IGNORECASE,
)
_CONNECTIONS = re.compile(
    r"too many( concurrent| simultaneous| open)? (smtp )?(conn|sess)", re.IGNORECASE
)
_ALLOWANCE = re.compile(
    r"\b5\.4\.5\b|(daily|hourly)\b.{0,40}\b(limit|quota)|sending (limit|quota)", re.IGNORECASE
)
_STATES = {2: DeliveryState.SENT, 4: DeliveryState.DEFERRED, 5: DeliveryState.FAILED}
_BACK = Reply(DeliveryState.PLANNED, "")


@dataclass(slots=True)
class _Attempt:
    """What a message met before its content was begun; `since`: how many others had gone."""

    since: int
    losses: int = 0
    renewals: int = 0


class Carriage:
    """Carries what a post gives over a pool, until there is no more or a fault ends it."""

    def __init__(self, pool: Pool, post: Post, waiting: Waiting, slow: Slow) -> None:
        self._pool, self._post, self._waiting, self._slow = pool, post, waiting, slow
        self._again: deque[Task] = deque()
        self._attempts: dict[int, _Attempt] = {}
        self._started: set[int] = set()
        self._ready: list[Link] = []
        self._finished: list[tuple[Task, Reply]] = []
        self._delivered = self._put_off = 0
        self._exhausted = self._stopping = False
        self._fault: BaseException | None = None

    def run(self) -> None:
        """Go on until nothing waits; what ends it early is raised once all open is finished."""
        for link in self._pool.links:
            link.used = True
        while not self._done():
            try:
                self._turn()
            except BaseException as fault:  # noqa: BLE001 - raised again once the rows are written
                if self._fault is not None:
                    raise self._fault from None
                self._stop(fault)
        if self._stopping:
            self._abandon()
        if self._fault is not None:
            raise self._fault

    def _done(self) -> bool:
        links = self._pool.links
        if self._finished or any(link.wire.begun for link in links):
            return False
        if self._stopping:
            return not self._started
        open_ = any(link.wire.offered for link in links)
        return self._exhausted and not (open_ or self._again or len(self._waiting))

    def _turn(self) -> None:
        if self._stopping or self._post.stopped():
            self._stopping = True
            self._abandon()
        else:
            self._fill()
        for link, events in self._pool.flush():
            self._heed(link, events)
        self._listen()
        self._settle()

    def _stop(self, fault: BaseException) -> None:
        if self._fault is None:
            self._fault = fault
        self._stopping = True

    def _abandon(self) -> None:
        """Let go of all whose content was not begun; what is open is waited for."""
        self._waiting.clear()
        self._ready.clear()
        for link in list(self._pool.links):
            if link.wire.begun is None and not link.wire.idle:
                self._pool.drop(link)
        for task in self._again:
            if task.row in self._started:
                self._finish(task, _BACK)
        self._again.clear()

    # --- who goes next ---

    def _fill(self) -> None:
        self._take()
        self._open()
        links = sorted(self._pool.links, key=lambda link: link.wire.begun is not None)
        for link in links:
            while link.wire.roomy and (task := self._next()):
                self._offer(link, task)

    def _take(self) -> None:
        few = self._waiting.free < len(self._pool.links) + 1
        if few and len(self._waiting) < IN_HAND and not self._exhausted:
            tasks = self._post.take(BATCH)
            self._exhausted = not tasks
            self._waiting.add(tasks)

    def _open(self) -> None:
        """As many connections as there are messages for them."""
        if self._pool.links and not self._again and self._waiting.ready_in():
            return
        coming = sum(not link.wire.ready or link.wire.idle for link in self._pool.links)
        wanted = len(self._waiting) + len(self._again) - coming
        for _ in range(min(wanted, self._pool.room())):
            if fault := self._pool.open():
                self._stop(fault)

    def _next(self) -> Task | None:
        if self._again:
            return self._again.popleft()
        while task := self._waiting.next():
            words = self._slow.words(task.domain, self._pool.clock())
            if not words:
                return task
            self._finish(task, Reply(DeliveryState.DEFERRED, words))
        return None

    def _offer(self, link: Link, task: Task) -> None:
        if words := link.wire.unfit(task.envelope):
            self._finish(task, Reply(DeliveryState.FAILED, words))
            return
        most, size = link.wire.most_bytes(), len(task.envelope.data)
        if 0 < most < size:
            self._stop(
                Unreachable(
                    f"{self._pool.route.name}: takes messages of at most {most:,} bytes; this one "
                    f"has {size:,}. Shorten the issue; nothing of it was handed over."
                )
            )
            return
        attempt = self._attempts.get(task.row)
        link.wire.offer(task, careful=attempt is not None and attempt.losses > 0)

    # --- what the network says ---

    def _listen(self) -> None:
        """Wait for the network; then a little longer, so that one commit serves many."""
        if self._done():
            return
        self._wait(0.0 if self._finished else self._nap())
        until = self._pool.clock() + GATHER
        while self._gathering() and (left := until - self._pool.clock()) > 0:
            if not self._wait(left):
                break
        for link, broken in self._pool.expired():
            self._broken(link, broken)

    def _gathering(self) -> bool:
        ready = len(self._ready) + len(self._finished)
        busy = sum(link.wire.step is not None for link in self._pool.links if link.wire.ready)
        return 0 < ready < 2 * busy

    def _wait(self, seconds: float) -> bool:
        any_ = False
        for link, events in self._pool.wait(seconds):
            any_ = True
            self._heed(link, events)
        return any_

    def _nap(self) -> float:
        """Until the next thing that happens by itself: a rate, a time-out, a look at the pause."""
        now = self._pool.clock()
        naps = [LOOK_EVERY, self._pool.patience() - now]
        if not self._pool.links and self._pool.room():
            return 0.0
        if any(link.wire.roomy for link in self._pool.links):
            ready_in = self._waiting.ready_in()
            naps += [] if ready_in is None else [ready_in]
        if self._pool.not_before > now:
            naps.append(self._pool.not_before - now)
        return max(0.0, min(naps))

    def _heed(self, link: Link, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, Answer):
                self._answered(link, event)
            elif isinstance(event, Go):
                self._ready.append(link)
            elif isinstance(event, Ready):
                self._pool.opened()
            elif isinstance(event, Broken):
                self._broken(link, event)
            if link not in self._pool.links:
                return

    def _broken(self, link: Link, broken: Broken) -> None:
        wire = link.wire
        self._pool.drop(link)
        if link in self._ready:
            self._ready.remove(link)
        if _CONNECTIONS.search(broken.text) and wire.ready:
            self._pool.fewer()
        if wire.begun is not None and not link.handed:
            self._retry(wire.begun, link, broken)
        elif wire.begun is not None:
            words = f"no answer after the message ({broken.text})"
            self._finish(wire.begun, Reply(DeliveryState.UNCERTAIN, words))
        if wire.offered is not None:
            self._retry(wire.offered, link, broken)
        if not wire.ready and not self._stopping and (fault := self._pool.failed(broken)):
            self._stop(fault)

    def _retry(self, task: Task, link: Link, broken: Broken) -> None:
        """Try again on another connection, a few times; nothing of it was handed over."""
        attempt = self._attempts.setdefault(task.row, _Attempt(self._delivered))
        if link.used and attempt.renewals < RENEWALS:
            attempt.renewals += 1
        else:
            attempt.losses += 1
        if attempt.losses < TRIES:
            self._again.append(task)
        elif broken.step is Step.MAIL and attempt.since == self._delivered:
            self._again.append(task)
            self._stop(Unreachable(f"{self._pool.route.name}: {broken.text}. {LATER}"))
        else:
            self._finish(task, Reply(DeliveryState.DEFERRED, broken.text))

    # --- what an answer means ---

    def _answered(self, link: Link, answer: Answer) -> None:
        task, text = answer.task, answer.text
        state = _STATES[answer.code // 100]
        if state is DeliveryState.SENT:
            self._took(link, task.domain)
            self._finish(task, Reply(state, text))
        elif state is DeliveryState.FAILED and _ALLOWANCE.search(text):
            self._no_more(task, f"takes no more mail now ({text}). Run the same command later.")
        elif state is DeliveryState.FAILED and answer.step is Step.MAIL:
            self._no_more(
                task,
                f"refuses the sender ({text}). Correct [delivery] from, user or password; "
                "nothing was handed over.",
            )
        elif state is DeliveryState.FAILED:
            self._finish(task, Reply(state, text))
        else:
            self._later(link, answer)

    def _took(self, link: Link, domain: str) -> None:
        link.used = True
        self._delivered += 1
        self._put_off = 0
        self._pool.took()
        self._slow.took(domain)

    def _later(self, link: Link, answer: Answer) -> None:
        """A 4xx: the connection is used up, or this message, its domain or all must wait."""
        session = bool(_SESSION.search(answer.text) or _CONNECTIONS.search(answer.text))
        broken = Broken(answer.step, answer.code, answer.text)
        used_up = link.used and (session or answer.step is Step.MAIL)
        if used_up:
            self._pool.drop(link, politely=True)
            if link.wire.offered not in {None, answer.task}:
                self._retry(link.wire.offered, link, broken)
        if used_up and answer.step is not Step.CONTENT:
            self._retry(answer.task, link, broken)
            return
        self._finish(answer.task, Reply(DeliveryState.DEFERRED, answer.text))
        if answer.step is Step.MAIL:
            self._put_off += 1
            if self._put_off >= PUT_OFF:
                self._stop(
                    Unreachable(
                        f"{self._pool.route.name}: takes no mail now ({answer.text}). {LATER}"
                    )
                )
        elif not session:
            self._slow.later(answer.task.domain, answer.text, self._pool.clock())

    def _no_more(self, task: Task, why: str) -> None:
        """The server will have none of what is still to come."""
        if task.row in self._started:
            self._finish(task, _BACK)
        self._stop(Unreachable(f"{self._pool.route.name}: {why}"))

    # --- what is written down ---

    def _finish(self, task: Task, reply: Reply) -> None:
        self._finished.append((task, reply))
        self._started.discard(task.row)
        self._attempts.pop(task.row, None)

    def _settle(self) -> None:
        """One commit for what is about to be begun and what has ended; then the content."""
        ready, self._ready = ([] if self._stopping else self._ready), []
        waiting = {id(link): link.wire.offered for link in ready}
        starting = [
            task for task in waiting.values() if task is not None and task.row not in self._started
        ]
        if not starting and not self._finished and not ready:
            return
        refused: frozenset[int] = frozenset()
        if starting or self._finished:
            refused = self._post.commit(starting, self._finished)
        self._finished = []
        self._started.update(task.row for task in starting if task.row not in refused)
        for link in ready:
            task = waiting[id(link)]
            if task is None or task.row in refused:
                self._pool.drop(link)
            else:
                link.begin()
