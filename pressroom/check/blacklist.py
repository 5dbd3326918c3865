"""Words that the house does not use, and what it says instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.check.inked import editions, guarded
from pressroom.lang.han import has_han
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pressroom.model import Proof

LETTER = r"[^\W_\u2e80-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
"""A letter or digit that is no Han character: what makes a Latin word go on."""


class Blacklist:
    """Words of `style.avoid` in what the newsroom itself says: quotations with a source may."""

    rule = "blacklist"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Each place of each word."""
        style = getattr(proof, "style", None)
        yield from found(proof, getattr(style, "avoid", {}))


def found(proof: Proof, avoid: Mapping[str, str | Mapping[str, str]]) -> Iterator[Finding]:
    """`avoid` maps a word to what to write instead, or a locale to such words of its own."""
    for locale, printed in editions(proof).items():
        instead = words(avoid, locale)
        any_word = pattern(instead)
        for stretch in printed:
            for match in any_word.finditer(guarded(stretch.text)):
                better = instead.get(_key(match[0]), "")
                fix = f"write “{better}”." if better else "leave it out, or say it otherwise."
                told = f"the house does not write “{' '.join(match[0].split())}”."
                place = stretch.at(match.start())
                yield Finding("blacklist", Severity.BEFORE, *place, told, fix)


def words(avoid: Mapping[str, str | Mapping[str, str]], locale: str) -> dict[str, str]:
    """The words to avoid in one locale, in the form they are looked up by."""
    own = avoid.get(locale)
    plain = {word: better for word, better in avoid.items() if isinstance(better, str)}
    merged = plain | (dict(own) if own and not isinstance(own, str) else {})
    return {_key(word): better for word, better in merged.items() if word.strip()}


def pattern(instead: Mapping[str, str]) -> re.Pattern[str]:
    """One search for all words: whole words in Latin script, any place in Han."""
    longest_first = sorted(instead, key=len, reverse=True)
    return re.compile("|".join(map(_whole, longest_first)) or r"(?!)", re.IGNORECASE)


def _whole(word: str) -> str:
    parts = (re.escape(part).replace("'", "['’]") for part in word.split())
    inner = r"\s+".join(parts)
    return inner if has_han(word) else rf"(?<!{LETTER}){inner}(?!{LETTER})"


def _key(word: str) -> str:
    return " ".join(word.replace("’", "'").casefold().split())


RULE = Blacklist()
