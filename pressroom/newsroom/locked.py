"""What was edited since an edition was locked; told by every later command.

A mark in the private folder says that an issue has a lock, so that commands that send
nothing need not open the mailing database.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from pressroom.send import prints, schedule
from pressroom.send.schedule import LOCKED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pressroom.model import Locale
    from pressroom.store.mailing import Mailing
    from pressroom.workspace import Workspace

NOT_SENT = {"notes.md", "approved.toml", "corrections.toml"}


def manuscript(ws: Workspace, folder: Path, locale: Locale) -> dict[str, str]:
    """The text files that an edition of an issue is made of: name -> text."""
    tags = {locale, ws.derived.get(locale, locale)}
    if locale not in ws.written and locale not in ws.derived:
        tags = set(ws.written)
    found = [p for tag in sorted(tags) for p in sorted(folder.glob(f"*.{tag}.md"))]
    found += sorted(p for p in folder.rglob("*.toml") if p.name not in {*NOT_SENT, "issue.toml"})
    names = [p.relative_to(folder).as_posix() for p in found]
    return {
        n: p.read_text(encoding="utf-8", errors="replace")
        for n, p in zip(names, found, strict=True)
    }


def edits(ws: Workspace, base: Mailing, slug: str) -> dict[Locale, str]:
    """The editions whose files differ from those that were locked, each with its diff."""
    found = {}
    for row in schedule.of(base, slug).values():
        locked = prints.find(base, row.print) if row.state in LOCKED else None
        now = manuscript(ws, ws.issues / slug, row.edition) if locked else {}
        if locked and now != dict(locked.manuscript):
            found[row.edition] = "\n".join(diff(locked.manuscript, now))
    return found


def diff(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """What was edited, file by file, without context."""
    for name in sorted({*before, *after}):
        old, new = before.get(name, ""), after.get(name, "")
        yield from difflib.unified_diff(
            old.splitlines(), new.splitlines(), f"locked/{name}", name, n=0, lineterm=""
        )


def mark(ws: Workspace, slug: str) -> None:
    """Note that an issue has a lock."""
    place = ws.private / "locked"
    place.mkdir(parents=True, exist_ok=True)
    (place / slug).touch()


def is_marked(ws: Workspace, slug: str) -> bool:
    """Whether an issue ever had a lock on this machine."""
    return (ws.private / "locked" / slug).is_file()


def unmark(ws: Workspace, slug: str) -> None:
    """Note that an issue has no lock any more."""
    (ws.private / "locked" / slug).unlink(missing_ok=True)
