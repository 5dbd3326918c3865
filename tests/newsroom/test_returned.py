"""What came back reaches the right reader, once, and weighs what it should."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from rooms import ROOT, Room, copy_room

from pressroom.model import Locale
from pressroom.newsroom import returned
from pressroom.send.bounces.boxes import Mail
from pressroom.send.verp import verp
from pressroom.store import readers
from pressroom.store.mailing import Mailing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pressroom.model import Subscriber

NOW = datetime(2025, 9, 5, 1, 0, tzinfo=UTC)
EN = Locale("en")
WHO = readers.Consent("2025-09-05T01:00:00+00:00", "form")
ANNA = "anna@reader.example"


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Mailing]:
    """An empty database."""
    with Mailing.open(f"sqlite:///{tmp_path}/mailing.db", now=lambda: NOW) as opened:
        yield opened


def active(base: Mailing, address: str) -> Subscriber:
    """A reader who confirmed."""
    asked = readers.ask(base, address, "", EN, WHO)
    confirmed = readers.confirm(base, asked.token, WHO)
    assert confirmed is not None
    return confirmed


def bounce(to: str, words: str = "550 5.1.1 user unknown", who: str = ANNA, copy: str = "") -> Mail:
    """A report in words about a reader, sent to an address."""
    text = f"""Return-Path: <>
From: MAILER-DAEMON@mx.example
To: {to}
Subject: failure notice

Could not be delivered:
<{who}>: {words}

{copy}"""
    return Mail("mail", text.encode())


def state(base: Mailing, address: str = ANNA) -> str:
    """Where a reader stands."""
    record = readers.by_address(base, address)
    assert record is not None
    return record.state


def test_the_return_address_says_whom(base: Mailing) -> None:
    """A reader's own return address counts, whatever address the text names."""
    anna, bob = active(base, ANNA), active(base, "bob@reader.example")
    own = verp("news@news.example", anna.id, anna.token, "2025-09-05")
    told = returned.apply(base, [bounce(own, who=bob.address)], NOW)
    assert (state(base), state(base, bob.address)) == ("bounced", "active")
    assert str(told) == "1 mails: 1 hard; readers: 1 bounced"


def test_a_made_up_return_address_takes_nobody_off(base: Mailing) -> None:
    """A wrong mark does nothing, even where the text names a reader."""
    anna = active(base, ANNA)
    told = returned.apply(base, [bounce(verp("news@news.example", anna.id, "guess", ""))], NOW)
    assert state(base) == "active"
    assert told.states == {returned.NOBODYS: 1}


@pytest.mark.parametrize(
    ("words", "after"),
    [
        ("550 5.1.1 user unknown", "bounced"),
        ("550 5.1.2 host unknown", "bounced"),
        ("554 5.7.1 your IP address is on our block list", "active"),
        ("552 5.2.2 mailbox full", "active"),
        ("450 4.2.1 try later", "active"),
    ],
)
def test_only_a_word_on_the_address_is_final(base: Mailing, words: str, after: str) -> None:
    """A refusal of us or of the moment weighs as soft: one block list does not empty the list."""
    anna = active(base, ANNA)
    returned.apply(base, [bounce(verp("n@news.example", anna.id, anna.token, ""), words)], NOW)
    assert state(base) == after


def test_the_message_we_sent_is_proof(base: Mailing) -> None:
    """Without a return address of their own, the id of the returned message finds the reader."""
    anna = active(base, ANNA)
    with base.write() as connection:
        connection.exec_driver_sql(
            """INSERT INTO deliveries (issue, subscriber_id, edition, state, reply, sha256,
               message_id, leaves, updated) VALUES ('12', ?, 'en', 'sent', '', '', '<77@n>', 1, '')""",
            (anna.id,),
        )
    copy = f"Received: by x\nMessage-ID: <77@n>\nFrom: news@news.example\nTo: {ANNA}\nSubject: 12\n"
    returned.apply(base, [bounce("news@news.example", copy=copy)], NOW)
    assert state(base) == "bounced"


def test_an_address_alone_counts_less(base: Mailing) -> None:
    """Anyone can write such a mail: it takes five to stop a reader's mail."""
    active(base, ANNA)
    mails = [bounce("news@news.example", f"550 5.1.1 user unknown {n}") for n in range(5)]
    returned.apply(base, mails[:4], NOW)
    assert state(base) == "active"
    returned.apply(base, mails[4:], NOW)
    assert state(base) == "bounced"


