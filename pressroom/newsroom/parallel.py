"""The parallel edition: two finished editions, block by block, made anew at each build.

It has no manuscripts, so nothing in it can drift from what its two sides say.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from pressroom.manuscript.edition import Cell, Cited, Pair, Parallel, Row, Twofold, joined
from pressroom.model import SectionBody
from pressroom.workspace import PARALLEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pressroom.manuscript.issue import Issue
    from pressroom.model import EditionBody, Locale, Part, Proof
    from pressroom.workspace import Workspace

APART = {"figure": "figure", "table": "stack"}
"""Parts that need the whole width, and how the two languages of one stand in it."""
PICTURE = re.compile(r"\A!\[(?:[^\[\]\\]|\\.)*\]\((?P<file>[^()\s]*)\)")
SOURCE = re.compile(
    r"(?P<number>\d+)\. (?P<link>\[(?:[^\[\]\\]|\\.)*\]\((?P<url>[^()\s]*)\))(?: · (?P<told>.*))?"
)
CITATION = re.compile(
    r"\[\\\[(?P<number>\d+)(?P<rest>(?:[^\[\]\\]|\\[^\[\]])*\\\]\]\((?P<url>[^()\s]*))"
)

Grouped = dict[str, list["Part"]]


def with_parallel(
    ws: Workspace, issue: Issue, made: Mapping[Locale, EditionBody]
) -> list[EditionBody]:
    """The editions made of an issue, and last the parallel one where both of its sides are there."""
    bodies = list(made.values())
    plan = issue.editions.get(PARALLEL)
    sides = [made[tag] for tag in ws.sides if tag in made]
    if plan and plan.status != "skip" and len(sides) > 1:
        bodies.append(parallel(sides[0], sides[1], ws.settings.masthead.home))
    return bodies


def judged(proof: Proof, sides: Sequence[Locale]) -> Proof:
    """What rules see while `parallel` is due: its two sides are; it has no words of its own."""
    due = [tag for one in proof.due for tag in (sides if one == PARALLEL else (one,))]
    spoken = {tag: table for tag, table in proof.languages.items() if tag != PARALLEL}
    return replace(proof, due=tuple(dict.fromkeys(due)), languages=spoken)


def parallel(one: EditionBody, other: EditionBody, home: str) -> Parallel:
    """Two editions of one issue as a third; `home` is the archive's address, with its slash."""
    sides = one, other = _at_home(one, home), _at_home(other, home)
    both = tuple(_twofold(one, other))
    return Parallel(
        slug=one.slug, date=one.date, locale=PARALLEL, original=one.original,
        subject=joined(one.subject, other.subject),
        preheader=joined(one.preheader, other.preheader),
        greeting="\n\n".join(x for x in (one.greeting, other.greeting) if x),
        teasers=_teasers(one, other),
        byline=joined(one.byline, other.byline),
        notice=joined(one.notice, other.notice),
        sections=tuple(_flat(section) for section in both),
        sides=sides, both=both,
    )  # fmt: skip


def _teasers(one: EditionBody, other: EditionBody) -> tuple[str, ...]:
    return tuple(joined(a, b) for a, b in zip_longest(one.teasers, other.teasers, fillvalue=""))


def _at_home(body: EditionBody, home: str) -> EditionBody:
    """An edition whose links to its own page lead to the parallel one, to the same block."""
    old, new = (f"]({home}{body.slug}/{tag}/#" for tag in (body.locale, PARALLEL))

    def moved(section: SectionBody) -> SectionBody:
        parts = tuple(replace(p, text=p.text.replace(old, new)) for p in section.parts)
        return replace(section, parts=parts)

    return replace(
        body,
        greeting=body.greeting.replace(old, new),
        sections=tuple(moved(section) for section in body.sections),
    )


# --- sections and blocks in step ---


def in_step(one: Iterable[str], other: Iterable[str]) -> list[str]:
    """The keys of both in the first's order; what only the other has follows its own neighbour.

    >>> in_step(["a", "c"], ["a", "b", "c", "d"])
    ['a', 'b', 'c', 'd']
    """
    keys = list(one)
    at = 0
    for key in other:
        if key in keys:
            at = keys.index(key) + 1
        else:
            keys.insert(at, key)
            at += 1
    return keys


def _twofold(one: EditionBody, other: EditionBody) -> Iterator[Twofold]:
    found = [{s.kind: s for s in body.sections} for body in (one, other)]
    tongues = (one.locale, other.locale)
    for kind in in_step(*found):
        heads = [(tag, of[kind]) for tag, of in zip(tongues, found, strict=True) if kind in of]
        lacks = next((t for t, of in zip(tongues, found, strict=True) if kind not in of), None)
        yield _section(kind, heads, lacks)


