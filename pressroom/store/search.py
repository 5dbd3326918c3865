"""Search: how a text is cut into the tokens of an index, and a query into phrases of them.

SQLite's own tokenisers find no two-character Chinese word, so this module cuts, and the index
(FTS5, ascii tokeniser) only splits at spaces. After folding, a text is a row of tokens:

    a word       letters and digits between anything else              gpt  5g  2025
    a pair       two neighbours in a run of Han characters             人工 工智 智能
    an end       the last character of such a run                      能
    a symbol     a mark that tells words apart, one by one             +  #  %  €

Every query is answered from the index alone. A word of it is a phrase of tokens; one Han
character by itself is looked for in a second index, of characters without their places. Other
punctuation and spaces part tokens, and are none themselves: `AI赋能` finds `AI 赋能`, and
`GPT-4o` finds `GPT 4o`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import islice
from operator import add
from typing import TYPE_CHECKING

from pressroom.lang.han import HAN

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

FORM = f"1 {unicodedata.unidata_version}"
"""Names the cutting and the Unicode it rests on; an index of another form is made anew."""

ASCII_SYMBOLS = "+#%&@*$<>=|~"
"""Those that the table `words` has as its tokenchars, and no others."""

SYMBOLS = (
    rf"{ASCII_SYMBOLS}¢-©¬®°±×÷\u2044\u2052\u20a0-\u20cf\u2190-\u22ff\u2400-\u245f\u2500-\u2767"
    r"\u2794-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001f0ff\U0001f1e6-\U0001faff"
)
"""Marks that are tokens, for use within a character class: signs, currencies, arrows, emoji."""

PHRASES = 60
"""Words of a query in one expression: FTS5 nests no deeper than 256."""

BATCH = 500
BATCH_CHARACTERS = 1_000_000
"""Items, or characters, that are indexed in one transaction; 500 cost half as much as ten times 50."""

UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    r"\U000e0000-\U000e0fff]+"
)
"""What no reader sees: soft hyphens, joiners, directions, variation selectors."""

ACCENTED = re.compile(r"[\u00c0-\u024f\u0300-\u052f\u1e00-\u1fff]")
ACCENTS = re.compile(r"[\u0300-\u036f]+")
PARTING = re.compile(rf"[^\w{SYMBOLS}\x00-\x7f]+")
PARTING_ASCII = re.compile(rf"[^0-9A-Za-z{ASCII_SYMBOLS}\x80-\U0010ffff]+")
PIECE = re.compile(rf"[{HAN}]+|[{SYMBOLS}]")
A_HAN = re.compile(f"[{HAN}]")
NOT_HAN = re.compile(f"[^{HAN}]+")


def even(text: str) -> str:
    """Width (NFKC) and case evened out. Never changes: two machines compare hashes of it."""
    if text.isascii():
        return text.lower().replace("\0", " ")
    storable = text.encode("utf-8", "replace").decode().replace("\0", " ")
    return unicodedata.normalize("NFKC", storable).casefold()


def fold(text: str, simple: Mapping[str, str] | None = None) -> str:
    """The form in which texts and queries are compared; `simple` is `simplified()` or its like.

    Evens out width, case, accents, what cannot be seen, and traditional characters: each for
    each.

    >>> fold("ＡＩ＋ Café 數據")
    'ai+ cafe 数据'
    """
    bare = even(text)
    if bare.isascii():
        return bare
    bare = ACCENTED.sub(_bare, UNSEEN.sub("", bare))
    forms = simplified() if simple is None else simple
    for character in forms.keys() & set(bare):
        bare = bare.replace(character, forms[character])
    return bare


def _bare(accented: re.Match[str]) -> str:
    return ACCENTS.sub("", unicodedata.normalize("NFD", accented.group()))


@cache
def simplified() -> dict[str, str]:
    """The simplified form of each traditional character, as OpenCC has it (`t2s`).

    Without its rules for phrases, which a query cut out of a sentence would not meet: the same
    on both sides is what counts. Takes 0.1 s, so a database keeps the table it was filled by.
    """
    from opencc import OpenCC

    forms = "\n".join(_han())
    other = OpenCC("t2s").convert(forms)
    once = {a: b for a, b in zip(forms, other, strict=True) if a != b}
    return {a: once.get(b, b) for a, b in once.items()}


def _han() -> Iterator[str]:
    for first, last in re.findall("(.)-(.)", HAN):
        yield from map(chr, range(ord(first), ord(last) + 1))


def pairs(folded: str) -> str:
    """The tokens of a folded text, between spaces or ASCII punctuation.

    >>> pairs("ai人工智能+, c#").replace(",", "").split()
    ['ai', '人工', '工智', '智能', '能', '+', 'c', '#']
    """
    text = folded if folded.isascii() else PARTING.sub(" ", folded)
    return PIECE.sub(_spread, text)


def _spread(piece: re.Match[str]) -> str:
    run = piece.group()
    return f" {' '.join(map(add, run, run[1:]))} {run[-1]} "


def characters(folded: str) -> str:
    """Every Han character of a folded text, once, between spaces."""
    return " ".join(set(NOT_HAN.sub("", folded)))


def expressions(query: str, simple: Mapping[str, str]) -> list[tuple[str, str]]:
    """The tables to ask and what to ask each in FTS5's terms; an item must be in every answer.

    None where the query has no word. A word is what stands between spaces.
    """
    asked: dict[str, dict[str, None]] = {"chars": {}, "words": {}}
    for word in fold(query, simple).split():
        if tokens := PARTING_ASCII.sub(" ", pairs(word)).split():
            table, phrase = _phrase(tokens)
            asked[table][phrase] = None
    return [(table, joined) for table, phrases in asked.items() for joined in _joined(phrases)]


def _phrase(tokens: list[str]) -> tuple[str, str]:
    """The table and the phrase for one word; Han characters at its end may go on in a text."""
    *before, last = tokens
    if not A_HAN.match(last):
        return "words", f'"{" ".join(tokens)}"'
    if not before:
        return "chars", f'"{last}"'
    if len(before[-1]) > 1 and before[-1].endswith(last):
        return "words", f'"{" ".join(before)}"'
    return "words", f'"{" ".join(tokens)}" *'


def _joined(phrases: Iterable[str]) -> Iterator[str]:
    rest = iter(phrases)
    return iter(lambda: " AND ".join(islice(rest, PHRASES)), "")


class Index:
    """The index of a clippings database: the tables `words` and `chars`, and how far they go.

    Items are added in batches, up to the last one before a search; an index of another form, as
    after a migration, is begun anew. Whoever calls what writes has begun a transaction.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._table: dict[str, str] = {}

    @property
    def pending(self) -> bool:
        """Whether there are items that it does not hold."""
        last = self._db.execute("SELECT max(seq) FROM items").fetchone()[0] or 0
        return self._stated("form") != FORM or self._reach < last

    def step(self) -> None:
        """Add the next items, a batch at most."""
        if self._stated("form") != FORM:
            self._begin()
        if rows := list(self._next()):
            self._put(rows)
            self._state("indexed", str(rows[-1][0]))

    def _next(self) -> Iterator[tuple[int, str]]:
        room = BATCH_CHARACTERS
        sql = "SELECT seq, hed, dek, text FROM items WHERE seq > ? ORDER BY seq LIMIT ?"
        for seq, *words in self._db.execute(sql, (self._reach, BATCH)):
            yield seq, "\n".join(words)
            room -= len(words[-1])
            if room < 0:
                break

    def forget(self, seq: int) -> None:
        """Let an item be found no longer; call before its words change or it goes."""
        for number, words in self._held(seq):
            folded = fold(words, self.simple())
            for sql, body in ((FORGET_WORDS, pairs(folded)), (FORGET_CHARS, characters(folded))):
                self._db.execute(sql, (number, body))

    def again(self, seq: int) -> None:
        """Let a forgotten item be found by the words it has now."""
        self._put(self._held(seq))

    def _held(self, seq: int) -> list[tuple[int, str]]:
        """The number and the words of an item, where the index has come so far."""
        sql = "SELECT hed, dek, text FROM items WHERE seq = ? AND seq <= ?"
        return [(seq, "\n".join(row)) for row in self._db.execute(sql, (seq, self._reach))]

    def simple(self) -> dict[str, str]:
        """The table of characters that it is filled by."""
        if not self._table:
            table = self._stated("simplified")
            self._table = dict(zip(table[::2], table[1::2], strict=True))
        return self._table

    def _begin(self) -> None:
        self._table = simplified()
        self._state("simplified", "".join(a + b for a, b in self._table.items()))
        self._state("indexed", "0")
        self._state("form", FORM)
        self._db.execute("INSERT INTO words (words) VALUES ('delete-all')")
        self._db.execute("INSERT INTO chars (chars) VALUES ('delete-all')")

    def _put(self, rows: Iterable[tuple[int, str]]) -> None:
        simple = self.simple()
        folded = [(seq, fold(words, simple)) for seq, words in rows]
        for sql, cut in ((ADD_WORDS, pairs), (ADD_CHARS, characters)):
            self._db.executemany(sql, ((seq, cut(words)) for seq, words in folded))

    @property
    def _reach(self) -> int:
        return int(self._stated("indexed") or 0)

    def _stated(self, name: str) -> str:
        row = self._db.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def _state(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, value))


ADD_WORDS = "INSERT INTO words (rowid, body) VALUES (?, ?)"
ADD_CHARS = "INSERT INTO chars (rowid, body) VALUES (?, ?)"
FORGET_WORDS = "INSERT INTO words (words, rowid, body) VALUES ('delete', ?, ?)"
FORGET_CHARS = "INSERT INTO chars (chars, rowid, body) VALUES ('delete', ?, ?)"
