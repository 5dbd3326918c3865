"""What of an item is compared when two items may tell one event.

Words of spaced scripts are folded and lightly stemmed; runs of Han and kana give the pairs of
their characters, in simplified form, cut at words that say nothing. A term counts more in the
title and in the opening, where news tells the event, than in the rest; of the rest only the
first letters are read, so that an item costs the same however long it is.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import chain
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from pressroom.gather.cluster.facts import States, states
from pressroom.lang.han import HAN

if TYPE_CHECKING:
    from pressroom.model import Item

KANA = "\u3041-\u30ff"
LEAD = 300
"""Letters of the opening of a text."""

REST = 900
HAN_LEAD = 120
HAN_REST = 420
"""The same in Han characters, of which one says as much as two or three letters."""

LONGEST = 4_096
TITLE = 400
"""No term of an item counts more than this; letters of a title that are read."""

TITLE_WEIGHT = 3
LEAD_WEIGHT = 2
WORD = re.compile(rf"[^\W_{HAN}{KANA}]+(?:['’.,&+:-][^\W_{HAN}{KANA}]+)*\+*")
IDEOGRAPHS = re.compile(rf"[{HAN}{KANA}]+")
EMPTY = re.compile("据悉|据了解|报道|记者|表示|已经|目前|进行|日电|近日|今天|今日|昨天|昨日|消息")
PARTICLES = "的了在是和与及也就都而但却被把将对从向于并或等这那其他她它们我你之着过吗呢吧啊称个"
"""Words that say nothing in news, and characters that say nothing anywhere: pairs end there."""

ASTRAL = re.compile(f"[^\\0-\uffff{HAN}]")
ADDRESS = re.compile(r"https?://[!-~]+")
CAPITALS = re.compile(r"[A-Z](?<=[a-z,;] [A-Z])[\w’'-]+")
LATIN = re.compile(r"[A-Za-z][\w’'+&.-]*", re.ASCII)
FOLDED = re.compile(f"[０-９Ａ-Ｚａ-ｚ{HAN}]")
SPACED = re.compile(rf"(?<=[{HAN}])[ \u3000]+(?=[{HAN}])")


class Raw(NamedTuple):
    """An item's terms with their counts, weighted by where they stand, and what it states."""

    title: tuple[str, ...]
    counts: Counter[str]
    names: frozenset[str]
    states: States
    han: bool


def raw(item: Item) -> Raw:
    """The terms of an item; a fraction of a millisecond, however long the item is."""
    start = item.text[: REST + 1]
    head = flat(item.hed[:TITLE])
    text = flat(f"{item.dek[:REST]}\n{start}" if item.dek else start)
    han = mostly_han(head + text[:LEAD])
    lead, rest = (HAN_LEAD, HAN_REST) if han else (LEAD, REST)
    title = terms(head)
    counts = Counter(
        chain(title * TITLE_WEIGHT, terms(text[:lead]) * LEAD_WEIGHT, terms(text[lead:rest]))
    )
    named = LATIN.findall(f"{head} {text[:rest]}") if han else CAPITALS.findall(text[:rest])
    names = frozenset([STEMS[name.lower()] for name in named])
    return Raw(tuple(dict.fromkeys(title)), counts, names, states(head, text), han)


def flat(text: str) -> str:
    """Without addresses; full-width letters as plain ones, traditional characters simplified.

    Some newsrooms set a blank between any two characters of Han: such blanks go.
    """
    if "://" in text:
        text = ADDRESS.sub(" ", text)
    if text.isascii():
        return text
    if " " in text or "\u3000" in text:
        text = SPACED.sub("", text)
    return text.translate(_forms())


@lru_cache(maxsize=1)
def _forms() -> list[int]:
    """For each character of the basic plane itself, or its plain or simplified form."""
    from pressroom.gather.cluster.fold import UNITS, table

    folded = table()
    kept = list(range(UNITS))
    for unit in range(UNITS):
        if FOLDED.match(chr(unit)) and folded[unit]:
            kept[unit] = folded[unit]
    return kept


def mostly_han(text: str) -> bool:
    """Whether a quarter of the characters are Han or kana."""
    return not text.isascii() and 4 * sum(map(len, IDEOGRAPHS.findall(text))) > len(text)


def terms(text: str) -> list[str]:
    """The terms of a text: stems, figures without their commas, pairs of Han.

    >>> terms("Storms killed 1,200 in 温州市")
    ['storm', 'kil', '1200', 'in', '温州', '州市']
    """
    words = WORD.findall(text.lower())
    found = [STEMS[word] for word in words if len(word) > 1 or not word.isdigit()]
    if not text.isascii():
        runs = ASTRAL.sub("\n", EMPTY.sub("\n", text)).translate(_cut())
        found += [pair for run in runs.split("\n") for pair in map(add, run, run[1:])]
    return found


@lru_cache(maxsize=1)
def _cut() -> list[str]:
    """For each character of the basic plane itself, or a line break where pairs end."""
    from pressroom.gather.cluster.fold import UNITS

    basic = map(chr, range(UNITS))
    return [c if IDEOGRAPHS.match(c) and c not in PARTICLES else "\n" for c in basic]


SHORT = 3
"""Letters of a word that has no ending, and of a stem at the most too few."""


class Stems(dict[str, str]):
    """Word -> stem, as far as they were asked for."""

    MOST = 200_000

    def __missing__(self, word: str) -> str:
        """The stem of a word that was not asked for before."""
        if len(self) >= self.MOST:
            self.clear()
        self[word] = stem(word)
        return self[word]


STEMS = Stems()


def stem(word: str) -> str:
    """A word without its commonest endings; the same for `kills`, `killed` and `killing`.

    >>> stem("1,200"), stem("china's"), stem("cities")
    ('1200', 'china', 'city')
    """
    if word[0].isdigit():
        return word.replace(",", "")
    word = re.sub("['’](?:s|re|ve|ll|d|t)?$", "", word)
    return _bare(word) if len(word) > SHORT else word


def _bare(word: str) -> str:
    if word.endswith(("ies", "ied")):
        return word[:-3] + "y"
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) > SHORT and not word.endswith("ss"):
            word = word.removesuffix(ending)
            break
    return word[:-1] if word[-1] == word[-2] else word
