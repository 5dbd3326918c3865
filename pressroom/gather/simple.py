"""The common shape of a feed, read by lxml: a tenth of what feedparser takes.

Only what feedparser would read to the very same entry is read here; at the first sight of
anything else the answer is None, and feedparser reads the whole (tests hold the two equal).
Not simple are: a document type or entity, a fault of form, markup that is not escaped, an element
met twice or one whose meaning for us is not known, a link that is not absolute, text that
feedparser mends (windows-1252 controls, UTF-8 encoded twice).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pressroom.gather.entry import Clock, Entry, Marked, entry, names

if TYPE_CHECKING:
    from collections.abc import Iterable

ATOM = "{http://www.w3.org/2005/Atom}"
RSS_1 = "{http://purl.org/rss/1.0/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
TERMS = "{http://purl.org/dc/terms/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
MEDIA = "{http://search.yahoo.com/mrss/}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
SLASH = "{http://purl.org/rss/1.0/modules/slash/}"
THREAD = "{http://purl.org/syndication/thread/1.0}"
WFW = "{http://wellformedweb.org/CommentAPI/}"
XML = "{http://www.w3.org/XML/1998/namespace}"

OLDER = {RSS_1[1:-1], "http://my.netscape.com/rdf/simple/0.9/"}
"""Namespaces by which feedparser knows a version of RSS, whatever the root is."""

DATES = {
    f"{DC}date": "updated",
    f"{TERMS}created": "created",
    f"{TERMS}issued": "published",
    f"{TERMS}modified": "updated",
}
RSS_DATES = DATES | {"pubDate": "published", "pubdate": "published"}
ATOM_DATES = DATES | {f"{ATOM}{name}": name for name in ("published", "updated")}
DATE_ORDER = ("published", "updated", "created")
AUTHORS = {"author", f"{DC}creator", f"{DC}author"}
TYPES = {"": "text/plain", "text": "text/plain", "html": "text/html",
         "text/plain": "text/plain", "text/html": "text/html"}  # fmt: skip
LINK_ATTRIBUTES = {"href", "rel", "type", "hreflang", "title", "length"}
PAGES = {"html", "text/html", "xhtml", "application/xhtml+xml"}
WITHOUT_MEANING = frozenset(
    [
        *("category", "comments", "enclosure", "guid", "source"),
        *(f"{ATOM}{name}" for name in ("category", "id", "rights")),
        *(f"{DC}{name}" for name in ("subject", "language", "identifier", "rights", "publisher")),
        *(f"{MEDIA}{name}" for name in ("content", "thumbnail")),
        *(f"{ITUNES}{name}" for name in ("duration", "explicit", "image", "episode", "season")),
        *(f"{SLASH}{name}" for name in ("comments", "section", "department", "hit_parade")),
        *(f"{THREAD}{name}" for name in ("total", "in-reply-to")),
        *(f"{WFW}{name}" for name in ("commentRss", "comment")),
        "{com-wordpress:feed-additions:1}post-id",
        "{http://rssnamespace.org/feedburner/ext/1.0}origLink",
    ]
)
"""Elements that hold nothing we keep; each is skipped where it has no element in it."""

ENTRIES = re.compile(r"<(?:[\w.-]+:)?(?:[iI][tT][eE][mM]|[eE][nN][tT][rR][yY])[\s/>]")
LINK = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::\d+)?/[\w./~%+,=&?@!:()*$-]*(?<!\?)(?:#[\w./~%=&-]+)?"
)
CONTROL = re.compile(rb"\xc2[\x80-\x9f]")
REFERENCE = re.compile(rb"&#(?:0*(?:12[89]|1[3-5]\d)|[xX]0*[89][0-9a-fA-F]);")
HTML = re.compile(r"</\w+>|&#?\w+;")


class NotSimpleError(Exception):
    """The feed holds what only feedparser is to read."""


def read_simple(text: str, clock: Clock) -> tuple[Entry, ...] | None:
    """The entries of a well-formed feed in the common shape; None for any other."""
    if "<!DOCTYPE" in text:
        return None
    data = text.encode("utf-8", "replace")
    if CONTROL.search(data) or REFERENCE.search(data):
        return None
    try:
        entries = _entries(_root(data), clock)
    except NotSimpleError:
        return None
    return entries if len(ENTRIES.findall(text)) == len(entries) else None


def _root(data: bytes) -> Any:
    """No entities, no network, libxml2's own bounds on depth and size: else it is not simple."""
    from lxml import etree

    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise NotSimpleError from None


def _entries(root: Any, clock: Clock) -> tuple[Entry, ...]:
    spaces = set(root.nsmap.values())
    if root.tag == "rss" and len(channel := root.findall("channel")) == 1:
        return tuple(_rss(item, "", clock) for item in channel[0].findall("item"))
    if root.tag == f"{ATOM}feed" and not spaces & OLDER:
        return tuple(_atom(item, clock) for item in root.findall(f"{ATOM}entry"))
    if root.tag == f"{RDF}RDF" and ATOM[1:-1] not in spaces and root.nsmap.get(None) == RSS_1[1:-1]:
        return tuple(_rss(item, RSS_1, clock) for item in root.findall(f"{RSS_1}item"))
    raise NotSimpleError


