"""What a typographic rule may judge: running text, with all that has its own spelling blanked.

Code, escapes, shorthands, addresses, ids, HTML and reference lines become blanks of the same
length, so that a place in the blanked text is a place in the file.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pressroom.check.rows import after_span, at, file, tick_runs
from pressroom.manuscript import scan
from pressroom.manuscript.cut import HEADING
from pressroom.manuscript.file import PRINTED
from pressroom.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pressroom.model import Block, Finding, Locale, Proof

BLANK = "\0"
MOST = 5
"""So many places of one fault are named in an edition; the rest are counted."""
HIDDEN = re.compile(
    r"""(?P<escape>\\.)
      | (?P<ticks>`+)
      | (?P<term>!?(?:\[\[|［［|【【)[^\[\]［］【】\n]{1,300}(?:\]\]|］］|】】))
      | (?P<cite>[\[［][@＠][^\[\]［］\n]{1,300}[\]］])
      | (?P<to>\]\((?:[^()\n]|\([^()\n]{0,200}\)){0,2000}\))
      | (?P<ref>\]\[[^\[\]\n]{1,300}\]|\[[^\[\]\n]{1,300}\]\[\])
      | (?P<tag></?[A-Za-z][^<>\n]{0,500}>|<!--.{0,500}?-->|\{[%{][^{}\n]{0,200}[%}]\})
      | (?P<url>(?:https?://|www\.)[^\s<>"“”「」《》\[\]，。；：？！、（）]{0,2000}(?<![.,;:?!)']))
      | (?P<mail>[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}\.[A-Za-z0-9.-]{1,200})
      | (?P<id>\{\#[a-z0-9-]{1,64}\})
      | (?P<entity>&\#?\w{1,31};)
      | (?P<topic>^>[ ]?\[!WARNING\].*$)
      | (?P<reference>^[ ]{0,3}\[[^\[\]\n]{1,100}\]:.*$)
    """,
    re.VERBOSE | re.MULTILINE | re.ASCII,
)
MARKED = re.compile(r"[\\`\[［【\]<{&@]|://|www\.")
"""What every hidden thing has in it; a paragraph without any is running text throughout."""
TITLE = re.compile(r"(?<=《)[^《》\n]{1,200}(?=》)")
STARTS = re.compile(r"^[ \t]*(?:[-*+][ \t]|\d{1,3}[.)][ \t]|\|)")
PAIRS = {"“": "”", "「": "」"}
QUOTED = re.compile(r"[“”「」\"]")


class Stretch(NamedTuple):
    """A paragraph, a head, or a value of front matter: its file, its first line, its words."""

    path: str
    line: int
    text: str
    is_front: bool = False

    def at(self, offset: int) -> tuple[str, int]:
        """The path and line of a place in it; all of front matter is named at line 1."""
        return self.path, self.line + (
            0 if self.is_front else bisect_left(_ends(self.text), offset)
        )


@lru_cache(maxsize=64)
def _ends(text: str) -> list[int]:
    return [found.start() for found in re.finditer("\n", text)]


def editions(proof: Proof) -> dict[Locale, list[Stretch]]:
    """All that is printed of each edition, in file order, front matter first."""
    found: dict[Locale, list[Stretch]] = {}
    for (section, locale), front in proof.fronts.items():
        path = file(proof, section, locale)
        found.setdefault(locale, []).extend(Stretch(path, 1, t, is_front=True) for t in told(front))
    for block in proof.blocks:
        path, _ = at(proof, block)
        found.setdefault(block.locale, []).extend(Stretch(path, *one) for one in stretches(block))
    return found


def told(front: Mapping[str, object]) -> Iterator[str]:
    """The printed texts of front matter."""
    for key in sorted(PRINTED & front.keys()):
        value = front[key]
        yield from (
            v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)
        )


@lru_cache(maxsize=4096)
def stretches(block: Block) -> tuple[tuple[int, str], ...]:
    """A block's head and paragraphs, each with its line in the file."""
    return tuple(_stretches(block))


