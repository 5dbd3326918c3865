"""Dates as feeds and pages write them, in English and Chinese: an aware time in UTC, or nothing.

A date that states no zone is in the outlet's. A zone's short name (`CST`, `IST`) is first what
the outlet's own zone calls itself, then what RFC 5322 (4.3) says; one that nobody knows is
taken for the outlet's zone. What these forms do not cover is left to feedparser, which reads
Korean, Greek and Hungarian ones.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

OLDEST = datetime(1990, 1, 2, tzinfo=UTC)
AHEAD = timedelta(days=2)
"""How far into the future a date may lie before it is taken for an error."""

LONGEST = 200
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH = rf"(?P<month>{'|'.join(MONTHS)})[a-z]*\.?"
CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?:\.\d+)?(?![\d:])"
NAMED = r"(?:etc/)?[a-z]{1,5}(?![a-z/])|[a-z]+/[a-z_]+"
ZONE = rf"(?P<zone>(?:gmt|utc)?[+-]\d{{1,2}}(?::?\d\d)?(?!\d)|{NAMED})"
WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
STAMP = rf"(?:,?\s+(?:at\s+)?{CLOCK}\s*(?P<after>[ap]m\b)?(?:\s*{ZONE})?|\s*$)"
YEAR = r"(?P<year>\d{4})"
FORMS = tuple(
    re.compile(WEEKDAY + form, re.IGNORECASE)
    for form in (
        rf"(?P<day>\d{{1,2}})[\s-]+{MONTH},?[\s-]+(?P<year>\d{{4}}|\d\d)(?!\d){STAMP}",
        rf"{MONTH}\s+(?P<day>\d{{1,2}}),?\s+{YEAR}(?!\d){STAMP}",
        rf"{MONTH}\s+(?P<day>\d{{1,2}})\s+{CLOCK}\s+(?:{ZONE}\s+)?{YEAR}\s*$",
    )
)
"""RFC 5322 with its common slips, American English, and the clock of C and Java."""

HALF = "(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|晚間|夜间|夜間|[ap]m\\b)"
WEEK = "(?:星期|周|週|礼拜|禮拜)(?P<weekday>[一二三四五六日天])"
DAY = rf"(?P<month>\d{{1,2}})\s*[-/.月]\s*(?P<day>\d{{1,2}})(?!\d|[-/.]\d)\s*[日号號]?[\s,T(]*(?:{WEEK})?[\s,)]*"
TIME = (
    rf"(?:(?P<half>{HALF})?\s*(?P<hour>\d{{1,2}})\s*(?:[:时時点點](?:\s*(?:(?P<minute>\d{{1,2}})"
    r"(?:\s*[:分]\s*(?P<second>\d{1,2})(?:\.\d+)?)?|(?P<thirty>半)))?)(?!\d)"
    rf"[分秒整\s]*(?P<after>[ap]m\b)?\s*\(?(?P<zone>z\b|(?:gmt|utc)?[+-]\d{{1,2}}(?::?\d\d)?(?!\d)|{NAMED})?)?"
)
CHINESE = re.compile(rf"(?<!\d)(?P<year>(?:19|20)\d\d)\s*[-/.年]\s*{DAY}{TIME}", re.IGNORECASE)
YEARLESS = re.compile(rf"(?<![\d年/.-])(?P<year>){DAY}{TIME}", re.IGNORECASE)
COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?)?(Z?)", re.IGNORECASE)
SECONDS = re.compile(r"(\d{10})(?:\d{3})?")
NUMERALS = "〇零一二三四五六七八九"
HAN_YEAR = re.compile(rf"[{NUMERALS}○]{{4}}年")
HAN_NUMBER = re.compile(rf"[{NUMERALS}○十]+(?=[年月日号號时時点點分])")
MINGUO = re.compile(r"(?:中華|中华)?民[國国]\s*(\d{2,3})\s*年")
AGO = re.compile(
    r"(\d{1,3})\s*(分钟|分鐘|小时|小時|minutes?|hours?)(?:之?前|\s+ago)", re.IGNORECASE
)
NEAR = re.compile(rf"(今天|昨天|前天)\s*{TIME}", re.IGNORECASE)
REDUCED = re.compile(r"\d{4}(?:-\d\d)?|\d{4}-\d{3}|\d{4}-0\d\d-\d\d(?:T.*)?")
"""W3C dates to the year, month or day of the year, and one with a zero too many (Google)."""

ZONED = re.compile(r"(?:\d\s*Z|:\d\d(?:\.\d+)?\s*[+-]\d\d(?::?\d\d)?|\s[A-Z]{1,5})\s*$")
FOREIGN = re.compile(r"[\u0370-\u03ff\uac00-\ud7a3]|\d{4}-[^\W\d]+-\d")
KOREAN = re.compile(r"[\uac00-\ud7a3]")
LANGUAGES = ("_onblog", "_nate", "_greek", "_hungarian")
"""feedparser's readers; asked first, its ISO 8601 would take each for the year it starts with."""

