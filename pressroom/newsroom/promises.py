"""Promises made to readers: `%% promise: ...` in one issue comes back until a later one keeps it.

`%% kept: ...` with the same words, in the same or any later issue, ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError
from pressroom.manuscript.file import private_lines
from pressroom.newsroom.proofs import folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.workspace import Workspace

PROMISE, KEPT = "promise", "kept"


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised, in which issue and section."""

    words: str
    issue: str
    section: str

    @property
    def line(self) -> str:
        """The private line by which it comes back."""
        return f"%% promised {self.issue}, {self.section}: {self.words}"


def promises(ws: Workspace, before: str) -> list[Promise]:
    """The promises of issues before this one that no issue has kept, oldest first."""
    open_: dict[str, Promise] = {}
    for slug in ws.slugs():
        for section, verb, words in _lines(ws, slug):
            key = " ".join(words.casefold().split())
            if verb == KEPT:
                open_.pop(key, None)
            elif slug < before:
                open_.setdefault(key, Promise(words, slug, section))
    return list(open_.values())


def _lines(ws: Workspace, slug: str) -> Iterator[tuple[str, str, str]]:
    """Section, verb and words of the promise lines of an issue; an unreadable one has none."""
    try:
        scripts = folder(ws, slug).scripts
    except PressroomError:
        return
    for (section, _), script in scripts.items():
        for block in script.blocks:
            for _, row in private_lines(block):
                verb, colon, words = row.partition(":")
                if colon and verb.strip() in {PROMISE, KEPT} and words.strip():
                    yield section, verb.strip(), words.strip()
