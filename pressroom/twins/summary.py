"""What a TL;DR line sums up: the blocks it links, and whether they changed since it was pinned.

In the edition that a line is written in, its record follows the blocks it links, as a twin's
record follows its original: `follows` names the line's own locale, and the hash of them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.manuscript import scan
from pressroom.model import BlockKind, Finding, Follows, Severity, sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pressroom.model import Block, BlockRecord, BlockRef, Locale, Proof

    Hashes = Mapping[tuple[BlockRef, Locale], str]

CHANGED = "is stale: {} was changed since"
BOTH = "is not known to be in step: {} was changed since, and so was this line"
FIX = "read it again beside {}, then pressroom twins {} --accept {}"


def lines(blocks: Iterable[Block]) -> Iterator[tuple[Block, list[Block]]]:
    """Each line that links blocks of its own edition, and those blocks in the order of its links."""
    every = list(blocks)
    by_section: dict[tuple[str, str], list[Block]] = {}
    for block in every:
        by_section.setdefault((block.locale, block.section), []).append(block)
    for block in every:
        if block.kind is BlockKind.LINE and (found := list(_linked(block, by_section))):
            yield block, list(dict.fromkeys(found))


def links(block: Block) -> Iterator[tuple[str, str]]:
    """Section and block id of each link within the issue; no id: the whole section."""
    for token in scan.tokens(f"{block.head}\n{block.body}"):
        cross = scan.CROSS.match(token.match["to"]) if token.form == "link" else None
        if cross and not cross["issue"] and not token.match["bang"]:
            yield cross["section"], cross["id"] or ""


def _linked(block: Block, known: Mapping[tuple[str, str], list[Block]]) -> Iterator[Block]:
    for section, id_ in links(block):
        if section != block.section:
            yield from (b for b in known.get((block.locale, section), ()) if id_ in {"", b.id})


def pin(line: Block, linked: Sequence[Block], hashes: Hashes) -> Follows:
    """The record that a line is in step with what it sums up, as both stand."""
    return Follows(line.locale, _together(linked, hashes), hashes[line.ref, line.locale])


def _together(linked: Sequence[Block], hashes: Hashes) -> str:
    return sha256("\n".join(sorted(hashes[b.ref, b.locale] for b in linked)))


def verdict(record: BlockRecord | None, now: Follows, linked: Sequence[Block]) -> str:
    """What became of a line since it was pinned; empty while its blocks stand, or without a pin."""
    was = record.follows if record else None
    if was is None or was.locale != now.locale or was.text == now.text:
        return ""
    names = ", ".join(block.ref for block in linked)
    return (CHANGED if was.own == now.own else BOTH).format(names)


def stale(proof: Proof) -> Iterator[Finding]:
    """Lines behind what they sum up are for before the send; changed ones are worth a look."""
    for line, linked in lines(proof.blocks):
        if line.locale != proof.original_of(line.section):
            continue
        record = proof.records.get((line.ref, line.locale))
        if told := verdict(record, pin(line, linked, proof.hashes), linked):
            severity = Severity.LOOK if told.endswith("this line") else Severity.BEFORE
            place = proof.name(line.path), line.line
            fix = FIX.format(linked[0].ref, proof.slug, line.ref)
            yield Finding("stale", severity, *place, f"{told}.", fix)
