"""What a page says of itself: title, date, author, site.

Each in its order of trust: `<meta>` and JSON-LD, then the words around the headline, then
htmldate (dates only). A date without a zone is in the outlet's.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple

from pressroom.gather.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pressroom.gather.body import Found, Page

LONGEST_DATA = 200_000
"""Characters of one JSON-LD block that are read."""
LONGEST_FOR_HTMLDATE = 300_000
EARLIEST = 1990
WHEN_NAMES = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "publication_date",
    "originalpublicationdate",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "date",
)
WHO_NAMES = ("author", "article:author", "byl", "dc.creator", "parsely-author", "sailthru.author")
SITE_NAMES = ("og:site_name", "application-name")
DATED = re.compile(
    r"(?<!\d)(?P<y>19[9]\d|20\d\d)\s?(?:[-/.]|年)\s?(?P<m>\d{1,2})\s?(?:[-/.]|月)\s?(?P<d>\d{1,2})(?!\d)\s?日?"
    r"(?:[\sT,，|]{0,4}(?P<half>[上下]午|[AaPp][Mm])?\s?(?P<H>\d{1,2})[:：时時点點](?P<M>\d{2})?(?:[:：分](?P<S>\d{2}))?"
    r"(?:\.\d+)?\s?(?P<half2>[AaPp]\.?[Mm])?\s?(?P<Z>Z|[+-]\d\d:?\d\d)?)?"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WORDED = re.compile(
    rf"(?<!\w)(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m1>{'|'.join(MONTHS)})[a-z]*\.?,?|"
    rf"(?P<m2>{'|'.join(MONTHS)})[a-z]*\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?)\s+(?P<y>19[9]\d|20\d\d)(?!\d)"
    r"(?:,?\s+(?:at\s+)?(?P<H>\d{1,2}):(?P<M>\d{2})\s?(?P<half>[AaPp]\.?[Mm])?\s?(?P<Z>GMT|UTC)?)?",
    re.IGNORECASE,
)
IN_ADDRESS = re.compile(r"/(20\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?!\d)")
NAME = r"[\u3400-\u9fff·]{2,5}(?:[、，,]\s?[\u3400-\u9fff·]{2,4}){0,3}"
WRITERS = (
    re.compile(rf"作\s*者\s*[:：]\s*({NAME}|[A-Za-z .·'-]{{3,40}})"),
    re.compile(rf"[记記]\s*者\s*[:：]?\s*({NAME})(?=[\s)）】\]／/|]|$|[报報]道|[摄攝])"),
    re.compile(r"^\W*by:?\s+((?:[A-Z][\w.'’-]+\s?){1,4})", re.IGNORECASE),
)
SOURCE = re.compile(r"[来來]\s?源\s?[:：]\s*([^\s|｜，。:：()（）\[\]【】]{2,30})")
CRUMBS = re.compile(r"\s*(?:>>|»|›)\s*|^[》」】]+")
PARTS = re.compile(r"\s+[-–—«:·]\s+|\s*[|_｜]\s*|--+|——")


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands in a page's head: `<meta>` by lower-case name, `<title>`, headings, JSON-LD."""

    metas: Mapping[str, str]
    name: str
    headings: Sequence[str]
    times: Sequence[str]
    linked: Sequence[Mapping[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, tree: Any) -> Facts:
        """Read an lxml tree once; values are on one line and bounded."""
        metas: dict[str, str] = {}
        for node in tree.iter("meta"):
            name = node.get("property") or node.get("name") or node.get("itemprop") or ""
            if value := one_line(node.get("content", "")[:1000]):
                metas.setdefault(name.lower(), value)
        title = next((_words(n) for n in tree.iter("title")), "")
        headings = [_words(n) for n, _ in zip(tree.iter("h1", "h2"), range(20), strict=False)]
        times = [n.get("datetime", "") for n, _ in zip(tree.iter("time"), range(5), strict=False)]
        return cls(metas, title, [h for h in headings if h], times, list(_linked(tree)))

    def first(self, names: Iterable[str]) -> str:
        """The first of these `<meta>` names that is given."""
        return next((self.metas[name] for name in names if name in self.metas), "")


class About(NamedTuple):
    """What a page says of itself; "" and None where it does not."""

    title: str
    date: datetime | None
    author: str
    site: str


def _words(node: Any) -> str:
    return one_line("".join(node.itertext())[:2000])[:500]


def _linked(tree: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of a page's JSON-LD that are dated or named; broken JSON is passed over."""
    for node, _ in zip(tree.iter("script"), range(200), strict=False):
        if "ld+json" in node.get("type", "") and len(node.text or "") <= LONGEST_DATA:
            try:
                data = json.loads(node.text or "null", strict=False)
            except (ValueError, RecursionError):
                continue
            yield from _objects(data)


def _objects(data: Any) -> Iterator[Mapping[str, Any]]:
    listed = data if isinstance(data, list) else [data]
    for found in listed[:50]:
        if isinstance(found, dict):
            yield found
            graph = found.get("@graph")
            yield from (
                g for g in (graph if isinstance(graph, list) else [])[:50] if isinstance(g, dict)
            )


def read(facts: Facts, page: Page, found: Found, *, url: str, now: datetime, zone: str) -> About:
    """Title, date, author and site of a page whose article was found."""
    near = _around(page, found)
    date = (
        _stated_date(facts, now, zone)
        or _dates_in(near, now, zone)
        or _address_date(url, now, zone)
    )
    title = _title(facts, page, found)
    return About(title, date, _author(facts, near, title), _site(facts))


def _around(page: Page, found: Found) -> list[str]:
    """The lines between headline and article, those just about them, and the article's ends."""
    begin = found.kept[0] if found.kept else len(page.blocks)
    top = found.headline if 0 <= found.headline <= begin else max(0, begin - 6)
    head = [b.text for b in page.blocks[max(0, top - 3) : min(begin, top + 30) + 1]]
    tail = [page.blocks[i].text for i in found.kept[-2:]]
    after = page.blocks[found.kept[-1] + 1 : found.kept[-1] + 6] if found.kept else []
    return [text[:300] for text in (*head, *tail, *(b.text for b in after))]


def _title(facts: Facts, page: Page, found: Found) -> str:
    """The headline on the page, else `og:title`, else `<title>`; without the site's name."""
    if found.headline >= 0:
        line = one_line(page.blocks[found.headline].text)
        return next((part for part in reversed(CRUMBS.split(line)) if part), line)[:500]
    told = facts.metas.get("og:title", "") or facts.name or next(iter(facts.headings), "")
    return without_site(told, facts.metas.get("og:site_name", ""))


def without_site(title: str, site: str = "") -> str:
    """A page's title without what names the site or the channel: its longest part.

    >>> without_site("北京西直门嘉茂中心突发大火 现已被扑灭_娱乐_新民网")
    '北京西直门嘉茂中心突发大火 现已被扑灭'
    """
    parts = [part.strip() for part in PARTS.split(title) if part and part.strip()]
    named = [part for part in parts if part.casefold() != site.casefold()] or parts
    return max(named, key=len, default="")


def _stated_date(facts: Facts, now: datetime, zone: str) -> datetime | None:
    told = [facts.metas[name] for name in WHEN_NAMES[:3] if name in facts.metas]
    told += [str(thing.get("datePublished", "")) for thing in facts.linked]
    told += [facts.metas[name] for name in WHEN_NAMES[3:] if name in facts.metas]
    return _dates_in([*told, *facts.times], now, zone)


def _dates_in(texts: Iterable[str], now: datetime, zone: str) -> datetime | None:
    """The first date that one of the texts states, with a time of day if any of them has one."""
    day = None
    for text in texts:
        if found := date_in(text, now, zone):
            if _has_hour(text):
                return found
            day = day or found
    return day


def _has_hour(text: str) -> bool:
    return bool(re.search(r"\d[:：时時点點]", text))


def _address_date(url: str, now: datetime, zone: str) -> datetime | None:
    found = IN_ADDRESS.search(url[:500])
    return _made(found.groups(), (0, 0, 0), zone_of(zone), now) if found else None


def date_in(text: str, now: datetime, zone: str = "UTC") -> datetime | None:
    """The first date in a text, aware: ISO 8601, Chinese (2025年8月28日 10:00), English.

    None where there is none, or where it is no date, before 1990, or more than a day after `now`.
    """
    for found in DATED.finditer(text[:500]):
        if made := _from_groups(found.groupdict(), now, zone):
            return made
    for found in WORDED.finditer(text[:500]):
        if made := _from_groups(found.groupdict(), now, zone):
            return made
    return None


def _from_groups(parts: Mapping[str, str | None], now: datetime, zone: str) -> datetime | None:
    month = parts.get("m") or parts.get("m1") or parts.get("m2") or ""
    number = month if month.isdigit() else str(MONTHS.index(month.lower()[:3]) + 1)
    day = parts.get("d") or parts.get("d1") or parts.get("d2") or ""
    half = (parts.get("half") or parts.get("half2") or "").lower().replace(".", "")
    hour = int(parts["H"] or 0)
    if half in {"pm", "下午"} and hour < 12:  # noqa: PLR2004 - noon
        hour += 12
    if half in {"am", "上午"} and hour == 12:  # noqa: PLR2004 - midnight
        hour = 0
    clock = (hour, int(parts["M"] or 0), int(parts.get("S") or 0))
    return _made((parts["y"] or "", number, day), clock, _offset(parts["Z"], zone), now)


def _made(
    day: Sequence[str], clock: tuple[int, int, int], zone: tzinfo, now: datetime
) -> datetime | None:
    try:
        year, month, date = map(int, day)
        made = datetime(year, month, date, *clock, tzinfo=zone)
    except (ValueError, OverflowError):
        return None
    return made if made.year >= EARLIEST and made <= now + timedelta(days=1) else None


def _offset(stated: str | None, zone: str) -> tzinfo:
    if not stated:
        return zone_of(zone)
    if stated.upper() in {"Z", "GMT", "UTC"}:
        return UTC
    return datetime.strptime(stated.replace(":", ""), "%z").tzinfo or UTC


def zone_of(name: str) -> tzinfo:
    """The zone of an IANA name; UTC where there is none of that name."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def _author(facts: Facts, near: Sequence[str], title: str) -> str:
    for name in [facts.first(WHO_NAMES), *(_name_of(t.get("author")) for t in facts.linked)]:
        if _may_be_name(name, title):
            return name
    for pattern in (*WRITERS, SOURCE):
        for line in near:
            if found := pattern.search(line):
                return one_line(found[1]).strip(" ,，、.")
    return ""


def _may_be_name(text: str, title: str) -> bool:
    """Not an address, a number, a slogan or the title, which some sites write there."""
    return 1 < len(text) <= 60 and not re.search(r"://|[_@]|^\d+$|未知", text) and text not in title  # noqa: PLR2004 - characters


def _site(facts: Facts) -> str:
    told = facts.first(SITE_NAMES)
    return told[:100] or next(
        (name for thing in facts.linked if (name := _name_of(thing.get("publisher")))), ""
    )


def _name_of(thing: Any) -> str:
    """A name in JSON-LD: a string, an object with a name, or a list of such."""
    if isinstance(thing, list):
        return ", ".join(
            name for one in thing[:5] if not isinstance(one, list) and (name := _name_of(one))
        )
    if isinstance(thing, dict):
        thing = thing.get("name")
    return one_line(thing)[:100] if isinstance(thing, str) else ""


def guessed_date(markup: str, url: str, now: datetime, zone: str) -> datetime | None:
    """A guess by htmldate at the day of publication, at midnight of `zone`; None without one."""
    if len(markup) > LONGEST_FOR_HTMLDATE:
        return None
    from htmldate import find_date

    try:
        found = find_date(
            markup, url=url or None, original_date=True, max_date=now.strftime("%Y-%m-%d")
        )
    except Exception:  # noqa: BLE001 - a library's own fault is no date
        return None
    return date_in(found, now, zone) if found else None
