"""pressroom.newsroom.alerting: who hears of a send, once, and again if it did not reach them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from posting import ISSUE, NOW, Office

if TYPE_CHECKING:
    from collections.abc import Iterable

DESK = "desk@example.org"
HOUR = NOW + timedelta(minutes=10)


def with_alerts(office: Office, table: str) -> None:
    """The newsroom with an [alerts] table."""
    text = office.room.read("newsletter.toml")
    office.room.write("newsletter.toml", f"{text}\n[alerts]\n{table}\n")


def subjects(office: Office, to: str = DESK) -> list[str]:
    """The last word of the subject of each alert that an address got: its kind."""
    mine = [data for who, data in office.inbox.taken if who == to]
    heads = [data.partition(b"\r\n\r\n")[0].split(b"\r\n") for data in mine]
    return [kind(rows) for rows in heads]


def kind(rows: Iterable[bytes]) -> str:
    """The kind of an alert, from the lines of its header."""
    return next(row for row in rows if row.startswith(b"Subject:")).rsplit(b" ", 1)[1].decode()


def whom(office: Office) -> list[tuple[str, str]]:
    """Kind and addressees of all alerts as they are kept."""
    with office.desk() as desk, desk.base.read() as connection:
        rows = connection.exec_driver_sql("SELECT kind, to_whom FROM alerts ORDER BY id")
        return [(row[0], row[1]) for row in rows]


def test_a_send_is_told_by_mail(office: Office) -> None:
    """Scheduled, started, done: each to the desk, with its addressee kept."""
    with_alerts(office, f'email = ["{DESK}"]')
    office.schedule(HOUR)
    office.tick(timedelta(minutes=10))
    assert subjects(office) == ["scheduled", "started", "done"]
    assert whom(office) == [("scheduled", DESK), ("started", DESK), ("done", DESK)]


def test_an_alert_that_reached_nobody_is_told_again(office: Office) -> None:
    """A server that is away takes no alert about it either; the first tick after brings it."""
    with_alerts(office, f'email = ["{DESK}"]')
    office.schedule(HOUR)
    office.inbox.refuse = "550 5.7.1 not now"
    office.tick(timedelta(minutes=10))
    assert whom(office)[-1] == ("failed", "")
    assert [words for words in office.said if "was not told" in words]
    office.inbox.refuse = ""
    office.tick(timedelta(minutes=1))
    assert subjects(office) == ["scheduled", "failed", "done"]
    assert ("failed", DESK) in whom(office)


def test_who_was_told_is_not_told_again(office: Office) -> None:
    """Only what did not reach somebody is tried again, and for a day."""
    with_alerts(office, f'email = ["{DESK}"]')
    office.schedule(HOUR)
    for _ in range(3):
        office.tick(timedelta(minutes=1))
    assert subjects(office) == ["scheduled"]
    office.set(f'["{DESK}"]', f'["{DESK}", "late@example.org"]')
    office.tick(timedelta(days=2))
    assert "scheduled" not in subjects(office, "late@example.org")


def test_a_fault_in_other_words_is_one_fault(office: Office) -> None:
    """A server whose answers differ from minute to minute is told once an hour."""
    office.schedule(HOUR)
    for minutes, words in [
        (10, "550 no. 1"),
        (1, "550 no. 2"),
        (1, "550 no. 3"),
        (60, "550 no. 4"),
    ]:
        office.inbox.refuse = words
        office.tick(timedelta(minutes=minutes))
    assert [kind for kind, _ in office.alerts()] == ["scheduled", "started", "failed", "failed"]


def test_a_job_killed_before_it_noted_the_end_is_told_once(office: Office) -> None:
    """The next tick notes that it is done, and lists the issue; nobody hears of it twice."""
    office.schedule(HOUR)
    office.tick(timedelta(minutes=10))
    with office.desk() as desk, desk.base.write() as connection:
        connection.exec_driver_sql("UPDATE sends SET state = 'started'")
    name = f"issues/{ISSUE}/issue.toml"
    listed = [row for row in office.room.read(name).split("\n") if row.startswith("listed")]
    office.room.change(name, f"{listed[0]}\n", "")
    office.tick(timedelta(minutes=1))
    assert [kind for kind, _ in office.alerts()] == ["scheduled", "started", "done"]
    assert 'listed = "' in office.room.read(name)
    assert office.tick(timedelta(minutes=1)) == []


def test_a_command_gets_the_alert_as_json(office: Office) -> None:
    """Kind, issue, words, and the command that goes on; one that fails is said."""
    with_alerts(office, 'command = ["sh", "-c", "cat >> told.json"]')
    office.schedule(HOUR)
    told = json.loads(office.room.read("told.json"))
    assert (told["kind"], told["issue"]) == ("scheduled", ISSUE)
    assert told["next"] == f"pressroom send {ISSUE} --status"
    office.set("cat >> told.json", "exit 3")
    office.tick(timedelta(minutes=10))
    assert "alerts.command: sh ended with 3" in office.said
