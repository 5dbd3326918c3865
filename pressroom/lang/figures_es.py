"""Figures in Spanish: `1.234,5`, `12 mil`, `tres mil millones`, `dos tercios`, `años noventa`.

Accents are folded before anything is read, letter by letter, so that every offset is kept.
The scale is the long one: `millardo` and `mil millones` are 10⁹, `billón` is 10¹².
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pressroom.lang.figures_base import (
    DIGITS,
    GROUPED,
    NOON,
    Figure,
    Value,
    clock,
    each,
    fraction,
    from_digits,
    number_kind,
    percent,
    scaled,
    separated,
    version,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLD = str.maketrans("áéíóúüñÁÉÍÓÚÜÑ", "aeiouunAEIOUUN")
SCAN = re.compile(
    DIGITS
    + r"""
|(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:,\d+)?|\d+(?:[.,]\d+)*)
""",
    re.VERBOSE,
)
SMALL = each(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciseis diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres "
    "veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve"
)
TENS = each("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
HUNDREDS = each(
    "doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos "
    "novecientos"
)
NTH = each("primer segund tercer cuart quint sext septim octav noven decim")
MONTHS = each(
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
)
DAYS = each("lunes martes miercoles jueves viernes sabado domingo")
SCALES = {
    "mil": 1000, "millon": 10**6, "millones": 10**6, "millardo": 10**9, "millardos": 10**9,
    "billon": 10**12, "billones": 10**12, "trillon": 10**18, "trillones": 10**18,
}  # fmt: skip
GROUPS = {
    "docena": 12, "docenas": 12, "decena": 10, "decenas": 10, "centenar": 100,
    "centenares": 100, "millar": 1000, "millares": 1000, "decada": 10, "decadas": 10,
    "siglo": 100, "siglos": 100, "lustro": 5, "lustros": 5,
}  # fmt: skip
WORDS: dict[str, tuple[str, int]] = (
    {word: ("unit", n) for n, word in enumerate(SMALL)}
    | {"un": ("unit", 1), "una": ("unit", 1), "veintiun": ("unit", 21), "veintiuna": ("unit", 21)}
    | {word: ("ten", 10 * n) for n, word in enumerate(TENS, 3)}
    | {"cien": ("hundred", 100), "ciento": ("hundred", 100)}
    | {word: ("hundred", 100 * n) for n, word in enumerate(HUNDREDS, 2)}
    | {word[:-2] + "as": ("hundred", 100 * n) for n, word in enumerate(HUNDREDS, 2)}
    | {word: ("scale", n) for word, n in SCALES.items()}
    | {word + end: ("nth", n) for n, word in enumerate(NTH, 1) for end in ("o", "a", "os", "as")}
    | {"primer": ("nth", 1), "tercer": ("nth", 3), "setiembre": ("month", 9)}
    | dict.fromkeys(("tercio", "tercios"), ("part", 3))
    | dict.fromkeys(("mitad", "medio", "media"), ("part", 2))
    | {word: ("month", n) for n, word in enumerate(MONTHS, 1)}
    | {word: ("weekday", n) for n, word in enumerate(DAYS, 1)}
    | {word: ("group", n) for word, n in GROUPS.items()}
    | {"mediodia": ("hour", 12), "medianoche": ("hour", 0), "miles": ("loose", 1000)}
    | dict.fromkeys(each("doble doblar duplicar duplico duplica ambos ambas par"), ("loose", 2))
    | dict.fromkeys(each("triple triplicar triplico triplica trio"), ("loose", 3))
    | dict.fromkeys(each("cuadruple cuadruplico"), ("loose", 4))
)
"""What a word does in a number, and how much it is."""

NEXT = re.compile(r"(?P<gap>\s+(?:y\s+)?)(?P<word>[a-z]+)", re.IGNORECASE)
AFTER = re.compile(
    r"""
 (?P<nth>\.?[ºª°]|(?:er|ro|ra|do|da|to|ta|mo|ma|vo|va)(?![A-Za-z]))
