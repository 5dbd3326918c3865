"""Links that readers were given before, in one of the last issues."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pressroom.check.link import is_address
from pressroom.check.mend import untracked
from pressroom.check.rows import at, links
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pressroom.model import Proof

PORTS = {"http": ":80", "https": ":443"}
FIX = "say what is new since then, or link to that issue."


class Repeat:
    """Addresses of this issue that an earlier one linked."""

    rule = "repeat"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Each repeated address once, at its first place in the original edition."""
        earlier = getattr(proof, "earlier", {})
        yield from found(proof, earlier, getattr(proof, "home", ""))


def found(proof: Proof, earlier: Mapping[str, str], home: str = "") -> Iterator[Finding]:
    """`earlier` maps each `address` to the latest issue with it; `home` is our own site."""
    seen: set[str] = set()
    for to, path, line in _linked(proof):
        key = address(to)
        if key in earlier and key not in seen and not is_own(to, home):
            told = f"{to} was linked in {earlier[key]}."
            yield Finding("repeat", Severity.LOOK, path, line, told, FIX)
        seen.add(key)


def _linked(proof: Proof) -> Iterator[tuple[str, str, int]]:
    """The links and cited sources of the issue, the original edition first."""
    for block in sorted(proof.blocks, key=lambda b: b.locale != proof.original_of(b.section)):
        for to, line, is_picture in links(block):
            if is_address(to) and not is_picture:
                yield to, *at(proof, block, line)
    for call in sorted(proof.calls, key=lambda c: c.locale != proof.original):
        if call.form == "cite" and call.target in proof.sources:
            yield proof.sources[call.target].url, *at(proof, call)


def is_own(to: str, home: str) -> bool:
    """Whether an address is the newsletter's own, or a site's front page: those come again."""
    if home and f"{address(to)}/".startswith(f"{address(home).rstrip('/')}/"):
        return True
    return address(to).count("/") <= 3 and address(to).endswith("/")  # noqa: PLR2004 - "https://host/"


def address(to: str) -> str:
    """The form by which two links are the same: no fragment, tracking, port or last slash.

    `http` and `https` are one; an address that cannot be read is itself.

    >>> address("HTTP://Example.org:80/a/?utm_source=x&id=7#top")
    'https://example.org/a?id=7'
    """
    bare = untracked(to.strip().partition("#")[0])
    try:
        parts = urlsplit(bare)
        host = (parts.hostname or "").rstrip(".") + (f":{parts.port}" if parts.port else "")
    except ValueError:
        return to
    if parts.scheme not in PORTS and not bare.startswith("//"):
        return to
    host = host.removesuffix(PORTS.get(parts.scheme, ":443"))
    query = f"?{parts.query}" if parts.query else ""
    return f"https://{host}{parts.path.rstrip('/') or '/'}{query}"


RULE = Repeat()
