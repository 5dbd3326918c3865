"""A section that has no label in the language of an edition: readers would see the kind's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.check.rows import at
from pressroom.manuscript.folder import OPENING
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Proof


class Label:
    """Sections in use whose kicker neither newsletter.toml nor the language's table says."""

    rule = "label"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Each section once an edition, at its first block."""
        first = {(b.section, b.locale): b for b in reversed(proof.blocks)}
        for (section, locale), block in first.items():
            if section != OPENING and (section, locale) in proof.unlabelled:
                message = f'the section "{section}" has no label in {locale}: '
                message += f"_{section.upper()} would be printed."
                fix = f'add {locale} = "_..." to its label in newsletter.toml.'
                yield Finding("label", Severity.BEFORE, *at(proof, block), message, fix)


RULE = Label()
