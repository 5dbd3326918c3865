"""An edition that is derived: the source's blocks in the other script, single ones its own.

Nothing is written: a derived manuscript is made anew from its source whenever an issue is read,
so that it cannot drift. A converted block keeps the path and the lines of its source, where a
finding on it has to be mended; a block of the derived edition's own file keeps its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pressroom.errors import SettingsError
from pressroom.lang.script import Words, can_convert, convert, script_only
from pressroom.manuscript import scan
from pressroom.manuscript.cut import Cut, Slice
from pressroom.manuscript.file import PRINTED, Manuscript, block_hash
from pressroom.manuscript.terms import Name, Names, collect
from pressroom.model import Block, BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pressroom.lang.script import Span
    from pressroom.manuscript.issue import Key
    from pressroom.model import BlockRecord, Locale

NAMED = frozenset(["byline", "original_title"])
"""The keys of front matter that hold names and titles: characters only."""

ALLOW = re.compile(r"^\ufeff?[ \t]*%%[ \t]*allow\b")
TARGET = re.compile(
    r"(?<=\])\([^()\s]{1,1000}|(?<=\])\[[^\[\]\n]{1,300}\]|<[a-z]+:[^<>\s]{1,1000}>"
)
LABEL = re.compile(r"^ {0,3}\[[^\[\]\n]{1,300}\]:[^\n]*", re.MULTILINE)
TICKS = re.compile(r"\\.|(?P<ticks>`+)", re.DOTALL)


class Sorted(NamedTuple):
    """What in a text is not prose: spans that take characters only, and spans left alone."""

    script: list[Span]
    untouched: list[Span]


class Piece(NamedTuple):
    """A slice of the derived file, and the file it comes from."""

    slice: Slice
    path: Path


def derive(
    source: Manuscript,
    own: Manuscript | None,
    to: Locale,
    protected: Sequence[str] | Mapping[str, str] | Words = (),
) -> Manuscript:
    """The manuscript of edition `to`: each block of `source` converted, or the one of `own`.

    `protected` are all forms of terms and outlets; a mapping says how each reads over there
    (empty: by its characters). SettingsError when the two locales are not two scripts.
    """
    if not can_convert(source.locale, to):
        raise SettingsError(
            f'editions.{to}.from: "{source.locale}" cannot be turned into {to}. '
            "Derive zh-Hant from zh-Hans, or zh-Hans from zh-Hant."
        )
    names = protected if isinstance(protected, Words) else Words(protected)
    pieces = _sealed(list(_ordered(source, own, to, names)))
    front = _front(source.front, own.front if own else {}, to, names)
    path = own.path if own else source.path.with_name(f"{source.section}.{to}.md")
    cut = Cut(_written(front), tuple(piece.slice for piece in pieces))
    return Manuscript(path, source.section, to, cut, front, _blocks(pieces, source.section, to))


def rewrite(text: str, to: str, names: Words, *, named: bool = False) -> str:
    """A text in the dialect, or any other, in the script of `to`; code and targets stay.

    With `named` the whole text is a name, a title or a quotation: characters only.
    """
    found = _sorted(text, names)
    spans = [(0, len(text))] if named else found.script
    return convert(text, to, spans, names=names, untouched=found.untouched)


# --- what is no prose ---


def _sorted(text: str, names: Words) -> Sorted:
    found = Sorted([], [])
    rows = text.split("\n")
    starts = _starts(rows)
    is_open = {index for index, _ in scan.open_rows(text)}
    for index, row in enumerate(rows):
        span = starts[index], starts[index] + len(row)
        if index not in is_open or scan.is_private(row):
            found.untouched.append(span)
    _quoted(rows, starts, is_open, found)
    for start, end in _stretches(rows, starts, is_open):
        _running(text[start:end], start, names, found)
    return found


def _starts(rows: list[str]) -> list[int]:
    starts, place = [], 0
    for row in rows:
        starts.append(place)
        place += len(row) + 1
    return starts


def _quoted(rows: list[str], starts: list[int], is_open: set[int], found: Sorted) -> None:
    """Quoted rows take characters only; a content note is prose, its topic a key."""
    in_note = False
    for index, row in enumerate(rows):
        if index not in is_open or not row.startswith(">"):
            in_note = False
        elif note := scan.NOTE.match(row):
            in_note = True
            place = starts[index] + note.start("topic")
            found.untouched.append((place, place + len(note["topic"])))
        elif not in_note:
            found.script.append((starts[index], starts[index] + len(row)))


def _stretches(rows: list[str], starts: list[int], is_open: set[int]) -> Iterator[Span]:
    """Paragraphs outside fences: no code span crosses a blank row."""
    first = -1
    for index, row in enumerate([*rows, ""]):
        if index in is_open and row.strip():
            first = index if first < 0 else first
        elif first >= 0:
            yield starts[first], starts[index - 1] + len(rows[index - 1])
            first = -1


def _running(text: str, at: int, names: Words, found: Sorted) -> None:
    def leave(start: int, end: int) -> None:
        found.untouched.append((at + start, at + end))

    for span in _code(text):
        leave(*span)
    for pattern in (TARGET, LABEL):
        for match in pattern.finditer(text):
            leave(*match.span())
    for form, match in scan.tokens(text):
        if form in {"call", "cite"}:
            leave(*match.span())
        elif form == "link":
            leave(*match.span("to"))
        elif form == "term":
            inner, start, end = match["name"], *match.span("name")
            bar = inner.find("|") + 1
            found.script.append((at + start + bar, at + end))
            leave(start, end if inner.strip() in names else start + bar)


def _code(text: str) -> Iterator[Span]:
    """Code spans as scan.py skips them: a run of backticks up to the next of its length."""
    ends: dict[int, list[int]] = defaultdict(list)
    for run in re.finditer("`+", text):
        ends[len(run[0])].append(run.start())
    position = 0
    while found := TICKS.search(text, position):
        position = found.end()
        if found["ticks"]:
            places = ends[len(found[0])]
            after = bisect_right(places, found.start())
            if after < len(places):
                position = places[after] + len(found[0])
                yield found.start(), position


# --- the blocks ---


def _ordered(
    source: Manuscript, own: Manuscript | None, to: Locale, names: Words
) -> Iterator[Piece]:
    """Every slice in the source's order; what only the own file has follows its predecessor."""
    kept = _by_anchor(own, {s.id for s in source.cut.slices if s.id})
    first = kept.pop("", [])
    for piece in source.cut.slices:
        if piece.kind is not BlockKind.LEAD:
            yield from first
            first = []
        mine = kept.pop(piece.id, None) if piece.id else None
        yield from mine or [Piece(_converted(piece, to, names), source.path)]
    yield from first


