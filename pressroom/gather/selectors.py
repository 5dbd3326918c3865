"""The shortest stable CSS selectors that find given links on a page, each tried on the page.

the links -> the element around each that holds no other -> item, link, title, date, next
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from pressroom.gather.css import find
from pressroom.gather.listing import (
    AT_END,
    DATE_LENGTH,
    DATED,
    FEW,
    MOST,
    Page,
    address,
    items_of,
    link_of,
    words,
    written_date,
)
from pressroom.gather.text import BLOCKS
from pressroom.gather.urls import canonical, safe
from pressroom.model import Select

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

HIGH = 6
"""How many elements around an item its selector may name."""

MOST_LINKS = 3_000
SAMPLED = 100
MOST_TRIED = 50
GOOD = 0.95
MOST_OF = 0.8

WIDEST = 300
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TITLED = re.compile(r"title|tit\b|headline|\bhed\b|bt\b|name", re.IGNORECASE)
STATES = frozenset(
    ("odd", "even", "first", "last", "active", "current", "cur", "on", "hover", "selected")
)
NAME = re.compile(r"-?[A-Za-z_][\w-]{0,40}\Z", re.ASCII)
MADE_UP = re.compile(
    r"\d{3}|^(?=\w*\d)(?=\w*[A-Z])\w{6,}$|^(?:css|sc|jsx|jss)-\w*\d|__\w*[A-Z\d]\w*$|-\w*\d\w*[a-z]\w*$"
)
"""Names that a build tool makes, which change with the next build."""

NEXT_WORDS = ("下一页", "下一頁", "下页", "下頁", "后一页", "Next", "next", "Older", "›", "»")
NEXT_LENGTH = 12
TRS = re.compile(
    r"""createPage(?:HTML)?\(\s*['"]?(\d{1,5})['"]?\s*,\s*['"]?(\d{1,5})['"]?\s*,"""
    r"""\s*['"](\w[\w-]{0,60})['"]\s*,\s*['"](\w{2,6})['"]"""
)
"""TRS WCM, which many ministries use, writes the links to further pages by this call."""


def derive(page: Page, links: Sequence[Any]) -> Select:
    """Selectors by which `links` are found as the items of a page."""
    items = _items(links)
    css = _item_css(page, items)
    if not css:
        return Select()
    found = items_of(page, css)
    link = _link_css(page, found, {address(page, link) for link in links})
    pairs = [(e, link_of(page, e, link)) for e in found]
    pairs = [(e, chosen) for e, chosen in pairs if chosen is not None]
    sample = pairs[:SAMPLED]
    return Select(css, link, _title_css(sample), _date_css(sample), _next_css(page))


def classes(element: Any) -> list[str]:
    """The classes that name a kind of element: no states, no counters, none made by a tool."""
    names = (element.get("class") or "").split()[:8]
    return [n for n in names if n.lower() not in STATES and NAME.match(n) and not MADE_UP.search(n)]


# --- the item ---


def _items(links: Sequence[Any]) -> list[Any]:
    """The highest element around each link that (but for one in ten) holds no other link."""
    level = list(links)
    while True:
        parents = [e.getparent() for e in level]
        if any(p is None or p.tag in {"body", "html"} for p in parents):
            return _once(level)
        if len(_once(parents)) < 0.9 * len(links):
            return _once(level)
        level = parents


def _once(elements: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(elements))


def _item_css(page: Page, items: Sequence[Any]) -> str:
    """The shortest selector that finds the items and least else."""
    wanted = set(items[:MOST])
    best, best_fit = "", 0.0
    for css in islice(sorted(set(_item_candidates(items)), key=_length), MOST_TRIED):
        found = set(items_of(page, css))
        fit = 2 * len(found & wanted) / (len(found) + len(wanted))
        if fit > best_fit + 0.02:
            best, best_fit = css, fit
    return best if best_fit > 0.5 else ""  # noqa: PLR2004 - else they have no selector of their own


def _length(css: str) -> tuple[bool, int, str]:
    """A bare tag comes last: a new menu would be found by it too."""
    return css.isalnum(), len(css), css


def _item_candidates(items: Sequence[Any]) -> Iterator[str]:
    own = list(_names(items))
    around: Sequence[Any] = items
    yield from own
    for _ in range(HIGH):
        around = _once(e.getparent() for e in around if e.getparent() is not None)
        around = [e for e in around if e.tag not in {"body", "html"}]
        if not around:
            return
        for outer in _names(around):
            if outer not in {"div", "ul", "section", "td", "tr", "span", "li", "p"}:
                yield from (f"{outer} {inner}" for inner in own)


def _names(elements: Sequence[Any]) -> Iterator[str]:
    """Simple selectors that all (but for a few) of the elements share."""
    few = list(elements[:50])
    tags = {e.tag for e in few}
    tag = tags.pop() if len(tags) == 1 else ""
    shared = [c for c in classes(few[0]) if _share(few, c) >= MOST_OF] if few else []
    yield from (f"{tag}.{name}" for name in shared)
    if len(few) == 1 and _is_name(few[0].get("id") or ""):
        yield f"#{few[0].get('id')}"
    if tag:
        yield tag


def _share(elements: Sequence[Any], name: str) -> float:
    return sum(name in (e.get("class") or "").split() for e in elements) / len(elements)


def _is_name(name: str) -> bool:
    return bool(NAME.match(name)) and not MADE_UP.search(name)


# --- link, title and date within the item ---


def _link_css(page: Page, items: Sequence[Any], wanted: set[str]) -> str:
    """Empty where the first link of an item with words is the right one."""
    for css in ("", *_link_candidates(page, items, wanted)):
        chosen = [link_of(page, item, css) for item in items]
        hits = wanted & {address(page, link) for link in chosen if link is not None}
        if len(hits) >= GOOD * len(wanted):
            return css
    return ""


def _link_candidates(page: Page, items: Sequence[Any], wanted: set[str]) -> list[str]:
    links = [a for e in items for a in find(e, "a[href]", "link") if address(page, a) in wanted]
    found = [f"a.{c}" for c in (classes(links[0]) if links else [])]
    found += [f"{parent.tag}.{c} a" for parent in _parents(links) for c in classes(parent)]
    found += [f"{parent.tag} > a" for parent in _parents(links)]
    return [*found, "a[title]", "a + a"]


def _parents(links: Sequence[Any]) -> list[Any]:
    return [links[0].getparent()] if links and links[0].getparent() is not None else []


def _title_css(pairs: Sequence[tuple[Any, Any]]) -> str:
    """Empty where the link's words are the title; else where a card keeps its title."""
    if not pairs or not _is_card([link for _, link in pairs]):
        return ""
    for css in _title_candidates(pairs):
        found = [find(item, css, "title") for item, _ in pairs]
        if sum(bool(f) and bool(words(f[0])) for f in found) >= 0.9 * len(pairs):
            return css
    return ""


def _is_card(links: Sequence[Any]) -> bool:
    """Whether the links hold more than a title: blocks, or a date that is not at the end."""
    cards = sum(
        any(e.tag in BLOCKS or e.tag in {"span", "em", "time"} for e in link.iterdescendants())
        or bool(DATED.search(AT_END.sub("", words(link)[:WIDEST])))
        for link in links
    )
    return cards > 0.5 * len(links)


def _title_candidates(pairs: Sequence[tuple[Any, Any]]) -> Iterator[str]:
    inside = [e for _, link in pairs[:1] for e in link.iterdescendants() if isinstance(e.tag, str)]
    for element in inside:
        yield from (f".{c}" for c in classes(element) if TITLED.search(c))
    yield from (h for h in HEADINGS if any(e.tag == h for e in inside))
    longest = max(inside, key=lambda e: len(words(e)) if _is_leaf(e) else 0, default=None)
    if longest is not None:
        yield from (f"{longest.tag}.{c}" for c in classes(longest))
        yield longest.tag


def _is_leaf(element: Any) -> bool:
    return len(element) == 0 and not written_date(words(element))


def _date_css(pairs: Sequence[tuple[Any, Any]]) -> str:
    """The selector of the smallest element that is but a date; empty where there is none."""
    for css in dict.fromkeys(_date_candidates(pairs)):
        found = [find(item, css, "date") for item, _ in pairs]
        dates = [bool(f) and _is_date(f[0]) for f in found]
        if sum(dates) >= MOST_OF * len(pairs):
            return css
    return ""


def _date_candidates(pairs: Sequence[tuple[Any, Any]]) -> Iterator[str]:
    for item, link in pairs[:5]:
        dated = [e for e in item.iterdescendants() if e is not link and _is_date(e)]
        for element in reversed(dated):
            if element.tag == "time":
                yield "time"
            yield from (f".{c}" for c in classes(element))
            yield element.tag


def _is_date(element: Any) -> bool:
    if not isinstance(element.tag, str):
        return False
    text = words(element, gap=" ")
    return len(text) <= DATE_LENGTH and bool(written_date(element.get("datetime") or text))


# --- the next page ---


def _next_css(page: Page) -> str:
    for css in _next_candidates(page):
        found = find(page.tree, css, "next")
        if found and _says_next(found[0]) and next_page(page, css):
            return css
    return ""


def _says_next(link: Any) -> bool:
    """Whether a link is one to turn the page: few words, and a mere arrow stands alone."""
    text = words(link)
    return len(text) < NEXT_LENGTH and not (text[-1:] in "›»" and len(text) > 1)


def _next_candidates(page: Page) -> Iterator[str]:
    yield from (
        "a[rel~=next]",
        "link[rel~=next]",
        "a.next",
        ".next a",
        ".next-page a",
        "a.nextpage",
    )
    texts = [words(link) for link in islice(page.tree.iter("a"), MOST_LINKS)]
    short = [text for text in texts if len(text) < NEXT_LENGTH]
    yield from (f'a:contains("{word}")' for word in NEXT_WORDS if any(word in t for t in short))


def next_page(page: Page, css: str) -> str:
    """The address of the following index page, on the same host; empty where there is none.

    Without a selector: `rel=next`, a link that says so, or the script call of TRS WCM.
    """
    links = find(page.tree, css, "next") if css else []
    if not css:
        guessed = _next_css(page)
        links = find(page.tree, guessed, "next") if guessed else []
    targets = [address(page, link) for link in links[:FEW]]
    targets += [] if css else [_by_script(page)]
    host = urlsplit(page.url).netloc
    return next((t for t in targets if t and urlsplit(t).netloc == host), "")


def _by_script(page: Page) -> str:
    """`createPageHTML(20, 0, "index", "html")`: twenty pages, this is 0, the next is index_1."""
    if not (call := TRS.search(page.text)):
        return ""
    count, current = int(call[1]), int(call[2])
    if current + 1 >= count:
        return ""
    url = canonical(urljoin(page.base, f"{call[3]}_{current + 1}.{call[4]}"))
    return url if safe(url) else ""
