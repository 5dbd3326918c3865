"""An issue laid out for the checks; ids, mends and signatures written back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pressroom.draft.sheet import REMINDER
from pressroom.errors import ManuscriptError, UsageError, did_you_mean
from pressroom.lang import language
from pressroom.lang.script import Words
from pressroom.manuscript import termbase
from pressroom.manuscript.cut import LEAD, Cut
from pressroom.manuscript.derive import known_forms, spread, spread_names
from pressroom.manuscript.file import Manuscript, block_hash, fresh_id, parse
from pressroom.manuscript.folder import Folder, calls, read_folder
from pressroom.manuscript.issue import (
    BLOCKS,
    read_figures,
    read_records,
    read_sources,
    write_records,
)
from pressroom.manuscript.scan import CROSS
from pressroom.manuscript.terms import Names, collect, read_terms
from pressroom.model import Call, Proof
from pressroom.newsroom.drafting import section_plugins
from pressroom.newsroom.lineup import read
from pressroom.probe.show import names as probes
from pressroom.probe.show import read_probe
from pressroom.store.files import recover, write_together
from pressroom.workspace import TERMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from pressroom.manuscript.issue import Issue
    from pressroom.manuscript.termbase import Term
    from pressroom.model import BlockRecord, Figure, Locale, Rendering, Signed
    from pressroom.workspace import Workspace


def folder(ws: Workspace, slug: str) -> Folder:
    """An issue's files, an interrupted write finished first."""
    path = ws.issue(slug)
    recover(path)
    prefix = path.parent.relative_to(ws.root).as_posix()
    return read_folder(
        read(ws, path), section_plugins(ws), ws.languages, prefix, ws.derived, lambda: names(ws)
    )


def refuse_faults(found: Folder) -> None:
    """Stop at a file that cannot be read; nothing is written."""
    if found.faults:
        first = found.faults[0]
        raise ManuscriptError(f"{first.path}:{first.line}: {first.message} {first.fix}")


def names(ws: Workspace) -> Names:
    """The one namespace of terms and outlets."""
    return collect(read_terms(ws.root / TERMS), ws.outlets.values())


# --- derived editions ---


class Spread:
    """The newsroom's words for readers of a derived edition, where newsletter.toml has none."""

    def __init__(self, ws: Workspace) -> None:
        self._derived = ws.derived
        self._plain = names(ws)
        self._known = {
            to: Words(known_forms(self._plain, source, to)) for to, source in self._derived.items()
        }

    def words(self, words: Mapping[Any, str], *, named: bool = False) -> Mapping[Locale, str]:
        """A text per locale with each derived edition's; with `named` by its characters only."""
        told: Mapping[Locale, str] = words
        for to, source in self._derived.items():
            if not words.get(to, "").strip():
                told = {tag: text for tag, text in told.items() if tag != to}
                told = spread(told, source, to, self._known[to], named=named)
        return told

    def names(self, locale: Locale) -> Names:
        """The namespace as an edition sees it; `[[...]]` is looked up here."""
        source = self._derived.get(locale)
        return spread_names(self._plain, source, locale) if source else self._plain

    def figures(self, figures: Mapping[str, Figure]) -> dict[str, Figure]:
        """The pictures with their words for derived editions."""
        return {
            name: replace(
                f, alt=self.words(f.alt), caption=self.words(f.caption), text=self.words(f.text)
            )
            for name, f in figures.items()
        }


def _due(issue: Issue, derived: Mapping[Locale, Locale]) -> tuple[Locale, ...]:
    """The editions whose words go out: those that are due, and the sources of the derived."""
    return tuple(dict.fromkeys([*issue.due, *(derived[t] for t in issue.due if t in derived)]))


# --- what rules see ---


def proof(ws: Workspace, found: Folder, renderings: Iterable[Rendering]) -> Proof:
    """The issue as rules see it: of a derived edition only what its own files hold."""
    issue, scripts = found.issue, found.scripts.values()
    all_calls = tuple(call for script in scripts for call in calls(script))
    blocks = tuple(block for script in scripts for block in script.blocks)
    terms, told = termbase.read(ws.root / TERMS), Spread(ws)
    return Proof(
        slug=issue.slug,
        folder=issue.folder,
        root=ws.root,
        original=issue.original,
        due=_due(issue, found.derived),
        sections=tuple(s.kind for s in ws.settings.sections if s.required),
        blocks=blocks,
        calls=all_calls,
        records=read_records(issue.folder),
        hashes={(b.ref, b.locale): block_hash(b) for b in blocks},
        sources=read_sources(issue.folder),
        figures=told.figures(read_figures(issue.folder)),
        names=frozenset(f for tag in ws.locales for f in told.names(tag).by_form),
        probes=probes(read_probe(issue.folder)),
        targets=_targets(ws, found, all_calls),
        languages={tag: language(tag) for tag in ws.locales},
        fronts={key: script.front for key, script in found.scripts.items()},
        renderings=tuple(renderings),
        faults=found.faults,
        home=ws.settings.masthead.home,
        style=ws.settings.style,
        forms=_forms(ws, terms),
        terms=terms,
        derived=found.derived,
        originals=issue.originals,
        after={s.kind: s.after for s in ws.settings.sections if s.after},
        covers={s.kind: s.covers for s in ws.settings.sections if s.covers},
        topics=frozenset(ws.settings.help),
        unread=found.unread,
        unlabelled=_unlabelled(ws, told),
    )


