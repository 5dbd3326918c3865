"""What a translation must keep: a block's printed words cut at every shorthand.

An atom (`[@id]`, `![[name]]`, code, `[[term]]` with a form in the other language) stays as it
is; a pair (a link, `[[original|words]]`) keeps its marks and gives its words to translate.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pressroom.manuscript import scan
from pressroom.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pressroom.manuscript.terms import Names
    from pressroom.model import Block, Locale

SHOWN = 60


class Words(NamedTuple):
    """What is printed of a block: its head (empty for a lead) and its body, no private line."""

    head: str
    body: str


def printed(block: Block) -> Words:
    """The words of a block as its hash counts them (see manuscript.file.block_hash)."""
    return Words(block.head, "\n".join(_rows(block.body)).strip("\n"))


def _rows(body: str) -> list[str]:
    is_open = {index for index, _ in scan.open_rows(body)}
    kept: list[str] = []
    for index, row in enumerate(body.split("\n")):
        blank = not row.strip() and not (kept and kept[-1])
        if index not in is_open or not (scan.is_private(row) or blank):
            kept.append(row.rstrip())
    return kept


def joined(words: Words) -> str:
    """Both as one text: the head on the first line, the body after a blank one."""
    return "\n\n".join(part for part in words if part)


def parted(text: str, kind: BlockKind) -> Words:
    """The way back from `joined`; trailing blanks go."""
    rows = "\n".join(row.rstrip() for row in text.split("\n")).strip("\n").split("\n")
    if kind is BlockKind.LEAD:
        return Words("", "\n".join(rows))
    return Words(rows[0].strip(), "\n".join(rows[1:]).strip("\n"))


# --- pieces ---


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `form` is empty for running text, `before` and `after` mark a pair."""

    text: str
    form: str = ""
    before: str = ""
    after: str = ""

    @property
    def raw(self) -> str:
        """As it stands in the manuscript."""
        return self.before + self.text + self.after

    @property
    def is_pair(self) -> bool:
        """Whether it has words to translate between its marks."""
        return bool(self.after)


def pieces(text: str, keep: Callable[[str], bool] = bool) -> list[Piece]:
    """Cut a text; what the pieces hold joins to the same text."""
    found: list[Piece] = []
    for is_open, stretch in _stretches(text):
        found += _inside(stretch, keep) if is_open else [Piece(stretch, "code")]
    return [piece for piece in found if piece.raw]


def _stretches(text: str) -> Iterator[tuple[bool, str]]:
    """The text cut at its fences and the first lines of content notes, line ends kept."""
    rows = text.split("\n")
    is_open = dict(scan.open_rows(text))
    run, run_open = "", True
    for index, row in enumerate(rows):
        end = "\n" if index < len(rows) - 1 else ""
        free = index in is_open and not scan.NOTE.match(row)
        if free != run_open and run:
            yield run_open, run
            run = ""
        run, run_open = run + row + end, free
    yield run_open, run


def _inside(text: str, keep: Callable[[str], bool]) -> Iterator[Piece]:
    position = 0
    for start, end, piece in _held(text, keep):
        yield Piece(text[position:start])
        yield piece
        position = end
    yield Piece(text[position:])


def _held(text: str, keep: Callable[[str], bool]) -> Iterator[tuple[int, int, Piece]]:
    """Every shorthand, link and code span: where, and as what piece."""
    ticks = _ticks(text)
    position = 0
    while found := scan.TOKEN.search(text, position):
        position = found.end()
        if found.lastgroup == "ticks":
            position = _closing(found, ticks)
            if position > found.end():
                yield found.start(), position, Piece(text[found.start() : position], "code")
        elif found.lastgroup != "escape":
            yield found.start(), position, _piece(found, keep)


def _ticks(text: str) -> dict[int, list[int]]:
    runs: dict[int, list[int]] = defaultdict(list)
    for run in re.finditer("`+", text):
        runs[len(run[0])].append(run.start())
    return runs


def _closing(found: re.Match[str], ticks: dict[int, list[int]]) -> int:
    size = len(found[0])
    after = bisect_right(ticks[size], found.start())
    return ticks[size][after] + size if after < len(ticks[size]) else found.end()


