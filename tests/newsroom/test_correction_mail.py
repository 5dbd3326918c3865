"""A correction in the middle of a send, and the mail about it."""

from __future__ import annotations

import email
import email.policy
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from mending import (
    BLOCK,
    ENGLISH,
    HOSTILE,
    WRONG,
    all_had_it,
    correct,
    made,
    mail_of,
    mend,
    moved,
    opened,
    part,
    some_had_it,
)
from posting import ISSUE, Office

from pressroom import pipeline_send, workspace
from pressroom.newsroom import correcting
from pressroom.send.prints import find
from pressroom.store.statements import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from mending import Stage
    from rooms import Room

    from pressroom.newsroom.correcting import Decided
    from pressroom.newsroom.dispatch import Dispatch

    Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The newsroom, its mail server and its web site."""
    with opened(tmp_path_factory.mktemp("office") / "room") as office:
        yield office


@pytest.fixture(scope="module")
def had_it(first: Office, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """When every reader has the issue."""
    return all_had_it(first, tmp_path_factory.mktemp("sent") / "room")


@pytest.fixture
def sent(first: Office, had_it: Stage, tmp_path: Path, capsys: Capture) -> Iterator[Office]:
    """The newsroom once every reader has the issue."""
    with moved(first, had_it.root, tmp_path / "room", capsys) as found:
        yield found


@pytest.fixture(scope="module")
def half(first: Office, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """When three of eight readers have it."""
    return some_had_it(first, tmp_path_factory.mktemp("paused") / "room")


@pytest.fixture
def paused(first: Office, half: Stage, tmp_path: Path, capsys: Capture) -> Iterator[Office]:
    """The newsroom in the middle of a send."""
    with moved(first, half.root, tmp_path / "room", capsys) as found:
        yield found


def handed(desk: Dispatch) -> dict[str, str]:
    """The locked manuscript that each reader's copy was made from, by address."""
    sql = (
        "SELECT s.address, d.print FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id"
        " WHERE d.issue = :issue AND d.state = 'sent'"
    )
    with desk.base.read() as connection:
        rows = run(connection, sql, issue=ISSUE).all()
    found = {}
    for row in rows:
        one = find(desk.base, row.print)
        assert one is not None
        found[row.address] = "".join(one.manuscript.values())
    return found


class TestAPausedSend:
    """Pause, correct, resume: the rest gets the mended bytes."""

    def test_the_rest_gets_the_mended_bytes(self, paused: Office, half: Stage) -> None:
        """Each reader once; the ledger keeps which print each had, and mail goes by that."""
        had = half.had
        assert len(had) == 3
        mend(paused)
        assert correct(paused) == 0, paused.room.err
        assert "Locked the mended bytes for the rest of" in paused.room.out
        assert f"Then: pressroom send {ISSUE} --resume" in paused.room.out
        paused.room.run("status", ISSUE)
        assert "was edited since" not in paused.room.out
        paused.publish()
        assert paused.room.run("send", ISSUE, "--resume", "--expect", "5") == 0, paused.room.err
        assert set(paused.inbox.real.values()) == {1}
        assert len(set(paused.inbox.real) | had) == 8
        for mail in mail_of(paused).values():
            words = part(mail, "plain") + part(mail, "html")
            assert "Correction, " in words or "更正（" in words
        with paused.desk() as desk:
            old = {
                to
                for to, text in handed(desk).items()
                if "four other" in text or "另外四个部门" in text
            }
        assert old == had
        paused.inbox.taken.clear()
        assert correct(paused, "--mail", "--expect", "3") == 0, paused.room.err
        assert set(paused.inbox.real) == had

    def test_another_edit_does_not_slip_in(self, paused: Office) -> None:
        """What was edited beside the block keeps the old bytes locked until it is corrected."""
        mend(paused)
        paused.room.change(ENGLISH, "A club finds something to share", "A club shares something")
        assert correct(paused) == 0, paused.room.err
        assert "more was edited since the lock" in paused.room.out
        assert "news_briefs#sco in en" in paused.room.out
        assert paused.room.run("correct", ISSUE, "sco", "--kind", "typo") == 0, paused.room.err
        assert "Locked the mended bytes" in paused.room.out

    def test_an_interrupted_one_is_finished_by_the_same_command(self, paused: Office) -> None:
        """Killed after the file was written, the lock is still renewed, and nothing twice."""
        mend(paused)
        with paused.desk() as desk:
            correcting.write(desk.ws, decided(desk))
        assert correct(paused) == 0, paused.room.err
        assert "Locked the mended bytes" in paused.room.out
        assert len(made(paused)) == 1


def decided(desk: Dispatch) -> Decided:
    """The correction that the command would decide on."""
    looked = correcting.look(desk.ws, desk.base, ISSUE, BLOCK)
    now = datetime.now(UTC)
    return correcting.decide(looked, "correction", {}, "The editor", now, again=False)


