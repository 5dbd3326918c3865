"""How foreign characters are said: which languages have a reading in Latin letters.

A tag finds its table by its own name, then by its language alone, as in `pressroom.lang`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SHIPPED: Mapping[str, str] = {"zh": "pressroom.lang.zh:PINYIN"}


class Reading(NamedTuple):
    """A language's reading: its BCP 47 tag, and how to say a form, given readings by form.

    `choice` is what the button says that shows readings above all characters, by the language
    of the reader.
    """

    tag: str
    say: Callable[[str, Mapping[str, str]], str]
    choice: Mapping[str, str]

    def choice_in(self, tag: str) -> str:
        """The button's words for a reader of `tag`; in English where there are none."""
        own = self.choice.get(tag) or self.choice.get(tag.split("-", maxsplit=1)[0])
        return own or self.choice["en"]


@cache
def reading(tag: str) -> Reading | None:
    """The table for a tag; None where words are read as they are written."""
    place = SHIPPED.get(tag) or SHIPPED.get(tag.split("-", maxsplit=1)[0])
    if not place or "-Latn" in tag:
        return None
    module, name = place.split(":")
    table: Reading = getattr(import_module(module), name)
    return table
