"""Which encoding a feed is really in: what it says is tried, what it holds decides.

`feedparser` alone reads undeclared GB18030 as windows-1252. Order: byte order mark, UTF-16 and
UTF-32 by their zero bytes, EBCDIC by its declaration, valid UTF-8, the declared encoding, then
GB18030 or Big5 by their commonest characters, then what chardet takes it for.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "這個們來為國說時會對於著過發後裡經麼學現當沒動還進開從實與網電機新報日月市公司工業技"
)
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950", "latin-1": "cp1252"}
DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
EBCDIC = b"\x4c\x6f\xa7\x94\x93"
"""`<?xml` in every EBCDIC code page (XML 1.0, appendix F)."""

BEYOND_ASCII = bytes(range(128, 256))
SAMPLE = 20_000
CHINESE = 0.2
"""The share of the commonest characters from which text is taken for Chinese: real text has .3."""

FEW = 0.02
"""Broken bytes, as a share of the bytes beyond ASCII, below which text is still UTF-8."""


class Decoded(NamedTuple):
    """Text, the name of the encoding, and whether some bytes could not be read."""

    text: str
    encoding: str
    damaged: bool = False


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Read bytes as text; never fails. The XML declaration, now untrue, is cut off."""
    found = _marked(body) or _by_zeros(body) or _ebcdic(body) or _valid_utf8(body)
    found = found or _said(body, content_type) or _guessed(body)
    return found._replace(text=DECLARATION.sub("", found.text.lstrip("\ufeff"), count=1))


def _marked(body: bytes) -> Decoded | None:
    for mark, name in MARKS:
        if body.startswith(mark):
            return _strict(body, name) or _forced(body, name)
    return None


def _valid_utf8(body: bytes) -> Decoded | None:
    """ASCII is left to the declaration (ISO-2022-JP and UTF-16 look like it)."""
    return None if body.isascii() else _strict(body, "utf-8")


def _by_zeros(body: bytes) -> Decoded | None:
    """A document starts with `<` or `{`: in UTF-16 and UTF-32 zero bytes stand around it."""
    if 0 not in body[:2]:
        return None
    name = "utf-16-be" if body[0] == 0 else "utf-16-le"
    if body[:3] == b"\0\0\0" or body[1:4] == b"\0\0\0":
        name = name.replace("16", "32")
    return _strict(body, name) or _forced(body, name)


def _ebcdic(body: bytes) -> Decoded | None:
    """The declaration is the same in every code page of the family; it names which."""
    if not body.startswith(EBCDIC):
        return None
    declared = DECLARED.search(body[:300].decode("cp037").encode("ascii", "replace"))
    return _strict(body, declared[1].decode("ascii")) if declared else None


def _said(body: bytes, content_type: str) -> Decoded | None:
    """A server's own `latin-1` or `ascii` is a default more often than the truth."""
    inside = DECLARED.search(body)
    outside = CHARSET.search(content_type)
    names = [_python_name(m[1]) for m in (outside,) if m]
    names = [n for n in names if n not in {"latin-1", "ascii"} or not inside]
    names += [_python_name(inside[1].decode("ascii"))] if inside else []
    for name in names:
        if found := _strict(body, SUPERSETS.get(name, name)):
            return found
    return None


def _python_name(label: str) -> str:
    known = {"iso8859-1": "latin-1", "big5hkscs": "big5hkscs"}
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return ""
    return known.get(name, name)


def _guessed(body: bytes) -> Decoded:
    if nearly := _nearly_utf8(body):
        return nearly
    tried = [_strict(body, n) or _forced(body, n) for n in ("gb18030", "cp950", "big5hkscs")]
    best = max(tried, key=lambda found: (not found.damaged, _commonness(found.text)))
    if (common := _commonness(best.text)) > CHINESE:
        return best
    return _by_chardet(body) or (best if common > FEW else _forced(body, "cp1252"))


def _by_chardet(body: bytes) -> Decoded | None:
    import chardet

    name = chardet.detect(body[: 10 * SAMPLE])["encoding"]
    return _strict(body, name) if name else None


def _nearly_utf8(body: bytes) -> Decoded | None:
    if body.isascii():
        return _strict(body, "utf-8")
    forced = _forced(body, "utf-8")
    beyond = len(body) - len(body.translate(None, BEYOND_ASCII))
    broken = forced.text.count("\ufffd")
    return forced if broken <= max(1, beyond * FEW) and beyond > 2 * broken else None


def _commonness(text: str) -> float:
    """The share of the commonest Chinese characters among all characters beyond ASCII."""
    wide = [c for c in text[:SAMPLE] if not c.isascii()]
    return sum(c in COMMON for c in wide) / len(wide) if wide else 0.0


def _strict(body: bytes, name: str) -> Decoded | None:
    try:
        return Decoded(body.decode(name), name)
    except (UnicodeError, LookupError):
        return None


def _forced(body: bytes, name: str) -> Decoded:
    text = body.decode(name, "replace")
    return Decoded(text, name, "\ufffd" in text)
