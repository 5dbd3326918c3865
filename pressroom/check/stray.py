"""A file that looks like a manuscript and that nothing reads: its words would go nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.errors import did_you_mean
from pressroom.manuscript.folder import OPENING
from pressroom.model import Finding, Locale, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Proof

FIX = "rename it, or move it out of the folder of the issue."


class Stray:
    """Files of a section or an edition that newsletter.toml does not have."""

    rule = "stray"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Each such file, with the name that was perhaps meant."""
        for name in proof.unread:
            path = proof.name(proof.folder / name)
            message = f"nothing reads this file: {_why(proof, name)}"
            yield Finding("stray", Severity.BEFORE, path, 1, message, FIX)


def _why(proof: Proof, name: str) -> str:
    section, *editions = name.removesuffix(".md").split(".")
    sections = {OPENING, *proof.sections, *(kind for kind in proof.targets if "/" not in kind)}
    edition = ".".join(editions)
    if not edition:
        return f"it names no edition.{did_you_mean(edition, proof.languages)}"
    if edition == "parallel":
        return "the parallel edition is made of two others."
    if Locale(edition) not in proof.languages:
        return f'there is no edition "{edition}".{did_you_mean(edition, proof.languages)}'
    return f'there is no section "{section}".{did_you_mean(section, sections)}'


RULE = Stray()
