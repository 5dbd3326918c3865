"""Figures in English: number words, ordinals, months, decades, scales, am and pm."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pressroom.lang.figures_base import (
    DIGITS,
    NOON,
    Figure,
    Value,
    clock,
    each,
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

SCAN = re.compile(
    DIGITS
    + r"""
|(?P<number>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)*)
""",
    re.VERBOSE,
)
SMALL = each(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
TENS = each("twenty thirty forty fifty sixty seventy eighty ninety")
NTH = each(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
MONTHS = each(
    "january february march april may june july august september october november december"
)
SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "mn": 10**6,
    "bn": 10**9,
    "tn": 10**12,
    "k": 1000,
    "m": 10**6,
    "b": 10**9,
}
WORDS: dict[str, tuple[str, int]] = (
    {word: ("unit", n) for n, word in enumerate(SMALL)}
    | {word: ("ten", 10 * n) for n, word in enumerate(TENS, 2)}
    | {word: ("nth", n) for n, word in enumerate(NTH, 1)}
    | {word + "s": ("part", n) for n, word in enumerate(NTH[2:], 3)}
    | {TENS[n][:-1] + "ieth": ("nth", 10 * n + 20) for n in range(1, 8)}
    | {TENS[n][:-1] + "ies": ("nineties", 10 * n + 20) for n in range(8)}
    | {word: ("month", n) for n, word in enumerate(MONTHS, 1)}
    | {word[:3]: ("mon", n) for n, word in enumerate(MONTHS, 1) if word != "may"}
    | {word: ("scale", SCALES[word]) for word in ("hundred", "thousand", "million", "billion")}
    | {"trillion": ("scale", 10**12), "sept": ("mon", 9), "hundredth": ("nth", 100)}
    | dict.fromkeys(("half", "halves"), ("part", 2))
    | dict.fromkeys(("quarter", "quarters"), ("part", 4))
    | {
        "once": ("loose", 1),
        "single": ("loose", 1),
        "sole": ("loose", 1),
        "century": ("loose", 100),
    }
    | dict.fromkeys(("twice", "double", "doubled", "doubling", "doubles"), ("loose", 2))
    | dict.fromkeys(("both", "pair", "couple", "twofold", "dual", "twin", "bi"), ("loose", 2))
    | dict.fromkeys(("triple", "tripled", "triples", "threefold", "trio", "thrice"), ("loose", 3))
    | dict.fromkeys(("quadruple", "quadrupled", "fourfold"), ("loose", 4))
    | {f"{word}fold": ("loose", n) for n, word in enumerate(SMALL[5:11], 5)}
    | {"decade": ("loose", 10)}
    | {"dozen": ("dozen", 12), "dozens": ("dozen", 12), "hundreds": ("loose", 100)}
    | {"thousands": ("loose", 1000), "millions": ("loose", 10**6), "billions": ("loose", 10**9)}
    | {"noon": ("hour", 12), "midday": ("hour", 12), "midnight": ("hour", 0)}
    | {f"{day}day": ("weekday", n) for n, day in enumerate(each("mon tues wednes thurs fri"), 1)}
    | {"saturday": ("weekday", 6), "sunday": ("weekday", 7)}
)
AFTER = re.compile(
    r"""
 (?P<nth>st|nd|rd|th)(?![A-Za-z])
