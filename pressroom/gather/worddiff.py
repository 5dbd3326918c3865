"""What changed between two texts, word by word: `[-old-] {+new+}` with a little around it.

Sentences are compared first, then the words of those that changed: words where words stand
apart, single characters in Chinese. Anchors are what occurs once on both sides (patience diff);
between two anchors the standard library compares, up to SMALL. So the time is bounded by the
length of the texts, not by its square, and the result by `limit`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from pressroom.lang.han import HAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

END = re.compile(r"(?:[。！？\n\f][”’」』）]*|[.!?][”’)\"']*(?=\s))\s*")
WORD = re.compile(rf"[{HAN}]|(?:(?![{HAN}])\w)+(?:[.,'’-](?:(?![{HAN}])\w)+)*|\s+|.", re.DOTALL)
SPACE = re.compile(r"\s+")
CONTEXT = 12
"""Words, gaps between them counted, that are shown on either side of a change."""

LONGEST = 300
"""Characters of one old or new passage that are shown."""

LARGEST = 1_000_000
"""Characters of either text that are compared."""

LONG = 100_000
"""Characters of a changed passage from which on its words are not compared."""

SMALL = 40_000
"""Pairs of words up to which the standard library compares."""

DEEPEST = 12
ALIKE = 0.3
"""The part of a sentence that must have stayed for its words to be compared."""

Piece = tuple[str, str]
"""An operation, one of `=`, `-` and `+`, and the text it is about."""

Stretch = tuple[int, int, int, int]
"""A stretch of the old and one of the new: begin and end of either."""


def word_diff(old: str, new: str, limit: int = 4000) -> str:
    """The changes from `old` to `new`, at most about `limit` characters; empty where none.

    Differences of white space alone are none.

    >>> word_diff("全国共有 3 万家企业。", "全国共有 5 万家企业。")
    '全国共有 [-3-]{+5+} 万家企业。'
    >>> word_diff("He said no on Monday.", "He said yes on Monday.")
    'He said [-no-]{+yes+} on Monday.'
    """
    before, after = _sentences(old[:LARGEST]), _sentences(new[:LARGEST])
    shown: list[str] = []
    size = 0
    for text in _shown(_joined(_pieces(before, after))):
        if size > limit:
            shown.append(" …")
            break
        shown.append(text)
        size += len(text)
    if max(len(old), len(new)) > LARGEST:
        shown.append(f"\n(The first {LARGEST:,} characters were compared.)")
    return "".join(shown).strip()


def _sentences(text: str) -> list[str]:
    """The text cut after each sentence and paragraph; joined again it is the same."""
    ends = [0, *(found.end() for found in END.finditer(text)), len(text)]
    return [text[a:b] for a, b in pairwise(ends) if a < b]


def _split(text: str) -> list[str]:
    return [found.group() for found in WORD.finditer(text)]


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    """Sentences that stayed, and the words of those that changed."""
    for a, b, c, d in _changes([s.strip() for s in old], [s.strip() for s in new]):
        if b < 0:
            yield "=", "".join(new[c:d])
        else:
            yield from _words("".join(old[a:b]), "".join(new[c:d]))


def _words(old: str, new: str) -> list[Piece]:
    if len(old) + len(new) > LONG:
        return [("-", old), ("+", new)]
    before, after = _split(old), _split(new)
    found: list[Piece] = []
    for a, b, c, d in _changes([w.strip() for w in before], [w.strip() for w in after]):
        if b < 0:
            found.append(("=", "".join(after[c:d])))
        else:
            found += [("-", "".join(before[a:b])), ("+", "".join(after[c:d]))]
    same = sum(len(text.strip()) for op, text in found if op == "=")
    if same < ALIKE * min(len(old.strip()), len(new.strip())):
        return [("-", old), ("+", new)]
    return found


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[Stretch]:
    """The stretches in order; one that is the same on both sides has -1 as its old end."""
    yield from _align(old, new, (0, len(old), 0, len(new)), 0)


def _align(old: Sequence[str], new: Sequence[str], at: Stretch, depth: int) -> Iterator[Stretch]:
    a, b, c, d = at
    head = _common(old[a:b], new[c:d])
    tail = _common(old[a + head : b][::-1], new[c + head : d][::-1])
    if head:
        yield a, -1, c, c + head
    inner = a + head, b - tail, c + head, d - tail
    yield from _inner(old, new, inner, depth)
    if tail:
        yield b - tail, -1, d - tail, d


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    pairs = zip(old, new, strict=False)
    return next((n for n, (x, y) in enumerate(pairs) if x != y), min(len(old), len(new)))


def _inner(old: Sequence[str], new: Sequence[str], at: Stretch, depth: int) -> Iterator[Stretch]:
    a, b, c, d = at
    if a == b or c == d:
        if a != b or c != d:
            yield at
    elif (b - a) * (d - c) <= SMALL:
        yield from _matched(old, new, at)
    elif depth < DEEPEST and (anchors := _anchors(old[a:b], new[c:d])):
        for x, y in anchors:
            yield from _align(old, new, (a, at[0] + x, c, at[2] + y), depth + 1)
            yield at[0] + x, -1, at[2] + y, at[2] + y + 1
            a, c = at[0] + x + 1, at[2] + y + 1
        yield from _align(old, new, (a, b, c, d), depth + 1)
    else:
        yield at


def _matched(old: Sequence[str], new: Sequence[str], at: Stretch) -> Iterator[Stretch]:
    a, b, c, d = at
    for op, i, j, k, m in SequenceMatcher(None, old[a:b], new[c:d], autojunk=False).get_opcodes():
        yield a + i, -1 if op == "equal" else a + j, c + k, c + m


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """What occurs once on both sides and in the same order: the longest such row."""
    place = {word: n for n, word in enumerate(new)}
    once = {word for counts in (Counter(new),) for word, n in counts.items() if n == 1}
    times = Counter(old)
    pairs = [(n, place[w]) for n, w in enumerate(old) if w in once and times[w] == 1]
    return _rising(pairs)


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest row of pairs whose second numbers rise (Fredman 1975), in n log n."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for n, (_, value) in enumerate(pairs):
        pile = bisect_left(tops, value)
        before.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [value]
        ends[pile : pile + 1] = [n]
    found, at = [], ends[-1] if ends else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbouring pieces as one: what stayed, or else all that went and then all that came.

    A gap between two changed words belongs to the change.
    """
    for same, group in groupby(_bridged(pieces), key=lambda piece: piece[0] == "="):
        run = list(group)
        for op in "=" if same else "-+":
            if text := "".join(text for kind, text in run if kind == op):
                yield op, text


