"""What earlier issues promised their readers, and no issue has kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.check.rows import file
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pressroom.model import Proof


class Promised:
    """`%% promise: ...` lines that wait for their `%% kept: ...`."""

    rule = "promised"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """One finding a promise, in the section that made it."""
        yield from found(proof, getattr(proof, "promises", ()))


def found(proof: Proof, promises: Iterable[tuple[str, str, str]]) -> Iterator[Finding]:
    """`promises` are words, issue and section; those that this issue keeps are left out."""
    kept = {_key(words) for words in _kept(proof)}
    for words, issue, section in promises:
        if _key(words) not in kept:
            path = file(proof, section, proof.original_of(section))
            told = f"promised in {issue}, {section}: “{words}”, and not kept yet."
            fix = f"when it is kept, write a line %% kept: {words}"
            yield Finding("promised", Severity.LOOK, path, 1, told, fix)


def _kept(proof: Proof) -> Iterator[str]:
    for call in proof.calls:
        verb, _, words = call.rest.partition(":")
        if call.form == "private" and verb.strip() == "kept":
            yield words


def _key(words: str) -> str:
    return " ".join(words.casefold().split())


RULE = Promised()
