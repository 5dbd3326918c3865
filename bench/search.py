"""How fast items are kept and found: python bench/search.py [COUNT ...] (default 10000 100000).

Items of made-up Chinese and English news, words drawn by Zipf's law, from a fixed seed. Prints
items kept a second, the size of the file, and for each query the milliseconds (the best of
three) of `Clippings.search` beside a scan with LIKE over title, dek and text in the same run.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from pressroom.model import Evidence, Harvest, Item, Locale
from pressroom.store.clippings import Clippings, item_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

NOW = datetime(2025, 9, 1, tzinfo=UTC)
HARVEST = 50
LATIN = ["the", "of", "model", "AI", "AI+", "data", "GPT-5", "C#", "chip", "5G", "policy"]
FIXED = ["人工智能", "人工智能+", "大模型", "数据", "算力", "国务院", "通知", "智慧城市建设"]
QUERIES = (
    "人",
    "智",
    "数据",
    "算力",
    "人工智能",
    "智慧城市建设",
    "人工智能+",
    "AI+",
    "policy",
    "chip policy",
    "w7000",
)


@cache
def weights(count: int) -> list[float]:
    """Of so many words, the first the most common, added up."""
    return list(accumulate(1 / (rank + 3) for rank in range(count)))


class Press:
    """Writes items, the same for the same seed."""

    def __init__(self) -> None:
        self.chance = random.Random(4)
        plain = [chr(c) for c in self.chance.sample(range(0x4E00, 0x9000), 3000)]
        words = FIXED + [
            "".join(self.draw(plain, self.chance.choice([1, 2, 2, 3]))) for _ in range(20_000)
        ]
        self.chance.shuffle(words)
        self.han = words
        self.latin = LATIN + [f"w{n}" for n in range(8000)]

    def draw(self, words: Sequence[str], count: int) -> list[str]:
        """Words by Zipf's law."""
        return self.chance.choices(words, cum_weights=weights(len(words)), k=count)

    def items(self, count: int) -> Iterator[Item]:
        """So many items, a quarter of them English, an hour apart."""
        for n in range(count):
            words = self.chance.choice([40, 120, 360])
            english = n % 4 == 0
            text = " ".join(self.draw(self.latin, words)) if english else self.chinese(words)
            url = f"https://news{n % 300}.example.org/{n}"
            yield Item(
                id=item_id(f"o{n % 300}", url),
                url=url,
                hed=text[:30],
                locale=Locale("en" if english else "zh-Hans"),
                outlet=f"o{n % 300}",
                source=f"s{n % 300}",
                text=text,
                evidence=Evidence(url, NOW, "ab" * 32),
                dek=text[30:90],
                published=NOW + timedelta(hours=n),
            )

    def chinese(self, words: int) -> str:
        """A text with commas, and a Latin word now and then."""
        drawn = self.draw(self.han, words)
        for _ in range(words // 20):
            drawn[self.chance.randrange(words)] = self.draw(self.latin, 1)[0]
        return "".join(f"{word}，" if n % 9 == 8 else word for n, word in enumerate(drawn))


def best(work: Callable[[], object]) -> float:
    """Milliseconds of the fastest of three runs."""
    times = []
    for _ in range(3):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times) * 1000


def kept(clippings: Clippings, count: int) -> float:
    """Seconds of CPU to keep so many items, in harvests of 50."""
    items = list(Press().items(count))
    start = process_time()
    for n in range(0, count, HARVEST):
        clippings.keep(f"s{n}", Harvest(tuple(items[n : n + HARVEST])), NOW)
    return process_time() - start


def indexed(clippings: Clippings) -> float:
    """Seconds of CPU to let them be found."""
    start = process_time()
    clippings.index()
    return process_time() - start


def scanned(clippings: Clippings, query: str) -> int:
    """How many rows hold the words of a query somewhere, by LIKE."""
    words = [f"%{word}%" for word in query.split()]
    where = " AND ".join(["hed || char(10) || dek || char(10) || text LIKE ?"] * len(words))
    sql = f"SELECT id FROM items WHERE {where} ORDER BY coalesce(published, first_seen) DESC"
    return len(clippings._db.execute(sql, words).fetchall())  # noqa: SLF001 - the peer needs the table


def commonest(clippings: Clippings) -> str:
    """The Han character that most texts hold."""
    texts = [item.text for item in clippings.items()[:500]]
    held = Counter(character for text in texts for character in set(text) if character > "\u4e00")
    return next(character for character, _ in held.most_common() if character != "，")


def compare(count: int, folder: Path) -> None:
    """Print the figures for one size."""
    file = folder / f"{count}.db"
    with Clippings.open(file) as clippings:
        keeping, indexing = count / kept(clippings, count), count / indexed(clippings)
        print(f"\n{count:,} items, a second of CPU: {keeping:,.0f} kept, {indexing:,.0f} indexed")
        print(f"{'query':<16}{'found':>8}{'search ms':>12}{'LIKE found':>12}{'LIKE ms':>10}")
        for query in (commonest(clippings), *QUERIES):
            found, like = len(clippings.search(query)), scanned(clippings, query)
            fast = best(partial(clippings.search, query))
            slow = best(partial(scanned, clippings, query))
            print(f"{query:<16}{found:>8}{fast:>12.2f}{like:>12}{slow:>10.1f}")
        texts = clippings._db.execute("SELECT sum(length(cast(text AS BLOB))) FROM items")  # noqa: SLF001
        size = texts.fetchone()[0]
    print(f"file {file.stat().st_size / 1e6:,.0f} MB, of which the texts {size / 1e6:,.0f} MB")


def main() -> None:
    """Print a table for each size."""
    with TemporaryDirectory() as folder:
        for count in map(int, sys.argv[1:] or ("10000", "100000")):
            compare(count, Path(folder))


if __name__ == "__main__":
    main()
