"""Out to a translator and back: units from an issue's pairs, and twins from what returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.draft.exchange import NONE, Job, Unit
from pressroom.draft.exchange import export as write_file
from pressroom.draft.exchange import load as read_file
from pressroom.draft.protect import joined, lost, parted, pieces, printed, restored
from pressroom.draft.translate import added_markup
from pressroom.errors import ManuscriptError
from pressroom.manuscript.file import block_hash
from pressroom.newsroom.translating import MISSING, REMOVED, SKELETON, STALE, YOURS, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pressroom.draft.exchange import Returned
    from pressroom.draft.protect import Piece, Words
    from pressroom.model import Block
    from pressroom.newsroom.translating import Pair, Translator

IMPORTED, SAME, EMPTY, REFUSED = "imported", "unchanged", "not translated", "refused"


def export(translator: Translator, pairs: Sequence[Pair], to: Path, *, stale: bool) -> int:
    """Write the pairs as units and return how many; with `stale` only what needs a translator."""
    needs = {MISSING, SKELETON, STALE, YOURS, REMOVED}
    chosen = [p for p in pairs if not stale or p.state in needs]
    units = tuple(_unit(translator, p) for p in chosen)
    source = chosen[0].source.locale if chosen else translator.folder.issue.original
    write_file(Job(translator.slug, source, translator.to, units), to)
    return len(units)


def _unit(translator: Translator, pair: Pair) -> Unit:
    shown = pair.twin if pair.state not in {SKELETON, MISSING} else None
    record = pair.record
    return Unit(
        pair.source.ref, block_hash(pair.source), pair.twin_hash,
        _cut(translator, pair.source), _cut(translator, shown) if shown else (),
        tuple(str(note) for note in translator.terms.notes(pair.source)),
        draft=bool(record and record.drafted and not record.signed),
    )  # fmt: skip


def _cut(translator: Translator, block: Block) -> tuple[Piece, ...]:
    return tuple(pieces(joined(printed(block)), translator.register.keeps))


def load(
    translator: Translator,
    pairs: Sequence[Pair],
    path: Path,
    progress: Callable[[], None],
    *,
    dry: bool,
) -> list[Row]:
    """Put what came back into the edition, block by block; a fault is said with file and line."""
    by_id = {str(pair.source.ref): pair for pair in pairs}
    rows = []
    for unit in read_file(path, translator.slug, translator.to):
        rows.append(_taken(translator, by_id.get(unit.id), unit, path.name, dry=dry))
        progress()
    return rows


def _taken(
    translator: Translator, pair: Pair | None, unit: Returned, name: str, *, dry: bool
) -> Row:
    state, message = REFUSED, "is no block of this issue. Was it renamed or taken out?"
    if pair:
        state, message, words = _judged(translator, pair, unit)
        if state == IMPORTED and not dry:
            try:
                translator.write(pair, words, None)
            except ManuscriptError as fault:
                state, message = REFUSED, str(fault)
    return Row(unit.id, translator.to, state, name, unit.line, message)


def _judged(translator: Translator, pair: Pair, unit: Returned) -> tuple[str, str, Words]:
    """What is to become of a unit, why, and its words."""
    words, wrong = _words(translator, pair, unit)
    if unit.is_empty:
        return EMPTY, "", words
    if pair.twin and words == printed(pair.twin):
        return SAME, "", words
    if _is_copied(translator, pair.source, words):
        return EMPTY, "holds the original’s own words.", words
    wrong = [*_meanwhile(pair, unit), *wrong]
    return (REFUSED, f"{'; '.join(wrong)}.", words) if wrong else (IMPORTED, "", words)


def _is_copied(translator: Translator, source: Block, words: Words) -> bool:
    """Whether a target is its original and there was something to translate."""
    plain = (p.text for p in _cut(translator, source) if not p.form or p.is_pair)
    return words == printed(source) and any(letter.isalpha() for text in plain for letter in text)


def _meanwhile(pair: Pair, unit: Returned) -> list[str]:
    """What changed here since the export; a hash that the other tool lost proves nothing."""
    if unit.original != block_hash(pair.source):
        return ["the original was changed since the export: export it anew"]
    known = unit.twin.removeprefix(NONE)
    if pair.twin and pair.state != SKELETON and known != pair.twin_hash:
        return ["the translation was changed here since the export: export it anew"]
    return []


def _words(translator: Translator, pair: Pair, unit: Returned) -> tuple[Words, list[str]]:
    """The words that came back, and why they cannot stand."""
    if unit.held:
        text, wrong = restored(unit.content, _cut(translator, pair.source))
    else:
        text, wrong = "".join(part for part in unit.content if isinstance(part, str)), []
    source = joined(printed(pair.source))
    words = parted(text.replace("\r\n", "\n"), pair.source.kind)
    wrong += unit.faults
    if not wrong:
        wrong += lost(source, joined(words), translator.register, plain=True)
        wrong += [w for w in added_markup(source, joined(words)) if "%%" in w or "note" in w]
    return words, wrong
