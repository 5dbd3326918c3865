"""What is read of a feed: its entries in plain text, its fault in words, its own pace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pressroom.gather.dates import believable, written
from pressroom.gather.text import one_line, plain, tidy, title

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

LONGEST_BYLINE = 200


class Marked(NamedTuple):
    """A value as the feed holds it and its MIME type, which may be empty."""

    value: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed, in plain text; the link as it stands there."""

    link: str
    title: str
    text: str = ""
    dek: str = ""
    byline: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of a feed, and what is wrong with it.

    `broken_off`: its end is missing. `wait`: how long it asks not to be asked again.
    """

    entries: tuple[Entry, ...] = ()
    fault: str = ""
    broken_off: bool = False
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """What dates are read by: the outlet's IANA zone, and the time of reading."""

    zone: str
    now: datetime

    def first(self, texts: Iterable[str]) -> datetime | None:
        """The first date that can be believed."""
        for text in texts:
            if text and (time := believable(written(text, self.zone, self.now), self.now)):
                return time
        return None


def names(all_names: Iterable[str]) -> str:
    """Several names as one byline, each once."""
    return ", ".join(dict.fromkeys(name for name in all_names if name))


def entry(
    link: str,
    heading: Marked,
    bodies: Sequence[Marked],
    summary: Marked,
    byline: str,
    published: datetime | None,
) -> Entry:
    """An entry from what a feed says in its own markup."""
    text, dek = _text_and_dek([_plain(*body) for body in bodies], _plain(*summary))
    return Entry(
        link=link,
        title=title(heading.value, is_html="html" in heading.kind),
        text=text,
        dek=dek,
        byline=one_line(byline)[:LONGEST_BYLINE],
        published=published,
    )


def _plain(value: str, kind: str) -> str:
    return tidy(value) if kind == "text/plain" and "<" not in value else plain(value)


def _text_and_dek(bodies: list[str], summary: str) -> tuple[str, str]:
    """The longest of all; the dek is the first other, unless the text starts with it."""
    text = max([*bodies, summary], key=len)
    others = (" ".join(words.split()) for words in (summary, *bodies) if words and words != text)
    return text, next((flat for flat in others if not _starts(text, flat)), "")


def _starts(text: str, flat: str) -> bool:
    start = " ".join(text[: 2 * len(flat)].split())
    return start.startswith(flat.rstrip("….")[: len(start)])
