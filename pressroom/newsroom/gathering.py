"""Gathering as the newsroom does it: the fetcher, the stores, and what an editor adds by hand."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressroom import plugins
from pressroom.errors import FetchError, UsageError, did_you_mean
from pressroom.lang.han import HAN_ONLY
from pressroom.model import Harvest, Locale, Memory, Source, sha256
from pressroom.newsroom.storyboard import clippings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from pressroom.gather.article import Article
    from pressroom.gather.guess import Guess
    from pressroom.gather.run import SourceReport
    from pressroom.model import Fetched, Fetcher, Item
    from pressroom.store.clippings import Clippings
    from pressroom.store.evidence import EvidenceStore
    from pressroom.workspace import Workspace

AGENT = "pressroom/0.1 (+{home})"
MANUAL = "manual"
HAN_SHARE = 0.2
"""From this share of Han on a text is Chinese."""

NO_EVIDENCE = "{}: no evidence lies beside the clippings; the items stand without records."
WEB = ("http://", "https://")


def evidence(ws: Workspace) -> EvidenceStore:
    """The evidence in the private folder."""
    from pressroom.store.evidence import EvidenceStore

    return EvidenceStore.open(ws.private / "evidence")


@contextmanager
def stores(ws: Workspace) -> Iterator[tuple[Clippings, EvidenceStore]]:
    """The clippings and the evidence, closed whatever happens."""
    with ExitStack() as stack:
        yield stack.enter_context(clippings(ws)), stack.enter_context(evidence(ws))


def fetcher(ws: Workspace) -> Fetcher:
    """The one way out: bounded, polite, with the newsroom's address in the user agent."""
    from pressroom.gather.http import Http
    from pressroom.gather.robots import Polite

    return Polite(Http(ws.root, AGENT.format(home=ws.settings.masthead.home)))


def gather(
    ws: Workspace,
    only: Sequence[str],
    now: datetime,
    progress: Callable[[SourceReport], None],
    *,
    force: bool = False,
) -> list[SourceReport]:
    """Fetch the sources that are on (or those named) into the clippings."""
    from pressroom.gather.run import gather as run

    chosen = _chosen(ws, only)
    own = ws.settings.plugins.get("source", {})
    names = {s.kind for s in chosen}
    kinds = {kind: plugins.load("source", kind, ws.root, own)() for kind in names}
    with stores(ws) as (kept, proofs):
        return run(
            chosen, kept, fetcher(ws), now, kinds,
            evidence=proofs, force=force or bool(only), progress=progress,
        )  # fmt: skip


def _chosen(ws: Workspace, only: Sequence[str]) -> list[Source]:
    known = {source.slug: source for source in ws.sources}
    for slug in only:
        if slug not in known:
            raise UsageError(f'There is no source "{slug}".{did_you_mean(slug, known)}')
    return [known[s] for s in only] if only else [s for s in ws.sources if s.on]


# --- by hand ---

OTHER_TEXT = (
    "this address was kept before with another text, and that one stands: drafts may cite it. "
    "The new one was not taken. To keep both, give the address with ?2 at its end."
)


def add(ws: Workspace, url: str, outlet: str, now: datetime) -> tuple[Item, bool, str]:
    """Fetch one page or PDF into the clippings; the item, whether it is new, and a soft fault."""
    from pressroom.gather.manual import manual_item

    slug = _outlet(ws, url, outlet)
    source = _source(ws, url, slug)
    fetched = fetcher(ws).get(source, Memory())
    article = _read(fetched, source, now)
    if not article.text:
        raise FetchError(f"{url}: {article.fault or 'no text was found in it.'}")
    spoken = _spoken(ws, article.text, source.locale)
    item = manual_item(fetched, article, slug, spoken, now)
    kept, is_new, other = _keep(ws, item, fetched, article.text, now)
    return kept, is_new, other or article.fault


def paste(ws: Workspace, text: str, url: str, outlet: str, now: datetime) -> tuple[Item, bool, str]:
    """Keep what an editor copied from a page that cannot be fetched; as `add`."""
    from pressroom.gather.manual import pasted_item

    if not text.strip():
        raise UsageError("There is nothing to paste. Give the text on standard input.")
    slug = _outlet(ws, url, outlet)
    source = _source(ws, url, slug)
    item, fetched = pasted_item(
        text, url, slug, _spoken(ws, text, source.locale), now, zone=source.zone
    )
    return _keep(ws, item, fetched, item.text, now)


def _keep(
    ws: Workspace, item: Item, fetched: Fetched, text: str, now: datetime
) -> tuple[Item, bool, str]:
    """The item as it is kept, whether it is new, and words if another text was kept before.

    Evidence first, then the item: a kill between leaves a record too many, never too few.
    """
    with stores(ws) as (kept, proofs):
        if not kept.unknown([item]) and (old := kept.item(item.id)):
            return old, False, "" if old.text == item.text else OTHER_TEXT
        proofs.append([(fetched, now, sha256(text))])
        memory = kept.memories().get(MANUAL, Memory())
        return item, kept.keep(MANUAL, Harvest((item,), memory), now) > 0, ""


def _outlet(ws: Workspace, url: str, outlet: str) -> str:
    from pressroom.gather.manual import outlet_of

    if not url.startswith(WEB):
        raise UsageError(f'"{url}" is no web address. It starts with https:// or http://.')
    found = outlet or outlet_of(url, ws.sources)
    if found in ws.outlets:
        return found
    if not found:
        raise UsageError(f"Whose page is {url}? Add --outlet: {', '.join(ws.outlets)}.")
    raise UsageError(f'There is no outlet "{found}".{did_you_mean(found, ws.outlets)}')


