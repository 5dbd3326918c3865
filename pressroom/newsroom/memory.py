"""What an issue should know of those before it: what they linked, what they promised."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pressroom.check.repeat import address
from pressroom.check.rows import links
from pressroom.manuscript.issue import read_sources
from pressroom.newsroom.decisions import REPEATS
from pressroom.newsroom.lineup import read
from pressroom.newsroom.promises import promises
from pressroom.newsroom.proofs import folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Proof
    from pressroom.workspace import Workspace


def remembering(ws: Workspace, proof: Proof) -> Proof:
    """A proof with the links of the last sent issues and the promises that are still open."""
    issues = [read(ws, ws.issues / slug) for slug in ws.slugs() if slug < proof.slug]
    earlier: dict[str, str] = {}
    for issue in [i for i in issues if i.listed][-REPEATS:]:
        earlier |= dict.fromkeys(_linked(ws, issue.slug), issue.slug)
    told = tuple((p.words, p.issue, p.section) for p in promises(ws, proof.slug))
    return replace(proof, earlier=earlier, promises=told)


def _linked(ws: Workspace, slug: str) -> Iterator[str]:
    """The addresses that readers of an issue were given."""
    found = folder(ws, slug)
    for script in found.scripts.values():
        for block in script.blocks:
            yield from (address(link.to) for link in links(block) if "://" in link.to)
    yield from (address(item.url) for item in read_sources(found.issue.folder).values())
