"""The English grammar of tenses and dates: `will open on 1 September`, `opened on 9 September`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.lang.tenses import (
    MONTHS,
    Clash,
    When,
    agreed,
    around,
    before,
    borrowed,
    is_ahead,
    is_past,
    readings,
    when_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_TO = r"(?:\s?[-–—]\s?(?P<{0}>[12]\d|3[01]|[1-9])(?!\d))?"
_ON = (
    rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s)?(?:"
    rf"(?P<iso>{_YEAR}-\d\d-\d\d)"
    rf"|(?P<d1>{_DAY}){_TO.format('t1')}(?:\sof)?\s(?P<m1>{_MONTH})\b(?:,?\s(?P<y1>{_YEAR})\b)?"
    rf"|(?P<m2>{_MONTH})\s(?P<d2>{_DAY}){_TO.format('t2')}(?!\d)(?:,?\s(?P<y2>{_YEAR})\b)?"
    rf"|(?P<m3>{_MONTH})\b(?:,?\s(?P<y3>{_YEAR})\b)?"
    rf"|(?P<y4>{_YEAR})(?![\w-]))"
    r"(?:\s(?P<rel>this|last|next)\syear)?"
)
_AT = (
    r"(?:on|from|by|in|until|till|starting(?:\s(?:on|from|in))?|beginning(?:\s(?:on|in))?"
    r"|effective(?:\sfrom|\son)?|as\sof|as\searly\sas"
    r"|(?:by|at|before|towards?)\sthe\s(?:end|start|beginning)\sof|(?:in|by)\s(?:early|mid|late))"
)
_RANGE = r"(?!\s?[-–—/]\s?\w|\s(?:to|until|till|through)\s(?:\d|[A-Z])|[’']s?\b)"
_WILL = (
    r"(?:(?:will|shall)(?!\s(?:have\s)?(?:already|by\sthen))"
    r"|(?:is|are)\s(?:to|(?:due|set|expected|scheduled|going|planned|slated|about)\sto"
    r"|(?:due|set|scheduled|slated|planned)(?=\s(?:on|for|in|by)\s))|plans?\sto)"
)
EN_FUTURE = re.compile(
    rf"\b(?P<verb>{_WILL}\s(?P<gap>[^.;:?!()]{{0,90}}?))(?<=\s)(?P<prep>(?:{_AT}|for)\s)?(?P<at>{_ON}){_RANGE}"
)
EN_FRONTED = re.compile(
    rf"(?:^|[,;:—–]\s|\b(?:and|but)\s)(?i:{_AT})\s(?P<at>{_ON}){_RANGE}"
    rf"(?P<gap>,?\s[^.;:?!]{{0,120}}?)\b(?P<verb>{_WILL}(?:\s[\w’'-]+){{1,3}})"
)
EN_DONE = re.compile(
    r"(?<![\w-])(?P<verb>(?P<finite>(?:took|came|went)(?:\sinto)?\s(?:effect|force)|began|(?:was|were)\s(?:\w+ly\s)?"
    r"(?:\w{2,}ed|held|made|sent|put|begun|shown|built)|(?:has|have|had)\sbeen\s(?:\w+ly\s)?(?:\w{2,}ed|held|made|sent))"
    r"|opened|started|launched|closed|expired|ended|released|published|issued|announced|unveiled|signed|met|held|passed)"
    rf"(?P<gap>(?:\s[\w’'-]+){{0,3}}?)\s(?:on|from|in)\s(?P<at>{_ON}){_RANGE}"
)
_JOIN = re.compile(
    r"\b(?:that|which|who|whose|where|after|before|since|because|when|while|following|but|if|unless"
    r"|like|than|says?|said|told|is|are|was|were|has|have|had)\b"
)
_PARTICIPLE = re.compile(
    r"(?<![\w-])(?!(?:related|based|united|limited|advanced)\b)(?:[a-z]{2,}(?<!e)ed|held|made|sent|taken|given"
    r"|shown|built|written|drawn|found|kept|left|won|came|took|began|went|gave|saw|met|put)\b"
)
_PASSIVE = re.compile(r"\b(?:be|been|being|get)\s(?:[a-z]+ly\s)?[a-z]+\b")
_NO_DATE = re.compile(
    r"\b(?:the|a|an|this|that|its|their|of|before|after|since|and|or|than|to|between)\s$"
)
_LATER = re.compile(
    r"\b(?:to|schedul\w+|plan\w*|expect\w*|due|set|postpon\w+|delay\w+|moved|will|would|for|by|until|before|ahead"
    r"|takes?|comes?|goes|enters?|apply|applies|becomes?|starts?|begins?|opens?|runs?|effective)\b"
)
_OWN = re.compile(rf"[^.;:?!()]{{0,90}}?(?<=\s){_ON}")
_DATE = re.compile(_ON)
_AUX = re.compile(
    r"\b(?:be|being|is|are|to|will|would|get|gets|have|has|had|could|should)\s(?:\w+ly\s)?$"
)


def clashes(text: str, today: date) -> Iterator[Clash]:
    """What a sentence says of a date that its tense gives the lie."""
    yield from _english_future(text, today)
    yield from _english_done(text, today)


def _english_future(text: str, today: date) -> Iterator[Clash]:
    for found in EN_FUTURE.finditer(text):
        when = agreed(_english_whens(found, today), today, is_past)
        if when and _governs(found):
            yield Clash(found.start(), _words(found["verb"]), when, when.sure)
    for found in EN_FRONTED.finditer(text):
        when = agreed(_english_whens(found, today), today, is_past)
        if when and not (_is_broken(found["gap"]) or _has_own(found)):
            yield Clash(found.start(), _words(found["verb"]), when, when.sure)


def _has_own(found: re.Match[str]) -> bool:
    """Whether a date follows the verb, which is then the verb's and not the one in front."""
    return bool(_OWN.match(found.string, found.start("verb")))


