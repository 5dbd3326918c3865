"""One thing named in two ways within an edition: spellings, lists told twice.

Forms that one entry of the registers accepts are one name, whichever of them a text uses. All that this rule says is worth a look, no more: a writer may mean the difference.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from pressroom.check.doubled import Told, editions, plain, sentences
from pressroom.check.rows import at
from pressroom.lang.han import HAN, has_han
from pressroom.manuscript import scan
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pressroom.model import Block, Language, Locale, Proof

    Forms = Mapping[str, Mapping[Locale, Sequence[str]]]


class Spot(NamedTuple):
    """A name as it is written, and its place."""

    words: str
    block: Block
    line: int


class Pair(NamedTuple):
    """Two ways to write what seems to be one thing, the earlier first, and why we ask."""

    what: str
    one: Spot
    other: Spot


class TwoNames:
    """Capitals, hyphens and lists, edition by edition; forms that a register accepts may mix."""

    rule = "twonames"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Each pair of ways, at the later place, with the earlier one named."""
        forms: Forms = getattr(proof, "forms", {})
        for locale, tolds in editions(proof):
            register = Register(by_locale.get(locale, ()) for by_locale in forms.values())
            speech = proof.languages[locale]
            asked: set[tuple[str, Spot]] = set()
            text = Text([told for told in tolds if told.kind != "head"])
            for pair in (*spellings(text), *told_twice(tolds, speech)):
                told = pair.what, pair.one
                if told not in asked and not register.knows(pair):
                    asked.add(told)
                    yield _finding(proof, pair)


def _finding(proof: Proof, pair: Pair) -> Finding:
    path, line = at(proof, pair.one.block, pair.one.line)
    return Finding(
        "twonames", Severity.LOOK, *at(proof, pair.other.block, pair.other.line),
        f"{pair.what}: “{pair.other.words}” here, “{pair.one.words}” at {path}:{line}.",
        "choose one, unless the two differ.",
    )  # fmt: skip


class Way(NamedTuple):
    """A name in the running text: its offset, and its words as they stand."""

    start: int
    words: str


class Text:
    """The running text of an edition in one string, `[[names]]` blanked, with its places."""

    def __init__(self, tolds: Sequence[Told]) -> None:
        self._tolds = tolds
        texts = [scan.substitute(told.text, _blank) for told in tolds]
        self._starts = [0, *accumulate(len(text) + 1 for text in texts)]
        self.text = "\x00".join(texts)

    def spot(self, way: Way) -> Spot:
        """The place of a name in its file."""
        index = bisect_right(self._starts, way.start) - 1
        told = self._tolds[index]
        line = told.line + self.text.count("\n", self._starts[index], way.start)
        return Spot(" ".join(way.words.split()), told.block, line)

    def pair(self, what: str, *ways: Way) -> Pair:
        """Two names as a pair, in the order of print."""
        one, other = sorted(ways)
        return Pair(what, self.spot(one), self.spot(other))


def _blank(token: scan.Token) -> str:
    return " " * len(token.match[0])


# --- forms of the registers ---


class Register:
    """The accepted forms of each name in one locale: no two of one name are two names."""

    def __init__(self, names: Iterable[Sequence[str]]) -> None:
        self._whose: dict[str, set[int]] = defaultdict(set)
        for number, forms in enumerate(names):
            for form in forms:
                self._whose[_flat(form)].add(number)

    def knows(self, pair: Pair) -> bool:
        """Whether all that a pair sets against each other are forms of one name."""
        ones, others = pair.one.words.split(", "), pair.other.words.split(", ")
        return len(ones) == len(others) and all(map(self._are_one, ones, others))

    def _are_one(self, one: str, other: str) -> bool:
        return bool(self._whose.get(_flat(one), set()) & self._whose.get(_flat(other), set()))


def _flat(form: str) -> str:
    """A form without what a sentence does to it: a capital at its start, a plural."""
    flat = " ".join(form.split()).removesuffix("s")
    return flat[:1].casefold() + flat[1:]


# --- capitals and hyphens ---

