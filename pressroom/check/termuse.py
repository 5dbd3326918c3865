"""The term base kept to: no forbidden form, and a term of the original in its twin too."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from pressroom.check.rows import at, file, rows, without_code
from pressroom.manuscript.file import PRINTED
from pressroom.manuscript.termwords import Finder, folded
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pressroom.manuscript.termbase import Term
    from pressroom.manuscript.termwords import Hit
    from pressroom.model import Block, BlockRef, Locale, Proof

UNREAD = re.compile(
    r"""\]\((?:[^()\n]|\([^()\n]{0,200}\)){0,2000}\)
      | !\[\[[^\[\]\n]{1,200}\]\]
      | \[@[^\[\]\n]{1,300}\]
      | <?https?://[^\s<>）】」』”]{1,2000}>?""",
    re.VERBOSE,
)
"""What a reader does not read: addresses, calls for pictures, citations."""

QUOTED = re.compile(
    r"“[^“”\n]{1,600}”|「[^「」\n]{1,600}」|『[^『』\n]{1,600}』|\"[^\"\n]{1,600}\"|«[^«»\n]{1,600}»"
)
BLOCK_QUOTE = re.compile(r"^[ \t]{0,3}>(?!\s?\[!)")
TITLE_MARKS = str.maketrans("", "", "《》〈〉")
MOST = 3


class Prose(NamedTuple):
    """The words of a block, all else blanked at the same length, and where its rows begin."""

    text: str
    starts: tuple[int, ...]
    lines: tuple[int, ...]

    def line(self, position: int) -> int:
        """The 1-based line of the file at a position of the text."""
        return self.lines[bisect_right(self.starts, position) - 1]


def prose(block: Block, *, quotes: bool = True) -> Prose:
    """What a reader reads of a block; without `quotes`, block quotes are left out.

    An empty row follows the head, so that no form is found across its end.
    """
    starts, lines, texts, position = [], [], [], 0
    for line, row in rows(block):
        told = "" if not quotes and BLOCK_QUOTE.match(row) else words(row)
        told += "\n" * (line < block.body_line)
        starts.append(position)
        lines.append(line)
        texts.append(told)
        position += len(told) + 1
    return Prose("\n".join(texts), tuple(starts or [0]), tuple(lines or [block.line]))


def words(row: str) -> str:
    """A row with code, addresses and citations blanked, at the same length."""
    return UNREAD.sub(lambda found: " " * len(found[0]), without_code(row))


# --- the terms of one locale ---


class Forms:
    """All terms in one locale: which forms may stand, which may not, and whose they are."""

    def __init__(self, terms: Iterable[Term], locale: Locale) -> None:
        found = {term.slug: entry for term in terms if (entry := term.entry(locale))}
        self.preferred = {slug: entry.form for slug, entry in found.items()}
        good = [(form, slug) for slug, entry in found.items() for form in entry.accepted]
        bad = [(form, slug) for slug, entry in found.items() for form in entry.forbidden]
        self._good = {folded(form): slug for form, slug in reversed(good)}
        self._bad = {folded(form): slug for form, slug in reversed(bad)}
        self._accepted = Finder(form for form, _ in good)
        self._forbidden = Finder(form for form, _ in bad)

    def accepted(self, text: str) -> Iterator[tuple[Hit, str]]:
        """Every accepted form in a text, with the term's slug."""
        return ((hit, self._good[folded(hit.form)]) for hit in self._accepted.find(text))

    def forbidden(self, text: str) -> Iterator[tuple[Hit, str]]:
        """Every forbidden form, with its slug, that is no part of an accepted one or a quotation.

        An accepted form that overlaps it counts where it is at least as long.
        """
        bad = list(self._forbidden.find(text))
        if not bad:
            return
        good = [(hit.start, hit.end) for hit, _ in self.accepted(text)]
        said = [found.span() for found in QUOTED.finditer(text)]
        for hit in bad:
            if not _is_covered(hit, good) and not _is_said(hit, said):
                yield hit, self._bad[folded(hit.form)]


def _is_covered(bad: Hit, accepted: Sequence[tuple[int, int]]) -> bool:
    size = bad.end - bad.start
    return any(end - start >= size for start, end in _overlapping(bad, accepted))


def _is_said(hit: Hit, quotations: Sequence[tuple[int, int]]) -> bool:
    """Whether a form is part of a longer quotation: the words of somebody else."""
    return any(
        start <= hit.start and hit.end <= end and end - start - 2 > hit.end - hit.start
        for start, end in _overlapping(hit, quotations)
    )


