"""The way out: every mail holds the place of the reader's own unsubscribe link (RFC 8058)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.check.rows import rendered
from pressroom.model import UNSUBSCRIBE_HOLE, Finding, Medium, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Proof


class Unsubscribe:
    """Mails that a reader could not leave."""

    rule = "unsubscribe"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """The HTML and text renderings without the hole that `send` fills."""
        for rendering in proof.renderings:
            is_mail = rendering.medium in {Medium.HTML, Medium.TEXT}
            if is_mail and UNSUBSCRIBE_HOLE.encode() not in rendering.data:
                path = rendered(proof, rendering.locale, rendering.medium.value)
                fix = "put {{ unsubscribe }} into the footer of the template."
                message = "has no unsubscribe link."
                yield Finding("unsubscribe", Severity.STOP, path, 1, message, fix)


RULE = Unsubscribe()
