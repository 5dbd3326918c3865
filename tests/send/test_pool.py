"""Many messages over many connections: every outcome is right, nobody twice, nobody forgotten."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pytest
from send.faulty import DROP, HANG, TAKE_AND_DROP, Faulty, Moment

from pressroom.errors import StoreError, Unreachable
from pressroom.model import DeliveryState, Envelope, Reply, Task
from pressroom.send.smtp import Smtp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SENT, DEFERRED = DeliveryState.SENT, DeliveryState.DEFERRED
FAILED, UNCERTAIN = DeliveryState.FAILED, DeliveryState.UNCERTAIN
PLANNED = DeliveryState.PLANNED
BODY = b"Subject: x\r\n\r\n.one\r\n..two\r\n" + b"three\r\n" * 400


class Book:
    """A ledger in memory that holds the transport to the contract of `Post`."""

    def __init__(self, addresses: Sequence[str], most: int = 8) -> None:
        self.rows = list(addresses)
        self.waiting = list(range(len(addresses)))
        self.most = most
        self.open: set[int] = set()
        self.replies: dict[int, Reply] = {}
        self.left: set[int] = set()
        self.commits = 0
        self.pause_after = 10**9
        self.break_at = 10**9
        self.thread = threading.get_ident()

    def take(self, most: int) -> list[Task]:
        """The next rows."""
        rows, self.waiting = self.waiting[:most], self.waiting[most:]
        address = self.rows
        return [Task(n, Envelope("news@a.org", address[n], BODY, f"<{n}@a>")) for n in rows]

    def commit(
        self, starting: Sequence[Task], finished: Sequence[tuple[Task, Reply]]
    ) -> frozenset[int]:
        """Hold what the contract says, and write down."""
        assert threading.get_ident() == self.thread
        self.commits += 1
        if self.commits == self.break_at:
            raise StoreError("mailing.db: the disk is full. Make room.")
        for task, reply in finished:
            before = self.replies.get(task.row)
            assert before is None or before.state in {DEFERRED, PLANNED}
            assert reply.state is not UNCERTAIN or task.row in self.open
            assert reply.state is not SENT or task.row in self.open
            self.open.discard(task.row)
            self.replies[task.row] = reply
        refused = frozenset(task.row for task in starting) & self.left
        for task in starting:
            assert task.row not in self.open
            if task.row not in refused:
                self.open.add(task.row)
        assert len(self.open) <= self.most
        return refused

    def stopped(self) -> bool:
        """After so many commits a person asks for a pause."""
        return self.commits >= self.pause_after

    def begins(self, address: str) -> None:
        """No content arrives whose row was not committed."""
        assert self.rows.index(address) in self.open

    def again(self) -> bool:
        """Put in line again whatever has no outcome yet."""
        ended = {n for n, r in self.replies.items() if r.state not in {DEFERRED, PLANNED}}
        self.waiting = [n for n in range(len(self.rows)) if n not in ended]
        return bool(self.waiting)

    def states(self) -> Counter[DeliveryState]:
        """How many rows have which outcome."""
        return Counter(reply.state for reply in self.replies.values())


def people(count: int, domain: str = "example.org") -> list[str]:
    """So many addresses."""
    return [f"r{n}@{domain}" for n in range(count)]


def carried(server: Faulty, book: Book, **options: Any) -> None:
    """Carry a book to a server."""
    options = {"starttls": False, "timeout": 5, "connections": book.most} | options
    with closing(Smtp("127.0.0.1", server.port, **options)) as smtp:
        smtp.carry(book)


def proven(server: Faulty, book: Book) -> None:
    """What the ledger says of each reader is what the server has."""
    count = server.count()
    for row, address in enumerate(book.rows):
        state = book.replies[row].state
        assert count[address] <= 1
        assert state is UNCERTAIN or count[address] == (state is SENT), (address, book.replies[row])
    assert book.open == set()


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("drip", [False, True])
@pytest.mark.parametrize("most", [1, 4])
def test_everybody_once(*, pipelining: bool, drip: bool, most: int) -> None:
    """Whatever the server offers and however its replies are torn, each message comes whole."""
    book = Book(people(24 if drip else 120), most)
    with Faulty(pipelining=pipelining, drip=drip, before=book.begins) as server:
        carried(server, book)
        assert book.states() == {SENT: len(book.rows)}
        proven(server, book)
        assert {data for _, data in server.taken} == {BODY}
        assert server.connections == server.widest == most


def test_one_round_trip_a_message() -> None:
    """With PIPELINING the next message is offered in the write that ends the one before."""
    book = Book(people(3), 1)
    with Faulty() as server:
        carried(server, book)
    assert book.replies[2].text == "250 2.0.0 queued as 3"
    assert [w.split()[0] for w in server.words] == [
        "EHLO", *["MAIL", "RCPT", "DATA"] * 3, "QUIT"
    ]  # fmt: skip


def test_never_more_connections_than_messages() -> None:
    """Two messages open two connections at most."""
    book = Book(people(2))
    with Faulty() as server:
        carried(server, book)
        assert server.connections <= 2


STEPS = ("GREETING", "EHLO", "MAIL", "RCPT", "DATA", "BEGUN", "CONTENT")


def wild(seed: int, share: float) -> Callable[[Moment], str]:
    """Faults of every kind at every step, at random but the same for a seed."""
    dice = random.Random(seed)
    answers = {
        "GREETING": [DROP, "421 4.3.2 not now"],
        "EHLO": [DROP, "421 4.3.2 not now"],
        "MAIL": [DROP, "421 4.7.0 enough", "452 4.3.1 too many messages", "451 4.3.0 later"],
        "RCPT": [DROP, "421 4.7.0 enough", "550 5.1.1 nobody", "451 4.2.1 greylisted", "452 4.2.2"],
        "DATA": [DROP, "421 4.7.0 enough", "451 4.3.0 later", "554 5.5.0 no"],
        "BEGUN": [DROP],
        "CONTENT": [DROP, TAKE_AND_DROP, "554 5.7.1 spam", "451 4.3.0 later", "452 4.3.1 disk"],
    }

    def fault(moment: Moment) -> str:
        known = moment.step in answers and dice.random() < share
        return dice.choice(answers[moment.step]) if known else ""

    return fault


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_server_that_fails_at_every_step(*, pipelining: bool, seed: int) -> None:
    """Nobody is lost and nobody doubled; what is uncertain is at most what was cut off."""
    book = Book(people(150), 5)
    cut_off = 0
    faults = wild(seed, 0.06)

    def fault(moment: Moment) -> str:
        nonlocal cut_off
        what = faults(moment)
        cut_off += moment.step in {"BEGUN", "CONTENT"} and what in {DROP, TAKE_AND_DROP}
        return what

    with Faulty(fault, pipelining=pipelining, before=book.begins) as server:
        for _ in range(200):
            with suppress(Unreachable):
                carried(server, book)
            if not book.again():
                break
        assert set(book.replies) == set(range(150))
        proven(server, book)
        assert book.states()[UNCERTAIN] <= cut_off
        assert book.states().keys() <= {SENT, FAILED, UNCERTAIN}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("pipelining", [True, False])
def test_a_server_that_hangs(step: str, *, pipelining: bool) -> None:
    """One connection that hangs costs its own message at most, and only after its content."""
    book = Book(people(30), 3)

    def fault(moment: Moment) -> str:
        return HANG if moment.step == step and moment.connection == 1 else ""

    with Faulty(fault, pipelining=pipelining, before=book.begins) as server:
        carried(server, book, timeout=0.05)
        states = book.states()
        assert states[SENT] + states[UNCERTAIN] == 30
        assert states[UNCERTAIN] <= (step == "CONTENT")
        proven(server, book)


def test_the_reader_who_hangs_up_every_time_is_put_off() -> None:
    """A recipient at whom the server always hangs up is deferred; the others get theirs."""
    book = Book([*people(10), "hangup@example.org", *people(10, "example.com")], 3)

    def fault(moment: Moment) -> str:
        return DROP if moment.step == "RCPT" and moment.address.startswith("hangup") else ""

    with Faulty(fault) as server:
        carried(server, book)
        assert book.states() == {SENT: 20, DEFERRED: 1}
        assert book.replies[10] == (DEFERRED, "closed the connection")


def test_a_server_that_bears_two_connections() -> None:
    """`421 too many connections` costs nobody anything: the run goes on with fewer."""
    book = Book(people(60))
    with Faulty(most=2) as server:
        carried(server, book)
        assert book.states() == {SENT: 60}
        assert server.connections <= 12


@pytest.mark.parametrize("words", ["421 4.7.0 enough", "452 4.3.1 too many messages", DROP])
@pytest.mark.parametrize("pipelining", [True, False])
def test_a_server_that_takes_so_many_a_connection(words: str, *, pipelining: bool) -> None:
    """After its number a new connection is opened, and nobody is deferred."""
    book = Book(people(40), 2)

    def fault(moment: Moment) -> str:
        return words if moment.step == "MAIL" and moment.taken == 5 else ""

    with Faulty(fault, pipelining=pipelining) as server:
        carried(server, book)
        assert book.states() == {SENT: 40}
        assert server.connections <= 10


def test_a_domain_that_asks_for_rest_blocks_no_other() -> None:
    """After five 4xx in a row the rest of that domain is set aside with its server's words."""
    mixed = [a for pair in zip(people(20, "slow.cn"), people(20), strict=True) for a in pair]
    book = Book(mixed, 1)

    def fault(moment: Moment) -> str:
        slow = moment.step == "RCPT" and moment.address.endswith("slow.cn")
        return "450 4.7.1 busy" if slow else ""

    with Faulty(fault) as server:
        carried(server, book)
        assert book.states() == {SENT: 20, DEFERRED: 20}
        asked = sum(w.startswith("RCPT") and "slow.cn" in w for w in server.words)
        assert asked == 5
        assert book.replies[38].text.endswith("450 4.7.1 busy")