def _section(
    kind: str, heads: Sequence[tuple[Locale, SectionBody]], lacks: Locale | None
) -> Twofold:
    texts, sources = _numbered_once(heads)
    sides = {tag: _grouped(parts) for tag, parts in texts.items()}
    notes = tuple(Cell(tag, found) for tag, p in texts.items() if (found := _of(p, "note")))
    keys = in_step(*sides.values()) if len(sides) > 1 else [k for of in sides.values() for k in of]
    return Twofold(
        kind, tuple(heads), tuple(_pair(key, sides) for key in keys), notes, tuple(sources), lacks
    )


def _of(parts: Iterable[Part], role: str) -> tuple[Part, ...]:
    return tuple(p for p in parts if p.role == role)


def _grouped(parts: Iterable[Part]) -> Grouped:
    """The parts by block; what has none of its own (a table, a list) belongs to the one before."""
    groups: Grouped = {}
    key = ""
    for part in (p for p in parts if p.role != "note"):
        key = part.block or ("sources" if part.role == "sources" else key)
        groups.setdefault(key, []).append(part)
    return groups


def _pair(key: str, sides: Mapping[Locale, Grouped]) -> Pair:
    told = {tag: groups[key] for tag, groups in sides.items() if key in groups}
    lacks = next((tag for tag in sides if tag not in told), None)
    return Pair(key, tuple(_rows(told)), lacks)


def _rows(told: Mapping[Locale, Sequence[Part]]) -> Iterator[Row]:
    """The block in rows: text beside text, tables and pictures on rows of their own.

    Where the two languages do not hold the same tables and pictures in the same order, the
    whole block is one row.
    """
    runs = [list(_runs(parts)) for parts in told.values()]
    if any([run.mark for run in of] != [run.mark for run in runs[0]] for of in runs):
        yield Row("pair", tuple(Cell(tag, tuple(parts)) for tag, parts in told.items()))
        return
    for row in zip(*runs, strict=True):
        cells = tuple(Cell(tag, run.parts) for tag, run in zip(told, row, strict=True))
        yield Row(APART.get(row[0].parts[0].role, "pair"), cells)  # type: ignore[arg-type]


class _Run(NamedTuple):
    mark: str
    parts: tuple[Part, ...]


def _runs(parts: Sequence[Part]) -> Iterator[_Run]:
    text: list[Part] = []
    for part in parts:
        if part.role not in APART:
            text.append(part)
            continue
        if text:
            yield _Run("text", tuple(text))
        text = []
        picture = PICTURE.match(part.text)
        yield _Run(picture["file"] if picture else part.role, (part,))
    if text:
        yield _Run("text", tuple(text))


def _flat(section: Twofold) -> SectionBody:
    """Both languages one after the other, for an output that knows of no pairs."""
    cells = [*section.notes, *(c for p in section.pairs for row in p.rows for c in row.cells)]
    bodies = [body for _, body in section.heads]
    sources = _of(bodies[0].parts, "sources") if section.sources else ()
    return SectionBody(
        kind=section.kind,
        label=section.label,
        spoken=section.spoken,
        title=joined(*(body.title for body in bodies)),
        original_title="",
        parts=(*(part for cell in cells for part in cell.parts), *sources),
    )


# --- citations, numbered once ---


def _numbered_once(
    heads: Sequence[tuple[Locale, SectionBody]],
) -> tuple[dict[Locale, tuple[Part, ...]], list[Cited]]:
    """The parts of each side with the numbers of one list of sources, and that list.

    A list that the engine did not write (of another form) stays where it is, with its numbers.
    """
    lists = {tag: _listed(body.parts) for tag, body in heads}
    if any(rows is None for rows in lists.values()):
        return {tag: body.parts for tag, body in heads}, []
    sources: dict[str, Cited] = {}
    texts = {}
    for tag, body in heads:
        numbers = {}
        for row in lists[tag] or ():
            known = sources.get(row["url"]) or Cited(len(sources) + 1, row["link"], ())
            told = (*known.told, (tag, row["told"] or ""))
            sources[row["url"]] = replace(known, told=told)
            numbers[row["number"], row["url"]] = known.number
        texts[tag] = tuple(_renumbered(p, numbers) for p in body.parts if p.role != "sources")
    return texts, list(sources.values())


def _listed(parts: Iterable[Part]) -> list[re.Match[str]] | None:
    rows = [row for part in _of(parts, "sources") for row in part.text.split("\n")]
    found = [match for row in rows if (match := SOURCE.fullmatch(row))]
    return found if len(found) == len(rows) else None


def _renumbered(part: Part, numbers: Mapping[tuple[str, str], int]) -> Part:
    def renumber(match: re.Match[str]) -> str:
        number = numbers.get((match["number"], match["url"]), match["number"])
        return f"[\\[{number}{match['rest']}"

    return replace(part, text=CITATION.sub(renumber, part.text))
