"""The outbox writes files; SMTP tells refused, deferred, lost and uncertain apart."""

from __future__ import annotations

import socket
import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import SendError, StoreError, Unreachable
from pressroom.model import DeliveryState, Envelope
from pressroom.send.outbox import Outbox, file_name
from pressroom.send.smtp import Smtp
from pressroom.send.wire import stuffed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Post

BODY = b"Subject: x\r\n\r\n.one\r\n..two\r\nthree\r\n"


def envelope(recipient: str, data: bytes = BODY) -> Envelope:
    """A small message to somebody."""
    return Envelope("news@example.org", recipient, data, "<1@example.org>")


class TestOutbox:
    """Mail as files."""

    def test_a_message_is_a_file_and_twice_is_once(self, tmp_path: Path) -> None:
        """The same id is the same file, byte for byte the message."""
        outbox = Outbox(tmp_path / "outbox")
        replies = {outbox.send(envelope("a@example.org")) for _ in range(2)}
        assert [r.state for r in replies] == [DeliveryState.SENT]
        assert [p.name for p in outbox.folder.iterdir()] == ["1@example.org.eml"]
        assert (outbox.folder / "1@example.org.eml").read_bytes() == BODY
        outbox.close()

    def test_the_folder_is_its_owners_alone(self, tmp_path: Path) -> None:
        """Messages hold readers' addresses: nobody else on the machine may list or read them."""
        outbox = Outbox(tmp_path / "a" / "messages")
        outbox.send(envelope("a@example.org"))
        assert outbox.folder.stat().st_mode & 0o777 == 0o700

    @pytest.mark.parametrize("wild", ["<../../etc/x@y>", "<a/b@c>", "<.hidden@x>", "<\x00@x>"])
    def test_no_id_leaves_the_folder(self, wild: str) -> None:
        """Ids with characters that mean something to a file system become plain names."""
        name = file_name(wild)
        assert not set("/\x00") & set(name)
        assert not name.startswith(".")

    def test_ids_that_clean_alike_stay_apart(self) -> None:
        """Two ids never share a file."""
        assert len({file_name(i) for i in ("<a/b@c>", "<a:b@c>", "<a_b@c>")}) == 3

    def test_a_folder_that_cannot_be_is_an_error_in_words(self, tmp_path: Path) -> None:
        """A fault of the disk is a StoreError."""
        (tmp_path / "file").touch()
        with pytest.raises(StoreError, match="cannot be written"):
            Outbox(tmp_path / "file").send(envelope("a@example.org"))


class TestSmtp:
    """Against a real server on loopback."""

    def test_bytes_arrive_as_they_left(self, smtp: Smtp, post: Post) -> None:
        """Dots are stuffed and unstuffed, and one connection serves all."""
        for n in range(3):
            reply = smtp.send(envelope(f"r{n}@example.org"))
            assert reply == (DeliveryState.SENT, f"250 2.0.0 queued as {n + 1}")
        assert [data for _, data in post.record.taken] == [BODY] * 3
        assert post.record.connections == 1

    @pytest.mark.parametrize(
        ("recipient", "state", "words"),
        [
            ("refused@example.org", DeliveryState.FAILED, "550 5.1.1 no such mailbox"),
            ("later@example.org", DeliveryState.DEFERRED, "451 4.7.1 greylisted, try again"),
            ("spam@example.org", DeliveryState.FAILED, "554 5.7.1 we do not want this"),
            ("hangup@example.org", DeliveryState.DEFERRED, "closed the connection"),
            ("drop@example.org", DeliveryState.UNCERTAIN, "no answer after the message"),
        ],
    )
    def test_the_servers_word_decides(
        self, smtp: Smtp, recipient: str, state: DeliveryState, words: str
    ) -> None:
        """Each answer, or none, means one state, and the next message goes all the same."""
        reply = smtp.send(envelope(recipient))
        assert reply.state is state
        assert words in reply.text
        assert smtp.send(envelope("good@example.org")).state is DeliveryState.SENT

    def test_a_connection_that_is_used_up_is_renewed(self, smtp: Smtp, post: Post) -> None:
        """A server's 421 between messages costs nobody anything."""
        post.record.close_every = 2
        states = [smtp.send(envelope(f"r{n}@example.org")).state for n in range(5)]
        assert states == [DeliveryState.SENT] * 5
        assert post.record.connections == 2

    def test_a_refused_sender_stops_the_job(self, smtp: Smtp, post: Post) -> None:
        """A wrong From must not mark every reader as failed."""
        post.record.refuse_sender = "550 5.7.1 not your domain"
        with pytest.raises(Unreachable, match="refuses the sender"):
            smtp.send(envelope("a@example.org"))
        assert post.record.taken == []

    def test_no_server_is_unreachable(self, free: int) -> None:
        """Nobody listens: nothing was handed over."""
        with pytest.raises(Unreachable, match="does not answer"):
            Smtp("127.0.0.1", free, starttls=False).send(envelope("a@example.org"))

    def test_starttls_or_nothing(self, post: Post) -> None:
        """A server without STARTTLS gets no message when it is asked for."""
        with pytest.raises(Unreachable, match="no safe connection"):
            Smtp("127.0.0.1", post.port, starttls=True).send(envelope("a@example.org"))
        assert post.record.taken == []

    def test_no_secret_in_any_message(self, post: Post) -> None:
        """A log-in that fails names the setting, never the password."""
        for password in ("hunter2", "hünter2"):
            transport = Smtp("127.0.0.1", post.port, starttls=False, user="u", password=password)
            with pytest.raises(Unreachable, match="password_env") as caught:
                transport.send(envelope("a@example.org"))
            chain = f"{caught.value!r} {transport!r} {caught.value.__cause__!r}"
            assert password not in chain

    def test_a_password_never_goes_in_the_clear(self) -> None:
        """Without encryption a password stays here, except to this machine itself."""
        transport = Smtp("0.0.0.0", 1, starttls=False, user="u", password="p")
        with pytest.raises(SendError):
            transport.send(envelope("a@example.org"))

    def test_an_address_outside_ascii_needs_smtputf8(self, smtp: Smtp, post: Post) -> None:
        """SMTPUTF8 is asked for when the address needs it, and only then."""
        data = "To: 用户@example.org\r\n\r\nx\r\n".encode()
        assert smtp.send(envelope("用户@example.org", data)).state is DeliveryState.SENT
        assert smtp.send(envelope("plain@example.org")).state is DeliveryState.SENT
        assert post.record.options == [["SMTPUTF8", "BODY=8BITMIME", "SIZE=29"], ["SIZE=34"]]
        assert post.record.taken[0] == ("用户@example.org", data)


