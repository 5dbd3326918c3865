"""How long cutting, scanning and expanding take: python bench/scan.py.

Prints milliseconds (the best of five) for 20,000 and 40,000 hostile marks, where twice the
marks should cost about twice the time, and for 1,700 words beside Python-Markdown itself.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from markdown import markdown

from pressroom.manuscript import scan
from pressroom.manuscript.expand import Expansion, Shelf
from pressroom.manuscript.file import parse
from pressroom.manuscript.terms import Glossary, Names
from pressroom.model import CitedItem, ItemId, Locale, Part

if TYPE_CHECKING:
    from collections.abc import Callable

EN = Locale("en")
PLACE = Path("2025-09-05/news_briefs.en.md")
HOSTILE = ("[", "[[", "[@", "`", "\\", "` `` ", "[a](", "[[a|", "![[")
PARAGRAPH = "Seventeen words [@a] of *news* about [[MIIT]], a [plan](explainer#q4), `code`, and a city’s own idea of it."


def best(work: Callable[[], object]) -> float:
    """Milliseconds of the fastest of five runs."""
    times = []
    for _ in range(5):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times) * 1000


def scanned(text: str) -> float:
    """Milliseconds for every shorthand of a text."""
    return best(lambda: list(scan.tokens(text)))


def article() -> str:
    """1,700 words under ten headings."""
    section = "\n\n".join([PARAGRAPH] * 10)
    return "\n\n".join(f"## Heading {n} {{#h{n}}}\n\n{section}" for n in range(10)) + "\n"


def expanded(text: str) -> float:
    """Milliseconds for the prose of a section."""
    item = CitedItem(ItemId("a"), "https://example.org/a", "A", "o", EN)
    shelf = Shelf(EN, "https://example.org/", "2025-09-05", Names({}), {"a": item}, {})
    part = Part("prose", text)
    return best(lambda: Expansion(shelf, Glossary(shelf.names, EN), "news_briefs").run([part]))


def main() -> None:
    """Print the table."""
    print(f"{'marks':<10}{'20,000 ms':>10}{'40,000 ms':>10}")
    for marks in HOSTILE:
        small, large = (marks * (count // len(marks)) for count in (20_000, 40_000))
        print(f"{marks!r:<10}{scanned(small):>10.2f}{scanned(large):>10.2f}")
    text = article()
    print(f"\n{len(text.split()):,} words")
    print(f"{'cut':<18}{best(lambda: parse(text, PLACE, EN)):>8.2f} ms")
    print(f"{'scan':<18}{scanned(text):>8.2f} ms")
    print(f"{'expand':<18}{expanded(text):>8.2f} ms")
    print(f"{'Python-Markdown':<18}{best(lambda: markdown(text, extensions=['tables'])):>8.2f} ms")


if __name__ == "__main__":
    main()
