"""The editor's choice and order of stories, kept in each issue.toml."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pressroom.errors import SettingsError, UsageError, did_you_mean
from pressroom.manuscript.issue import ISSUE, Issue, Pin, read_issue
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
    issue, kinds = read_issue(folder, ws.locales), [s.kind for s in ws.settings.sections]
    for kind in issue.originals:
        if kind not in kinds:
            where = f"{folder.name}/{ISSUE}: originals.{kind}"
            raise SettingsError(
                f"{where}: there is no such section.{did_you_mean(kind, kinds)} "
                "Write a section of newsletter.toml."
            )
    return issue


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


def decide(
    folder: Path,
    section: str,
    entries: Sequence[str],
    state: StoryState,
    pins: Mapping[str, Pin],
) -> None:
    """Write a decision into issue.toml, keeping the editor's own lines and comments.

    A story stands in one list at a time; NEW takes it out of all of them. `pins` say which item
    each handle stands for, so that the lineup holds on any machine and after any gather.
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
    _pin(table, {} if state is StoryState.NEW else pins, handles)
    write_atomic(path, tomlkit.dumps(table).encode())


def _strike(table: Any, handles: set[str]) -> None:
    """Take stories out of every list; of `a+b`, what was not named stays."""
    lists = [(table, "held"), (table, "spiked")]
    lists += [(table["lineup"], kind) for kind in list(table.get("lineup", {}))]
    for owner, key in lists:
        if key in owner:
            rest = ("+".join(h for h in e.split("+") if h not in handles) for e in owner[key])
            owner[key] = [entry for entry in rest if entry]


def _extend(owner: Any, key: str, entries: Sequence[str]) -> None:
    owner[key] = [*owner.get(key, []), *entries]


def _pin(table: Any, pins: Mapping[str, Pin], handles: set[str]) -> None:
    import tomlkit

    known = table.setdefault("stories", tomlkit.table())
    for handle in handles & set(known):
        if handle not in pins:
            del known[handle]
    for handle, pin in pins.items():
        before = known.get(handle, {}).get("note", "")
        entry = tomlkit.inline_table()
        entry.update({"item": pin.item} | ({"note": note} if (note := pin.note or before) else {}))
        known[handle] = entry
    if not known:
        del table["stories"]


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
