"""The last look at a page or a mail: each stretch in another language says so (WCAG 3.1.2).

What templates and manuscripts have marked stays; this finds what they left bare: Latin words
in Chinese text, Han characters anywhere else, and pictures or links whose only words are in
an attribute. A lone name or acronym (AI, DeepSeek, GPT-4) is read well in any language.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pressroom.lang import language
from pressroom.lang.han import HAN_ONLY, RUN, has_han, script
from pressroom.render.pieces import LANG, pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.render.pieces import Piece

LETTERS = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
ENTITY = r"&#?\w{1,31};"
TOKEN = rf"[{LETTERS}0-9]+(?:(?:[.'’+-]|&#39;|&#x27;|&amp;)[{LETTERS}0-9]+)*\+?"
BETWEEN = r"(?:[ \n\t\u00a0,.;:!?'\"“”‘’()/–—-]|&(?:quot|amp|nbsp|#34|#39|#x27|#160);){1,4}"
LATIN = re.compile(rf"(?P<words>{TOKEN}(?:{BETWEEN}{TOKEN})*)|{ENTITY}")
WORD = re.compile(rf"[{LETTERS}]{{2,}}(?:['’-][{LETTERS}]+)*")
PLAIN = 3
"""Letters that make a lone lower-case word one: `km` and `px` are units."""

TOLD = re.compile(r'(?<![\w-])(?:alt|title|aria-label)="([^"]*)"')
LEADING = "img", "a"


class Tongues(NamedTuple):
    """What a newsroom writes in: its first edition with words apart, its first in Chinese."""

    spaced: str
    chinese: str


def tongues(locales: Sequence[str]) -> Tongues:
    """The languages for what is not in the language of its page; Latin words may have none."""
    real = [tag for tag in locales if tag != "parallel"]
    spaced = (tag for tag in real if language(tag).spaced and tag.split("-")[0] != "ja")
    chinese = (tag for tag in real if tag.split("-")[0] == "zh")
    return Tongues(next(spaced, ""), next(chinese, "zh-Hans"))


def marked(html: str, locales: Sequence[str], lang: str = "") -> str:
    """The page or mail with the missing `lang` written; `lang` is what the text stands in."""
    known = tongues(locales)
    found = [*pieces(html, lang)]
    following = pairwise([*found, None])
    return "".join(_marked(piece, after, known) for piece, after in following if piece)


def _marked(piece: Piece, after: Piece | None, known: Tongues) -> str:
    if piece.silent or not piece.lang:
        return piece.html
    if piece.kind == "open":
        return _tag(piece, after, known)
    return _text(piece, known) if piece.kind == "text" else piece.html


# --- text ---


def _text(piece: Piece, known: Tongues) -> str:
    if is_han(piece.lang):
        if not known.spaced or piece.lang == known.spaced:
            return piece.html
        return LATIN.sub(lambda found: _latin(found, known.spaced), piece.html)
    if piece.lang.startswith("ja"):
        return piece.html
    return RUN.sub(lambda found: _span(found[0], script(found[0], known.chinese)), piece.html)


def is_han(tag: str) -> bool:
    """Whether a language is written in Han characters."""
    return tag.startswith("zh") and "-Latn" not in tag


def _latin(found: re.Match[str], tag: str) -> str:
    return _span(found[0], tag) if found["words"] and needs_lang(found[0]) else found[0]


def _span(html: str, tag: str) -> str:
    return f'<span lang="{tag}">{html}</span>'


def needs_lang(run: str) -> bool:
    """Whether a Latin run is words to be read: two or more, or one that is no name or acronym."""
    words = [token for token in re.findall(TOKEN, unescape(run)) if WORD.fullmatch(token)]
    if len(words) > 1:
        return not all(word.isupper() for word in words)
    return len(words) == 1 and words[0].islower() and len(words[0]) >= PLAIN


# --- tags ---


def _tag(piece: Piece, after: Piece | None, known: Tongues) -> str:
    if own := LANG.search(piece.html):
        return _retagged(piece, after, own, known)
    told = TOLD.search(piece.html)
    if told is None or piece.name not in LEADING or not _is_bare(piece, after):
        return piece.html
    tag = _spoken(unescape(told[1]), piece.lang, known)
    head = len(piece.name) + 1
    return f'{piece.html[:head]} lang="{tag}"{piece.html[head:]}' if tag else piece.html


def _retagged(piece: Piece, after: Piece | None, own: re.Match[str], known: Tongues) -> str:
    """Han that fits both scripts takes the newsroom's own Chinese edition."""
    fits_both = (
        piece.name == "span" and own[1] == "zh-Hans" != known.chinese and not is_han(piece.outer)
    )
    if not fits_both or after is None or script(unescape(after.html), ""):
        return piece.html
    return f"{piece.html[: own.start(1)]}{known.chinese}{piece.html[own.end(1) :]}"


def _is_bare(piece: Piece, after: Piece | None) -> bool:
    """Whether an element holds no words of its own, such as a picture or a citation's number."""
    if piece.name == "img":
        return True
    return after is not None and after.kind == "text" and not re.search(r"[^\W\d_]", after.html)


def _spoken(text: str, around: str, known: Tongues) -> str:
    """The language of an attribute, where it is another than the page's."""
    han = sum(map(len, HAN_ONLY.findall(text)))
    latin = len(re.findall(f"[{LETTERS}]", text))
    if is_han(around):
        foreign = not has_han(text) or latin > len(text) / 2
        return known.spaced if foreign and needs_lang(text) else ""
    return script(text, known.chinese) if han * 2 > len(text) else ""
