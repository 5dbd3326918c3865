"""Republication on real texts, and the speed of clustering.

    python bench/cluster.py FOLDER [--seed N]         recall and false pairs, edit by edit
    python bench/cluster.py FOLDER --speed 20000 ...  CPU seconds and peak memory, by count

FOLDER holds `*.txt` (one `<p>` or line a paragraph) or feeds (`*.xml`). Each text is edited as
republished texts are: cut, merged with another, retitled, converted to traditional characters,
set in boilerplate, its paragraphs reordered, its words changed. All edits are clustered at once,
then each by itself, by the first tier alone and by both (`cluster_rows`). A pair (original, edited) in one group is a hit; two rows of
different originals in one group are a false pair. Originals that the first run, without any
edit, joins are printed to be read: real copies and real twins are among them.

`--speed` makes texts of 500 to 1,000 characters, chained by characters that follow each other
in the real ones, three in ten of them edited copies; it clusters with and without the second
tier (same event). Each size runs in a process of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import re
import resource
import sys
import time
from collections import Counter, defaultdict
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import feedparser
from opencc import OpenCC

from pressroom.gather.cluster import age, by_words, cluster
from pressroom.gather.stories import cluster_rows, to_item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TITLE = "另一个标题 / Another title, number {}"
BEFORE = "（本报记者 王小明 北京报道）原标题如上。来源：本网综合 "
AFTER = (
    "\n\n免责声明：本文仅代表作者个人观点，与本网无关。其原创性以及文中陈述文字和内容未经本站证实，"
    "请读者仅作参考，并请自行核实相关内容。责任编辑：李红"
)
Page = tuple[str, list[str]]
Groups = list[list[str]]


def pages(folder: Path, least: int) -> list[Page]:
    """Titles and paragraphs; the first paragraph of a `*.txt` is its title."""
    texts = [_paragraphs(p.read_text("utf-8", "replace")) for p in sorted(folder.glob("*.txt"))]
    told = [(t[0], t[1:]) for t in texts if len(t) > 1]
    for feed in sorted(folder.glob("*.xml")):
        entries = feedparser.parse(feed.read_bytes()).entries
        told += [(e.get("title", ""), _paragraphs(e.get("summary", ""))) for e in entries]
    unique = {"\n".join(body): (title, body) for title, body in told}
    return [page for text, page in unique.items() if len(text) >= least]


def _paragraphs(text: str) -> list[str]:
    lines = re.sub(r"<(?:/?p|br|/div)\b[^>]*>", "\n", text).split("\n")
    return [line for line in (re.sub(r"<[^>]*>", "", part).strip() for part in lines) if line]


def edits(own: Page, other: Page, chance: random.Random) -> Iterator[tuple[str, str, str]]:
    """Name, title and text of each edit of a page."""
    title, body = own
    text = "\n\n".join(body)
    shuffled = chance.sample(body, len(body))
    traditional, taiwan = OpenCC("s2t"), OpenCC("s2twp")
    yield "cut to 30%", title, text[: max(60, len(text) * 3 // 10)]
    yield "cut to 50%", title, text[: max(60, len(text) // 2)]
    yield "merged", f"{title}; {other[0]}", "\n\n".join([*body, *other[1]])
    yield "retitled", TITLE.format(chance.random()), text
    yield "traditional", traditional.convert(title), traditional.convert(text)
    yield "Taiwan's words", taiwan.convert(title), taiwan.convert(text)
    yield "boilerplate", title, BEFORE + text + AFTER
    yield "reordered", title, "\n\n".join(shuffled)
    yield "3% of letters", title, _changed(text, chance)
    yield "all at once", TITLE.format(chance.random()), _all(shuffled, chance, traditional)


def _changed(text: str, chance: random.Random) -> str:
    letters = list(text)
    for place in chance.sample(range(len(letters)), len(letters) * 3 // 100):
        letters[place] = chance.choice(["", letters[place] + chance.choice(text), "某"])
    return "".join(letters)


def _all(body: Sequence[str], chance: random.Random, traditional: OpenCC) -> str:
    text = "\n\n".join(body)
    return traditional.convert(BEFORE + _changed(text[: len(text) * 2 // 3], chance) + AFTER)


def quality(folder: Path, seed: int, least: int) -> None:
    """Print recall and false pairs, for all edits together and for each alone."""
    chance = random.Random(seed)
    read = pages(folder, least)
    originals = [_row(str(n), title, "\n\n".join(body)) for n, (title, body) in enumerate(read)]
    made: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for n, page in enumerate(read):
        other = read[chance.randrange(len(read))]
        for kind, title, text in edits(page, other, chance):
            made[kind].append(_row(f"{n} {kind}", title, text))
    print(f"{len(read)} originals, {sum(len(b) for _, t in read for b in t)} characters")
    for name, tier in (("same words", by_same_words), ("and same event", by_story)):
        twins = _joined(tier(originals))
        print(f"{name}: joined without any edit")
        for i, j in sorted(twins):
            print(f"  {read[int(i)][0][:30]} | {read[int(j)][0][:30]}")
        everything = [row for rows in made.values() for row in rows if " merged" not in row["id"]]
        for kind, rows in {"all but merged": everything, **made}.items():
            _print(kind, originals + rows, tier, twins)


def _row(name: str, title: str, text: str) -> dict[str, str]:
    return {"id": name, "title": title, "text": text}


def by_story(rows: Sequence[dict[str, str]]) -> Groups:
    """The ids of each story, by both tiers."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for told in cluster_rows(rows):
        found[str(told["story"])].append(str(told["id"]))
    return list(found.values())


