"""A future tense for a date that is past when the issue goes out, and the reverse.

English and Chinese; other languages have no table here and are passed over. A date and a verb
count as one statement only where little stands between them: silence is cheaper than noise.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pressroom.check.doubled import editions, plain, sentences
from pressroom.check.rows import at, file
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pressroom.model import Language, Proof

    Grammar = Callable[[str, date], "Iterator[Clash]"]

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
NEAR = 60
"""Days from the issue within which a date without a year is taken as this year's for sure."""
AWAY = 120
"""Days beyond which a date without a year may as well be the next one of its name."""
PRINTED = ("subject", "preheader", "greeting", "teasers", "title", "notice")


class When(NamedTuple):
    """A day, month or year that a text names: its first and last day, and whether it is sure."""

    first: date
    last: date
    sure: bool


class Clash(NamedTuple):
    """A tense that its date gives the lie: where, the verb's words, the date."""

    start: int
    verb: str
    when: When
    sure: bool


class Past:
    """What is said of a dated event, outside quotations, against the date of the issue."""

    rule = "past"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Every clash of tense and date in blocks and in the texts of front matter."""
        if (today := _day_of(proof.slug)) is None:
            return
        for locale, tolds in editions(proof):
            speech = proof.languages[locale]
            for told in tolds if _grammar(locale) else ():
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
    if grammar := _grammar(tag):
        yield from grammar(_unquoted(text, speech), today)


def _grammar(tag: str) -> Grammar | None:
    return GRAMMARS.get(tag.split("-", maxsplit=1)[0])


def _unquoted(text: str, speech: Language) -> str:
    for opening, closing in speech.quotes:
        if opening in text:
            text = _between(opening, closing).sub(lambda found: " " * len(found[0]), text)
    return text


@cache
def _between(opening: str, closing: str) -> re.Pattern[str]:
    a, b = re.escape(opening), re.escape(closing)
    return re.compile(rf"{a}[^{a}{b}]{{0,1000}}{b}")


# --- dates ---


def _month(year: int, month: int, *, sure: bool) -> When:
    return When(date(year, month, 1), date(year, month, monthrange(year, month)[1]), sure)


def _nearest(month: int, day: int, today: date) -> When | None:
    """The day in the year that brings it nearest to the issue; sure where that is near indeed."""
    years = (today.year - 1, today.year, today.year + 1)
    days = [d for year in years if (d := _valid(year, month, day))]
    best = min(days, key=lambda d: abs(d - today), default=None)
    return When(best, best, abs(best - today).days <= NEAR) if best else None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _when(today: date, year: int, month: int = 0, day: int = 0) -> When | None:
    """A date from its numbers, 0 for what is not said; None where there is no such day."""
    if month > len(MONTHS) or not (month or year):
        return None
    if not month:
        return When(date(year, 1, 1), date(year, 12, 31), sure=True)
    if not day:
        near = _nearest(month, 15, today)
        return near and _month(year or near.first.year, month, sure=bool(year))
    if not year:
        return _nearest(month, day, today)
    exact = _valid(year, month, day)
    return When(exact, exact, sure=True) if exact else None


def _is_past(when: When, today: date) -> bool:
    return when.last < today and (when.sure or today - when.last <= timedelta(AWAY))


def _is_ahead(when: When, today: date) -> bool:
    """Of dates without a year only near days count: `opened in October` may be last year's."""
    return when.first > today and when.sure


def _before(found: re.Match[str], group: str | int = 0) -> str:
    start = found.start(group)
    return found.string[max(start - 30, 0) : start]


def _around(found: re.Match[str]) -> str:
    """A window, so that a sentence without an end costs no more than its length."""
    return found.string[max(found.start() - 200, 0) : found.end() + 200]


# --- English ---

SHORT = re.compile(r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.(?=\s+\d)")
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
    r"\b(?:to|schedul\w+|plan\w*|expect\w*|due|set|postpon\w+|delay\w+|moved|will|would|for|by|until|before|ahead)\b"
)
_AUX = re.compile(
    r"\b(?:be|being|is|are|to|will|would|get|gets|have|has|had|could|should)\s(?:\w+ly\s)?$"
)