|[ \u00a0\u202f]?%|\s(?P<percent>por\s+cien(?:to)?|puntos?\s+porcentual(?:es)?)(?![A-Za-z])
|\s(?P<scale>mil(?:\s+millones)?|millon(?:es)?|millardos?|billon(?:es)?|trillon(?:es)?)(?![A-Za-z])
|\s(?P<group>docenas?|decadas?|siglos?|lustros?)(?![A-Za-z])
|\s?(?:(?P<am>a\.?\s?m\b|de\sla\s(?:manana|madrugada))|(?P<pm>p\.?\s?m\b|de\sla\s(?:tarde|noche)))
""",
    re.VERBOSE | re.IGNORECASE,
)
PARTS = re.compile(
    r"\s+(?P<of>(?:terci|cuart|quint|sext|septim|octav|noven|decim)[oa]s?)(?:\s+partes?)?(?![a-z])",
    re.IGNORECASE,
)
ONE_PART = re.compile(r"\s+parte(?![a-z])", re.IGNORECASE)
AND_A_HALF = re.compile(r"(?:\s+[a-z]+)?\s+y\s+medi[oa](?![a-z])", re.IGNORECASE)
HALF_A = re.compile(
    r"\s+(?P<of>millon|millar|docena|centenar|siglo|billon)(?![a-z])", re.IGNORECASE
)
MONEY = re.compile(
    r"\s(?:de\s)?(?:(?P<USD>dolar(?:es)?|USD)|(?P<CNY>yuan(?:es)?|renminbi|RMB|CNY)|(?P<EUR>euros?|EUR)"
    r"|(?P<GBP>libras(?:\sesterlinas)?|GBP)|(?P<JPY>yen(?:es)?|JPY))(?![A-Za-z])|\s?(?P<sign>[€£])",
    re.IGNORECASE,
)
SYMBOLS = {"$": "$", "€": "EUR", "£": "GBP", "¥": "¥"}
DECADE = re.compile(
    r"(?:\banos|\bdecadas?\sde(?:\slos)?(?:\sanos)?)\s(?:(?:\d\d|\d{4}|[a-z]+)\s[ye]\s)?$",
    re.IGNORECASE,
)
TENTH = re.compile(r"(?:(?:1[89]|20)\d|[2-9])0")
CENTURY = re.compile(r"\bsiglos?\s+(?P<roman>[IVX]{1,5})\b")
ROMAN = {"I": 1, "V": 5, "X": 10}
FIRM_FROM = 3
LOOK_BACK = 48
JOINT = re.compile(
    r"\s?(?:-{1,3}|[–—~])\s?[$€£]?|\sa(?:l|\slos)?\s[$€£]?|(?P<listed>\s[oyeu]\s[$€£]?)"
)
"""What stands between the two ends of a range."""


def scan(text: str) -> Iterator[Figure]:
    """The figures of Spanish prose, in order; code and addresses are blanked already."""
    folded, done = text.translate(FOLD), 0
    for found in SCAN.finditer(folded):
        if found.start() >= done and (figure := _read(folded, found)):
            done = figure.end
            yield replace(figure, words=text[figure.start : figure.end])


def _read(text: str, found: re.Match[str]) -> Figure | None:
    if found.lastgroup == "word":
        role, number = WORDS.get(found[0].lower(), ("", 0))
        return _word(text, found, role, number) if role else None
    if found.lastgroup == "number":
        return _written(text, found)
    return _of_day(text, from_digits(found))


def _of_day(text: str, figure: Figure) -> Figure:
    mark = AFTER.match(text, figure.end) if figure.kind == "time" else None
    if not mark or mark.lastgroup not in {"am", "pm"}:
        return figure
    hour, minute = (int(part) for part in figure.words.split(":")[:2])
    return replace(figure, values=(clock(hour, minute, mark.lastgroup),), end=mark.end())


def _written(text: str, found: re.Match[str]) -> Figure:
    words, (start, end) = found[0], found.span()
    if words.count(".") > 1 and not GROUPED.fullmatch(words.partition(",")[0]):
        return version(words, start, end, words)
    value = separated(words, comma=True)
    if TENTH.fullmatch(words) and DECADE.search(text, max(0, start - LOOK_BACK), start):
        return _decade(start, end, words)
    figure = Figure(number_kind(words), (value,), start, end, words, bare=value[0])
    return _with_after(text, figure, value[0])


def _decade(start: int, end: int, number: str) -> Figure:
    is_full = len(number) > len("90")
    value = (f"d{number}", number) if is_full else (f"d19{number}", number, f"d20{number}")
    return Figure("decade", (value,), start, end, number)


def _with_after(text: str, figure: Figure, number: str) -> Figure:
    """The figure with what stands behind it: scale, per cent, `.º`, `y medio`, currency."""
    if mark := AFTER.match(text, figure.end):
        figure = _marked(text, figure, number, mark)
    unit = SYMBOLS.get(text[figure.start - 1 : figure.start], "")
    if money := MONEY.match(text, figure.end):
        unit = SYMBOLS.get(money["sign"] or "", money.lastgroup or "")
    return replace(figure, kind="money", unit=unit, firm=True) if unit else figure


def _marked(text: str, figure: Figure, number: str, mark: re.Match[str]) -> Figure:
    if mark["nth"]:
        return replace(figure, kind="ordinal", values=((number,),), end=mark.end())
    if mark["scale"]:
        return _large(text, figure, number, mark)
    if mark["group"]:
        product = scaled(number, GROUPS[mark["group"].lower()])
        return replace(figure, kind="number", values=((product, number),), end=mark.end())
    if mark.lastgroup in {"am", "pm"}:
        return _at_hour(figure, number, mark)
    return replace(figure, kind="percent", values=(percent(number),), end=mark.end(), firm=True)


def _large(text: str, figure: Figure, number: str, mark: re.Match[str]) -> Figure:
    end, factor = mark.end(), 1
    for word in mark["scale"].lower().split():
        factor *= SCALES[word]
    if half := AND_A_HALF.match(text, end):
        number, end = f"{number}.5", half.end()
    value = (scaled(number, factor),)
    return replace(figure, kind="number", values=(value,), end=end, firm=True)


def _at_hour(figure: Figure, number: str, mark: re.Match[str]) -> Figure:
    if not number.isdecimal() or int(number) > NOON:
        return figure
    value = clock(int(number), 0, mark.lastgroup or "")
    return replace(figure, kind="time", values=(value,), end=mark.end(), firm=True)


def _word(text: str, found: re.Match[str], role: str, number: int) -> Figure | None:
    start, end = found.span()
    if role in {"unit", "ten", "hundred", "scale"}:
        return _spelled(text, found)
    if role == "part" and (of := HALF_A.match(text, end)):
        return _half_a(text, start, of)
    if role == "nth" and (part := ONE_PART.match(text, end)):
        return Figure("fraction", (fraction("1", str(number)),), start, part.end(), "")
    if role == "group" and (century := CENTURY.match(text, start)):
        return Figure("ordinal", ((_roman(century["roman"]),),), start, century.end(), "")
    kind, value = _reading(role, number)
    firm = role == "month" or (role == "nth" and number > FIRM_FROM)
    return Figure(kind, (value,), start, end, found[0], firm)


def _reading(role: str, number: int) -> tuple[str, Value]:
    """Kind and readings of a single word."""
    if role == "nth":
        also = fraction("1", str(number)) if number > FIRM_FROM else ()
        return "ordinal", (str(number), *also)
    if role == "part":
        return "fraction", fraction("1", str(number))
    if role == "month":
        return "month", (f"m{number}", str(number))
    if role == "weekday":
        return "weekday", (f"w{number}",)
    if role == "hour":
        return "time", (f"t{number}:00", str(number or NOON))
    return "number", (str(number),)


def _half_a(text: str, start: int, of: re.Match[str]) -> Figure:
    """`medio millón`, `media docena`."""
    word = of["of"].lower()
    whole = SCALES.get(word) or GROUPS[word]
    return Figure("number", ((scaled("0.5", whole),),), start, of.end(), text[start : of.end()])


def _roman(numeral: str) -> str:
    values = [ROMAN[sign] for sign in numeral]
    following = [*values[1:], 0]
    signed = (-v if v < after else v for v, after in zip(values, following, strict=True))
    return str(sum(signed))


@dataclass(slots=True)
class _Sum:
    """A number in words as far as it is read: millions and up, thousands, the rest."""

    total: int = 0
    thousands: int = 0
    rest: int = 0
    last: int = 0
    bare: int = 0

    @property
    def value(self) -> int:
        return self.total + self.thousands + self.rest

    def take(self, role: str, n: int, *, joined: bool) -> bool:
        """Add the next word; False where it is no part of the number."""
        if not self._fits(role, n, joined=joined):
            return False
        below = self.thousands + self.rest
        if role != "scale":
            self.rest += n
        elif n == SCALES["mil"]:
            self.bare, self.thousands, self.rest = self.rest or 1, (self.rest or 1) * n, 0
        else:
            self.bare = self.bare if self.thousands and not self.rest else below or 1
            self.total += (below or 1) * n
            self.thousands = self.rest = 0
        self.bare = self.bare if role == "scale" else self.value
        self.last = n
        return True

    def _fits(self, role: str, n: int, *, joined: bool) -> bool:
        if not self.last:
            return not joined
        tens = 30 <= self.last <= 90 and self.last % 10 == 0  # noqa: PLR2004 - treinta to noventa
        if role == "unit" and joined:
            return tens and 0 < n < 10  # noqa: PLR2004 - one digit
        if joined or role not in {"unit", "ten", "hundred", "scale"}:
            return False
        if role == "scale":
            is_free = n != SCALES["mil"] or not self.thousands
            return self.last < n and is_free
        return self.last >= 1000 or (self.last >= 100 and role != "hundred")  # noqa: PLR2004


def _spelled(text: str, found: re.Match[str]) -> Figure | None:
    """A run of number words: `treinta y cinco mil`, `dos tercios`, `un millón y medio`."""
    sum_ = _Sum()
    start, end = found.span()
    sum_.take(*WORDS[found[0].lower()], joined=False)
    if sum_.value and (part := PARTS.match(text, end)) and sum_.value < FIRM_FROM**2:
        of = WORDS[_singular(part["of"])][1]
        return Figure("fraction", (fraction(str(sum_.value), str(of)),), start, part.end(), "")
    while more := NEXT.match(text, end):
        role, n = WORDS.get(more["word"].lower(), ("", 0))
        if not sum_.take(role, n, joined="y" in more["gap"].lower()):
            break
        end = more.end()
    return _summed(text, start, end, sum_)


def _singular(word: str) -> str:
    return word.lower().removesuffix("s")


def _summed(text: str, start: int, end: int, sum_: _Sum) -> Figure:
    number, bare = str(sum_.value), str(sum_.bare)
    is_large = sum_.last >= SCALES["mil"]
    if half := AND_A_HALF.match(text, end):
        number = scaled(f"{bare}.5", sum_.value // sum_.bare) if is_large else f"{number}.5"
        end = half.end()
    if TENTH.fullmatch(number) and DECADE.search(text, max(0, start - LOOK_BACK), start):
        return _decade(start, end, number)
    firm = sum_.value >= FIRM_FROM or bool(half)
    figure = Figure("number", ((number,),), start, end, text[start:end], firm, bare=bare)
    grown = _with_after(text, figure, number)
    return replace(grown, firm=firm or grown.firm)
