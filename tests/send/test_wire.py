"""The conversation without a socket: replies however torn, and each step's events."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.model import Envelope, Task
from pressroom.send.replies import NonsenseError, Replies, said
from pressroom.send.wire import Answer, Broken, Go, Ready, Secure, Step, Terms, Wire, stuffed

if TYPE_CHECKING:
    from pressroom.send.wire import Event

TASK = Task(7, Envelope("n@a.org", "r@b.org", b"Subject: x\r\n\r\n.\r\n", "<7@a>"))
NEXT = Task(8, Envelope("n@a.org", "s@b.org", b"x\r\n", "<8@a>"))
PLAIN = Terms("[127.0.0.1]", starttls=False)


def heard(chunks: list[bytes]) -> tuple[list[tuple[int, bytes]], str]:
    """What a parser makes of some chunks: replies, and the fault that ended it."""
    parser, replies = Replies(), []
    try:
        for chunk in chunks:
            for reply in parser.feed(chunk):
                replies.append(reply)  # noqa: PERF402 - kept when the next one is a fault
    except NonsenseError as fault:
        return replies, str(fault)
    return replies, ""


LINES = st.lists(
    st.one_of(
        st.sampled_from([b"250 ok\r\n", b"250-one\r\n", b"354 go\n", b"220\r\n", b"421 bye\r\n"]),
        st.binary(max_size=12).map(lambda b: b"550 " + b + b"\r\n"),
        st.sampled_from([b"garbage\r\n", b"250-" + b"x" * 9000 + b"\r\n", b"99 no\r\n"]),
    ),
    max_size=8,
)


@given(lines=LINES, cuts=st.lists(st.integers(0, 20_000), max_size=12))
def test_chunking_means_nothing(lines: list[bytes], cuts: list[int]) -> None:
    """The same bytes are the same replies and the same fault, wherever they are cut."""
    stream = b"".join(lines)
    places = sorted({min(cut, len(stream)) for cut in cuts} | {0, len(stream)})
    torn = [stream[a:b] for a, b in pairwise(places)]
    assert heard(torn) == heard([stream])
    if len(stream) < 200:
        assert heard([bytes([byte]) for byte in stream]) == heard([stream])


@given(st.binary(max_size=400))
def test_a_hostile_server_breaks_nothing(data: bytes) -> None:
    """Whatever is said, the conversation ends in events, never in another exception."""
    wire = Wire(PLAIN)
    list(wire.receive(b"220 hi\r\n250-a\r\n250 PIPELINING\r\n"))
    wire.offer(TASK)
    events = list(wire.receive(data))
    assert all(isinstance(e, Answer | Broken | Go) for e in events)


@given(st.binary(max_size=300))
def test_dots_are_stuffed_and_undone(data: bytes) -> None:
    """What a receiver makes of it is the message, and the end comes only at the end."""
    whole = stuffed(data)
    assert whole.find(b"\n.\r\n") in {-1, len(whole) - 4}
    assert whole.endswith(b".\r\n")
    body = whole[: -len(b".\r\n")].replace(b"\n..", b"\n.")
    body = body[1:] if body.startswith(b"..") else body
    assert body == (data if data.endswith(b"\r\n") else data + b"\r\n")


def told(wire: Wire, *words: str) -> list[Event]:
    """Let the server say some lines."""
    return list(wire.receive("".join(f"{w}\r\n" for w in words).encode()))


def opened(*extensions: str) -> Wire:
    """A conversation that is ready."""
    wire = Wire(PLAIN)
    names = ["a", *extensions]
    told(wire, "220 hi", *(f"250-{n}" for n in names), "250 HELP")
    wire.out()
    assert wire.idle
    return wire


def test_a_message_and_the_next_in_one_write() -> None:
    """After 354 the content, its end and the next group leave together (RFC 2920)."""
    wire = opened("PIPELINING")
    wire.offer(TASK)
    assert wire.out() == b"MAIL FROM:<n@a.org>\r\nRCPT TO:<r@b.org>\r\nDATA\r\n"
    assert told(wire, "250 a", "250 b", "354 go") == [Go(TASK)]
    wire.content()
    assert wire.roomy
    wire.offer(NEXT)
    assert wire.out() == (
        b"Subject: x\r\n\r\n..\r\n.\r\nMAIL FROM:<n@a.org>\r\nRCPT TO:<s@b.org>\r\nDATA\r\n"
    )
    events = told(wire, "250-2.0.0 in", "250 queue", "250 a", "250 b", "354 go")
    assert events == [Answer(TASK, Step.CONTENT, 250, "250 2.0.0 in queue"), Go(NEXT)]


def test_step_by_step_without_pipelining() -> None:
    """Each command waits for the answer to the one before."""
    wire = opened()
    wire.offer(TASK)
    assert wire.out() == b"MAIL FROM:<n@a.org>\r\n"
    assert told(wire, "250 a") == []
    assert wire.out() == b"RCPT TO:<r@b.org>\r\n"
    assert told(wire, "550 5.1.1 no") == [Answer(TASK, Step.RCPT, 550, "550 5.1.1 no")]
    assert wire.out() == b"RSET\r\n"


@pytest.mark.parametrize(
    ("words", "out"),
    [
        (["250 a", "550 no", "503 none"], b"RSET\r\n"),
        (["250 a", "550 no", "354 go"], b".\r\nRSET\r\n"),
        (["451 no", "503 no", "503 no"], b""),
    ],
)
def test_a_refusal_in_a_group(words: list[str], out: bytes) -> None:
    """The rest of the group's answers are waited for, and nothing is left open."""
    wire = opened("PIPELINING")
    wire.offer(TASK)
    wire.out()
    [answer] = told(wire, *words)
    assert isinstance(answer, Answer)
    assert wire.offered is None
    assert wire.out() == out
    assert wire.roomy


