"""A feed's bytes as entries: plain text, aware dates, and the feed's fault in words.

bytes -> text (encoding.py) -> simple.py, else feedparser; or json -> entries (entry.py)
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from pressroom.gather.encoding import decode
from pressroom.gather.entry import Clock, Entry, Marked, Reading, entry, names
from pressroom.gather.mend import mend
from pressroom.gather.simple import read_simple
from pressroom.gather.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

OPENING = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]")
CLOSING = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>")
ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|RDF)\b")
ROOT_END = re.compile(r"</(?:\w+:)?(?:rss|feed|RDF)\s*>", re.IGNORECASE)
LOOKS_HTML = re.compile(
    r"^\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
OFFERED = re.compile(
    r"<link\b[^<>]{0,500}?application/(?:rss|atom)\+xml[^<>]{0,500}>", re.IGNORECASE
)
HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
TTL = re.compile(r"<ttl>\s*(\d{1,6})\s*</ttl>")
PERIOD = re.compile(r"<(?:\w+:)?updatePeriod>\s*(\w+)\s*<")
FREQUENCY = re.compile(r"<(?:\w+:)?updateFrequency>\s*(\d{1,4})\s*<")
SKIPPED = re.compile(r"<skipHours>(.{0,2000}?)</skipHours>", re.DOTALL)
HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*</hour>")
HOURS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 730, "yearly": 8760}
LONGEST_WAIT = timedelta(hours=1)
"""A feed may ask for more: feeds that say `weekly` and write daily are common."""


def read(body: bytes, content_type: str, url: str, now: datetime, zone: str = "UTC") -> Reading:
    """Read a feed in any of its forms; a fault is a value.

    `now` bounds the dates, `zone` (IANA) is that of dates without one, `url` the address that
    the body was read from, with which relative links are joined.
    """
    if not body.strip(b"\0 \t\r\n"):
        return Reading(fault="answers with nothing at all: the feed is empty.")
    decoded, clock = decode(body, content_type), Clock(zone, now)
    if decoded.text.lstrip().startswith("{"):
        return _json_feed(decoded.text, clock)
    reading = _xml_feed(decoded.text, url, clock)
    if decoded.damaged and reading.entries and not reading.fault:
        fault = f"some bytes are not {decoded.encoding}: look for \ufffd."
        return Reading(reading.entries, fault, wait=reading.wait)
    return reading


def _xml_feed(text: str, url: str, clock: Clock) -> Reading:
    if (entries := read_simple(text, clock)) is not None:
        return Reading(entries, wait=wait(text, clock.now))
    if LOOKS_HTML.match(text) and not ROOT.search(text):
        return Reading(fault=f"answers with a web page, not a feed.{_offer(text)}")
    mended, line = mend(text)
    if line and (entries := read_simple(mended, clock)) is not None:
        slip = f"line {line}: an & or a character that XML does not allow"
        return Reading(entries, _ill_formed(slip, len(entries)), wait=wait(text, clock.now))
    reading = read_any(text, url, clock)
    return _better(reading, read_any(mended, url, clock)) if line else reading


def _better(reading: Reading, mended: Reading) -> Reading:
    """The mended feed's entries, where mending made it whole; what was wrong is still said."""
    return reading if mended.fault else replace(reading, entries=mended.entries)


def read_any(text: str, url: str, clock: Clock) -> Reading:
    """Read XML in whatever state by feedparser."""
    broken_off = _is_broken_off(text)
    parsed = _parse(text, url)
    entries = tuple(_xml_entry(entry, clock) for entry in parsed.entries)
    if broken_off and _last_is_open(text):
        entries = entries[:-1]
    fault = _xml_fault(parsed, entries, broken_off=broken_off)
    return Reading(entries, fault, broken_off, wait(text, clock.now))


