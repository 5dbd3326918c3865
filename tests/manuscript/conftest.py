"""A shelf to look things up on, and one section expanded from a text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pressroom.manuscript.expand import Expansion, Shelf
from pressroom.manuscript.file import Manuscript, parse
from pressroom.manuscript.terms import Glossary, Name, collect
from pressroom.model import BlockKind, CitedItem, Figure, ItemId, Locale, Outlet, Part

EN, ZH = Locale("en"), Locale("zh-Hans")
FOLDER = Path("/newsroom/issues/2025-09-05")

Draw = Callable[..., tuple[Part, ...]]

NAMES = (
    Name("local", {EN: "according to local conditions", ZH: "因地制宜"}, origin="zh-Hans"),
    Name(
        "miit",
        {EN: "Ministry of Industry", ZH: "工业和信息化部"},
        {EN: "MIIT", ZH: "工信部"},
        ("the ministry",),
        origin="zh-Hans",
    ),
    Name("wild", {EN: "a|b *c* <d> [e] `f` ~g~ #h _i_ &amp; \\"}, variants=("wild",)),
)
PAPER = Outlet("bjnews", {EN: "Beijing News", ZH: "新京报"}, "municipal", {EN: "a city paper"})


def source(key: str, **more: Any) -> CitedItem:
    """A cited item of the paper, published on 4 September 2025."""
    facts: dict[str, Any] = {
        "url": f"https://paper.example/{key}",
        "title": f"Title {key}",
        "outlet": "bjnews",
        "locale": ZH,
        "published": "2025-09-04T08:00:00+08:00",
    }
    return CitedItem(ItemId(key), **facts | more)


def shelf(locale: Locale = EN, **more: Any) -> Shelf:
    """A shelf with three terms, one outlet and three sources."""
    return replace(
        Shelf(
            locale=locale,
            home="https://news.example/",
            slug="2025-09-05",
            names=collect(NAMES, [PAPER]),
            sources={key: source(key) for key in ("a", "b", "c")},
            outlets={"bjnews": PAPER},
            figures={
                "cartoon": Figure(
                    "cartoon",
                    FOLDER / "figures/cartoon.png",
                    FOLDER / "figures/cartoon.toml",
                    credit="Li Hua",
                    licence="CC BY 4.0",
                    alt={EN: "A hall [070]", ZH: "大厅"},
                    caption={EN: "Months on", ZH: "几个月后"},
                )
            },
            probes={"matrix": (Part("table", "| a |\n| --- |"), Part("method", "Key"))},
            help_lines={"suicide": ["Taiwan 1925"]},
        ),
        **more,
    )


def script(text: str, locale: Locale = EN, section: str = "briefs") -> Manuscript:
    """A section file laid out."""
    return parse(text, FOLDER / f"{section}.{locale}.md", locale, lines=section == "tldr")


def parts_of(found: Manuscript) -> list[Part]:
    """A heading or a question for each head, prose for each body."""
    made = []
    for b in found.blocks:
        if b.kind is BlockKind.HEADING:
            made.append(Part("heading", f"{'#' * b.level} {b.head}", b.id, b.line))
        elif b.kind is BlockKind.TURN:
            made.append(Part("question", b.head, b.id, b.line))
        made.append(Part("prose", b.body, b.id, b.body_line))
    return made


def _draw(text: str, locale: Locale = EN, **more: Any) -> tuple[Part, ...]:
    on = shelf(locale, **more)
    return Expansion(on, Glossary(on.names, locale), "briefs").run(parts_of(script(text, locale)))


@pytest.fixture
def draw() -> Draw:
    """Expands a section: `draw(text, locale, **what the shelf holds)`."""
    return _draw


@pytest.fixture
def prose() -> Callable[..., str]:
    """The text of the first part of a section that has no other role than prose."""

    def told(text: str, locale: Locale = EN, **more: Any) -> str:
        return next(p.text for p in _draw(text, locale, **more) if p.role == "prose")

    return told


@pytest.fixture
def lay() -> Callable[..., Manuscript]:
    """Lays out a section file: `lay(text, locale, section)`."""
    return script


@pytest.fixture
def stock() -> Callable[..., Shelf]:
    """Makes a shelf: `stock(locale, **what it holds)`."""
    return shelf


@pytest.fixture
def cited() -> Callable[..., CitedItem]:
    """Makes a source: `cited("a", url=...)`."""
    return source