def _governs(found: re.Match[str]) -> bool:
    """Whether the date belongs to the future verb and not to something named on the way."""
    is_loose = not (found["prep"] or _is_day(found))
    named = _NO_DATE.search(before(found, "at"))
    return not (is_loose or named or _is_broken(found["gap"]))


def _is_day(found: re.Match[str]) -> bool:
    return bool(found["iso"] or found["d1"] or found["d2"])


def _is_broken(gap: str) -> bool:
    bare = _PASSIVE.sub("", f"be {gap}" if gap.startswith(" ") else gap)
    return bool(_JOIN.search(bare) or _PARTICIPLE.search(bare))


def _english_done(text: str, today: date) -> Iterator[Clash]:
    for found in EN_DONE.finditer(text):
        when = agreed(_english_whens(found, today), today, is_ahead)
        if when and _is_done(found):
            yield Clash(found.start(), _words(found["verb"]), when, bool(found["finite"]))


def _is_done(found: re.Match[str]) -> bool:
    is_later = _AUX.search(before(found)) or _LATER.search(found["verb"] + found["gap"])
    return not is_later and bool(found["finite"] or _is_day(found))


def _words(verb: str) -> str:
    return re.sub(rf"\s(?:{_AT}|for)$", "", " ".join(verb.split()))


def _english_whens(found: re.Match[str], today: date) -> list[When]:
    """The days that a date may be; none where it is unclear or there is no such day."""
    when = _english_when(found, today)
    if found["iso"] or _year_of(found, today):
        return [when] if when else []
    text = around(found)
    if re.search(r"\b(?i:last|next|that|previous)\syear\b", text):
        return []
    full = [f for f in _DATE.finditer(text) if _month_of(f) and _year_of(f, today)]
    bare = [int(y) for y in re.findall(rf"(?<![\d-]){_YEAR}(?![\d-])", _blanked(text, full))]
    dated = [w for f in full if (w := _english_when(f, today))]
    return readings(today, _month_of(found), _day_of(found), borrowed(today, bare, dated))


def _blanked(text: str, dates: list[re.Match[str]]) -> str:
    for found in dates:
        text = text[: found.start()] + " " * len(found[0]) + text[found.end() :]
    return text


def _english_when(found: re.Match[str], today: date) -> When | None:
    if found["iso"]:
        return when_of(today, *map(int, found["iso"].split("-")))
    return when_of(today, _year_of(found, today), _month_of(found), _day_of(found))


def _month_of(found: re.Match[str]) -> int:
    name = found["m1"] or found["m2"] or found["m3"]
    return next((n for n, m in enumerate(MONTHS, 1) if name and m.startswith(name[:3])), 0)


def _day_of(found: re.Match[str]) -> int:
    last = found["t1"] or found["t2"] or found["d1"] or found["d2"] or "0"
    return int(re.sub(r"\D", "", last))


def _year_of(found: re.Match[str], today: date) -> int:
    """The year that a date says itself; 0 for none."""
    if found["rel"]:
        return today.year + {"last": -1, "this": 0, "next": 1}[found["rel"]]
    return int(found["y1"] or found["y2"] or found["y3"] or found["y4"] or 0)
