"""What `pressroom send` says: the plan, the hour, where it stands; on paper without addresses."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from posting import ISSUE, NOW, Office

HOUR = NOW + timedelta(minutes=10)


def test_the_plan_says_what_was_decided(office: Office) -> None:
    """Scheduled, paused, approved by whom; and that the rest follow the staff."""
    office.schedule(HOUR)
    assert office.room.run("approve", ISSUE, "--as", "editor") == 0, office.room.err
    assert "Friday 2025-09-05 09:00 Asia/Taipei" in office.room.out
    office.room.run("send", ISSUE, "--dry-run")
    assert "en         scheduled, Friday 2025-09-05 09:00 Asia/Taipei" in office.room.err
    assert "approved by The editor" in office.room.err
    assert "Staff get it now, the rest in 0 s" in office.room.err


def test_an_untested_issue_is_not_approved(office: Office) -> None:
    """What goes out by itself was seen as a mail, unless a person says that it was elsewhere."""
    with office.desk() as desk, desk.base.write() as connection:
        connection.exec_driver_sql("DELETE FROM tests")
    assert office.room.run("approve", ISSUE, "--as", "editor") == 1
    assert "en, zh-Hans was not test-mailed as it now is" in office.room.err
    assert not (office.root / "issues" / ISSUE / "approved.toml").exists()
    assert office.room.run("approve", ISSUE, "--as", "editor", "--untested") == 0, office.room.err


@pytest.mark.parametrize("typed", ["tomorrow", "25:00", "2025-09-05", "9"])
def test_no_hour_is_refused_before_the_plan(office: Office, typed: str) -> None:
    """With examples of what can be typed; and nothing was built or asked."""
    assert office.room.run("send", ISSUE, "--at", typed, "--expect", "8") == 2
    assert "Write for example 23:00 or 2025-09-05T09:00" in office.room.err
    assert "readers" not in office.room.err


def test_an_hour_alone_is_the_next_one(office: Office) -> None:
    """Today or tomorrow in the newsroom's zone; both editions wait for it."""
    assert office.room.run("send", ISSUE, "--at", "23:00", "--expect", "8") == 0, office.room.err
    with office.desk() as desk:
        told = office.room.run("send", ISSUE, "--status", "--json")
        assert told == 0
    rows = json.loads(office.room.out)["editions"]
    hours = {datetime.fromisoformat(row["at"]) for row in rows}
    assert {row["state"] for row in rows} == {"scheduled"}
    assert len(hours) == 1
    assert timedelta() < hours.pop() - datetime.now(desk.ws.settings.masthead.tz) <= timedelta(1)


def test_a_status_on_paper_names_no_reader(office: Office) -> None:
    """A log may be kept: it gets the server's words by number; --who prints addresses."""
    office.inbox.later = "451 4.7.1 <priya.raman@example.org> come back later"
    office.room.run("send", ISSUE, "--expect", "8")
    assert "waiting: 8  451 4.7.1 <<address>> come back later" in office.room.out
    assert "@" not in office.room.out
    office.room.run("send", ISSUE, "--who", "deferred")
    assert "priya.raman@example.org" in office.room.out


def test_a_pause_of_nothing_does_not_offer_to_go_on(office: Office) -> None:
    """There is nothing to resume."""
    assert office.room.run("send", ISSUE, "--pause") == 0
    assert "Nothing is being sent" in office.room.out
    assert "--resume" not in office.room.out


def test_a_pause_before_the_hour_says_how_to_send(office: Office) -> None:
    """What has not begun is sent by hand or gets another hour; it is not resumed."""
    office.schedule(HOUR)
    assert office.room.run("send", ISSUE, "--pause") == 0
    assert "--at with another hour" in office.room.out
    assert "--resume" not in office.room.out


