"""Promise 9: every door a message could leave by without a person meaning it is shut."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from posting import ISSUE, NOW, Office

from pressroom import pipeline_send
from pressroom.newsroom.hour import Hour
from pressroom.send.lock import only_job

if TYPE_CHECKING:
    from pressroom.newsroom.dispatch import Ready

HOUR = NOW + timedelta(minutes=10)


def forget_tests(office: Office) -> None:
    """As if nobody had mailed a test."""
    with office.desk() as desk, desk.base.write() as connection:
        connection.exec_driver_sql("DELETE FROM tests")


def edit(office: Office) -> None:
    """An edit that nobody means to go out."""
    name = f"issues/{ISSUE}/news_briefs.en.md"
    office.room.write(name, office.room.read(name) + "\nOne more line at eleven at night.\n")


class TestByHand:
    """`pressroom send` typed, piped, or run by a script."""

    def test_untested_bytes_stay(self, office: Office) -> None:
        """Without a test mail of exactly these bytes not even the right count sends."""
        forget_tests(office)
        assert office.room.run("send", ISSUE, "--expect", "8") == 1
        assert "was not test-mailed" in office.room.err
        assert not office.inbox.taken

    def test_a_pipe_needs_the_count(self, office: Office) -> None:
        """Off a terminal nothing goes without --expect; a wrong number sends nothing."""
        assert office.room.run("send", ISSUE) == 2
        assert "--expect 8" in office.room.err
        assert office.room.run("send", ISSUE, "--expect", "7") == 1
        assert not office.inbox.real

    def test_the_right_count_sends_once(self, office: Office) -> None:
        """Eight readers, eight messages; a second time there is nobody left."""
        assert office.room.run("send", ISSUE, "--expect", "8") == 0, office.room.err
        assert office.room.run("send", ISSUE) == 0
        assert office.room.run("send", ISSUE, "--expect", "0") == 0
        assert office.room.run("send", ISSUE, "--expect", "8") == 1
        assert set(office.inbox.real.values()) == {1}
        assert len(office.inbox.real) == 8
        assert [kind for kind, _ in office.alerts()] == ["started", "done"]
        assert 'listed = "' in office.room.read(f"issues/{ISSUE}/issue.toml")

    def test_one_reader_by_name_gets_tested_bytes_only(self, office: Office) -> None:
        """`--to` a reader wants the same test; afterwards they have had the issue."""
        who = "priya.raman@example.org"
        edit(office)
        assert office.room.run("send", ISSUE, "--to", who) == 1
        assert "was not test-mailed" in office.room.err
        assert not office.inbox.real
        office.publish()
        office.test()
        assert office.room.run("send", ISSUE, "--to", who) == 0, office.room.err
        assert office.room.run("send", ISSUE, "--expect", "7") == 0, office.room.err
        assert set(office.inbox.real.values()) == {1}
        assert len(office.inbox.real) == 8

    def test_a_new_database_does_not_mail_a_listed_issue(self, office: Office) -> None:
        """Where issue.toml says that it was sent and the ledger is empty, a person has to look."""
        name = f"issues/{ISSUE}/issue.toml"
        listed = 'listed = "2025-09-05T09:00:00+08:00"\n'
        office.room.write(name, listed + office.room.read(name))
        assert office.room.run("send", ISSUE, "--expect", "8") == 1
        assert "this database has no word of it" in office.room.err
        assert not office.inbox.real

    def test_a_server_that_defers_leaves_the_issue_open(self, office: Office) -> None:
        """Its words and the next try are told, the exit code is 1, and nothing is listed."""
        office.inbox.later = "451 4.7.1 come back later"
        assert office.room.run("send", ISSUE, "--expect", "8") == 1
        assert "come back later" in office.room.out
        assert office.states() == {"deferred": 8}
        assert "listed" not in office.room.read(f"issues/{ISSUE}/issue.toml")

    def test_a_server_that_is_away_loses_nothing(self, office: Office) -> None:
        """Nobody answers at the port: a sentence, exit code 1, and all readers still wait."""
        rows = office.room.read("newsletter.toml").split("\n")
        port = next(row for row in rows if row.startswith("port ="))
        office.set(port, "port = 9")
        assert office.room.run("send", ISSUE, "--expect", "8") == 1
        assert office.states() == {"planned": 8}
        office.set("port = 9", port)
        assert office.room.run("send", ISSUE, "--expect", "8") == 0, office.room.err
        assert len(office.inbox.real) == 8

    def test_an_edit_after_the_test_wants_a_new_test(self, office: Office) -> None:
        """A test counts for exactly the bytes that were tested."""
        edit(office)
        office.publish()
        assert office.room.run("send", ISSUE, "--expect", "8") == 1
        assert "en: was not test-mailed" in office.room.err
        assert "zh-Hans: was not" not in office.room.err
        assert not office.inbox.real

    @pytest.mark.parametrize("name", ["/unsubscribe?t=test", "/preferences?t=test"])
    def test_a_dead_link_stops(self, office: Office, name: str) -> None:
        """A mail whose unsubscribe or preferences page does not answer is not sent."""
        del office.web.pages[name]
        assert office.room.run("send", ISSUE, "--expect", "8") == 1
        assert "answers 404" in office.room.err
        assert not office.inbox.real

    def test_an_archive_with_other_bytes_stops(self, office: Office) -> None:
        """The page that `view online` leads to has to be this very edition."""
        office.web.pages[f"/{ISSUE}/zh-Hans/"] = "yesterday's page"
        assert office.room.run("send", ISSUE, "--expect", "8") == 1
        assert "is not what `build` makes" in office.room.err
        assert not office.inbox.real

    def test_a_count_far_off_the_last_issue_stops(self, office: Office) -> None:
        """A fifth more or fewer readers is asked about in words, and not by the count alone."""
        with office.desk() as desk, desk.base.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO deliveries (issue, subscriber_id, edition, state, reply, sha256,"
                " message_id, leaves, updated) SELECT '2025-08-22', id, edition, 'sent', '', '',"
                " '', 1, '2025-08-22' FROM subscribers WHERE id <= 6"
            )
        assert office.room.run("send", ISSUE, "--expect", "8") == 1
        assert "more than 20% off" in office.room.err
        assert not office.inbox.real
        assert office.room.run("send", ISSUE, "--expect", "8", "--unusual") == 0, office.room.err
        assert len(office.inbox.real) == 8

    def test_two_jobs_at_once(self, office: Office) -> None:
        """The second says that another is at it, and sends nothing."""
        with office.desk() as desk, only_job(desk.base, ISSUE):
            assert office.room.run("send", ISSUE, "--expect", "8") == 1
        assert "another job is sending" in office.room.err
        assert not office.inbox.real

    @pytest.mark.parametrize(("typed", "sent"), [("8", 8), ("", 0), ("yes", 0), ("80", 0)])
    def test_a_person_types_the_number(self, office: Office, typed: str, sent: int) -> None:
        """On a terminal only the number of readers sends; all else leaves."""
        main, side = pty.openpty()
        command = [sys.executable, "-m", "pressroom", "--newsroom", str(office.root), "send", ISSUE]
        with subprocess.Popen(
            command, stdin=side, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as job:
            os.close(side)
            os.write(main, f"{typed}\n\x04".encode())
            job.communicate(timeout=60)
        os.close(main)
        assert len(office.inbox.real) == sent

    @pytest.mark.parametrize("words", [("--cancel",), ("--pause",), ("--test",), ("--due",)])
    def test_a_dry_run_never_acts(self, office: Office, words: tuple[str, ...]) -> None:
        """With what acts at once it is refused, and nothing changes."""
        assert office.room.run("send", ISSUE, "--dry-run", *words) == 2
        assert not office.inbox.taken
        assert office.alerts() == []

    def test_a_dry_run_sends_nothing(self, office: Office) -> None:
        """It prints the plan, whatever else is missing."""
        assert office.room.run("send", ISSUE, "--dry-run") == 0
        assert "to real readers" in office.room.err
        assert not office.inbox.taken


class TestAtTheHour:
    """`pressroom send --due` under cron."""

    def test_nothing_is_due_that_nobody_decided(self, office: Office) -> None:
        """An issue whose hour has come, but that was neither scheduled nor approved, stays."""
        assert office.tick(timedelta(hours=1)) == []
        assert not office.inbox.real

    def test_a_schedule_goes_at_its_hour(self, office: Office) -> None:
        """Not before it, once at it, and never again."""
        office.schedule(HOUR)
        assert office.tick() == []
        assert [one.kind for one in office.tick(timedelta(minutes=10))] == ["started", "sent"]
        assert office.tick(timedelta(minutes=1)) == []
        assert set(office.inbox.real.values()) == {1}
        assert len(office.inbox.real) == 8
        assert [kind for kind, _ in office.alerts()] == ["scheduled", "started", "done"]

    def test_an_unscheduled_one_never_goes(self, office: Office) -> None:
        """What was taken back is gone, and its plan with it."""
        office.schedule(HOUR)
        assert office.room.run("send", ISSUE, "--unschedule") == 0
        assert office.tick(timedelta(minutes=10)) == []
        assert office.states() == {}
        assert not office.inbox.real

    def test_an_edit_after_the_lock_holds(self, office: Office) -> None:
        """It is named by every later command with its diff, and held at the hour."""
        office.schedule(HOUR)
        edit(office)
        for words in (("check", ISSUE), ("status", ISSUE), ("build", ISSUE)):
            office.room.run(*words)
            assert "+One more line at eleven at night." in office.room.out, words
        office.publish()
        assert [one.kind for one in office.tick(timedelta(minutes=10))] == ["held"]
        assert office.tick(timedelta(minutes=1)) == []
        assert not office.inbox.real
        assert [kind for kind, _ in office.alerts()] == ["scheduled", "held"]

    def test_an_edition_put_off_after_the_lock_holds(self, office: Office) -> None:
        """What the editor set to `later` stays, whatever was scheduled before."""
        office.schedule(HOUR)
        office.room.change(
            f"issues/{ISSUE}/issue.toml",
            '[editions.zh-Hans]\nstatus = "due"',
            '[editions.zh-Hans]\nstatus = "later"',
        )
        office.publish()
        held = office.tick(timedelta(minutes=10))
        assert [one.kind for one in held] == ["held"]
        assert "zh-Hans: is no longer due" in held[0].words
        assert office.room.run("send", ISSUE, "--expect", "4") == 0, office.room.err
        assert len(office.inbox.real) == 4

    def test_a_relock_takes_the_edit_in(self, office: Office) -> None:
        """After a test of the one edition that changed, and the count."""
        office.schedule(HOUR)
        edit(office)
        office.publish()
        assert office.room.run("send", ISSUE, "--relock", "--expect", "8") == 1
        assert "en: was not test-mailed" in office.room.err
        office.test()
        assert office.room.run("send", ISSUE, "--expect", "8") == 1
        assert "--relock" in office.room.err
        assert office.room.run("send", ISSUE, "--relock", "--expect", "8") == 0, office.room.err
        mine = [data for to, data in office.inbox.taken if b"eleven at night" in data]
        assert len(mine) == 4 + 1
        assert len(office.inbox.real) == 8

    def test_a_finding_that_came_later_holds(self, office: Office) -> None:
        """A TK written after the lock is no word for readers."""
        office.schedule(HOUR)
        name = f"issues/{ISSUE}/news_briefs.en.md"
        office.room.write(name, office.room.read(name) + "\nTK: who pays?\n")
        held = office.tick(timedelta(minutes=10))
        assert [one.kind for one in held] == ["held"]
        assert "stop the send" in held[0].words
        assert not office.inbox.real

    def test_an_hour_late_holds(self, office: Office) -> None:
        """A server that slept through the hour does not wake the readers at night."""
        office.schedule(HOUR)
        held = office.tick(timedelta(hours=2))
        assert [one.kind for one in held] == ["held"]
        assert "1 h ago" in held[0].words
        assert not office.inbox.real

    def test_a_dead_archive_holds(self, office: Office) -> None:
        """A picture that does not answer holds the send as a page does."""
        office.schedule(HOUR)
        name = next(name for name in office.web.pages if "/figures/" in name)
        del office.web.pages[name]
        assert [one.kind for one in office.tick(timedelta(minutes=10))] == ["held"]
        assert not office.inbox.real

    def test_an_approved_issue_goes_at_its_own_hour(self, office: Office) -> None:
        """approved.toml is enough for the server, where the bytes are the very ones."""
        assert office.room.run("approve", ISSUE, "--as", "editor") == 0, office.room.err
        assert office.tick() == []
        assert [one.kind for one in office.tick(timedelta(minutes=10))] == ["started", "sent"]
        assert len(office.inbox.real) == 8
        assert office.tick(timedelta(minutes=1)) == []

    def test_an_edit_after_the_approval_holds(self, office: Office) -> None:
        """Other bytes than the approved ones stay, and a new approval comes too late by itself."""
        assert office.room.run("approve", ISSUE, "--as", "editor") == 0
        edit(office)
        office.publish()
        held = office.tick(timedelta(minutes=10))
        assert [one.kind for one in held] == ["held"]
        assert "is not what" in held[0].words
        assert office.tick(timedelta(minutes=1)) == []
        assert not office.inbox.real

    @pytest.mark.parametrize("word", ["--unschedule", "--cancel", "--pause"])
    def test_an_approval_can_be_taken_back(self, office: Office, word: str) -> None:
        """Before its hour any of the three ends it, though nothing was scheduled here."""
        assert office.room.run("approve", ISSUE, "--as", "editor") == 0
        assert office.room.run("send", ISSUE, word) == 0
        assert office.tick(timedelta(minutes=10)) == []
        assert not office.inbox.real

    def test_a_rehearsal_in_files_is_no_consent_to_mail(self, office: Office) -> None:
        """What was scheduled for the outbox is held when the transport has become smtp."""
        office.set('transport = "smtp"', 'transport = "outbox"')
        office.schedule(HOUR)
        office.set('transport = "outbox"', 'transport = "smtp"')
        held = office.tick(timedelta(minutes=10))
        assert [one.kind for one in held] == ["held"]
        assert not office.inbox.real

    def test_other_readers_than_were_confirmed_hold(self, office: Office) -> None:
        """A list that grew by more than a fifth since the count was given waits for a person."""
        office.schedule(HOUR)
        rows = "".join(f"new{n}@example.org,,en\n" for n in range(9))
        office.room.write("more.csv", f"address,name,edition\n{rows}")
        assert office.room.run("subscribers", "import", str(office.root / "more.csv")) == 0
        held = office.tick(timedelta(minutes=10))
        assert [one.kind for one in held] == ["held"]
        assert "en: 13 readers, where 4 were confirmed" in held[0].words
        assert not office.inbox.real

    def test_an_hour_moved_after_the_lock_holds(self, office: Office) -> None:
        """An edition whose send_at was set later does not go at its old hour."""
        office.schedule(HOUR)
        name = f"issues/{ISSUE}/issue.toml"
        old = '[editions.zh-Hans]\nstatus = "due"\nsend_at = "2025-09-05T09:00:00+08:00"'
        office.room.change(name, old, old.replace("T09:00", "T18:00"))
        held = office.tick(timedelta(minutes=10))
        assert [one.kind for one in held] == ["held"]
        assert "zh-Hans: its send_at was moved" in held[0].words
        assert not office.inbox.real

    def test_an_old_approval_is_history(self, office: Office) -> None:
        """A new server does not mail the issues of last year."""
        assert office.room.run("approve", ISSUE, "--as", "editor") == 0
        assert office.tick(timedelta(days=30)) == []
        assert not office.inbox.real
        assert office.alerts() == []

    @pytest.mark.parametrize("verb", ["pause", "unschedule", "cancel"])
    def test_a_person_wins_over_the_same_minute(self, office: Office, verb: str) -> None:
        """Whoever stops an issue while cron builds it has stopped it."""
        office.schedule(HOUR)
        office.clock = HOUR
        with office.desk() as desk:

            def build(slug: str) -> Ready:
                getattr(desk, verb)(slug)
                return pipeline_send.ready(desk.ws, slug, office.clock)

            assert [one.kind for one in Hour(desk).due(build)] == ["busy"]
        assert office.tick(timedelta(minutes=1)) == []
        assert not office.inbox.real

    def test_a_missed_approval_is_told_once(self, office: Office) -> None:
        """A server that slept for two days holds the issue and says so."""
        assert office.room.run("approve", ISSUE, "--as", "editor") == 0
        assert [one.kind for one in office.tick(timedelta(days=2))] == ["held"]
        assert office.tick(timedelta(minutes=1)) == []
        assert [kind for kind, _ in office.alerts()] == ["held"]
        assert not office.inbox.real

    def test_a_torn_approval_is_told_and_stops_no_other(self, office: Office) -> None:
        """A file that cannot be read is a fault of its issue alone."""
        office.room.write(f"issues/{ISSUE}/approved.toml", "by = 1\n")
        told = office.tick(timedelta(minutes=10))
        assert [one.kind for one in told] == ["failed"]
        assert "approved.toml" in told[0].words


class TestWhileItGoes:
    """Pause, resume, cancel, and a server that goes away."""

    def test_a_tick_finds_a_job_at_work(self, office: Office) -> None:
        """The minute's next `send --due` leaves the running one alone, and alerts nobody."""
        office.schedule(HOUR)
        with office.desk() as desk, only_job(desk.base, ISSUE):
            assert [o.kind for o in office.tick(timedelta(minutes=10))] == ["busy"]
        assert [kind for kind, _ in office.alerts()] == ["scheduled"]
        assert [o.kind for o in office.tick()] == ["started", "sent"]

    def test_the_same_fault_is_told_once(self, office: Office) -> None:
        """A server that is away for an hour costs one alert, not sixty."""
        office.schedule(HOUR)
        office.inbox.refuse = "550 5.7.1 not now"
        for minute in (10, 1, 1):
            office.tick(timedelta(minutes=minute))
        assert [kind for kind, _ in office.alerts()] == ["scheduled", "started", "failed"]

    def test_an_unreachable_server_is_gone_on_with(self, office: Office) -> None:
        """Nothing is lost or doubled when the server refuses for a while."""
        office.schedule(HOUR)
        office.inbox.refuse = "550 5.7.1 not now"
        assert [o.kind for o in office.tick(timedelta(minutes=10))] == ["started", "failed"]
        office.inbox.refuse = ""
        assert [o.kind for o in office.tick(timedelta(minutes=1))] == ["sent"]
        assert set(office.inbox.real.values()) == {1}
        assert len(office.inbox.real) == 8

    def test_a_paused_send_waits_for_its_person(self, office: Office) -> None:
        """Cron does not go on with what a person paused; they do."""
        office.start()
        assert office.room.run("send", ISSUE, "--pause") == 0
        assert office.tick(timedelta(minutes=10)) == []
        assert office.room.run("send", ISSUE, "--expect", "8") == 1
        assert "is paused" in office.room.err
        assert not office.inbox.real
        assert office.room.run("send", ISSUE, "--resume", "--expect", "8") == 0, office.room.err
        assert len(office.inbox.real) == 8

    def test_a_pause_before_the_hour_holds(self, office: Office) -> None:
        """What has not begun is not started by a resume: it is held, and a person sends it."""
        office.schedule(HOUR)
        assert office.room.run("send", ISSUE, "--pause") == 0
        assert office.tick(timedelta(minutes=10)) == []
        assert not office.inbox.real
        assert office.room.run("send", ISSUE, "--expect", "8") == 0, office.room.err
        assert len(office.inbox.real) == 8

    def test_a_cancelled_send_is_over(self, office: Office) -> None:
        """Who has not had it will not get it, and the ledger says why."""
        office.schedule(HOUR)
        assert office.room.run("send", ISSUE, "--cancel") == 0
        assert office.tick(timedelta(minutes=10)) == []
        assert office.states() == {"failed": 8}
        assert not office.inbox.real

    def test_a_cancelled_rehearsal_takes_the_issue_from_nobody(self, office: Office) -> None:
        """What was scheduled for files and cancelled is mailed to every reader afterwards."""
        office.set('transport = "smtp"', 'transport = "outbox"')
        office.schedule(HOUR)
        assert office.room.run("send", ISSUE, "--cancel") == 0
        assert office.states() == {}
        office.set('transport = "outbox"', 'transport = "smtp"')
        assert office.room.run("send", ISSUE, "--test") == 0, office.room.err
        assert office.room.run("send", ISSUE, "--expect", "8") == 0, office.room.err
        assert len(office.inbox.real) == 8