BEIJING = re.compile(r"北京(?:时间|時間)|台北(?:时间|時間)|香港(?:时间|時間)")
EAST_8 = timezone(timedelta(hours=8))
OFFSET = re.compile(r"(?:gmt|utc)?([+-])(\d{1,2}):?(\d\d)?")
FARTHEST = 15
"""Hours from UTC beyond which an offset is an error (the farthest in use is +14:00)."""

HOURS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 1, "cet": 1, "met": 1, "west": 1,
    "cest": 2, "eet": 2, "mest": 2, "eest": 3, "msk": 3, "bjt": 8, "cct": 8, "hkt": 8, "sgt": 8,
    "awst": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "adt": -3, "ast": -4, "at": -4, "edt": -4, "est": -5, "et": -5, "cdt": -5, "cst": -6,
    "ct": -6, "mdt": -6, "mst": -7, "mt": -7, "pdt": -7, "pst": -8, "pt": -8,
    "a": -1, "n": 1, "m": -12, "y": 12,
}  # fmt: skip


def moment(text: str, zone: str, now: datetime) -> datetime | None:
    """Read a date; None where there is none, or none to believe. Never raises.

    `zone` is the outlet's IANA zone, for dates that state none. `now` bounds what is believed
    (1990 to two days ahead) and dates what is told from today (`3小时前`, `昨天 10:00`). A day
    without a year is read only where its day of the week agrees with the last such day.

    >>> moment("2025年8月28日 下午3:05", "Asia/Shanghai", datetime(2025, 9, 1, tzinfo=UTC))
    datetime.datetime(2025, 8, 28, 7, 5, tzinfo=datetime.timezone.utc)
    """
    return believable(written(text, zone, now), now)


def believable(time: datetime | None, now: datetime) -> datetime | None:
    """The time unless it is before 1990 (an epoch, a year 0) or beyond two days from now."""
    return time if time and OLDEST < time < now + AHEAD else None


def written(text: str, zone: str, now: datetime) -> datetime | None:
    """The time that a text states, whether to be believed or not; None if it states none."""
    try:
        return _iso(text.strip(), zone) or _any(text.strip()[:LONGEST], zone, now)
    except (ValueError, OverflowError, LookupError):
        return None


def _iso(text: str, zone: str) -> datetime | None:
    """ISO 8601 by the standard library, but only with hyphens (`20250828` is read below)."""
    if text[4:5] != "-" or text[7:8] != "-" or text[10:11] not in {"", "T", "t", " "}:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _utc(time, time.tzinfo or home(zone))


def _any(text: str, zone: str, now: datetime) -> datetime | None:
    if FOREIGN.search(text):
        return _by_feedparser(text, zone)
    text = unicodedata.normalize("NFKC", text)
    for form in FORMS:
        if found := form.match(text):
            return _from_match(found, zone)
    if not text.isascii():
        text = _in_digits(text)
    return _numeric(text, zone) or _told(text, zone, now) or _by_feedparser(text, zone)


def _numeric(text: str, zone: str) -> datetime | None:
    if found := CHINESE.search(text):
        return _from_match(found, _stated(text, zone))
    if found := COMPACT.fullmatch(text):
        fields = [int(part or 0) for part in found.groups()[:6]]
        year, month, day, hour, minute, second = fields
        own = UTC if found[7] else home(zone)
        return _utc(datetime(year, month, day, hour, minute, second), own)  # noqa: DTZ001
    if found := SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(found[1]), UTC)
    return None


def _stated(text: str, zone: str) -> str:
    return "Asia/Shanghai" if BEIJING.search(text) else zone


