"""The twin blocks of an edition: by the model, or as skeletons to translate under.

Each block is written as soon as it is there, so that a stop in the middle loses nothing, and
only after its file was read again: a person's words are never overwritten (promise 2).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pressroom.check.todo import pattern as todo_marks
from pressroom.draft import translate as drafts
from pressroom.draft.protect import Register, printed
from pressroom.draft.sheet import REMINDER
from pressroom.draft.splice import block_text, new_file, put, reads_back
from pressroom.errors import ManuscriptError, ModelError, UsageError, did_you_mean
from pressroom.gather.worddiff import word_diff
from pressroom.lang import language
from pressroom.manuscript import scan, termbase
from pressroom.manuscript.file import block_hash, parse, read
from pressroom.manuscript.folder import OPENING
from pressroom.manuscript.issue import BLOCKS, read_records, write_records
from pressroom.manuscript.termwords import Finder, folded
from pressroom.model import BlockRecord, Drafted, Follows
from pressroom.newsroom import proofs
from pressroom.newsroom.drafting import section_plugins
from pressroom.store.files import write_atomic, write_together
from pressroom.twins.compare import compare
from pressroom.twins.rule import verdict
from pressroom.twins.rule import words as compared
from pressroom.workspace import TERMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from pressroom.chat import Chat
    from pressroom.draft.protect import Words
    from pressroom.draft.translate import TermNote
    from pressroom.manuscript.file import Manuscript
    from pressroom.manuscript.folder import Folder
    from pressroom.model import Block, BlockRef, Locale
    from pressroom.workspace import Workspace

MISSING, SKELETON, REMOVED = "missing", "skeleton", "taken out"
KEPT, STALE, YOURS, WAITS = "kept", "stale", "stale, yours", "original unfinished"
DRAFTED, REFUSED = "drafted", "refused"
GIVE_UP = 2
"""Faults of the service in a row after which it is not asked again."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A block, what stands of it in the other edition, and what that is."""

    source: Block
    to: Locale
    twin: Block | None
    record: BlockRecord | None
    state: str
    order: tuple[str, ...] = ()
    told: str = ""

    @property
    def twin_hash(self) -> str:
        """The hash of the twin; empty where there is none."""
        return block_hash(self.twin) if self.twin else ""


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a block: its state, its place (path in the newsroom, line), and why."""

    block: str
    locale: Locale
    state: str
    path: str
    line: int
    message: str = ""
    diff: str = ""


@dataclass
class Translator:
    """One edition of an issue as it is being translated; `chat` is None without a model."""

    ws: Workspace
    slug: str
    to: Locale
    chat: Chat | None
    now: datetime
    failed: int = 0
    lines: Mapping[str, bool] = field(init=False)

    def __post_init__(self) -> None:
        """Refuse a locale that nobody writes."""
        _writable(self.ws, self.to)
        self.lines = {s.kind: s.unit == "line" for s in section_plugins(self.ws)}

    # --- what there is ---

    @cached_property
    def folder(self) -> Folder:
        """The issue as it stood at the beginning; a file that cannot be read stops all."""
        found = proofs.folder(self.ws, self.slug)
        proofs.refuse_faults(found)
        return found

    @cached_property
    def register(self) -> Register:
        """The names of the house in this edition."""
        return Register(proofs.names(self.ws), self.to)

    def pairs(self, wanted: Sequence[str] = ()) -> list[Pair]:
        """Every block with its twin, or those named; UsageError for a name that is not there."""
        records = read_records(self.folder.issue.folder)
        found = [self._pair(block, order, records) for block, order in self._sources(records)]
        known = {name for p in found for name in (p.source.ref, p.source.id, p.source.section)}
        if unknown := [name for name in wanted if name not in known]:
            raise UsageError(
                f'{self.slug}: no block is called "{unknown[0]}".{did_you_mean(unknown[0], known)}'
            )
        if not wanted:
            return found
        chosen = [p for p in found if {p.source.ref, p.source.id, p.source.section} & set(wanted)]
        return [replace(p, state=MISSING) if p.state == REMOVED else p for p in chosen]

    def _sources(
        self, records: Mapping[tuple[BlockRef, Locale], BlockRecord]
    ) -> Iterator[tuple[Block, tuple[str, ...]]]:
        """Each block in the edition its twin follows, else the original, else any that has it."""
        for kind in dict.fromkeys(kind for kind, _ in self.folder.scripts):
            ranked = [self.folder.issue.original_of(kind), *self.ws.written]
            tags = [tag for tag in dict.fromkeys(ranked) if tag != self.to]
            scripts = [s for tag in tags if (s := self.folder.scripts.get((kind, tag)))]
            by_id: dict[str, dict[Locale, Block]] = {}
            for script in scripts:
                for block in (b for b in script.blocks if b.id):
                    by_id.setdefault(block.id, {})[block.locale] = block
            for blocks in by_id.values():
                first = next(iter(blocks.values()))
                record = records.get((first.ref, self.to))
                pin = record.follows if record else None
                yield (blocks.get(pin.locale, first) if pin else first), tuple(by_id)

    def _pair(
        self,
        source: Block,
        order: tuple[str, ...],
        records: Mapping[tuple[BlockRef, Locale], BlockRecord],
    ) -> Pair:
        record = records.get((source.ref, self.to))
        script = self.folder.scripts.get((source.section, self.to))
        twin = next((b for b in script.blocks if b.id == source.id), None) if script else None
        state, told = _state(source, twin, record)
        return Pair(source, self.to, twin, record, state, order, told)

    # --- what is done ---

    def run(self, pair: Pair, *, stale: bool = False, dry: bool = False) -> Row:
        """Write what is missing, or stale where that is asked for; all else is left and said."""
        wanted = {MISSING, SKELETON} | ({STALE} if stale else set())
        if pair.state not in wanted or (self.chat is None and pair.state != MISSING):
            return self._left(pair)
        if is_unfinished(pair.source):
            return self._row(pair, WAITS, "the original still has a mark to write it.")
        if dry:
            return self._row(pair, pair.state, "would be written.")
        return self._drafted(pair) if self.chat and self.failed < GIVE_UP else self._bare(pair, "")

    def _left(self, pair: Pair) -> Row:
        diff = self._diff(pair) if pair.told else ""
        return self._row(pair, pair.state, pair.told, diff)

    def _drafted(self, pair: Pair) -> Row:
        assert self.chat is not None
        notes = self.terms.notes(pair.source)
        try:
            found = drafts.translate(
                pair.source, self.to, notes, self.register, self.chat, self.now
            )
        except ModelError as fault:
            self.failed += 1
            return self._bare(pair, str(fault))
        self.failed = 0
        wrong = found.faults or (self._drift(pair.source, found.words) if found.words else ())
        if wrong or found.words is None:
            return self._bare(pair, f"{self.chat.name}: its translation {'; it '.join(wrong)}.")
        drafted = Drafted(
            found.model, cited(pair.source), self.now.isoformat(timespec="seconds"), found.prompt
        )
        try:
            block = self.write(pair, found.words, drafted, REMINDER)
        except ManuscriptError as fault:
            return self._bare(pair, str(fault))
        return self._row(replace(pair, twin=block), DRAFTED)

    def _drift(self, source: Block, words: Words) -> tuple[str, ...]:
        """Paragraphs, headings, code and links that the rules on twins would miss."""
        twin = replace(source, locale=self.to, head=words.head, body=f"\n{words.body}\n")
        found = compare(compared(source), source.locale, compared(twin), self.to)
        return tuple(
            f"fails the twins: {d.message.rstrip('.')}"
            for d in found
            if d.severity.value != "look" and d.rule != "twin-number"
        )

    def _bare(self, pair: Pair, why: str) -> Row:
        """A skeleton where nothing stands; what stands stays."""
        state = REFUSED if why else SKELETON
        if pair.twin is not None:
            return self._row(pair, state, why)
        words, told = drafts.skeleton(pair.source, self.to)
        block = self.write(pair, words, None, *told)
        return self._row(
            replace(pair, twin=block), state, why and f"{why} A skeleton stands there."
        )

    def write(self, pair: Pair, words: Words, drafted: Drafted | None, *private: str) -> Block:
        """Put a twin into its file, with its record, as one act.

        ManuscriptError where the file changed meanwhile, or the words are more than one block.
        """
        source, folder = pair.source, self.folder.issue.folder
        script = self._script(source.section)
        twin = next((b for b in script.blocks if b.id == source.id), None)
        where = f"{folder.name}/{script.path.name}"
        if (block_hash(twin) if twin else "") != pair.twin_hash:
            raise ManuscriptError(f"{where}: {source.ref} was changed meanwhile. Run this again.")
        text = block_text(source, self.to, words, *private)
        lines = self.lines.get(source.section, False)
        after = put(script, text, source, pair.order, lines=lines)
        if not reads_back(after, source.id, words):
            raise ManuscriptError(f"{where}: {source.ref}: the words would be read otherwise.")
        block = next(b for b in after.blocks if b.id == source.id)
        records = read_records(folder) | {
            (block.ref, self.to): self._record(source, block, drafted, private)
        }
        books = {BLOCKS: write_records(records.values())}
        write_together(folder, {script.path.name: after.cut.join()} | books)
        keep_words(self.ws, source, block)
        return block

    def _record(
        self, source: Block, block: Block, drafted: Drafted | None, private: tuple[str, ...]
    ) -> BlockRecord:
        """A skeleton, which is neither drafted nor a person's, follows nothing yet."""
        own = block_hash(block)
        is_skeleton = drafted is None and bool(private)
        pin = None if is_skeleton else Follows(source.locale, block_hash(source), own)
        return BlockRecord(block.ref, self.to, own, drafted=drafted, follows=pin)

    def _script(self, section: str) -> Manuscript:
        path = self.folder.issue.folder / f"{section}.{self.to}.md"
        lines = self.lines.get(section, False)
        if path.is_file():
            return read(path, self.to, lines=lines)
        return parse(self._front(section), path, self.to, lines=lines)

    def _front(self, section: str) -> str:
        script = self.folder.scripts.get((section, self.folder.issue.original_of(section)))
        byline = self.ws.settings.masthead.byline.get(self.to, "")
        return new_file(script.front if script else {}, self.to, {"byline": byline})

    def opening(self, *, dry: bool = False) -> str:
        """Write the opening's file where there is none, its texts marked to write; its name."""
        path = self.folder.issue.folder / f"{OPENING}.{self.to}.md"
        known = (OPENING, self.folder.issue.original) in self.folder.scripts
        if not known or path.exists():
            return ""
        if not dry:
            write_atomic(path, self._front(OPENING).encode())
        return path.relative_to(self.ws.root).as_posix()

    @cached_property
    def terms(self) -> Terms:
        """The term base for this edition."""
        return Terms(self.ws, self.to)

    def _row(self, pair: Pair, state: str, message: str = "", diff: str = "") -> Row:
        place = pair.twin or pair.source
        path = place.path.relative_to(self.ws.root).as_posix()
        return Row(pair.source.ref, self.to, state, path, place.line, message, diff)

    def _diff(self, pair: Pair) -> str:
        """What changed in the original since the twin followed it, where the words were kept."""
        pin = pair.record.follows if pair.record else None
        path = self.ws.private / "texts" / (pin.text if pin else "")
        if not pin or not path.is_file():
            return ""
        return word_diff(path.read_text(encoding="utf-8"), compared(pair.source))


