"""The editor's choice and order of stories, kept in each issue.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pressroom.errors import SettingsError, UsageError
from pressroom.manuscript.issue import ISSUE, Issue, read_issue, read_sources
from pressroom.model import Story, StoryState
from pressroom.store.files import write_atomic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pressroom.workspace import Workspace

BRIEFS = "news_briefs"
CADENCE = re.compile(r"^every (?:(\d+) weeks|week) on (\w+) at (\d\d):(\d\d)$")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def read(ws: Workspace, folder: Path) -> Issue:
    """An issue of the newsroom; one without issue.toml has its folder's date."""
    return read_issue(folder, ws.locales)


def next_slug(ws: Workspace, today: date) -> str:
    """The date of the issue after the last one, by the cadence; never in the past."""
    weeks, weekday = _cadence(ws)
    if slugs := ws.slugs():
        day = date.fromisoformat(slugs[-1]) + timedelta(weeks=weeks)
    else:
        day = today + timedelta(days=(weekday - today.weekday()) % 7)
    while day < today:
        day += timedelta(weeks=weeks)
    return day.isoformat()


def goes_out(ws: Workspace, issue: Issue) -> datetime:
    """When the original is due: its own send_at, else the cadence's hour on the issue's date."""
    plan = issue.editions.get(issue.original)
    if plan and plan.send_at:
        return plan.send_at
    found = CADENCE.match(ws.settings.masthead.cadence)
    assert found is not None, "the settings hold the cadence to its pattern"
    hour, minute = int(found[3]), int(found[4])
    start = datetime.combine(issue.date, datetime.min.time(), ws.settings.masthead.tz)
    return start.replace(hour=hour, minute=minute)


def _cadence(ws: Workspace) -> tuple[int, int]:
    found = CADENCE.match(ws.settings.masthead.cadence)
    if found is None or found[2] not in DAYS:
        raise SettingsError(
            f'newsletter.toml: masthead.cadence: "{ws.settings.masthead.cadence}" names no day. '
            'Write for example "every 2 weeks on Friday at 09:00".'
        )
    return int(found[1] or 1), DAYS.index(found[2])


def last_sent(ws: Workspace) -> datetime | None:
    """When the last issue that has gone out was dated; None before the first."""
    dates = [issue.date for s in ws.slugs() if (issue := read(ws, ws.issues / s)).listed]
    zone = ws.settings.masthead.tz
    return datetime.combine(max(dates), datetime.min.time(), zone) if dates else None


def open_or_next(ws: Workspace, wanted: str | None, now: datetime) -> str:
    """The issue named, the next by the cadence (`next`, or when none is open), or the open one."""
    if wanted is None and any(not read(ws, ws.issues / s).listed for s in ws.slugs()):
        return ws.issue(None).name
    if wanted in {None, "next"}:
        return next_slug(ws, now.astimezone(ws.settings.masthead.tz).date())
    try:
        return date.fromisoformat(str(wanted)).isoformat()
    except ValueError:
        raise UsageError(f'"{wanted}" is no date. Write YYYY-MM-DD, or "next".') from None


@dataclass(frozen=True, slots=True)
class Decisions:
    """What all issues say of handles and items."""

    by_handle: Mapping[str, tuple[StoryState, str]]
    used: Mapping[str, str]

    def told(self, story: Story) -> Story:
        """The story with its state and the issue that decided it."""
        for item in story.items:
            if item.id in self.used:
                return replace(story, state=StoryState.USED, issue=self.used[item.id])
        state, issue = self.by_handle.get(story.handle, (StoryState.NEW, ""))
        return replace(story, state=state, issue=issue)


def decisions(ws: Workspace) -> Decisions:
    """Read what every issue decided; later issues win."""
    by_handle: dict[str, tuple[StoryState, str]] = {}
    used: dict[str, str] = {}
    for slug in ws.slugs():
        issue = read(ws, ws.issues / slug)
        if issue.listed:
            used |= dict.fromkeys(read_sources(issue.folder), slug)
        by_handle |= _said(issue)
    return Decisions(by_handle, used)


def _said(issue: Issue) -> dict[str, tuple[StoryState, str]]:
    picked = [h for entries in issue.lineup.values() for e in entries for h in e.split("+")]
    said = dict.fromkeys(issue.spiked, (StoryState.SPIKED, issue.slug))
    said |= dict.fromkeys(issue.held, (StoryState.HELD, issue.slug))
    return said | dict.fromkeys(picked, (StoryState.PICKED, issue.slug))


def decide(folder: Path, section: str, entries: Sequence[str], state: StoryState) -> None:
    """Write a decision into issue.toml, keeping the editor's own lines and comments.

    A story stands in one list at a time; NEW takes it out of all of them.
    """
    import tomlkit

    path = folder / ISSUE
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    table = tomlkit.parse(text or f"date = {folder.name}\n")
    handles = {h for entry in entries for h in entry.split("+")}
    _strike(table, handles)
    if state is StoryState.PICKED:
        lineup = table.setdefault("lineup", tomlkit.table())
        _extend(lineup, section, entries)
    elif state is not StoryState.NEW:
        _extend(table, state.value, sorted(handles))
    write_atomic(path, tomlkit.dumps(table).encode())


def _strike(table: Any, handles: set[str]) -> None:
    lists = [(table, "held"), (table, "spiked")]
    lists += [(table["lineup"], kind) for kind in list(table.get("lineup", {}))]
    for owner, key in lists:
        if key in owner:
            owner[key] = [e for e in owner[key] if not handles & set(e.split("+"))]


def _extend(owner: Any, key: str, entries: Sequence[str]) -> None:
    owner[key] = [*owner.get(key, []), *entries]


def merged(entry: str, known: Mapping[str, Story]) -> Story:
    """One brief of an entry: `a+b` joins the items of two stories under the first's handle."""
    handles = entry.split("+")
    first = known[handles[0]]
    return replace(first, items=tuple(i for h in handles for i in known[h].items))


def lineup_stories(entries: Sequence[str], known: Mapping[str, Story]) -> list[Story]:
    """The stories of a lineup; an entry that the clippings no longer hold is an error."""
    for entry in entries:
        if lost := [h for h in entry.split("+") if h not in known]:
            raise UsageError(
                f'The lineup names "{lost[0]}", which is not in the clippings of this machine. '
                f"Gather first, or take it out: pressroom pick {lost[0]} --drop"
            )
    return [merged(entry, known) for entry in entries]