def _bridged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    gap, changed = "", False
    for op, text in pieces:
        if op == "=" and changed and not text.strip():
            gap += text
            continue
        if gap:
            yield from [("=", gap)] if op == "=" else [("-", gap), ("+", gap)]
            gap = ""
        changed = op != "="
        yield op, text
    if gap:
        yield "=", gap


def _shown(pieces: Iterable[Piece]) -> Iterator[str]:
    """The text to print, with what stayed cut to what stands beside a change."""
    held, changed = "", False
    for op, piece in pieces:
        text = SPACE.sub(" ", piece)
        if op == "=" or not text.strip():
            held += "" if op == "-" else text
            continue
        yield _between(held) if changed else _last(held)
        yield _marked(op, text)
        held, changed = "", True
    if changed:
        yield _first(held)


def _marked(op: str, text: str) -> str:
    """A passage in its marks; white space at its ends stands outside."""
    before = " " if text[0].isspace() else ""
    after = " " if text[-1].isspace() else ""
    short = _short(text.strip())
    return f"{before}[-{short}-]{after}" if op == "-" else f"{before}{{+{short}+}}{after}"


def _between(text: str) -> str:
    first, last = _first(text), _last(text)
    if len(first) + len(last) >= len(text):
        return text
    return f"{first.rstrip()}\n{last.lstrip()}"


def _first(text: str) -> str:
    words = _split(text[: CONTEXT * 20])[:CONTEXT]
    found = "".join(words)
    return found if len(found) == len(text) else f"{found}…"


def _last(text: str) -> str:
    words = _split(text[-CONTEXT * 20 :])[-CONTEXT:]
    found = "".join(words)
    return found if len(found) == len(text) else f"…{found}"


def _short(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
