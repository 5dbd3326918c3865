"""How the command line speaks: JSON alone on standard output, colour only on a terminal."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

import click

from pressroom import workspace
from pressroom.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from pressroom.model import Locale
    from pressroom.workspace import Workspace

COLOURS = {"STOPS": "red", "BEFORE": "yellow", "WORTH": "blue", "Look": "yellow", "Next": "green"}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")

CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")

as_json = click.option("--json", "json_", is_flag=True, help="Print JSON on standard output.")
an_issue = click.argument("issue", required=False)


def room(ctx: click.Context) -> Workspace:
    """The newsroom that the command is about."""
    return workspace.load(ctx.obj)


def now() -> datetime:
    """The clock; passed on to everything that asks for the time."""
    return datetime.now(UTC)


def line(words: str = "") -> None:
    """One line on standard output, its first word coloured; control characters are dropped."""
    words = CONTROL.sub("", words)
    first, space, rest = words.partition(" ")
    colour = COLOURS.get(first.rstrip(":"))
    coloured = click.style(first, fg=colour, bold=True) if colour else first
    click.echo(coloured + space + rest)


def warn(words: str) -> None:
    """One line on standard error, control characters dropped."""
    click.echo(CONTROL.sub("", words), err=True)


def data(value: Any) -> None:
    """A value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, default=_plain, indent=1))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else str(value)


def slug_of(room_: Workspace, issue: str | None) -> str:
    """The issue named, or the only open one."""
    return room_.issue(issue).name


def edits(room_: Workspace, slug: str) -> None:
    """Name what was edited since the issue was locked; nothing where there is no lock."""
    from pressroom import pipeline_send

    for edition, diff in pipeline_send.edits(room_, slug).items():
        line(f"Look {edition} was edited since it was locked; the lock holds what goes out:")
        for row in diff.splitlines()[:20]:
            line(f"  {row}")
        line(f"  To take it in: pressroom send {slug} --relock")


@contextmanager
def progress(total: int, label: str) -> Iterator[Callable[[], None]]:
    """A bar with rate and time left on standard error, and only on a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed or 0:,.0f}/s")

    counts = (BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    columns = (TextColumn(label), *counts)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda: bar.advance(task)


def moment(text: str, zone: Any) -> datetime:
    """A date or time as typed, in the newsroom's zone where it has none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f'"{text}" is no date. Write for example 2025-09-05.') from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def hour(text: str, zone: Any) -> datetime:
    """A time to come, as typed: `23:00` is the next one, today or tomorrow."""
    if not CLOCK.fullmatch(text):
        if "T" not in text and " " not in text:
            raise UsageError(f'"{text}" is no hour. Write for example 23:00 or 2025-09-05T09:00.')
        return moment(text, zone)
    today = now().astimezone(zone)
    hours, minutes = map(int, text.split(":"))
    found = today.replace(hour=hours, minute=minutes, second=0, microsecond=0)
    return found if found > today else found + timedelta(days=1)


def hours(room_: Workspace, told: Mapping[Locale, datetime]) -> None:
    """A line for each edition with its hour, day and zone."""
    zone = room_.settings.masthead.tz
    for tag, at in told.items():
        line(f"  {tag:<10} {at.astimezone(zone):%A %Y-%m-%d %H:%M} {zone.key}")


def short(path: Path, root: Path) -> str:
    """A path as the editor knows it."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def width(text: str) -> int:
    """Columns that a text takes on a terminal (Unicode Annex 11: wide and full width are two)."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def fit(text: str, columns: int) -> str:
    """The text on one line within so many columns, cut with an ellipsis."""
    flat = " ".join(text.split())
    if width(flat) <= columns:
        return flat
    while width(flat) >= columns:
        flat = flat[:-1]
    return flat + "…"


def listed(words: Iterable[str]) -> str:
    """Words with commas between."""
    return ", ".join(words)
