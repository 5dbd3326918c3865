"""Mail as its parts, however broken: bounded in size, depth and number, and never an error.

A returned message is opened no further than its headers, so what it carries is never mistaken
for a report of its own.
"""

from __future__ import annotations

import binascii
import codecs
import re
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 1 << 20
MOST_TEXT = 1 << 16
DEEPEST = 8
MOST_PARTS = 100
MOST_HEADERS = 400
LONGEST_HEADER = 4000

_NAME = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")
_PARAM = re.compile(
    r";\s*([a-z-]{1,30})\*?\s*=\s*(?:\"([^\"]{0,300})\"|([^\s;\"]{1,300}))", re.IGNORECASE
)
_WORD = re.compile(r"=\?([\w-]{1,40})(?:\*[\w-]{0,20})?\?([bq])\?([^?\n]{0,800})\?=", re.IGNORECASE)
_BETWEEN = re.compile(r"(?<=\?=)\s{1,40}(?==\?)")
_GUESS = re.compile(rb"^--([^\s-][^\n]{2,100}|-{1,40}[^\s-][^\n]{2,70})$", re.MULTILINE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BREAK = re.compile(r"</?(?:br|p|div|tr|td|th|li|h[1-6]|table|pre)\b", re.IGNORECASE)

# Only codecs that turn bytes into text in one pass: a mail may name any (punycode is quadratic).
_CHARSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "hz": "hz",
    "big5": "big5hkscs", "big5hkscs": "big5hkscs", "cp950": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext", "iso2022_jp_1": "iso2022_jp_ext",
    "iso2022_jp_2": "iso2022_jp_2", "shift_jis": "cp932", "cp932": "cp932", "euc_jp": "euc_jp",
    "euc_kr": "cp949", "cp949": "cp949", "iso2022_kr": "iso2022_kr", "utf-8": "utf-8",
    "utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be", "utf-7": "utf-7",
    "koi8-r": "koi8-r", "koi8-u": "koi8-u", "ascii": "",
}  # fmt: skip


@dataclass(slots=True)
class Part:
    """One part: headers in order with names in lower case, type, parameters, body as it stood."""

    headers: list[tuple[str, str]]
    kind: str = "text/plain"
    params: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    parts: list[Part] = field(default_factory=list)

    def get(self, name: str) -> str:
        """The first header of a name, encoded words decoded; empty without one."""
        return next((words(value) for key, value in self.headers if key == name), "")

    def all(self, *names: str) -> list[str]:
        """Every header of these names, in the order they stand."""
        return [words(value) for key, value in self.headers if key in names]

    @property
    def returned(self) -> bool:
        """Whether it is a message sent back, whole or its headers only."""
        if self.kind in {"message/rfc822", "message/global", "message/partial"}:
            return True
        if self.kind.endswith(("rfc822-headers", "rfc822-header", "global-headers")):
            return True
        names = {key for key, _ in self.headers}
        return "received" in names or {"from", "subject"} <= names

    def leaves(self) -> Iterator[Part]:
        """The parts that are no containers, in order; a returned message is one of them."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def data(self) -> bytes:
        """The body with its transfer encoding undone."""
        way = self.get("content-transfer-encoding").strip().lower()
        if way == "base64":
            return _base64(self.body)
        return binascii.a2b_qp(self.body) if way == "quoted-printable" else self.body

    def text(self) -> str:
        """The body as text, markup taken out, at most 64 Ki characters of it."""
        text = decoded(self.data()[: 4 * MOST_TEXT], self.params.get("charset", ""))
        return (plain(text) if self.kind == "text/html" else text)[:MOST_TEXT]


def parse(data: bytes) -> Part:
    """Read a mail: at most 1 MiB of it, 8 levels, 100 parts. Whatever it is given, it returns."""
    data = data[:MOST_BYTES].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return _part(data.lstrip(b"\n\t "), 0, [MOST_PARTS])


def headers(data: bytes) -> list[tuple[str, str]]:
    """The headers at the head of some bytes, unfolded."""
    return _split(data.lstrip(b"\n"))[0]


def _part(data: bytes, depth: int, left: list[int]) -> Part:
    left[0] -= 1
    found, body = _split(data)
    part = Part(found, body=body)
    part.kind, part.params = _content(part.get("content-type"))
    inner = depth == 0 or not part.returned
    if inner and part.kind.startswith("multipart/") and depth < DEEPEST:
        pieces = _pieces(body, part.params.get("boundary", ""))
        part.parts = [_part(one, depth + 1, left) for one in pieces if left[0] > 0]
    return part


def _split(data: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body; a text without headers is all body."""
    found: list[list[bytes]] = []
    place = 0
    while place < len(data):
        end = data.find(b"\n", place)
        end = len(data) if end < 0 else end
        line = data[place:end]
        if not line.strip():
            place = end + 1
            break
        if line[:1] in b" \t" and found:
            found[-1].append(line[:LONGEST_HEADER])
        elif _NAME.match(line):
            found.append([line[:LONGEST_HEADER]])
        elif found or not line.startswith((b"From ", b">From ")):
            break
        place = end + 1
    return [_header(lines) for lines in found[:MOST_HEADERS]], data[place:]


