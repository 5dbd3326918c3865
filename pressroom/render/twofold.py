"""What templates say in two languages at once, each stretch with its own `lang`.

A page in one language passes through the same functions and gets plain words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pressroom.lang import endonym, language
from pressroom.manuscript.edition import Parallel
from pressroom.render.finish import said
from pressroom.workspace import PARALLEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from markupsafe import Markup

    from pressroom.manuscript.edition import Cited
    from pressroom.model import EditionBody, House, Locale

ALT = re.compile(r"\A!\[((?:[^\[\]\\]|\\.)*)\]")
ESCAPED = re.compile(r"\\([\\`*_\[\]<>|#~{}])")
Told = tuple["Locale", str]


def word(key: str, locale: str) -> str:
    """An interface word in one language; in English where a language has none."""
    return language(locale).words.get(key) or language("en").words[key]


def lone(lacking: str, locale: str) -> str:
    """To readers of the language that lacks a block: in which one it is there."""
    return word("only", lacking).format(language=language_name(locale, lacking))


def language_name(tag: str, locale: str) -> str:
    """A language as another calls it: `Simplified Chinese`, `英语`; else its own name for itself."""
    from babel import Locale as Known
    from babel import UnknownLocaleError

    try:
        names = Known.parse(locale.replace("-", "_")).languages
    except (UnknownLocaleError, ValueError):
        return endonym(tag)
    name = names.get(tag.replace("-", "_")) or names.get(tag.split("-", maxsplit=1)[0])
    return name or endonym(tag)


def twice(told: Iterable[Told], faces: Mapping[str, str] | None = None) -> Markup:
    """Texts one after the other, each marked with its language; the same text stands once.

    `faces` are the inline styles of a mail, by locale.
    """
    from markupsafe import Markup, escape

    once: dict[str, str] = {}
    for tag, text in told:
        once |= {} if text in once or not text else {text: tag}
    if len(once) < 2:  # noqa: PLR2004 - one language
        return Markup("".join(said(text, tag) for text, tag in once.items()))  # noqa: S704 - escaped there
    styles = {tag: f' style="{escape(style)}"' for tag, style in (faces or {}).items()}
    spans = (
        f'<span class="side" lang="{escape(tag)}"{styles.get(tag, "")}>{said(text, tag)}</span>'
        for text, tag in once.items()
    )
    return Markup('<span class="or" aria-hidden="true"> / </span>'.join(spans))  # noqa: S704 - escaped there


def say(key: str, tongues: Sequence[Locale]) -> Markup:
    """An interface word in each of a page's languages."""
    return twice((tag, word(key, tag)) for tag in tongues)


def masthead(
    house: House, tongues: Sequence[Locale], faces: Mapping[str, str] | None = None
) -> Markup:
    """The newsletter's name in each of a page's languages."""
    return twice(((tag, house.title(tag)) for tag in tongues), faces)


def dated(day: date, tongues: Sequence[Locale]) -> Markup:
    """A date in each of a page's languages."""
    return twice((tag, language(tag).long_date(day)) for tag in tongues)


def sides(edition: EditionBody) -> tuple[EditionBody, ...]:
    """The one or two editions, each in one language, that an edition is made of."""
    return edition.sides if isinstance(edition, Parallel) else (edition,)


def told(edition: EditionBody, key: str) -> list[Told]:
    """A text of an edition (`subject`, `greeting` ...) by language; empty ones left out."""
    return [(side.locale, text) for side in sides(edition) if (text := getattr(side, key))]


def teasers(edition: EditionBody) -> list[list[Told]]:
    """The teaser lines, each in every language that has it."""
    most = max(len(side.teasers) for side in sides(edition))
    return [
        [(side.locale, side.teasers[at]) for side in sides(edition) if at < len(side.teasers)]
        for at in range(most)
    ]


def named(tag: Locale, tongues: Sequence[Locale]) -> Markup:
    """An edition as a language switch shows it: a language by its own name for itself."""
    if tag == PARALLEL:
        return say("parallel", tongues)
    from markupsafe import Markup, escape

    return Markup(escape(endonym(tag)))  # noqa: S704 - escaped


def listed(sources: Iterable[Cited]) -> str:
    """The sources of a section as a numbered list in Markdown, each once."""
    return "\n".join(
        f"{source.number}. {' · '.join(x for x in (source.link, plain(source.told)) if x)}"
        for source in sources
    )


def alt(picture: str) -> str:
    """The words for a picture, as plain text, from its Markdown."""
    found = ALT.match(picture)
    return ESCAPED.sub(r"\1", found[1]) if found else ""


def is_parallel(thing: Any) -> bool:
    """Whether an edition, or a tag, is the parallel one."""
    return isinstance(thing, Parallel) or thing == PARALLEL


def plain(told: Iterable[Told]) -> str:
    """Texts one after the other, without marks, as titles and plain text show them."""
    return " / ".join(dict.fromkeys(text for _, text in told if text))


GLOBALS = {
    "word": word, "lone": lone, "twice": twice, "say": say, "named": named, "masthead": masthead,
    "dated": dated, "sides": sides, "told": told, "teasers": teasers, "plain": plain, "alt": alt, "listed": listed,
}  # fmt: skip
