"""A sentence that stands twice in an edition, or nearly.

The second half serves the other rules of sentences: `editions` lays out what a reader meets.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from functools import lru_cache
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Literal, NamedTuple

from pressroom.check.quote import STARTS, paragraphs
from pressroom.check.rows import LINK, at, without_code
from pressroom.lang.han import HAN
from pressroom.manuscript import scan
from pressroom.manuscript.folder import OPENING
from pressroom.model import BlockKind, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pressroom.model import Block, Language, Locale, Proof

    Shingle = tuple[str, ...]

WHOLE = {True: 8, False: 20}
"""From so many words (characters where words do not stand apart) a repetition is no accident."""
LONG = {True: 12, False: 24}
"""From so many on a sentence may also be nearly the same."""
SHINGLE = {True: 3, False: 4}
SHARE = 0.6
"""Shared shingles over all (Jaccard): one word put into twenty leaves 0.8, two leave 0.7.

Of 283 real newsletters two are flagged at 0.6, six at 0.5.
"""
CROWD = 8
"""Sentences remembered of one shingle; a phrase of the house stands in many."""
SHOWN = 60
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
UNIT = re.compile(rf"[{HAN}]|[A-Za-z0-9]+")
EMPHASIS = re.compile(r"(?<!\w)_(\S[^_\n]{0,300}\S|\S)_(?!\w)")
BARE = re.compile(
    r"https?://\S{1,2000}|(?<=\])\[[^\[\]\n]{0,100}\]|^[ ]{0,3}\[[^\[\]\n]{1,100}\]:.*$",
    re.MULTILINE,
)
SUMMARY = re.compile(r"^\W{0,4}TL;DR", re.IGNORECASE)


class Doubled:
    """Sentences of all blocks of an edition; summaries are held against summaries only."""

    rule = "doubled"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Each later sentence that says an earlier one over again, with both places."""
        for locale, tolds in editions(proof):
            speech = proof.languages[locale]
            for is_summary in (False, True):
                group = [t for t in tolds if _is_summary(t) is is_summary and _is_running(t)]
                for first, again in doubles(group, speech):
                    yield _finding(proof, first, again)


def _finding(proof: Proof, first: Said, again: Said) -> Finding:
    path, line = at(proof, first.block, first.line)
    how = "stands" if first.units == again.units else "nearly stands"
    return Finding(
        "doubled", Severity.BEFORE, *at(proof, again.block, again.line),
        f"“{_shown(again.text)}” {how} at {path}:{line} too.",
        "keep one of the two.",
    )  # fmt: skip


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN].rstrip()}…"


def _is_summary(told: Told) -> bool:
    return told.block.kind is BlockKind.LINE or SUMMARY.match(told.text) is not None


def _is_running(told: Told) -> bool:
    """Prose, list items, and turns; a heading or a table's cell repeats on purpose."""
    return told.kind in {"prose", "item"} or told.block.kind is BlockKind.TURN


# --- sentences that are alike ---


class Said(NamedTuple):
    """A sentence, its place, and what it is compared by: words, or characters, without case."""

    block: Block
    line: int
    text: str
    units: tuple[str, ...]


def doubles(tolds: Iterable[Told], speech: Language) -> Iterator[tuple[Said, Said]]:
    """Pairs of an earlier sentence and a later one that is the same, or nearly; linear in time."""
    spaced = speech.spaced
    kept: list[tuple[Said, frozenset[Shingle]]] = []
    whole: dict[tuple[str, ...], int] = {}
    where: dict[Shingle, list[int]] = defaultdict(list)
    for said in _said(tolds, speech):
        shingles = _shingles(said.units, SHINGLE[spaced])
        is_long = len(said.units) >= LONG[spaced]
        earlier = whole.get(said.units, -1)
        if earlier < 0 and is_long:
            earlier = _nearest(said, shingles, kept, where)
        if earlier >= 0:
            yield kept[earlier][0], said
            continue
        whole[said.units] = len(kept)
        if is_long:
            _remember(shingles, len(kept), where)
        kept.append((said, shingles))


def _said(tolds: Iterable[Told], speech: Language) -> Iterator[Said]:
    for told in tolds:
        for line, text in sentences(told, speech):
            units = tuple((WORD if speech.spaced else UNIT).findall(text.casefold()))
            if len(units) >= WHOLE[speech.spaced]:
                yield Said(told.block, line, text, units)


def _shingles(units: Sequence[str], size: int) -> frozenset[Shingle]:
    return frozenset(zip(*(units[n:] for n in range(size)), strict=False))


def _remember(shingles: Iterable[Shingle], place: int, where: dict[Shingle, list[int]]) -> None:
    for shingle in shingles:
        if len(where[shingle]) < CROWD:
            where[shingle].append(place)