def _stretches(block: Block) -> Iterator[tuple[int, str]]:
    if block.kind is BlockKind.LINE:
        for row, text in paragraphs(f"- {block.head}\n{block.body}"):
            yield block.line + row, text.removeprefix("- ") if row == 0 else text
        return
    if block.kind is not BlockKind.LEAD:
        yield block.line, block.head
    for row, text in paragraphs(block.body):
        yield block.body_line + row, text


def paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """The paragraphs of a text outside fences, with their first row counted from 0.

    A heading, a list item, a table row and a blockquote are each their own; notes to oneself
    and paragraphs indented as code are left out.
    """
    run: list[str] = []
    last = -1
    for index, row in scan.open_rows(text):
        if run and (index != last + 1 or _breaks(row, run)):
            yield from _whole(last + 1 - len(run), run)
            run = []
        if row.strip() and not scan.is_private(row):
            run.append(row)
        last = index if run else last
    yield from _whole(last + 1 - len(run), run)


def _whole(row: int, run: list[str]) -> Iterator[tuple[int, str]]:
    if run and not all(r.startswith(("    ", "\t")) for r in run):
        yield row, "\n".join(run)


def _breaks(row: str, run: list[str]) -> bool:
    if not row.strip() or scan.is_private(row) or STARTS.match(row) or HEADING.match(row):
        return True
    return bool(HEADING.match(run[-1])) or (row.startswith(">") and not run[0].startswith(">"))


def blanked(text: str) -> str:
    """The paragraph with everything blanked that is not running text."""
    return _blanked(text)[0]


@lru_cache(maxsize=8192)
def _blanked(text: str) -> tuple[str, bool]:
    if not MARKED.search(text):
        return text, False
    runs, position, is_cited = tick_runs(text), 0, False
    out: list[str] = []
    while found := HIDDEN.search(text, position):
        end = after_span(found, runs) if found["ticks"] else found.end()
        is_cited = is_cited or bool(found["cite"])
        out += text[position : found.start()], _blank(text[found.start() : end])
        position = end
    return "".join(out) + text[position:], is_cited


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", BLANK, text)


@lru_cache(maxsize=8192)
def guarded(text: str) -> str:
    """The same with titles and sourced quotations blanked too: their spelling is the source's."""
    open_, is_cited = _blanked(text)
    if is_cited and text.startswith(">"):
        return _blank(open_)
    if not is_cited and "《" not in open_:
        return open_
    spans = list(quotations(open_)) if is_cited else []
    signs = list(open_)
    for start, end in (*spans, *(m.span() for m in TITLE.finditer(open_))):
        signs[start:end] = _blank(open_[start:end])
    return "".join(signs)


def quotations(text: str) -> Iterator[tuple[int, int]]:
    """What stands between outermost quotation marks; straight ones pair in their order."""
    closing, depth, start = "", 0, 0
    for found in QUOTED.finditer(text):
        mark = found[0]
        if not depth:
            closing = PAIRS.get(mark, mark)
            depth, start = int(mark in PAIRS or mark == '"'), found.end()
        elif mark == closing:
            depth -= 1
            if not depth:
                yield start, found.start()
        elif PAIRS.get(mark) == closing:
            depth += 1


def few(found: Iterable[Finding]) -> Iterator[Finding]:
    """The first findings of one fault, then one that counts the rest."""
    every = list(found)
    yield from every[:MOST]
    if rest := every[MOST:]:
        count = f"and on {len(rest)} more {'line' if len(rest) == 1 else 'lines'} from here on."
        yield replace(rest[0], message=count)


def a_line_once(found: Iterable[Finding]) -> Iterator[Finding]:
    """The first finding of each line."""
    seen: set[tuple[str, int]] = set()
    for finding in found:
        place = finding.path, finding.line
        if place not in seen:
            seen.add(place)
            yield finding


def is_chinese(locale: str) -> bool:
    """Whether a locale is written in Han characters without spaces between words."""
    return locale.split("-", maxsplit=1)[0].lower() in {"zh", "yue", "cmn"}


def is_latin(locale: str) -> bool:
    """Whether half-width punctuation is the locale's own: not so in Chinese, Japanese, Korean."""
    return not is_chinese(locale) and locale.split("-", maxsplit=1)[0].lower() not in {"ja", "ko"}