class TestTheMail:
    """To those whose copy was wrong, once, and to nobody without a person's word."""

    def test_nothing_is_mailed_without_the_option(self, sent: Office) -> None:
        """A correction is on the page; the inboxes stay as they are."""
        mend(sent)
        assert correct(sent) == 0
        assert not sent.inbox.taken

    def test_every_wrong_copy_once(self, sent: Office) -> None:
        """After the page is live and the count given, each reader in their language, once."""
        mend(sent)
        assert correct(sent, "--mail", "--expect", "8") == 1
        assert "is not what `build` makes" in sent.room.err
        assert len(made(sent)) == 1
        sent.publish()
        assert correct(sent, "--mail") == 2
        assert "--expect 8" in sent.room.err
        assert not sent.inbox.real
        assert correct(sent, "--mail", "--expect", "8", "--json") == 0, sent.room.err
        facts = json.loads(sent.room.out)
        assert (facts["sent"], facts["unsent"], facts["fresh"]) == (8, 0, False)
        assert set(sent.inbox.real.values()) == {1}
        assert len(sent.inbox.real) == 8
        self.reads_well(mail_of(sent))
        assert correct(sent, "--mail", "--expect", "8") == 0, sent.room.err
        assert "Nobody is left to mail" in sent.room.out
        assert len(sent.inbox.real) == 8
        assert len(made(sent)) == 1

    def reads_well(self, mails: dict[str, EmailMessage]) -> None:
        """What it said, what it says, the page; its own id; the list's headers and links."""
        one, other = mails["tomas.okafor@example.com"], mails["li.wen@example.org"]
        assert one["Subject"].startswith("Correction: ")
        assert other["Subject"].startswith("更正：")
        assert one["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert one["Content-Language"] == "en"
        assert other["Content-Language"] == "zh-Hans"
        for kind in ("plain", "html"):
            words = " ".join(part(one, kind).split())
            assert "four other bodies" in words.replace("> ", "")
            assert "three other bodies" in words.replace("> ", "")
            assert f"/{ISSUE}/en/#label" in words
            assert "unsubscribe?t=" in words
            assert "pressroom.invalid" not in words
        assert "另外四个部门" in "".join(part(other, "html").split())
        assert len({m["Message-ID"] for m in mails.values()}) == 8

    def test_only_wrong_copies_and_readers_who_stayed(self, sent: Office) -> None:
        """A typo of one edition is no matter for the other's readers; who left hears nothing."""
        mend(sent, ENGLISH)
        assert correct(sent, kind="typo") == 0
        sent.publish()
        with sent.desk() as desk, desk.base.write() as connection:
            connection.exec_driver_sql(
                "UPDATE subscribers SET state = 'unsubscribed' WHERE address LIKE 'jo.%'"
            )
        assert correct(sent, "--mail", "--expect", "3", kind="typo") == 0, sent.room.err
        to = {"amelia.hart@example.org", "tomas.okafor@example.com", "priya.raman@example.org"}
        assert set(sent.inbox.real) == to

    def test_a_server_that_is_away_is_gone_on_with(self, sent: Office) -> None:
        """The rows wait; `send --due` or the same command hands them over, each once."""
        mend(sent)
        correct(sent)
        sent.publish()
        assert correct(sent, "--mail", "--expect", "7") == 1
        sent.inbox.refuse = "421 4.3.2 later"
        assert correct(sent, "--mail", "--expect", "8") == 1
        assert not sent.inbox.real
        sent.inbox.refuse = ""
        sent.clock = datetime.now(UTC)
        assert [one.issue for one in sent.tick(timedelta(hours=1))] == [f"{ISSUE}+1"]
        assert set(sent.inbox.real.values()) == {1}
        assert len(sent.inbox.real) == 8
        assert not (sent.root / f"issues/{ISSUE}+1").exists()
        assert correct(sent, "--mail") == 0, sent.room.err
        assert len(sent.inbox.real) == 8

    def test_files_ask_nothing(self, room: Room) -> None:
        """Over the outbox the mail is written without a question; a hostile note stays words."""
        room.run("subscribers", "import", str(room.root / "samples/subscribers.csv"))
        assert room.run("send", ISSUE) == 0, room.err
        for name, (right, wrong) in WRONG.items():
            room.change(name, right, wrong)
        words = ("--kind", "clarification", "--mail", "--note", f"en={HOSTILE}")
        assert room.run("correct", BLOCK, *words) == 0, room.err
        written = list((room.root / f"outbox/{ISSUE}+1/messages").iterdir())
        assert len(written) == 8
        policy = email.policy.default
        mails = [email.message_from_bytes(p.read_bytes(), policy=policy) for p in written]
        told = "".join(part(m, "html") for m in mails)
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in told
        assert "<script" not in told
        assert "\u202e" not in told
        assert room.run("correct", "label", "--kind", "clarification", "--mail") == 0, room.err
        ws = workspace.load(room.root)
        assert pipeline_send.send_status(ws, f"{ISSUE}+1")[0]