class Terms:
    """The term base and the outlets, with what this edition prefers for each."""

    def __init__(self, ws: Workspace, to: Locale) -> None:
        self._ws, self._to = ws, to
        self._finders: dict[Locale, tuple[Finder, dict[str, TermNote]]] = {}

    def notes(self, block: Block) -> list[TermNote]:
        """The terms that stand in a block, each once, in their order there."""
        finder, notes = self._known(block.locale)
        hits = finder.find("\n".join(printed(block)))
        return list(dict.fromkeys(notes[folded(hit.form)] for hit in hits))

    def _known(self, source: Locale) -> tuple[Finder, dict[str, TermNote]]:
        if source not in self._finders:
            notes = dict(self._all(source))
            self._finders[source] = Finder([n.form for n in notes.values()]), notes
        return self._finders[source]

    def _all(self, source: Locale) -> Iterator[tuple[str, TermNote]]:
        for outlet in self._ws.outlets.values():
            if source in outlet.name and self._to in outlet.name:
                note = drafts.TermNote(outlet.name[source], outlet.name[self._to])
                yield folded(note.form), note
        for term in termbase.read(self._ws.root / TERMS):
            mine, theirs = term.entry(self._to), term.entry(source)
            for form in theirs.accepted if mine and theirs else ():
                assert mine is not None
                yield folded(form), drafts.TermNote(form, mine.form, mine.forbidden)