def wait(text: str, now: datetime) -> timedelta | None:
    """How long a feed asks to be left alone, at most an hour; None where it says nothing.

    RSS 2.0 `ttl` (minutes) and `skipHours` (GMT), RSS 1.0 `sy:updatePeriod` by
    `sy:updateFrequency`.
    """
    asked = _ttl(text) or _period(text)
    if found := SKIPPED.search(text):
        skipped = {int(hour) % 24 for hour in HOUR.findall(found[1])}
        asked = max(asked or timedelta(), _till_heard(skipped, now))
    return min(asked, LONGEST_WAIT) if asked else None


def _ttl(text: str) -> timedelta:
    found = TTL.search(text)
    return timedelta(minutes=int(found[1])) if found else timedelta()


def _period(text: str) -> timedelta:
    found = PERIOD.search(text)
    if not found or found[1] not in HOURS:
        return timedelta()
    times = FREQUENCY.search(text)
    return timedelta(hours=HOURS[found[1]] / max(1, int(times[1]) if times else 1))


def _till_heard(skipped: set[int], now: datetime) -> timedelta:
    """From now to the start of the next hour (GMT) that is not skipped."""
    now = now.astimezone(UTC)
    start = now.replace(minute=0, second=0, microsecond=0)
    for hours in range(24):
        if (then := start + timedelta(hours=hours)).hour not in skipped:
            return max(then - now, timedelta())
    return timedelta()


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
        return _ill_formed(_reason(parsed), len(entries))
    return ""


def _ill_formed(reason: str, count: int) -> str:
    return f"is not well formed ({reason}); {count} entries could be read."


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


def _xml_entry(found: Any, clock: Clock) -> Entry:
    """A body is copied by feedparser to a summary that is missing; the copy has no detail."""
    bodies = [Marked(c.get("value") or "", c.get("type", "")) for c in found.get("content", ())]
    detail = found.get("summary_detail") or {}
    summary = Marked(found.get("summary") or "", detail.get("type", ""))
    heading = found.get("title_detail") or {}
    return entry(
        _xml_link(found),
        Marked(heading.get("value") or "", heading.get("type", "")),
        bodies,
        summary if detail or not bodies else Marked(),
        _byline(found),
        clock.first(_xml_dates(found)),
    )


def _byline(found: Any) -> str:
    """Of several people the names: feedparser gives the last, with the email of the first."""
    people = [name for person in found.get("authors", ()) if (name := person.get("name"))]
    return names(people) if len(people) > 1 else found.get("author") or ""


def _xml_link(entry: Any) -> str:
    link = str(entry.get("link") or "")
    name = str(entry.get("id") or "")
    return link or (name if name.startswith(("http://", "https://")) else "")


def _xml_dates(found: Any) -> Iterator[str]:
    """Past feedparser's own `get`, which warns that it maps `updated` to `published`."""
    return (str(dict.get(found, key) or "") for key in ("published", "updated", "created"))


def _json_feed(text: str, clock: Clock) -> Reading:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as fault:
        return Reading(fault=f"is JSON that cannot be read ({one_line(str(fault))[:120]}).")
    items = feed.get("items")
    if "jsonfeed.org" not in str(feed.get("version", "")) or not isinstance(items, list):
        return Reading(fault="answers with JSON that is no JSON Feed. Correct `url`.")
    return Reading(tuple(_json_entry(i, clock) for i in items if isinstance(i, dict)))


def _json_entry(found: dict[str, Any], clock: Clock) -> Entry:
    """JSON Feed 1.1: the title and summary are plain text."""

    def word(key: str) -> str:
        return str(value) if isinstance(value := found.get(key), str | int) else ""

    name = word("id")
    bodies = [Marked(word("content_html"), "text/html"), Marked(word("content_text"), "text/plain")]
    return entry(
        word("url") or word("external_url") or (name if "://" in name else ""),
        Marked(word("title"), "text/plain"),
        bodies,
        Marked(word("summary"), "text/plain"),
        _json_authors(found),
        clock.first([word("date_published"), word("date_modified")]),
    )


def _json_authors(entry: dict[str, Any]) -> str:
    """`authors` (JSON Feed 1.1), else `author` (1.0)."""
    people = entry.get("authors") or [entry.get("author")]
    people = people if isinstance(people, list) else []
    return names(str(p.get("name") or "") for p in people if isinstance(p, dict))
