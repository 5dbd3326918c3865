"""The six plug-in points: section, source, check, output, transport, language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from pressroom.model.manuscript import Block, DraftBlock, EditionBody, Medium, Part, Summary
    from pressroom.model.names import Locale
    from pressroom.model.proof import Finding, Proof
    from pressroom.model.readers import Envelope, Reply, Task
    from pressroom.model.sources import Harvest, Memory, Source, Story


class Desk(Protocol):
    """All that a section may ask for while it drafts."""

    def stories(self, section: str) -> Sequence[Story]:
        """The lineup of this section; without one, the first stories by rank."""
        ...

    def summarise(self, story: Story, locale: Locale) -> Summary:
        """A body for one story with its citations, drafted by the model or lifted."""
        ...

    def blocks(self, section: str, locale: Locale) -> Sequence[Block]:
        """The blocks of another section of this issue, as they now stand."""
        ...

    def covers(self, section: str) -> Sequence[str]:
        """The kinds of section that this one sums up, where newsletter.toml says so."""
        ...

    def word(self, key: str, locale: Locale) -> str:
        """An interface word or stock sentence in a language, such as `todo`."""
        ...


class Section(Protocol):
    """A kind of section: how it drafts its file, and in which parts it is printed.

    `unit` says what a block is: a `heading`, a `turn`, or a `line` of a list.
    """

    kind: str
    unit: str

    def draft(self, desk: Desk, locale: Locale) -> Sequence[DraftBlock]:
        """The blocks a new file starts with; never what overwrites an editor's."""
        ...

    def assemble(self, blocks: Sequence[Block]) -> Sequence[Part]:
        """The parts of the section, in print order, still in the dialect."""
        ...


class Hop(NamedTuple):
    """One redirect on the way to an answer: the address asked, its status, where it sent us."""

    url: str
    status: int
    to: str


class Fetched(NamedTuple):
    """An answer over HTTP or from a file: the final address, body (bounded), headers.

    The body is unpacked; names of headers are in lower case; `hops` are the redirects before it.
    """

    url: str
    status: int
    body: bytes
    headers: Mapping[str, str]
    hops: tuple[Hop, ...] = ()


class Fetcher(Protocol):
    """The one way out to the network, with its bounds; raises FetchError."""

    def get(self, source: Source, memory: Memory) -> Fetched:
        """Fetch a source, sending its validators; status 304 has an empty body."""
        ...


class SourceKind(Protocol):
    """A kind of source: turns what it fetches into items."""

    kind: str

    def gather(self, source: Source, memory: Memory, fetcher: Fetcher, now: datetime) -> Harvest:
        """Fetch and read one source; a fault is a value of the harvest, not an exception."""
        ...


class Check(Protocol):
    """One rule. `evidence` is the whole issue as the pipeline prepared it for checks."""

    rule: str

    def find(self, proof: Proof) -> Iterable[Finding]:
        """Every place in the issue where the rule does not hold."""
        ...


class Output(Protocol):
    """A medium: an edition in, bytes out."""

    medium: Medium

    def render(self, edition: EditionBody) -> bytes:
        """The same bytes for the same edition, on any machine."""
        ...


class Transport(Protocol):
    """A way for mail to leave."""

    leaves: bool

    def send(self, envelope: Envelope) -> Reply:
        """Hand over one message; raises Unreachable only when nothing was handed over."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class Post(Protocol):
    """The ledger's side of a transport that carries many messages at once.

    Such a transport has, besides those of `Transport`, a method `carry(post)` that takes
    tasks until there are none, and may call from one thread only.
    """

    def take(self, most: int) -> Sequence[Task]:
        """Lease up to so many messages; none: nothing waits now."""
        ...

    def commit(
        self, starting: Sequence[Task], finished: Sequence[tuple[Task, Reply]]
    ) -> frozenset[int]:
        """One transaction: messages about to be handed over, and what became of others.

        Only when it has returned may the bytes of `starting` leave; the rows it returns may
        not be sent after all (the reader left), and are finished already.
        """
        ...

    def stopped(self) -> bool:
        """Whether a person asked the job to pause: finish what is open, take no more."""
        ...


@dataclass(frozen=True, slots=True)
class Language:
    """What one language needs, as a table of functions; one file of `pressroom/lang/`.

    `codes` are the BCP 47 tags it speaks for; `spaced` says whether words stand apart.
    """

    codes: tuple[str, ...]
    spaced: bool
    turn_marks: tuple[str, ...]
    quotes: tuple[tuple[str, str], ...]
    parentheses: tuple[str, str]
    todo_words: tuple[str, ...]
    words: Mapping[str, str]
    sentences: Callable[[str], list[str]]
    count: Callable[[str], int]
    long_date: Callable[[date], str]
    handle: Callable[[str], str]
