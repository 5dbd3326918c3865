"""Links that lead nowhere by their form, and links that tell on the reader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pressroom.check.mend import untracked
from pressroom.check.rows import at, links
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Proof

SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
MAIL = re.compile(r"^mailto:[^@\s]+@[^@\s]+$", re.IGNORECASE)
FIX = "write the whole address, such as https://example.org/page."


class Link:
    """Addresses that a mail program or browser could not follow, or should not."""

    rule = "link"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Malformed addresses stop the send; tracking is asked about."""
        for block in proof.blocks:
            for to, line, _ in links(block):
                place = at(proof, block, line)
                if problem := malformed(to):
                    yield Finding("link", Severity.STOP, *place, f'"{to}" {problem}.', FIX)
                elif is_address(to) and untracked(to) != to:
                    message = f'"{to}" carries tracking parameters.'
                    fix = "pressroom check --fix."
                    yield Finding("link", Severity.BEFORE, *place, message, fix)


def is_address(to: str) -> bool:
    """Whether a link names a scheme or a host: all else points into the newsletter itself."""
    return bool(SCHEME.match(to)) or to.startswith("//")


def malformed(to: str) -> str:
    """What is wrong with an address by its form alone; empty for one that could work."""
    if not to:
        return "has no address"
    if re.search(r"\s", to):
        return "has a space in it"
    if not is_address(to):
        return ""
    scheme = to.partition(":")[0].lower()
    if scheme in {"http", "https"}:
        return "" if _has_host(to) else "names no host"
    if scheme == "mailto":
        return "" if MAIL.match(to) else "is no mail address"
    return "" if scheme == "tel" else "is not http, https, mailto or tel"


def _has_host(to: str) -> bool:
    try:
        parts = urlsplit(to)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        return False
    return bool(parts.hostname)


RULE = Link()