Talk = dict[bytes, bytes]


@pytest.fixture
def talker() -> Iterator[Callable[[Talk], int]]:
    """A server that says what it is told to by the first word of each line; b"" hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threads: list[threading.Thread] = []

        def start(talk: Talk) -> int:
            threads.append(threading.Thread(target=_serve, args=(listener, talk)))
            threads[-1].start()
            return int(listener.getsockname()[1])

        yield start
        listener.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def _serve(listener: socket.socket, talk: Talk) -> None:
    while True:
        try:
            peer, _ = listener.accept()
        except OSError:
            return
        with suppress(ConnectionError), closing(peer), peer.makefile("rwb") as lines:
            _talk(lines, talk)


def _talk(lines: socket.SocketIO, talk: Talk) -> None:
    answers = {b"": b"220 hi"} | talk
    word = b""
    while answer := answers.get(word, b"250 ok"):
        lines.write(answer + b"\r\n")
        lines.flush()
        line = next((x for x in lines if word[:4] != b"DATA" or x == b".\r\n"), b"")
        if not line:
            return
        word = line.split()[0].upper()


@pytest.mark.parametrize(
    ("talk", "state"),
    [
        ({b"DATA": b"354 go", b".": b"nonsense"}, DeliveryState.UNCERTAIN),
        ({b"DATA": b"354 go", b".": b"421 shutting down"}, DeliveryState.DEFERRED),
        ({b"DATA": b"354 go", b".": b"452 disk full"}, DeliveryState.DEFERRED),
        ({b"DATA": b"354 go", b".": b""}, DeliveryState.UNCERTAIN),
        ({b"DATA": b"354 go"}, DeliveryState.SENT),
        ({b"DATA": b"451 no"}, DeliveryState.DEFERRED),
        ({b"DATA": b""}, DeliveryState.DEFERRED),
        ({b"RCPT": b"550 no", b"RSET": b""}, DeliveryState.FAILED),
    ],
)
def test_odd_servers(talker: Callable[[Talk], int], talk: Talk, state: DeliveryState) -> None:
    """Whatever a server does, the state tells what may have happened and nothing else."""
    with closing(Smtp("127.0.0.1", talker(talk), starttls=False, timeout=0.5)) as transport:
        assert transport.send(envelope("a@example.org")).state is state


@pytest.mark.parametrize("talk", [{b"": b"554 go away"}, {b"MAIL": b""}, {b"": b""}])
def test_servers_that_are_away(talker: Callable[[Talk], int], talk: Talk) -> None:
    """One that greets with a refusal, or goes before it knows for whom, is unreachable."""
    smtp = Smtp("127.0.0.1", talker(talk), starttls=False, timeout=5)
    with closing(smtp), pytest.raises(Unreachable):
        smtp.send(envelope("a@example.org"))


def test_a_silent_server_after_data_is_uncertain(talker: Callable[[Talk], int]) -> None:
    """No answer within the time-out: nobody can tell."""
    talk = {b"DATA": b"354 go", b".": b"250-still thinking"}
    with closing(Smtp("127.0.0.1", talker(talk), starttls=False, timeout=0.3)) as transport:
        assert transport.send(envelope("a@example.org")).state is DeliveryState.UNCERTAIN


@pytest.mark.parametrize(
    ("data", "want"),
    [
        (b".\r\n", b"..\r\n.\r\n"),
        (b"a\r\n.b", b"a\r\n..b\r\n.\r\n"),
        (b"a.\r\n", b"a.\r\n.\r\n"),
    ],
)
def test_dots_are_stuffed(data: bytes, want: bytes) -> None:
    """A line that starts with a dot gets another; the end is a dot alone."""
    assert stuffed(data) == want
