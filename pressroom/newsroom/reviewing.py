"""The machine's blocks that wait for a person: what each rests on, and what is done with it.

Every answer is written at once, block by block, so that a review may be left at any moment.
A signature holds for the one edition that was shown, and for the words that were shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pressroom.check.quote import RULE as QUOTES
from pressroom.draft.protect import Words, printed
from pressroom.draft.splice import replaced, taken_out
from pressroom.errors import UsageError
from pressroom.lang.figures import compare as compare_figures
from pressroom.manuscript.file import block_hash
from pressroom.model import Signed
from pressroom.newsroom import proofs
from pressroom.newsroom.drafting import section_plugins
from pressroom.newsroom.translating import cited
from pressroom.store.files import write_atomic
from pressroom.twins.compare import compare
from pressroom.twins.rule import words as compared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from pressroom.manuscript.file import Manuscript
    from pressroom.model import Block, BlockRecord, CitedItem, Locale, Proof
    from pressroom.workspace import Workspace

NAME = re.compile(
    r"\b(?:[A-Z][\w’'-]{1,40}(?: (?:of |and |for |the )?[A-Z][\w’'-]{1,40}){1,6}|[A-Z]{3,12})\b"
)
MARKUP = re.compile(r"!?\[\[|\]\]|\[@[^\]\n]{1,300}\]|\]\([^()\s]{1,1000}\)")
"""What stands around words in a manuscript and is no part of a name."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A cited source: its id, title, address, and the passages of it that are kept."""

    id: str
    title: str
    url: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A machine's block that nobody has signed as it stands; `text` is its hash.

    `original` are the words it was translated from, in `follows`; empty where it is no
    translation. `doubts` are what in it its sources or its original do not bear out.
    """

    block: str
    locale: Locale
    path: str
    line: int
    model: str
    why: str
    text: str
    head: str
    body: str
    follows: str
    original: str
    passages: tuple[Passage, ...]
    doubts: tuple[str, ...]


def waiting(ws: Workspace, slug: str, reads: Sequence[str] = ()) -> list[Waiting]:
    """The unsigned blocks of the editions that are written, or of `reads`, in print order."""
    found = proofs.folder(ws, slug)
    proof = proofs.proof(ws, found, ())
    blocks = [b for b in proof.blocks if not reads or b.locale in reads]
    unsigned = [b for b in blocks if why_unsigned(proof.records.get((b.ref, b.locale)), b)]
    if not unsigned:
        return []
    full = Sources(ws, proof.sources, {key for b in unsigned for key in cited(b)})
    return [_laid_out(proof, block, full) for block in unsigned]


def why_unsigned(record: BlockRecord | None, block: Block) -> str:
    """Why a block waits for a person; empty where it does not."""
    if record is None or record.drafted is None:
        return ""
    if record.signed is None:
        return "nobody has signed it"
    changed = record.signed.text != block_hash(block)
    return f"it changed after {record.signed.by} signed it" if changed else ""


def _laid_out(proof: Proof, block: Block, full: Sources) -> Waiting:
    record = proof.records[block.ref, block.locale]
    assert record.drafted is not None
    tag = record.follows.locale if record.follows else None
    tag = None if tag == block.locale else tag
    original = next((b for b in proof.blocks if (b.ref, b.locale) == (block.ref, tag)), None)
    words, other = printed(block), printed(original) if original else Words("", "")
    keys = dict.fromkeys([*cited(block), *record.drafted.items])
    items = [proof.sources[key] for key in keys if key in proof.sources]
    return Waiting(
        block.ref, block.locale, proof.name(block.path), block.line, record.drafted.model,
        why_unsigned(record, block), block_hash(block), words.head, words.body,
        tag or "" if original else "", "\n\n".join(filter(None, other)),
        tuple(Passage(i.id, i.title, i.url, i.quotes) for i in items),
        tuple(dict.fromkeys(_doubts(proof, block, original, full))),
    )  # fmt: skip


# --- what is doubtful ---


class Sources:
    """The words of cited items: in full where the clippings have them, else what was quoted."""

    def __init__(self, ws: Workspace, items: Mapping[str, CitedItem], keys: set[str]) -> None:
        self._items = items
        self._full = dict(_full(ws, keys))

    def of(self, key: str) -> tuple[str, str]:
        """Text and language of an item; no text where nothing is kept of it."""
        item = self._items.get(key)
        if item is None:
            return "", ""
        kept = "\n\n".join(item.quotes)
        text = self._full.get(key) or kept
        return (f"{item.title}\n\n{text}" if text else ""), item.locale


def _full(ws: Workspace, keys: set[str]) -> Iterator[tuple[str, str]]:
    from pressroom.model import ItemId
    from pressroom.newsroom.storyboard import clippings

    if not (ws.private / "clippings.db").is_file():
        return
    with clippings(ws) as store:
        for key in keys:
            if item := store.item(ItemId(key)):
                yield key, item.text


def _doubts(proof: Proof, block: Block, original: Block | None, full: Sources) -> Iterator[str]:
    alone = replace(proof, blocks=(block,))
    yield from (f.message for f in QUOTES.find(alone))
    if original:
        drifts = compare(compared(original), original.locale, compared(block), block.locale)
        yield from (f"{d.rule.removeprefix('twin-')}: {d.message}" for d in drifts)
    else:
        yield from _ungrounded(block, [full.of(key) for key in cited(block)])


def _ungrounded(block: Block, sources: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Numbers and names that no source has; nothing where a source's words are not kept."""
    if not sources or not all(text for text, _ in sources):
        return
    words = MARKUP.sub(" ", "\n".join(printed(block)))
    odd: list[set[str]] = []
    for text, locale in sources:
        found = compare_figures(text, locale, words, block.locale).unmatched_other
        odd.append({f.words for f in found if re.search(r"\d", f.words)})
    yield from (
        f"the number {n} is in no source cited here" for n in sorted(set.intersection(*odd))
    )
    same = [t.casefold() for t, tag in sources if tag.split("-")[0] == block.locale.split("-")[0]]
    for name in dict.fromkeys(NAME.findall(words)) if same else ():
        if not any(name.casefold() in text for text in same):
            yield f"the name {name} is in no source in {block.locale} cited here"


