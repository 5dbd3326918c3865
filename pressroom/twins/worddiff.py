"""What changed between two versions of a text, word by word; of Han, character by character."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal, NamedTuple

from pressroom.lang.han import HAN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TOKEN = re.compile(rf"[{HAN}]|[^\W_](?:(?![{HAN}])[\w'’])*|\s+|.", re.DOTALL)
LONG = 4000
"""Longer changes are compared line by line: the cost of words grows with their square."""
AROUND = 24
"""So many letters of what stayed are shown on each side of a change."""
Kind = Literal["same", "gone", "new"]


class Piece(NamedTuple):
    """A stretch that stayed, went, or came."""

    kind: Kind
    text: str


def word_diff(old: str, new: str) -> list[Piece]:
    """The pieces that lead from one text to the other; without the new ones they are the old."""
    ours, theirs = (_tokens(text) for text in (old, new))
    if len(ours) + len(theirs) > LONG:
        ours, theirs = old.splitlines(keepends=True), new.splitlines(keepends=True)
    return list(_joined(_pieces(ours, theirs)))


def show_diff(pieces: Sequence[Piece], around: int = AROUND) -> str:
    """One line of text: `stayed [-went-]{+came+} stayed`; long stretches that stayed are cut."""
    marks = {"gone": "[-{}-]", "new": "{{+{}+}}"}
    last = len(pieces) - 1
    return "".join(
        _cut(piece.text, around, is_first=n == 0, is_last=n == last)
        if piece.kind == "same"
        else marks[piece.kind].format(_flat(piece.text))
        for n, piece in enumerate(pieces)
    )


def _tokens(text: str) -> list[str]:
    return [found[0] for found in TOKEN.finditer(text)]


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new)
    for _, a, b, c, d in matcher.get_opcodes():
        if old[a:b] == new[c:d]:
            yield Piece("same", "".join(old[a:b]))
            continue
        yield Piece("gone", "".join(old[a:b]))
        yield Piece("new", "".join(new[c:d]))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Pieces without empty ones, and without a lone blank between two changes."""
    gone = new = ""
    for kind, text in pieces:
        if kind == "same" and not (gone or new):
            yield Piece(kind, text)
        elif kind == "same" and text.strip():
            yield from _change(gone, new)
            gone = new = ""
            yield Piece(kind, text)
        else:
            gone += text if kind != "new" else ""
            new += text if kind != "gone" else ""
    yield from _change(gone, new)


def _change(gone: str, new: str) -> Iterator[Piece]:
    end = _common_end(gone, new)
    if gone[: len(gone) - end]:
        yield Piece("gone", gone[: len(gone) - end])
    if new[: len(new) - end]:
        yield Piece("new", new[: len(new) - end])
    if end:
        yield Piece("same", gone[-end:])


def _common_end(gone: str, new: str) -> int:
    """How many blanks both end in."""
    blanks = len(gone) - len(gone.rstrip())
    return blanks if blanks and new.endswith(gone[-blanks:]) else 0


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _cut(text: str, around: int, *, is_first: bool, is_last: bool) -> str:
    flat = _flat(text)
    head = "" if is_first else flat[:around]
    tail = "" if is_last else flat[-around:]
    return flat if len(flat) <= len(head) + len(tail) else f"{head}…{tail}"
