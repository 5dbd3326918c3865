"""How well and how fast items that tell one event are found.

    python bench/events.py                          cost for 10,000 and 20,000 made-up items
    python bench/events.py ITEMS.jsonl PAIRS.tsv    precision, recall and F1 on labelled pairs
    python bench/events.py FOLDER                   the same on pages of labels/same-event.txt
    python bench/events.py FOLDER --ecb             the same on ECB+ (Cybulska and Vossen 2014)

A row of ITEMS is {"id", "title", "text", and if known "url", "published" (ISO 8601)}; a line of
PAIRS is two ids and 1 (one event) or 0, apart by tabs. Without PAIRS all pairs of one language
are judged. ECB+ is a folder of topics, each with reports of two events of one kind, named
`*ecb.xml` and `*ecbplus.xml`; the first sentence is the title.

First the groups are judged, as the product makes them; then, for each of some least scores, the
groups that it would give.
"""

from __future__ import annotations

import json
import random
import re
import resource
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from time import process_time

from lxml import etree

from pressroom.gather.cluster import events
from pressroom.model import Evidence, Item, ItemId, Locale

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SIZES = (10_000, 20_000)
LABELS = Path(__file__).parent / "labels/same-event.txt"
Labelled = tuple[list[Item], list[tuple[str, str, bool]]]
REPORTS = 4
THRESHOLDS = tuple(step / 100 for step in range(10, 36, 2))


def item(
    name: str, title: str, text: str, url: str = "", published: datetime | None = None
) -> Item:
    """An item of which only what is compared matters."""
    evidence = Evidence(url, NOON, "0" * 64)
    return Item(
        ItemId(name), url, title, Locale("und"), url, "bench", text, evidence, published=published
    )


def loaded(path: Path) -> list[Item]:
    """The items of a file, from the oldest on."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    items = [_of_row(row) for row in rows]
    return sorted(items, key=lambda one: (one.published or NOON, one.id))


def _of_row(row: dict[str, str]) -> Item:
    stated = row.get("published")
    published = datetime.fromisoformat(stated) if stated else None
    if published and published.tzinfo is None:
        published = published.replace(tzinfo=UTC)
    return item(str(row["id"]), row["title"], row["text"], row.get("url", ""), published)


def grouped(items: list[Item]) -> dict[str, str]:
    """Each item's group, named by one of its items."""
    group = {one.id: one.id for one in items}
    for i, j in events.links(items):
        old, new = group[items[j].id], group[items[i].id]
        group |= {name: new for name, of in group.items() if of == old}
    return {str(name): str(of) for name, of in group.items()}


def judged(items: list[Item], pairs: list[tuple[str, str, bool]]) -> str:
    """Precision, recall and F1 of the groups on the pairs."""
    group = grouped(items)
    found = [(group[a] == group[b], same) for a, b, same in pairs]
    right = sum(together and same for together, same in found)
    precision = right / (sum(together for together, _ in found) or 1)
    recall = right / (sum(same for _, same in found) or 1)
    f1 = 2 * right / (sum(together + same for together, same in found) or 1)
    return f"precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"


def rows(items_at: Path, pairs_at: Path) -> Labelled:
    """Items and labelled pairs of two files."""
    lines = (line.split("\t") for line in pairs_at.read_text("utf-8").splitlines())
    return loaded(items_at), [(a, b, label.strip() == "1") for a, b, label in lines]


def pages(folder: Path) -> list[Labelled]:
    """The labelled pages of a folder, a language each; a page's first paragraph is its title."""
    found: defaultdict[bool, list[Item]] = defaultdict(list)
    for file in sorted(folder.glob("*.txt")):
        read = file.read_bytes()
        told = [
            re.sub("<[^>]*>", "", line).strip()
            for line in read.decode("utf-8", "replace").splitlines()
        ]
        head, *text = [*filter(None, told), "", ""]
        one = item(sha256(read).hexdigest()[:16], head, "\n\n".join(filter(None, text)))
        found[events.raw(one).han].append(one)
    sure, unsure = (_together(mark) for mark in (False, True))
    return [
        (
            sorted(items, key=lambda one: one.id),
            [(a.id, b.id, {a.id, b.id} in sure) for a, b in combinations(items, 2)
             if {a.id, b.id} in sure or {a.id, b.id} not in unsure],
        )
        for items in found.values()
    ]  # fmt: skip


