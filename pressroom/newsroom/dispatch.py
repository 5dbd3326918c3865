"""How a send is decided: what stops it, its hour, its lock, and the run that goes at that hour.

A person at a terminal calls `stops`, confirms the number of readers, then `go` or `schedule`;
what cron does at the hour stands in `pressroom.newsroom.hour`.
"""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pressroom.errors import Busy, UsageError
from pressroom.newsroom import alerting, approval, live, press
from pressroom.newsroom.alerting import Alert
from pressroom.newsroom.course import course
from pressroom.newsroom.locked import diff, mark, unmark
from pressroom.send import job, prints, schedule
from pressroom.send.ledger import Ledger
from pressroom.send.lock import only_job
from pressroom.send.message import fingerprint
from pressroom.send.schedule import LOCKED, Send, SendState
from pressroom.store.suppression import suppressed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from pressroom.model import Delivery, Locale, Transport
    from pressroom.newsroom.live import Ask
    from pressroom.send.job import Plan, SendReport
    from pressroom.send.prints import Print
    from pressroom.store.mailing import Mailing
    from pressroom.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Ready:
    """An issue as it is now: what would be sent, each edition's hour, what must answer first.

    `later` are its editions that go another day, some of whose readers may have the original
    now; `listed` says that issue.toml calls the issue sent.
    """

    slug: str
    prints: Mapping[Locale, Print]
    hours: Mapping[Locale, datetime]
    later: tuple[Locale, ...]
    asks: Callable[[], Iterable[Ask]]
    approval: approval.Approval | None = None
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Dispatch:
    """All that a send needs of its newsroom; `door` opens the transport of an issue."""

    ws: Workspace
    base: Mailing
    now: Callable[[], datetime]
    door: Callable[[str], Transport]
    say: Callable[[str], None]
    progress: Callable[[Delivery], None] = lambda _: None
    patience: timedelta = timedelta()

    # --- before ---

    @property
    def leaves(self) -> bool:
        """Whether mail leaves this machine."""
        return self.ws.settings.delivery.transport != "outbox"

    def locked(self, slug: str) -> dict[Locale, Print]:
        """The editions of an issue whose bytes are locked."""
        rows = schedule.of(self.base, slug).values()
        found = {r.edition: prints.find(self.base, r.print) for r in rows if r.state in LOCKED}
        return {tag: one for tag, one in found.items() if one}

    def begun(self, slug: str) -> set[Locale]:
        """The editions whose send has started, paused or not."""
        rows = schedule.of(self.base, slug).values()
        return {r.edition for r in rows if r.state in {SendState.STARTED, SendState.PAUSED}}

    def chosen(self, ready: Ready, *, relock: bool = False) -> dict[Locale, Print]:
        """What would be sent: the locked bytes where there are some, else the fresh ones.

        What is locked, not begun and not edited since goes with today's date; an edition that
        is no longer due goes on only if it has begun.
        """
        if relock:
            return dict(ready.prints)
        begun, locked = self.begun(ready.slug), self.locked(ready.slug)
        kept = {
            tag: one
            for tag, one in locked.items()
            if tag in begun or (tag in ready.prints and _differ(one, ready.prints[tag]))
        }
        return dict(ready.prints) | kept

    def edited(self, ready: Ready) -> dict[Locale, str]:
        """The editions changed since their lock, each with its diff."""
        locked, fresh = self.locked(ready.slug), ready.prints
        return {
            tag: "\n".join(diff(old.manuscript, fresh[tag].manuscript))
            for tag, old in locked.items()
            if tag in fresh and _differ(old, fresh[tag])
        }

    def plan(self, ready: Ready, chosen: Mapping[Locale, Print]) -> Plan:
        """The counts that a person reads and confirms."""
        mails = {tag: one.mail for tag, one in chosen.items()}
        return job.plan(
            self.base, ready.slug, mails, leaves=self.leaves, later=ready.later, now=self.now
        )

    def paused(self, slug: str) -> list[Locale]:
        """The editions that a person paused."""
        rows = schedule.of(self.base, slug).values()
        return [row.edition for row in rows if row.state is SendState.PAUSED]

    def stops(
        self, ready: Ready, chosen: Mapping[Locale, Print], plan: Plan, *, unusual: bool
    ) -> list[str]:
        """In words, why this may not be sent to real readers yet."""
        slug = ready.slug
        begun = self.begun(slug)
        found = [
            f"{tag}: was not test-mailed as it now is. pressroom send {slug} --test"
            for tag, time in plan.tested.items()
            if not time and tag not in begun
        ]
        found += [
            f"{tag}: was edited since it was locked; see it and take it in: "
            f"pressroom send {slug} --relock"
            for tag in self.edited(ready)
            if tag in ready.prints and chosen[tag] is not ready.prints[tag] and tag not in begun
        ]
        if ready.approval is not None:
            mails = {tag: one.mail for tag, one in chosen.items()}
            found += [
                f"{words}. Approve it again: pressroom approve {slug} --as NAME"
                for words in approval.differences(ready.approval, mails)
            ]
        if not unusual and not begun:
            found += self.swing(plan)
        found += self.unknown(ready)
        return found + live.faults(ready.asks())

    def unfit(self, ready: Ready, chosen: Mapping[Locale, Print], address: str) -> list[str]:
        """In words, why a reader may not have the issue by name yet; a stranger gets a copy."""
        if not self.leaves:
            return []
        if why := suppressed(self.base, address):
            return [f"{address}: gets no mail ({why})."]
        if self.base.reader(address) is None:
            return []
        found = self.stops(ready, chosen, self.plan(ready, chosen), unusual=True)
        if self.paused(ready.slug):
            words = f"{ready.slug}: is paused. To go on: pressroom send {ready.slug} --resume"
            found.append(words)
        return found

    def unknown(self, ready: Ready) -> list[str]:
        """A reason, where the issue is listed as sent and this database knows nothing of it."""
        if not ready.listed or job.status(self.base, ready.slug):
            return []
        words = f"{ready.slug}: issue.toml says it was sent, and this database has no word of it."
        return [f"{words} Use that of the send; or take `listed` out of issue.toml."]

    def swing(self, plan: Plan) -> list[str]:
        """A reason, where the number of readers is far off the last issue's."""
        most, before = self.ws.settings.delivery.swing, sum(plan.last.values())
        told = sum(plan.readers.values())
        if not most or not before or abs(told - before) * 100 <= most * before:
            return []
        words = f"{told} readers, where {plan.last_issue} had {before}: more than {most}% off."
        return [f"{words} If that is right: --unusual"]

    # --- the verbs ---

    def go(self, ready: Ready, chosen: Mapping[Locale, Print]) -> SendReport:
        """Lock what is not locked, and send now; nothing where everybody has it."""
        if not self.plan(ready, chosen).total and not self.locked(ready.slug):
            return job.report(self.base, ready.slug)
        rows = schedule.of(self.base, ready.slug)
        going = {SendState.STARTED, SendState.PAUSED}
        fresh = [
            (one, self.now(), SendState.STARTED)
            for tag, one in chosen.items()
            if not (
                tag in rows
                and rows[tag].state in going
                and rows[tag].print == one.name
                and self.was_meant(rows[tag])
            )
        ]
        if fresh:
            self.lock(ready, fresh)
            self.alert("started", ready.slug, f"{ready.slug} is being sent.")
        begun = [r for r in schedule.of(self.base, ready.slug).values() if r.state in going]
        schedule.change(
            self.base,
            [r for r in begun if r.state is SendState.PAUSED],
            SendState.STARTED,
            self.now(),
        )
        return self.run(ready.slug)

    def schedule(
        self, ready: Ready, chosen: Mapping[Locale, Print], at: datetime
    ) -> dict[Locale, datetime]:
        """Lock these bytes for `at`, or for an edition's own hour where that is later."""
        hours = {tag: max(ready.hours.get(tag, at), at) for tag in chosen}
        past = [tag for tag, hour in hours.items() if hour <= self.now()]
        if past:
            raise UsageError(
                f"{past[0]}: {hours[past[0]]:%Y-%m-%d %H:%M} is past. Give a later --at."
            )
        will = self.plan(ready, chosen).will
        self.lock(
            ready, [(one, hours[tag], SendState.SCHEDULED) for tag, one in chosen.items()], will
        )
        told = ", ".join(f"{tag} {hour:%Y-%m-%d %H:%M %Z}" for tag, hour in hours.items())
        self.alert("scheduled", ready.slug, f"{ready.slug} goes out: {told}.")
        return hours

    def unschedule(self, slug: str) -> list[Locale]:
        """Take back what waits for its hour; nothing is sent, ever, by this.

        An approval is taken back too: what it approved goes only by hand, or approved anew.
        """
        waits = {SendState.SCHEDULED, SendState.HELD}
        tags = [r.edition for r in schedule.of(self.base, slug).values() if r.state in waits]
        ledger = Ledger(self.base, slug, self.now, leaves=self.leaves)
        with self.base.write() as connection:
            schedule.remove(connection, slug, tags)
            if tags:
                ledger.withdraw(tags, connection)
        back = self._withdraw_approval(slug, "its approval was taken back")
        tags += [tag for tag in back if tag not in tags]
        self._settle(slug)
        return tags

    def pause(self, slug: str) -> list[Locale]:
        """Ask the job to stop; it finishes the messages it has open, within a second.

        What only waits for its hour is held, and goes by hand; first, as it might begin.
        """
        why = "a person paused it"
        tags = self._move(slug, SendState.HELD, {SendState.SCHEDULED}, "held", why)
        tags += self._move(slug, SendState.PAUSED, {SendState.STARTED}, "paused")
        return tags + self._withdraw_approval(slug, "a person paused it", SendState.HELD)

    def cancel(self, slug: str) -> list[Locale]:
        """End the send: who has not had it will not get it; a rehearsal in files ends no mail."""
        of = schedule.of(self.base, slug)
        files = [tag for tag, row in of.items() if row.expected < 0]
        self.recover(slug)
        tags = self._move(slug, SendState.CANCELLED, LOCKED, "cancelled")
        tags += self._withdraw_approval(slug, "the send was cancelled")
        ledger = Ledger(self.base, slug, self.now, leaves=self.leaves)
        if tags:
            with self.base.write() as connection:
                ledger.withdraw(files, connection)
                ledger.cancel(tags, "the send was cancelled", connection)
        self._settle(slug)
        return tags

    def recover(self, slug: str) -> None:
        """Name what a killed job left on its way, unless a job is at it now."""
        with suppress(Busy), only_job(self.base, slug):
            Ledger(self.base, slug, self.now, leaves=self.leaves).recover()

    def _move(
        self,
        slug: str,
        state: SendState,
        of: Collection[SendState],
        kind: alerting.Kind,
        why: str = "",
    ) -> list[Locale]:
        told: list[Locale] = []
        while rows := [r for r in schedule.of(self.base, slug).values() if r.state in of]:
            moved = schedule.change(self.base, rows, state, self.now(), why)
            told += [row.edition for row in moved]
        if told:
            self.alert(kind, slug, f"{slug} is {kind}{': ' + why if why else ''}.")
        return told

    def renew(self, ready: Ready, editions: Iterable[Locale]) -> None:
        """Lock the bytes of now for paused editions: whoever has not had them gets these.

        They stay paused; the rows of who had the old ones keep the old print.
        """
        rows = schedule.of(self.base, ready.slug)
        self.lock(ready, [(ready.prints[t], rows[t].at, SendState.PAUSED) for t in editions])

    # --- helpers ---

    def _withdraw_approval(
        self, slug: str, why: str, state: SendState = SendState.CANCELLED
    ) -> list[Locale]:
        """Close the approved editions that nothing else was decided of; until approved anew."""
        folder = self.ws.issues / slug
        found = approval.read(folder) if folder.is_dir() else None
        known = schedule.of(self.base, slug)
        rows = [
            Send(slug, tag, state, one.send_at, one.mail, 0, why)
            for tag, one in (found.editions if found else {}).items()
            if tag not in known
        ]
        return [r.edition for r in schedule.change(self.base, rows, state, self.now(), why)]

    def was_meant(self, row: Send) -> bool:
        """Whether what was locked was meant for this door: a rehearsal in files is not for mail."""
        return not self.leaves or row.expected >= 0

    def _settle(self, slug: str) -> None:
        """Once nothing of an issue is locked, no command need ask."""
        if not any(row.state in LOCKED for row in schedule.of(self.base, slug).values()):
            unmark(self.ws, slug)

    def lock(
        self,
        ready: Ready,
        sends: list[tuple[Print, datetime, SendState]],
        expected: Mapping[Locale, int] | None = None,
        seen: Mapping[Locale, Send | None] | None = None,
    ) -> None:
        """Keep these bytes and hours, and plan a row for each reader."""
        mark(self.ws, ready.slug)
        job.lock(
            self.base, sends, self.now, leaves=self.leaves, later=ready.later,
            course=course(self, ready.slug), expected=expected, seen=seen,
        )  # fmt: skip

    def run(self, slug: str) -> SendReport:
        """Hand over what is started, and note what is done."""
        rows = schedule.of(self.base, slug)
        started = [r for r in rows.values() if r.state is SendState.STARTED]
        locked = {
            tag: one
            for tag, one in self.locked(slug).items()
            if tag in {r.edition for r in started}
        }
        with closing(self.door(slug)) as transport:
            report = job.run(
                self.base, slug, locked, transport, self.now, self.progress,
                course(self, slug),
            )  # fmt: skip
        left = Ledger(self.base, slug, self.now, leaves=self.leaves).open()
        after = schedule.of(self.base, slug)
        done = [
            r for r in started
            if not left.get(r.edition) and after[r.edition].state is SendState.STARTED
        ]  # fmt: skip
        if done:
            self._finish(slug, done, report)
        return report

    def _finish(self, slug: str, done: list[Send], report: SendReport) -> None:
        """Tell and list what is done, then note it: killed in between, it is told by the next."""
        counts = ", ".join(f"{n} {state.value}" for state, n in report.counts.items() if n)
        words = f"{slug} {', '.join(r.edition for r in done)} is done: {counts or 'no reader'}."
        self.alert("done", slug, words)
        if press.is_over(report.counts) and (self.ws.issues / slug).is_dir():
            press.mark_listed(self.ws.issues / slug, self.now())
        schedule.change(self.base, done, SendState.DONE, self.now())
        self._settle(slug)

    def alert(self, kind: alerting.Kind, slug: str, words: str) -> None:
        """Tell the newsroom, of the same fault once; what could not be told is said here."""
        alert = Alert(kind, slug, words)
        for fault in alerting.tell(self.ws, self.base, alert, self.now(), lambda: self.door(slug)):
            self.say(fault)


def _differ(one: Print, other: Print) -> bool:
    """Whether two prints differ in more than their date."""
    return fingerprint(one.mail) != fingerprint(other.mail)
