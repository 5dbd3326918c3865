"""Acronyms that a reader meets before anybody has said what they stand for."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from pressroom.check.doubled import Told, editions
from pressroom.check.rows import at
from pressroom.lang.han import has_han
from pressroom.manuscript import scan
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pressroom.model import Locale, Proof

    Forms = Mapping[str, Mapping[Locale, Sequence[str]]]

KNOWN = frozenset(
    """
    AI AM API ASAP ASCII BBC BC CD CEO CFO CIA CNN COO COVID CPU CSS CSV CTO DIY DNA DVD EU EUR FAQ FBI
    GB GBP GDP GIF GMT GPS GPT GPU GUI HD HIV HTML HTTP HTTPS IBM ID IDS IP IT JPEG JPG JSON KB LCD LED
    LLM MB NASA NATO NGO OK PC PDF PIN PM PNG PR QR RAM RMB RNA RSS SIM SMS SQL SSD SUV SVG TB TL
    TV UI UK UN URL US USA USB USD UTC UX VIP VPN VR XML YAML ZIP
    """.split()  # noqa: SIM905, a list of a hundred quoted words reads worse
)
"""What nobody needs spelled out; a house adds its own (`style.known_acronyms`)."""
LETTERS = re.compile(r"(?<![A-Za-z0-9_+&/.@#;-])[A-Z]{2,6}(?=s?(?![A-Za-z0-9_&/@]|\.\w|-[0-9A-Z]))")
ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
SMALL = re.compile(r"(?<![A-Za-z])[a-z]{2,6}(?![A-Za-z])")
NAME = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
OPENED = re.compile(r"[(（](?P<inside>[^()（）]{0,60})$")
FOLLOWS = re.compile(r"(?:[’']s)?\s?[(（](?P<inside>[^()（）]{2,160})")
TWO = 2
AROUND = 200
"""Characters before and after an acronym in which its words may stand."""
LINKS = frozenset(["of", "and", "the", "for", "on", "in", "de", "to", "at", "&"])
LINK_HEADS = "".join(sorted({word[0] for word in LINKS}))


class Use(NamedTuple):
    """An acronym in a paragraph, the line of the file, whether its expansion stands with it."""

    letters: str
    told: Told
    line: int
    is_explained: bool


class Acronym:
    """Each acronym of each edition, once: where it is first met."""

    rule = "acronym"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """First uses without an expansion; in a Chinese edition, without Chinese beside them."""
        known = KNOWN | frozenset(proof.style.known_acronyms if proof.style else ())
        forms: Forms = getattr(proof, "forms", {})
        for locale, tolds in editions(proof):
            if (tongue := locale.split("-")[0]) in {"en", "zh"}:
                for group in _counted(proof, tolds):
                    for use, later in unexpanded(group, known, printed(forms, locale), tongue):
                        yield _finding(proof, use, later, tongue)


def _counted(proof: Proof, tolds: list[Told]) -> list[list[Told]]:
    """Where a first use counts: the edition, or each section of it where the house says so."""
    if getattr(proof.style, "gloss", "edition") == "edition":
        return [tolds]
    return [list(group) for _, group in groupby(tolds, key=lambda told: told.block.section)]


def _finding(proof: Proof, use: Use, later: Use | None, tongue: str) -> Finding:
    place, letters = at(proof, use.told.block, use.line), use.letters
    late = (
        ", and explained only at {}:{}".format(*at(proof, later.told.block, later.line))
        if later
        else ""
    )
    entry = f"[[{letters}]] with an entry in terms.toml"
    if tongue == "zh":
        message = f"{letters} has no Chinese beside it at its first use{late}."
        return Finding(
            "acronym", Severity.LOOK, *place, message, f"write 全称（{letters}）, or {entry}."
        )
    return Finding(
        "acronym", Severity.BEFORE, *place, f"{letters} is not spelled out at its first use{late}.",
        f"write the full name, then ({letters}); or {entry}; "
        "if every reader knows it, add it to style.known_acronyms.",
    )  # fmt: skip


# --- the acronyms of an edition ---


def printed(forms: Forms, locale: Locale) -> dict[str, Sequence[str]]:
    """Any form of a name, case folded -> the forms that its first mention may print here."""
    return {
        _key(form): by_locale.get(locale, ())
        for by_locale in forms.values()
        for every in by_locale.values()
        for form in every
    }


def _key(form: str) -> str:
    return " ".join(form.split()).casefold()


def unexpanded(
    tolds: Sequence[Told],
    known: Collection[str],
    prints: Mapping[str, Sequence[str]],
    tongue: str,
) -> Iterator[tuple[Use, Use | None]]:
    """The acronyms met bare, each with the use that explains it too late, if there is one.

    Headings have no room for an expansion: they count where running text lacks the acronym.
    A word that stands in small letters too was only shouted.
    """
    running = [told for told in tolds if told.kind != "head"]
    small = {word for told in running for word in SMALL.findall(told.text)}
    first: dict[str, Use] = {}
    explained: dict[str, Use] = {}
    for use in (use for told in running for use in _uses(told, prints, tongue)):
        first.setdefault(use.letters, use)
        if use.is_explained:
            explained.setdefault(use.letters, use)
    for use in (use for told in tolds if told.kind == "head" for use in _uses(told, {}, tongue)):
        letters = use.letters
        if letters in first or letters in known or letters.lower() in small:
            continue
        if not any(spelled(letters, told.text) for told in running):
            first[letters] = use
    for letters, use in first.items():
        if not (use.is_explained or letters in known or letters.lower() in small):
            yield use, explained.get(letters)


def _uses(told: Told, prints: Mapping[str, Sequence[str]], tongue: str) -> list[Use]:
    """The acronyms of a paragraph in order; a `[[name]]` explains what it prints."""
    names = [t.match for t in scan.tokens(told.text) if t.form == "term"]
    found = [(m.start(), letters, True) for m in names for letters in _glossed(m["name"], prints)]
    bare = "".join(_blanked(told.text, names))
    if bare.upper() != bare or has_han(bare):
        met = (m for m in LETTERS.finditer(bare) if not ROMAN.fullmatch(m[0]))
        found += [(m.start(), m[0], _is_explained(m, tongue)) for m in met]
    return [Use(ls, told, told.line_at(start), known) for start, ls, known in sorted(found)]


def _glossed(name: str, prints: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for form in (name, *prints.get(_key(name), ())):
        yield from LETTERS.findall(form)


def _blanked(text: str, names: Iterable[re.Match[str]]) -> Iterator[str]:
    position = 0
    for name in names:
        yield text[position : name.start()] + " " * len(name[0])
        position = name.end()
    yield text[position:]


# --- what explains one ---


def _is_explained(found: re.Match[str], tongue: str) -> bool:
    letters, text = found[0], found.string
    before = text[max(found.start() - AROUND, 0) : found.start()]
    after = text[found.end() : found.end() + AROUND]
    if (opened := OPENED.search(before)) and _names(opened["inside"]) and opened.start():
        return True
    follows = FOLLOWS.match(after)
    inside = follows["inside"] if follows else ""
    if tongue == "zh":
        return has_han(inside)
    return loosely(letters, inside) or spelled(letters, f"{before} {after}")


def _names(inside: str) -> bool:
    """Whether `(` and these words introduce an acronym: nothing, an article, the original."""
    return has_han(inside) or inside.strip(" “\"‘'") in {
        "",
        "the",
        "or",
        "known as",
        "hereafter",
        "简称",
    }


def spelled(letters: str, text: str) -> bool:
    """Whether words in a row begin with the letters, little words passed over.

    Two letters prove nothing by themselves (`so far`): there the words are capitalised.

    >>> spelled("CAC", "the Cyberspace Administration of China, or the CAC")
    True
    """
    is_short = len(letters) <= TWO
    words, heads = _words(text, letters if letters in text else "", folded=not is_short)
    wanted = letters if is_short else letters.casefold()
    starts = (found.start() for found in _head(wanted[:3]).finditer(heads))
    return any(_runs(wanted[1:], words[n + 1 : n + 3 * len(letters)]) for n in starts)


@lru_cache(maxsize=8192)
def _words(text: str, without: str, *, folded: bool) -> tuple[tuple[str, ...], str]:
    """The words of a paragraph but for the acronym itself, and their first letters."""
    found = (word for word in NAME.findall(text) if word != without)
    words = tuple(map(str.casefold, found) if folded else found)
    return words, "".join(word[0] for word in words)


@lru_cache(maxsize=512)
def _head(wanted: str) -> re.Pattern[str]:
    """Where the first letters may begin a run, little words between: much cheaper than to try."""
    first, *rest = map(re.escape, wanted)
    return re.compile(
        first + "".join(rf"(?=[{LINK_HEADS}]{{0,16}}{x}" for x in rest) + ")" * len(rest)
    )


def _runs(wanted: str, words: Sequence[str]) -> bool:
    """Letter by letter; a little word may count for one or be passed over."""
    if not wanted or not words:
        return not wanted
    word, *rest = words
    is_next = word[0] == wanted[0] and _runs(wanted[1:], rest)
    return is_next or (word in LINKS and _runs(wanted, rest))


def loosely(letters: str, expansion: str) -> bool:
    """Whether words hold the letters in their order, the first at their head: HTLC too."""
    rest = iter(expansion.casefold())
    is_first = expansion[:1].casefold() == letters[0].casefold()
    return is_first and " " in expansion.strip() and all(c in rest for c in letters.casefold())


RULE = Acronym()
