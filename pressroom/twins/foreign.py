"""Stretches of one text that are still in the language of the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.lang.han import HAN, HAN_ONLY
from pressroom.model import Severity
from pressroom.twins.drift import Drift, Side, Twins, letters, places, show
from pressroom.twins.units import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.twins.drift import Place
    from pressroom.twins.reading import Reading

WORD = re.compile(r"[^\W\d_][\w'’-]*")
PLAIN = re.compile(r"^[^\W\d_A-Z][^\WA-Z_]*$")
STRETCH = re.compile(rf"[A-Za-z][^{HAN}“”「」\"《》（）()]{{30,}}")
ASIDE = re.compile(
    r"“[^“”]{0,2000}”|「[^「」]{0,2000}」|\"[^\"\n]{0,2000}\"|《[^《》]{0,300}》"
    r"|（[^（）]{0,500}）|\([^()]{0,500}\)|\[[^\[\]]{0,500}\]"
)
TEMPLATE = re.compile(r"\{\{[^{}]{0,300}\}\}")
RUNNING = {Kind.PARAGRAPH, Kind.ITEM, Kind.QUOTE, Kind.HEADING}
WORDS = 8
"""From so many words on, most of them no names, a unit is a sentence and no title."""
RUN = 12
"""From so many words on a stretch within a unit is one too."""
CHARACTERS = 12
"""The same of Han within another script."""
HAN_LANGUAGES = {"zh", "yue", "ja"}


def untranslated(twins: Twins) -> Iterator[Drift]:
    """Units and stretches in the other text's language; quotations, titles, glosses are left."""
    if _language(twins.one_locale) == _language(twins.other_locale):
        return
    scripts = [_is_han(locale) for locale in (twins.one_locale, twins.other_locale)]
    for place in places(twins):
        for side, unit in _units(place):
            words = _stretch(unit, scripts, side, place)
            if words:
                yield _said(twins, side, place, unit, words)


def _is_han(locale: str) -> bool:
    """Whether a language is written in Han characters."""
    return _language(locale) in HAN_LANGUAGES


def _language(locale: str) -> str:
    return locale.partition("-")[0].casefold()


def _units(place: Place) -> Iterator[tuple[Side, Reading]]:
    for unit in place.pair.one:
        yield "one", unit
    for unit in place.pair.other:
        yield "other", unit


def _stretch(unit: Reading, scripts: Sequence[bool], side: Side, place: Place) -> str:
    """The words of a unit that are in the wrong language; empty where there are none."""
    if unit.kind not in RUNNING:
        return ""
    twin = place.pair.other if side == "one" else place.pair.one
    here, there = scripts if side == "one" else reversed(scripts)
    if here and not there:
        return _same(unit, twin) or _latin(unit)
    if there and not here:
        return _han(unit.plain)
    return _same(unit, twin)


def _latin(unit: Reading) -> str:
    text = _without_code(unit)
    if not HAN_ONLY.search(text):
        return text if _is_prose(text, WORDS) else ""
    bare = ASIDE.sub("“", text)
    return next((run[0] for run in STRETCH.finditer(bare) if _is_prose(run[0], RUN)), "")


def _without_code(unit: Reading) -> str:
    """The words of a unit without code, and without the words of its links: they may be titles."""
    text = TEMPLATE.sub(" ", " ".join(unit.plain.split()))
    for words in (*(c.words for c in unit.codes), *(x.words for x in unit.links)):
        text = text.replace(words, " ”" if " " in words else " ") if words else text
    return text


def _is_prose(text: str, least: int) -> bool:
    words = WORD.findall(text)
    return len(words) >= least and sum(1 for w in words if PLAIN.match(w)) >= 0.6 * len(words)


def _han(text: str) -> str:
    bare = ASIDE.sub(" ", text)
    return next((run for run in HAN_ONLY.findall(bare) if len(run) >= CHARACTERS), "")


def _same(unit: Reading, twin: Sequence[Reading]) -> str:
    """A unit that is, word for word, its twin."""
    if not any(letters(unit.plain) == letters(u.plain) for u in twin):
        return ""
    text = TEMPLATE.sub(" ", " ".join(unit.plain.split()))
    plain = sum(1 for word in WORD.findall(text) if PLAIN.match(word))
    return text if plain >= WORDS // 2 and len(WORD.findall(text)) >= WORDS else ""


def _said(twins: Twins, side: Side, place: Place, unit: Reading, words: str) -> Drift:
    lines = (unit.line, place.other_line) if side == "one" else (place.one_line, unit.line)
    source = twins.locale("other" if side == "one" else "one")
    return Drift(
        "twin-untranslated", Severity.BEFORE, *lines,
        f"{show(words)} is still in {source}.",
        f"put it into {twins.locale(side)}, or mark it as a quotation.",
    )  # fmt: skip
