"""How much a term says: inverse document frequencies, from the batch and from a shipped table.

Two documents have no frequencies of their own, and a hundred have few. So a batch is counted
together with `BACKGROUND` documents that are not there: `common.txt` states, for the commonest
words of news in English and pairs of Han, in one of how many (as a power of two) they stand.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from math import log
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BACKGROUND = 1_000
RARE = 1 / 3_000
"""The share of documents for a term that the table does not have."""

SAMPLE = 4_096
"""About how many documents of a batch are counted: enough, and memory stays bounded."""


@cache
def shares() -> dict[str, float]:
    """The share of documents for each term of `common.txt`."""
    lines = (Path(__file__).parent / "common.txt").read_text("utf-8").splitlines()
    return {term: 2.0 ** -int(band) for band, *terms in map(str.split, lines) for term in terms}


def sampled(ids: Sequence[str]) -> list[int]:
    """Places of the documents to count, chosen by their ids alone, so in whatever order."""
    every = max(1, len(ids) // SAMPLE)
    return [i for i, name in enumerate(ids) if crc32(name.encode()) % every == 0]


class Known(dict[str, float]):
    """Weights of the terms that were seen or are common; any other term is rare."""

    rare = 0.0

    def __missing__(self, term: str) -> float:
        """The weight of a term that was not seen."""
        return self.rare


class Weights:
    """How much each term says: the logarithm of the rarity of documents that have it, 0 to 8."""

    def __init__(self, documents: Iterable[Iterable[str]] = ()) -> None:
        seen: Counter[str] = Counter()
        count = 0
        for terms in documents:
            seen.update(iter(terms))
            count += 1
        whole = log(BACKGROUND + count)
        expected = {term: share * BACKGROUND for term, share in shares().items()}
        for term, times in seen.items():
            expected[term] = expected.get(term, RARE * BACKGROUND) + times
        self.known = Known((term, max(whole - log(n), 0.0)) for term, n in expected.items())
        self.known.rare = whole - log(RARE * BACKGROUND)
