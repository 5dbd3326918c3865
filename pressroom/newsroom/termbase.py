"""The term base over all issues: what is in it, and where a term stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.manuscript.terms import Name, read_terms
from pressroom.newsroom import proofs
from pressroom.workspace import TERMS

if TYPE_CHECKING:
    from pressroom.workspace import Workspace


def terms(ws: Workspace) -> list[Name]:
    """The term base, in its order."""
    return list(read_terms(ws.root / TERMS))


def find_term(ws: Workspace, form: str) -> list[tuple[str, int, str]]:
    """Each line of any issue that holds a term in any of its forms: path, line, text."""
    name = proofs.names(ws).find(form)
    forms = {f.casefold() for f in (name.every() if name else (form,))}
    return [
        (script.path.relative_to(ws.root).as_posix(), number, row)
        for slug in ws.slugs()
        for script in proofs.folder(ws, slug).scripts.values()
        for number, row in enumerate(script.cut.join().split("\n"), start=1)
        if any(f in row.casefold() for f in forms)
    ]
