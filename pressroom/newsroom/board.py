"""Where an issue stands: section by edition, what stops the send, the next command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressroom.lang import language
from pressroom.manuscript.file import block_hash
from pressroom.manuscript.issue import read_records
from pressroom.model import Severity
from pressroom.newsroom.lineup import goes_out, read
from pressroom.newsroom.promises import promises
from pressroom.newsroom.proofs import folder
from pressroom.workspace import PARALLEL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from pressroom.manuscript.file import Manuscript
    from pressroom.manuscript.folder import Folder
    from pressroom.manuscript.issue import Issue
    from pressroom.model import Finding, Locale
    from pressroom.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Board:
    """One issue at a glance; `cells` are section -> locale -> words."""

    name: str
    issue: str
    due: str
    left: str
    locales: tuple[str, ...]
    cells: dict[str, dict[str, str]]
    stops: dict[str, int]
    next: str
    promised: tuple[str, ...] = ()


def board(
    ws: Workspace, slug: str | None, check: Callable[[Workspace, str], list[Finding]], now: datetime
) -> Board:
    """Lay out the board of the issue named, or of the last open one."""
    waiting = [s for s in ws.slugs() if not read(ws, ws.issues / s).listed]
    name = ws.settings.masthead.name
    chosen = ws.issue(slug).name if slug else (waiting or [""])[-1]
    if not chosen:
        words = "pressroom draft next" if ws.sources else "write [[sources]] into newsletter.toml"
        return Board(name, "", "", "", ws.locales, {}, {}, words)
    issue = read(ws, ws.issues / chosen)
    stops: dict[str, int] = {}
    for finding in check(ws, chosen):
        if finding.severity is Severity.STOP:
            stops[finding.rule] = stops.get(finding.rule, 0) + 1
    when = goes_out(ws, issue)
    return Board(
        name, chosen, f"{when:%A %H:%M} {ws.settings.masthead.zone}", _left(when, now),
        ws.locales, _cells(ws, issue), stops, _next(chosen, issue, stops),
        tuple(f"“{p.words}” ({p.issue}, {p.section})" for p in promises(ws, chosen)),
    )  # fmt: skip


def _left(when: datetime, now: datetime) -> str:
    seconds = int((when - now).total_seconds())
    if seconds < 0:
        return "its hour has passed"
    days, hours = divmod(seconds // 3600, 24)
    return f"in {days} days {hours} h" if days else f"in {hours} h"


def _next(slug: str, issue: Issue, stops: dict[str, int]) -> str:
    if stops:
        return f"pressroom check {slug}"
    return f"pressroom stories --since {slug}" if issue.listed else f"pressroom send {slug}"


def _cells(ws: Workspace, issue: Issue) -> dict[str, dict[str, str]]:
    found = folder(ws, issue.slug)
    kinds = ("opening", *(s.kind for s in ws.settings.sections))
    return {
        kind: {
            tag: _cell(issue, found.scripts.get((kind, tag)))
            if tag in ws.written
            else _follows(ws, found, kind, tag)
            for tag in ws.locales
        }
        for kind in kinds
    }


def _follows(ws: Workspace, found: Folder, kind: str, locale: Locale) -> str:
    """The cell of an edition that nobody writes."""
    if locale == PARALLEL:
        return f"follows {' and '.join(ws.sides)}"
    return _derived(found, kind, locale) or _cell(found.issue, found.scripts.get((kind, locale)))


def _derived(found: Folder, kind: str, locale: Locale) -> str:
    """The cell of a derived section; empty where it is none."""
    own = found.own_blocks(kind, locale)
    if own is None:
        return ""
    blocks = "block" if own == 1 else "blocks"
    return f"derived, {own} own {blocks}" if own else f"derived from {found.derived[locale]}"


def _cell(issue: Issue, script: Manuscript | None) -> str:
    if script is None:
        return "not begun"
    if not script.blocks:
        return "written"
    records = read_records(issue.folder)
    unsigned = sum(
        1
        for b in script.blocks
        if (r := records.get((b.ref, b.locale))) and r.drafted
        and not (r.signed and r.signed.text == block_hash(b))
    )  # fmt: skip
    text = "\n".join(f"{b.head}\n{b.body}" for b in script.blocks)
    todos = sum(text.count(w) for w in set(language(script.locale).todo_words))
    parts = [f"{len(script.blocks)} blocks"]
    parts += [f"{unsigned} to sign"] if unsigned else []
    parts += [f"{todos} TK"] if todos else []
    return ", ".join(parts)


def rows(found: Board) -> Iterator[str]:
    """The board as lines of a terminal."""
    if not found.issue:
        yield f"{found.name}: no issue is open."
        yield f"Next: {found.next}"
        return
    yield f"{found.name}  {found.issue}  {found.due}, {found.left}"
    if found.stops:
        told = ", ".join(f"{n} {rule}" for rule, n in sorted(found.stops.items()))
        yield f"STOPS the send: {told}"
    yield f"{'':<16}" + "".join(f"{tag:<26}" for tag in found.locales).rstrip()
    for kind, cells in found.cells.items():
        yield f"{kind:<16}" + "".join(f"{cells[tag]:<26}" for tag in found.locales).rstrip()
    for words in found.promised:
        yield f"Promised earlier: {words}"
    yield f"Next: {found.next}"
