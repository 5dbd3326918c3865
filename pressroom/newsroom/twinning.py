"""Twins of an issue: which blocks are in step, what changed since, and pinning them anew.

A pin is in blocks.jsonl: the hashes of a block and of its original at the time they were in
step. The words themselves are kept in the private folder, so that a word diff can be shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pressroom.errors import UsageError, did_you_mean
from pressroom.gather.worddiff import word_diff
from pressroom.manuscript.file import block_hash
from pressroom.manuscript.issue import BLOCKS, read_records, write_records
from pressroom.model import BlockRecord, Follows
from pressroom.newsroom import proofs
from pressroom.store.files import write_atomic, write_together
from pressroom.twins import summary
from pressroom.twins.rule import verdict, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pressroom.manuscript.folder import Folder
    from pressroom.model import Block, Locale
    from pressroom.workspace import Workspace

IN_STEP, UNPINNED, MISSING = "in step", "not pinned", "has no twin"


@dataclass(frozen=True, slots=True)
class TwinState:
    """One block of the original and its twin: where they stand, and the original's word diff."""

    block: str
    locale: Locale
    state: str
    path: str
    line: int
    diff: str = ""


def states(ws: Workspace, slug: str) -> list[TwinState]:
    """Every block of the original beside each other due edition, in print order.

    Then the lines of a TL;DR that are behind what they sum up.
    """
    found = proofs.folder(ws, slug)
    records = read_records(found.issue.folder)
    twins = [
        _state(ws, mine, twin, locale, records.get((mine.ref, locale)))
        for mine, twin, locale in _pairs(found, ws.written)
    ]
    return twins + [
        TwinState(line.ref, line.locale, told, _name(ws, line), line.line)
        for line, linked, now in _summaries(found)
        if (told := summary.verdict(records.get((line.ref, line.locale)), now, linked))
    ]


def accept(ws: Workspace, slug: str, blocks: Sequence[str]) -> list[str]:
    """Pin twins as in step: those named, or all that are not pinned yet and none that is stale."""
    found = proofs.folder(ws, slug)
    proofs.refuse_faults(found)
    records = read_records(found.issue.folder)
    pairs = [(mine, twin) for mine, twin, _ in _pairs(found, ws.written) if twin]
    sums = {line.ref: (line, now) for line, _, now in _summaries(found)}
    known = {name for mine, _ in pairs for name in (mine.ref, mine.id)} | set(sums)
    if unknown := [b for b in blocks if b not in known]:
        raise UsageError(f'No twins are called "{unknown[0]}".{did_you_mean(unknown[0], known)}')
    pinned = []
    for mine, twin in pairs:
        record = records.get((twin.ref, twin.locale))
        wanted = {mine.ref, mine.id} & set(blocks) if blocks else not (record and record.follows)
        if wanted:
            own = block_hash(twin)
            record = record or BlockRecord(twin.ref, twin.locale, own)
            pin = Follows(mine.locale, block_hash(mine), own)
            records[twin.ref, twin.locale] = replace(record, follows=pin)
            _keep(ws, mine, twin)
            pinned.append(f"{twin.ref} {twin.locale}")
    for line, now in sums.values():
        record = records.get((line.ref, line.locale)) or BlockRecord(line.ref, line.locale, now.own)
        if {line.ref, line.id} & set(blocks) if blocks else not record.follows:
            records[line.ref, line.locale] = replace(record, follows=now)
            pinned.append(f"{line.ref} {line.locale}")
    if pinned:
        write_together(found.issue.folder, {BLOCKS: write_records(records.values())})
    return pinned


def _summaries(found: Folder) -> Iterator[tuple[Block, list[Block], Follows]]:
    """Each line of a TL;DR in its original, the blocks it sums up, and the pin it would get."""
    blocks = [block for script in found.scripts.values() for block in script.blocks]
    hashes = {(b.ref, b.locale): block_hash(b) for b in blocks}
    for line, linked in summary.lines(blocks):
        if line.locale == found.issue.original_of(line.section):
            yield line, linked, summary.pin(line, linked, hashes)


def _pairs(
    found: Folder, written: Sequence[Locale]
) -> Iterator[tuple[Block, Block | None, Locale]]:
    """Each block of the original with its twin, if any, in each other edition that is due."""
    issue = found.issue
    scripts = found.scripts
    for (section, locale), script in scripts.items():
        if locale != issue.original_of(section):
            continue
        for other in (tag for tag in issue.due if tag != locale and tag in written):
            twin = scripts.get((section, other))
            by_id = {b.id: b for b in twin.blocks if b.path == twin.path} if twin else {}
            yield from ((b, by_id.get(b.id), other) for b in script.blocks)


def _state(
    ws: Workspace, mine: Block, twin: Block | None, locale: Locale, record: BlockRecord | None
) -> TwinState:
    if twin is None:
        return TwinState(mine.ref, locale, MISSING, _name(ws, mine), mine.line)
    place = _name(ws, twin), twin.line
    if record is None or record.follows is None:
        return TwinState(mine.ref, locale, UNPINNED, *place)
    pin = record.follows
    told = verdict(pin, block_hash(mine), block_hash(twin))
    diffs = [_diff(ws, mine, pin.text), _diff(ws, twin, pin.own)] if told else []
    return TwinState(mine.ref, locale, told or IN_STEP, *place, "\n".join(filter(None, diffs)))


def _name(ws: Workspace, block: Block) -> str:
    return block.path.relative_to(ws.root).as_posix()


def _diff(ws: Workspace, block: Block, pinned: str) -> str:
    """What changed since the pin; nothing where it did not, or where the words were not kept."""
    path = _texts(ws) / pinned
    if block_hash(block) == pinned or not path.is_file():
        return ""
    return f"{block.locale}: {word_diff(path.read_text(encoding='utf-8'), words(block))}"


def _keep(ws: Workspace, *blocks: Block) -> None:
    for block in blocks:
        path = _texts(ws) / block_hash(block)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, words(block).encode())


def _texts(ws: Workspace) -> Path:
    return ws.private / "texts"
