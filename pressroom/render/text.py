"""The plain-text mail, written from the Markdown tree and wrapped at 72 columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.lang import language
from pressroom.manuscript.edition import Parallel
from pressroom.model import PREFERENCES_HOLE, UNSUBSCRIBE_HOLE, Medium
from pressroom.render.jinja import Templates
from pressroom.render.tree import Reader
from pressroom.render.wrap import COLUMNS, columns, hanging, wrapped

if TYPE_CHECKING:
    from pressroom.model import EditionBody, House, Part

HASHES = re.compile(r"\A#{1,6}[ \t]+")
BLANKS = re.compile(r"\n{4,}")


class Text:
    """An edition as text that any mail program shows: no line over 72 columns but addresses."""

    medium = Medium.TEXT

    def __init__(self, house: House) -> None:
        self.house = house
        self.templates = Templates(house.templates)
        self.templates.environment.filters |= {"wrap": _wrap, "part": part, "hang": _hang}
        self.templates.environment.globals |= {"rule": _rule}

    def render(self, edition: EditionBody) -> bytes:
        """UTF-8 with line feeds; the transport writes them as its protocol wants."""
        values = {
            "edition": edition,
            "house": self.house,
            "unsubscribe": UNSUBSCRIBE_HOLE,
            "preferences": PREFERENCES_HOLE,
        }
        name = "parallel" if isinstance(edition, Parallel) else "issue"
        text = self.templates.draw(f"text/{name}.txt.j2", values)
        lines = "\n".join(line.rstrip() for line in text.split("\n"))
        return (BLANKS.sub("\n\n\n", lines).strip("\n") + "\n").encode()


def part(piece: Part, locale: str) -> str:
    """One part of a section as lines of text."""
    where = f"{piece.block or piece.role}"
    match piece.role:
        case "heading" | "question":
            lines = wrapped(_one_line(piece.text, where))
            return "\n".join([*lines, _under(lines)] if piece.role == "heading" else lines)
        case "note":
            body = Reader(piece.text, where).lines(COLUMNS - 2)
            return "\n".join([f"! {language(locale).words['note']}", *_inset(body, "! ")])
        case "tldr":
            return "\n".join(_inset(Reader(piece.text, where).lines(COLUMNS - 2), "| "))
        case "machine" | "correction":
            return "\n".join(hanging(_one_line(piece.text, where), "-- ", "   "))
        case _:
            return "\n".join(Reader(piece.text, where).lines())


def _one_line(markdown: str, where: str) -> str:
    flat = HASHES.sub("", " ".join(markdown.split()))
    return " ".join(Reader(flat, where).lines(100_000))


def _inset(lines: list[str], mark: str) -> list[str]:
    return [f"{mark}{line}".rstrip() for line in lines]


def _under(lines: list[str]) -> str:
    return "-" * max((columns(line) for line in lines), default=0)


def _wrap(text: str, *, markdown: bool = False) -> str:
    return "\n".join(Reader(text).lines() if markdown else wrapped(text))


def _hang(text: str, first: str, *, markdown: bool = False) -> str:
    text = _one_line(text, "teaser") if markdown else text
    return "\n".join(hanging(text, first, " " * columns(first)))


def _rule(mark: str) -> str:
    return mark * COLUMNS
