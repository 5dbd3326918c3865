"""A feed's bytes as entries: plain text, aware dates, and the feed's fault in words."""

from __future__ import annotations

import calendar
import io
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from pressroom.gather.encoding import decode
from pressroom.gather.text import one_line, plain, tidy, title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

OPENING = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]")
CLOSING = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>")
ROOT_END = re.compile(r"</(?:\w+:)?(?:rss|feed|RDF)\s*>", re.IGNORECASE)
LOOKS_HTML = re.compile(
    r"^\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
OFFERED = re.compile(
    r"<link\b[^<>]{0,500}?application/(?:rss|atom)\+xml[^<>]{0,500}>", re.IGNORECASE
)
HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
WRITTEN_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]+(\d{1,2})\s*[:：时時]\s*(\d{1,2})(?:\s*[:：分]\s*(\d{1,2}))?)?"
    r"\D{0,8}?([+-]\d{2}:?\d{2})?\s*$"
)
OLDEST = datetime(1990, 1, 2, tzinfo=UTC)
AHEAD = timedelta(days=2)
"""How far into the future a date may lie before it is taken for an error."""


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
    """What could be read of a feed, and what is wrong with it; `broken_off`: its end is missing."""

    entries: tuple[Entry, ...] = ()
    fault: str = ""
    broken_off: bool = False


def read(body: bytes, content_type: str, url: str, now: datetime) -> Reading:
    """Read a feed in any of its forms; a fault is a value. `now` bounds the dates."""
    if not body.strip(b"\0 \t\r\n"):
        return Reading(fault="answers with nothing at all: the feed is empty.")
    decoded = decode(body, content_type)
    if decoded.text.lstrip().startswith("{"):
        return _json_feed(decoded.text, now)
    reading = _xml_feed(decoded.text, url, now)
    if decoded.damaged and reading.entries and not reading.fault:
        return Reading(reading.entries, f"some bytes are not {decoded.encoding}: look for \ufffd.")
    return reading


def _xml_feed(text: str, url: str, now: datetime) -> Reading:
    if LOOKS_HTML.match(text):
        return Reading(fault=f"answers with a web page, not a feed.{_offer(text)}")
    broken_off = _is_broken_off(text)
    parsed = _parse(text, url)
    entries = tuple(_xml_entry(entry, now) for entry in parsed.entries)
    if broken_off and _last_is_open(text):
        entries = entries[:-1]
    return Reading(entries, _xml_fault(parsed, entries, broken_off=broken_off), broken_off)


def _parse(text: str, url: str) -> Any:
    """Keys of `response_headers` in lower case, or feedparser ignores the charset."""
    import feedparser

    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    return feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _is_broken_off(text: str) -> bool:
    return bool(OPENING.search(text)) and not ROOT_END.search(text[-2000:])


def _last_is_open(text: str) -> bool:
    return _last(OPENING, text) > _last(CLOSING, text)


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((found.start() for found in pattern.finditer(text)), default=-1)


def _xml_fault(parsed: Any, entries: tuple[Entry, ...], *, broken_off: bool) -> str:
    if broken_off:
        return f"breaks off; {len(entries)} whole entries were kept."
    if not parsed.version and not entries:
        return "does not answer with a feed (no RSS, Atom or JSON Feed). Correct `url`."
    if parsed.bozo:
        return f"is not well formed ({_reason(parsed)}); {len(entries)} entries could be read."
    return ""


def _reason(parsed: Any) -> str:
    fault = parsed.get("bozo_exception")
    get = getattr(fault, "getMessage", None)
    line = getattr(fault, "getLineNumber", lambda: None)()
    words = one_line(str(get() if get else fault))[:120]
    return f"line {line}: {words}" if line else words


def _offer(text: str) -> str:
    tag = OFFERED.search(text[:200_000])
    href = HREF.search(tag.group()) if tag else None
    return f" It offers one at {one_line(href[1])[:200]}" if href else " Correct `url`."


