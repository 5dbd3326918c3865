"""One gather: many sources read at once, one writer, each source on its own.

    sources -> due? -> fetch and parse -> what is new? -> read its pages     (16 threads)
            -> evidence -> one transaction each, in the order of the list    (this thread)

The order of the list, not of the answers, decides who first brought an item: two gathers of
the same answers keep the same items. A kill loses at most what was not yet written, and the
next gather fetches it again, because a source's memory is written together with its items.
Evidence is written before the items that name it: a kill between leaves a record that nobody
names, never an item without its record.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pressroom.errors import FetchError, StoreError
from pressroom.gather.dates import home
from pressroom.gather.fulltext import Pages, read_pages
from pressroom.gather.habit import stale
from pressroom.gather.pace import GATHER_S, OUT_OF_TIME, Bound, is_due, next_time, waits
from pressroom.gather.urls import canonical, safe
from pressroom.model import Harvest, Memory, record_id, sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from pressroom.model import Fetched, Fetcher, Item, Source, SourceKind
    from pressroom.store.clippings import Clippings
    from pressroom.store.evidence import EvidenceStore

WORKERS = 16
WAVE = 128
"""Sources sent at once; the wave before is written meanwhile, so that memory stays bounded."""

GRACE_S = 45.0
"""Seconds after the gather's time in which what was asked may still answer."""

_Back = Future[Harvest] | Future[Pages]
State = Literal["new", "unchanged", "empty", "waiting", "fault"]


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What became of one source: its state, how many new items, its fault in words.

    A fault beside `new` or `unchanged` is a soft one: what could be read was kept. `stale` is
    the alarm of a source that answers and has nothing new; `kept` counts the answers kept as
    evidence; `note` says until when a `waiting` source asked us to wait.
    """

    source: str
    state: State
    new: int = 0
    fault: str = ""
    stale: str = ""
    kept: int = 0
    note: str = ""


def gather(  # noqa: PLR0913 - the seam of the stage: what it reads, where it writes, its bounds
    sources: Iterable[Source],
    clippings: Clippings,
    fetcher: Fetcher,
    now: datetime,
    kinds: Mapping[str, SourceKind],
    *,
    evidence: EvidenceStore | None = None,
    force: bool = False,
    progress: Callable[[SourceReport], None] = lambda _: None,
    seconds: float = GATHER_S,
) -> list[SourceReport]:
    """Read every source that is due and keep what is new; one report each, in the order given.

    `force` asks also those that are not due. After `seconds` nothing more is asked. `progress`
    is called from this thread as soon as a source is written. Only a StoreError (no space, no
    permission) stops the gather; any other fault is that source's report.
    """
    reader = _Reader(fetcher, now, kinds, Bound(seconds))
    writer = _Writer(clippings, evidence, now)
    memories = clippings.memories()
    jobs = [_Job(source, memories.get(_key(source), Memory())) for source in sources]
    desk = _Desk(jobs, reader, writer, progress)
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="gather")
    try:
        return desk.run(pool, force=force)
    finally:
        reader.bound.stop()
        pool.shutdown(wait=False, cancel_futures=True)


def _key(source: Source) -> str:
    """A source whose address was changed starts without a memory: validators belong to a URL."""
    return f"{source.slug} {source.url}"


@dataclass(slots=True)
class _Job:
    """A source on its way: what was remembered, what came of it, its new items' pages."""

    source: Source
    memory: Memory
    harvest: Harvest | None = None
    pages: Pages | None = None
    waiting: bool = False

    @property
    def done(self) -> Harvest:
        """All that is to be kept; what was left for the next gather is asked for anew then."""
        assert self.harvest
        if self.pages is None:
            return self.harvest
        found = replace(
            self.harvest,
            items=(*filter(_is_own_page, self.harvest.items), *self.pages.items),
            answers=(*self.harvest.answers, *self.pages.answers),
            fault=_joined(self.harvest.fault, self.pages.fault),
        )
        if not self.pages.left:
            return found
        blank = replace(found.memory, etag="", last_modified="", body="", not_before=None)
        return replace(found, memory=blank)


