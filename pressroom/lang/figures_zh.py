"""Figures in Chinese, simplified and traditional: 三百二十, 350万, 百分之七, 七成, 九十年代, 下午3点."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from pressroom.lang.figures_base import (
    DIGITS,
    Figure,
    Value,
    clock,
    fraction,
    from_digits,
    number_kind,
    percent,
    plain,
    scaled,
    version,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMERALS: dict[str, int] = (
    {sign: n for n, sign in enumerate("零一二三四五六七八九")}
    | {sign: n for n, sign in enumerate("〇壹贰叁肆伍陆柒捌玖")}
    | {sign: n for n, sign in enumerate("○壹貳參肆伍陸柒捌玖")}
    | {"两": 2, "兩": 2, "俩": 2, "倆": 2}
)
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
SIGNS = "零〇○一二三四五六七八九十百千万萬亿億两兩俩倆廿"
SCAN = re.compile(
    DIGITS
    + rf"""
|(?P<idiom>千[万萬](?=[别別不要记記])|十分(?![之钟鐘])|千方百计|千方百計|成千上万|成千上萬|千千万万|千千萬萬|万一(?!千)|萬一(?!千)|百科|百姓
  |十字|一五一十|五花八门|五花八門|四面八方|四处|四處|三明治|再三|百分(?!之)|百貨|百货|千瓦|千兆|一一|万万|万能|萬能
  |万事|萬事|三番五次|三三两两|三三兩兩|千秋|百般|四邻|一半|一百八十度|二进制|十六进制|二進制|十进制)
