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

HISTORY = timedelta(days=1)
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
                self.desk.alert("failed", slug, f"{slug}: {fault}", "send --due")
                yield Outcome(slug, "failed", str(fault))

    def _candidates(self) -> list[str]:
        rows = schedule.every(self.desk.base, [SendState.SCHEDULED, SendState.STARTED])
        due = {r.issue for r in rows if r.state is SendState.STARTED or r.at <= self.desk.now()}
        return sorted(due | {slug for slug in self.desk.ws.slugs() if self._may_be_due(slug)})

    def _may_be_due(self, slug: str) -> bool:
        """Whether an approval's hour has come; one that cannot be read is told in its turn."""
        try:
            return bool(self._approved(slug))
        except PressroomError:
            return True

    def _approved(self, slug: str) -> dict[Locale, datetime]:
        """The approved editions whose hour has come, and that nothing else was decided of."""
        found = approval.read(self.desk.ws.issues / slug)
        if found is None:
            return {}
        rows = schedule.of(self.desk.base, slug)
        hours = {
            tag: one.send_at
            for tag, one in found.editions.items()
            if one.send_at <= self.desk.now() < one.send_at + HISTORY
        }
        return {tag: at for tag, at in hours.items() if tag not in rows or _is_stale(rows[tag], at)}

    def _due(self, slug: str, build: Callable[[str], Ready]) -> Iterator[Outcome]:
        rows = schedule.of(self.desk.base, slug)
        waiting = [
            r for r in rows.values() if r.state is SendState.SCHEDULED and r.at <= self.desk.now()
        ]
        approved = self._approved(slug)
        if waiting or approved:
            yield self._begin(slug, waiting, approved, build)
        if any(r.state is SendState.STARTED for r in schedule.of(self.desk.base, slug).values()):
            report = self.desk.run(slug)
            again = f", again at {report.again}" if report.again else ""
            yield Outcome(slug, "sent", f"{report.handed} messages handed over{again}")

    def _begin(
        self, slug: str, waiting: list[Send], approved: Mapping[Locale, datetime],
        build: Callable[[str], Ready],
    ) -> Outcome:  # fmt: skip
        """Start what waits, or hold it with the reason."""
        hours = {row.edition: row.at for row in waiting} | dict(approved)
        try:
            ready = build(slug)
            why = self._holds(ready, hours, {row.edition for row in waiting})
        except PressroomError as fault:
            ready, why = None, [str(fault)]
        if ready and not why:
            started = [(ready.prints[tag], self.desk.now(), SendState.STARTED) for tag in hours]
            self.desk.lock(ready, started)
            words = f"{slug} {', '.join(hours)} is being sent."
            self.desk.alert("started", slug, words, "send {} --status")
            return Outcome(slug, "started", words)
        reason = " ".join(why)
        known = {row.edition: row for row in waiting}
        held = [
            known.get(tag) or Send(slug, tag, SendState.HELD, at, _print_of(ready, tag), 0)
            for tag, at in hours.items()
        ]
        schedule.change(self.desk.base, held, SendState.HELD, self.desk.now(), reason)
        self.desk.alert("held", slug, f"{slug} is held: {reason}", "send {}")
        return Outcome(slug, "held", reason)

    def _holds(
        self, ready: Ready, hours: Mapping[Locale, datetime], scheduled: set[Locale]
    ) -> list[str]:
        slug = ready.slug
        late = timedelta(seconds=seconds(self.desk.ws.settings.delivery.late))
        found = [
            f"{tag}: its hour was {at:%Y-%m-%d %H:%M %Z}, over {self.desk.ws.settings.delivery.late} ago."
            for tag, at in hours.items()
            if self.desk.now() > at + late
        ]
        found += [f"{tag}: is no longer due." for tag in hours if tag not in ready.prints]
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
        found += self.desk.swing(self.desk.plan(ready, chosen)) if not scheduled else []
        return found + live.faults(ready.asks())


def _is_stale(row: Send, at: datetime) -> bool:
    """Whether a hold came from another approval than the one that now stands."""
    return row.state is SendState.HELD and row.at != at


def _print_of(ready: Ready | None, tag: Locale) -> str:
    return ready.prints[tag].name if ready and tag in ready.prints else ""
