"""Direct quotations: each has a source beside it, and its words are in that source."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from pressroom.check.rows import LINK, at, without_code
from pressroom.lang.han import HAN_ONLY
from pressroom.manuscript import scan
from pressroom.model import BlockKind, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pressroom.model import Block, Language, Proof

WORDS = 4
"""From so many words on a quotation is more than a scare quote."""
CHARACTERS = 8
"""The same where words do not stand apart."""
STARTS = re.compile(r"^[ \t]*(?:[-*+][ \t]|\d{1,3}[.)][ \t]|\|)")
DROPPED = re.compile(r"""[\s“”„‟"‘’‚'`´«»‹›「」『』*_\\]+""")
OMITTED = re.compile(r"\[[^\[\]]{0,80}\]|\.{3,}")
DASHES = re.compile(r"[‐‑‒–—―]+")
ENDS = ".,;:!?、。"
SHOWN = 40


class Paragraph(NamedTuple):
    """A paragraph of running text, and the line it starts on."""

    line: int
    text: str


class Quotation(NamedTuple):
    """The words between quotation marks, shorthands and all, and where they start."""

    words: str
    line: int


class Quote:
    """Every quotation of some length, in every body."""

    rule = "quote"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """A quotation without a source stops the send; one not found there is asked about."""
        for block in proof.blocks:
            speech = proof.languages[block.locale]
            for paragraph in paragraphs(block):
                cited = _cited(paragraph.text)
                for quotation in quotations(paragraph, speech):
                    yield from _judged(proof, block, quotation, cited)


def _judged(
    proof: Proof, block: Block, quotation: Quotation, cited: list[str]
) -> Iterator[Finding]:
    place = at(proof, block, quotation.line)
    shown = _shown(quotation.words)
    if not cited:
        yield Finding(
            "quote", Severity.STOP, *place, f"{shown}: missing source.",
            "add [@id] in this paragraph, or say it in your own words.",
        )  # fmt: skip
    elif not _is_found(proof, quotation, cited):
        yield Finding(
            "quote", Severity.BEFORE, *place, f"{shown} is not in {', '.join(cited)}.",
            "quote what it has, give the original as [[original|words]], or drop the marks.",
        )  # fmt: skip


def _is_found(proof: Proof, quotation: Quotation, cited: list[str]) -> bool:
    """Also true where nothing is kept of any source: then there is nothing to compare."""
    items = [proof.sources[key] for key in cited if key in proof.sources]
    if not any(item.quotes for item in items):
        return True
    texts = [plain(text) for item in items for text in (*item.quotes, item.title)]
    return any(_holds(text, pieces) for pieces in _pieces(quotation.words) for text in texts)


def _holds(text: str, pieces: list[str]) -> bool:
    """Whether the pieces stand in the text in their order."""
    position = 0
    for piece in pieces:
        position = text.find(piece, position)
        if position < 0:
            return False
        position += len(piece)
    return True


# --- words ---


def plain(text: str) -> str:
    """Text for comparison: one form a character, no case, no space, no quotation marks."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return DASHES.sub("-", DROPPED.sub("", folded))


def readings(words: str) -> tuple[str, str]:
    """A quotation in the original and as it reads here; the same where nothing is glossed."""
    original = scan.substitute(words, lambda token: _side(token, 0))
    return original, scan.substitute(words, lambda token: _side(token, -1))


def _side(token: scan.Token, side: int) -> str:
    if token.form == "term":
        return token.match["name"].split("|")[side].strip()
    return "" if token.form in {"cite", "call"} else token.match[0]


def _pieces(words: str) -> Iterator[list[str]]:
    """Each reading in the pieces that an ellipsis or an insertion leaves of it."""
    for reading in readings(words):
        cut = OMITTED.split(unicodedata.normalize("NFKC", reading))
        yield [piece for part in cut if (piece := plain(part).strip(ENDS))]


def _is_long(reading: str, speech: Language) -> bool:
    if HAN_ONLY.search(reading) and speech.spaced:
        return sum(map(len, HAN_ONLY.findall(reading))) >= CHARACTERS
    return speech.count(reading) >= (WORDS if speech.spaced else CHARACTERS)


def _shown(words: str) -> str:
    flat = " ".join(readings(words)[1].split())
    return f"“{flat[:SHOWN]}…”" if len(flat) > SHOWN else f"“{flat}”"


# --- where they stand ---


def paragraphs(block: Block) -> Iterator[Paragraph]:
    """The paragraphs of a body; a list item, a table row and a blockquote are each their own."""
    run: list[str] = [block.head] if block.kind is BlockKind.LINE else []
    start, last = block.line, block.body_line - 1
    for index, row in scan.open_rows(block.body):
        line = block.body_line + index
        if run and (line != last + 1 or _breaks(row, run)):
            yield Paragraph(start, "\n".join(run))
            run = []
        if row.strip() and not scan.is_private(row):
            start = start if run else line
            run.append(row)
        last = line
    if run:
        yield Paragraph(start, "\n".join(run))


def _breaks(row: str, run: list[str]) -> bool:
    if not row.strip() or scan.is_private(row) or STARTS.match(row):
        return True
    return row.startswith(">") and not run[0].startswith(">")


def quotations(paragraph: Paragraph, speech: Language) -> list[Quotation]:
    """The quotations long enough to need a source; a blockquote is one, a content note none."""
    line, text = paragraph
    if scan.NOTE.match(text.split("\n")[0]):
        return []
    if text.startswith(">"):
        found = [Quotation(_inside(text), line)]
    else:
        running = _running(text)
        found = [
            Quotation(running[a:b], line + running[:a].count("\n"))
            for a, b in _outermost(running, speech.quotes)
        ]
    return [q for q in found if any(_is_long(r, speech) for r in readings(q.words))]


def _inside(blockquote: str) -> str:
    """The words of a blockquote without its marks and the line that says whose they are."""
    rows = [row.lstrip("> ") for row in blockquote.split("\n")]
    return _running("\n".join(row for row in rows if not row.startswith(("—", "--"))))


def _running(text: str) -> str:
    """Text without code, citations, and the addresses of links."""
    bare = LINK.sub(lambda found: found["words"] or "", without_code(text))
    return scan.substitute(bare, lambda token: "" if token.form == "cite" else token.match[0])


def _cited(text: str) -> list[str]:
    cites = (t.match["keys"] for t in scan.tokens(without_code(text)) if t.form == "cite")
    return list(dict.fromkeys(key for keys in cites for key, _ in scan.citations(keys) if key))


def _outermost(text: str, pairs: Iterable[tuple[str, str]]) -> list[tuple[int, int]]:
    found = sorted(span for pair in pairs for span in _spans(text, *pair))
    return [s for s in found if not any(o[0] < s[0] and s[1] < o[1] for o in found)]


def _spans(text: str, opening: str, closing: str) -> Iterator[tuple[int, int]]:
    """What stands between a pair of marks, the outer pair where they are nested."""
    if opening not in text:
        return
    if opening == closing:
        mark = re.escape(opening)
        straight = re.compile(rf"(?<![A-Za-z0-9]){mark}([^{mark}]+){mark}(?![A-Za-z0-9])")
        yield from (found.span(1) for found in straight.finditer(text))
        return
    depth = start = 0
    for found in re.finditer(f"{re.escape(opening)}|{re.escape(closing)}", text):
        if found[0] == opening:
            start = start if depth else found.end()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                yield start, found.start()


RULE = Quote()
