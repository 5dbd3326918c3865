"""Names and words of which both forms are known, in Han and in Latin letters.

`names.txt` holds some hundred of the news: countries, firms, what happens. A newsroom's own term
base (terms.toml) says more, and comes first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from itertools import chain
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.gather.cluster.features import IDEOGRAPHS, flat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[.+-][A-Za-z0-9]+)*\+?")
"""A word in Latin letters, as names are looked up by."""


class Names:
    """What says the same in two scripts; forms in Han by their first two characters, others by their first word."""

    def __init__(self, terms: Iterable[Iterable[str]] = ()) -> None:
        """Take the shipped names and these: of each all forms, in whatever language."""
        self.firsts: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        han: dict[str, str] = {}
        for latin, name in shipped().items():
            self._add(latin, name)
            han[name] = name
        for forms in terms:
            folded = list(dict.fromkeys(flat(form).strip().lower() for form in forms))
            name = next((han[form] for form in folded if form in han), folded[0] if folded else "")
            for form in filter(None, folded):
                if IDEOGRAPHS.search(form):
                    han.setdefault(form, name)
                else:
                    self._add(form, name)
        self._han: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for form, name in sorted(han.items()):
            self._han[form[:2]].append((form, name))
        self._single = [form for form in self._han if len(form) == 1]

    def _add(self, form: str, name: str) -> None:
        if first := LATIN.match(form):
            self.firsts[first[0]].append((form, name))

    def within(self, text: str) -> Iterator[str]:
        """The names of which a form in Han stands in a text."""
        pairs = set(map(add, text, text[1:]))
        starts = [*(pairs & self._han.keys()), *(c for c in self._single if c in text)]
        for form, name in chain.from_iterable(map(self._han.__getitem__, starts)):
            if form in text:
                yield name

    def at(self, text: str, start: int, word: str) -> Iterator[str]:
        """The names of which a form stands in a text in lower case where this word begins."""
        for form, name in self.firsts.get(word, ()):
            end = start + len(form)
            if text.startswith(form, start) and not text[end : end + 1].isalnum():
                yield name


@cache
def shipped() -> Mapping[str, str]:
    """The names of `names.txt`: in Latin letters, lower case -> in Han. A hyphen is a blank."""
    lines = (Path(__file__).parent / "names.txt").read_text("utf-8").splitlines()
    pairs = (line.split(" ") for line in lines)
    return {latin.replace("-", " "): han for latin, han in pairs}