def run(
    translator: Translator,
    pairs: Sequence[Pair],
    progress: Callable[[], None],
    *,
    stale: bool = False,
    dry: bool = False,
) -> list[Row]:
    """Every pair in print order, a step of progress each."""
    rows = []
    for pair in pairs:
        rows.append(translator.run(pair, stale=stale, dry=dry))
        progress()
    return rows


def _writable(ws: Workspace, to: Locale) -> None:
    if to not in ws.written:
        reason = "is derived, and needs no translation" if to in ws.locales else "is no edition"
        raise UsageError(f'"{to}" {reason}.{did_you_mean(to, ws.written)}')


def _state(source: Block, twin: Block | None, record: BlockRecord | None) -> tuple[str, str]:
    if twin is None:
        return (REMOVED, "you took it out; name it to have it again.") if record else (MISSING, "")
    own = block_hash(twin)
    is_untouched = record is not None and record.text == own
    if record is None or record.follows is None:
        bare = is_untouched and record and record.drafted is None and is_unfinished(twin)
        return (SKELETON, "a skeleton, yours to write.") if bare else (KEPT, "")
    told = verdict(record.follows, block_hash(source), own)
    if told and record.follows.own == own:
        return (STALE if record.drafted and is_untouched else YOURS), told
    return KEPT, told


def is_unfinished(block: Block) -> bool:
    """Whether the words of a block hold a mark such as TK."""
    return todo_marks(language(block.locale)).search("\n".join(printed(block))) is not None


def cited(block: Block) -> tuple[str, ...]:
    """The items that a block cites, each once."""
    keys = (t.match["keys"] for t in scan.tokens(printed(block).body) if t.form == "cite")
    return tuple(dict.fromkeys(key for k in keys for key, _ in scan.citations(k) if key))


def keep_words(ws: Workspace, *blocks: Block) -> None:
    """Keep the words of blocks in the private folder, for the word diff of a later change."""
    for block in blocks:
        path = ws.private / "texts" / block_hash(block)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, compared(block).encode())