def _piece(found: re.Match[str], keep: Callable[[str], bool]) -> Piece:
    if found["to"] is not None:
        return Piece(found["words"], "link", f"{found['bang']}[", f"]({found['to']})")
    if found["name"] is None:
        return Piece(found[0], "figure" if found["target"] else "citation")
    original, bar, here = found["name"].rpartition("|")
    if bar:
        return Piece(here, "term", f"[[{original}|", "]]")
    return Piece(found[0], "term") if keep(here) else Piece(here, "term", "[[", "]]")


# --- what was lost ---

Kept = tuple[str, str]
"""A form, and what it names."""


class Register:
    """The names of the house as a translation into one language may write them."""

    def __init__(self, names: Names, to: Locale) -> None:
        self._names, self._to = names, to

    def keeps(self, form: str) -> bool:
        """Whether `[[form]]` prints a form of its own in the other language."""
        name = self._names.find(form)
        return name is not None and self._to in name.forms

    def slug(self, form: str) -> str:
        """What two forms of one name share."""
        name = self._names.find(form)
        return name.slug if name else form.strip()

    def stands(self, slug: str, text: str, *, plain: bool) -> bool:
        """Whether a name is in a text without brackets: a glossed original, or with `plain` any."""
        name = self._names.find(slug) or next(
            (n for n in self._names.by_form.values() if n.slug == slug), None
        )
        if name is None or not plain:
            return slug in text
        forms = (name.forms.get(self._to), name.shorts.get(self._to), *name.variants)
        return any(form in text for form in forms if form)


def census(text: str, register: Register) -> Counter[Kept]:
    """How often each citation, figure, link, code and term stands in a text."""
    found: Counter[Kept] = Counter()
    for piece in pieces(text):
        found.update(_named(piece, register))
    return found


def _named(piece: Piece, register: Register) -> list[Kept]:
    if piece.form == "citation":
        keys = scan.citations(piece.text[1:-1])
        return [("citation", f"[@{key}{f', {where}' if where else ''}]") for key, where in keys]
    if piece.form == "link":
        return [("link", piece.after[2:-1])]
    if piece.form == "term":
        return [("term", register.slug(piece.raw[2:-2].split("|")[0]))]
    return [(piece.form, piece.raw.strip())] if piece.form else []


def lost(source: str, target: str, register: Register, *, plain: bool = False) -> list[str]:
    """What a translation dropped or added, a phrase each.

    With `plain` a name counts as kept where its words stand there without brackets; a person
    may also write more names in brackets than the original has.
    """
    ours, theirs = census(source, register), census(target, register)
    gone = [
        (form, what)
        for form, what in ours - theirs
        if form != "term" or not register.stands(what, target, plain=plain)
    ]
    more = [k for k in theirs - ours if not (plain and k[0] == "term")]
    return [f"lost the {form} {_shown(what)}" for form, what in gone] + [
        f"has a {form} that the original has not: {_shown(what)}" for form, what in more
    ]


def _shown(what: str) -> str:
    flat = " ".join(what.split())
    return flat if len(flat) <= SHOWN else f"{flat[:SHOWN]}…"


def restored(
    content: Sequence[str | tuple[int, str]], source: Sequence[Piece]
) -> tuple[str, list[str]]:
    """A translation whose shorthands are numbers from 1 on, written out; and what is wrong.

    `content` is text, or a number with the words that stand between the marks of a pair. A name
    that is missing is no fault here: it may stand there in other words (see `lost`).
    """
    held = dict(enumerate((piece for piece in source if piece.form), start=1))
    used: Counter[int] = Counter(part[0] for part in content if not isinstance(part, str))
    wrong = [
        f"placeholder {n} ({_shown(p.raw)}) is missing"
        for n, p in held.items()
        if not used[n] and p.form != "term"
    ]
    wrong += [f"placeholder {n} is not the original’s" for n in used if n not in held]
    wrong += [f"placeholder {n} stands {times} times" for n, times in used.items() if times > 1]
    known = (p for p in content if isinstance(p, str) or p[0] in held)
    return "".join(p if isinstance(p, str) else _filled(held[p[0]], p[1]) for p in known), wrong


def _filled(piece: Piece, words: str) -> str:
    if piece.form == "term" and "|" in piece.before and words == piece.before[2:-1]:
        return words
    return piece.before + words + piece.after if piece.is_pair else piece.text