class _Desk:
    """Where jobs come back from the threads, and are written in the order of the list."""

    def __init__(
        self,
        jobs: Sequence[_Job],
        reader: _Reader,
        writer: _Writer,
        progress: Callable[[SourceReport], None],
    ) -> None:
        self._jobs = jobs
        self._reader = reader
        self._writer = writer
        self._progress = progress
        self._inbox: SimpleQueue[tuple[_Job, _Back]] = SimpleQueue()
        self._away: set[int] = set()
        self._reports: list[SourceReport] = []

    def run(self, pool: ThreadPoolExecutor, *, force: bool) -> list[SourceReport]:
        """All jobs, to their reports."""
        for job in self._jobs:
            job.waiting = not (force or is_due(job.memory, self._reader.now))
        waves = [self._jobs[i : i + WAVE] for i in range(0, len(self._jobs), WAVE)]
        for number, wave in enumerate(waves):
            for job in _spread(job for job in wave if not job.waiting):
                self._send(pool.submit(self._reader.read, job.source, job.memory), job)
            self._write_until((number - 1) * WAVE + len(wave), pool)
        self._write_until(len(self._jobs), pool)
        return self._reports

    def _write_until(self, count: int, pool: ThreadPoolExecutor) -> None:
        """Take in what comes back until so many jobs are written."""
        self._write_due()
        while self._away and len(self._reports) < count:
            self._next(pool)
            self._write_due()

    def _send(self, future: _Back, job: _Job) -> None:
        self._away.add(id(job))
        future.add_done_callback(lambda found: self._inbox.put((job, found)))

    def _next(self, pool: ThreadPoolExecutor) -> None:
        try:
            job, future = self._inbox.get(timeout=self._reader.bound.left() + GRACE_S)
        except Empty:
            self._give_up()
            return
        self._away.discard(id(job))
        found = future.result()
        if isinstance(found, Pages):
            job.pages = found
            return
        job.harvest = found
        if fresh := self._writer.unread(job):
            self._send(pool.submit(self._reader.pages, fresh, job.source), job)

    def _give_up(self) -> None:
        for job in self._jobs:
            if id(job) in self._away:
                job.harvest = Harvest(memory=job.memory, fault=OUT_OF_TIME)
        self._away.clear()

    def _write_due(self) -> None:
        """Write what comes next in the list, as far as it is back."""
        while len(self._reports) < len(self._jobs):
            job = self._jobs[len(self._reports)]
            if id(job) in self._away or not (job.harvest or job.waiting):
                return
            report = self._writer.write(job)
            job.harvest = job.pages = None
            self._reports.append(report)
            self._progress(report)


def _spread(jobs: Iterable[_Job]) -> list[_Job]:
    """The first source of every host, then the second: one slow host does not hold all threads."""
    count: Counter[str] = Counter()
    rounds: list[tuple[int, _Job]] = []
    for job in jobs:
        host = urlsplit(job.source.url).netloc
        count[host] += 1
        rounds.append((count[host], job))
    return [job for _, job in sorted(rounds, key=lambda pair: pair[0])]


@dataclass(frozen=True, slots=True)
class _Reader:
    """What the threads do. No fault leaves it: it is a value of the harvest."""

    fetcher: Fetcher
    now: datetime
    kinds: Mapping[str, SourceKind]
    bound: Bound

    def read(self, source: Source, memory: Memory) -> Harvest:
        """Fetch and parse one source; its memory says when to ask again."""
        heard = _Heard(self.fetcher, self.bound)
        harvest = self._harvest(source, memory, heard)
        fresh = next_time(memory, harvest.memory, heard.outcome, self.now, source.slug)
        return replace(harvest, memory=fresh)

    def _harvest(self, source: Source, memory: Memory, fetcher: Fetcher) -> Harvest:
        if source.kind not in self.kinds:
            return Harvest(fault=f'is of an unknown kind "{source.kind}".', memory=memory)
        try:
            harvest = self.kinds[source.kind].gather(source, memory, fetcher, self.now)
            return replace(harvest, items=tuple(_sound(harvest.items)))
        except FetchError as fault:
            return Harvest(fault=str(fault), memory=memory)
        except Exception as fault:  # noqa: BLE001 - a plug-in may raise anything; the rest go on
            return Harvest(fault=_in_words(fault), memory=memory)

    def pages(self, items: Sequence[Item], source: Source) -> Pages:
        """Read the pages of a source's new items."""
        try:
            return read_pages(items, source, _Heard(self.fetcher, self.bound), self.now)
        except Exception as fault:  # noqa: BLE001 - a page is a stranger's
            return Pages((), (), (_in_words(fault),), len(items))


class _Heard:
    """A Fetcher that minds the gather's time, and remembers what came of the first request."""

    def __init__(self, fetcher: Fetcher, bound: Bound) -> None:
        self._fetcher = fetcher
        self._bound = bound
        self.outcome: Fetched | FetchError | None = None

    def get(self, source: Source, memory: Memory) -> Fetched:
        """Ask, and remember; a file is no host that could ask us to wait."""
        self._bound.hold()
        outcome: Fetched | FetchError
        try:
            outcome = self._fetcher.get(source, memory)
        except FetchError as fault:
            outcome = fault
        if self.outcome is None and not source.url.startswith("file:"):
            self.outcome = outcome
        if isinstance(outcome, FetchError):
            raise outcome
        return outcome


