"""Forms as words: what makes two one, and where they stand in a text."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pressroom.lang.han import HAN
from pressroom.lang.script import script_only

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LETTER = rf"[^\W_{HAN}]"
"""A letter or digit of a script that sets words apart, for use as a pattern."""

SPACE = r"(?:[ \t]{1,3}|[ \t]{0,3}\n[ \t]{0,3})"
APOSTROPHE = re.compile("['’]")


def folded(form: str) -> str:
    """What two forms share that are one to a reader: case, spaces, the shape of apostrophes."""
    return " ".join(form.split()).replace("’", "'").casefold()


@lru_cache(maxsize=8192)
def in_script(form: str, to: str) -> str:
    """A form in the characters of `zh-Hant` or `zh-Hans`, no word replaced by another."""
    return script_only(form, to)


# --- finding ---


class Hit(NamedTuple):
    """A form in a text: where, and the form of the term base that was met."""

    start: int
    end: int
    form: str


class Finder:
    """Finds forms in running text in one scan, the longest at each place.

    Latin letters beside a form make it part of another word, except for a plural `s`. A form
    without capitals is found in any case, one with capitals only as it stands.
    """

    def __init__(self, forms: Iterable[str]) -> None:
        self._forms: dict[str, str] = {}
        for form in forms:
            if form.strip():
                self._forms.setdefault(folded(form), form)
        self._pattern = _pattern(self._forms.values())

    def find(self, text: str) -> Iterator[Hit]:
        """Every form, in order; none overlaps another."""
        for found in self._pattern.finditer(text):
            key = folded(found[0])
            stems = (key, key.removesuffix("s"), key.removesuffix("es"))
            if form := next((self._forms[stem] for stem in stems if stem in self._forms), ""):
                yield Hit(found.start(), found.end(), form)


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all forms, by their first character: most places are left at that."""
    groups: dict[str, list[str]] = defaultdict(list)
    for form in sorted(forms, key=len, reverse=True):
        groups[_first(form.lstrip()[0])].append(_rest(" ".join(form.split())))
    choices = (f"{first}(?:{'|'.join(rests)})" for first, rests in groups.items())
    return re.compile("|".join(choices) or "(?!)")


def _first(letter: str) -> str:
    """A first character in either case, at the beginning of a word where there are words."""
    both = {letter, letter.lower()[:1], letter.upper()[:1]}
    begins = rf"(?<!{LETTER}.)" if re.match(LETTER, letter) else ""
    return f"[{re.escape(''.join(sorted(both)))}]{begins}"


def _rest(form: str) -> str:
    rest = APOSTROPHE.sub("['’]", re.escape(form[1:]).replace(r"\ ", SPACE))
    ending = rf"(?:e?s)?(?!{LETTER})" if re.search(rf"{LETTER}$", form) else ""
    if form.casefold() == form:
        return f"(?i:{rest}){ending}"
    return f"(?<={re.escape(form[0])}){rest}{ending}"
