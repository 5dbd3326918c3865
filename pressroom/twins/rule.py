"""The rules on twins as `check` runs them: each block beside the original's, and what is stale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.manuscript.scan import is_private, open_rows
from pressroom.model import BlockKind, Finding, Severity
from pressroom.twins import summary
from pressroom.twins.compare import compare
from pressroom.twins.named import name_drift

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Block, Follows, Proof

KINDS = (
    "number", "link", "code", "heading", "list", "missing", "block", "short", "figure", "quote",
    "doubled", "untranslated", "name",
)  # fmt: skip
"""What a finding says first; each may be switched off or waived by itself, as `twins-number`."""

ACCEPT = "bring the twin up to date, then pressroom twins {} --accept {}"


class Twins:
    """Drift between the original and each other edition, block by block."""

    rule = "twins"
    kinds = KINDS

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Each drift at the twin's line, the original's place in the message."""
        for mine, twin in pairs(proof):
            one, other = words(mine), words(twin)
            drifts = compare(one, mine.locale, other, twin.locale)
            for drift in (*drifts, *name_drift(proof, mine, twin)):
                kind = drift.rule.removeprefix("twin-")
                here = twin.line + drift.other_line - 1
                there = f"{proof.name(mine.path)}:{mine.line + drift.one_line - 1}"
                message = f"{kind}: {drift.message} (original: {there})"
                path = proof.name(twin.path)
                yield Finding("twins", drift.severity, path, here, message, drift.fix)


class Stale:
    """Blocks whose twin was changed after they were last in step, and summaries likewise."""

    rule = "stale"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """A twin behind its original stops the send; an original behind its twin is asked about."""
        for mine, twin in pairs(proof):
            record = proof.records.get((twin.ref, twin.locale))
            if record is None or record.follows is None:
                continue
            now = proof.hashes[mine.ref, mine.locale], proof.hashes[twin.ref, twin.locale]
            if told := verdict(record.follows, *now):
                severity = Severity.STOP if told != AHEAD else Severity.BEFORE
                where = f"{proof.name(mine.path)}:{mine.line}"
                fix = ACCEPT.format(proof.slug, twin.ref)
                place = proof.name(twin.path), twin.line
                yield Finding("stale", severity, *place, f"{told} ({where}).", fix)
        yield from summary.stale(proof)


BEHIND = "is stale: the original was changed since"
AHEAD = "was changed, and the original was not"
BOTH = "is not known to be in step: both were changed since"


def verdict(pin: Follows, original: str, twin: str) -> str:
    """What became of a pair since it was pinned; empty while neither changed."""
    moved, changed = original != pin.text, twin != pin.own
    if moved and changed:
        return BOTH
    if moved:
        return BEHIND
    return AHEAD if changed else ""


def pairs(proof: Proof) -> Iterator[tuple[Block, Block]]:
    """Each block of the original with its twin in each other written edition, by id."""
    first = {b.section: proof.original_of(b.section) for b in proof.blocks}
    originals = {b.ref: b for b in proof.blocks if b.locale == first[b.section]}
    for twin in proof.blocks:
        mine = originals.get(twin.ref)
        if mine and twin.locale != mine.locale and twin.locale not in proof.derived:
            yield mine, twin


def words(block: Block) -> str:
    """What is compared of a block, on as many rows as in the file: no private line."""
    hidden = {n for n, row in open_rows(block.body) if is_private(row)}
    body = "\n".join("" if n in hidden else row for n, row in enumerate(block.body.split("\n")))
    return body if block.kind is BlockKind.LEAD else f"{block.head}\n{body}"


RULE = Twins()
STALE = Stale()
