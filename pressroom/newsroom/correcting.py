"""A correction after publication: what the edited block said before, and whether it may stand.

    look      the block in every edition, beside what readers have of it
    decide    refuses what is no correction yet: nothing changed, a twin left behind
    write     corrections.toml, after signatures and pins follow the new words
    left_over what else was edited since a paused edition was locked

What readers have is in the prints of the mailing database; where there is none, git's last
commit tells. Who is mailed about it stands in `pressroom.newsroom.correction_mail`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pressroom.errors import SendError, UsageError, did_you_mean
from pressroom.gather.worddiff import word_diff
from pressroom.manuscript import corrections
from pressroom.manuscript.corrections import Change, Correction
from pressroom.manuscript.file import block_hash
from pressroom.manuscript.folder import OPENING
from pressroom.manuscript.issue import BLOCKS, read_records, write_records
from pressroom.model import BlockRef, Locale
from pressroom.newsroom import lineup, locked, proofs, reviewing, twinning
from pressroom.newsroom.copies import Before
from pressroom.send import prints, schedule
from pressroom.send.schedule import SendState
from pressroom.store.files import write_atomic, write_together
from pressroom.twins import summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pressroom.manuscript.folder import Folder
    from pressroom.model import Block
    from pressroom.store.mailing import Mailing
    from pressroom.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Edited:
    """A block in one edition: what readers have, what now stands; whether it went out at all."""

    locale: Locale
    path: str
    line: int
    old: str
    new: str
    went: bool

    @property
    def is_changed(self) -> bool:
        """Whether readers have other words than those that now stand."""
        return bool(self.old) and not corrections.same(self.old, self.new)

    @property
    def diff(self) -> str:
        """The change, word by word."""
        return word_diff(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Looked:
    """A block in every edition that has it, and the corrections made of the issue so far."""

    slug: str
    ref: BlockRef
    editions: tuple[Edited, ...]
    made: tuple[Correction, ...]

    @property
    def changed(self) -> list[Edited]:
        """The editions in which it was edited."""
        return [one for one in self.editions if one.is_changed]

    @property
    def last(self) -> Correction | None:
        """The last correction of this block."""
        return next((one for one in reversed(self.made) if one.block == self.ref), None)


@dataclass(frozen=True, slots=True)
class Decided:
    """A correction with its number in the issue, from 1; `fresh` while it is not written."""

    slug: str
    made: tuple[Correction, ...]
    number: int
    fresh: bool

    @property
    def one(self) -> Correction:
        """The correction itself."""
        return self.made[self.number - 1]

    @property
    def key(self) -> str:
        """What the ledger calls the mail about it."""
        return f"{self.slug}+{self.number}"


# --- look ---


def look(ws: Workspace, base: Mailing, slug: str, name: str) -> Looked:
    """A block (section#id, or its id) in every edition, beside what readers have of it."""
    found = proofs.folder(ws, slug)
    proofs.refuse_faults(found)
    made = corrections.read(found.issue.folder)
    blocks = _named(found, name)
    before = Before(ws, base, slug)
    return Looked(
        slug,
        blocks[0].ref,
        tuple(_edited(ws, before, b, made) for b in blocks if _counts(ws, found, b.locale)),
        made,
    )


def newest(ws: Workspace) -> str:
    """The newest issue that was sent; empty where none was."""
    return next((s for s in reversed(ws.slugs()) if lineup.read(ws, ws.issues / s).listed), "")


def _named(found: Folder, name: str) -> list[Block]:
    every = [b for (kind, _), s in found.scripts.items() if kind != OPENING for b in s.blocks]
    blocks = [b for b in every if name in {b.ref, b.id}]
    refs = sorted({b.ref for b in blocks})
    if len(refs) == 1:
        return blocks
    if refs:
        raise UsageError(f'"{name}" is in several sections. Say which: {", ".join(refs)}')
    raise UsageError(f'No block is called "{name}".{did_you_mean(name, {b.ref for b in every})}')


def _counts(ws: Workspace, found: Folder, locale: Locale) -> bool:
    """Whether an edition, or one that is derived from it, is not skipped."""
    live = {tag for tag, plan in found.issue.editions.items() if plan.status != "skip"}
    return locale in live or any(ws.derived.get(tag) == locale for tag in live)


def _edited(ws: Workspace, before: Before, block: Block, made: Sequence[Correction]) -> Edited:
    return Edited(
        block.locale,
        block.path.relative_to(ws.root).as_posix(),
        block.line,
        before.words(block, made),
        corrections.words(block),
        block.locale in before.went or not before.went,
    )


# --- decide ---


def who(ws: Workspace, name: str) -> str:
    """The printed name of whoever corrects: the one named, or the newsroom's only person."""
    known = name or reviewing.only_person(ws)
    if not known:
        raise UsageError(f"Say who corrects: --as NAME ({', '.join(ws.settings.people)}).")
    return proofs.person(ws, known)


def refuse_running(base: Mailing, slug: str) -> None:
    """Stop while a job hands out the old words."""
    rows = schedule.of(base, slug).values()
    if running := [row.edition for row in rows if row.state is SendState.STARTED]:
        raise SendError(
            f"{slug}: {', '.join(running)} is being sent with the old words. "
            f"pressroom send {slug} --pause, then correct again."
        )


def decide(
    looked: Looked, kind: str, notes: Mapping[str, str], by: str, now: datetime, *, again: bool
) -> Decided:
    """The correction that these edits make; with `again` the last one, where it stands already.

    Raises UsageError where nothing changed or, but for a typo, an edition was left behind.
    """
    if not looked.changed:
        last = looked.last
        if again and last and last.kind == kind:
            return Decided(looked.slug, looked.made, looked.made.index(last) + 1, fresh=False)
        raise UsageError(_unchanged(looked))
    _refuse_behind(looked, kind)
    editions = {e.locale: _change(e, kind, notes) for e in looked.changed}
    _refuse_notes(notes, kind, editions)
    when = max([now.replace(microsecond=0), *(one.when for one in looked.made)])
    one = Correction(looked.ref, kind, when.astimezone(now.tzinfo), by, editions)
    return Decided(looked.slug, (*looked.made, one), len(looked.made) + 1, fresh=True)


def _unchanged(looked: Looked) -> str:
    places = ", ".join(f"{one.path}:{one.line}" for one in looked.editions)
    return f"{looked.ref}: says what readers have. Edit it first ({places}), then run this again."


def _refuse_behind(looked: Looked, kind: str) -> None:
    behind = [e for e in looked.editions if e.went and e.old and not e.is_changed]
    if kind == corrections.TYPO or not behind:
        return
    one, edited = behind[0], ", ".join(e.locale for e in looked.changed)
    raise UsageError(
        f"{one.path}:{one.line}: {looked.ref} was edited in {edited} and not in {one.locale}. "
        f"Correct it there too, then run this again; a slip of one edition alone is --kind typo."
    )


def _change(edited: Edited, kind: str, notes: Mapping[str, str]) -> Change:
    note = corrections.flat(notes.get(edited.locale, ""))
    if kind != corrections.TYPO and not note:
        note = corrections.default_note(edited.old, edited.new, edited.locale)
    return Change(edited.old, edited.new, note[: corrections.LONGEST_NOTE])


def _refuse_notes(notes: Mapping[str, str], kind: str, editions: Mapping[Locale, Change]) -> None:
    if notes and kind == corrections.TYPO:
        raise UsageError("--note: a typo leaves no note. Use --kind clarification or correction.")
    for tag, note in notes.items():
        if tag not in editions:
            raise UsageError(f"--note {tag}: is not corrected.{did_you_mean(tag, editions)}")
        if len(note) > corrections.LONGEST_NOTE:
            raise UsageError(f"--note {tag}: is over {corrections.LONGEST_NOTE} characters.")


# --- write ---


def write(ws: Workspace, decided: Decided) -> list[str]:
    """Write a fresh correction; returns the lines of a TL;DR that sum up what changed.

    Signatures and pins come first: whoever corrects vouches for the words, and `check` has
    nothing left to say of them. Killed in between, the same command does the rest.
    """
    one, slug = decided.one, decided.slug
    _sign(ws, slug, one)
    sums = _pin(ws, slug, one.block)
    folder = ws.issues / slug
    write_atomic(folder / corrections.FILE, corrections.appended(folder, one).encode())
    return sums


def _sign(ws: Workspace, slug: str, one: Correction) -> None:
    found = proofs.folder(ws, slug)
    records = read_records(found.issue.folder)
    time = one.when.isoformat(timespec="seconds")
    before = dict(records)
    for script in found.scripts.values():
        for block in script.blocks:
            record = records.get((block.ref, block.locale))
            is_ours = block.ref == one.block and block.locale in one.editions
            if is_ours and record and record.signed:
                signed = replace(record.signed, by=one.who, time=time, text=block_hash(block))
                records[block.ref, block.locale] = replace(record, signed=signed)
    if records != before:
        write_together(found.issue.folder, {BLOCKS: write_records(records.values())})


def _pin(ws: Workspace, slug: str, ref: BlockRef) -> list[str]:
    """Pin the twins of a block, and the lines that sum it up, where they are stale by it."""
    fine = {twinning.IN_STEP, twinning.UNPINNED, twinning.MISSING}
    stale = {state.block for state in twinning.states(ws, slug) if state.state not in fine}
    sums = _sums(proofs.folder(ws, slug), ref)
    if wanted := [name for name in (ref, *sums) if name in stale]:
        twinning.accept(ws, slug, wanted)
    return sums


def _sums(found: Folder, ref: BlockRef) -> list[str]:
    blocks = [block for script in found.scripts.values() for block in script.blocks]
    lines = (line.ref for line, linked in summary.lines(blocks) if ref in {b.ref for b in linked})
    return list(dict.fromkeys(lines))


# --- a paused send ---


def left_over(ws: Workspace, base: Mailing, slug: str) -> list[str]:
    """What was edited since the paused editions were locked and is no correction yet."""
    made, before = corrections.read(ws.issues / slug), Before(ws, base, slug)
    found: list[str] = []
    for row in schedule.of(base, slug).values():
        old = prints.find(base, row.print) if row.state is SendState.PAUSED else None
        if old:
            now = locked.manuscript(ws, ws.issues / slug, row.edition)
            found += _differing(before, ws.issues / slug, (old.manuscript, now), made)
    return list(dict.fromkeys(found))


def _differing(
    before: Before,
    folder: Path,
    sides: tuple[Mapping[str, str], Mapping[str, str]],
    made: Sequence[Correction],
) -> Iterator[str]:
    old, new = sides
    for name in sorted({*old, *new}):
        if old.get(name) == new.get(name):
            continue
        if name not in old or name not in new or not name.endswith(".md"):
            yield name
        else:
            yield from _in_file(before, folder / name, old[name], new[name], made)


def _in_file(
    before: Before, path: Path, old: str, new: str, made: Sequence[Correction]
) -> Iterator[str]:
    locale = Locale(path.name.split(".")[1])
    was, now = (before.script(text, path, locale) for text in (old, new))
    if was.front != now.front:
        yield f"{path.name}: front matter"
    if [b.id for b in was.blocks] != [b.id for b in now.blocks]:
        yield f"{path.name}: the order or number of its blocks"
    texts = {b.ref: corrections.words(b) for b in now.blocks}
    for block in was.blocks:
        words = texts.get(block.ref, "")
        if not corrections.same(corrections.words(block), words) and not any(
            one.block == block.ref
            and locale in one.editions
            and corrections.same(one.editions[locale].new, words)
            for one in made
        ):
            yield f"{block.ref} in {locale}"
