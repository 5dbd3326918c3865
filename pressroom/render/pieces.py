"""Finished HTML, our own, as a list of pieces that know which language they stand in.

The pieces joined are the very bytes that came in: a step may replace some and keep the rest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

CUT = re.compile(r"<!--.*?-->|<[^<>]*>|[^<]+|<", re.DOTALL)
NAME = re.compile(r"</?([A-Za-z][\w-]*)")
LANG = re.compile(r'(?<![\w:-])lang="([^"]*)"')
SILENT = frozenset({"script", "style", "title", "pre", "code", "mj-head"})
VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})


class Piece(NamedTuple):
    """A tag, a text or a comment, as it stands.

    `kind` is `open`, `close`, `text` or `other`; `lang` is the language inside, `outer` the one
    around; `within` are the elements it stands in; what is `silent` no screen reader says.
    """

    kind: str
    html: str
    name: str = ""
    lang: str = ""
    outer: str = ""
    within: tuple[str, ...] = ()
    silent: bool = False


class _Open(NamedTuple):
    name: str
    lang: str
    silent: bool


def pieces(html: str, lang: str = "") -> Iterator[Piece]:
    """The pieces of a text that stands in `lang`, in order."""
    stack = [_Open("", lang, silent=False)]
    for found in CUT.finditer(html):
        text, top = found[0], stack[-1]
        within = tuple(element.name for element in stack[1:])
        name = NAME.match(text)
        if name is None:
            kind = "text" if text[0] != "<" else "other"
            yield Piece(kind, text, "", top.lang, top.lang, within, top.silent)
        elif text[1] == "/":
            _close(stack, name[1])
            yield Piece("close", text, name[1], stack[-1].lang, stack[-1].lang, within)
        else:
            opened = _opened(name[1], text, top)
            yield Piece("open", text, opened.name, opened.lang, top.lang, within, opened.silent)
            if name[1] not in VOID and not text.endswith("/>"):
                stack.append(opened)


def _opened(name: str, text: str, around: _Open) -> _Open:
    own = LANG.search(text)
    silent = around.silent or name in SILENT or 'aria-hidden="true"' in text
    return _Open(name, own[1] if own else around.lang, silent)


def _close(stack: list[_Open], name: str) -> None:
    """Up to the element that this tag closes; a tag that closes nothing does nothing."""
    for at in range(len(stack) - 1, 0, -1):
        if stack[at].name == name:
            del stack[at:]
            return
