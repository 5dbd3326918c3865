"""Excerpts of what a chatbot was asked and answered, as `![[probe:excerpt NAME N]]` prints them.

    [[excerpts]]
    name = "doubao.zh"            # bot and language, as the call names it
    number = 7
    bot = "Doubao"
    locale = "zh-Hans"
    question = "..."
    answer = "..."
    truncated = true              # the answer went on

    [[excerpts]]
    name = "doubao.zh"
    number = 8
    bot = "Doubao"
    locale = "zh-Hans"
    redacted = true
    summary = { en = "A question on a method.", zh-Hans = "..." }

A redacted one holds no words: a question or an answer beside `redacted = true` is an error,
as probe.toml itself is public (promise 4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pressroom.errors import SettingsError, did_you_mean
from pressroom.lang import endonym, language
from pressroom.manuscript.terms import escape
from pressroom.model import Locale, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}")
TEXTS = ("name", "bot", "locale", "question", "answer")
FLAGS = ("truncated", "redacted")
KEYS = (*TEXTS, *FLAGS, "number", "summary")
LONGEST = 20_000
"""Characters of a question or an answer: an excerpt is no transcript."""
STARTS = re.compile(r"^(?:[-+=:]|\d{1,9}(?=\\?[.)]))")
MARKS = re.compile(r"(?<=\{)(?=\{|%)|(?<=\[)(?=\\?[\[@])")
"""Between the signs of a mark that `check` would take for a leftover of ours."""
JOINER = "\u2060"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One question and its answer; `summary` is all that is public of a redacted one."""

    name: str
    number: int
    bot: str
    locale: Locale
    question: str = ""
    answer: str = ""
    truncated: bool = False
    redacted: bool = False
    summary: Mapping[Locale, str] | None = None

    @property
    def call(self) -> str:
        """How a manuscript calls it: `excerpt doubao.zh 7`."""
        return f"excerpt {self.name} {self.number}"


def read_excerpts(where: str, tables: list[dict[str, Any]]) -> tuple[Excerpt, ...]:
    """The excerpts of probe.toml; SettingsError names the key, and no word of a text."""
    found: dict[str, Excerpt] = {}
    for place, table in enumerate(tables):
        excerpt = _excerpt(f"{where}: excerpts.{place}", table)
        if excerpt.call in found:
            raise SettingsError(f'{where}: excerpts.{place}: "{excerpt.call}" stands twice.')
        found[excerpt.call] = excerpt
    return tuple(found.values())


def _excerpt(where: str, table: Mapping[str, Any]) -> Excerpt:
    for key, value in table.items():
        if key not in KEYS:
            raise SettingsError(f"{where}.{key}: unknown key.{did_you_mean(key, KEYS)}")
        if key in TEXTS and (not isinstance(value, str) or len(value) > LONGEST):
            raise SettingsError(f"{where}.{key}: must be a text of {LONGEST} characters at most.")
        if key in FLAGS and not isinstance(value, bool):
            raise SettingsError(f"{where}.{key}: must be true or false, without quotes.")
    for key in ("name", "bot", "locale"):
        if not table.get(key):
            raise SettingsError(f'{where}.{key}: is missing. Write {key} = "...".')
    if not NAME.fullmatch(table["name"]):
        raise SettingsError(f'{where}.name: use a-z, 0-9, dots and hyphens, such as "doubao.zh".')
    number = table.get("number")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise SettingsError(f"{where}.number: must be the question's number, such as 7.")
    return _whole(where, dict(table))


def _whole(where: str, table: dict[str, Any]) -> Excerpt:
    summary = table.get("summary", {})
    if not isinstance(summary, dict) or not all(isinstance(w, str) for w in summary.values()):
        raise SettingsError(
            f'{where}.summary: must hold a text per locale, such as {{ en = "..." }}.'
        )
    wanted, unwanted = ("question", "answer"), ("summary",)
    if table.get("redacted"):
        wanted, unwanted = unwanted, wanted  # type: ignore[assignment]
    for key in unwanted:
        if table.get(key):
            why = "a redacted excerpt holds no words" if key != "summary" else "this one is printed"
            raise SettingsError(f"{where}.{key}: {why}. Delete it here.")
    for key in wanted:
        if not table.get(key):
            raise SettingsError(f"{where}.{key}: is missing or empty.")
    tags = {Locale(tag): words for tag, words in summary.items()}
    return Excerpt(**table | {"locale": Locale(table["locale"]), "summary": tags or None})


def parts(excerpts: tuple[Excerpt, ...], locale: Locale) -> dict[str, tuple[Part, ...]]:
    """What each call stands for in an edition."""
    return {e.call: (Part("excerpt", "\n".join(_rows(e, locale))),) for e in excerpts}


def _rows(excerpt: Excerpt, locale: Locale) -> Iterator[str]:
    words = language(locale).words
    head = f"**{_said(excerpt.bot)}** · {endonym(excerpt.locale)} · {excerpt.number}"
    yield f"{head}\n"
    if excerpt.redacted:
        told = (excerpt.summary or {}).get(locale) or next(
            iter((excerpt.summary or {}).values()), ""
        )
        yield f"> **{words['withheld']}**{words['colon']}{_said(told)}"
        return
    yield from _quoted(f"**{words['question']}**{words['colon']}", excerpt.question)
    yield ">"
    answer = f"{excerpt.answer.rstrip()} [...]" if excerpt.truncated else excerpt.answer
    yield from _quoted(f"**{words['answer']}**{words['colon']}", answer)


def _quoted(label: str, text: str) -> Iterator[str]:
    """Text as quoted rows, a line of it a line, all of it literal."""
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    for place, line in enumerate(lines):
        words = _said(line) if place else label + _said(line)
        ends = "  " if line and place + 1 < len(lines) and lines[place + 1] else ""
        yield f"> {words}{ends}".rstrip(" ") + ends


def _said(text: str) -> str:
    literal = escape(MARKS.sub(JOINER, text))
    return STARTS.sub(_literally, literal)


def _literally(start: re.Match[str]) -> str:
    return start[0] + "\\" if start[0][0].isdigit() else f"&#{ord(start[0])};"
