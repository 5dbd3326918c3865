"""One gather: many sources read at once, one writer, each source on its own.

    sources -> fetch and parse (8 threads) -> one transaction each, in the order of the list

The order of the list, not of the answers, decides who first brought an item: two gathers of
the same answers keep the same items. A kill loses at most what was not yet written, and the
next gather fetches it again, because a source's memory is written together with its items.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from pressroom.errors import StoreError
from pressroom.gather.urls import canonical, safe
from pressroom.model import Harvest, Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from pressroom.model import Fetcher, Item, Source, SourceKind
    from pressroom.store.clippings import Clippings

WORKERS = 8

State = Literal["new", "unchanged", "empty", "fault"]


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What became of one source: its state, how many new items, its fault in words.

    A fault beside `new` or `unchanged` is a soft one: what could be read was kept.
    """

    source: str
    state: State
    new: int = 0
    fault: str = ""


def gather(
    sources: Iterable[Source],
    clippings: Clippings,
    fetcher: Fetcher,
    now: datetime,
    kinds: Mapping[str, SourceKind],
    progress: Callable[[SourceReport], None] = lambda _: None,
) -> list[SourceReport]:
    """Read every source and keep what is new; one report each, in the order given.

    `progress` is called from this thread as soon as a source is written. Only a StoreError
    (no space, no permission) stops the gather; any other fault is that source's report.
    """
    memories = clippings.memories()

    def read(source: Source) -> Harvest:
        return _read(source, memories.get(_key(source), Memory()), fetcher, now, kinds)

    listed = list(sources)
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="gather")
    try:
        waiting = [pool.submit(read, source) for source in listed]
        return [
            _write(source, future.result(), clippings, now, progress)
            for source, future in zip(listed, waiting, strict=True)
        ]
    finally:
        pool.shutdown(cancel_futures=True)


def _key(source: Source) -> str:
    """A source whose address was changed starts without a memory: validators belong to a URL."""
    return f"{source.slug} {source.url}"


def _read(
    source: Source,
    memory: Memory,
    fetcher: Fetcher,
    now: datetime,
    kinds: Mapping[str, SourceKind],
) -> Harvest:
    if source.kind not in kinds:
        return Harvest(fault=f'is of an unknown kind "{source.kind}".', memory=memory)
    try:
        harvest = kinds[source.kind].gather(source, memory, fetcher, now)
        return replace(harvest, items=tuple(_sound(harvest.items)))
    except Exception as fault:  # noqa: BLE001 - a plug-in may raise anything; the rest go on
        return Harvest(fault=_in_words(fault), memory=memory)


def _sound(items: Iterable[Item]) -> Iterable[Item]:
    for item in items:
        if safe(url := canonical(item.url)):
            yield replace(item, url=url)


def _write(
    source: Source,
    harvest: Harvest,
    clippings: Clippings,
    now: datetime,
    progress: Callable[[SourceReport], None],
) -> SourceReport:
    try:
        new = clippings.keep(_key(source), harvest, now)
        report = SourceReport(source.slug, _state(harvest, new), new, harvest.fault)
    except StoreError:
        raise
    except Exception as fault:  # noqa: BLE001 - an item of a plug-in that cannot be stored
        report = SourceReport(source.slug, "fault", 0, _in_words(fault))
    progress(report)
    return report


def _state(harvest: Harvest, new: int) -> State:
    if harvest.fault and not harvest.items:
        return "fault"
    if new:
        return "new"
    return "unchanged" if harvest.unchanged or harvest.items else "empty"


def _in_words(fault: Exception) -> str:
    return f"could not be read ({type(fault).__name__}: {fault})."
