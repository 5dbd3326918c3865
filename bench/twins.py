"""Number drift between real translations: false alarms to read, altered digits found, speed.

    python bench/twins.py FOLDER [--one en] [--other zh] [--show N] [--seed N]

FOLDER holds a folder a locale with files of the same names (Markdown; front matter is skipped).
Blocks (paragraphs, list items, headings) are paired in order wherever both sides have as many
blocks between two headings; sentences likewise within a pair of blocks. Printed for both: how
many pairs hold an error or a warning, how often one altered digit is found as an error or as
any finding, and pairs a second (of CPU time, other programs running beside it). `--show N` prints N flagged pairs, drawn by the seed, to be
read: a finding that is true drift is no false alarm.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.lang import language
from pressroom.lang.figures_base import prose
from pressroom.twins.numbers import number_drift

if TYPE_CHECKING:
    from collections.abc import Iterator

FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
START = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+\S")
Pair = tuple[str, str, str]


def blocks(text: str) -> list[list[str]]:
    """Blocks by stretch from heading to heading; link definitions and comments left out."""
    text = FRONT.sub("", text)
    text = re.sub(r"<!--.*?-->|\{%.*?%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"^[ ]{0,3}\[[^\]\n]+\]:.*(?:\n[ ]+\S.*)?$", "", text, flags=re.MULTILINE)
    stretches: list[list[str]] = [[]]
    for part in re.split(r"\n[ \t]*\n", text):
        for block in _items(part):
            if block.startswith("#"):
                stretches.append([])
            if block.strip():
                stretches[-1].append(block)
    return stretches


def _items(part: str) -> list[str]:
    found: list[str] = []
    for line in part.split("\n"):
        if not found or START.match(line) or line.startswith("#"):
            found.append(line)
        else:
            found[-1] += "\n" + line
    return [block.strip() for block in found if block.strip()]


def paired(one: list[list[str]], other: list[list[str]]) -> Iterator[tuple[str, str]]:
    """Blocks in order, of stretches with as many on both sides."""
    if len(one) != len(other):
        return
    for left, right in zip(one, other, strict=True):
        if len(left) == len(right):
            yield from zip(left, right, strict=True)


def sentences(pairs: list[Pair], one: str, other: str) -> list[Pair]:
    """Sentences in order, of blocks with as many on both sides."""
    found = []
    for name, left, right in pairs:
        a, b = language(one).sentences(left), language(other).sentences(right)
        if len(a) == len(b):
            found += [(name, x, y) for x, y in zip(a, b, strict=True)]
    return found


def load(folder: Path, one: str, other: str) -> list[Pair]:
    """Every paired block with its file's name."""
    found = []
    for path in sorted((folder / one).glob("*.md")):
        twin = folder / other / path.name
        if twin.exists():
            left, right = (blocks(p.read_text("utf-8")) for p in (path, twin))
            found += [(path.stem, a, b) for a, b in paired(left, right)]
    return found


def altered(text: str, chance: random.Random) -> str | None:
    """The text with one digit of its prose changed; None where there is none."""
    places = [m.start() for m in re.finditer(r"[0-9]", prose(text))]
    if not places:
        return None
    at = chance.choice(places)
    digit = chance.choice([d for d in "0123456789" if d != text[at]])
    return text[:at] + digit + text[at + 1 :]


def measure(what: str, pairs: list[Pair], locales: tuple[str, str], seed: int) -> list[Pair]:
    """Print the rates; give the pairs with findings."""
    one, other = locales
    clock = time.process_time()
    drifts = [number_drift(a, one, b, other) for _, a, b in pairs]
    took = time.process_time() - clock
    kinds = Counter(k for found in drifts for k in {d.kind for d in found})
    print(f"{what}: {len(pairs)} pairs, {len(pairs) / took:.0f} a second")
    for kind in ("error", "warning"):
        print(f"  with {kind}: {kinds[kind]} ({kinds[kind] / len(pairs):.2%})")
    clean = [pair for pair, found in zip(pairs, drifts, strict=True) if not found]
    catch(clean, locales, seed)
    return [pair for pair, found in zip(pairs, drifts, strict=True) if found]


def catch(clean: list[Pair], locales: tuple[str, str], seed: int) -> None:
    """Alter one digit in one side of every clean pair and print what is found."""
    chance = random.Random(seed)
    tried: Counter[str] = Counter()
    for name, left, right in clean:
        side = chance.randrange(2)
        new = altered((left, right)[side], chance)
        if new is None:
            continue
        a, b = (new, right) if side == 0 else (left, new)
        found = {d.kind for d in number_drift(a, locales[0], b, locales[1])}
        tried["all"] += 1
        tried["error" if "error" in found else "warning" if found else "missed"] += 1
        if "error" not in found and "--misses" in sys.argv:
            print("MISS", name, *found)
            print(*(" ".join(prose(t).split()) for t in (a, b)), sep="\n")
    total = max(1, tried["all"])
    rates = ", ".join(f"{k} {tried[k] / total:.2%}" for k in ("error", "warning", "missed"))
    print(f"  one altered digit ({tried['all']} tried): {rates}")


def show(flagged: list[Pair], locales: tuple[str, str], count: int, seed: int) -> None:
    """Print flagged pairs to be read."""
    for name, a, b in random.Random(seed).sample(flagged, min(count, len(flagged))):
        print(f"\n== {name}")
        for drift in number_drift(a, locales[0], b, locales[1]):
            print(f"  {drift.kind}: {drift.one_words!r} | {drift.other_words!r}")
        print("  " + " ".join(prose(a).split()) + "\n  " + " ".join(prose(b).split()))


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--one", default="en")
    parser.add_argument("--other", default="zh")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", action="store_true", help="print altered digits not found")
    chosen = parser.parse_args()
    locales = (chosen.one, chosen.other)
    pairs = load(chosen.folder, *locales)
    show(measure("blocks", pairs, locales, chosen.seed), locales, chosen.show, chosen.seed)
    measure("sentences", sentences(pairs, *locales), locales, chosen.seed)


if __name__ == "__main__":
    main()
