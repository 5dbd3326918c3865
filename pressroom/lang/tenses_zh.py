"""The Chinese grammar of tenses and dates: 将于9月1日开幕, 已于9月9日生效."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.lang.tenses import (
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

_N = r"(?:\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_ZH_YEAR = r"(?:(?:19|20)\d\d|[一二][〇零一二三四五六七八九]{3})"
_ZH_ON = (
    rf"(?:(?P<y>{_ZH_YEAR})年|(?P<rel>[今去明]年))?"
    rf"(?:(?P<m>{_N})月(?:份|(?P<d>{_N})[日号號])?|(?P<rm>[本上下])个?月(?:(?P<rd>{_N})[日号號])?)"
    r"(?![至到~～—-]|起?(?:之前|之后|以前|以后|以来))"
)
_LATER = rf"(?:{_N}月|[今明后後]年|年[内內底末初]|[本下]个?月|[本下][周週]|未来|未來|[日月]后|{_ZH_YEAR}年)"
_IN = r"[于於在自从從至]"
_DEED = (
    r"(?:施行|实施|實施|生效|启动|啟動|启用|举行|舉行|举办|召开|召開|开幕|開幕|开始|開始|开放|上线|发布|發布|推出"
    r"|公布|到期|截止|执行|落地|登陆|上市|出台|开业|结束)"
)
_HOW = r"(?:正式|全面|分别|陆续|如期|同步|率先|统一)?"
ZH_FUTURE = re.compile(
    rf"(?P<verb>(?:[将將]会?{_HOW}{_IN}|(?:即将|计划|計劃|预计|預計|拟|擬)[^，。；：！？、将將把已]{{0,8}}?{_IN}|定[于於]))"
    rf"(?P<at>{_ZH_ON})(?![^，。；]{{0,3}}(?:发布|印发|公布|通过|出台|提出)的)"
)
ZH_FRONTED = re.compile(
    rf"(?P<at>{_ZH_ON})(?:起|开始|开幕)?，?(?P<gap>(?:(?!{_LATER})[^。；：！？]){{0,24}}?)"
    rf"(?P<verb>[将將]会?于?{_HOW}{_DEED})(?![^，。；：！？]{{0,12}}{_LATER})"
)
ZH_DONE = re.compile(
    rf"(?P<verb>(?:已经?|业已|已經){_HOW}{_IN})(?P<at>{_ZH_ON})"
    rf"|{_IN}(?P<at2>{_ZH_ON.replace('P<', 'P<z')})起?(?P<verb2>{_HOW}{_DEED}了)"
    rf"|(?P<at3>{_ZH_ON.replace('P<', 'P<w')})起?，?[^，。；：！？]{{0,12}}?(?P<verb3>已经?{_HOW}{_DEED})"
)
ZH_GROUPS = (("verb", ""), ("verb2", "z"), ("verb3", "w"))
_ZH_BREAK = re.compile(
    r"[发發][布佈]|印[发發]|表示|[宣公][布佈]|[称稱说說指讯訊]|通[过過报報告知]|要求|[了已后後原前]"
    r"|介[绍紹]|透露|提出|消息|[决決][定议議]|[获獲]悉|披露|确认|確認|明确|明確|召[开開]|签署|簽署|[报報]道"
)
_RANGE_FROM = re.compile(rf"(?P<y>{_ZH_YEAR})年{_N}月(?:{_N}[日号號])?[至到~～—-]$")
_FULL = re.compile(
    rf"(?P<y>{_ZH_YEAR})年(?P<m>{_N})月(?:(?P<d>{_N})[日号號])?|(?P<bare>{_ZH_YEAR})年"
)
_ZH_ONCE = re.compile(r"(?:原|曾|此前|当时|當時|先前)[^，。；]{0,6}$")


def clashes(text: str, today: date) -> Iterator[Clash]:
    """What a sentence says of a date that its tense gives the lie."""
    for found in (*ZH_FUTURE.finditer(text), *ZH_FRONTED.finditer(text)):
        when = agreed(_chinese_whens(found, today, ""), today, is_past)
        if when and not _is_other(found):
            yield Clash(found.start(), _clause(found, "verb"), when, when.sure)
    for found in ZH_DONE.finditer(text):
        verb, group = next(pair for pair in ZH_GROUPS if found[pair[0]])
        if when := agreed(_chinese_whens(found, today, group), today, is_ahead):
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


def _chinese_whens(found: re.Match[str], today: date, group: str) -> list[When]:
    """The days that a date may be; none where it is unclear or there is no such day."""
    part = {key: found[group + key] or "" for key in ("y", "rel", "m", "d", "rm", "rd")}
    month, day = _number(part["m"]), _number(part["d"])
    if part["rm"]:
        step = {"上": -1, "本": 0, "下": 1}[part["rm"]]
        year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
        when = when_of(today, year, month + 1, _number(part["rd"]))
    elif year := _year_of(part, found.string[: found.start(f"{group}m")], today):
        when = when_of(today, year, month, day)
    else:
        return _yearless(around(found), today, month, day)
    return [when] if when else []


def _year_of(part: dict[str, str], text: str, today: date) -> int:
    """The year that a date says, or that its range begins with (2025年3月至11月); 0 for none."""
    if part["rel"]:
        return today.year + {"去": -1, "今": 0, "明": 1}[part["rel"][0]]
    ranged = _RANGE_FROM.search(text[-24:])
    return _number(part["y"] or (ranged["y"] if ranged else ""))


def _yearless(text: str, today: date, month: int, day: int) -> list[When]:
    """What a date without a year may be in this text; none beside 去年 and 明年."""
    if re.search(r"[去明前]年", text):
        return []
    said = list(_FULL.finditer(text))
    bare = [_number(year) for f in said if (year := f["bare"])]
    full = [when_of(today, *(_number(f[g] or "") for g in "ymd")) for f in said if f["y"]]
    return readings(today, month, day, borrowed(today, bare, filter(None, full)))


def _number(words: str) -> int:
    """`9`, `九`, `二十一`, `二〇二五` as a number; 0 for nothing."""
    digits = words.translate(str.maketrans("〇零一二三四五六七八九", "00123456789"))
    if "十" in digits:
        tens, _, ones = digits.partition("十")
        return int(tens or 1) * 10 + int(ones or 0)
    return int(digits or 0)