def by_same_words(rows: Sequence[dict[str, str]]) -> Groups:
    """The ids of each group of the first tier."""
    items = sorted(map(to_item, rows), key=age)
    return [[items[i].id for i in group] for group in by_words(items)[0].groups()]


def _joined(groups: Groups) -> set[tuple[str, str]]:
    return {pair for ids in groups for pair in combinations(sorted(ids), 2)}


def _print(
    kind: str,
    rows: Sequence[dict[str, str]],
    tier: Callable[[Sequence[dict[str, str]]], Groups],
    twins: set[tuple[str, str]],
) -> None:
    groups = tier(rows)
    home = {name: n for n, ids in enumerate(groups) for name in ids}
    hits = [home[r["id"]] == home[r["id"].split()[0]] for r in rows if " " in r["id"]]
    pairs = len(rows) * (len(rows) - 1) // 2
    false = sum(map(_false, groups))
    known = _joined([[i for i in ids if " " not in i] for ids in groups])
    print(
        f"  {kind:16} recall {sum(hits) / len(hits):.4f} of {len(hits)}"
        f"  false {100 * false / pairs:.4f}% of {pairs}"
        f"  originals joined {len(known)}, by the edits {len(known - twins)}"
    )


def _false(ids: Sequence[str]) -> int:
    counts = Counter(name.split()[0] for name in ids)
    total = sum(counts.values())
    return total * (total - 1) // 2 - sum(n * (n - 1) // 2 for n in counts.values())


def speed(folder: Path, count: int, seed: int) -> None:
    """Print CPU seconds and peak memory of clustering `count` made-up items."""
    chance = random.Random(seed)
    items = [to_item(row) for row in _rows(pages(folder, 0), count, chance)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    words = _seconds(lambda: by_words(items))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    both = _seconds(lambda: cluster(items))
    full = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = sum(len(item.text) for item in items) / len(items)
    print(
        f"{count} items of {size:.0f} characters: words {words:.1f} s, {peak // 1024} MB; with events"
        f" {both:.1f} s, {full // 1024} MB (items alone {before // 1024} MB)",
        flush=True,
    )


def _rows(read: Sequence[Page], count: int, chance: random.Random) -> Iterator[dict[str, str]]:
    after: defaultdict[str, list[str]] = defaultdict(list)
    source = "\n".join(line for _, body in read for line in body)
    for one, other in pairwise(source):
        after[one].append(other)
    made: list[str] = []
    for n in range(count):
        if made and chance.random() < 0.3:
            text = chance.choice(made)
            text = chance.choice([text[: len(text) // 2], BEFORE + text, text.replace("的", "得")])
        else:
            text = _chained(after, chance.randrange(500, 1000), chance)
        made.append(text)
        yield _row(f"{n:06}", f"{text[50:62]} {n}", text)


def _chained(after: dict[str, list[str]], length: int, chance: random.Random) -> str:
    letters = [chance.choice(list(after))]
    while len(letters) < length:
        letters.append(chance.choice(after[letters[-1]] or ["\n"]))
    return "".join(letters)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure clustering on real texts.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=int, default=60, help="characters a text must have")
    parser.add_argument("--speed", type=int, nargs="*", default=[])
    given = parser.parse_args()
    for count in given.speed:
        worker = multiprocessing.Process(target=speed, args=(given.folder, count, given.seed))
        worker.start()
        worker.join()
    if not given.speed:
        quality(given.folder, given.seed, given.least)
    return 0


if __name__ == "__main__":
    sys.exit(main())
