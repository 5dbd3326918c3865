"""A future tense for a date that is past when the issue goes out, and the reverse.

English and Chinese; other languages have no grammar in lang/ and are passed over. A date and a
verb count as one statement only where little stands between them: silence is cheaper than noise.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from pressroom.check.doubled import editions, plain, sentences
from pressroom.check.rows import at, file
from pressroom.lang.tenses import MONTHS, SHORT, grammar
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.lang.tenses import Clash, When
    from pressroom.model import Language, Proof

PRINTED = ("subject", "preheader", "greeting", "teasers", "title", "notice")


class Past:
    """What is said of a dated event, outside quotations, against the date of the issue."""

    rule = "past"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Every clash of tense and date in blocks and in the texts of front matter."""
        if (today := _day_of(proof.slug)) is None:
            return
        for locale, tolds in editions(proof):
            speech = proof.languages[locale]
            for told in tolds if grammar(locale) else ():
                if told.kind == "quoted":
                    continue
                for line, text in sentences(
                    told._replace(text=SHORT.sub(r"\1", told.text)), speech
                ):
                    for clash in clashes(text, today, speech, locale):
                        yield _finding(*at(proof, told.block, line), clash, today)
        yield from _fronts(proof, today)


def _fronts(proof: Proof, today: date) -> Iterator[Finding]:
    for (section, locale), front in proof.fronts.items():
        speech = proof.languages[locale]
        values = [front.get(key) for key in PRINTED]
        flat = [v for value in values for v in (value if isinstance(value, list) else [value])]
        for text in (v for v in flat if isinstance(v, str)):
            for sentence in speech.sentences(SHORT.sub(r"\1", plain(text))):
                for clash in clashes(sentence, today, speech, locale):
                    yield _finding(file(proof, section, locale), 1, clash, today)


def _finding(path: str, line: int, clash: Clash, today: date) -> Finding:
    severity = Severity.BEFORE if clash.sure else Severity.LOOK
    message = f"“{clash.verb}” is said of {_named(clash.when)}, but we go out on {_short(today)}."
    fix = "say it as it is on the day of the issue, or correct the date."
    return Finding("past", severity, path, line, message, fix)


def _day_of(slug: str) -> date | None:
    try:
        return date.fromisoformat(slug[:10])
    except ValueError:
        return None


def _named(when: When) -> str:
    if when.first == when.last:
        return _short(when.first)
    is_month = when.last.month == when.first.month
    month = f"{MONTHS[when.first.month - 1]} " if is_month else ""
    return f"{month}{when.first.year}"


def _short(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def clashes(text: str, today: date, speech: Language, tag: str) -> Iterator[Clash]:
    """The clashes of one sentence; its quotations are left out."""
    if judge := grammar(tag):
        yield from judge(_unquoted(text, speech), today)


def _unquoted(text: str, speech: Language) -> str:
    for opening, closing in speech.quotes:
        if opening in text:
            text = _between(opening, closing).sub(lambda found: " " * len(found[0]), text)
    return text


@cache
def _between(opening: str, closing: str) -> re.Pattern[str]:
    a, b = re.escape(opening), re.escape(closing)
    return re.compile(rf"{a}[^{a}{b}]{{0,1000}}{b}")


RULE = Past()
