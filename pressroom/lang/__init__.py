"""One file a language: sentences, dates, quotes, counts, marks, and its interface words.

A tag finds its table by its own name, then by its language alone (`zh-Hant` -> `zh`), then
the neutral table of `und.py`; an installed package may offer more by `pressroom.languages`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.model import Language

SHIPPED: Mapping[str, str] = {
    "en": "pressroom.lang.en:ENGLISH",
    "es": "pressroom.lang.es:SPANISH",
    "zh": "pressroom.lang.zh:CHINESE",
    "zh-Hans": "pressroom.lang.zh:CHINESE",
    "zh-Hant": "pressroom.lang.zh_hant:TRADITIONAL",
    "und": "pressroom.lang.und:NEUTRAL",
}

ENDONYMS: Mapping[str, str] = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文"}
"""Where readers say it otherwise than CLDR, which gives `中文 (简体)`."""


@cache
def language(tag: str) -> Language:
    """The table for a BCP 47 tag; never fails, the neutral one serves any language."""
    known = {**SHIPPED, **_offered()}
    place = known.get(tag) or known.get(tag.split("-", maxsplit=1)[0]) or known["und"]
    module, name = place.split(":")
    table: Language = getattr(import_module(module), name)
    return table


@cache
def _offered() -> Mapping[str, str]:
    """The tables of installed packages; looking for them reads the record of every package."""
    from importlib.metadata import entry_points

    return {e.name: e.value for e in entry_points(group="pressroom.languages")}


def endonym(tag: str) -> str:
    """What a language calls itself, as a language switch shows it: `English`, `简体中文`."""
    from babel import Locale, UnknownLocaleError

    if tag in ENDONYMS:
        return ENDONYMS[tag]
    try:
        return Locale.parse(tag.replace("-", "_")).get_display_name() or tag
    except (UnknownLocaleError, ValueError):
        return tag
