"""An index page as a tree, and the items that stand on it: link, title, date by CSS selectors.

bytes -> text (encoding.py) -> a tree of bounded size and depth -> the items in page order

Nothing of the page is run. A document is cut at `LONGEST` characters, and every stretch of text
is read up to `WORDS` characters, so that overlapping items of a hostile page cost no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from pressroom.gather.css import find
from pressroom.gather.dates import home, moment
from pressroom.gather.encoding import CHARSET, decode
from pressroom.gather.text import BLOCKS, one_line
from pressroom.gather.urls import canonical, safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pressroom.model import Select

LONGEST = 2_000_000
"""Characters of one page that are read."""

WORDS = 2_000
MOST = 1_000
"""Items of one page that are read."""

HALF_YEAR = 180
FEW = 50
"""Links of one item that are looked at."""

MOST_PIECES = 5_000
LONGEST_URL = 2_048
TITLE = 500
HEAD = 4_096
META = re.compile(rb"""<meta\b[^<>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
UNREAD = frozenset(("script", "style", "template", "noscript", "select", "textarea"))
DEFAULTS = ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii", "windows-1252")
"""What servers say of pages whose encoding nobody set."""

CLOCK = r"(?:[T\s]*\d{1,2}[:：时時]\d{2}(?:[:：分]\d{2})?(?:\s?(?:Z|[+-]\d{2}:?\d{2})\b)?)?"
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
DATED = re.compile(
    rf"(?<!\d)(?:19|20)\d\d\s?[-/.年]\s?\d{{1,2}}\s?[-/.月]\s?\d{{1,2}}(?!\d)\s?日?{CLOCK}"
    rf"|\b{MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d{CLOCK}"
    rf"|(?<!\d)\d{{1,2}}\s{MONTH},?\s(?:19|20)\d\d{CLOCK}"
    r"|(?<!\d)\d{1,3}\s?(?:分钟|分鐘|小时|小時|天|日)前"
    r"|\b\d{1,3} (?:minute|hour|day)s? ago\b"
    rf"|(?:今天|昨天|前天){CLOCK}"
    rf"|(?<![\d.-])\d{{1,2}}月\d{{1,2}}日{CLOCK}"
    rf"|(?:^|(?<=[\s\[(（【]))(?:0[1-9]|1[0-2])[-/](?:0[1-9]|[12]\d|3[01]){CLOCK}(?=\s*(?:$|[\])）】]))",
    re.IGNORECASE,
)
SPLIT = re.compile(r"^\s*(\d{1,2})日?\s+((?:19|20)\d\d\s?[-/.年]\s?\d{1,2})月?\s*$")
"""A calendar leaf: the day in one element, the year and month in another."""

DAYS_AGO = re.compile(r"(\d{1,3})\s?(?:天|日|days?\b)", re.IGNORECASE)
YEARLESS = re.compile(r"\d{1,2}[-/月]\d{1,2}(?![-/\d])")
AT_END = re.compile(rf"\s*[\[(（【]?\s*(?:{DATED.pattern})\s*[\])）】]?\s*$", re.IGNORECASE)
IN_URL = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?!\d)")
DATE_LENGTH = 60
NEAR = 300
"""Characters from either end of a text in which a date is looked for."""

CUT = "….⋯ "


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was read: its address, the base of its links (HTML, 4.2.3), text and tree."""

    url: str
    base: str
    text: str
    tree: Any


@dataclass(frozen=True, slots=True)
class Listed:
    """One item of an index: absolute canonical address, title on one line, date if known."""

    url: str
    title: str
    published: datetime | None = None


def read_page(body: bytes, content_type: str, url: str) -> Page:
    """A page's bytes as a tree, an empty one when there is nothing in it. Never fails."""
    from lxml import etree, html

    text = decode(body, _declared(body, content_type)).text.replace("\0", "")[:LONGEST]
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        tree = html.document_fromstring("<html><body></body></html>")
    return Page(url, _base(tree, url), text, tree)


