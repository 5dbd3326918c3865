"""Links within the newsletter: to a section or block of this issue, or of an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.check.link import is_address, malformed
from pressroom.check.rows import at, close, links
from pressroom.manuscript.scan import CROSS
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from pressroom.model import Proof

FIX = "link to section#block, to 2025-07-25/section#block, or to a whole address."


class Crossref:
    """Cross-references whose target is not there."""

    rule = "crossref"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Every relative link that is no known section or block."""
        for block in proof.blocks:
            for to, line, is_picture in links(block):
                if is_address(to) or malformed(to):
                    continue
                fix = "write ![[name]] for a picture of figures/." if is_picture else FIX
                if problem := _problem(proof, to, is_picture=is_picture):
                    place = at(proof, block, line)
                    yield Finding("crossref", Severity.STOP, *place, f'"{to}": {problem}', fix)


def _problem(proof: Proof, to: str, *, is_picture: bool) -> str:
    cross = CROSS.match(to)
    if is_picture or cross is None:
        return "points to no block and no web page."
    return _lost(proof, cross)


def _lost(proof: Proof, cross: re.Match[str]) -> str:
    prefix = f"{cross['issue']}/" if cross["issue"] else ""
    scope = {k for k in proof.targets if k.rpartition("/")[0] == (cross["issue"] or "")}
    key, block = prefix + cross["section"], cross["id"]
    if prefix and not scope:
        return f"there is no issue {cross['issue']}."
    if key not in scope:
        return f'there is no section "{key}".{close(key, scope)}'
    if block and block not in proof.targets[key]:
        known = proof.targets[key] - {""}
        return f'there is no block "{block}" in {key}.{close(block, known)}'
    return ""


RULE = Crossref()