|(?P<number>\d{{1,4}}(?:[ ]\d{{4}})+(?![\d.]|\s?[年月])|\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)*)
|(?P<hanzi>[{SIGNS}]+(?:点(?=[零〇一二三四五六七八九])(?![一二三四五]?十|五分|一刻)[零〇一二三四五六七八九]+)?|半)
""",
    re.VERBOSE,
)
ANY = rf"(?:\d+(?:\.\d+)?|[{SIGNS}]+(?:点[零〇一二三四五六七八九]+)?)"
SCALE = re.compile(
    r"\s?(?P<more>[多余餘几幾来來])?\s?(?P<scale>[十百千]?[万萬亿億]+(?!分之)|兆(?=[元美日台臺欧歐韩韓])|[百千](?![瓦兆分万萬亿億]))"
)
TAIL = re.compile(r"\s?零?(?P<digits>\d{1,4}(?:\.\d+)?)\s?(?P<scale>[千百]?[万萬千百])(?![\d])")
SCALE_WORD = re.compile(r"[多余餘来來几幾]\s?([万萬亿億])|\s?兆(?=[元美日台臺欧歐韩韓])")
AFTER = re.compile(
    rf"""\s{{0,2}}(?:
 (?P<whole>分之)\s?(?P<part>{ANY})(?:\s?(?:至|到|-|–|~|～)(?:百分之)?\s?(?P<upto>{ANY}))?
|(?P<percent>%|个百分点|個百分點)
|(?P<decade>年代)
|(?P<month>月(?!度|球|亮|饼|餅|薪|光|票|嫂))
|(?P<year>年)
|(?P<day>日|号(?!码)|號(?!碼))
|(?P<hour>点钟|點鐘|点|點|时(?!间|候|期|代|刻|常|，)|時(?!間|候|期|代|刻|常))\s?(?:(?P<minute>{ANY})\s?分|(?P<half>半))?
|(?P<tenth>成(?![为為立功本员員熟果年长長交就分都一])(?P<and>[一二三四五六七八九半])?)
|(?P<times>倍)
)""",
    re.VERBOSE,
)
CENTURY = re.compile(r"(?:上个?|上個?|二十|20\s?)世[纪紀]\s?$")
THIS_CENTURY = re.compile(r"(?:本|二十一|21\s?)世[纪紀]\s?$")
DAY_HALF = re.compile(
    r"(?:(?P<am>上午|凌晨|早上|清晨|早晨|早)|(?P<pm>下午|晚上|傍晚|晚间|晚間|中午|午后|深夜|晚))\s?$"
)
WEEK = re.compile(r"(?:星期|礼拜|禮拜|周|週)$")
MEASURES = frozenset(
    "个個名位人家种種项項条條次倍天日周週年月岁歲时時小分秒元美块塊笔筆份张張台臺辆輛座所部件只隻支枚间間"
    "层層级級届屆期轮輪场場篇章页頁字句段组組类類批套颗顆棵艘架国國省市县縣州代步点點吨噸公米里克英平度票席"
    "成余餘多大卷册冊门門"
)
LETTERS = re.compile("[个個]字(?![节節])")
"""`四个字` speaks of a phrase: a translation may say it otherwise."""

GROWTH = re.compile(r"[增涨漲升高长長多大][^，。；]{0,6}$")
MONEY = re.compile(
    r"\s?(?:(?P<HKD>港[元币幣])|(?P<TWD>[新台臺][台臺]?[币幣元])|(?P<USD>美元|美金)|(?P<EUR>欧元|歐元)|(?P<GBP>英镑|英鎊)"
    r"|(?P<JPY>日元|日圆|日圓)|(?P<CNY>人民币|人民幣|元(?!素|数|數|组|組|件|旦|老|首|宇)))"
)
SYMBOLS = {"$": "$", "€": "EUR", "£": "GBP", "¥": "¥", "￥": "¥"}
POSITIONAL = re.compile(r"[零〇○一二三四五六七八九]{2,}")
NEIGHBOURS = re.compile(r"(十?)([一二三四五六七八九])([二三四五六七八九])([十百千万萬亿億]*)")
TENTHS = re.compile(
    "([一二两兩三四五六七八九])(?:[至到~～—–-]|成[至到~～—–-])([一二三四五六七八九])成(?![为為立功本员員熟果年长長])"
)
FIRM_FROM = 3
PASSED = frozenset(["idiom", "word"])
DAY_NAME = re.compile(r"[一二三四五六七八九](?:[一二三四五六七八九]|一[一二三四五六七八九])")
AND_HALF = re.compile(r"\s?[个個年天倍月]?(?:小[时時]|个月|世[纪紀])?半(?![导導径徑数數])")
YEAR, SHORT_YEAR, LAST_HOUR, HUNDRED = 4, 2, 24, "100"
LONE = frozenset("百千万萬亿億十")
SEVERAL = frozenset("数數几幾上近好多成")


def scan(text: str) -> Iterator[Figure]:
    """The figures of Chinese prose, in order; code and addresses are blanked already."""
    done = 0
    for found in SCAN.finditer(text):
        if found.start() < done or found.lastgroup in PASSED:
            continue
        figure = _read(text, found)
        done = figure.end
        yield figure


def _read(text: str, found: re.Match[str]) -> Figure:
    if found.lastgroup == "number":
        return _written(text, found)
    if found.lastgroup == "hanzi":
        return _hanzi(text, found)
    figure = from_digits(found)
    half = _day_half(text, figure.start) if figure.kind == "time" else ""
    if not half:
        return figure
    hour, minute = figure.words.split(":")[:2]
    return replace(figure, values=(clock(int(hour), int(minute), half),))


def _day_half(text: str, start: int) -> str:
    found = DAY_HALF.search(text, max(0, start - 4), start)
    return (found.lastgroup or "") if found else ""


def _factor(signs: str) -> int:
    factor = 1
    for sign in signs:
        factor *= TENS.get(sign) or MYRIADS[sign]
    return factor


def _written(text: str, found: re.Match[str]) -> Figure:
    digits = found[0]
    start, end = found.span()
    if digits.count(".") > 1:
        return version(digits, start, end, digits)
    number = plain(digits.replace(" ", ""))
    if scale := SCALE.match(text, end):
        end, number = scale.end(), scaled(number, _factor(scale["scale"]))
        while tail := TAIL.match(text, end):
            end, more = tail.end(), Decimal(scaled(tail["digits"], _factor(tail["scale"])))
            number = plain(format(Decimal(number) + more, "f"))
    kind = "number" if text[start - 1 : start] == "#" else number_kind(digits)
    figure = Figure(
        kind, ((number,),), start, end, text[start:end], bare=plain(digits.replace(" ", ""))
    )
    return _with_after(text, figure, number)


def read(signs: str) -> str:
    """A numeral in hanzi as digits: `三百二十` -> `320`, `二〇二五` -> `2025`, `三点五` -> `3.5`."""
    whole, _, part = signs.partition("点")
    after = "".join(str(NUMERALS[sign]) for sign in part)
    before = _positional(whole) if POSITIONAL.fullmatch(whole) else str(_sum(whole))
    return plain(f"{before}.{after}") if after else before


def _positional(signs: str) -> str:
    return plain("".join(str(NUMERALS[sign]) for sign in signs))


def _sum(signs: str) -> int:
    total = section = digit = 0
    unit = 1
    for sign in signs:
        if sign in MYRIADS:
            section += digit
            if MYRIADS[sign] > 10**4 and section:
                total, section = (total + section) * MYRIADS[sign], 0
            else:
                total, section = total + (section or 1) * MYRIADS[sign], 0
            digit, unit = 0, MYRIADS[sign]
        elif sign == "廿":
            section += 20
        elif sign in TENS:
            section, digit, unit = section + (digit or 1) * TENS[sign], 0, TENS[sign]
        else:
            digit = NUMERALS[sign]
            unit = 1 if digit == 0 else unit
    return total + section + digit * (unit // 10 if unit >= TENS["百"] else 1)


def _hanzi(text: str, found: re.Match[str]) -> Figure:
    signs = found[0]
    start, end = found.span()
    if signs == "半":
        months = ("6",) if text[end : end + 1] == "年" else ()
        value = (*fraction("1", "2"), *months)
        return Figure("fraction", (value,), start, end, signs, firm=False)
    if WEEK.search(text, max(0, start - 2), start) and signs in "一二三四五六":
        value = (f"w{NUMERALS[signs]}", str(NUMERALS[signs]))
        return Figure("weekday", (value,), start, end, signs, firm=False)
    if tenths := TENTHS.match(text, start):
        shares = tuple(percent(f"{NUMERALS[sign]}0") for sign in tenths.groups())
        return Figure("range", shares, start, tenths.end(), tenths[0])
    if near := NEIGHBOURS.fullmatch(signs):
        figure = _neighbours(near, start, end, text[end : end + 2])
        if figure:
            return figure
    if DAY_NAME.fullmatch(signs):
        values = ((f"m{NUMERALS[signs[0]]}", read(signs[0])), (_name_day(signs[1:]),))
        return Figure("date", values, start, end, signs, firm=False)
    number, vague = read(signs), _vague(signs, text[start - 1 : start])
    if scale := SCALE_WORD.match(text, end):
        number, end = scaled(number, MYRIADS[scale[1] or "兆"]), scale.end()
    follows = text[end : end + 2].lstrip()[:1]
    ordinal = text[start - 1 : start] == "第"
    many = (
        len(signs) > 1
        and not vague
        and not (len(signs) == SHORT_YEAR and POSITIONAL.fullmatch(signs))
    )
    firm = many or (not vague and int(float(number)) >= FIRM_FROM and follows in MEASURES)
    if ordinal:
        firm = float(number) > FIRM_FROM
    kind = (
        "ordinal" if ordinal else number_kind(number) if POSITIONAL.fullmatch(signs) else "number"
    )
    firm = firm and not LETTERS.match(text, end)
    figure = Figure(kind, ((number,),), start, end, text[start:end], firm, bare=number)
    return _with_after(text, figure, number)


def _name_day(signs: str) -> str:
    return read("十" + signs[1]) if signs[1:] and signs[0] == "一" else read(signs)


def _vague(signs: str, before: str) -> bool:
    return LONE.issuperset(signs) and (before in SEVERAL or (len(signs) == 1 and signs != "十"))


def _neighbours(near: re.Match[str], start: int, end: int, after: str) -> Figure | None:
    """Two digits in a row that say `or`: 三四个, 五六十, 十五六岁; 八九十年代 are two decades."""
    ten, one, other, scale = near.groups()
    low, high = NUMERALS[one], NUMERALS[other]
    if high != low + 1 or (ten and scale):
        return None
    numbers = [str((10 if ten else 0) + n * _factor(scale)) for n in (low, high)]
    if after == "年代" and scale == "十":
        decades = tuple((f"d19{n}", n) for n in numbers)
        return Figure("range", decades, start, end, near[0], firm=False)
    if after[:1] == "成" and not ten and not scale:
        tenths = tuple(percent(f"{n}0") for n in numbers)
        return Figure("range", tenths, start, end + 1, near[0] + "成")
    values = ((numbers[0],), (numbers[1], str(high)) if ten else (numbers[1],))
    return Figure("range", values, start, end, near[0], firm=False)


def _with_after(text: str, figure: Figure, number: str) -> Figure:
    """The figure with what stands behind it: 月, 年, %, 成, 倍, 点, a currency."""
    half = AND_HALF.match(text, figure.end) if number.isdecimal() else None
    mark = AFTER.match(text, figure.end)
    if half and not (mark and mark["hour"]):
        figure = replace(figure, values=((number, number + ".5"),))
    elif mark:
        figure = _marked(text, figure, number, mark)
    unit = SYMBOLS.get(text[figure.start - 1 : figure.start], "")
    money = MONEY.match(text, figure.end)
    unit = (money.lastgroup or "") if money else unit
    return replace(figure, kind="money", unit=unit) if unit else figure


def _grown(text: str, figure: Figure, end: int, kind: str, *values: Value) -> Figure:
    words = text[figure.start : end]
    firm = figure.firm or kind in {"percent", "month"}
    return replace(figure, values=values, end=end, words=words, kind=kind, firm=firm)


def _any(words: str) -> str:
    return read(words) if words[0] in SIGNS else plain(words)


def _marked(text: str, figure: Figure, number: str, mark: re.Match[str]) -> Figure:
    for name, marked in MARKED.items():
        if mark[name]:
            return marked(text, figure, number, mark)
    return figure


def _percent(text: str, figure: Figure, number: str, mark: re.Match[str]) -> Figure:
    return _grown(text, figure, mark.end(), "percent", percent(number))


def _month(text: str, figure: Figure, number: str, mark: re.Match[str]) -> Figure:
    return _grown(text, figure, mark.end("month"), "month", ("m" + number, number))


def _day(text: str, figure: Figure, number: str, mark: re.Match[str]) -> Figure:
    return _grown(text, figure, mark.end(), "day", (number,))


def _year(_text: str, figure: Figure, number: str, _mark: re.Match[str]) -> Figure:
    """A year of two digits may be of this century or the last, or a count of years."""
    short = number.isdecimal() and len(figure.words) == len(number) == SHORT_YEAR
    value = (number, "19" + number, "20" + number) if short else (number,)
    kind = "year" if short or len(number) == YEAR else figure.kind
    return replace(figure, values=(value,), kind=kind)


def _share(text: str, figure: Figure, number: str, mark: re.Match[str]) -> Figure:
    parts = [_any(words) for words in (mark["part"], mark["upto"]) if words]
    if number != HUNDRED:
        value = (*fraction(parts[0], number), number)
        return _grown(text, figure, mark.end("part"), "fraction", value)
    kind = "percent" if len(parts) == 1 else "range"
    return _grown(text, figure, mark.end(), kind, *(percent(part) for part in parts))


def _decade(text: str, figure: Figure, number: str, mark: re.Match[str]) -> Figure:
    value = _decade_value(text, figure.start, number)
    return _grown(text, figure, mark.end(), "decade", value)


def _decade_value(text: str, start: int, number: str) -> Value:
    if len(number) != SHORT_YEAR:
        return ("d" + number, number)
    last, this = "d19" + number, "d20" + number
    before = max(0, start - 8)
    if CENTURY.search(text, before, start):
        return (last, number)
    if THIS_CENTURY.search(text, before, start):
        return (this, number)
    return (last, number, this)


def _hour(text: str, figure: Figure, number: str, mark: re.Match[str]) -> Figure:
    half = _day_half(text, figure.start)
    minute = "30" if mark["half"] else _any(mark["minute"]) if mark["minute"] else "0"
    if not number.isdecimal() or int(number) > LAST_HOUR or not minute.isdecimal():
        return figure
    sure = half or mark["half"] or mark["minute"] or "钟" in mark[0] or "鐘" in mark[0]
    value = clock(int(number), int(minute), half)
    if not sure:
        return replace(figure, values=((number, *value),))
    return replace(_grown(text, figure, mark.end(), "time", value), firm=True)


def _tenths(text: str, figure: Figure, number: str, mark: re.Match[str]) -> Figure:
    if len(number) > SHORT_YEAR or "." in number:
        return figure
    more = mark["and"]
    share = f"{number}{'5' if more == '半' else NUMERALS[more] if more else '0'}"
    return _grown(text, figure, mark.end(), "percent", percent(share))


def _times(text: str, figure: Figure, number: str, _mark: re.Match[str]) -> Figure:
    """增长两倍 is three times as much: both readings, as translators differ."""
    grown = GROWTH.search(text, max(0, figure.start - 8), figure.start)
    also = (str(int(number) + 1),) if grown and number.isdecimal() else ()
    return replace(figure, values=((number, *also, scaled(number, 100) + "%"),))


MARKED = {
    "whole": _share,
    "percent": _percent,
    "decade": _decade,
    "month": _month,
    "year": _year,
    "day": _day,
    "hour": _hour,
    "tenth": _tenths,
    "times": _times,
}