def test_rates_hold() -> None:
    """A rate for all and one for a domain; other domains do not wait for it."""
    book = Book([*people(6, "slow.cn"), *people(20)], 4)
    arrived: list[tuple[float, str]] = []
    start = time.monotonic()
    with Faulty(before=lambda a: arrived.append((time.monotonic() - start, a))) as server:
        carried(server, book, per_domain={"slow.cn": 20.0}, per_second=200.0)
    assert book.states() == {SENT: 26}
    slow = [at for at, address in arrived if address.endswith("slow.cn")]
    assert slow[-1] - slow[0] >= 4 / 20 - 0.05
    assert max(at for at, a in arrived if a.endswith("org")) < slow[-1]


def test_who_left_meanwhile_gets_nothing() -> None:
    """A row that the ledger refuses costs one connection and is not sent."""
    book = Book(people(30), 3)
    book.left = {4, 5, 17}
    with Faulty() as server:
        carried(server, book)
        assert len(server.taken) == len(book.replies) == 27
        assert not {"r4@example.org", "r5@example.org", "r17@example.org"} & set(server.count())


def test_a_pause_finishes_what_is_open() -> None:
    """After a person's pause nothing new begins, and what began has its answer."""
    book = Book(people(200), 4)
    book.pause_after = 5
    with (
        Faulty() as server,
        closing(Smtp("127.0.0.1", server.port, starttls=False, connections=4)) as smtp,
    ):
        smtp.carry(book)
        assert book.open == set()
        assert len(server.taken) == book.states()[SENT] < 60
        taken = len(server.taken)
        book.waiting = [n for n in range(200) if n not in book.replies]
        book.pause_after = 10**9
        smtp.carry(book)
        assert len(server.taken) == 200 > taken
        proven(server, book)