def _declared(body: bytes, content_type: str) -> str:
    """A page's own `<meta charset>` counts where the server says nothing, or but its default."""
    said = CHARSET.search(content_type)
    found = META.search(body[:HEAD])
    if found and (not said or said[1].lower() in DEFAULTS):
        return f"text/html; charset={found[1].decode('ascii')}"
    return content_type


def _base(tree: Any, url: str) -> str:
    for element in tree.iter("base"):
        if href := element.get("href"):
            return _joined(url, href) or url
    return url


def words(element: Any, *, gap: str = "", without: Any = None) -> str:
    """What a reader sees of an element, on one line; blocks stand apart, `gap` parts the rest."""
    found: list[str] = []
    length = 0
    for piece in islice(_pieces(element, gap, without), MOST_PIECES):
        found.append(piece)
        length += len(piece)
        if length > WORDS:
            break
    return one_line("".join(found))[:WORDS]


def _pieces(element: Any, gap: str, without: Any) -> Iterator[str]:
    from lxml import etree

    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        space = " " if node.tag in BLOCKS or node.tag in {"td", "th"} else gap
        if event == "end":
            yield space + ("" if node is element else node.tail or "")
        elif node is without or node.tag in UNREAD:
            walk.skip_subtree()
        else:
            yield space + (node.text or "")


def items_of(page: Page, css: str) -> Sequence[Any]:
    """The elements of items: those that hold no other, so that no part of a page is read twice."""
    found = find(page.tree, css, "item")
    outer: set[Any] = set()
    for element in found:
        for above in element.iterancestors():
            if above in outer:
                break
            outer.add(above)
    return [element for element in found if element not in outer][:MOST]


def listed(page: Page, select: Select, zone: str, now: datetime) -> tuple[list[Listed], int]:
    """The items of an index page, each address once, and how many elements had no web address."""
    found: dict[str, Listed] = {}
    without = 0
    for element in items_of(page, select.item):
        if one := _listed(page, element, select, zone, now):
            known = found.get(one.url)
            found[one.url] = one if known is None or not known.title else known
        else:
            without += 1
    return list(found.values()), without


def _listed(page: Page, element: Any, select: Select, zone: str, now: datetime) -> Listed | None:
    link = link_of(page, element, select.link)
    if link is None:
        return None
    url = address(page, link)
    text = title_of(element, link, select.title)
    cut = _without_date(text)
    published = _published(
        date_of(element, link, select.date, zone, now), date_in_url(url, zone, now)
    )
    if not published and cut != text:
        published = date_in(text[len(cut) :], zone, now)
    return Listed(url, cut[:TITLE], published)


def _published(written: datetime | None, in_url: datetime | None) -> datetime | None:
    """What is written, but the year of the address where only the year differs: it was guessed."""
    if written and in_url and abs((written - in_url).days) > HALF_YEAR:
        return in_url
    return written or in_url


def link_of(page: Page, element: Any, css: str = "") -> Any:
    """The first link with words among those that lead to a web address, else the first such."""
    among = find(element, css, "link") if css else element.iter("a")
    links = [link for link in islice(among, FEW) if address(page, link)]
    return next((link for link in links if words(link)), links[0] if links else None)


def address(page: Page, link: Any) -> str:
    """Where a link leads: absolute, canonical, http or https, not this very page; else empty."""
    href = (link.get("href") or "").strip()
    if not href or href.startswith("#") or len(href) > LONGEST_URL:
        return ""
    url = canonical(_joined(page.base, href))
    return url if safe(url) and url != canonical(page.url) else ""


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return ""


def title_of(element: Any, link: Any, css: str = "") -> str:
    """The title: what the selector finds, else the link's words, or its `title` where whole."""
    chosen = next(iter(find(element, css, "title")), None)
    text = words(link if chosen is None else chosen)
    return _whole(text, _attribute(link, "title")) or _picture(link)