def _forms(ws: Workspace, terms: Iterable[Term]) -> dict[str, dict[Locale, tuple[str, ...]]]:
    """Every accepted form of each outlet and term, per locale."""
    found: dict[str, dict[Locale, tuple[str, ...]]]
    found = {o.slug: {tag: (name,) for tag, name in o.name.items()} for o in ws.outlets.values()}
    return found | {t.slug: {tag: e.accepted for tag, e in t.entries.items()} for t in terms}


def _unlabelled(ws: Workspace, told: Spread) -> frozenset[tuple[str, Locale]]:
    """Sections and the editions where neither the newsroom nor the language has their label."""
    return frozenset(
        (table.kind, tag)
        for table in ws.settings.sections
        for tag in ws.locales
        if f"label_{table.kind}" not in language(tag).words and not told.words(table.label).get(tag)
    )


def _targets(ws: Workspace, found: Folder, all_calls: Iterable[Call]) -> dict[str, frozenset[str]]:
    """Section -> block ids, of this issue and of each other issue that a link names."""
    crosses = [CROSS.match(call.target) for call in all_calls if call.form == "link"]
    others = {m["issue"] for m in crosses if m and m["issue"]} & set(ws.slugs())
    targets = _ids(found, "")
    for slug in sorted(others):
        targets |= _ids(folder(ws, slug), f"{slug}/")
    return targets


def _ids(found: Folder, prefix: str) -> dict[str, frozenset[str]]:
    ids: dict[str, set[str]] = {}
    for (section, _), script in found.scripts.items():
        ids.setdefault(f"{prefix}{section}", set()).update(b.id for b in script.blocks)
    return {section: frozenset(known) for section, known in ids.items()}


# --- mending ---


def mended(found: Folder, mend: Callable[[str, Locale], str]) -> Iterator[tuple[Path, str, str]]:
    """Each file that mending or missing ids would change: path, text before, text after."""
    taken = {s.id for script in found.scripts.values() for s in script.cut.slices if s.id}
    given: dict[tuple[str, int], str] = {}
    for (section, locale), script in found.scripts.items():
        before = script.cut.join()
        lines = any(s.mark.strip() in {"-", "*", "+"} for s in script.cut.slices)
        fixed = parse(mend(before, locale), script.path, locale, lines=lines)
        after = _with_ids(fixed, _twin_ids(found, section, locale, given), taken, given)
        if after != before:
            yield script.path, before, after


def _twin_ids(
    found: Folder, section: str, locale: Locale, given: Mapping[tuple[str, int], str]
) -> dict[int, str]:
    """The ids that blocks at the same place have in a twin with as many blocks."""
    mine = len(found.scripts[section, locale].cut.slices)
    ids = {place: id_ for (kind, place), id_ in given.items() if kind == section}
    for (kind, tag), twin in found.scripts.items():
        if kind == section and tag != locale and len(twin.cut.slices) == mine:
            ids |= {n: s.id for n, s in enumerate(twin.cut.slices) if s.id}
    return ids


def _with_ids(
    script: Manuscript,
    twins: Mapping[int, str],
    taken: set[str],
    given: dict[tuple[str, int], str],
) -> str:
    mine = {s.id for s in script.cut.slices if s.id}
    slices = []
    for place, piece in enumerate(script.cut.slices):
        if piece.id:
            slices.append(piece)
            continue
        twin = twins.get(place, "")
        name = twin if twin not in {"", LEAD, *mine} else fresh_id(taken)
        given[script.section, place] = name
        mine.add(name)
        slices.append(piece.named(name))
    return Cut(script.cut.front, tuple(slices)).join()


# --- signing ---


def person(ws: Workspace, name: str) -> str:
    """The printed name of somebody in [people]."""
    people = ws.settings.people
    for slug, table in people.items():
        if name in {slug, table.name}:
            return table.name or slug
    raise UsageError(
        f'newsletter.toml: people: nobody is called "{name}".{did_you_mean(name, people)} '
        f"To add someone: [people.{name}]"
    )


def sign(found: Folder, block: str, signed: Signed) -> list[str]:
    """Sign a machine's block in every edition that has it; returns the editions.

    A derived edition is signed with its source. The reminder line leaves the manuscript together with the record's being written.
    """
    refuse_faults(found)
    records = read_records(found.issue.folder)
    waiting = [
        (script, b)
        for script in found.scripts.values()
        for b in script.blocks
        if block in {b.ref, b.id} and _is_machine(records.get((b.ref, b.locale)))
    ]
    if not waiting:
        known = {r.block for r in records.values() if r.drafted}
        raise UsageError(f'No machine draft is called "{block}".{did_you_mean(block, known)}')
    files = {}
    for script, b in waiting:
        text = block_hash(b)
        record = records[b.ref, b.locale]
        records[b.ref, b.locale] = replace(record, signed=replace(signed, text=text))
        files[script.path.name] = _without_reminder(script, b.id)
    write_together(found.issue.folder, files | {BLOCKS: write_records(records.values())})
    return [b.locale for _, b in waiting]


def _is_machine(record: BlockRecord | None) -> bool:
    return record is not None and record.drafted is not None


def _without_reminder(script: Manuscript, block: str) -> str:
    slices = [
        replace(s, body=s.body.replace(f"\n{REMINDER}\n", "", 1)) if s.id == block else s
        for s in script.cut.slices
    ]
    return Cut(script.cut.front, tuple(slices)).join()
