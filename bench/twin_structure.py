"""Drift of structure between real twins: what each rule says, how fast, and what it would miss.

    python bench/twin_structure.py ONE OTHER              findings and flagged issues by rule, speed
    python bench/twin_structure.py ONE OTHER --read 60    so many findings beside both texts, to be judged
    python bench/twin_structure.py ONE OTHER --break      damage each second text once a kind, count what is found
    python bench/twin_structure.py ONE OTHER --long       time by length: texts joined 1, 2, 4, 8 ... at a time

ONE and OTHER are folders of Markdown files with the same names in two languages. `--numbers`
counts the rule on numbers too.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pressroom.twins.compare import guess_locale, numbers
from pressroom.twins.drift import Twins, lay_twins
from pressroom.twins.structure import RULES
from pressroom.twins.units import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pressroom.twins.drift import Drift
    from pressroom.twins.reading import Reading

Damage = "Callable[[Twin, random.Random], str]"
LINK = re.compile(r"(?<!!)\[([^\[\]]+)\](?:\([^()\s]+\)|\[[^\[\]]*\])")
ADDRESS = re.compile(r"^(\[[^\[\]^]+\]: *[^\s#]*?)(\w)([^\s#]{0,3})$", re.MULTILINE)
SPAN = re.compile(r"(?<!`)`([A-Za-z_]{6,})`(?!`)")


class Twin(NamedTuple):
    """Two files of one name."""

    name: str
    one: str
    other: str


def twins_in(one: Path, other: Path) -> list[Twin]:
    """The files that both folders have."""
    names = sorted({p.name for p in one.glob("*.md")} & {p.name for p in other.glob("*.md")})
    return [Twin(n, (one / n).read_text("utf-8"), (other / n).read_text("utf-8")) for n in names]


def laid(twin: Twin) -> Twins:
    """A pair, cut and paired."""
    return lay_twins(twin.one, guess_locale(twin.one), twin.other, guess_locale(twin.other))


def drifts(twin: Twin, *, with_numbers: bool = False) -> list[Drift]:
    """What the rules on structure say of a pair."""
    found = laid(twin)
    rules = (*RULES, numbers) if with_numbers else RULES
    return [drift for rule in rules for drift in rule(found)]


def count(pairs: Sequence[Twin], *, with_numbers: bool) -> None:
    """Findings and flagged issues by rule and severity, issues a second."""
    start = time.process_time()
    said = {twin.name: drifts(twin, with_numbers=with_numbers) for twin in pairs}
    seconds = time.process_time() - start
    findings, issues = Counter[tuple[str, str]](), defaultdict[tuple[str, str], set[str]](set)
    for name, found in said.items():
        for drift in found:
            key = drift.rule, drift.severity.value
            findings[key] += 1
            issues[key].add(name)
    for key in sorted(findings):
        print(f"{key[0]:20} {key[1]:7} {findings[key]:5} findings in {len(issues[key]):4} issues")
    flagged = sum(any(d.severity.value != "look" for d in found) for found in said.values())
    print(f"{flagged} of {len(pairs)} issues have one for before the send")
    print(f"{len(pairs) / seconds:.0f} issues a second of processor time")


def read(pairs: Sequence[Twin], size: int) -> None:
    """Findings drawn at random, with the rows they name."""
    drawn = [(twin, drift) for twin in pairs for drift in drifts(twin)]
    for twin, drift in random.Random(1).sample(drawn, min(size, len(drawn))):
        print(f"\n{twin.name}:{drift.one_line}:{drift.other_line} {drift.rule}: {drift.message}")
        for text, line in ((twin.one, drift.one_line), (twin.other, drift.other_line)):
            print("   ", " ".join(text.split("\n")[max(0, line - 2) : line + 2])[:700])


# --- damage ---


def _paragraphs(twin: Twin) -> list[Reading]:
    running = {Kind.PARAGRAPH, Kind.ITEM}
    return [u for u in laid(twin).other if u.kind in running and u.size > 150]


def _row(text: str, unit: Reading, new: str) -> str:
    rows = text.split("\n")
    size = unit.unit.text.count("\n") + 1
    rows[unit.line - 1 : unit.line - 1 + size] = new.split("\n")
    return "\n".join(rows)


def _drop(twin: Twin, chance: random.Random) -> str:
    units = _paragraphs(twin)
    return _row(twin.other, chance.choice(units), "") if units else ""


def _double(twin: Twin, chance: random.Random) -> str:
    units = _paragraphs(twin)
    if len(units) < 2:
        return ""
    from_unit, to_unit = chance.sample(units, 2)
    return _row(twin.other, to_unit, from_unit.unit.text)


def _leave(twin: Twin, chance: random.Random) -> str:
    """A paragraph as it is in the first text."""
    pairs = [p for p in laid(twin).pairs if len(p.one) == len(p.other) == 1]
    whole = [p for p in pairs if p.one[0].kind is Kind.PARAGRAPH and p.one[0].size > 150]
    if not whole:
        return ""
    pair = chance.choice(whole)
    return _row(twin.other, pair.other[0], pair.one[0].unit.text)


def _in_text(pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]) -> Damage:
    def damage(twin: Twin, chance: random.Random) -> str:
        found = list(pattern.finditer(twin.other))
        if not found:
            return ""
        hit = chance.choice(found)
        return twin.other[: hit.start()] + new(hit) + twin.other[hit.end() :]

    return damage


DAMAGES: dict[str, Damage] = {
    "a link taken out": _in_text(LINK, lambda hit: hit[1]),
    "an address changed": _in_text(ADDRESS, lambda hit: f"{hit[1]}{hit[2]}x{hit[3]}"),
    "code mistyped": _in_text(SPAN, lambda hit: f"`{hit[1][1]}{hit[1][0]}{hit[1][2:]}`"),
    "a heading's level": _in_text(re.compile("^##(?= )", re.MULTILINE), lambda _: "###"),
    "a heading taken out": _in_text(re.compile("^## .*$", re.MULTILINE), lambda _: ""),
    "a paragraph lost": _drop,
    "a paragraph doubled": _double,
    "a paragraph untranslated": _leave,
}


def damaged(pairs: Sequence[Twin]) -> Iterator[tuple[str, int, int]]:
    """Kind of damage, how often it was done, how often something new was said of it."""
    before = {twin.name: {(d.rule, d.message) for d in drifts(twin)} for twin in pairs}
    for kind, damage in DAMAGES.items():
        done = found = 0
        for twin in pairs:
            text = damage(twin, random.Random(twin.name))
            if text and text != twin.other:
                done += 1
                after = {(d.rule, d.message) for d in drifts(twin._replace(other=text))}
                found += bool(after - before[twin.name])
        yield kind, done, found


def long(pairs: Sequence[Twin]) -> None:
    """Time for each thousand rows, with more and more texts joined into one."""
    size = 1
    while size <= len(pairs):
        group = pairs[:size]
        joined = Twin(
            "", *("\n\n".join(texts) for texts in zip(*(t[1:] for t in group), strict=True))
        )
        start = time.process_time()
        drifts(joined)
        seconds = time.process_time() - start
        rows = joined.one.count("\n") + joined.other.count("\n")
        print(f"{size:4} texts {rows:7} rows {seconds:7.2f} s {1e6 * seconds / rows:7.0f} µs a row")
        size *= 2


def main() -> None:
    """Read the folders and do what was asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("one", type=Path)
    parser.add_argument("other", type=Path)
    parser.add_argument("--read", type=int, default=0)
    parser.add_argument("--break", dest="damage", action="store_true")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--numbers", action="store_true")
    asked = parser.parse_args()
    pairs = twins_in(asked.one, asked.other)
    if asked.read:
        read(pairs, asked.read)
    elif asked.damage:
        for kind, done, found in damaged(pairs):
            print(f"{kind:26} {found:4} of {done:4} found, {found / max(done, 1):.1%}")
    elif asked.long:
        long(pairs)
    else:
        count(pairs, with_numbers=asked.numbers)


if __name__ == "__main__":
    main()
