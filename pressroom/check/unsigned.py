"""Words of a machine that no person has signed, or that changed after somebody did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.check.rows import at
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import BlockRecord, Proof


class Unsigned:
    """Every block that a machine drafted needs a person's name on its very words."""

    rule = "unsigned"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Drafted blocks whose signature is missing or is for other words."""
        for block in proof.blocks:
            key = block.ref, block.locale
            record = proof.records.get(key)
            if record and (message := _problem(record, proof.hashes.get(key, ""))):
                fix = f"pressroom sign {proof.slug} {block.ref} --as NAME."
                yield Finding("unsigned", Severity.STOP, *at(proof, block), message, fix)


def _problem(record: BlockRecord, text: str) -> str:
    if record.drafted is None:
        return ""
    if record.signed is None:
        return f'"{record.block}" is a machine draft that nobody has signed.'
    if record.signed.text != text:
        return f'"{record.block}" changed after {record.signed.by} signed it.'
    return ""


RULE = Unsigned()
