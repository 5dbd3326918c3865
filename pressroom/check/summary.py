"""A TL;DR says something of each section that it sums up, where newsletter.toml names them.

`covers` in `[[sections]]` names them; without it a TL;DR sums up whatever its lines link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.check.rows import file, links
from pressroom.manuscript.scan import CROSS
from pressroom.model import BlockKind, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Locale, Proof


class Summary:
    """Sections of a due edition of which no line links any block."""

    rule = "summary"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Each such section, in the file of lines; the original's alone, its twins follow it."""
        for kind, covered in proof.covers.items():
            locale = proof.original_of(kind)
            linked = _linked(proof, kind, locale)
            for section in covered if _is_written(proof, kind, locale) else ():
                if section not in linked and _is_written(proof, section, locale):
                    yield Finding(
                        "summary", Severity.LOOK, file(proof, kind, locale), 1,
                        f"no line links anything of {section}.",
                        f"add one, or take {section} out of what {kind} covers in newsletter.toml.",
                    )  # fmt: skip


def _linked(proof: Proof, kind: str, locale: Locale) -> set[str]:
    """The sections that the lines of a file link."""
    mine = [b for b in proof.blocks if (b.section, b.locale) == (kind, locale)]
    crosses = (CROSS.match(link.to) for b in mine if b.kind is BlockKind.LINE for link in links(b))
    return {cross["section"] for cross in crosses if cross and not cross["issue"]}


def _is_written(proof: Proof, section: str, locale: Locale) -> bool:
    return any((b.section, b.locale) == (section, locale) for b in proof.blocks)


RULE = Summary()