def _from_match(found: re.Match[str], zone: str, day: datetime | None = None) -> datetime:
    """The time of a match with the groups of a form; `day` gives what is not written."""
    part = found.groupdict()
    hour = _hour(int(part["hour"] or 0), (part.get("half") or part.get("after") or "").lower())
    time = datetime(  # noqa: DTZ001 - its zone is found below
        day.year if day else _year(part["year"]),
        day.month if day else _month(part["month"]),
        day.day if day else int(part["day"]),
        hour % 24 if hour == 24 else hour,  # noqa: PLR2004 - ISO 8601-1:2019 names midnight 24:00
        30 if part.get("thirty") else int(part["minute"] or 0),
        min(59, second) if (second := int(part["second"] or 0)) == 60 else second,  # noqa: PLR2004
    )
    time += timedelta(days=hour // 24)
    return _utc(time, _zone(part["zone"] or "", zone, time.year))


def _year(digits: str) -> int:
    """Two digits as RFC 5322, 4.3, but with feedparser's turn of the century at 90."""
    year = int(digits)
    return year + (2000 if year < 90 else 1900) if len(digits) == 2 else year  # noqa: PLR2004


def _month(name: str) -> int:
    return int(name) if name.isdecimal() else MONTHS.index(name.lower()) + 1


def _hour(hour: int, half: str) -> int:
    """The hour of 24, from one of 12 and the half of the day it is said to be in."""
    if hour > 12 or not half:  # noqa: PLR2004 - such an hour needs no half
        return hour
    if half == "中午":
        return hour if hour > 10 else hour + 12  # noqa: PLR2004 - 中午11点 is before noon
    if half in {"凌晨", "清晨", "早上", "早晨", "上午", "am"}:
        return hour % 12 if half != "上午" else hour
    return hour % 12 + 12


def _in_digits(text: str) -> str:
    """Years of the Republic of China and dates in Chinese numerals as common ones."""
    text = MINGUO.sub(lambda found: f"{int(found[1]) + 1911}年", text)
    if HAN_YEAR.search(text):
        text = HAN_NUMBER.sub(lambda found: _number(found.group()), text)
    return text


def _number(han: str) -> str:
    digits = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
    if "十" not in han:
        return "".join(str(digits[c]) for c in han)
    tens, _, ones = han.partition("十")
    return str(10 * digits.get(tens, 1) + digits.get(ones, 0))


def _told(text: str, zone: str, now: datetime) -> datetime | None:
    """A time told from now, or a day without a year whose day of the week makes it sure."""
    if found := AGO.search(text):
        unit = "minutes" if found[2][0] in "分mM" else "hours"
        return now.astimezone(UTC) - timedelta(**{unit: int(found[1])})
    if found := NEAR.search(text):
        back = ["今天", "昨天", "前天"].index(found[1])
        return _from_match(found, zone, now.astimezone(home(zone)) - timedelta(days=back))
    if (found := YEARLESS.search(text)) and found["weekday"] and "月" in found.group():
        return _last_such(found, zone, now.astimezone(home(zone)))
    return None


def _last_such(found: re.Match[str], zone: str, today: datetime) -> datetime | None:
    month, day = int(found["month"]), int(found["day"])
    year = today.year - ((month, day) > (today.month, today.day))
    date = datetime(year, month, day)  # noqa: DTZ001 - only its day is read
    agrees = date.weekday() == "一二三四五六日天".index(found["weekday"]) % 7 or (
        found["weekday"] == "天" and date.weekday() == 6  # noqa: PLR2004 - Sunday
    )
    return _from_match(found, zone, date) if agrees else None


@lru_cache(maxsize=512)
def _zone(name: str, zone: str, year: int) -> tzinfo:
    """The zone of a name: an offset, an IANA name, or a short one, which the year may decide."""
    name = name.lower().removeprefix("etc/")
    own = home(zone)
    if found := OFFSET.fullmatch(name):
        hours, minutes = int(found[2]), int(found[3] or 0)
        away = timedelta(hours=hours, minutes=minutes)
        return timezone(-away if found[1] == "-" else away) if hours <= FARTHEST else own
    if "/" in name:
        return home(name, own)
    if not name or name in {word.lower() for word in _names(zone, year)}:
        return own
    return timezone(timedelta(hours=HOURS[name])) if name in HOURS else own


def _names(zone: str, year: int) -> tuple[str, ...]:
    """What a zone calls itself in winter and in summer."""
    days = (datetime(year, month, 1, tzinfo=home(zone)) for month in (1, 7))
    return tuple(day.tzname() or "" for day in days)


@lru_cache(maxsize=256)
def home(zone: str, other: tzinfo = UTC) -> tzinfo:
    """The zone with this IANA name in any case, or `other` where there is none."""
    for name in (zone, zone.title(), zone.upper()):
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            continue
    return other


def _utc(time: datetime, zone: tzinfo) -> datetime:
    return time.replace(tzinfo=zone).astimezone(UTC)


def _by_feedparser(text: str, zone: str) -> datetime | None:
    """By feedparser, which takes a date without a zone for UTC; Korean forms are Korean time there."""
    foreign = FOREIGN.search(text)
    if not foreign and not REDUCED.fullmatch(text) and not ZONED.search(text):
        return None
    import feedparser

    names = LANGUAGES if foreign else ("",)
    ways = (getattr(feedparser.datetimes, f"_parse_date{name}") for name in names)
    if not (parsed := next((found for way in ways if (found := way(text))), None)):
        return None
    time = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    return time if KOREAN.search(text) or ZONED.search(text) else _utc(time, home(zone))
