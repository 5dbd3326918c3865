"""Where links lead, and whether two addresses are one page in two languages.

`https://example.org/en/a#ways` and `/zh/a/#fangfa` are twins; so are pages of two language
hosts (`en.wikipedia.org`, `zh.wikipedia.org`), whatever their paths: titles are translated.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

LOCALE = re.compile(
    r"(?:ar|bn|cn|cs|da|de|el|en|es|et|fa|fi|fr|he|hi|hk|hu|id|it|ja|ko|ms|nl|no|pl|pt|ro|ru|sv|th"
    r"|tr|tw|uk|ur|vi|zh)(?:[-_](?:hans|hant|[a-z]{2}))?",
    re.IGNORECASE,
)
ENDING = re.compile(
    r"[._-](?:en|zh|cn|zh[-_](?:cn|tw|hans|hant))(?=\.[a-z0-9]{2,5}$)", re.IGNORECASE
)
INDEX = re.compile(r"/index\.(?:html?|php|md)$")
SCHEME = re.compile(r"^(?:https?:)?//", re.IGNORECASE)
DULL = re.compile(
    r"(?:utm_[a-z]+|fbclid|gclid|hl|lang|language|locale|variant|uselang)=", re.IGNORECASE
)
UNDEFINED = "label:"
"""Opens the address of a reference whose definition is in another file."""


class Address(NamedTuple):
    """A link's address in comparable form: two links are twins when their `page` is the same.

    `fragment` matters only where neither address names a language (`is_translated`). Pages of
    one `family` on hosts of two languages are twins whatever their names.
    """

    page: str
    fragment: str
    is_translated: bool
    family: str = ""


def address(to: str) -> Address:
    """Read an address: a URL, a path, a label that is defined elsewhere, a citation (`@id`)."""
    if to.startswith((UNDEFINED, "@", "mailto:")):
        return Address(to, "", is_translated=False)
    rest, _, fragment = to.strip().partition("#")
    path, _, query = rest.partition("?")
    is_absolute = SCHEME.match(path) is not None
    host, path = _split(SCHEME.sub("", path), is_absolute=is_absolute)
    bare, spoken = _without_locale(host, ".")
    if spoken:
        return Address(host + path.rstrip("/"), fragment, is_translated=False, family=bare)
    path, told = _without_locale(INDEX.sub("", path), "/")
    path = ENDING.sub("", path)
    page = host.removeprefix("www.") + path.rstrip("/") + _query(query)
    return Address(page or "#", fragment, is_translated=told or not is_absolute)


def _split(path: str, *, is_absolute: bool) -> tuple[str, str]:
    if not is_absolute:
        return "", unquote(path)
    host, mark, rest = path.partition("/")
    return host.casefold(), unquote(mark + rest)


def _without_locale(words: str, mark: str) -> tuple[str, bool]:
    """Words joined by a mark, without those that name a language; whether there was any.

    Of a host only the first part is read: the last one (`.cn`) names a country.
    """
    parts = words.split(mark)
    if mark == ".":
        named = len(parts) > 2 and LOCALE.fullmatch(parts[0]) is not None  # noqa: PLR2004
        return (mark.join(parts[1:]), True) if named else (words, False)
    kept = [part for part in parts if not LOCALE.fullmatch(part)]
    return mark.join(kept), len(kept) < len(parts)


def _query(query: str) -> str:
    kept = sorted(part for part in query.split("&") if part and not DULL.match(part))
    return "?" + "&".join(kept) if kept else ""