def test_a_ledger_that_fails_stops_the_run() -> None:
    """When a commit fails nothing more begins; the answers that still come are written down."""
    book = Book(people(200), 4)
    book.break_at = 6
    with Faulty(before=book.begins) as server:
        with pytest.raises(StoreError, match="disk is full"):
            carried(server, book)
        assert book.open == set()
        assert len(server.taken) == book.states()[SENT]


def test_a_refused_sender_stops_the_run() -> None:
    """5xx to MAIL marks nobody failed: the job stops and says why."""
    book = Book(people(20), 2)
    with (
        Faulty(lambda m: "550 5.7.1 not yours" if m.step == "MAIL" else "") as server,
        pytest.raises(Unreachable, match="refuses the sender"),
    ):
        carried(server, book)
    assert book.states().keys() <= {PLANNED}


def test_a_used_up_allowance_stops_the_run() -> None:
    """A daily limit is nobody's failure: the message stays planned, the run ends."""
    book = Book(people(50), 2)

    def fault(moment: Moment) -> str:
        full = moment.step == "CONTENT" and len(server.taken) >= 10
        return "550 5.4.5 Daily user sending limit exceeded" if full else ""

    with Faulty(fault) as server, pytest.raises(Unreachable, match="takes no more mail"):
        carried(server, book)
    assert book.states()[SENT] == len(server.taken) == 10
    assert FAILED not in book.states()


def test_a_server_that_goes_for_good() -> None:
    """A server that hangs up on every sender is unreachable, not three hundred failures."""
    book = Book(people(300))
    with (
        Faulty(lambda m: DROP if m.step == "MAIL" else "") as server,
        pytest.raises(Unreachable, match="Nothing was handed over"),
    ):
        carried(server, book)
    assert len(book.replies) < 10


def test_a_message_over_the_servers_size_stops_the_run() -> None:
    """SIZE is honoured before a byte is sent (RFC 1870)."""
    book = Book(people(3))
    with (
        Faulty(extensions=("SIZE 1000",)) as server,
        pytest.raises(Unreachable, match="at most 1,000 bytes"),
    ):
        carried(server, book)
    assert book.replies == {}


@pytest.mark.parametrize("line", ["250 " + "x" * 20_000, "garbage", "2\x0050 x", "199 no"])
def test_nonsense_is_bounded(line: str) -> None:
    """Words that are no SMTP, or too many of them, end the connection, not the run."""
    book = Book(people(10), 2)
    with Faulty(
        lambda m: line if m.step == "RCPT" and m.connection == 1 and m.taken == 1 else ""
    ) as server:
        carried(server, book)
        assert book.states() == {SENT: 10}