def _xml_entry(entry: Any, now: datetime) -> Entry:
    bodies = [(c.get("value") or "", c.get("type", "")) for c in entry.get("content", ())]
    summary = (entry.get("summary") or "", entry.get("summary_detail", {}).get("type", ""))
    heading = entry.get("title_detail") or {}
    text, dek = _text_and_dek([_plain(*b) for b in bodies], _plain(*summary))
    return Entry(
        link=_xml_link(entry),
        title=title(heading.get("value") or "", is_html="html" in heading.get("type", "")),
        text=text,
        dek=dek,
        byline=one_line(entry.get("author") or "")[:200],
        published=_first_date(_xml_dates(entry), now),
    )


def _xml_link(entry: Any) -> str:
    link = str(entry.get("link") or "")
    name = str(entry.get("id") or "")
    return link or (name if name.startswith(("http://", "https://")) else "")


def _plain(value: str, kind: str) -> str:
    return tidy(value) if kind == "text/plain" and "<" not in value else plain(value)


def _text_and_dek(bodies: list[str], summary: str) -> tuple[str, str]:
    """The longest body; a summary beside it is the dek, unless the body starts with it."""
    text = max([*bodies, summary], key=len)
    flat = " ".join(summary.split())
    dek = "" if " ".join(text.split()).startswith(flat.rstrip("….")) else flat
    return text, dek


def _xml_dates(entry: Any) -> Iterator[Callable[[], datetime | None]]:
    """Past feedparser's own `get`, which warns that it maps `updated` to `published`."""
    for key in ("published", "updated", "created"):
        yield partial(_from_struct, dict.get(entry, f"{key}_parsed"))
        yield partial(_written, str(dict.get(entry, key) or ""))


def _from_struct(parsed: Any) -> datetime | None:
    return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None


def _written(text: str) -> datetime | None:
    """ISO 8601, or a Chinese date such as 2025年8月28日 10:00; without a zone it is UTC."""
    try:
        return _aware(datetime.fromisoformat(text.strip()))
    except ValueError:
        pass
    if not (found := WRITTEN_DATE.match(text.strip())):
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    zone = datetime.strptime(found[7] or "+0000", "%z").tzinfo
    return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)


def _aware(time: datetime) -> datetime:
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)


def _first_date(ways: Iterable[Callable[[], datetime | None]], now: datetime) -> datetime | None:
    """The first way that gives a believable date: no year 0, no epoch, no far future."""
    for way in ways:
        try:
            time = way()
        except (ValueError, OverflowError, OSError, TypeError):
            continue
        if time and OLDEST < time < now + AHEAD:
            return time
    return None


def _json_feed(text: str, now: datetime) -> Reading:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as fault:
        return Reading(fault=f"is JSON that cannot be read ({one_line(str(fault))[:120]}).")
    if "jsonfeed.org" not in str(feed.get("version", "")) or not isinstance(
        feed.get("items"), list
    ):
        return Reading(fault="answers with JSON that is no JSON Feed. Correct `url`.")
    return Reading(tuple(_json_entry(i, now) for i in feed["items"] if isinstance(i, dict)))


def _json_entry(entry: dict[str, Any], now: datetime) -> Entry:
    def word(key: str) -> str:
        return str(value) if isinstance(value := entry.get(key), str | int) else ""

    name = word("id")
    text, dek = _text_and_dek(
        [plain(word("content_html")), tidy(word("content_text"))], tidy(word("summary"))
    )
    return Entry(
        link=word("url") or word("external_url") or (name if "://" in name else ""),
        title=title(word("title"), is_html=False),
        text=text,
        dek=dek,
        byline=_json_authors(entry),
        published=_first_date(
            [lambda: _written(word("date_published")), lambda: _written(word("date_modified"))],
            now,
        ),
    )


def _json_authors(entry: dict[str, Any]) -> str:
    """`authors` (JSON Feed 1.1), else `author` (1.0)."""
    people = entry.get("authors") or [entry.get("author")]
    people = people if isinstance(people, list) else []
    names = [p["name"] for p in people if isinstance(p, dict) and isinstance(p.get("name"), str)]
    return one_line(", ".join(names))[:200]