def _overlapping(hit: Hit, spans: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """Which of some spans, in order and apart from each other, a hit touches."""
    first = bisect_right(spans, hit.start, key=lambda span: span[1])
    return spans[first : bisect_left(spans, hit.end, lo=first, key=lambda span: span[0])]


# --- forbidden forms ---


def forbidden(blocks: Iterable[Block], forms: Forms) -> Iterator[tuple[Block, int, str, str]]:
    """Each forbidden form of an edition, once a block: block, line, form, the preferred one."""
    for block in blocks:
        told = prose(block, quotes=False)
        met: set[str] = set()
        for hit, slug in forms.forbidden(told.text):
            if hit.form not in met:
                met.add(hit.form)
                found = " ".join(told.text[hit.start : hit.end].split())
                yield block, told.line(hit.start), found, forms.preferred[slug]


# --- terms of the original that the twin lacks ---


class Lost(NamedTuple):
    """A term that a block has in one locale and its twin in no form: the block, line and form."""

    block: Block
    line: int
    form: str
    slug: str
    twin: Block


def lost(
    blocks: Iterable[Block],
    twins: Mapping[BlockRef, Block],
    terms: Sequence[Term],
    locales: tuple[Locale, Locale],
) -> Iterator[Lost]:
    """Each term, once a block, that the original has in some form and its twin in none.

    Any form counts for the twin, of either locale, forbidden ones too (they are another finding);
    of a title the words without their marks.
    """
    here, there = (Forms(terms, locale) for locale in locales)
    slugs = here.preferred.keys() & there.preferred.keys()
    any_form = {t.slug: _any_form(t, locales) for t in terms if t.slug in slugs}
    for block in blocks:
        if (twin := twins.get(block.ref)) is None:
            continue
        told, other = prose(block), ""
        met: set[str] = set()
        for hit, slug in here.accepted(told.text):
            if slug in met or slug not in slugs:
                continue
            met.add(slug)
            other = other or _squeezed(prose(twin).text)
            if other.strip() and not any(form in other for form in any_form[slug]):
                found = " ".join(told.text[hit.start : hit.end].split())
                yield Lost(block, told.line(hit.start), found, slug, twin)


def _any_form(term: Term, locales: Iterable[Locale]) -> tuple[str, ...]:
    entries = [entry for locale in locales if (entry := term.entry(locale))]
    forms = {form for e in entries for form in (*e.accepted, *e.forbidden)}
    return tuple(sorted(_squeezed(form.translate(TITLE_MARKS)) for form in forms if form))


def _squeezed(text: str) -> str:
    return "".join(folded(text).split())


# --- the rule ---


class TermUse:
    """Forbidden forms in all that is printed; terms that one language names and the other not."""

    rule = "termuse"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Forbidden forms by edition, then each edition beside the original."""
        terms: tuple[Term, ...] = getattr(proof, "terms", ())
        if not terms:
            return
        for locale in proof.languages:
            forms = Forms(terms, locale)
            mine = [b for b in proof.blocks if b.locale == locale]
            for block, line, form, better in forbidden(mine, forms):
                yield _forbidden(*at(proof, block, line), form, better)
            yield from _elsewhere(proof, locale, forms)
        yield from _twins(proof, terms)


def _forbidden(path: str, line: int, form: str, better: str) -> Finding:
    message = f'"{form}" is forbidden in terms.toml.'
    return Finding("termuse", Severity.BEFORE, path, line, message, f"write {better}.")


def _elsewhere(proof: Proof, locale: Locale, forms: Forms) -> Iterator[Finding]:
    """Forbidden forms in front matter, and in the words of the figures."""
    texts = [
        (file(proof, section, locale), text)
        for (section, tag), front in proof.fronts.items()
        if tag == locale
        for key in sorted(PRINTED & front.keys())
        for text in _texts(front[key])
    ]
    for figure in proof.figures.values():
        said = (t.get(locale, "") for t in (figure.alt, figure.caption))
        texts += [(proof.name(figure.settings), text) for text in said]
    for path, text in texts:
        for hit, slug in forms.forbidden(words(text)):
            yield _forbidden(path, 1, text[hit.start : hit.end], forms.preferred[slug])


def _texts(value: object) -> Iterator[str]:
    inside = value if isinstance(value, list) else [value]
    return (text for text in inside if isinstance(text, str))


def _twins(proof: Proof, terms: Sequence[Term]) -> Iterator[Finding]:
    first = {b.section: proof.original_of(b.section) for b in proof.blocks}
    for pair in ((one, other) for one in set(first.values()) for other in proof.languages):
        mine = [b for b in proof.blocks if b.locale == pair[0] == first[b.section]]
        if pair[0] != pair[1]:
            yield from _pair(proof, terms, mine, pair)


def _pair(
    proof: Proof, terms: Sequence[Term], blocks: Sequence[Block], pair: tuple[Locale, Locale]
) -> Iterator[Finding]:
    """Terms of originals in one locale that their twins in another lack."""
    _, locale = pair
    if blocks:
        marks = proof.languages[locale].todo_words
        twins = {
            b.ref: b
            for b in proof.blocks
            if b.locale == locale and not any(mark in f"{b.head}{b.body}" for mark in marks)
        }
        forms = {term.slug: entry for term in terms if (entry := term.entry(locale))}
        for gone in lost(blocks, twins, terms, pair):
            known = forms[gone.slug].accepted
            twin, line = at(proof, gone.twin)
            message = f'"{gone.form}" is here; its twin {twin}:{line} has none of {_few(known)}.'
            fix = f"write {known[0]} there, or add to terms.toml what stands there as a variant."
            yield Finding("termuse", Severity.LOOK, *at(proof, gone.block, gone.line), message, fix)


def _few(forms: Sequence[str]) -> str:
    return ", ".join(forms[:MOST]) + (", ..." if len(forms) > MOST else "")


RULE = TermUse()
