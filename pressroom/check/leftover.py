"""Marks that readers should never see: template tags, shorthands of the dialect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.check.rows import rendered, without_code
from pressroom.manuscript import scan
from pressroom.model import Finding, Medium, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Proof, Rendering

MARK = re.compile(r"\{\{|\{%|!?\[\[|\[@")
MARKS = ("{{", "{%", "[[", "[@")
CODE = re.compile(r"<!--.*?-->|<(code|pre|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
SHOWN = 50


class Leftover:
    """Marks of templates and of the dialect in any rendering, outside code."""

    rule = "leftover"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """The first of each mark in each rendering; what the editor escaped is meant."""
        for rendering in proof.renderings:
            seen = _literal(proof, rendering)
            for found, line in _marks(rendering):
                if (mark := found[0].lstrip("!")) not in seen:
                    seen.add(mark)
                    path = rendered(proof, rendering.locale, rendering.medium.value)
                    message = f'"{found[0]}" is left over: “{_around(found)}”.'
                    fix = "mend the manuscript or template it comes from, or set it as code."
                    yield Finding("leftover", Severity.STOP, path, line, message, fix)


def _literal(proof: Proof, rendering: Rendering) -> set[str]:
    """The marks that the edition means as they stand: escaped, or code, which text mail unmarks."""
    here = {rendering.locale, proof.derived.get(rendering.locale)}
    own = [b for b in proof.blocks if b.locale in here]
    meant = {mark for block in own for mark in _escaped(f"{block.head}\n{block.body}")}
    if rendering.medium is Medium.TEXT:
        meant |= {mark for block in own for mark in _code(block.body)}
    return meant


def _escaped(text: str) -> Iterator[str]:
    tokens = scan.tokens(text) if "\\" in text else ()
    return (token.match[0][1:] for token in tokens if token.form == "escape")


def _code(body: str) -> Iterator[str]:
    if not _has_mark(body):
        return
    told = _outside_code(body)
    for row, bare in zip(body.split("\n"), told.split("\n"), strict=True):
        yield from (found[0].lstrip("!") for found in MARK.finditer(row) if found[0] not in bare)


def _marks(rendering: Rendering) -> Iterator[tuple[re.Match[str], int]]:
    text = _told(rendering)
    if not _has_mark(text):
        return
    for found in MARK.finditer(text):
        yield found, text.count("\n", 0, found.start()) + 1


def _has_mark(text: str) -> bool:
    return any(mark in text for mark in MARKS)


def _told(rendering: Rendering) -> str:
    """What is said outside code, line by line as it stands."""
    text = rendering.data.decode("utf-8", errors="replace")
    if rendering.medium is Medium.HTML:
        return CODE.sub(lambda found: "\n" * found[0].count("\n"), text)
    return _outside_code(text) if rendering.medium is Medium.MARKDOWN else text


def _outside_code(markdown: str) -> str:
    is_open = dict(scan.open_rows(markdown))
    rows = (is_open.get(index, "") for index in range(markdown.count("\n") + 1))
    return "\n".join(without_code(row) for row in rows)


def _around(found: re.Match[str]) -> str:
    start = found.start()
    return " ".join(found.string[max(start - 10, 0) : start + SHOWN].split())


RULE = Leftover()
