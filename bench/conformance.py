"""feedparser's own expectations, asked of our reader.

    python bench/conformance.py FOLDER

FOLDER is `tests/` of feedparser's source distribution (`pip download --no-binary :all:
--no-deps feedparser`). Each file says what it expects in a comment, as Python. Every comparison that
names a field we keep (title, link, summary, content, author, dates, the count of entries) is
evaluated against what `read` gives, the expected value reduced to plain text as ours is; a
title expected of the feed itself is first moved into an entry (encodings and entities). `bozo` (we report a fault) and the
name of the encoding are counted on their own. Prints every claim that fails, then counts.
"""

from __future__ import annotations

import ast
import calendar
import codecs
import re
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from pressroom.gather.encoding import decode
from pressroom.gather.parse import read
from pressroom.gather.text import one_line, plain, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.gather.entry import Entry, Reading

NOW = datetime(2035, 1, 1, tzinfo=UTC)
EXPECT = re.compile(rb"Expect:\s*(.*?)\s*-->", re.DOTALL)
ROOT = re.compile(r"<((?:\w+:)?(rss|feed|RDF))\b[^>]*>")
TITLE = re.compile(r"<title\b[^>]*>.*?</title\s*>", re.DOTALL)
LOOKED_UP = re.compile(rb"SkipUnless:.*?lookup\('([^']+)'\)")
HEADER = re.compile(rb"^Header:\s*([^:]+):(.*)$", re.MULTILINE)
KEPT = {
    "title", "title_detail.value", "link", "len", "summary", "summary_detail.value",
    "description", "content.0.value", "author", "published_parsed", "updated_parsed",
    "created_parsed", "date_parsed", "modified_parsed", "issued_parsed",
}  # fmt: skip


def comment(data: bytes) -> tuple[str, dict[str, str]]:
    """The expectation and the headers that the file is to be served with."""
    for encoding in ("", "utf-16", "utf-32", "utf-16-be", "utf-16-le", "utf-32-be", "cp037"):
        text = _as_utf8(data, encoding)
        if found := EXPECT.search(text):
            headers = {
                k.decode().strip().lower(): v.decode().strip() for k, v in HEADER.findall(text)
            }
            return found[1].decode("utf-8", "replace"), headers
    return "", {}


def _as_utf8(data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).encode("utf-8", "replace") if encoding else data
    except (UnicodeError, LookupError):
        return b""


def claims(expect: str) -> Iterator[tuple[int, str, Any]]:
    """Every `entries[N]... == value` and `len(entries) == N` of an expectation."""
    try:
        tree = ast.parse(expect.replace("\n", " ").strip(), mode="eval")
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
            number, path = where(node.left)
            try:
                value = ast.literal_eval(node.comparators[0])
            except ValueError:
                continue
            if path:
                yield number, path, value


def where(node: ast.expr) -> tuple[int, str]:
    """`entries[0]['content'][0]['value']` as (0, "content.0.value")."""
    if (words := ast.unparse(node)) in {"len(entries)", "feed['title']", "feed.title"}:
        return 0, "len" if words.startswith("len") else "feed.title"
    path: list[str] = []
    while isinstance(node, ast.Subscript | ast.Attribute):
        if isinstance(node, ast.Attribute):
            path.append(node.attr)
        elif isinstance(node.slice, ast.Constant):
            path.append(str(node.slice.value))
        node = node.value
    if not (isinstance(node, ast.Name) and node.id == "entries") or len(path) < 2:
        return 0, ""
    return int(path[-1]), ".".join(reversed(path[:-1]))


def holds(path: str, value: Any, reading: Reading, number: int, url: str) -> bool:
    """Whether our reading agrees with one claim."""
    if path == "len" or number >= len(reading.entries):
        return path == "len" and len(reading.entries) == value
    entry = reading.entries[number]
    if path in {"title", "title_detail.value"}:
        return entry.title in {one_line(value)[:500], plain(value).replace("\n\n", " ")[:500]}
    if path == "link":
        return urljoin(url, entry.link) == urljoin(url, value)
    if path == "author":
        return entry.byline == one_line(value)[:200]
    if path.endswith("_parsed"):
        return value is None or entry.published == datetime.fromtimestamp(
            calendar.timegm(value), UTC
        )
    return any(_kept_in(entry, reduced) for reduced in (plain(value), tidy(value)))


