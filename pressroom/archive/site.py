"""The whole archive as a mapping from relative path to bytes.

Links are relative and name `index.html`, so that the site works from any folder and from a
disk; only feeds, the site map and the 404 page, which stand alone, name the house's address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pressroom.errors import RenderError
from pressroom.manuscript.edition import Parallel, Twofold
from pressroom.model import Medium
from pressroom.workspace import PARALLEL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pressroom.model import EditionBody, House, Locale, Part, Rendering, SectionBody


class Draw(Protocol):
    """Fills a template: its name, and the values it may use."""

    def __call__(self, name: str, values: Mapping[str, object], /) -> str:
        """The template as text."""
        ...


class Entry(NamedTuple):
    """One section on its page: `id` is its anchor, `next` the anchor after it."""

    id: str
    next: str
    body: SectionBody | Twofold
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """What every page of the archive may speak of; editions are newest first.

    `readings` say how a foreign form is read, where an editor gave it: `算力` -> `suàn lì`.
    """

    house: House
    editions: tuple[EditionBody, ...]
    readings: Mapping[str, str] = field(default_factory=dict)

    def of(self, locale: Locale) -> tuple[EditionBody, ...]:
        """The issues that there are in a locale."""
        return tuple(e for e in self.editions if e.locale == locale)

    def twins(self, slug: str) -> tuple[EditionBody, ...]:
        """One issue in every locale it has, in the house's order."""
        return tuple(e for tag in self.house.locales for e in self.of(tag) if e.slug == slug)


def build_site(
    house: House,
    editions: Sequence[EditionBody],
    renderings: Sequence[Rendering],
    figures: Mapping[str, Sequence[Path]],
    draw: Draw,
    readings: Mapping[str, str] | None = None,
) -> dict[str, bytes]:
    """Relative path -> bytes, the same for the same inputs.

    `renderings` follow the editions in their order (of several media, the web Markdown is
    kept); `figures` are keyed by the issue's slug; `draw` fills the house's templates;
    `readings` are by form, as `Site` has them.
    """
    order = sorted(editions, key=lambda e: house.locales.index(e.locale))
    order.sort(key=lambda e: (e.date, e.slug), reverse=True)
    site = Site(house, tuple(order), readings or {})
    files: dict[str, bytes] = {}
    for pages in (_homes(site, draw), _issues(site, draw), _feeds(site, draw), _rest(site, draw)):
        files |= {path: text.encode() for path, text in pages}
    if any(b"reading.js" in data for data in files.values()):
        files["reading.js"] = _asset(house, "reading.js").encode()
    files |= dict(_markdown(editions, renderings))
    files |= {f"{slug}/figures/{p.name}": p.read_bytes() for slug in figures for p in figures[slug]}
    return dict(sorted(files.items()))


def _homes(site: Site, draw: Draw) -> Iterator[tuple[str, str]]:
    for locale in site.house.locales:
        yield f"{locale}/index.html", draw("site/home.html.j2", _home(site, locale, "../"))
    original = site.house.locales[0]
    yield "index.html", draw("site/home.html.j2", _home(site, original, ""))


def _home(site: Site, locale: Locale, up: str) -> dict[str, object]:
    issues = site.of(locale)
    return {
        "house": site.house,
        "site": site,
        **_tongues(site.house, locale, issues[0] if issues else None),
        "up": up,
        "newest": issues[0] if issues else None,
        "entries": entries(issues[0]) if issues else (),
        "earlier": issues[1:],
    }


def _issues(site: Site, draw: Draw) -> Iterator[tuple[str, str]]:
    for edition in site.editions:
        values = {
            "house": site.house,
            "site": site,
            **_tongues(site.house, edition.locale, edition),
            "up": "../../",
            "edition": edition,
            "entries": entries(edition),
            "twins": site.twins(edition.slug),
        }
        path = f"{edition.slug}/{edition.locale}/index.html"
        name = "parallel" if isinstance(edition, Parallel) else "issue"
        yield path, draw(f"site/{name}.html.j2", values)


def _tongues(house: House, here: Locale, edition: EditionBody | None) -> dict[str, object]:
    """Which edition a page is of, the language it is in, and those that it speaks."""
    if isinstance(edition, Parallel):
        return {"here": here, "locale": edition.main, "tongues": edition.tongues}
    locale = house.locales[0] if here == PARALLEL else here
    return {"here": here, "locale": locale, "tongues": (locale,)}


def entries(edition: EditionBody) -> tuple[Entry, ...]:
    """The sections with anchors that are unique on the page, blocks keeping their own ids."""
    taken: set[str] = {"text", "top", "end", "subject"}
    sections: Sequence[SectionBody | Twofold] = edition.sections
    if isinstance(edition, Parallel):
        sections = edition.both
    ids = [_free(section.kind, taken) for section in sections]
    found = []
    for at, section in enumerate(sections):
        following = ids[at + 1] if at + 1 < len(ids) else "end"
        anchors = tuple(_anchor(p.role, p.block, ids[at], taken) for p in _anchored(section))
        found.append(Entry(ids[at], following, section, anchors))
    return tuple(found)


def _anchored(section: SectionBody | Twofold) -> Iterator[Part]:
    """What may carry an anchor: each part, or the first of each pair."""
    if isinstance(section, Twofold):
        yield from (pair.first for pair in section.pairs)
    else:
        yield from section.parts


def _anchor(role: str, block: str, prefix: str, taken: set[str]) -> str:
    if role not in {"heading", "question", "table", "tldr"} or not block:
        return ""
    return _free(block if block not in taken else f"{prefix}-{block}", taken)


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free)
    return free


def _feeds(site: Site, draw: Draw) -> Iterator[tuple[str, str]]:
    for locale in site.house.locales:
        issues = site.of(locale)[:20]
        lang = _tongues(site.house, locale, issues[0] if issues else None)["locale"]
        values = {"house": site.house, "locale": locale, "lang": lang, "editions": issues}
        yield f"feed.{locale}.xml", draw("site/feed.xml.j2", values)


def _rest(site: Site, draw: Draw) -> Iterator[tuple[str, str]]:
    values = {
        "house": site.house,
        "site": site,
        **_tongues(site.house, site.house.locales[0], None),
    }
    yield "sitemap.xml", draw("site/sitemap.xml.j2", values)
    yield "404.html", draw("site/404.html.j2", values | {"up": site.house.home})
    yield "style.css", _asset(site.house, "style.css")
    yield "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {site.house.home}sitemap.xml\n"


def _asset(house: House, name: str) -> str:
    for folder in house.templates:
        if (path := folder / "site" / name).is_file():
            return path.read_text(encoding="utf-8")
    raise RenderError(f"templates/site/{name}: there is no such file. Put it back.")


def _markdown(
    editions: Sequence[EditionBody], renderings: Sequence[Rendering]
) -> Iterator[tuple[str, bytes]]:
    pages = [r for r in renderings if r.medium is Medium.MARKDOWN]
    for edition, page in zip(editions, pages, strict=True):
        yield f"{edition.slug}/{edition.locale}/index.md", page.data
