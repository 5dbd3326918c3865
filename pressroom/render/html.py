"""Portable Markdown to safe HTML: bounded first, raw HTML as text, sanitised, then finished.

Python-Markdown hangs on 20,000 `[` and on deep lists, and lets raw HTML and `javascript:`
through: what goes in is bounded, what comes out goes through nh3 (ammonia's allow-lists).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pressroom.errors import RenderError
from pressroom.render.finish import Finish, finish, said

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from markdown import Markdown

__all__ = ["bounded", "engine", "parsed", "said", "to_html", "to_line"]

LARGEST = 1_000_000
DEEPEST = 20
OPEN_BRACKETS = 100
LONGEST_RUN = 1_000

MARKERS = re.compile(r"[ \t]*(?:(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])[ \t]*){%d}" % (DEEPEST + 1))  # noqa: UP031
INDENT = re.compile(r"[ \t]{%d,}(?:[-*+>]|\d{1,9}[.)])[ \t]" % (4 * DEEPEST))  # noqa: UP031
RUN_OF_MARKS = re.compile(r"([`*_\\<!~&])\1{%d}" % LONGEST_RUN)  # noqa: UP031
BLOCKS = ("empty", "indent", "code", "hashheader", "setextheader", "hr", "olist", "ulist", "quote",
          "reference", "table")  # fmt: skip
HASHES = re.compile(r"^#{1,6}[ \t]+|[ \t]+#+[ \t]*$")
TAGS = frozenset(
    [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "sup",
        "sub",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
}


def to_html(markdown: str, locale: str, *, where: str = "text", **options: Any) -> str:
    """Block Markdown to HTML; `options` are those of `finish.Finish`. RenderError when refused."""
    return finish(_clean(_written(parsed(bounded(markdown, where)))), Finish(locale, **options))


def to_line(markdown: str, locale: str, *, where: str = "text", **options: Any) -> str:
    """One line of Markdown (a heading with or without its `#`) to HTML without a paragraph."""
    flat = HASHES.sub("", " ".join(bounded(markdown, where).split()))
    html = _clean(engine(line=True).convert(flat))
    return finish(html.removeprefix("<p>").removesuffix("</p>"), Finish(locale, **options))


def bounded(markdown: str, where: str) -> str:
    """The Markdown itself, or RenderError `where:line` for what would make a parser hang."""
    if len(markdown.encode()) > LARGEST:
        raise RenderError(f"{where}: is over 1 MB. Cut it into several sections.")
    opened = unclosed = 0
    for number, line in enumerate(markdown.splitlines(), 1):
        opened, unclosed = _brackets(line, opened, unclosed) if line.strip() else (0, 0)
        if fault := _line_fault(line, max(opened, unclosed)):
            raise RenderError(f"{where}:{number}: {fault}")
    return markdown


def _line_fault(line: str, opened: int) -> str:
    if INDENT.match(line) or (MARKERS.match(line) and line.strip(" \t-*")):
        return f"lists or quotations are nested deeper than {DEEPEST}. Make them flatter."
    if RUN_OF_MARKS.search(line):
        return f"one mark stands more than {LONGEST_RUN} times in a row. Delete the run."
    if opened > OPEN_BRACKETS:
        return f'more than {OPEN_BRACKETS} "[" or "](" are open at once. Close or delete them.'
    return ""


def _brackets(line: str, opened: int, unclosed: int) -> tuple[int, int]:
    """The most `[` open at once so far in the paragraph, and `](` that no `)` has closed."""
    deepest = opened
    for mark in re.findall(r"(?<!\\)[\[\]]", line):
        opened = opened + 1 if mark == "[" else max(0, opened - 1)
        deepest = max(deepest, opened)
    left = max(0, unclosed + line.count("](") - line.count(")"))
    return (deepest if deepest > OPEN_BRACKETS else opened), left


class Parsed(NamedTuple):
    """A piece of Markdown as an element tree, and what the parser put aside of it.

    Shared between the mail, the text and the page: neither may be changed.
    """

    root: Element
    stash: tuple[Any, ...]


@lru_cache(maxsize=512)
def parsed(markdown: str) -> Parsed:
    """Markdown that is `bounded`, parsed once for all the media of an edition."""
    made = engine()
    lines = markdown.split("\n")
    for before in made.preprocessors:
        lines = before.run(lines)
    root: Any = made.parser.parseDocument(lines).getroot()
    for after in made.treeprocessors:
        changed = after.run(root)
        root = root if changed is None else changed
    return Parsed(root, tuple(made.htmlStash.rawHtmlBlocks))


def _written(piece: Parsed) -> str:
    """A tree as HTML, as `Markdown.convert` writes it."""
    if not len(piece.root) and not (piece.root.text or "").strip():
        return ""
    made = engine()
    made.htmlStash.rawHtmlBlocks = list(piece.stash)
    made.htmlStash.html_counter = len(piece.stash)
    html = made.serializer(piece.root).strip()
    html = html.removeprefix(f"<{made.doc_tag}>").removesuffix(f"</{made.doc_tag}>").strip()
    for after in made.postprocessors:
        html = after.run(html)
    return html.strip()


def engine(*, line: bool = False) -> Markdown:
    """A Python-Markdown in which raw HTML is text; `line` knows no block but a paragraph.

    Made once and emptied for each text: use it up before asking for it again.
    """
    made = _engine(line)
    made.reset()
    return made


@cache
def _engine(line: bool) -> Markdown:  # noqa: FBT001 - a cache takes what it is given
    from markdown import Markdown
    from markdown.extensions.tables import TableExtension

    made = Markdown(
        extensions=[TableExtension(use_align_attribute=True), "sane_lists", "fenced_code"]
    )
    made.preprocessors.deregister("html_block")
    made.inlinePatterns.deregister("html")
    if line:
        made.preprocessors.deregister("fenced_code_block")
        for name in BLOCKS:
            made.parser.blockprocessors.deregister(name)
    return made


@cache
def _attributes() -> dict[str, set[str]]:
    return {tag: set(names) for tag, names in ATTRIBUTES.items()}


def _clean(html: str) -> str:
    import nh3

    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=_attributes(),
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