def _nearest(
    said: Said,
    shingles: frozenset[Shingle],
    kept: Sequence[tuple[Said, frozenset[Shingle]]],
    where: dict[Shingle, list[int]],
) -> int:
    """The earlier sentence that shares most, if that is enough and its figures agree; else -1."""
    places = [where[shingle] for shingle in shingles if shingle in where]
    met = Counter(chain.from_iterable(places))
    crowded = sum(len(every) >= CROWD for every in places)
    if max(met.values(), default=0) + crowded < SHARE * len(shingles):
        return -1
    for place, _ in met.most_common(CROWD):
        earlier, other = kept[place]
        shared = len(shingles & other)
        is_near = shared >= SHARE * (len(shingles) + len(other) - shared)
        if is_near and _figures(said) == _figures(earlier):
            return place
    return -1


def _figures(said: Said) -> list[str]:
    """Parallel sentences differ in them: two figures of one table are no doubling."""
    return [unit for unit in said.units if any(map(str.isdigit, unit))]


# --- what a reader meets ---


class Told(NamedTuple):
    """A heading, paragraph, list item, table row or blockquote, and its first line in the file.

    `text` keeps its rows and its `[[names]]`; code, citations and addresses are gone.
    """

    block: Block
    line: int
    kind: Literal["head", "prose", "item", "row", "quoted"]
    text: str

    def line_at(self, offset: int) -> int:
        """The line in the file of a place in the text."""
        return self.line + self.text.count("\n", 0, offset)


def editions(proof: Proof) -> Iterator[tuple[Locale, list[Told]]]:
    """Each edition's blocks in print order, the opening first, cut into paragraphs."""
    by_locale: dict[Locale, dict[str, list[Block]]] = {}
    for block in proof.blocks:
        by_locale.setdefault(block.locale, {}).setdefault(block.section, []).append(block)
    for locale, by_section in by_locale.items():
        order = _printed(proof, locale, list(by_section))
        yield locale, [t for section in order for b in by_section[section] for t in told(b)]


def _printed(proof: Proof, locale: Locale, sections: list[str]) -> list[str]:
    """The opening first; a section that says `after: KIND` follows that one."""
    placed = sorted(sections, key=lambda section: section != OPENING)
    for section in sections:
        front = proof.fronts.get((section, locale), {})
        after = str(front.get("after") or proof.after.get(section, ""))
        if after in placed and after != section:
            placed.remove(section)
            placed.insert(placed.index(after) + 1, section)
    return placed


@lru_cache(maxsize=4096)
def told(block: Block) -> tuple[Told, ...]:
    """What one block says: its head, then its body by paragraphs, notes to oneself left out."""
    return tuple(_told(block))


def _told(block: Block) -> Iterator[Told]:
    if block.kind in {BlockKind.HEADING, BlockKind.TURN}:
        yield Told(block, block.line, "head", clean(block.head))
    for line, raw in paragraphs(block):
        if (text := clean(raw)).strip():
            yield Told(block, line, _kind(raw), text)


def _kind(raw: str) -> Literal["prose", "item", "row", "quoted"]:
    if raw.lstrip().startswith("|"):
        return "row"
    if raw.startswith(">"):
        return "quoted"
    return "item" if STARTS.match(raw) else "prose"


def clean(text: str) -> str:
    """Markdown as it is read, row by row: no code, citation, picture, address or emphasis."""
    bare = LINK.sub(_words, without_code(STARTS.sub("", text)))
    bare = BARE.sub("", scan.substitute(bare, _name))
    return EMPHASIS.sub(r"\1", bare.replace("*", ""))


def _words(link: re.Match[str]) -> str:
    return "" if link["bang"] else link["words"] or ""


def _name(token: scan.Token) -> str:
    return token.match[0] if token.form == "term" else ""


def plain(text: str) -> str:
    """Text with each `[[name]]` as it is typed, each `[[original|words]]` as its words."""
    return scan.substitute(text, _typed)


def _typed(token: scan.Token) -> str:
    match = token.match
    if token.form == "term":
        return str(match["name"].split("|")[-1].strip())
    return str(match["words"]) if token.form == "link" and not match["bang"] else str(match[0])


def sentences(told: Told, speech: Language) -> list[tuple[int, str]]:
    """The sentences of a paragraph, each with the line it starts on.

    Found again by counting what is not white space: languages change nothing else.
    """
    return [(told.line + row, said) for row, said in _sentences(told.text, speech.sentences)]


@lru_cache(maxsize=8192)
def _sentences(raw: str, split: Callable[[str], Iterable[str]]) -> tuple[tuple[int, str], ...]:
    """Each sentence with its row, counted from 0; three rules ask for those of each paragraph."""
    text = plain(raw)
    sizes = [len("".join(row.split())) for row in text.split("\n")]
    ends = list(accumulate(sizes))
    found, position = [], 0
    for sentence in split(text):
        found.append((bisect_right(ends, position), sentence))
        position += len("".join(sentence.split()))
    return tuple(found)


RULE = Doubled()
