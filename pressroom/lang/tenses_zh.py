"""The Chinese grammar of tenses and dates: 将于9月1日开幕, 已于9月9日生效."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.lang.tenses import Clash, When, around, before, is_ahead, is_past, when_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

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


def clashes(text: str, today: date) -> Iterator[Clash]:
    """What a sentence says of a date that its tense gives the lie."""
    for found in (*ZH_FUTURE.finditer(text), *ZH_FRONTED.finditer(text)):
        when = _chinese_when(found, today, "")
        if when and is_past(when, today) and not _is_other(found):
            yield Clash(found.start(), _clause(found, "verb"), when, when.sure)
    for found in ZH_DONE.finditer(text):
        verb, group = next(pair for pair in ZH_GROUPS if found[pair[0]])
        when = _chinese_when(found, today, group)
        if when and is_ahead(when, today):
            yield Clash(found.start(), _clause(found, verb), when, sure=True)


def _clause(found: re.Match[str], group: str) -> str:
    """The verb and what follows it, up to a mark."""
    start = found.start(group)
    return re.split(r"[，。；：！？、\s]", found.string[start : start + 20], maxsplit=1)[0]


def _is_other(found: re.Match[str]) -> bool:
    """Whether the future was one of the past, or the date that of something named on the way."""
    if _ZH_ONCE.search(before(found)):
        return True
    return bool(_ZH_BREAK.search(found.groupdict().get("gap") or ""))


def _chinese_when(found: re.Match[str], today: date, group: str) -> When | None:
    part = {key: found[group + key] or "" for key in ("y", "rel", "m", "d", "rm", "rd")}
    if part["rm"]:
        step = {"上": -1, "本": 0, "下": 1}[part["rm"]]
        years, month = divmod(today.year * 12 + today.month - 1 + step, 12)
        return when_of(today, years, month + 1, _number(part["rd"]))
    year = _number(part["y"])
    if part["rel"]:
        year = today.year + {"去": -1, "今": 0, "明": 1}[part["rel"][0]]
    elif not year and (others := re.findall(rf"({_ZH_YEAR})年|([去明前]年)", around(found))):
        years_said = {_number(written) for written, _ in others}
        year = max(years_said) if len(years_said) == 1 else 0
        if not year:
            return None
    return when_of(today, year, _number(part["m"]), _number(part["d"]))


def _number(words: str) -> int:
    """`9`, `九`, `二十一`, `二〇二五` as a number; 0 for nothing."""
    digits = words.translate(str.maketrans("〇零一二三四五六七八九", "00123456789"))
    if "十" in digits:
        tens, _, ones = digits.partition("十")
        return int(tens or 1) * 10 + int(ones or 0)
    return int(digits or 0)