def _english(text: str, today: date) -> Iterator[Clash]:
    yield from _english_future(text, today)
    yield from _english_done(text, today)


def _english_future(text: str, today: date) -> Iterator[Clash]:
    for found in EN_FUTURE.finditer(text):
        when = _english_when(found, today)
        if when and _is_past(when, today) and _governs(found):
            yield Clash(found.start(), _words(found["verb"]), when, when.sure)
    for found in EN_FRONTED.finditer(text):
        when = _english_when(found, today)
        if when and _is_past(when, today) and not _is_broken(found["gap"]):
            yield Clash(found.start(), _words(found["verb"]), when, when.sure)


def _governs(found: re.Match[str]) -> bool:
    """Whether the date belongs to the future verb and not to something named on the way."""
    is_loose = not (found["prep"] or _is_day(found))
    named = _NO_DATE.search(_before(found, "at"))
    return not (is_loose or named or _is_broken(found["gap"]))


def _is_day(found: re.Match[str]) -> bool:
    return bool(found["iso"] or found["d1"] or found["d2"])


def _is_broken(gap: str) -> bool:
    bare = _PASSIVE.sub("", f"be {gap}" if gap.startswith(" ") else gap)
    return bool(_JOIN.search(bare) or _PARTICIPLE.search(bare))


def _english_done(text: str, today: date) -> Iterator[Clash]:
    for found in EN_DONE.finditer(text):
        when = _english_when(found, today)
        if when and _is_ahead(when, today) and _is_done(found):
            yield Clash(found.start(), _words(found["verb"]), when, bool(found["finite"]))


def _is_done(found: re.Match[str]) -> bool:
    is_later = _AUX.search(_before(found)) or _LATER.search(found["verb"] + found["gap"])
    return not is_later and bool(found["finite"] or _is_day(found))


def _words(verb: str) -> str:
    return re.sub(rf"\s(?:{_AT}|for)$", "", " ".join(verb.split()))


def _english_when(found: re.Match[str], today: date) -> When | None:
    if found["iso"]:
        return _when(today, *map(int, found["iso"].split("-")))
    name = found["m1"] or found["m2"] or found["m3"]
    month = next((n for n, m in enumerate(MONTHS, 1) if name and m.startswith(name[:3])), 0)
    last = found["t1"] or found["t2"] or found["d1"] or found["d2"] or "0"
    written = found["y1"] or found["y2"] or found["y3"] or found["y4"]
    year = int(written) if written else _told_year(found, today)
    return None if year is None else _when(today, year, month, int(re.sub(r"\D", "", last)))


def _told_year(found: re.Match[str], today: date) -> int | None:
    """The year that the sentence says beside the date; 0 for none, None where it is unclear."""
    if found["rel"]:
        return today.year + {"last": -1, "this": 0, "next": 1}[found["rel"]]
    if years := re.findall(rf"(?<![\d-]){_YEAR}(?![\d-])", _around(found)):
        return int(years[0]) if len(set(years)) == 1 else None
    return None if re.search(r"\b(?i:last|next|that|previous)\syear\b", _around(found)) else 0


# --- Chinese ---

