"""A small issue built from texts, laid out as the rules see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pressroom.lang import language
from pressroom.manuscript.file import Manuscript, block_hash, parse
from pressroom.manuscript.folder import calls
from pressroom.model import CitedItem, Finding, ItemId, Locale, Proof

ROOT = Path("/newsroom")
FOLDER = ROOT / "issues" / "2025-09-05"
EN, ZH = Locale("en"), Locale("zh-Hans")

Lay = Callable[..., Proof]
Said = list[tuple[str, str, int]]


def source(key: str, *quotes: str, title: str = "A guide") -> CitedItem:
    """A cited item with the words that were kept of it."""
    return CitedItem(ItemId(key), "https://gov.example/", title, "office", EN, quotes=quotes)


def said(findings: Any) -> Said:
    """Findings in short: severity, path within the newsroom, line."""
    found: list[Finding] = list(findings)
    return [(f.severity.value, f.path.rsplit("/", 1)[-1], f.line) for f in found]


def _scripts(files: dict[str, str]) -> list[Manuscript]:
    found = []
    for name, text in files.items():
        section, locale, _ = name.split(".")
        lines = section == "tldr"
        found.append(parse(text, FOLDER / name, Locale(locale), lines=lines))
    return found


def _lay(files: dict[str, str] | str, **more: Any) -> Proof:
    scripts = _scripts({"briefs.en.md": files} if isinstance(files, str) else files)
    blocks = tuple(b for s in scripts for b in s.blocks)
    targets: dict[str, set[str]] = {}
    for block in blocks:
        targets.setdefault(block.section, set()).add(block.id)
    proof = Proof(
        slug="2025-09-05", folder=FOLDER, root=ROOT, original=EN, due=(EN,), sections=(),
        blocks=blocks, calls=tuple(c for s in scripts for c in calls(s)), records={},
        hashes={(b.ref, b.locale): block_hash(b) for b in blocks}, sources={}, figures={},
        names=frozenset(), probes=frozenset(),
        targets={k: frozenset(v) for k, v in targets.items()},
        languages={tag: language(tag) for tag in (EN, ZH)},
        fronts={(s.section, s.locale): s.front for s in scripts}, renderings=(), faults=(),
    )  # fmt: skip
    return replace(proof, **more)


@pytest.fixture
def lay() -> Lay:
    """Builds a proof: `lay(text)` for one English section, `lay({name: text}, due=...)`."""
    return _lay


@pytest.fixture
def tell() -> Callable[[Any], Said]:
    """Findings in short: severity, file name, line."""
    return said


@pytest.fixture
def cited() -> Callable[..., CitedItem]:
    """Makes a source: `cited("a", "words kept", title=...)`."""
    return source
