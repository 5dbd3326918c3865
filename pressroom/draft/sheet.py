"""From proposed blocks to a file: a new one whole, an existing one only at its end.

An editor's text is never touched: a block that was proposed before stays away when the
editor deleted it, and what is new is added below what stands (promise 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressroom.manuscript.file import Manuscript, block_hash, parse, read
from pressroom.model import BlockRecord, BlockRef, Drafted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pressroom.manuscript.issue import Key
    from pressroom.model import DraftBlock, Locale

REMINDER = "%% machine draft, unsigned"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a draft wants of one file: its whole new text, the records, and how many blocks."""

    name: str
    text: str
    records: tuple[BlockRecord, ...]
    added: int
    is_new: bool


def sheet(
    path: Path,
    locale: Locale,
    proposed: Sequence[DraftBlock],
    known: Mapping[Key, BlockRecord],
    now: datetime,
    *,
    lines: bool,
) -> Sheet | None:
    """The file with the proposed blocks that it has never had; None when there are none."""
    section = path.name.split(".")[0]
    before = read(path, locale, lines=lines) if path.is_file() else None
    standing = before.cut.join() if before else ""
    ids = {b.id for b in before.blocks} if before else set()
    fresh = [
        b for b in proposed
        if b.id not in ids and (BlockRef(f"{section}#{b.id}"), locale) not in known
    ]  # fmt: skip
    if not fresh:
        return None
    text = _joined(standing or '---\ntitle: ""\n---\n', [_words(b) for b in fresh], lines=lines)
    script = parse(text, path, locale, lines=lines)
    return Sheet(path.name, text, _records(script, fresh, now), len(fresh), not standing)


def _words(block: DraftBlock) -> str:
    text = block.text.rstrip("\n") + "\n"
    return text + f"\n{REMINDER}\n" if block.model else text


def _joined(standing: str, blocks: list[str], *, lines: bool) -> str:
    ending = "\r\n" if "\r\n" in standing else "\n"
    new = ("\n" if standing.endswith("\n") else "\n\n") + ("" if lines else "\n").join(blocks)
    return standing + new.replace("\n", ending)


def _records(
    script: Manuscript, fresh: Sequence[DraftBlock], now: datetime
) -> tuple[BlockRecord, ...]:
    hashes = {block.id: (block.ref, block_hash(block)) for block in script.blocks}
    return tuple(
        BlockRecord(*_place(hashes[b.id], script.locale), drafted=_drafted(b, now))
        for b in fresh
        if b.id in hashes
    )


def _place(found: tuple[BlockRef, str], locale: Locale) -> tuple[BlockRef, Locale, str]:
    return found[0], locale, found[1]


def _drafted(block: DraftBlock, now: datetime) -> Drafted | None:
    if not block.model:
        return None
    return Drafted(block.model, block.items, now.isoformat(timespec="seconds"), block.prompt)


def opening(words: Mapping[str, str], byline: str, teasers: Sequence[str]) -> str:
    """A new opening file: front matter only, each text a mark that stops the send."""
    todo = words["todo"]
    rows = [f"  - {_quoted(line)}" for line in teasers]
    return "\n".join(
        [
            "---",
            f"subject: {_quoted(todo)}",
            f"preheader: {_quoted(todo)}",
            f"greeting: {_quoted(words['skeleton_greeting'])}",
            "teasers:" if rows else "teasers: []",
            *rows,
            f"byline: {_quoted(byline)}",
            "---",
            "",
        ]
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