|(?P<decade>['’]?s)(?![A-Za-z])
|[ ]?%|[ -]?(?P<percent>per[ -]?cent(?:age)?|pct)(?![A-Za-z])
|(?:[\s-]{0,3}(?P<scale>[Hh]undred|[Tt]housand|[Mm]illion|[Bb]illion|[Tt]rillion)|(?P<short>[KkMmBb]|[MmBbTt][Nn]))(?![A-Za-z])
|\s?(?P<half>[AaPp])\.?[Mm](?![A-Za-z])
|[\s-](?P<group>dozen|decades?|century|centuries)(?![A-Za-z])
""",
    re.VERBOSE,
)
AND_A_HALF = re.compile(r"(?:\s+and\s+|-and-)a[\s-]half(?![A-Za-z])", re.IGNORECASE)
MONEY = re.compile(
    r"[\s-](?:US |American )?(?:(?P<USD>dollars?|USD)|(?P<CNY>yuan|RMB|renminbi|CNY)"
    r"|(?P<EUR>euros?|EUR)|(?P<GBP>pounds sterling|GBP)|(?P<JPY>yen|JPY))(?![A-Za-z])"
)
SYMBOLS = {"$": "$", "€": "EUR", "£": "GBP", "¥": "¥"}
ABOUT_MONTHS = re.compile(
    r"(?:\d(?:st|nd|rd|th)?,?\s|\b(?:in|of|since|by|until|till|early|late|mid|last|next|this|from"
    r"|to|through|before|after|during|between|on))[\s-]{0,2}$"
)
DIGIT_NEXT = re.compile(r"\.?,?\s{1,2}(?:the\s)?\d")
GROUPS = {"dozen": 12, "decade": 10, "decades": 10, "century": 100, "centuries": 100}
FIRM_FROM, HALVED = 3, 2
DECADE = re.compile(r"(?:\d\d)?\d0")
SINGLE = re.compile(r"\b(?:a|A)[ -]$")
HALF_A = re.compile(
    r"[\s-]an?[\s-](hundred|thousand|million|billion|trillion|dozen|century)\b", re.IGNORECASE
)
QUARTER_OF = re.compile(r"\s+of\s+an?\s+(million|billion|trillion)\b", re.IGNORECASE)
HALF_PAST = re.compile(r"\s+past\s+(?P<hour>[a-z]+|\d{1,2})(?![\w-])", re.IGNORECASE)
PLAN = re.compile(r"[Ff]ive[- ][Yy]ear [Pp]lan")
"""`the 15th Five-Year Plan`: a name, in which another language says no five."""

OUT_OF = re.compile(
    r"\s+(?:out\s+of(?:\s+every)?|in(?:\s+every)?)\s+(?:a\s+|one\s+)?"
    r"(?P<of>three|four|five|six|seven|eight|nine|ten|twenty|hundred|3|4|5|6|7|8|9|10|20|100)(?![\w.,-]*\d)(?![\w-])"
    r"(?!\s+(?:second|minute|hour|day|week|month|quarter|year|decade|percent|per\s|million|thousand)s?)",
    re.IGNORECASE,
)
"""`nine out of ten`, `four in five`; not `two in five years`."""

NEXT = re.compile(
    r"(?P<gap>[\s-]{1,2}|\s+and\s+)(?P<word>(?:"
    + "|".join(w for w, (role, _) in WORDS.items() if role in {"unit", "ten", "nth", "scale"})
    + r")(?:s(?=[\s,.;:)]|$)|(?![A-Za-z]))|halves|half|quarters?)",
    re.IGNORECASE,
)


def scan(text: str) -> Iterator[Figure]:
    """The figures of English prose, in order; code and addresses are blanked already."""
    done = 0
    for found in SCAN.finditer(text):
        if found.start() < done:
            continue
        figure = _read(text, found)
        if figure:
            done = figure.end
            yield figure


def _read(text: str, found: re.Match[str]) -> Figure | None:
    if found.lastgroup == "word":
        known = WORDS.get(found[0].lower())
        return _word(text, found, *known) if known else None
    if found.lastgroup == "number":
        return _written(text, found)
    return _half(text, from_digits(found))


def _half(text: str, figure: Figure) -> Figure:
    mark = AFTER.match(text, figure.end) if figure.kind == "time" else None
    if not mark or not mark["half"]:
        return figure
    hour, minute = figure.words.split(":")[:2]
    return _grown(
        text, figure, mark.end(), clock(int(hour), int(minute), mark["half"].lower() + "m")
    )


def _grown(text: str, figure: Figure, end: int, value: Value, kind: str = "") -> Figure:
    words = text[figure.start : end]
    return replace(figure, values=(value,), end=end, words=words, kind=kind or figure.kind)


def _written(text: str, found: re.Match[str]) -> Figure:
    digits = found[0]
    start, end = found.span()
    if digits.count(".") > 1:
        return version(digits, start, end, digits)
    number = plain(digits)
    kind = "number" if text[start - 1 : start] == "#" else number_kind(digits)
    if share := _out_of(text, start, end, number):
        return share
    figure = Figure(kind, ((number,),), start, end, digits, bare=number)
    return _with_after(text, figure, number)


def _out_of(text: str, start: int, end: int, number: str) -> Figure | None:
    """A share of so many: `nine out of ten`, `1 in 5`."""
    found = OUT_OF.match(text, end)
    if not found or not number.isdecimal():
        return None
    word = found["of"].lower()
    of = int(word) if word.isdecimal() else WORDS[word][1]
    if not 1 < int(number) < of:
        return None
    value = (*fraction(number, str(of)), number)
    return Figure("fraction", (value,), start, found.end(), text[start : found.end()])


def _with_after(text: str, figure: Figure, number: str) -> Figure:
    """The figure with what stands behind it: scale, per cent, `th`, `s`, a.m., currency."""
    mark = AFTER.match(text, figure.end)
    if mark:
        figure, number = _marked(text, figure, number, mark)
    unit = SYMBOLS.get(text[figure.start - 1 : figure.start], "")
    money = MONEY.match(text, figure.end)
    unit = (money.lastgroup or "") if money else unit
    return replace(figure, kind="money", unit=unit) if unit else figure


def _marked(text: str, figure: Figure, number: str, mark: re.Match[str]) -> tuple[Figure, str]:
    end = mark.end()
    if mark["scale"] or mark["short"]:
        return _large(text, figure, number, mark)
    if mark["group"]:
        group = GROUPS[mark["group"].lower()]
        also = (scaled(number, 10),) if group == GROUPS["dozen"] else ()
        product = scaled(number, group)
        return _grown(text, figure, end, (product, number, *also), "number"), product
    if mark["nth"]:
        return _grown(text, figure, end, (number,), "ordinal"), number
    if mark["decade"]:
        return _decade(text, figure, number, end), number
    if not mark["half"]:
        return _grown(text, figure, end, percent(number), "percent"), number
    if number.isdecimal() and int(number) <= NOON:
        value = clock(int(number), 0, mark["half"].lower() + "m")
        figure = _grown(text, figure, end, value, "time")
    return figure, number


def _large(text: str, figure: Figure, number: str, mark: re.Match[str]) -> tuple[Figure, str]:
    large = scaled(number, SCALES[(mark["scale"] or mark["short"]).lower()])
    value = (large, number) if mark["short"] else (large,)
    grown = _grown(text, figure, mark.end(), value, "number")
    more = AFTER.match(text, mark.end())
    return _large(text, grown, large, more) if more and more["scale"] else (grown, large)


def _decade(text: str, figure: Figure, number: str, end: int) -> Figure:
    if not DECADE.fullmatch(number):
        return figure
    value = ("d" + number, number) if number[2:] else ("d19" + number, number, "d20" + number)
    return _grown(text, figure, end, value, "decade")


def _word(text: str, found: re.Match[str], role: str, number: int) -> Figure | None:
    if role in {"unit", "ten", "scale"}:
        return _spelled(text, found, number)
    start, end = found.span()
    if role in {"month", "mon"}:
        return _month(text, found, role, number)
    if role == "part" and (scale := HALF_A.match(text, end)):
        return _half_a(text, start, scale)
    if role == "part" and (scale := QUARTER_OF.match(text, end)):
        large = scaled("0.25" if number > HALVED else "0.5", SCALES[scale[1].lower()])
        return Figure("number", ((large,),), start, scale.end(), text[start : scale.end()])
    if number == HALVED and (past := HALF_PAST.match(text, end)) and (hour := _hour(past["hour"])):
        words = text[start : past.end()]
        return Figure("time", (clock(hour, 30),), start, past.end(), words)
    kind, value = _reading(role, number)
    firm = kind == "ordinal" and number > FIRM_FROM
    return Figure(kind, (value,), start, end, found[0], firm)


def _hour(words: str) -> int:
    """An hour as a word or in digits; 0 where it is none."""
    role, number = WORDS.get(words.lower(), ("", 0))
    hour = int(words) if words.isdecimal() else number if role == "unit" else 0
    return hour if hour <= NOON else 0


def _reading(role: str, number: int) -> tuple[str, Value]:
    """Kind and readings of a single word."""
    if role == "nth":
        also = fraction("1", str(number)) if number >= FIRM_FROM else ()
        return "ordinal", (str(number), *also)
    if role == "part":
        return "fraction", fraction("1", str(number))
    if role == "weekday":
        return "weekday", (f"w{number}",)
    if role == "hour":
        return "time", (f"t{number}:00", str(number or NOON))
    if role == "nineties":
        return "decade", (f"d19{number}", str(number), f"d20{number}")
    return "number", ("12", "10") if role == "dozen" else (str(number),)


def _month(text: str, found: re.Match[str], role: str, number: int) -> Figure | None:
    """A month; `May` and `March` are sure by a number or preposition beside them alone."""
    sure = _is_month(text, found, role)
    if not sure and not (role == "month" and found[0][0].isupper()):
        return None
    value = (f"m{number}", str(number))
    return Figure("month", (value,), *found.span(), found[0], sure)


def _half_a(text: str, start: int, scale: re.Match[str]) -> Figure:
    """`half a million`, `half a dozen`."""
    word = scale[1].lower()
    large = scaled("0.5", SCALES.get(word) or GROUPS[word])
    return Figure("number", ((large,),), start, scale.end(), text[start : scale.end()])


def _is_month(text: str, found: re.Match[str], role: str) -> bool:
    word, (start, end) = found[0], found.span()
    if not word[0].isupper():
        return False
    if role == "month" and word not in {"May", "March", "MAY"}:
        return True
    beside = DIGIT_NEXT.match(text, end) or ABOUT_MONTHS.search(text, max(0, start - 16), start)
    return beside is not None


def _spelled(text: str, found: re.Match[str], number: int) -> Figure:
    """A run of number words: `three hundred and twenty`, `twenty-first`, `two thirds`."""
    start, end = found.span()
    sum_ = Sum(number)
    while more := NEXT.match(text, end):
        role, n = WORDS.get(more["word"].lower(), ("", 0))
        joined = "and" in more["gap"].lower()
        if not joined and sum_.parts(role, n):
            value = fraction(str(sum_.current), str(n))
            words = text[start : more.end()]
            return Figure("fraction", (value,), start, more.end(), words)
        if not sum_.take(role, n, joined=joined):
            break
        end = more.end()
        if role == "nth":
            return _valued(text, start, end, str(sum_.value), "ordinal")
    if share := _out_of(text, start, end, str(sum_.value)):
        return share
    figure = _valued(text, start, end, str(sum_.value), "number")
    if PLAN.match(text, start):
        return replace(figure, firm=False)
    vague = WORDS[found[0].lower()][0] == "scale" and not SINGLE.search(text, start - 3, start)
    return replace(figure, firm=False) if vague else figure


class Sum:
    """A number in words as far as it is read."""

    def __init__(self, number: int) -> None:
        """Begin with a first word, a scale (`hundred million`) included."""
        large = number >= SCALES["thousand"]
        self.total, self.current, self.last = (number, 0, number) if large else (0, number, number)

    @property
    def value(self) -> int:
        """The number so far."""
        return self.total + self.current

    def parts(self, role: str, n: int) -> bool:
        """Whether the next word makes a fraction: `two thirds`, `one third`, `three quarters`."""
        if self.total:
            return False
        one_nth = role == "nth" and self.current == 1 and n >= FIRM_FROM
        return one_nth or (role == "part" and (self.current > 1 or n > 1 + 1))

    def take(self, role: str, n: int, *, joined: bool) -> bool:
        """Add the next word; False where it is no part of the number."""
        if role == "scale" and not joined:
            self._scale(n)
        elif role in {"unit", "ten", "nth"} and self._goes_on(role, n, joined=joined):
            self.current, self.last = self.current + n, n
        else:
            return False
        return True

    def _scale(self, n: int) -> None:
        self.last = n
        if n == SCALES["hundred"]:
            self.current *= n
        else:
            self.total, self.current = self.total + self.current * n, 0

    def _goes_on(self, role: str, n: int, *, joined: bool) -> bool:
        if self.last >= SCALES["hundred"]:
            return True
        tens = self.last >= WORDS["twenty"][1]
        return tens and not joined and role in {"unit", "nth"} and 0 < n < WORDS["ten"][1]


def _valued(text: str, start: int, end: int, number: str, kind: str) -> Figure:
    half = AND_A_HALF.match(text, end)
    if half:
        number, end = number + ".5", half.end()
    firm = float(number) >= FIRM_FROM or bool(half)
    figure = Figure(kind, ((number,),), start, end, text[start:end], firm, bare=number)
    if kind == "ordinal":
        return figure
    grown = _with_after(text, figure, number)
    return replace(grown, firm=firm or grown.kind in {"percent", "money"} or grown.end > end)
