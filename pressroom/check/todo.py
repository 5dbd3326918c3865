"""Marks that an editor leaves for later: TK, 待补 and their kin must be gone before a send."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.check.rows import LINK, at, file, rows, without_code
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Language, Proof

FIX = "write what is missing, or take the mark out."


class Todo:
    """The language's own marks, as whole words, in all that is printed."""

    rule = "todo"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Marks in heads, bodies and the texts of front matter."""
        marks = {locale: pattern(speech) for locale, speech in proof.languages.items()}
        for block in proof.blocks:
            for line, row in rows(block):
                if found := marks[block.locale].search(_told(row)):
                    message = f"{found[0]}: {_around(row, found[0])}"
                    yield Finding("todo", Severity.STOP, *at(proof, block, line), message, FIX)
        yield from _fronts(proof)


def _fronts(proof: Proof) -> Iterator[Finding]:
    for (section, locale), front in proof.fronts.items():
        marks = pattern(proof.languages[locale])
        for key, value in front.items():
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str) and (found := marks.search(text)):
                    message = f"{found[0]} in {key}: {_around(text, found[0])}"
                    path = file(proof, section, locale)
                    yield Finding("todo", Severity.STOP, path, 1, message, FIX)


def pattern(speech: Language) -> re.Pattern[str]:
    r"""The marks of a language; Latin ones only where no Latin letter or digit touches them.

    `\b` would not do: to Python a Han character beside `TK` is part of the word.
    """
    words = "|".join(_whole(w) for w in sorted(speech.todo_words, key=len, reverse=True))
    return re.compile(words or r"(?!)")


def _whole(word: str) -> str:
    return rf"(?<![A-Za-z0-9_]){word}(?![A-Za-z0-9_])" if word.isascii() else re.escape(word)


def _told(row: str) -> str:
    bare = without_code(row)
    has_link = "](" in bare or "<" in bare
    return LINK.sub(lambda found: found["words"] or "", bare) if has_link else bare


def _around(text: str, mark: str) -> str:
    flat = " ".join(text.split())
    start = max(flat.find(mark) - 15, 0)
    return f"“{'…' if start else ''}{flat[start : start + 50]}{'…' if flat[start + 50 :] else ''}”"


RULE = Todo()
