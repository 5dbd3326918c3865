"""Any bytes have a verdict, in bounded time: nobody who writes to the bounce address stops us."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.send.bounces.mime import DEEPEST, parse
from pressroom.send.bounces.verdict import Verdict, read_bounce

MIB = 1 << 20
HEAD = b"Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nSubject: failure notice\n"
PIECES = st.sampled_from([
    b"From: MAILER-DAEMON@x.example\n", b"Content-Type: multipart/report; boundary=b\n", b"\n--b\n", b"--b--",
    b"Content-Type: message/delivery-status\n\n", b"Final-Recipient: rfc822;", b"Status: 5.", b"Action: failed\n",
    b"Content-Type: text/plain; charset=punycode\n", b"Content-Type: text/html; charset=utf-7\n", b"\x1b$B", b"=?gb2312?b?",
    b"Content-Transfer-Encoding: base64\n", b"Content-Type: message/rfc822\n\n", b"To: <a@b.example>\n", b"@", b"<", b"550 ",
    b"Feedback-Type: ", b"\xff\xfe", b"\r", b"could not be delivered", b'{"notificationType":"Bounce"', b"\x00", "退信".encode(),
])  # fmt: skip


@given(st.one_of(st.binary(max_size=2000), st.lists(PIECES, max_size=40).map(b"".join)))
def test_any_bytes_have_a_verdict(data: bytes) -> None:
    """No input raises, and every verdict is whole."""
    verdict = read_bounce(data)
    assert isinstance(verdict, Verdict)
    assert verdict.kind in {"hard", "soft", "complaint", "auto-reply", "none"}
    assert (verdict.status[:1] in {"4", "5"}) == (verdict.kind in {"hard", "soft"})


@pytest.mark.parametrize(
    "body",
    [
        b"@" * MIB,
        b"a@" * MIB,
        b"<style" * MIB,
        b"user unknown " * MIB,
        b"<a@b.example>: 550 user unknown\n" * MIB,
        b"From: a\nTo: b\n\n" * MIB,
        "投递失败".encode() * MIB,
        b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * MIB,
    ],
)
@pytest.mark.parametrize("kind", [b"text/plain", b"text/html", b"multipart/mixed; boundary=b"])
def test_a_flood_costs_bounded_time(body: bytes, kind: bytes) -> None:
    """A mail made to be slow is read in well under two seconds of processor time."""
    data = HEAD + b"Content-Type: " + kind + b"\n\n" + body[: 2 * MIB]
    start = time.process_time()
    read_bounce(data)
    assert time.process_time() - start < 2


def test_nesting_ends() -> None:
    """Parts within parts are opened eight deep, and no deeper."""
    levels = (f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(5000))
    part, depth = parse("".join(levels).encode()), 0
    while part.parts:
        part, depth = part.parts[0], depth + 1
    assert depth == DEEPEST


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_any_line_ends_read_the_same(end: bytes) -> None:
    """Mail kept by any system, with its own line ends, says the same."""
    text = HEAD + b"\nCould not be delivered:\n<a@b.example>: 550 5.1.1 unknown user\n"
    assert read_bounce(text.replace(b"\n", end)).address == "a@b.example"


def test_an_unknown_charset_still_reads() -> None:
    """A charset nobody knows, and bytes that fit none, leave the ASCII part readable."""
    data = (
        HEAD
        + b"Content-Type: text/plain; charset=x-none\n\n\xff\xfe\x80 not delivered\n<a@b.example>\n"
    )
    assert read_bounce(data).address == "a@b.example"
