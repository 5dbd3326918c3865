"""The size of a mail: Gmail cuts the HTML of a message at 102 KB, and the footer with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.check.rows import rendered
from pressroom.model import Finding, Medium, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Proof

KB = 1024
LIMIT_KB = 100
"""Two KB under Gmail's cut: the reader's own unsubscribe address is longer than its hole."""
NEAR_KB = 90
FIX = "shorten a section, or move a table or figure to the web."


class Weight:
    """HTML renderings that are, or nearly are, too large to arrive whole."""

    rule = "weight"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Over the limit stops the send; close to it is worth a look."""
        for rendering in proof.renderings:
            size = len(rendering.data)
            if rendering.medium is Medium.HTML and size > NEAR_KB * KB:
                is_over = size > LIMIT_KB * KB
                severity = Severity.STOP if is_over else Severity.LOOK
                path = rendered(proof, rendering.locale, rendering.medium.value)
                message = f"is {size / KB:.1f} KB of {LIMIT_KB}."
                yield Finding("weight", severity, path, 1, message, FIX)


RULE = Weight()
