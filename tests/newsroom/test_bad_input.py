"""What goes wrong is named with its place, and loses nothing."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from pathlib import Path

    from rooms import Room

OLD = "2025-09-05"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('name = "China Chatbot"', 'name = "China Chatbot', "newsletter.toml: line"),
        ("[delivery]", "[delivry]", 'Did you mean "delivery"?'),
        ('cadence = "every 2 weeks', 'cadence = "each 2 weeks', "masthead.cadence"),
        ('home = "https', 'home = "ftp', "masthead.home"),
    ],
)
def test_settings_faults_name_file_and_key(room: Room, old: str, new: str, words: str) -> None:
    """A wrong newsletter.toml is exit code 2 and a sentence, never a traceback."""
    room.change("newsletter.toml", old, new)
    assert room.run("status") == 2
    assert words in room.err


@pytest.mark.parametrize(
    ("text", "line"),
    [("## A {#a}\n\n```\nopen\n", 3), ("---\ntitle: x\n## A\n", 1)],
)
def test_an_unreadable_manuscript_is_a_finding_at_its_line(
    room: Room, text: str, line: int
) -> None:
    """An unclosed fence or front matter stops the send and the build, and nothing is written."""
    room.write(f"issues/{OLD}/explainer.en.md", text)
    assert room.run("check", OLD, "--json") == 1
    found = [f for f in json.loads(room.out) if f["rule"] == "syntax"]
    assert (found[0]["path"], found[0]["line"]) == (f"issues/{OLD}/explainer.en.md", line)
    assert room.run("build") == 1
    assert not (room.root / "public").exists()


def test_a_missing_figure_and_unknown_names_are_named(room: Room) -> None:
    """Figure, term, source and block that do not exist are findings with did-you-mean."""
    (room.root / f"issues/{OLD}/figures/cartoon.png").unlink()
    extra = "\n\n[[no such term]] [@no-such-source] [x](explainer#nowhere) ![[cartoom]]\n"
    name = f"issues/{OLD}/news_briefs.en.md"
    room.write(name, room.read(name) + extra)
    assert room.run("check", OLD, "--json") == 1
    rules = {f["rule"] for f in json.loads(room.out)}
    assert {"figure", "term", "crossref"} <= rules


def test_twenty_thousand_brackets_do_not_hang(room: Room) -> None:
    """A hostile manuscript is refused or printed, in bounded time."""
    name = f"issues/{OLD}/news_briefs.en.md"
    room.write(name, room.read(name) + "\n" + "[" * 20_000 + "\n")
    assert room.run("check", OLD) in {0, 1}


def test_a_folder_where_a_file_should_be_is_no_traceback(room: Room) -> None:
    """What cannot be written is said in a sentence, and the exit code is 1."""
    (room.root / "public").write_text("in the way", encoding="utf-8")
    assert room.run("build") == 1
    assert "public" in room.err


def test_an_unknown_command_and_issue_are_did_you_mean(room: Room) -> None:
    """Wrong words at the command line are exit code 2 with a suggestion."""
    assert room.run("chek") == 2
    assert 'Did you mean "check"?' in room.err
    assert room.run("check", "2025-09-06") == 2
    assert OLD in room.err


class Inbox:
    """A real SMTP server's memory."""

    def __init__(self) -> None:
        self.to: list[str] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
        """Keep the recipient."""
        if self.answer.startswith("250"):
            self.to += envelope.rcpt_tos  # type: ignore[attr-defined]
        return self.answer


@pytest.fixture
def inbox(room: Room):  # noqa: ANN201 - a generator of Inbox
    """A server on loopback that newsletter.toml of the room names."""
    kept = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    door = f'[delivery]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = {port}\nstarttls = false\n'
    room.change("newsletter.toml", '[delivery]\ntransport = "outbox"\n', door)
    room.run("subscribers", "import", str(room.root / "samples/subscribers.csv"))
    yield kept
    server.stop()


@pytest.mark.parametrize(("words", "code"), [((), 2), (("--expect", "7"), 1), (("--dry-run",), 0)])
def test_no_accident_mails_anyone(
    room: Room, inbox: Inbox, words: tuple[str, ...], code: int
) -> None:
    """Without the right number of readers nothing leaves the machine."""
    assert room.run("send", OLD, *words) == code
    assert inbox.to == []


def test_the_right_number_sends_once(room: Room, inbox: Inbox) -> None:
    """With the count given each reader gets one message, and a second run sends none."""
    assert room.run("send", OLD, "--expect", "8") == 0
    assert len(inbox.to) == len(set(inbox.to)) == 8
    assert room.run("send", OLD, "--expect", "0") == 0
    assert len(inbox.to) == 8


def test_a_refusing_server_is_named_and_the_issue_stays_open(room: Room, inbox: Inbox) -> None:
    """A server that defers everything leaves the issue unlisted and the exit code 1."""
    inbox.answer = "451 come back later"
    assert room.run("send", OLD, "--expect", "8") == 1
    assert "come back later" in room.out
    assert "listed" not in room.read(f"issues/{OLD}/issue.toml")


def test_a_server_that_is_away_loses_nothing(room: Room, tmp_path: Path) -> None:  # noqa: ARG001
    """Nobody answers at the port: a sentence, exit code 1, and all readers still wait."""
    door = '[delivery]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = 9\nstarttls = false\n'
    room.change("newsletter.toml", '[delivery]\ntransport = "outbox"\n', door)
    room.run("subscribers", "import", str(room.root / "samples/subscribers.csv"))
    assert room.run("send", OLD, "--expect", "8") == 1
    room.run("send", OLD, "--status", "--json")
    assert {d["state"] for d in json.loads(room.out)} == {"planned"}
