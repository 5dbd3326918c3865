"""Commands on the term base: add, check, harvest, export, import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressroom.manuscript import tbx, termbase
from pressroom.manuscript.termcheck import RULE, check_terms
from pressroom.manuscript.termwords import folded
from pressroom.model import Finding, Locale, Severity
from pressroom.newsroom import proofs, termharvest
from pressroom.workspace import TERMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pressroom.manuscript.termbase import Entry, Term
    from pressroom.newsroom.termharvest import Candidate
    from pressroom.workspace import Workspace


def _path(ws: Workspace) -> Path:
    return ws.root / TERMS


# --- add, check, export, import ---


def add(
    ws: Workspace,
    slug: str,
    forms: Mapping[Locale, str | Entry],
    *,
    origin: str = "",
    reading: str = "",
    note: str = "",
) -> str:
    """Write a new term and return its lines; an empty slug is made of a form."""
    return termbase.add(_path(ws), slug, forms, origin=origin, reading=reading, note=note)


def check(ws: Workspace) -> list[Finding]:
    """Every finding on terms.toml, also where a form is an outlet's name."""
    found = check_terms(_path(ws))
    table = termbase.read_table(_path(ws))
    where = termbase.places(_path(ws).read_text(encoding="utf-8")) if table else {}
    names = {folded(name): slug for slug, o in ws.outlets.items() for name in o.name.values()}
    for term in termbase.readable(table):
        for tag, entry in term.entries.items():
            for form in entry.accepted:
                if outlet := names.get(folded(form), ""):
                    line = where.get((term.slug, tag), 1)
                    message = f'{term.slug}.{tag}: "{form}" is also the outlet {outlet}.'
                    fix = "the term is what [[...]] finds; keep one of the two."
                    found.append(Finding(RULE, Severity.LOOK, TERMS, line, message, fix))
    return sorted(found, key=lambda finding: finding.line)


def export(ws: Workspace, to: Path) -> int:
    """Write the term base as `.tsv` or `.tbx`, by the file's ending; returns how many terms."""
    terms = termbase.read(_path(ws))
    tbx.export(terms, to)
    return len(terms)


@dataclass(frozen=True, slots=True)
class Merged:
    """What an import did: names of new terms, how many were the same, what differs, what failed.

    `differs` are lines such as `cac: zh-Hans.short: here "国家网信办", there "网信办"`.
    """

    added: tuple[str, ...]
    same: int
    differs: tuple[str, ...]
    refused: tuple[str, ...]


def import_(ws: Workspace, source: Path) -> Merged:
    """Add what is new in a `.tsv` or `.tbx` file; terms that are there stay as they are."""
    return merge(_path(ws), tbx.load(source, ws.locales))


def merge(path: Path, incoming: Iterable[Term]) -> Merged:
    """Write the terms that terms.toml lacks, in one write; the rest is compared and reported."""
    register = termbase.Register(termbase.read(path))
    added: list[Term] = []
    differs: list[str] = []
    refused: list[str] = []
    same = 0
    for term in incoming:
        clash = register.clash(term)
        if own := register.terms.get(term.slug):
            rows = list(differences(own, term))
            same += not rows
            differs += rows
        elif clash:
            differs.append(f'{term.slug}: "{clash[0]}" is a form of [{clash[1].slug}] here.')
        elif why := register.refuses(term):
            refused.append(f"{term.slug or '(no name)'}: {why}")
        else:
            register.enter(term)
            added.append(term)
    if added:
        termbase.append(path, added)
    return Merged(tuple(t.slug for t in added), same, tuple(differs), tuple(refused))


def differences(here: Term, there: Term) -> Iterator[str]:
    """Where two entries of one name differ, a line a key; what the other lacks is no difference."""
    for tag, entry in there.entries.items():
        own = here.entries.get(tag)
        for key in termbase.ENTRY:
            theirs, ours = getattr(entry, key), getattr(own, key, "")
            if theirs and theirs != ours:
                yield _difference(f"{here.slug}: {tag}.{key}", ours, theirs)
    for tag, theirs in there.expansion.items():
        if theirs != (ours := here.expansion.get(tag, "")):
            yield _difference(f"{here.slug}: expansion.{tag}", ours, theirs)
    for key in ("origin", "reading", "note"):
        theirs, ours = getattr(there, key), getattr(here, key)
        if theirs and theirs != ours:
            yield _difference(f"{here.slug}: {key}", ours, theirs)


def _difference(where: str, ours: str | tuple[str, ...], theirs: str | tuple[str, ...]) -> str:
    one, other = (v if isinstance(v, str) else ", ".join(v) for v in (ours, theirs))
    return f'{where}: here "{one}", there "{other}".'


# --- harvest ---


def harvest(ws: Workspace, *, least: int = 3, most: int = 15) -> list[Candidate]:
    """What all issues say that the term base lacks; see `termharvest.harvest`."""
    scripts = [s for slug in ws.slugs() for s in proofs.folder(ws, slug).scripts.values()]
    return termharvest.harvest(scripts, proofs.names(ws), ws.locales, least=least, most=most)
