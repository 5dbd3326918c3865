"""Mends what is mechanical in a manuscript: shorthands of a Chinese keyboard, tracked links.

Front matter, fences, code spans, escapes and notes to oneself are left alone, and so is
every byte that is no part of a fault; mending twice changes nothing more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.check.rows import ADDRESS, after_span, tick_runs
from pressroom.errors import ManuscriptError
from pressroom.lang import language
from pressroom.manuscript import scan
from pressroom.manuscript.cut import HEADING, cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Locale

TRACKING = re.compile(r"(?:utm_\w*|fbclid|gclid|spm)(?:=.*)?", re.IGNORECASE)
WORDS = r"[^\[\]［］【】`\n]{1,300}"
FAULT = re.compile(
    rf"""(?P<escape>\\.)
      | (?P<ticks>`+)
      | (?P<bang>^[ \t]*！(?=(?:\[\[|［［|【【){WORDS}(?:\]\]|］］|】】)[ \t]*\r?$))
      | (?P<term>(?:\[\[|［［|【【)(?P<name>{WORDS})(?:\]\]|］］|】】))
      | (?P<cite>(?<![\[［])[\[［](?P<keys>[@＠]{WORDS})[\]］](?![\]］]))
      | (?P<link>(?:\]\([ \t]*<?|<)(?P<to>https?://{ADDRESS}))
    """,
    re.VERBOSE | re.MULTILINE,
)
SIGNS = re.compile(r"[\[\]<［【！]")
"""One of these is part of every fault; most rows have none."""


def mend(text: str, locale: Locale) -> str:
    """The same manuscript with its mechanical faults mended; one that cannot be cut stays."""
    try:
        front = cut(text, language(locale).turn_marks, "", lines=False).front
    except ManuscriptError:
        return text
    body = text[len(front) :]
    return front + "\n".join(_mended_rows(body))


def faults(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each mendable fault in running text outside code, and what takes its place."""
    if not SIGNS.search(text):
        return
    runs = tick_runs(text)
    position = 0
    while found := FAULT.search(text, position):
        position = after_span(found, runs) if found["ticks"] else found.end()
        if (better := _better(found)) != found[0]:
            yield found, better


def untracked(url: str) -> str:
    """An address without tracking parameters; all else of it stays as written.

    >>> untracked("https://example.org/a?id=7&utm_source=x#top")
    'https://example.org/a?id=7#top'
    """
    rest, sign, fragment = url.partition("#")
    path, mark, query = rest.partition("?")
    parts = query.split("&")
    kept = [part for part in parts if not TRACKING.fullmatch(part)]
    if len(kept) == len(parts):
        return url
    return path + (mark if kept else "") + "&".join(kept) + sign + fragment


def _better(found: re.Match[str]) -> str:
    raw = found[0]
    if found["bang"]:
        return raw.replace("！", "!")
    if name := found["name"]:
        return f"[[{name if '|' in name else name.replace('｜', '|', 1)}]]"
    if keys := found["keys"]:
        return _citation(keys) or raw
    if to := found["to"]:
        return raw.replace(to, untracked(to))
    return raw


def _citation(keys: str) -> str:
    """A citation in its proper form; empty when what would result names no sources."""
    narrow = keys.replace("＠", "@").replace("；", ";")
    narrow = re.sub(r"(@[A-Za-z0-9][A-Za-z0-9_.-]*)，", r"\1,", narrow)
    return f"[{narrow}]" if all(key for key, _ in scan.citations(narrow[1:])) else ""


def _mended_rows(body: str) -> Iterator[str]:
    """Row by row, code spans being looked for in each paragraph as Markdown does."""
    is_open = {index for index, _ in scan.open_rows(body)}
    paragraph: list[str] = []
    for index, row in enumerate(body.split("\n")):
        if index in is_open and row.strip() and not scan.is_private(row):
            if HEADING.match(row):
                yield from _flushed(paragraph)
            paragraph.append(row)
            if HEADING.match(row):
                yield from _flushed(paragraph)
        else:
            yield from _flushed(paragraph)
            yield row
    yield from _flushed(paragraph)


def _flushed(paragraph: list[str]) -> Iterator[str]:
    if paragraph:
        yield _mended("\n".join(paragraph))
        paragraph.clear()


def _mended(text: str) -> str:
    out, position = "", 0
    for found, better in faults(text):
        out += text[position : found.start()] + better
        position = found.end()
    return out + text[position:]