def test_a_renamed_issue_can_be_looked_after(office: Office) -> None:
    """Its schedule is seen and taken back under the old name; a name nobody knows is refused."""
    office.schedule(HOUR)
    folder = office.root / "issues"
    (folder / ISSUE).rename(folder / "2025-09-06")
    assert office.room.run("send", ISSUE, "--status") == 0, office.room.err
    assert "scheduled, Friday 2025-09-05 09:00" in office.room.out
    assert "edited" not in office.room.out
    assert office.room.run("send", ISSUE, "--unschedule") == 0
    assert "Taken back: en, zh-Hans" in office.room.out
    assert office.room.run("send", ISSUE, "--status") == 2
    assert office.tick(timedelta(minutes=10)) == []


def test_a_warm_up_says_when_the_rest_go(office: Office) -> None:
    """Eight readers where five a day are allowed: five today, and a word of tomorrow."""
    office.set("[delivery]", "[delivery]\nwarm_up = [5, 8]")
    assert office.room.run("send", ISSUE, "--expect", "8") == 1
    assert len(office.inbox.real) == 5
    assert "warm_up allows no more today" in office.room.err


@pytest.mark.parametrize(
    "words",
    [
        ("--pause", "--cancel"),
        ("--due", "--cancel"),
        ("--to", "anna@example.org", "--at", "23:00"),
        ("--pause", "--to", "anna@example.org"),
        ("--status", "--cancel"),
        ("--pause", "--resume"),
    ],
)
def test_two_orders_at_once_are_refused(office: Office, words: tuple[str, ...]) -> None:
    """Whichever was obeyed, the other would be lost; nothing is mailed and nothing stopped."""
    office.schedule(HOUR)
    assert office.room.run("send", ISSUE, *words) == 2
    assert "does not go with" in office.room.err
    assert not office.inbox.taken
    office.room.run("send", ISSUE, "--status", "--json")
    assert {row["state"] for row in json.loads(office.room.out)["editions"]} == {"scheduled"}


def test_what_is_due_is_due_of_all_issues(office: Office) -> None:
    """An issue beside --due would be passed over, and others sent."""
    assert office.room.run("send", ISSUE, "--due") == 2
    assert "is for all issues" in office.room.err


def test_nobody_is_mailed_by_name_against_their_word(office: Office) -> None:
    """An address that complained, or was forgotten, gets no copy, though it is no reader's."""
    complained = ("subscribers", "suppress", "gone@example.org", "--why", "complaint")
    assert office.room.run(*complained) == 0, office.room.err
    assert office.room.run("send", ISSUE, "--to", "gone@example.org") == 1
    assert "complaint" in office.room.err
    assert not office.inbox.taken


def test_a_killed_message_can_be_settled_after_a_cancel(office: Office) -> None:
    """What was on its way when the job died is uncertain, and a person can say what became of it."""
    office.inbox.later = "451 come back later"
    office.room.run("send", ISSUE, "--expect", "8")
    with office.desk() as desk, desk.base.write() as connection:
        connection.exec_driver_sql(
            "UPDATE deliveries SET state = 'sending' WHERE id = (SELECT MIN(id) FROM deliveries)"
        )
    assert office.room.run("send", ISSUE, "--cancel") == 0, office.room.err
    office.room.run("send", ISSUE, "--status", "--json")
    assert "uncertain" in office.room.out
    assert office.room.run("send", ISSUE, "--resolve", "failed") == 0
    assert "Resolved 1; 0 still uncertain." in office.room.out


def test_by_name_only_what_was_approved_is_mailed(office: Office) -> None:
    """One reader is a reader: what stops a send of all stops that of one, and says the way on."""
    assert office.room.run("approve", ISSUE, "--as", "editor") == 0, office.room.err
    path = f"issues/{ISSUE}/news_briefs.en.md"
    office.room.write(path, office.room.read(path) + "\nOne more sentence.\n")
    assert office.room.run("send", ISSUE, "--test") == 0, office.room.err
    assert office.room.run("send", ISSUE, "--to", "priya.raman@example.org") == 1
    assert "is not what The editor approved" in office.room.err
    assert "--as NAME" in office.room.err
    assert all("priya" not in address for address, _ in office.inbox.taken)