def _whole(text: str, tip: str) -> str:
    """Lists cut titles to their width and keep the whole in the link's `title`."""
    start = text.rstrip(CUT)
    return tip if len(tip) > len(start) and tip.startswith(start) else text


def _picture(link: Any) -> str:
    images = islice(link.iter("img"), FEW)
    return next((alt for image in images if (alt := _attribute(image, "alt"))), "")


def _attribute(element: Any, name: str) -> str:
    return one_line((element.get(name) or "")[:WORDS])


def _without_date(text: str) -> str:
    """A title without the date that some lists write at its end, inside the link."""
    found = AT_END.search(text, max(0, len(text) - DATE_LENGTH))
    return text[: found.start()] if found and found.start() else text


def date_of(element: Any, link: Any, css: str, zone: str, now: datetime) -> datetime | None:
    """The date in the date element, else in the item outside the link, else just behind it."""
    for chosen in find(element, css, "date"):
        if found := date_in(chosen.get("datetime") or words(chosen, gap=" "), zone, now):
            return found
    for stretch in (words(element, gap=" ", without=link), _behind(element)):
        if found := date_in(stretch, zone, now):
            return found
    return None


def _behind(element: Any) -> str:
    """Text between this item and the next: `<dt>item</dt><dd>date</dd>`, `<a>item</a> date`."""
    follower = element.getnext()
    beside = follower is not None and follower.tag in {"dd", "span", "em", "i", "p", "time", "font"}
    beside = beside and follower.tag != element.tag and follower.find(".//a") is None
    after = words(follower, gap=" ") if beside else ""
    return one_line(f"{element.tail or ''} {after}")[:80]


def written_date(text: str) -> str:
    """The first thing in a text that is written like a date; empty if there is none.

    >>> written_date("发布时间：2025年8月28日 来源：本站")
    '2025年8月28日'
    """
    if leaf := SPLIT.match(text):
        year, month = re.findall(r"\d+", leaf[2])
        return f"{year}-{int(month):02}-{int(leaf[1]):02}"
    ends = text if len(text) <= 2 * NEAR else f"{text[:NEAR]} {text[-NEAR:]}"
    found = DATED.search(ends)
    return found.group().strip() if found else ""


def date_in(text: str, zone: str, now: datetime) -> datetime | None:
    """The first date in a text, as a time in UTC; a day without a year is the last such day."""
    written = written_date(text)
    today = now.astimezone(home(zone))
    if days := DAYS_AGO.match(written):
        return moment((today - timedelta(days=int(days[1]))).date().isoformat(), zone, now)
    if YEARLESS.match(written):
        written = _with_year(written, today)
    return moment(written, zone, now) if written else None


def _with_year(written: str, today: datetime) -> str:
    month, day = (int(part) for part in re.findall(r"\d+", written)[:2])
    return f"{today.year - ((month, day) > (today.month, today.day))}-{written}".replace("月", "-")


def date_in_url(url: str, zone: str, now: datetime) -> datetime | None:
    """The day that many addresses carry: `/2025-08/28/`, `/202508/t20250828_1.html`."""
    found = IN_URL.findall(urlsplit(url).path)
    return moment("-".join(found[-1]), zone, now) if found else None


def site(url: str) -> str:
    """The last two labels of a host, three below `gov.cn` and its like; no `www`.

    >>> site("http://www.cac.gov.cn/2025-08/28/c_1.htm"), site("https://news.example.org/")
    ('cac.gov.cn', 'example.org')
    """
    labels = (urlsplit(url).hostname or "").removeprefix("www.").split(".")
    wide = len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2  # noqa: PLR2004
    return ".".join(labels[-3:] if wide else labels[-2:])


def last_part(url: str) -> str:
    """A short name for an address: the last part of its path, else its host.

    >>> last_part("https://example.org/news/ai-labels.html?x=1")
    'ai-labels.html'
    """
    parts = urlsplit(url)
    name = one_line(unquote(parts.path.rstrip("/").rpartition("/")[2]))
    return name[:200] or parts.netloc
