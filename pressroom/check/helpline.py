"""Content notes on a topic for which newsletter.toml lists no help lines.

A note warns; `[[help.TOPIC]]` says whom a reader can call, by country.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.check.rows import at, close
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Proof

LINES = '[[help.{}]] with country = {{ en = "..." }} and line = "..."'


class Helpline:
    """Every `> [!WARNING] topic` whose topic has no lines."""

    rule = "helpline"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Each such note, with what to add."""
        for call in proof.calls:
            topic = call.target
            if call.form == "note" and topic and topic not in proof.topics:
                message = f'"{topic}" has no help lines.{close(topic, proof.topics)}'
                fix = f"add to newsletter.toml {LINES.format(_key(topic))}."
                yield Finding("helpline", Severity.BEFORE, *at(proof, call), message, fix)


def _key(topic: str) -> str:
    """A topic as a key of TOML: bare where it may be."""
    is_bare = topic.isascii() and topic.replace("-", "").replace("_", "").isalnum()
    escaped = topic.replace("\\", "\\\\").replace('"', '\\"')
    return topic if is_bare else f'"{escaped}"'


RULE = Helpline()
