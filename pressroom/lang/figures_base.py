"""What figures of every language share: the value itself, digits, codes, what is no prose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal


def each(words: str) -> list[str]:
    """The words of a list that is easier to read on one line."""
    return words.split()


Value = tuple[str, ...]
"""The readings of one value, the likeliest first: `("50%", "0.5", "1/2")`, `("m8", "8")`."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A stretch of text that states one value or, as a range or a date does, several."""

    kind: str
    """number, percent, money, date, month, year, day, weekday, time, decade, range, ordinal,
    fraction, version or code (a name with digits: `BIP125`)."""
    values: tuple[Value, ...]
    start: int
    end: int
    words: str
    firm: bool = True
    """Whether a translation must have it; `one`, `a`, 两者 and codes it may leave out."""
    unit: str = ""
    """The currency, where one stands by it: `USD`, `CNY`, or `$` where several would do."""
    bare: str = ""
    """The digits as they stand, without scale: for languages whose scale words are not known."""


DIGITS = r"""
 (?P<code>[A-Za-z]+\d[A-Za-z\d]*(?:[-._][A-Za-z]*\d[A-Za-z\d]*)*
   |[A-Z][A-Za-z]*-\d[A-Za-z\d]*(?:[-.][A-Za-z]*\d[A-Za-z\d]*)*)
|(?P<date>(?:1\d|20)\d\d(?P<sep>[-/])(?:0?[1-9]|1[0-2])(?P=sep)(?:3[01]|[12]\d|0?[1-9])(?!\d))
|(?P<clock>(?:2[0-4]|[01]?\d):[0-5]\d(?::[0-5]\d)?(?!\d))
|(?P<word>[A-Za-z]+)
"""
"""Verbose pattern; what comes before a plain number in each language's own scan."""