def test_a_mail_read_twice_counts_once(base: Mailing) -> None:
    """The same bytes from another box, or after a crash, change nothing more."""
    active(base, ANNA)
    returned.apply(base, [bounce("news@news.example")] * 9, NOW)
    assert state(base) == "active"


def test_a_complaint_is_final_unless_it_is_a_machine_s(base: Mailing) -> None:
    """A reader's complaint ends their mail; a failed DMARC check is none of theirs."""
    anna = active(base, ANNA)
    own = verp("news@news.example", anna.id, anna.token, "")

    def report(kind: str) -> Mail:
        head = "From: fbl@p.example\nContent-Type: multipart/report; report-type=feedback-report; "
        body = f"Content-Type: message/feedback-report\n\nFeedback-Type: {kind}\n"
        mail = f"{head}boundary=b\n\n--b\n{body}Original-Mail-From: <{own}>\n\n--b--\n"
        return Mail("mail", mail.encode())

    returned.apply(base, [report("auth-failure")], NOW)
    assert state(base) == "active"
    returned.apply(base, [report("abuse")], NOW)
    assert state(base) == "complained"


def test_a_mail_is_seen_only_when_it_is_written_down(base: Mailing) -> None:
    """The mark is set after the reader's new state is in the database."""
    anna, states = active(base, ANNA), []
    mail = bounce(verp("n@news.example", anna.id, anna.token, ""))
    returned.apply(base, [mail._replace(seen=lambda: states.append(state(base)))], NOW)
    assert states == ["bounced"]


# --- the command ---


def test_parse_prints_verdicts_and_needs_no_newsroom(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`bounces --parse` prints address, kind and status, and touches nothing."""
    for name in "ab":
        (tmp_path / name).write_bytes(bounce("n@news.example").data)
    room = Room(tmp_path, capsys)
    assert room.run("bounces", str(tmp_path / "a"), "--parse") == 0
    row = {"address": ANNA, "kind": "hard", "status": "5.1.1"}
    assert json.loads(room.out) == row
    room.run("bounces", str(tmp_path / "a"), str(tmp_path / "b"), "--parse", "--json")
    assert json.loads(room.out) == [row, row]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]


def test_bounces_are_applied_from_a_maildir(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command reads a Maildir, changes the reader and marks the mail; `--dry-run` does not."""
    room = Room(copy_room(tmp_path / "room"), capsys)
    box = tmp_path / "box"
    (box / "new").mkdir(parents=True)
    place = room.root / ".pressroom" / "mailing.db"
    place.parent.mkdir()
    with Mailing.open(f"sqlite:///{place}") as base:
        anna = active(base, ANNA)
        mail = bounce(verp("n@news.example", anna.id, anna.token, ""))
        (box / "new" / "1").write_bytes(mail.data)
        room.run("bounces", "--maildir", str(box), "--dry-run")
        assert (state(base), json.loads(room.out)["reason"]) == ("active", "user-unknown")
        assert room.run("bounces", "--maildir", str(box)) == 0
        assert state(base) == "bounced"
    assert room.out == "1 mails: 1 hard; readers: 1 bounced.\n"
    assert [p.name for p in (box / "cur").iterdir()] == ["1:2,S"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "nothing to read"),
        (["gone"], "cannot be read"),
        (["--imap", "host"], "names no mailbox"),
        (["--imap", "news@host"], "PRESSROOM_IMAP_PASSWORD is not set"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """A mistake on the command line says what to give."""
    room = Room(copy_room(tmp_path / "room"), capsys)
    assert room.run("bounces", *words) == 2
    assert said in room.err


def test_a_pipe_from_a_mail_server_asks_to_keep_the_mail(tmp_path: Path) -> None:
    """Exit code 75 where the readers' file cannot be opened, 0 where the mail was taken."""
    room = copy_room(tmp_path / "room")
    (room / ".pressroom").mkdir()
    (room / ".pressroom" / "mailing.db").write_bytes(b"no database at all" * 100)
    line = [sys.executable, "-m", "pressroom", "--newsroom", str(room), "bounces", "-"]
    data = bounce("n@news.example").data
    broken = subprocess.run(line, input=data, capture_output=True, cwd=ROOT, check=False)
    (room / ".pressroom" / "mailing.db").unlink()
    taken = subprocess.run(line, input=data, capture_output=True, cwd=ROOT, check=False)
    assert (broken.returncode, taken.returncode) == (75, 0)
