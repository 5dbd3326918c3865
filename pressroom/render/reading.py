"""How foreign characters are said, for readers of the web pages: a popover at a glossed term.

The platform does the work: a `<button popovertarget>` opens by keyboard, touch and pointer,
Escape closes it, its state is told; nothing is downloaded, and no script is needed. A screen
reader says the term once, in its own language. Mail, feeds, web Markdown have none of it.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING, NamedTuple

from pressroom.lang.reading import reading
from pressroom.render.pieces import pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pressroom.lang.reading import Reading
    from pressroom.render.pieces import Piece

LONGEST = 24
"""Characters of a term; what is longer is a sentence, whose reading helps nobody."""

NOWHERE = frozenset({"a", "button", "label", "h1", "h2", "h3", "h4", "h5", "h6", "th", "nav"})
FLOW = frozenset({"p", "li", "td", "div", "section", "figcaption", "blockquote", "aside"})
HELD = re.compile(
    r"([(（《〈“‘「『]{0,4})(<button class=\"term\"[^>]*>[^<]*</button><span[^>]*>[^<]*</span>)"
    r"([^\s\w<&(]{0,4})"
)
"""A term with the marks that no line may end or begin with: browsers break beside a button."""

HOLDS = 3
"""Pieces of a marked run: its opening tag, its text, its closing tag."""


class Read(NamedTuple):
    """A text with its readings; `tag` is the language of the first term that has one, or empty."""

    html: str
    tag: str


def with_readings(html: str, locale: str, known: Mapping[str, str]) -> Read:
    """Popovers at the terms of a page in `locale`; `known` are readings by form.

    A term is a marked run in another language that stands in parentheses, where a gloss puts
    it, or whose reading an editor gave; never within a link, a heading or a table's head.
    """
    found = [*pieces(html, locale)]
    out: list[str] = []
    first, number, depth, at = "", 0, 0, 0
    while at < len(found):
        piece = found[at]
        if piece.name in FLOW:
            depth = 0
        if piece.kind == "text":
            depth = max(0, depth + _opened(piece.html))
        said = _said(found[at : at + HOLDS], known, glossed=depth > 0)
        if said is None:
            out.append(piece.html)
            at += 1
            continue
        number += 1
        first = first or piece.lang
        out.append(_popover(found[at + 1].html, piece.lang, said, number))
        at += HOLDS
    return Read(HELD.sub(_held, "".join(out)), first)


def _opened(text: str) -> int:
    """Parentheses that a text opens and does not close; negative: that it closes."""
    return sum(text.count(mark) for mark in "(（") - sum(text.count(mark) for mark in ")）")


def _said(
    trio: Sequence[Piece], known: Mapping[str, str], *, glossed: bool
) -> tuple[Reading, str] | None:
    """The reading of a run that is a term to its page, as its language has it."""
    if [piece.kind for piece in trio] != ["open", "text", "close"] or trio[0].name != "span":
        return None
    tag, around = trio[0].lang, trio[0].outer
    table = reading(tag)
    if table is None or tag.split("-")[0] == around.split("-")[0]:
        return None
    if trio[0].silent or NOWHERE.intersection(trio[0].within):
        return None
    text = unescape(trio[1].html)
    if len(text) > LONGEST or not (glossed or text in known):
        return None
    return table, table.say(text, known)


def _popover(html: str, lang: str, said: tuple[Reading, str], number: int) -> str:
    """The term as a button, and its reading after it: shown in line where popovers are unknown."""
    table, words = said
    return (
        f'<button class="term" type="button" lang="{lang}" popovertarget="say.{number}">{html}'
        f'</button><span class="say" id="say.{number}" popover lang="{table.tag}"> {escape(words)}</span>'
    )


def _held(found: re.Match[str]) -> str:
    return f'<span class="held">{found[0]}</span>' if found[1] or found[3] else found[0]


def choices(tag: str, readers: Iterable[str]) -> list[tuple[str, str]]:
    """What the button says that shows all readings, to readers of each language of a page."""
    table = reading(tag)
    return [(reader, table.choice_in(reader)) for reader in readers] if table else []
