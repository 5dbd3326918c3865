"""Names and sources that a manuscript calls by a form nobody knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pressroom.check.rows import at, close
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Call, Proof

BARS = ("|", "｜")


class Term:
    """`[[...]]` against terms and outlets, `[@...]` against the sources of the issue."""

    rule = "term"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Unknown terms are asked about; an unknown source stops the send."""
        for call in proof.calls:
            if call.form == "term" and not _is_known(proof, call.target):
                yield _unknown_term(proof, call)
            elif call.form == "cite" and call.target not in proof.sources:
                yield _unknown_source(proof, call)


def _is_known(proof: Proof, inner: str) -> bool:
    return any(bar in inner for bar in BARS) or _key(inner) in proof.names


def _key(form: str) -> str:
    return " ".join(form.split()).casefold()


def _unknown_term(proof: Proof, call: Call) -> Finding:
    inner = call.target.strip()
    slug = proof.languages[call.locale].handle(inner)
    entry = f"[{slug}] {call.locale} = {{ form = {json.dumps(inner, ensure_ascii=False)} }}"
    return Finding(
        "term", Severity.BEFORE, *at(proof, call),
        f'"{inner}" is neither a term nor an outlet.{close(_key(inner), proof.names)}',
        f"add to terms.toml: {entry}; or write [[{inner}|how it reads here]].",
    )  # fmt: skip


def _unknown_source(proof: Proof, call: Call) -> Finding:
    name = call.target or call.rest
    return Finding(
        "term", Severity.STOP, *at(proof, call),
        f'unknown source "{name}".{close(name, proof.sources)}',
        "correct the id, or delete the citation.",
    )  # fmt: skip


RULE = Term()
