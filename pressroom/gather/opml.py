"""OPML 2.0 (opml.org/spec2.opml): lists of feeds from other readers, and ours for them.

No entity is resolved: a file that declares one is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from pressroom.errors import UsageError
from pressroom.gather.encoding import decode
from pressroom.gather.guess import quoted
from pressroom.gather.listing import site
from pressroom.gather.text import one_line
from pressroom.gather.urls import canonical, safe
from pressroom.lang.han import HAN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pressroom.model import Source

MOST = 5_000
WORD = re.compile(r"[a-z0-9]+")
WIDE = re.compile(f"[{HAN}]")
SHARED = frozenset(
    (
        "rsshub.app",
        "feedburner.com",
        "medium.com",
        "rss.app",
        "feed43.com",
        "kill-the-newsletter.com",
    )
)
"""Sites that carry the feeds of many outlets: there the title names the outlet."""


class Outline(NamedTuple):
    """One subscription: title, address, the folders above it (`A / B`), and our kind for it."""

    title: str
    url: str
    folder: str = ""
    kind: str = "feed"


def read_opml(body: bytes) -> list[Outline]:
    """The subscriptions of an OPML file, each address once; UsageError when it is none."""
    from lxml import etree

    text = decode(body).text.replace("\0", "")
    if "<!ENTITY" in text:
        raise UsageError("The OPML file declares entities, which are refused. Remove them.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, encoding="utf-8"
    )
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        tree = None
    if tree is None or str(tree.tag).lower() != "opml":
        raise UsageError("The file is no OPML (it has no <opml>). Export it from your reader anew.")
    found = {outline.url: outline for outline in reversed(list(_outlines(tree)))}
    return list(reversed(found.values()))[:MOST]


def _outlines(tree: Any) -> Iterator[Outline]:
    for element in tree.iter("outline"):
        said = {str(key).lower(): one_line(value) for key, value in element.items()}
        is_link = said.get("type") == "link"
        url = said.get("xmlurl") or (said.get("url", "") if is_link else "")
        if safe(url):
            title = said.get("title") or said.get("text") or urlsplit(url).netloc
            kind = "page" if is_link and not said.get("xmlurl") else "feed"
            yield Outline(title[:200], canonical(url), _folder(element), kind)


def _folder(element: Any) -> str:
    around = [
        one_line(e.get("title") or e.get("text") or "") for e in element.iterancestors("outline")
    ]
    return " / ".join(reversed([name for name in around if name]))[:200]


# --- into newsletter.toml ---


def to_toml(
    entries: Iterable[Outline], known_urls: Collection[str], known_slugs: Collection[str] = ()
) -> str:
    """Blocks for newsletter.toml of what is not known yet: outlets first, then their sources.

    Slugs are unique among themselves and `known_slugs`; nothing is switched on unseen.
    """
    known = {_key(url) for url in known_urls}
    new = [entry for entry in entries if _key(entry.url) not in known]
    if not new:
        return "# Every address of this file is a source already.\n"
    outlets: dict[str, tuple[str, str]] = {}
    slugs, used = set(known_slugs), set(known_slugs)
    sources = []
    for entry in new:
        slug, _ = outlets.setdefault(
            _whose(entry), (_unique(_outlet_slug(entry), slugs), entry.title)
        )
        sources.append(_source_lines(entry, _unique(_source_slug(entry, slug), used), slug))
    return "\n".join([_outlet_lines(slug, title) for slug, title in outlets.values()] + sources)


def _key(url: str) -> str:
    return canonical(url).partition("://")[2].removeprefix("www.").rstrip("/")


def _whose(entry: Outline) -> str:
    return f"title {entry.title}" if site(entry.url) in SHARED else site(entry.url)


def _unique(slug: str, used: set[str]) -> str:
    number, found = 1, slug
    while found in used:
        number += 1
        found = f"{slug}-{number}"
    used.add(found)
    return found


def _outlet_slug(entry: Outline) -> str:
    """The site's own name (`bbc` of bbc.co.uk); the title where many share a site."""
    if site(entry.url) in SHARED:
        return _words(entry.title) or _words(urlsplit(entry.url).path) or "outlet"
    return _words(site(entry.url).split(".")[0]) or "outlet"


def _source_slug(entry: Outline, outlet: str) -> str:
    words = [w for w in _words(entry.title).split("-") if w not in outlet.split("-")]
    return "-".join([outlet, *(w for w in words if w)][:4])


def _words(text: str) -> str:
    return "-".join(WORD.findall(text.lower())[:4])[:40].strip("-")


def _locale(title: str) -> str:
    return "zh-Hans" if WIDE.search(title) else "en"


def _outlet_lines(slug: str, title: str) -> str:
    return f"[outlets.{slug}]\nname = {{ {_locale(title)} = {quoted(title)} }}\n"


def _source_lines(entry: Outline, slug: str, outlet: str) -> str:
    pairs = {
        "slug": slug,
        "kind": entry.kind,
        "url": entry.url,
        "outlet": outlet,
        "locale": _locale(entry.title),
        "beat": entry.folder,
    }
    lines = [f"{key} = {quoted(value)}" for key, value in pairs.items() if value]
    return "\n".join(["[[sources]]", *lines, "tried = false", ""])


# --- out of it ---


def write_opml(sources: Iterable[Source], title: str) -> bytes:
    """The sources as OPML 2.0 in UTF-8: feeds as `rss`, pages and PDFs as `link`.

    Files of this newsroom, which no other machine can follow, are left out.
    """
    from lxml import etree

    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = one_line(title)
    body = etree.SubElement(root, "body")
    for source in sources:
        if safe(source.url):
            etree.SubElement(body, "outline", _attributes(source))
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _attributes(source: Source) -> dict[str, str]:
    is_feed = source.kind == "feed"
    name = one_line(f"{source.slug}: {source.beat}" if source.beat else source.slug)
    where = {"xmlUrl": source.url} if is_feed else {"url": source.url}
    return {
        "type": "rss" if is_feed else "link",
        "text": name,
        "title": name,
        "language": source.locale,
        **where,
    }
