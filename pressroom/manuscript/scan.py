"""Finds the shorthands of the dialect in one compiled scan.

Repeats are bounded and no class crosses a line, so the cost grows with the text alone:
20,000 brackets or backticks take milliseconds (bench/scan.py).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pressroom.manuscript.cut import FENCE, PRIVATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKEN = re.compile(
    r"""(?P<escape>\\(?:!?\[\[|\[@|%%|.))
      | (?P<ticks>`+)
      | (?P<call>!\[\[(?P<target>[^\[\]\n]{1,200})\]\])
      | (?P<term>\[\[(?P<name>[^\[\]\n]{1,300})\]\])
      | (?P<cite>\[@(?P<keys>[^\[\]\n]{1,300})\])
      | (?P<link>(?P<bang>!?)\[(?P<words>[^\[\]\n]{0,500})\]\((?P<to>[^()\s]{1,1000})\))
    """,
    re.VERBOSE,
)
OPENS = re.compile(r"[\\`!\[]")
"""What a token may start with: most of a text is none of it, and is passed over in one search."""
TICKS = re.compile("`+")
NOTE = re.compile(r"^> ?\[!WARNING\][ \t]*(?P<topic>[^\n]{0,80})$")
ALONE = re.compile(r"^[ \t]*!\[\[(?P<target>[^\[\]\n]{1,200})\]\][ \t\r]*$")
KEY = re.compile(r"^@(?P<id>[A-Za-z0-9][A-Za-z0-9_.-]{0,80})(?:,\s*(?P<locator>[^;]{1,60}))?$")
CROSS = re.compile(
    r"^(?:(?P<issue>\d{4}-\d\d-\d\d)/)?(?P<section>[a-z][a-z0-9_]{0,40})(?:#(?P<id>[a-z0-9-]{1,64}))?$"
)


class Token(NamedTuple):
    """One shorthand or link: its form, and the match that holds its parts."""

    form: str
    match: re.Match[str]


def tokens(text: str) -> Iterator[Token]:
    """Every shorthand in running text, outside code spans; escapes are tokens too."""
    ticks = _ticks(text)
    position = 0
    while opened := OPENS.search(text, position):
        found = TOKEN.match(text, opened.start())
        if found is None:
            position = opened.end()
            continue
        form = str(found.lastgroup)
        position = found.end()
        if form == "ticks":
            position = _after_span(found, ticks)
        else:
            yield Token(form, found)


def _ticks(text: str) -> dict[int, list[int]]:
    runs: dict[int, list[int]] = defaultdict(list)
    for run in TICKS.finditer(text) if "`" in text else ():
        runs[len(run[0])].append(run.start())
    return runs


def _after_span(found: re.Match[str], ticks: dict[int, list[int]]) -> int:
    """Past the closing run of a code span; past the ticks alone when nothing closes them."""
    size = len(found[0])
    places = ticks[size]
    after = bisect_right(places, found.start())
    return places[after] + size if after < len(places) else found.end()


def substitute(text: str, change: Callable[[Token], str]) -> str:
    """Replace every shorthand by what `change` says; code spans stay as they are."""
    out: list[str] = []
    position = 0
    for token in tokens(text):
        out += text[position : token.match.start()], change(token)
        position = token.match.end()
    return "".join(out) + text[position:]


def citations(keys: str) -> list[tuple[str, str]]:
    """`@a, p. 7; @b` -> [("a", "p. 7"), ("b", "")]; a part that is no key has an empty id."""
    found = []
    for part in keys.split(";"):
        words = part.strip()
        match = KEY.match(words if words.startswith("@") else f"@{words}")
        found.append((match["id"], match["locator"] or "") if match else ("", words))
    return found


def open_rows(text: str) -> Iterator[tuple[int, str]]:
    """The rows outside code fences, with their index."""
    fence = ""
    for index, row in enumerate(text.split("\n")):
        if found := FENCE.match(row):
            closes = fence and row.strip().startswith(fence) and not row.strip().strip(fence[0])
            fence = "" if closes else fence or found[1]
        elif not fence:
            yield index, row


def is_private(row: str) -> bool:
    """Whether a line is a note to oneself (`%% ...`)."""
    return PRIVATE.match(row) is not None
