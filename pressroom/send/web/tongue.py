"""Which edition's language a page speaks to somebody who is no reader yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.model import Locale

_MOST = 400


def tongue(asked: str, header: str, locales: Sequence[Locale]) -> Locale:
    """The edition that was asked for by name, else the best of Accept-Language, else the first.

    Accept-Language is RFC 9110 12.5.4; `zh-TW` meets `zh-Hant` by CLDR's likely subtags.
    """
    for locale in locales:
        if locale.casefold() == asked.casefold():
            return locale
    for wanted in _wanted(header[:_MOST]):
        scored = [(_closeness(wanted, locale), -at) for at, locale in enumerate(locales)]
        best, at = max(scored)
        if best:
            return locales[-at]
    return locales[0]


def _wanted(header: str) -> list[str]:
    """Language ranges, the most wanted first; a weight that is none counts as nought."""
    ranges = [part.partition(";") for part in header.split(",")]
    weighed = [(_weight(rest), tag.strip()) for tag, _, rest in ranges if tag.strip()]
    return [tag for weight, tag in sorted(weighed, key=lambda pair: -pair[0]) if weight > 0]


def _weight(words: str) -> float:
    name, _, value = words.strip().partition("=")
    if not name:
        return 1.0
    try:
        return min(1.0, float(value)) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def _closeness(wanted: str, locale: str) -> int:
    """2 for the same language in the same script, 1 for the language alone."""
    a, b = _full(wanted), _full(locale)
    return 0 if a[0] != b[0] else 2 if a[1] == b[1] else 1


def _full(tag: str) -> tuple[str, str]:
    """Language and script, the script being the likely one where the tag has none."""
    from babel.core import get_global

    parts = [part for part in tag.replace("_", "-").split("-") if part]
    language = parts[0].lower() if parts else ""
    script = next((p.title() for p in parts[1:] if len(p) == 4 and p.isalpha()), "")  # noqa: PLR2004 - ISO 15924
    if not script:
        likely = get_global("likely_subtags")
        region = next((p.upper() for p in parts[1:] if len(p) == 2), "")  # noqa: PLR2004 - ISO 3166
        script = likely.get(f"{language}_{region}") or likely.get(language) or "__"
        script = script.split("_")[1]
    return language, script
