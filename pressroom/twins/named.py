"""Names between twins: an outlet or institution that one edition names and the other does not.

The registers say what is one name: outlets of newsletter.toml, and the terms of terms.toml
that are written with a capital letter. A name that the twin lacks while it has another one that
the original lacks is surely a wrong name; one that is only lacking may have been left out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pressroom.lang.han import has_han
from pressroom.manuscript.scan import is_private, open_rows
from pressroom.model import Severity
from pressroom.twins.drift import Drift

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pressroom.model import Block, Locale, Proof

MARKED = re.compile(r"\[\[([^\]|\n]{1,80})")
LEAST_LATIN, LEAST_HAN = 3, 2
"""Letters of a form that tells a name from a chance likeness."""

Forms = dict[str, tuple[str, ...]]


def name_drift(proof: Proof, mine: Block, twin: Block) -> Iterator[Drift]:
    """What the twin of a block names otherwise, by the first line of each."""
    known = _names(proof)
    one, other = _named(known, proof, mine), _named(known, proof, twin)
    lost, new = sorted(one.keys() - other.keys()), sorted(other.keys() - one.keys())
    marked = [slug for slug in lost if one[slug][1]]
    if lost and new:
        words = f"“{one[lost[0]][0]}” in {mine.locale}, “{other[new[0]][0]}” in {twin.locale}"
        yield _drift(Severity.BEFORE, words, f"name {_told(proof, lost[0], twin.locale)} here too.")
    elif marked:
        words = f"“{one[marked[0]][0]}” of {mine.locale} is not named in {twin.locale}"
        yield _drift(Severity.LOOK, words, f"name {_told(proof, marked[0], twin.locale)} here too.")


def _drift(severity: Severity, message: str, fix: str) -> Drift:
    return Drift("twin-name", severity, 1, 1, f"{message}.", fix)


def _told(proof: Proof, slug: str, locale: Locale) -> str:
    return f"“{proof.forms[slug][locale][0]}”"


def _names(proof: Proof) -> Mapping[str, Mapping[Locale, tuple[str, ...]]]:
    """What is a name: every outlet, and each term with a capital in some language."""
    terms = {term.slug for term in proof.terms}
    return {
        slug: forms
        for slug, forms in proof.forms.items()
        if slug not in terms or any(_is_capital(form) for told in forms.values() for form in told)
    }


def _is_capital(form: str) -> bool:
    return form[:1].isupper()


def _named(
    known: Mapping[str, Mapping[Locale, tuple[str, ...]]], proof: Proof, block: Block
) -> dict[str, tuple[str, bool]]:
    """The names of a block that have a form in every written edition: the form, and if marked."""
    text = _text(block)
    marked = {form.strip() for form in MARKED.findall(text)}
    tags = {b.locale for b in proof.blocks if b.locale not in proof.derived}
    found = {}
    for slug, forms in known.items():
        if tags <= forms.keys():
            for form in forms[block.locale]:
                if form in marked or _stands(form, text):
                    found[slug] = (form, form in marked)
                    break
    return found


def _stands(form: str, text: str) -> bool:
    if has_han(form):
        return len(form) >= LEAST_HAN and form in text
    return len(form) >= LEAST_LATIN and _word(form).search(text) is not None


@lru_cache(maxsize=4096)
def _word(form: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(form)}(?![^\W_])")


def _text(block: Block) -> str:
    rows = (row for _, row in open_rows(block.body) if not is_private(row))
    return "\n".join((block.head, *rows))