def _header(lines: list[bytes]) -> tuple[str, str]:
    name, _, value = b" ".join(lines[:60]).partition(b":")
    text = decoded(value[:LONGEST_HEADER], "")
    return name.strip().decode("ascii", "replace").lower(), " ".join(text.split())


def _content(value: str) -> tuple[str, dict[str, str]]:
    kind = value.partition(";")[0].strip().lower() or "text/plain"
    params = {name.lower(): a or b for name, a, b in _PARAM.findall(value)}
    return kind.split()[0], params


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    """What stands between the boundary lines; a missing boundary is guessed from the first."""
    if not boundary:
        guess = _GUESS.search(body, 0, MOST_TEXT)
        boundary = guess[1].decode("latin-1").rstrip() if guess else ""
    if not boundary:
        return [body]
    mark = re.escape(boundary.encode("utf-8", "replace"))
    lines = re.split(rb"(?:\A|\n)--" + mark + rb"(?:--)?[ \t]{0,99}(?=\n|\Z)", body)
    pieces = [one.removeprefix(b"\n") for one in lines[1 : MOST_PARTS + 1]]
    return [one if _headed(one) else b"\n" + one for one in pieces if one.strip()] or [body]


def _headed(piece: bytes) -> bool:
    return piece.startswith(b"\n") or _NAME.match(piece) is not None


def _base64(body: bytes) -> bytes:
    for tail in (b"", b"=", b"=="):
        with suppress(binascii.Error):
            return binascii.a2b_base64(body + tail)
    return b""


def words(value: str) -> str:
    """A header's encoded words (RFC 2047) decoded."""
    return _WORD.sub(_word, _BETWEEN.sub("", value)) if "=?" in value else value


def _word(found: re.Match[str]) -> str:
    raw = found[3].encode("utf-8", "replace")
    data = _base64(raw) if found[2] in "bB" else binascii.a2b_qp(raw, header=True)
    return decoded(data, found[1])


def decoded(data: bytes, charset: str) -> str:
    """Bytes as text in the charset named, else in the one they fit; never an error."""
    named = _charset(charset)
    for name in (named, "iso2022_jp_ext" if b"\x1b$" in data else "", "utf-8", "gb2312"):
        with suppress(UnicodeError):
            if name:
                return data.decode(name)
    return data.decode(named or "cp1252", "replace")


def _charset(name: str) -> str:
    try:
        known = codecs.lookup(name).name if name.isascii() and name else ""
    except (LookupError, ValueError):
        return ""
    return _CHARSETS.get(known, known if known.startswith(("iso8859", "cp125")) else "")


def plain(markup: str) -> str:
    """The text of an HTML body, one line a block."""
    for name in ("style", "script", "title"):
        markup = _without(markup, name)
    return unescape(_TAG.sub("", _BREAK.sub(r"\n\g<0>", markup)))


def _without(markup: str, name: str) -> str:
    """The markup without an element and all that is in it."""
    lower, kept, place = markup.lower(), [], 0
    if len(lower) != len(markup):
        return markup
    while (start := lower.find(f"<{name}", place)) >= 0:
        kept.append(markup[place:start])
        end = lower.find(f"</{name}", start)
        place = len(markup) if end < 0 else end
    return "".join(kept) + markup[place:]
