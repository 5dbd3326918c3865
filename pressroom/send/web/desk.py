"""What the pages need of the newsroom, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from pressroom.send.web.limits import Buckets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from ipaddress import IPv4Network, IPv6Network

    from pressroom.model import Envelope, House, Locale, Reply
    from pressroom.send.message import Signer
    from pressroom.store.mailing import Mailing

HOUR, DAY = 3600, 86_400


class Draw(Protocol):
    """Fills a template: its name, and the values it may use."""

    def __call__(self, name: str, values: Mapping[str, object], /) -> str:
        """The template as text."""
        ...


@dataclass(slots=True)
class Limits:
    """How many of a thing there may be: requests by client, mails by address and in all."""

    requests: Buckets = field(default_factory=lambda: Buckets(1200, HOUR))
    subscribes: Buckets = field(default_factory=lambda: Buckets(20, HOUR))
    mail: Buckets = field(default_factory=lambda: Buckets(1, 300))
    mails_a_day: Buckets = field(default_factory=lambda: Buckets(4, DAY))
    mails: Buckets = field(default_factory=lambda: Buckets(500, HOUR))


@dataclass(frozen=True, slots=True)
class Desk:
    """A newsroom behind its public pages.

    `words` holds the sentences of each edition with `lang`, the language they are in;
    `labels` what each edition is called; `url` is where the pages are public, with a slash at
    its end; `post` hands over one message and may block; `sender` is `Name <address>`; `signer` signs
    the few mails that are written here.
    """

    house: House
    words: Mapping[Locale, Mapping[str, str]]
    labels: Mapping[Locale, str]
    draw: Draw
    style: bytes
    base: Mailing
    secret: bytes
    post: Callable[[Envelope], Reply]
    sender: str
    url: str
    now: Callable[[], datetime]
    trusted: Sequence[IPv4Network | IPv6Network] = ()
    limits: Limits = field(default_factory=Limits)
    signer: Signer | None = None

    @property
    def prefix(self) -> str:
        """The path that the public address has before its pages, without a slash at its end."""
        return urlsplit(self.url).path.rstrip("/")

    @property
    def original(self) -> Locale:
        """The edition that is written first."""
        return self.house.locales[0]
