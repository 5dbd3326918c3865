"""What a cited page says now: unchanged, changed, gone, not to be reached, or just there.

Only a server's own word makes a page gone: 404, 410, or a redirect to its front page or to the
one page where it sends several that were asked for. A page that cannot be reached may still be
there, and is never called deleted.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, urlsplit

from pressroom.errors import FetchError
from pressroom.gather.urls import canonical
from pressroom.gather.worddiff import word_diff
from pressroom.model import Memory, sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from pressroom.model import Fetched, Fetcher, ItemId, Source

GONE = (404, 410)
SEVERAL = 2
FRONT = re.compile(r"/?|/(?:index|default|home|main)\.\w{3,5}", re.IGNORECASE)
WALL = re.compile(
    r"[/.](?:log[-_]?in|sign[-_]?in|passport|sso|auth|captcha|verify|consent|challenge|antispider)"
    r"(?:[/.?#]|$)",
    re.IGNORECASE,
)
"""Words in an address that asks who we are: it says nothing of the page."""

LISTED = (
    "it answers, but what was kept is its entry in a feed, not the page, so nothing can be "
    "compared. Set full_text = true for the source."
)
SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})


class State(StrEnum):
    """What became of a page."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    GONE = "gone"
    UNREACHABLE = "unreachable"
    THERE = "there"


@dataclass(frozen=True, slots=True)
class Claim:
    """A page as it was when it was cited: the text it had, where that was kept, and hashes in hex.

    `listed` says that what was kept is not the page but a feed that lists it.
    `source` says how it is fetched: zone, and whether an address on this network is allowed.
    """

    item: ItemId
    url: str
    time: datetime | None
    text: str | None
    text_sha256: str
    sha256: str
    source: Source
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found at `time`: a word diff where the text changed, a fault in words otherwise.

    `fetched` is the answer, where there was one, so that it can be kept as evidence too.
    """

    item: ItemId
    url: str
    state: State
    diff: str
    fault: str
    fetched: Fetched | None
    time: datetime


class _Answer(NamedTuple):
    fetched: Fetched | None
    fault: str = ""
    status: int = 0


class _Found(NamedTuple):
    state: State
    fault: str = ""
    diff: str = ""


def recheck(
    kept: Sequence[Claim], fetcher: Fetcher, read: Callable[[Fetched], str], now: datetime
) -> list[Verdict]:
    """Fetch cited pages again, each address once, and compare; `read` finds an article's text."""
    firsts = {claim.url: claim for claim in reversed(kept)}
    asked = {url: _ask(firsts[url], fetcher) for url in dict.fromkeys(c.url for c in kept)}
    crowded = _crowded(asked)
    return [
        Verdict(c.item, c.url, found.state, found.diff, found.fault, asked[c.url].fetched, now)
        for c in kept
        for found in [_judge(c, asked[c.url], crowded, read)]
    ]


def _ask(claim: Claim, fetcher: Fetcher) -> _Answer:
    """A page on another host than its source's has no claim to an address on this network."""
    private = claim.source.allow_private and _host(claim.url) == _host(claim.source.url)
    source = replace(claim.source, url=claim.url, allow_private=private)
    try:
        return _Answer(fetcher.get(source, Memory()))
    except FetchError as fault:
        return _Answer(None, str(fault), fault.status)


def _judge(
    claim: Claim, answer: _Answer, crowded: frozenset[str], read: Callable[[Fetched], str]
) -> _Found:
    fetched = answer.fetched
    if fetched is None:
        gone = answer.status in GONE
        return _Found(State.GONE if gone else State.UNREACHABLE, answer.fault)
    if claim.sha256 and sha256(fetched.body) == claim.sha256:
        return _Found(State.UNCHANGED)
    text = read(fetched)
    if _same(claim, text):
        return _Found(State.UNCHANGED)
    return _moved(claim.url, fetched.url, crowded) or _compared(claim, text)


def _same(claim: Claim, text: str) -> bool:
    if not text.strip():
        return False
    if claim.text is not None and _flat(claim.text) == _flat(text):
        return True
    return claim.text_sha256 == sha256(text)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _compared(claim: Claim, text: str) -> _Found:
    if not text.strip():
        return _Found(State.UNREACHABLE, "it answers, but no text of an article was found there.")
    if claim.listed:
        return _Found(State.THERE, LISTED)
    if claim.text is None and not claim.text_sha256:
        return _Found(
            State.CHANGED, "only the hash of the page was kept: its menus may have changed."
        )
    if claim.text is None:
        return _Found(State.CHANGED, "the text it had was not kept, so what changed is not known.")
    return _Found(State.CHANGED, diff=word_diff(claim.text, text))


def _moved(asked: str, answered: str, crowded: frozenset[str]) -> _Found | None:
    """What a redirect to another page says; None where there was none, or to the page's new place."""
    old, new = urlsplit(canonical(asked)), urlsplit(canonical(answered))
    if _page(asked) == _page(answered):
        return None
    if WALL.search(canonical(answered)) and not WALL.search(canonical(asked)):
        return _Found(State.UNREACHABLE, f"it redirects to {answered}, which asks who we are.")
    if _is_front(new) and not _is_front(old) and _same_site(old, new):
        return _Found(State.GONE, f"it redirects to the front page, {answered}.")
    if canonical(answered) in crowded:
        return _Found(State.GONE, f"it redirects, as other pages do, to {answered}.")
    return None


def _is_front(parts: SplitResult) -> bool:
    return FRONT.fullmatch(parts.path) is not None and not parts.query


def _same_site(old: SplitResult, new: SplitResult) -> bool:
    """Whether the new host is the old one, or its site's own: not a neighbour such as `login.`."""
    site = _site(old.hostname or "")
    return new.hostname in {old.hostname, site, f"www.{site}", f"m.{site}"}


def _site(host: str) -> str:
    """The part of a host name that one registers; a good guess without a list of suffixes.

    >>> _site("news.example.com.cn"), _site("www.example.org"), _site("127.0.0.1")
    ('example.com.cn', 'example.org', '127.0.0.1')
    """
    labels = host.split(".")
    if labels[-1].isdecimal():
        return host
    national = len(labels[-1]) == 2 and labels[-2:-1] and labels[-2] in SECOND_LEVEL  # noqa: PLR2004 - ISO 3166-1
    return ".".join(labels[-3:] if national else labels[-2:])


def _crowded(asked: dict[str, _Answer]) -> frozenset[str]:
    """The addresses to which several pages of one host were redirected."""
    ways = {
        (_host(url), _page(url), canonical(answer.fetched.url))
        for url, answer in asked.items()
        if answer.fetched and _page(answer.fetched.url) != _page(url)
    }
    ends = Counter((host, end) for host, _, end in ways)
    return frozenset(end for (_, end), times in ends.items() if times >= SEVERAL)


def _page(url: str) -> tuple[str, str]:
    """Path and query: what stays when a page moves to https or loses its `www.`."""
    parts = urlsplit(canonical(url))
    return parts.path.rstrip("/"), parts.query


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
