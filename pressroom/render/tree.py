"""Markdown as an element tree, and the tree as lines of plain text.

The tree comes from Python-Markdown's own parser before any HTML is written.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from pressroom.render.finish import CITATION, GAP
from pressroom.render.html import bounded, parsed
from pressroom.render.wrap import COLUMNS, columns, hanging, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

STASH = re.compile("\x02(?:wzxhzdk:(\\d+)|(amp)|(\\d+))\x03")
TAG = re.compile(r"<[^>]*>")
BLOCKS = frozenset(
    ["p", "ul", "ol", "blockquote", "pre", "table", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "div"]
)


class Reader:
    """Lines of text from one piece of Markdown; `width` is in columns."""

    def __init__(self, markdown: str, where: str = "text") -> None:
        self.root, self.stash = parsed(bounded(markdown, where))

    def lines(self, width: int = COLUMNS) -> list[str]:
        """The whole piece, blocks parted by one empty line."""
        return self.blocks(self.root, width)

    def blocks(self, parent: Element, width: int) -> list[str]:
        """The blocks under an element; loose text among them is a paragraph of its own."""
        out: list[list[str]] = []
        loose = parent.text or ""
        for child in parent:
            if child.tag in BLOCKS:
                out += [wrapped(self.plain(loose), width), self.block(child, width)]
                loose = child.tail or ""
            else:
                loose += self.inline(child) + (child.tail or "")
        out.append(wrapped(self.plain(loose), width))
        return _parted([block for block in out if block], tight=_is_tight(parent))

    def block(self, element: Element, width: int) -> list[str]:
        """One block element."""
        match element.tag:
            case "ul" | "ol":
                return self.items(element, width)
            case "blockquote":
                return [f"> {line}".rstrip() for line in self.blocks(element, width - 2)]
            case "pre":
                return ["    " + line for line in self.code(element).rstrip("\n").split("\n")]
            case "table":
                return self.table(element, width)
            case "hr":
                return ["* * *"]
            case _:
                return self.paragraph(element, width)

    def paragraph(self, element: Element, width: int) -> list[str]:
        """A paragraph or heading; one that only holds stashed code is preformatted."""
        if (element.text or "").startswith("\x02wzxhzdk:") and not len(element):
            code = self.plain(element.text or "").rstrip("\n")
            if "\n" in code or self.stashed(element.text or "").startswith("<pre"):
                return ["    " + line for line in code.split("\n")]
        parts = self.plain(self.inside(element)).split("\x0b")
        return [line for part in parts for line in wrapped(part, width)]

    def items(self, element: Element, width: int) -> list[str]:
        """A list; numbers stand in brackets, as citations name them."""
        number = int(element.get("start", "1"))
        out: list[str] = []
        for at, item in enumerate(element):
            mark = f"[{number + at}] " if element.tag == "ol" else "- "
            inner = self.blocks(item, width - len(mark))
            out += [(" " * len(mark) if n else mark) + line for n, line in enumerate(inner)]
        return [line.rstrip() for line in out]

    def table(self, element: Element, width: int) -> list[str]:
        """Columns where they fit; else each row as lines of `heading: cell`."""
        rows = [[self.plain(self.inside(c)) for c in row] for row in element.iter("tr")]
        wide = [max(columns(r[at]) for r in rows) for at in range(len(rows[0]))]
        if sum(wide) + 2 * (len(wide) - 1) <= width:
            return [_columned(row, wide) for row in rows]
        return [line for row in rows[1:] for line in _listed(rows[0], row, width)]

    def inside(self, element: Element) -> str:
        """The words under an element, in order, links written out."""
        return (element.text or "") + "".join(self.inline(c) + (c.tail or "") for c in element)

    def inline(self, element: Element) -> str:
        """One inline element as words."""
        words = self.inside(element)
        if element.tag == "a":
            return _link(self.plain(words), element.get("href", ""))
        if element.tag == "code":
            return unescape(words)
        if element.tag == "img":
            return f"[{element.get('alt', '')}]"
        return "\x0b" if element.tag == "br" else words

    def code(self, element: Element) -> str:
        """Code as it stands."""
        return unescape(self.plain("".join(element.itertext()), join=False))

    def plain(self, text: str, *, join: bool = True) -> str:
        """Text without the parser's stand-ins for entities, escapes and code."""
        text = STASH.sub(self._unstash, text)
        return GAP.sub("", text) if join else text

    def stashed(self, text: str) -> str:
        """What the parser put aside for the first stand-in of a text."""
        found = STASH.search(text)
        return str(self.stash[int(found[1])]) if found else ""

    def _unstash(self, match: re.Match[str]) -> str:
        if match[1]:
            return unescape(TAG.sub("", str(self.stash[int(match[1])])))
        return "&" if match[2] else chr(int(match[3]))


def _link(words: str, href: str) -> str:
    href = unescape(href)
    if CITATION.fullmatch(words) or words == href or not href.startswith(("http:", "https:")):
        return words
    return f"{words} <{href}>"


def _parted(blocks: list[list[str]], *, tight: bool) -> list[str]:
    out: list[str] = []
    for block in blocks:
        out += [*([""] if out and not tight else []), *block]
    return out


def _is_tight(parent: Element) -> bool:
    return parent.tag == "li" and parent.find("p") is None


def _columned(row: list[str], wide: list[int]) -> str:
    cells = (cell + " " * (size - columns(cell)) for cell, size in zip(row, wide, strict=True))
    return "  ".join(cells).rstrip()


def _listed(heads: list[str], row: list[str], width: int) -> Iterator[str]:
    for head, cell in zip(heads, row, strict=True):
        yield from hanging(f"{head}: {cell}" if head else cell, "", "  ", width)
    yield ""
