"""The repeated links of a page, in groups, and how much each group reads like headlines.

links -> groups of the same path of tags and classes -> a score: how many are as long as
headlines, stay on the site, have addresses of one shape and a date close by, and where they stand
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pressroom.gather.listing import (
    DATED,
    IN_URL,
    Page,
    address,
    site,
    title_of,
    words,
    written_date,
)
from pressroom.gather.selectors import MOST_LINKS, classes
from pressroom.lang.han import HAN

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_GROUPS = 40
DEEP = 12
"""How many elements around a link its path names."""

WIDE = re.compile(f"[{HAN}]")
LONG_HAN = 8
LONG_WORDS = 25
DIGITS = re.compile(r"\d+")
TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
ASIDE = frozenset((
    "nav", "navbar", "navigation", "menu", "menus", "foot", "footer", "header", "crumb",
    "crumbs", "breadcrumb", "copyright", "friend", "friends", "share", "login", "toolbar",
    "lang", "langs", "sitemap", "pager", "pages", "pagination", "paging", "yqlj", "topbar",
))  # fmt: skip
BESIDE = frozenset((
    "related", "relate", "recommend", "recommended", "hot", "rank", "ranking", "side", "sidebar",
    "aside", "tuijian", "xgwz", "popular", "comment", "comments", "ad", "ads", "guess", "like",
    "tag", "tags", "topics", "slide", "slider", "swiper", "carousel", "banner",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A link with words: element, address, words, and whether they are as long as a headline."""

    element: Any
    url: str
    text: str
    long: bool


# --- which links belong together ---


def groups(page: Page) -> Iterator[list[Link]]:
    """Links of the same path, each address once under its longest words; the largest groups."""
    paths: dict[tuple[str, ...], dict[str, Link]] = {}
    for element in islice(page.tree.iter("a"), MOST_LINKS):
        link = _link(page, element)
        if link is None:
            continue
        group = paths.setdefault(_path(element), {})
        known = group.get(link.url)
        if known is None or len(known.text) < len(link.text):
            group[link.url] = link
    largest = sorted(paths.values(), key=_worth, reverse=True)
    for group in largest[:MOST_GROUPS]:
        if len(group) >= 3:  # noqa: PLR2004 - two of a kind are no list
            yield _headlines(list(group.values()))


def _worth(group: dict[str, Link]) -> int:
    return sum(link.long for link in group.values())


def _headlines(group: list[Link]) -> list[Link]:
    """Of a mixed group, such as column name and headline in one cell, the headlines."""
    long = [link for link in group if link.long]
    return long if len(long) >= max(3, 0.3 * len(group)) else group


def _link(page: Page, element: Any) -> Link | None:
    text = title_of(element, element)
    url = address(page, element)
    return Link(element, url, text, is_long(text)) if text and url else None


def is_long(text: str) -> bool:
    """As long as a headline: 8 Han characters, or 25 letters."""
    bare = DATED.sub("", text[:200])
    return len(WIDE.findall(bare)) >= LONG_HAN or len(bare) >= LONG_WORDS


def width(text: str) -> int:
    """Columns: a Han character says about as much as two letters."""
    return len(text) + len(WIDE.findall(text))


def _path(element: Any) -> tuple[str, ...]:
    """Tags and classes from a link upwards; counters (`row1`, `row2`) are one class."""
    around = [element, *islice(element.iterancestors(), DEEP)]
    return tuple(DIGITS.sub("0", ".".join([e.tag, *sorted(classes(e))])) for e in around)


# --- how much a group reads like a list of headlines ---


def score(page: Page, group: list[Link]) -> float:
    """How much a group reads like headlines; only the order of scores means anything."""
    long = sum(link.long for link in group)
    mean = sum(min(width(link.text), 80) for link in group) / len(group)
    score = min(long, 40) + min(len(group), 40) / 10
    score *= 0.4 + mean / 60
    score *= 0.3 + 0.7 * near(page, group)
    score *= 0.5 + 0.5 * alike(group)
    score *= 1 + _dated(group)
    return score * standing(group)


def near(page: Page, group: list[Link]) -> float:
    """The share of links that stay on the page's site."""
    home = site(page.base)
    return sum(site(link.url) == home for link in group) / len(group)


def alike(group: list[Link]) -> float:
    """The share of addresses of the commonest shape, where that has a number or a long name."""
    shapes = Counter(_shape(link.url) for link in group)
    shape, count = shapes.most_common(1)[0]
    return count / len(group) if "0" in shape or "-" in shape else 0.3 * count / len(group)


def _shape(url: str) -> str:
    path = urlsplit(url).path
    folder, _, name = path.rpartition("/")
    depth = DIGITS.sub("0", folder).count("/")
    digits = "0" if re.search(r"\d{2}", path) or re.search(r"\d", urlsplit(url).query) else ""
    return f"{depth}{'/' * depth}{digits}{'-' if name.count('-') > 1 else ''}{name[-5:]}"


def _dated(group: list[Link]) -> float:
    """The share of links with a date in the address or close by."""
    return sum(bool(IN_URL.search(link.url)) or _has_date(link) for link in group) / len(group)


def _has_date(link: Link) -> bool:
    around = link.element
    for _ in range(3):
        parent = around.getparent()
        if parent is None or parent.tag in {"body", "html"}:
            break
        around = parent
        if len(text := words(around, gap=" ")) > 600:  # noqa: PLR2004 - no longer one item
            break
        if written_date(text):
            return True
    return False


def standing(group: list[Link]) -> float:
    """Menus and footers count little, boxes beside the text less than the list."""
    around = [
        e for e in islice(group[0].element.iterancestors(), DEEP) if e.tag not in {"body", "html"}
    ]
    tags = {e.tag for e in around}
    names = {name for e in around for name in _tokens(e)}
    standing = 0.1 if tags & {"nav", "footer"} or names & ASIDE else 1.0
    return standing * (0.5 if "aside" in tags or names & BESIDE else 1.0)


def _tokens(element: Any) -> Iterator[str]:
    """The words in an element's class and id: `right-sideBar` is right, side and bar."""
    named = f"{element.get('class') or ''} {element.get('id') or ''}"[:200]
    for found in TOKEN.finditer(named):
        yield found.group().lower()