WORD = re.compile(r"(?<![A-Za-z0-9_-])(?:[A-Za-z]{3,}|[A-Z]{2})(?![A-Za-z0-9_-])")
CAMEL = re.compile(r"[a-z][A-Z]|[A-Z]{2,}[a-z]")
RUN = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+(?:\s[A-Z][a-z]+){1,4}(?!\s[A-Z]|[\w’'-])")
PLUS = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2,6}(?:[+＋]|\s[Pp]lus(?![a-z]))")
PLAIN = re.compile(r"[+＋\s]")
HYPHEN = re.compile(r"(?<![\w-])([A-Za-z]+)-([A-Za-z]{2,})(?![\w-])")
OTHER = frozenset(
    ["recover", "recreation", "reform", "represent", "resent", "reserve", "resign", "resort"]
)
"""`re-sign` is not `resign`."""
APART = frozenset(
    """
    about ahead along any around away back body by day down ever every how in more off on one out
    over right some
    self thing through time times together under up way where while
    """.split()  # noqa: SIM905, one word a line would fill a page
)
"""`roll out` beside `rollout`, `every day` beside `everyday`: verb and noun, not two spellings."""


def spellings(text: Text) -> Iterator[Pair]:
    """Latin names and words written in two ways in one edition."""
    words = [Way(m.start(), m[0]) for m in WORD.finditer(text.text)]
    camels = {w.casefold() for w in {way.words for way in words} if CAMEL.search(w)}
    named = [way for way in words if way.words.casefold() in camels and not way.words.isupper()]
    yield from _ways(text, "capitals differ", named, str.casefold)
    plus = [Way(m.start(), m[0]) for m in PLUS.finditer(text.text)]
    yield from _ways(text, "two signs of one name", plus, lambda name: PLAIN.split(name)[0])
    yield from _lowered(text)
    yield from _joined(text, words)


def _ways(text: Text, what: str, found: Iterable[Way], key: Callable[[str], str]) -> Iterator[Pair]:
    """Each name's first way to be written, with every other."""
    named: dict[str, dict[str, Way]] = defaultdict(dict)
    for way in found:
        named[key(way.words)].setdefault(" ".join(way.words.split()), way)
    for first, *others in (list(every.values()) for every in named.values()):
        yield from (text.pair(what, first, other) for other in others)


def _lowered(text: Text) -> Iterator[Pair]:
    """Names of several words that also stand in small letters; sentence starts do not count."""
    runs = {m[0]: Way(m.start(), m[0]) for m in RUN.finditer(text.text)}
    for words, run in runs.items():
        small = words.lower()
        if small in text.text and (m := re.search(rf"(?<![\w-]){small}(?![\w-])", text.text)):
            yield text.pair("capitals differ", run, Way(m.start(), m[0]))


def _joined(text: Text, words: Sequence[Way]) -> Iterator[Pair]:
    """`e-mail` beside `email`, `data set` beside `dataset`: only where the joined word stands."""
    closed = {_stem(way.words): way for way in reversed(words)}
    hyphened = ((m[1] + m[2], Way(m.start(), m[0])) for m in HYPHEN.finditer(text.text))
    opened = (
        (one.words + two.words, Way(one.start, f"{one.words} {two.words}"))
        for one, two in pairwise(words)
        if _stem(one.words + two.words) in closed
        and two.start == one.start + len(one.words) + 1
        and _may_join(one, text.text[two.start - 1], two)
    )
    every = sorted((*opened, *hyphened), key=lambda pair: -pair[1].start)
    apart = {_stem(joined): way for joined, way in every}
    for stem, way in apart.items():
        if stem in closed and stem not in OTHER:
            yield text.pair("two spellings", closed[stem], way)


def _may_join(one: Way, between: str, two: Way) -> bool:
    return between.isspace() and not APART & {one.words.casefold(), two.words.casefold()}


def _stem(word: str) -> str:
    return word.casefold().removesuffix("s")


# --- lists told twice ---

INLINE = 5
"""Words of an item in running text; letters by which two words have one head."""
FEW = 3
LONGEST = 6
"""Characters of a Chinese item; more is a clause that the list was cut out of."""
SHORT = 60
"""Characters of an item that names a thing and does not tell of it."""
BREAK = re.compile(r"[;:()—–：；（）。.!?！？]")
LEAD = re.compile(
    r"^.*\b(?:includ\w+|such as|like|namely|areas?|fields?|in|across|of|for|to|from|into|with|on|the)\s"
)
TAIL = re.compile(r"\s(?:within|in|by|for|at|over|from|during|under|to|that|which|with|on)\s.*$")
RUN_ZH = re.compile(
    rf"[{HAN}A-Za-z]{{2,8}}(?:、[{HAN}A-Za-z]{{2,8}}){{1,20}}(?:(?:以?及|和|与|與)[{HAN}]{{2,8}})?"
)
LEAD_ZH = re.compile(r"^.*?(?:包括|涵盖|涉及|包含|覆盖|分别是|分别为)")
AND_ZH = re.compile(r"、|以及|[和与與及]")


class Item(NamedTuple):
    """One thing of a list: its words, and what it is compared by."""

    words: str
    key: str


class Listed(NamedTuple):
    """A list in running text or set as one, and its place."""

    items: tuple[Item, ...]
    block: Block
    line: int


def told_twice(tolds: Sequence[Told], speech: Language) -> Iterator[Pair]:
    """Lists that share items and name others differently: consumption here, consumerism there.

    Every item of the shorter list must have its like in the longer one.
    """
    found = [*_set(tolds), *(listed for told in tolds for listed in _inline(told, speech))]
    where: dict[str, list[int]] = defaultdict(list)
    for place, listed in enumerate(found):
        for item in listed.items:
            where[item.key].append(place)
    shared: Counter[tuple[int, int]] = Counter()
    for places in where.values():
        shared.update(pairwise(places))
    for (one, other), count in shared.items():
        if count > 1 and one != other and (pair := _renamed(found[one], found[other])):
            yield pair


def _renamed(one: Listed, other: Listed) -> Pair | None:
    """The pair of names that differ, if all else agrees."""
    ones, others = ({item.key: item for item in listed.items} for listed in (one, other))
    left = [item for key, item in ones.items() if key not in others]
    right = [item for key, item in others.items() if key not in ones]
    likes = [(a, b) for a in left for b in right if _alike(a.words, b.words)]
    fewest = min(len(left), len(right))
    if not likes or len({b for _, b in likes}) < fewest or len({a for a, _ in likes}) < fewest:
        return None
    counts = f"one list told two ways ({len(other.items)} items, {len(one.items)} before)"
    first, second = (", ".join(dict.fromkeys(pair[n].words for pair in likes)) for n in (0, 1))
    return Pair(counts, Spot(first, one.block, one.line), Spot(second, other.block, other.line))


def _alike(one: str, other: str) -> bool:
    """Whether two names share a word, the head of a word, or two Han characters in a row."""
    if has_han(one):
        is_name = max(len(one), len(other)) <= LONGEST
        return is_name and any(a + b in other for a, b in pairwise(one))
    if one[0].isupper() and other[0].isupper():
        return False
    heads = (
        {word[:INLINE] for word in words.casefold().split() if len(word) >= INLINE}
        for words in (one, other)
    )
    return bool(set.intersection(*heads))


def _item(words: str) -> Item:
    flat = " ".join(words.split()).strip(' .,;:。；，“”"')
    return Item(flat, re.sub(r"[\s-]|\b(?:the|and)\b", "", flat.casefold()))


def _listed(words: Iterable[str], told: Told, line: int) -> Iterator[Listed]:
    items = tuple(item for item in map(_item, words) if item.key)
    if len(items) >= FEW:
        yield Listed(items, told.block, line)


def _set(tolds: Sequence[Told]) -> Iterator[Listed]:
    """Lists of short items, one a line."""
    for (is_item, _), group in groupby(tolds, key=lambda t: (t.kind == "item", id(t.block))):
        items = list(group)
        if is_item and all(len(told.text) <= SHORT for told in items):
            yield from _listed([plain(told.text) for told in items], items[0], items[0].line)


def _inline(told: Told, speech: Language) -> Iterator[Listed]:
    for line, sentence in sentences(told, speech):
        if not speech.spaced:
            for found in RUN_ZH.finditer(sentence) if "、" in sentence else ():
                yield from _listed(AND_ZH.split(LEAD_ZH.sub("", found[0])), told, line)
        else:
            for part in BREAK.split(sentence):
                if part.count(",") >= FEW - 1:
                    yield from _listed(_enumerated(part.split(",")), told, line)


def _enumerated(chunks: Sequence[str]) -> list[str]:
    """The items of `including a, b, c and d`: what stands between commas, up to an `and`."""
    items: list[str] = []
    for chunk in chunks:
        head, _, last = f" {chunk} ".partition(" and ")
        if last and len(items) > 1:
            return [*items, head, TAIL.sub("", last)]
        words = LEAD.sub("", chunk)
        if words != chunk or len(words.split()) > INLINE:
            items = []
        items.append(words)
    return []


RULE = TwoNames()