# --- what is done ---


def sign(ws: Workspace, slug: str, shown: Waiting, name: str, now: datetime) -> None:
    """Sign a block in the edition that was shown; UsageError where its words changed since."""
    found = proofs.folder(ws, slug)
    _script(ws, slug, shown)
    alone = {key: script for key, script in found.scripts.items() if key[1] == shown.locale}
    signed = Signed(proofs.person(ws, name), now.isoformat(timespec="seconds"), "")
    proofs.sign(replace(found, scripts=alone), shown.block, signed)


def typed(ws: Workspace, slug: str, shown: Waiting) -> str:
    """A block as it is typed in its file, lines to oneself included."""
    script = _script(ws, slug, shown)
    piece = next(s for s in script.cut.slices if s.id == shown.block.partition("#")[2])
    return (piece.first + piece.body).rstrip() + "\n"


def edit(ws: Workspace, slug: str, shown: Waiting, text: str) -> None:
    """Write a block typed anew; ManuscriptError where it would no longer be that one block."""
    script = _script(ws, slug, shown)
    lines = any(s.kind == script.section and s.unit == "line" for s in section_plugins(ws))
    after = replaced(script, shown.block.partition("#")[2], text, lines=lines)
    write_atomic(script.path, after.cut.join().encode())


def drop(ws: Workspace, slug: str, shown: Waiting) -> None:
    """Take a block out of one edition; its record stays, so that no draft brings it back."""
    script = _script(ws, slug, shown)
    text = taken_out(script, shown.block.partition("#")[2])
    write_atomic(script.path, text.encode())


def _script(ws: Workspace, slug: str, shown: Waiting) -> Manuscript:
    """The file of a block as it stands now, if it still holds the words that were shown."""
    found = proofs.folder(ws, slug)
    proofs.refuse_faults(found)
    section, _, block = shown.block.partition("#")
    script = found.scripts.get((section, shown.locale))
    now = [b for b in script.blocks if b.id == block] if script else []
    if script is None or [block_hash(b) for b in now] != [shown.text]:
        raise UsageError(f"{shown.path}: {shown.block} was changed meanwhile. Look at it again.")
    return script


def again(ws: Workspace, slug: str, shown: Waiting) -> Waiting | None:
    """The same block as it stands now; None where it waits no longer."""
    return next(
        (w for w in waiting(ws, slug) if (w.block, w.locale) == (shown.block, shown.locale)), None
    )


# --- who ---


def reader(ws: Workspace, name: str) -> tuple[str, tuple[str, ...]]:
    """Whose name it is (the key of [people]) and the editions they read, none meaning all."""
    proofs.person(ws, name)
    people = ws.settings.people
    key = next(k for k, table in people.items() if name in {k, table.name})
    return key, people[key].reads


def only_person(ws: Workspace) -> str:
    """The one person of the newsroom; empty where there are several, UsageError where none is."""
    people = list(ws.settings.people)
    if not people:
        raise UsageError("newsletter.toml: people: is empty. Write [people.you] to sign as you.")
    return people[0] if len(people) == 1 else ""