def _together(unsure: bool) -> list[set[str]]:  # noqa: FBT001 - which of the two lists
    lines = [line for line in LABELS.read_text("utf-8").splitlines() if line[0] != "#"]
    groups = [line.removeprefix("? ").split() for line in lines if (line[0] == "?") is unsure]
    return [{*pair} for group in groups for pair in combinations(group, 2)]


def ecb(folder: Path) -> Labelled:
    """The reports of ECB+: two tell one event if they are of one half of one topic."""
    items = [_of_xml(file) for file in sorted(folder.glob("*/*.xml"))]
    half = {one.id: re.sub(r"_\d+", " ", one.id) for one in items}
    pairs = [(a.id, b.id, half[a.id] == half[b.id]) for a, b in combinations(items, 2)]
    return items, pairs


def _of_xml(file: Path) -> Item:
    sentences: defaultdict[int, list[str]] = defaultdict(list)
    for token in etree.parse(file).iter("token"):
        sentences[int(token.get("sentence", "0"))].append(token.text or "")
    told = [" ".join(words) for words in sentences.values() if words[0] != "http"]
    return item(file.stem, told[0], "\n".join(told[1:]))


def quality(items: list[Item], pairs: list[tuple[str, str, bool]]) -> None:
    """Print how the labelled pairs are judged."""
    print(f"{len(items)} items, {len(pairs)} pairs, {sum(same for *_, same in pairs)} of one event")
    print(f"as shipped   {judged(items, pairs)}")
    shipped = events.SAME, events.SAME_HAN
    for least in THRESHOLDS:
        events.SAME = events.SAME_HAN = least
        print(f"least {least:.2f}   {judged(items, pairs)}")
    events.SAME, events.SAME_HAN = shipped


def made_up(count: int) -> list[Item]:
    """Items of about 900 letters or 420 Han on events with four reports each, half of each script.

    Words come with the frequencies of Zipf's law; a report shares two thirds of its event's.
    """
    chance = random.Random(count)
    syllables = [chr(0x4E00 + i) for i in range(2_500)]
    words = [
        "".join(chance.choices("abdeghiklmnoprstu", k=chance.randint(3, 9))) for _ in range(30_000)
    ]
    odds = {
        len(words): [1 / (rank + 10) for rank in range(len(words))],
        len(syllables): [1 / (rank + 10) for rank in range(len(syllables))],
    }
    made = []
    for event in range(count // REPORTS):
        vocabulary, joint, length = (syllables, "", 420) if event % 2 else (words, " ", 150)
        core = chance.choices(vocabulary, odds[len(vocabulary)], k=length)
        for report in range(REPORTS):
            own = chance.choices(vocabulary, odds[len(vocabulary)], k=length // 3)
            start = 7 * report
            text = joint.join(core[start : start + 2 * length // 3] + own)
            title = joint.join(core[start + 2 : start + 11])
            time = NOON + timedelta(minutes=10 * event + report)
            made.append(item(f"{event}-{report}", title, text, f"e{report}", time))
    return made


def cost() -> None:
    """Print seconds of one core and the peak of memory for two sizes."""
    for count in SIZES:
        items = made_up(count)
        start = process_time()
        found = sum(1 for _ in events.links(items))
        seconds = process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count:7} items  {seconds:6.2f} s  {found} links  {peak:.0f} MB peak")


def main(args: list[str]) -> None:
    """Run what the arguments ask for."""
    match args:
        case []:
            cost()
        case [folder, "--ecb"]:
            quality(*ecb(Path(folder)))
        case [folder]:
            for told in pages(Path(folder)):
                quality(*told)
        case [items, pairs]:
            quality(*rows(Path(items), Path(pairs)))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
