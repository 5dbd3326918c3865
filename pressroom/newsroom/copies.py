"""What readers have of an issue: the prints that were handed over, else git's last commit."""

from __future__ import annotations

import json
import subprocess
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pressroom.errors import UsageError
from pressroom.manuscript import corrections
from pressroom.manuscript.file import Manuscript, parse
from pressroom.model import BlockRef, Locale
from pressroom.newsroom.drafting import section_plugins
from pressroom.send import schedule
from pressroom.send.schedule import SendState
from pressroom.store.statements import run
from pressroom.workspace import PARALLEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pressroom.manuscript.corrections import Correction
    from pressroom.model import Block
    from pressroom.store.mailing import Mailing
    from pressroom.workspace import Workspace

GONE_OUT = "('sent', 'bounced', 'uncertain')"

HAD = f"""
    SELECT p.edition, p.time, p.manuscript FROM prints p WHERE p.issue = :issue AND EXISTS
      (SELECT 1 FROM deliveries d WHERE d.issue = p.issue AND d.print = p.sha256
       AND d.state IN {GONE_OUT}) ORDER BY p.time DESC"""  # noqa: S608 - a constant

LOCKED = """
    SELECT p.edition, p.time, p.manuscript FROM prints p JOIN sends s ON s.print = p.sha256
    WHERE s.issue = :issue ORDER BY p.time DESC"""

WENT = f"SELECT DISTINCT edition FROM deliveries WHERE issue = :issue AND state IN {GONE_OUT}"  # noqa: S608 - a constant

UNDER_WAY = {SendState.STARTED, SendState.PAUSED, SendState.DONE}
GIT_SECONDS = 20


class Had(NamedTuple):
    """An edition as it was locked: its file names and texts, and when."""

    edition: str
    time: datetime
    manuscript: Mapping[str, str]


class Before:
    """What was handed to readers of an issue, the newest print first."""

    def __init__(self, ws: Workspace, base: Mailing, slug: str) -> None:
        self._ws, self._base, self._slug = ws, base, slug
        self._units = {section.kind: section.unit for section in section_plugins(ws)}

    @cached_property
    def went(self) -> set[Locale]:
        """The written and derived editions that readers have; empty where nothing says so."""
        with self._base.read() as connection:
            tags = {Locale(row.edition) for row in run(connection, WENT, issue=self._slug)}
        rows = schedule.of(self._base, self._slug).values()
        tags |= {row.edition for row in rows if row.state in UNDER_WAY}
        if PARALLEL in tags:
            tags |= set(self._ws.sides)
        return tags | {self._ws.derived[tag] for tag in tags if tag in self._ws.derived}

    @cached_property
    def prints(self) -> list[Had]:
        """Those that readers have, then those that are locked."""
        with self._base.read() as connection:
            rows = [r for sql in (HAD, LOCKED) for r in run(connection, sql, issue=self._slug)]
        return [
            Had(r.edition, datetime.fromisoformat(r.time), json.loads(r.manuscript)) for r in rows
        ]

    def words(self, block: Block, made: Iterable[Correction]) -> str:
        """What the newest copy says in this block; empty where the copy has no such block."""
        name = block.path.name
        had = next((one for one in self.prints if name in one.manuscript), None)
        for one in reversed(tuple(made)):
            change = one.editions.get(block.locale) if one.block == block.ref else None
            if change and (had is None or one.when >= had.time):
                return change.new
        text = had.manuscript[name] if had else committed(block.path)
        return self.in_text(text, block.path, block.locale).get(block.ref, "")

    def in_text(self, text: str, path: Path, locale: Locale) -> dict[BlockRef, str]:
        """The words of every block of a section file as it once stood."""
        return {b.ref: corrections.words(b) for b in self.script(text, path, locale).blocks}

    def script(self, text: str, path: Path, locale: Locale) -> Manuscript:
        """A section file as it once stood, laid out."""
        lines = self._units.get(path.name.split(".")[0]) == "line"
        return parse(text, path, locale, lines=lines)


def committed(path: Path) -> str:
    """A file as git's last commit has it."""
    command = ["git", "-C", str(path.parent), "show", f"HEAD:./{path.name}"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=GIT_SECONDS, check=False)  # noqa: S603 - no shell
    except (OSError, subprocess.TimeoutExpired):
        done = None
    if done is None or done.returncode:
        raise UsageError(
            f"{path.parent.name}/{path.name}: nothing says what readers have: no print in the "
            "mailing database, no commit in git. Correct it where the issue was sent from."
        )
    return done.stdout.decode("utf-8", "replace")