_N = r"(?:\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_ZH_YEAR = r"(?:(?:19|20)\d\d|[一二][〇零一二三四五六七八九]{3})"
_ZH_ON = (
    rf"(?:(?P<y>{_ZH_YEAR})年|(?P<rel>[今去明]年))?"
    rf"(?:(?P<m>{_N})月(?:份|(?P<d>{_N})[日号號])?|(?P<rm>[本上下])个?月(?:(?P<rd>{_N})[日号號])?)"
    r"(?![至到~～—-]|起?(?:之前|之后|以前|以后|以来))"
)
_IN = r"[于於在自从從至]"
_DEED = (
    r"(?:施行|实施|實施|生效|启动|啟動|启用|举行|舉行|举办|召开|召開|开幕|開幕|开始|開始|开放|上线|发布|發布|推出"
    r"|公布|到期|截止|执行|落地|登陆|上市|出台|开业|结束)"
)
_HOW = r"(?:正式|全面|分别|陆续|如期|同步|率先|统一)?"
ZH_FUTURE = re.compile(
    rf"(?P<verb>(?:[将將]会?{_HOW}{_IN}|(?:即将|计划|計劃|预计|預計|拟|擬)[^，。；：！？、将將把]{{0,8}}?{_IN}|定[于於]))"
    rf"(?P<at>{_ZH_ON})(?![^，。；]{{0,3}}(?:发布|印发|公布|通过|出台|提出)的)"
)
ZH_FRONTED = re.compile(
    rf"(?P<at>{_ZH_ON})(?:起|开始|开幕)?，?(?P<gap>[^。；：！？]{{0,24}}?)(?P<verb>[将將]会?于?{_HOW}{_DEED})"
)
ZH_DONE = re.compile(
    rf"(?P<verb>(?:已经?|业已|已經){_HOW}{_IN})(?P<at>{_ZH_ON})"
    rf"|{_IN}(?P<at2>{_ZH_ON.replace('P<', 'P<z')})起?(?P<verb2>{_HOW}{_DEED}了)"
    rf"|(?P<at3>{_ZH_ON.replace('P<', 'P<w')})起?，?[^，。；：！？]{{0,12}}?(?P<verb3>已经?{_HOW}{_DEED})"
)
ZH_GROUPS = (("verb", ""), ("verb2", "z"), ("verb3", "w"))
_ZH_BREAK = re.compile(
    r"发布|發布|印发|表示|宣布|[称说說指]|通过|要求|[了已后後原]|介绍|透露|提出|前"
)
_ZH_ONCE = re.compile(r"(?:原|曾|此前|当时|當時|先前)[^，。；]{0,6}$")


def _chinese(text: str, today: date) -> Iterator[Clash]:
    for found in (*ZH_FUTURE.finditer(text), *ZH_FRONTED.finditer(text)):
        when = _chinese_when(found, today, "")
        if when and _is_past(when, today) and not _is_other(found):
            yield Clash(found.start(), _clause(found, "verb"), when, when.sure)
    for found in ZH_DONE.finditer(text):
        verb, group = next(pair for pair in ZH_GROUPS if found[pair[0]])
        when = _chinese_when(found, today, group)
        if when and _is_ahead(when, today):
            yield Clash(found.start(), _clause(found, verb), when, sure=True)


def _clause(found: re.Match[str], group: str) -> str:
    """The verb and what follows it, up to a mark."""
    start = found.start(group)
    return re.split(r"[，。；：！？、\s]", found.string[start : start + 20], maxsplit=1)[0]


def _is_other(found: re.Match[str]) -> bool:
    """Whether the future was one of the past, or the date that of something named on the way."""
    if _ZH_ONCE.search(_before(found)):
        return True
    return bool(_ZH_BREAK.search(found.groupdict().get("gap") or ""))


def _chinese_when(found: re.Match[str], today: date, group: str) -> When | None:
    part = {key: found[group + key] or "" for key in ("y", "rel", "m", "d", "rm", "rd")}
    if part["rm"]:
        step = {"上": -1, "本": 0, "下": 1}[part["rm"]]
        years, month = divmod(today.year * 12 + today.month - 1 + step, 12)
        return _when(today, years, month + 1, _number(part["rd"]))
    year = _number(part["y"])
    if part["rel"]:
        year = today.year + {"去": -1, "今": 0, "明": 1}[part["rel"][0]]
    elif not year and (others := re.findall(rf"({_ZH_YEAR})年|([去明前]年)", _around(found))):
        years_said = {_number(written) for written, _ in others}
        year = max(years_said) if len(years_said) == 1 else 0
        if not year:
            return None
    return _when(today, year, _number(part["m"]), _number(part["d"]))


def _number(words: str) -> int:
    """`9`, `九`, `二十一`, `二〇二五` as a number; 0 for nothing."""
    digits = words.translate(str.maketrans("〇零一二三四五六七八九", "00123456789"))
    if "十" in digits:
        tens, _, ones = digits.partition("十")
        return int(tens or 1) * 10 + int(ones or 0)
    return int(digits or 0)


GRAMMARS: Mapping[str, Grammar] = {"en": _english, "zh": _chinese}
"""By language; one without an entry is not judged."""

RULE = Past()