def _by_anchor(own: Manuscript | None, anchors: set[str]) -> dict[str, list[Piece]]:
    """The own file's slices by the source's block that each replaces or follows."""
    kept: dict[str, list[Piece]] = {}
    here = ""
    if own is None:
        return kept
    for piece in own.cut.slices:
        if piece.kind is BlockKind.LEAD and not _has_words(piece.body):
            continue
        here = piece.id if piece.id in anchors else here
        kept.setdefault(here, []).append(Piece(piece, own.path))
    return kept


def _converted(piece: Slice, to: Locale, names: Words) -> Slice:
    """A slice in the other script, with as many lines; private words are gone."""
    mark = script_only(piece.mark, to)
    first = mark + rewrite(piece.first[len(piece.mark) :], to, names)
    body = rewrite(_without_notes(piece.body), to, names)
    return replace(piece, mark=mark, first=first if piece.first else "", body=body)


def _without_notes(body: str) -> str:
    """Notes to oneself emptied, so that lines keep their numbers; a waiver still holds."""
    if "%%" not in body:
        return body
    rows = body.split("\n")
    for index, row in scan.open_rows(body):
        if scan.is_private(row) and not ALLOW.match(row):
            rows[index] = "%%" + "\r" * row.endswith("\r")
    return "\n".join(rows)


def _has_words(body: str) -> bool:
    return any(row.strip() and not scan.is_private(row) for row in body.split("\n"))


def _sealed(pieces: list[Piece]) -> list[Piece]:
    """A blank row at each seam, where the next block must start afresh."""
    out = []
    for piece, after in zip(pieces, [*pieces[1:], None], strict=False):
        is_seam = after is not None and not _follows(piece, after)
        out.append(piece._replace(slice=_ended(piece.slice)) if is_seam else piece)
    return out


def _follows(piece: Piece, after: Piece) -> bool:
    """Whether two pieces stand one right after the other in one file."""
    rows = (piece.slice.first + piece.slice.body).count("\n")
    return piece.path == after.path and piece.slice.line + rows == after.slice.line