NOT_PROSE = re.compile(
    r"""
 ^[ ]{0,8}(?:```|~~~).*?(?:^[ ]{0,8}(?:```|~~~)[^\n]*$|\Z)
|(?P<tick>`{1,3})(?!`)[^`]{1,2000}(?P=tick)
|<!--.*?(?:-->|\Z)|</?[A-Za-z][^<>]{0,400}>|\{%[ ]*comment.{0,4000}?endcomment[ ]*%\}|\{%.{0,400}?%\}
|\{[#:.{][^{}\n]{0,200}\}{1,2}
|^[ ]{0,3}\[[^\]\n]{1,200}\]:.*$|^%%.*$|^[ \t>]{0,12}(?:[-*+][ ]+)?\d{1,3}[.)][ \t]|\[\^[^\]\n]{1,40}\]|\[@[^\]\n]{1,200}\]
|(?<=\])(?:\([^()\n]{0,400}(?:\([^()\n]{0,200}\)[^()\n]{0,200})?\)|\[[^\]]{0,200}\])
|(?:https?://|www\.)[!-'*-;=?-Z^-~]+|[\w.+-]{1,60}@[\w-]{1,60}\.[\w.]{1,60}|\*\*
|(?<![A-Za-z\d.])(?:0x[\dA-Fa-f]+|(?=[a-f]{0,64}\d)(?=\d{0,64}[a-f][\da-f])[\da-f]{7,64}
  |(?=[A-Za-z]{0,90}\d)(?=\d{0,90}[A-Za-z])[A-Za-z\d]{20,})(?![A-Za-z\d])
""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
SIGNS = re.compile(
    r"[`<\[{@%*]|://|www\.|0x|^[ \t>]*(?:[-*+] +)?\d{1,3}[.)]|[\da-f]{7}|[\dA-Za-z]{20}",
    re.MULTILINE,
)
FULL_WIDTH = str.maketrans("０１２３４５６７８９％．，：／＋－", "0123456789%.,:/+-")
PREFIXES = frozenset(each("mid pre post sub non top late early under over since circa"))
LETTERS = re.compile(r"[A-Za-z]+")


def prose(text: str) -> str:
    """The text with code, addresses, link targets and HTML blanked out, every offset kept."""
    text = text.translate(FULL_WIDTH)
    return NOT_PROSE.sub(_blank, text) if SIGNS.search(text) else text


def _blank(found: re.Match[str]) -> str:
    return " " * (found.end() - found.start())


def plain(digits: str) -> str:
    """`1,234.50` -> `1234.5`; `07` -> `7`; `007`, a name rather than a count, stays."""
    digits = digits.replace(",", "")
    if digits[:2] == "00" and digits.isdecimal():
        return digits
    digits = digits.lstrip("0") or "0"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" + digits if digits.startswith(".") else digits or "0"


GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


def separated(words: str, *, comma: bool = False) -> Value:
    """`1.234,5` and `1 234.5` are 1234.5; `1.234` may be either, and so may `1,234`.

    With `comma` a lone comma is first of all a decimal one.
    """
    words = re.sub(r"[ \u00a0\u202f’']", "", words)
    if GROUPED.fullmatch(words):
        grouped = plain(re.sub("[.,]", "", words))
        either = (grouped, plain(words.replace(",", ".")))
        if len(re.findall("[.,]", words)) > 1:
            return (grouped,)
        return either[::-1] if comma and "," in words else either
    whole, mark, part = re.fullmatch(r"(.*?)(?:([.,])(\d+))?", words).groups()  # type: ignore[union-attr]
    return (plain(re.sub("[.,]", "", whole) + (f".{part}" if mark else "")),)


def scaled(digits: str, factor: Decimal | int) -> str:
    """`3.5` and 10000 -> `35000`, without exponent."""
    return plain(format(Decimal(plain(digits)) * factor, "f"))


def percent(number: str) -> Value:
    """Readings of so many in a hundred."""
    return (f"{number}%", scaled(number, Decimal("0.01")), *HALVES.get(number, ()), number)


HALVES = {"50": ("1/2",), "25": ("1/4",), "75": ("3/4",), "20": ("1/5",), "10": ("1/10",)}


LONGEST = 9
NOON = 12
MARKS = {"am": 0, "pm": NOON}


def fraction(part: str, whole: str) -> Value:
    """Readings of a fraction in words: 四分之三, three quarters."""
    if not whole.strip("0.") or max(len(whole), len(part)) > LONGEST:
        return (f"{part}/{whole}",)
    share = Decimal(part) / Decimal(whole)
    decimal = plain(format(round(share, 6), "f"))
    return (f"{part}/{whole}", scaled(decimal, 100) + "%", decimal)


def clock(hour: int, minute: int, half: str = "") -> Value:
    """Readings of a time of day; `half` is `am`, `pm` or, where unsaid, nothing."""
    if half and hour <= NOON:
        hour = hour % NOON + MARKS[half]
    said, other = (f"t{h % 24}:{minute:02}" for h in (hour, hour + NOON))
    bare = () if minute else (str(hour % NOON or NOON),)
    return (said, *bare) if half or hour > NOON else (said, other, *bare)


YEAR = re.compile(r"(?:19|20)\d\d")


def number_kind(digits: str) -> str:
    """`year` for four digits from 1900 to 2099 as they stand, else `number`."""
    return "year" if YEAR.fullmatch(digits) else "number"


def from_digits(found: re.Match[str]) -> Figure:
    """The figure of a match of `DIGITS`."""
    words, start, end = found[0], found.start(), found.end()
    if found.lastgroup == "clock":
        hour, minute = words.split(":")[:2]
        return Figure("time", (clock(int(hour), int(minute)),), start, end, words)
    if found.lastgroup == "date":
        year, month, day = (plain(part) for part in re.split("[-/]", words))
        return Figure("date", ((year,), (f"m{month}", month), (day,)), start, end, words)
    return _code(words, start, end)


def _code(words: str, start: int, end: int) -> Figure:
    letters = LETTERS.match(words)
    head = letters[0] if letters else ""
    rest = words[len(head) :].removeprefix("-")
    number = rest.replace(".", "").isdecimal()
    if number and (head.lower() in PREFIXES or head.upper() in ISO_CURRENCIES):
        return Figure(number_kind(rest), ((plain(rest),),), start, end, words)
    if number and head in {"v", "V"}:
        return version(rest, start, end, words)
    name = words.lower().replace("-", "").removesuffix("s")
    return Figure(
        "code", ((name, plain(rest)) if number else (name,),), start, end, words, firm=False
    )


def version(digits: str, start: int, end: int, words: str) -> Figure:
    """`v0.21.1` or `0.21.1`, one token; with one dot or none it is a number as well."""
    readings = (digits,) if digits.count(".") > 1 else (plain(digits), "v" + digits)
    return Figure("version", (readings,), start, end, words)


ISO_CURRENCIES = frozenset(each("USD EUR GBP JPY CNY RMB HKD TWD NTD AUD CAD SGD KRW INR BTC"))
DOLLARS = frozenset(each("USD HKD TWD AUD CAD SGD $"))


def same_money(one: str, other: str) -> bool:
    """Whether two currencies may be one: `$` is any dollar, `¥` yuan or yen."""
    if not one or not other or one == other:
        return True
    pair = {one, other}
    return ("$" in pair and pair <= DOLLARS) or ("¥" in pair and pair <= {"¥", "CNY", "JPY"})