def _is_own_page(item: Item) -> bool:
    """Whether an item's text was read from its own page, and not from a list."""
    return canonical(item.evidence.url) == item.url


def _sound(items: Iterable[Item]) -> Iterable[Item]:
    for item in items:
        if safe(url := canonical(item.url)):
            yield replace(item, url=url)


class _Writer:
    """What only the thread that owns the database does."""

    def __init__(self, clippings: Clippings, evidence: EvidenceStore | None, now: datetime) -> None:
        self._clippings = clippings
        self._evidence = evidence
        self._now = now
        self._habits = clippings.habits()

    def unread(self, job: _Job) -> list[Item]:
        """The new items whose own pages are to be read: not those that were read from them."""
        if not job.source.full_text or not job.harvest or not job.harvest.items:
            return []
        try:
            fresh = self._clippings.unknown(job.harvest.items)
            return [item for item in fresh if not _is_own_page(item)]
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 - what cannot be stored is said when it is written
            return []

    def write(self, job: _Job) -> SourceReport:
        """Keep a source's evidence, then its items and memory; its report."""
        if job.waiting:
            return self._waiting(job)
        harvest = job.done
        try:
            new, kept = self._keep(job.source, harvest)
        except StoreError:
            raise
        except Exception as fault:  # noqa: BLE001 - an item of a plug-in that cannot be stored
            return SourceReport(job.source.slug, "fault", 0, _in_words(fault))
        assert job.harvest
        state = _state(job.harvest, new)
        words = "" if state == "fault" else self._stale(job.source, harvest, new)
        soft = _joined(harvest.fault, _moved(job.source, harvest.memory))
        return SourceReport(job.source.slug, state, new, soft, words, kept)

    def _waiting(self, job: _Job) -> SourceReport:
        words, slug = waits(job.memory, self._now), job.source.slug
        if job.memory.gone:
            return SourceReport(slug, "fault", 0, words)
        if job.memory.failures:
            return SourceReport(slug, "waiting", 0, words)
        return SourceReport(
            slug, "waiting", stale=self._stale(job.source, Harvest(), 0), note=words
        )

    def _keep(self, source: Source, harvest: Harvest) -> tuple[int, int]:
        kept = 0
        if self._evidence is not None and harvest.items and harvest.answers:
            fresh = self._clippings.unknown(harvest.items)
            harvest = replace(harvest, items=tuple(fresh))
            rows = list(_records(fresh, harvest.answers, self._now))
            kept = len(self._evidence.append(rows)) if rows else 0
        return self._clippings.keep(_key(source), harvest, self._now), kept

    def _stale(self, source: Source, harvest: Harvest, new: int) -> str:
        """Old items are news of an old source only the first time; a file cannot fall silent."""
        if source.url.startswith("file:"):
            return ""
        known = self._habits.get(source.slug, [])
        found = [item.published for item in harvest.items if item.published]
        if new and (known or not found):
            return ""
        zone = home(source.zone)
        return stale([time.astimezone(zone) for time in (*known, *found)], self._now)


def _records(
    items: Iterable[Item], answers: Iterable[Fetched], now: datetime
) -> Iterable[tuple[Fetched, datetime, str]]:
    """The answers on which items rest, each once; the text's hash where only one item does."""
    resting: dict[str, list[Item]] = {}
    for item in items:
        resting.setdefault(item.evidence.record or "", []).append(item)
    urls = {item.evidence.url for found in resting.values() for item in found}
    for answer in answers:
        if answer.url not in urls:
            continue
        found = resting.pop(record_id(answer.url, now, sha256(answer.body)), [])
        if found:
            yield answer, now, sha256(found[0].text) if len(found) == 1 else ""


def _state(harvest: Harvest, new: int) -> State:
    if harvest.fault and not harvest.items:
        return "fault"
    if new:
        return "new"
    return "unchanged" if harvest.unchanged or harvest.items else "empty"


def _moved(source: Source, memory: Memory) -> str:
    if memory.moved in {"", source.url}:
        return ""
    return f"has moved for good to {memory.moved}: correct `url`."


def _joined(*faults: str) -> str:
    return " ".join(fault for fault in faults if fault)


def _in_words(fault: Exception) -> str:
    return f"could not be read ({type(fault).__name__}: {fault})."