def _kept_in(entry: Entry, reduced: str) -> bool:
    flat = " ".join(reduced.split())
    return flat in {" ".join(entry.text.split()), entry.dek} or " ".join(
        entry.text.split()
    ).startswith(flat.rstrip("….") or "\0")


def moved(data: bytes, content_type: str) -> bytes:
    """The feed with its own title put into an entry, for expectations of `feed['title']`."""
    text = decode(data, content_type).text
    root, title = ROOT.search(text), TITLE.search(text)
    if not root or not title:
        return b""
    inner = "entry" if root[2] == "feed" else "item"
    body = f"<{inner}>{title.group()}</{inner}>"
    if inner == "item":
        body = f"<channel>{body}</channel>"
    return f"{text[: root.end()]}{body}</{root[1]}>".encode("utf-8", "replace")


def faults(expect: str, data: bytes, kind: str, reading: Reading) -> Iterator[tuple[str, bool]]:
    """Claims of `bozo` and `encoding`: does ours agree?"""
    if found := re.match(r"(not )?bozo\b", expect):
        yield "bozo", bool(reading.fault) is not bool(found[1])
    if found := re.search(r"\bencoding == '([\w-]+)'", expect):
        ours = decode(data, kind).encoding
        ascii_only = family(found[1]) == "ascii" and data.isascii()
        yield "encoding", ascii_only or family(found[1]) == family(ours)


def family(encoding: str) -> str:
    """One name for an encoding, its supersets and its byte orders."""
    name = codecs.lookup(encoding).name.removesuffix("-sig").removesuffix("-be").removesuffix("-le")
    same = {
        "gb2312": "gb18030", "big5": "cp950", "shift_jis": "cp932", "euc_kr": "cp949",
        "tis-620": "cp874", "iso8859-1": "cp1252",
    }  # fmt: skip
    return same.get(name, name)


class Report:
    """What was asked and what held."""

    def __init__(self) -> None:
        self.tally: Counter[str] = Counter()

    def add(self, name: Path, field: str, *, held: bool, note: str) -> None:
        """Count one claim; print it where it fails."""
        group = {"bozo": "bozo", "encoding": "encoding name"}.get(field, name.parts[0])
        self.tally[f"{group}: {'holds' if held else 'fails'}"] += 1
        if not held:
            print(f"{name}: {field}: {note:.400}")


def unknown(data: bytes) -> bool:
    """Whether the file is in an encoding that this Python does not have."""
    found = LOOKED_UP.search(data)
    try:
        codecs.lookup(found[1].decode() if found else "utf-8")
    except LookupError:
        return True
    return False


def judge(name: Path, data: bytes, report: Report) -> None:
    """Every claim of one file."""
    expect, headers = comment(data)
    if unknown(data):
        return
    kind = headers.get("content-type", "")
    url = headers.get("content-location") or f"http://127.0.0.1:8097/{name}"
    reading = read(data, kind, url, NOW)
    for field, held in faults(expect, data, kind, reading):
        report.add(name, field, held=held, note=f"{expect!r} ours {reading.fault!r}")
    for number, field, value in claims(expect):
        if field == "feed.title":
            if name.parts[0] == "wellformed":
                continue
            reading, number, field = read(moved(data, kind), "", url, NOW), 0, "title"  # noqa: PLW2901
        if field in KEPT:
            held = holds(field, value, reading, number, url)
            ours = reading.entries[number : number + 1]
            report.add(name, field, held=held, note=f"expected {value!r:.150} ours {ours!r}")


def main() -> None:
    """Judge every file below the folder."""
    root, report = Path(sys.argv[1]), Report()
    for path in sorted(root.rglob("*.xml")):
        judge(path.relative_to(root), path.read_bytes(), report)
    for key, count in sorted(report.tally.items()):
        print(f"{count:6d}  {key}")


if __name__ == "__main__":
    main()