def _source(ws: Workspace, url: str, outlet: str) -> Source:
    """A source for one address: the outlet's own language, zone and leave for private hosts."""
    of_outlet = [s for s in ws.sources if s.outlet == outlet]
    locale = of_outlet[0].locale if of_outlet else ws.locales[0]
    zone = ws.outlets[outlet].zone or ws.settings.masthead.zone
    private = any(s.allow_private and _host(s.url) == _host(url) for s in ws.sources)
    return Source(MANUAL, MANUAL, url, outlet, locale, zone=zone, allow_private=private)


def _spoken(ws: Workspace, text: str, otherwise: Locale) -> Locale:
    """The language of a text, as far as its script tells: Han, or not Han."""
    han = sum(map(len, HAN_ONLY.findall(text))) > HAN_SHARE * len(text)
    if han == otherwise.startswith("zh"):
        return otherwise
    fitting = [tag for tag in ws.locales if tag.startswith("zh") == han]
    return next(iter(fitting), Locale("zh-Hans") if han else otherwise)


def _host(url: str) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url).netloc


def _read(fetched: Fetched, source: Source, now: datetime) -> Article:
    from pressroom.gather.article import read_document

    kind = fetched.headers.get("content-type", "")
    return read_document(fetched.body, kind, fetched.url, now, source.locale, source.zone)


# --- looking without keeping ---


def extract(ws: Workspace | None, place: str, now: datetime) -> Article:
    """Title, date and text of one page or PDF, from a file or an address; nothing is kept."""
    from pressroom.gather.article import read_document

    if place.startswith(WEB):
        fetched = _look(ws, place)
        kind = fetched.headers.get("content-type", "")
        return read_document(fetched.body, kind, fetched.url, now)
    path = Path(place)
    if not path.is_file():
        raise UsageError(f"{place}: there is no such file, and it is no web address.")
    return read_document(path.read_bytes(), "", "", now)


def _look(ws: Workspace | None, url: str) -> Fetched:
    """Fetch an address that the user typed: also one of this machine or network."""
    from pressroom.gather.http import Http
    from pressroom.gather.robots import Polite

    source = Source("look", MANUAL, url, "", Locale("en"), allow_private=True)
    if ws is not None:
        return fetcher(ws).get(source, Memory())
    return Polite(Http(Path.cwd(), AGENT.format(home="https://example.org/"))).get(source, Memory())


@dataclass(frozen=True, slots=True)
class Tried:
    """What `--try` found: the guess, and the lines for newsletter.toml."""

    guess: Guess
    toml: str


def try_page(ws: Workspace, place: str, outlet: str, now: datetime) -> Tried:
    """Guess where the items of an index page stand; PLACE is an address or a source's slug."""
    from pressroom.gather.guess import guess, toml
    from pressroom.gather.manual import outlet_of

    known = {s.slug: s for s in ws.sources}
    source = known.get(place)
    if source is None and not place.startswith(WEB):
        raise UsageError(f'"{place}" is no address and no source.{did_you_mean(place, known)}')
    url = source.url if source else place
    fetched = fetcher(ws).get(source, Memory()) if source else _look(ws, url)
    zone = source.zone if source else ws.settings.masthead.zone
    kind = fetched.headers.get("content-type", "")
    found = guess(fetched.body, fetched.url, now, content_type=kind, zone=zone)
    slug = source.slug if source else _slug(url, known)
    whose = source.outlet if source else outlet or outlet_of(url, ws.sources) or "OUTLET"
    titles = "".join(title for title, _, _ in found.sample)
    locale = source.locale if source else _spoken(ws, titles, ws.locales[0])
    return Tried(found, toml(found, slug, fetched.url, whose, locale))


def _slug(url: str, known: Any) -> str:
    words = _host(url).removeprefix("www.").split(":")[0].split(".")
    name = "-".join(w for w in words[:-1] if w) or "page"
    number = 1
    while (slug := name if number == 1 else f"{name}-{number}") in known:
        number += 1
    return slug


# --- two machines ---


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of a merge: new and known items, new records, and what was refused and why."""

    new: int
    known: int
    records: int
    faults: tuple[str, ...]


def merge(ws: Workspace, place: Path, now: datetime) -> Merged:
    """Join another machine's clippings, and the evidence beside them, into ours.

    PLACE is its private folder or the clippings.db in it. Evidence comes first, so that no item
    stands without its record.
    """
    from pressroom.store.merge import merge as join

    file = place / "clippings.db" if place.is_dir() else place
    if not file.is_file():
        raise UsageError(f"{file}: there is no such file. Name a clippings.db or its folder.")
    other = file.parent / "evidence"
    with stores(ws) as (kept, proofs):
        taken = proofs.merge(other) if other.is_dir() else None
        items = join(kept, file, now)
    faults = [*(taken.faults if taken else [NO_EVIDENCE.format(other)]), *items.faults]
    return Merged(items.new, items.known, taken.new if taken else 0, tuple(faults))


def opml_export(ws: Workspace) -> bytes:
    """The sources as OPML 2.0, for a feed reader."""
    from pressroom.gather.opml import write_opml

    return write_opml(ws.sources, ws.settings.masthead.name)


def opml_import(ws: Workspace, file: Path) -> str:
    """The lines for newsletter.toml that follow what an OPML file lists and we do not."""
    from pressroom.gather.opml import read_opml, to_toml

    slugs = {*ws.outlets, *(s.slug for s in ws.sources)}
    return to_toml(read_opml(file.read_bytes()), {s.url for s in ws.sources}, slugs)
