"""What cron does at the hour: it sends what was scheduled here or approved elsewhere.

What is no longer what was agreed is held, with an alert: late is better than wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pressroom.errors import Busy, PressroomError
from pressroom.newsroom import approval, live
from pressroom.send import schedule
from pressroom.send.schedule import Send, SendState
from pressroom.settings_send import seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pressroom.model import Locale
    from pressroom.newsroom.dispatch import Dispatch, Ready
    from pressroom.send.job import Plan

REHEARSAL = "It was locked for the outbox, and not for real readers."

HISTORY = timedelta(days=14)
"""An approved edition whose hour is longer past, and that never began, is history, not late."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done for one issue: an alert's kind, and words."""

    issue: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Hour:
    """The work of one tick of the clock."""

    desk: Dispatch

    def due(self, build: Callable[[str], Ready]) -> Iterator[Outcome]:
        """Do what is due now, issue by issue; a fault of one never stops the others."""
        for slug in self._candidates():
            try:
                yield from self._due(slug, build)
            except Busy as fault:
                yield Outcome(slug, "busy", str(fault))
            except PressroomError as fault:
                self.desk.alert("failed", slug, f"{slug}: {fault}")
                yield Outcome(slug, "failed", str(fault))

    def _candidates(self) -> list[str]:
        rows = schedule.every(self.desk.base, [SendState.SCHEDULED, SendState.STARTED])
        due = {r.issue for r in rows if r.state is SendState.STARTED or r.at <= self.desk.now()}
        return sorted(due | {slug for slug in self.desk.ws.slugs() if self._may_be_due(slug)})

    def _may_be_due(self, slug: str) -> bool:
        """Whether an approval's hour has come; one that cannot be read is told in its turn."""
        try:
            return bool(self._approved(slug, schedule.of(self.desk.base, slug)))
        except PressroomError:
            return True

    def _approved(self, slug: str, rows: Mapping[Locale, Send]) -> dict[Locale, datetime]:
        """The approved editions whose hour has come, and that nothing else was decided of."""
        found = approval.read(self.desk.ws.issues / slug)
        if found is None:
            return {}
        hours = {
            tag: one.send_at
            for tag, one in found.editions.items()
            if one.send_at <= self.desk.now() < one.send_at + HISTORY
        }
        mails = {tag: one.mail for tag, one in found.editions.items()}
        return {
            tag: at
            for tag, at in hours.items()
            if tag not in rows or _is_stale(rows[tag], at, mails[tag])
        }

    def _due(self, slug: str, build: Callable[[str], Ready]) -> Iterator[Outcome]:
        rows = schedule.of(self.desk.base, slug)
        waiting = [
            r for r in rows.values() if r.state is SendState.SCHEDULED and r.at <= self.desk.now()
        ]
        hours = {row.edition: row.at for row in waiting} | self._approved(slug, rows)
        if hours:
            yield self._begin(slug, rows, hours, build)
        started = [
            r for r in schedule.of(self.desk.base, slug).values() if r.state is SendState.STARTED
        ]
        if not all(self.desk.was_meant(row) for row in started):
            yield self._hold(slug, started, [REHEARSAL])
        elif started:
            report = self.desk.run(slug)
            again = f", again at {report.again}" if report.again else ""
            yield Outcome(slug, "sent", f"{report.handed} messages handed over{again}")

    def _begin(
        self, slug: str, rows: Mapping[Locale, Send], hours: Mapping[Locale, datetime],
        build: Callable[[str], Ready],
    ) -> Outcome:  # fmt: skip
        """Start what is due, or hold it with the reason; `rows` are what that was read from."""
        waiting = {t: rows[t] for t in hours if t in rows and rows[t].state is SendState.SCHEDULED}
        try:
            ready = build(slug)
            why = self._holds(ready, hours, waiting)
        except PressroomError as fault:
            ready, why = None, [str(fault)]
        if ready and not why:
            started = [(ready.prints[tag], self.desk.now(), SendState.STARTED) for tag in hours]
            self.desk.lock(ready, started, seen={tag: rows.get(tag) for tag in hours})
            words = f"{slug} {', '.join(hours)} is being sent."
            self.desk.alert("started", slug, words)
            return Outcome(slug, "started", words)
        held = [
            waiting.get(tag) or _as_approved(rows.get(tag), slug, tag, at, _print_of(ready, tag))
            for tag, at in hours.items()
        ]
        return self._hold(slug, held, why)

    def _grown(self, row: Send, plan: Plan) -> list[str]:
        """A reason, where the readers are far from the number that was confirmed."""
        most, now = self.desk.ws.settings.delivery.swing, plan.will.get(row.edition, 0)
        if not most or abs(now - row.expected) * 100 <= most * row.expected:
            return []
        return [f"{row.edition}: {now} readers, where {row.expected} were confirmed."]

    def _hold(self, slug: str, held: list[Send], why: list[str]) -> Outcome:
        """Hold these editions, and tell why."""
        reason = " ".join(why)
        if not schedule.change(self.desk.base, held, SendState.HELD, self.desk.now(), reason):
            raise Busy(f"{slug}: somebody decided otherwise at this very moment.")
        self.desk.alert("held", slug, f"{slug} is held: {reason}")
        return Outcome(slug, "held", reason)

    def _holds(
        self, ready: Ready, hours: Mapping[Locale, datetime], scheduled: Mapping[Locale, Send]
    ) -> list[str]:
        slug = ready.slug
        late = timedelta(seconds=seconds(self.desk.ws.settings.delivery.late))
        found = [
            f"{tag}: its hour was {at:%Y-%m-%d %H:%M %Z}, over {self.desk.ws.settings.delivery.late} ago."
            for tag, at in hours.items()
            if self.desk.now() > at + late
        ]
        found += [f"{tag}: is no longer due." for tag in hours if tag not in ready.prints]
        found += [
            f"{tag}: its send_at was moved to {ready.hours[tag]:%Y-%m-%d %H:%M %Z}."
            for tag in hours
            if tag in ready.hours and ready.hours[tag] > self.desk.now()
        ]
        found += [REHEARSAL for row in scheduled.values() if not self.desk.was_meant(row)][:1]
        found += self.desk.unknown(ready)
        if found:
            return found
        found = [
            f"{tag}: was edited since it was locked: pressroom send {slug} --relock"
            for tag in self.desk.edited(ready)
            if tag in scheduled
        ]
        chosen = {tag: ready.prints[tag] for tag in hours}
        if ready.approval is not None:
            mails = {tag: one.mail for tag, one in chosen.items()}
            found += [f"{words}." for words in approval.differences(ready.approval, mails)]
        plan = self.desk.plan(ready, chosen)
        found += self.desk.swing(plan)
        found += [words for row in scheduled.values() for words in self._grown(row, plan)]
        return found + live.faults(ready.asks())


def _is_stale(row: Send, at: datetime, mail: str) -> bool:
    """Whether an end or a hold came from another approval than the one that now stands."""
    if row.state is SendState.CANCELLED:
        return row.at != at or row.print != mail
    return row.state is SendState.HELD and row.at != at


def _as_approved(row: Send | None, slug: str, tag: Locale, at: datetime, name: str) -> Send:
    """The send of an approved edition, in the state in which it stands, if it does."""
    return Send(slug, tag, row.state if row else SendState.HELD, at, name, 0)


def _print_of(ready: Ready | None, tag: Locale) -> str:
    return ready.prints[tag].name if ready and tag in ready.prints else ""