def _ended(piece: Slice) -> Slice:
    text = piece.first + piece.body
    missing = 0 if text.endswith("\n\n") else 1 if text.endswith("\n") else 2
    if piece.kind is BlockKind.LINE:
        missing = int(not text.endswith("\n"))
    return replace(piece, body=piece.body + "\n" * missing)


def _blocks(pieces: Iterable[Piece], section: str, to: Locale) -> tuple[Block, ...]:
    return tuple(
        Block(section, s.id, to, s.kind, s.head, s.body, s.line, path, s.level)
        for s, path in pieces
        if s.kind is not BlockKind.LEAD or s.body.strip()
    )


# --- front matter ---


def _front(
    source: Mapping[str, Any], own: Mapping[str, Any], to: Locale, names: Words
) -> dict[str, Any]:
    """The source's table converted; a key that the own file fills wins."""
    told = {
        key: _value(value, to, names, named=key in NAMED) if key in PRINTED else value
        for key, value in source.items()
    }
    return told | {key: value for key, value in own.items() if value or key not in told}


def _value(value: Any, to: Locale, names: Words, *, named: bool) -> Any:
    if isinstance(value, list):
        return [_value(part, to, names, named=named) for part in value]
    if not isinstance(value, str):
        return value
    public = "\n".join(row for row in value.split("\n") if not scan.is_private(row))
    return rewrite(public, to, names, named=named)


def _written(front: Mapping[str, Any]) -> str:
    import yaml

    if not front:
        return ""
    table = yaml.safe_dump(dict(front), allow_unicode=True, sort_keys=False, width=1_000_000)
    return f"---\n{table}---\n"


# --- what stands around the text ---


def spread(
    words: Mapping[Locale, str], source: Locale, to: Locale, names: Words, *, named: bool = False
) -> Mapping[Locale, str]:
    """A text per locale with the derived edition's added, where it has none: an alt, a label.

    With `named` it is a name: characters only.
    """
    if to in words or source not in words:
        return words
    return {**words, to: rewrite(words[source], to, names, named=named)}


def spread_names(names: Names, source: Locale, to: Locale) -> Names:
    """The namespace with every name's forms in the derived edition, so that `[[...]]` finds them.

    What is said of an outlet is prose; all else takes characters only.
    """
    words = Words(known_forms(names, source, to))
    told = {id(n): _spread_name(n, source, to, words) for n in names.by_form.values()}
    met = {form: told[id(name)] for form, name in names.by_form.items()}
    return Names({**collect(told.values(), ()).by_form, **met})


def _spread_name(name: Name, source: Locale, to: Locale, words: Words) -> Name:
    return replace(
        name,
        forms=spread(name.forms, source, to, words, named=True),
        shorts=spread(name.shorts, source, to, words, named=True),
        about=spread(name.about, source, to, words),
    )


def known_forms(names: Names, source: Locale, to: Locale) -> dict[str, str]:
    """What `derive` is given as `protected`: each form, and how it reads in the derived edition.

    Only a form that stands for the same thing over there has one; a variant has none.
    """
    found: dict[str, str] = {}
    for name in names.by_form.values():
        for form in name.every():
            found.setdefault(form, "")
        for table in (name.forms, name.shorts):
            if source in table and to in table:
                found[table[source]] = table[to]
    return found


def inherited(
    records: Mapping[Key, BlockRecord], source: Manuscript, derived: Manuscript
) -> dict[Key, BlockRecord]:
    """Who drafted and who signed each converted block: what is true of its source's words.

    The hashes are those of the derived words, so that a signature holds there as it does here.
    """
    originals = {block.ref: block for block in source.blocks}
    found: dict[Key, BlockRecord] = {}
    for block in derived.blocks:
        record = records.get((block.ref, source.locale))
        if record and block.path == source.path:
            before, after = block_hash(originals[block.ref]), block_hash(block)
            found[block.ref, derived.locale] = _moved(record, derived.locale, before, after)
    return found


def _moved(record: BlockRecord, to: Locale, before: str, after: str) -> BlockRecord:
    signed = record.signed
    if signed and signed.text == before:
        signed = replace(signed, text=after)
    text = after if record.text == before else record.text
    return replace(record, locale=to, text=text, signed=signed)