def test_options_as_the_message_needs_them() -> None:
    """SMTPUTF8, 8BITMIME and SIZE are said where they are offered and needed."""
    wide = Task(1, Envelope("n@a.org", "用户@b.org", b"x\r\n", "<1@a>"))
    eight = Task(1, Envelope("n@a.org", "r@b.org", "S: x\r\n\r\né\r\n".encode(), "<1@a>"))
    wire = opened("SMTPUTF8", "8BITMIME", "SIZE 100")
    assert wire.most_bytes() == 100
    wire.offer(wide)
    assert wire.out() == b"MAIL FROM:<n@a.org> SMTPUTF8 BODY=8BITMIME SIZE=3\r\n"
    told(wire, "451 no")
    wire.offer(eight)
    assert wire.out() == b"MAIL FROM:<n@a.org> BODY=8BITMIME SIZE=12\r\n"
    assert opened().unfit(wide.envelope).startswith("553")
    assert opened().unfit(eight.envelope).startswith("554")
    assert opened().unfit(TASK.envelope) == ""


def test_no_command_hides_in_an_address() -> None:
    """An address with a line end is refused here."""
    evil = Envelope("n@a.org", "r@b.org>\r\nRCPT TO:<x@y.org", b"x", "<1@a>")
    assert opened().unfit(evil).startswith("501")


def test_nothing_said_before_the_handshake_counts() -> None:
    """Words that follow STARTTLS's answer in the clear end the connection (CVE-2011-0411)."""
    for late in ("250 hidden\r\n", "250 hid"):
        wire = Wire(Terms("a.org"))
        told(wire, "220 hi", "250-a", "250 STARTTLS")
        events = list(wire.receive(f"220 go\r\n{late}".encode()))
        assert any(isinstance(e, Broken) for e in events)
    wire = Wire(Terms("a.org"))
    told(wire, "220 hi", "250-a", "250 STARTTLS")
    assert told(wire, "220 go") == [Secure()]


def test_log_in_by_plain_and_by_login() -> None:
    """AUTH PLAIN where offered, else LOGIN; a refusal repeats no word of the server's."""
    terms = Terms("a.org", starttls=False, user="u", password="hunter2")
    wire = Wire(terms)
    told(wire, "220 hi", "250-a", "250 AUTH LOGIN PLAIN")
    assert wire.out().endswith(b"AUTH PLAIN AHUAaHVudGVyMg==\r\n")
    assert told(wire, "235 in") == [Ready()]
    wire = Wire(terms)
    told(wire, "220 hi", "250-a", "250 AUTH=LOGIN", "334 VXNlcm5hbWU6")
    assert wire.out().endswith(b"AUTH LOGIN\r\ndQ==\r\n")
    told(wire, "334 UGFzc3dvcmQ6")
    assert wire.out() == b"aHVudGVyMg==\r\n"
    assert told(wire, "535 5.7.8 not hunter2") == [Broken(Step.AUTH, 535, "", lasting=True)]
    assert "hunter2" not in repr(terms)


def test_an_old_server_gets_helo() -> None:
    """A server without EHLO is greeted with HELO (RFC 5321 3.2)."""
    wire = Wire(PLAIN)
    assert told(wire, "220 hi", "502 what", "250 ok") == [Ready()]
    assert wire.out() == b"EHLO [127.0.0.1]\r\nHELO [127.0.0.1]\r\n"


def test_words_are_bounded_and_clean() -> None:
    """What is shown of a server's words is one line without control characters."""
    assert said(b"a\nb\x1b[31m\xff" + b"x" * 900, 250).startswith("250 a b [31m\ufffdxxx")
    assert len(said(b"x" * 900, 250)) == 500