def _once(found: dict[str, Any], name: str, value: Any) -> None:
    if name in found:
        raise NotSimpleError
    found[name] = value


def _words(element: Any) -> str:
    """The text of an element without elements in it, as feedparser would hand it on."""
    if len(element):
        raise NotSimpleError
    text: str = (element.text or "").strip()
    if not text.isascii() and _is_mended(text):
        raise NotSimpleError
    return text


def _is_mended(text: str) -> bool:
    """Whether the text is UTF-8 that was read as ISO 8859-1, which feedparser puts right."""
    try:
        text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return False
    return True


def _bare(element: Any) -> str:
    """The text of an element whose attributes, if any, are those of XML itself."""
    if any(not name.startswith(XML) for name in element.keys()):  # noqa: SIM118 - no mapping
        raise NotSimpleError
    return _words(element)


def _rss(item: Any, space: str, clock: Clock) -> Entry:
    if any(name != f"{RDF}about" for name in item.keys()):  # noqa: SIM118
        raise NotSimpleError
    found: dict[str, Any] = {}
    for child in item:
        _rss_child(child, child.tag.removeprefix(space), found)
    return _entry(found, clock)


def _rss_child(child: Any, tag: str, found: dict[str, Any]) -> None:
    if tag == "title":
        _once(found, tag, Marked(words := _bare(child), _kind(words)))
    elif tag == "link":
        _once(found, tag, _bare(child))
    elif tag == "description":
        _once(found, "summary", Marked(_bare(child), "text/html"))
    elif tag == CONTENT:
        _once(found, "content", Marked(_bare(child), "text/html"))
    elif tag in RSS_DATES:
        _once(found, RSS_DATES[tag], _words(child))
    elif tag in AUTHORS:
        _once(found, "author", _words(child))
    else:
        _skip(child, tag)


def _skip(child: Any, tag: str) -> None:
    if tag not in WITHOUT_MEANING or len(child):
        raise NotSimpleError


def _kind(words: str) -> str:
    """RSS does not say whether a title is HTML; feedparser's guess decides."""
    if not HTML.search(words):
        return "text/plain"
    import feedparser

    guess = feedparser.mixin._FeedParserMixin.looks_like_html  # noqa: SLF001 - one guess for both
    return "text/html" if guess(words) else "text/plain"


def _atom(item: Any, clock: Clock) -> Entry:
    if item.attrib:
        raise NotSimpleError
    found: dict[str, Any] = {}
    for child in item:
        _atom_child(child, child.tag, found)
    return _entry(found, clock)


def _atom_child(child: Any, tag: str, found: dict[str, Any]) -> None:
    name = tag.removeprefix(ATOM)
    if name in {"title", "summary", "content"}:
        _once(found, name, _construct(child))
    elif name == "link":
        found.update(_alternate(child))
    elif tag in ATOM_DATES:
        _once(found, ATOM_DATES[tag], _words(child))
    elif name == "author":
        found.setdefault("people", []).append(_person(child))
    else:
        _skip(child, tag)


def _construct(element: Any) -> Marked:
    """RFC 4287, 3.1: text or escaped HTML (XHTML is left to feedparser)."""
    kind = TYPES.get(element.get("type", "").lower())
    others = [k for k in element.keys() if k != "type" and not k.startswith(XML)]  # noqa: SIM118
    if kind is None or others:
        raise NotSimpleError
    return Marked(_words(element), kind)


def _alternate(link: Any) -> dict[str, str]:
    """The link, where it is one to the page itself; of two such, the last (as feedparser)."""
    known = all(name in LINK_ATTRIBUTES for name in link.keys())  # noqa: SIM118
    if not known or "href" not in link.attrib or _words(link):
        raise NotSimpleError
    relation, kind = link.get("rel", "alternate").lower(), link.get("type", "html").lower()
    return {"link": link.get("href")} if relation == "alternate" and kind in PAGES else {}


def _person(author: Any) -> tuple[str, str]:
    """RFC 4287, 3.2: name and email address, which may be empty."""
    found: dict[str, str] = {}
    for part in author:
        _once(found, part.tag.removeprefix(ATOM), _words(part))
    stray = (author.text or "").strip() or any((p.tail or "").strip() for p in author)
    if stray or not found.keys() <= {"name", "email", "uri"} or not found.get("name"):
        raise NotSimpleError
    return found["name"], found.get("email", "")


def _byline(found: dict[str, Any]) -> str:
    """One person in feedparser's words, `name (email)`; of several the names."""
    people = found.get("people", [])
    if len(people) != 1:
        return names(name for name, _ in people) or str(found.get("author", ""))
    ((name, email),) = people
    return f"{name} ({email})" if email else str(name)


def _entry(found: dict[str, Any], clock: Clock) -> Entry:
    link = found.get("link", "")
    if not LINK.fullmatch(link):
        raise NotSimpleError
    bodies = [found["content"]] if "content" in found else []
    return entry(
        link,
        found.get("title", Marked()),
        bodies,
        found.get("summary", Marked()),
        _byline(found),
        clock.first(_dates(found)),
    )


def _dates(found: dict[str, Any]) -> Iterable[str]:
    return (found.get(name, "") for name in DATE_ORDER)
