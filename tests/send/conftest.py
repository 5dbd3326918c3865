"""A mail server that records, a database with readers, and an issue in two editions."""

from __future__ import annotations

import socket
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller

from pressroom.model import UNSUBSCRIBE_HOLE, Locale
from pressroom.send.message import MailEdition
from pressroom.send.smtp import Smtp
from pressroom.store.mailing import Mailing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

EN, ZH = Locale("en"), Locale("zh-Hans")
NOW = datetime(2025, 9, 5, 1, 0, tzinfo=UTC)
ISSUE = "2025-09-05"


@dataclass
class Recorder:
    """What a server saw: every message it took, and how it treats whom."""

    taken: list[tuple[str, bytes]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    options: list[list[str]] = field(default_factory=list)
    connections: int = 0
    refuse_sender: str = ""
    close_every: int = 0

    async def handle_EHLO(  # noqa: D102, N802 - aiosmtpd's hook
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: D102, N802 - aiosmtpd's hook
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.refuse_sender:
            return self.refuse_sender
        if self.close_every and self.taken and len(self.taken) % self.close_every == 0:
            self.close_every = 0
            return "421 4.3.2 enough for one connection"
        envelope.mail_from = address
        self.senders.append(address)
        self.options.append(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: D102, N802 - aiosmtpd's hook
        self, server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address.startswith("refused"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later"):
            return "451 4.7.1 greylisted, try again"
        if address.startswith("hangup"):
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: D102, N802 - aiosmtpd's hook
        address = envelope.rcpt_tos[0]
        self.taken.append((address, envelope.content))
        if address.startswith("drop"):
            server.transport.abort()
        if address.startswith("spam"):
            return "554 5.7.1 we do not want this"
        return f"250 2.0.0 queued as {len(self.taken)}"

    def count(self) -> Counter[str]:
        """How many messages each address got."""
        return Counter(address for address, _ in self.taken)


@dataclass
class Post:
    """A running server: its port and its record."""

    port: int
    record: Recorder


def free_port() -> int:
    """A port that nobody holds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def post() -> Iterator[Post]:
    """A real SMTP server on loopback."""
    record = Recorder()
    controller = Controller(record, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True)
    controller.start()
    try:
        yield Post(controller.port, record)
    finally:
        controller.stop()


@pytest.fixture
def smtp(post: Post) -> Iterator[Smtp]:
    """A transport to that server."""
    transport = Smtp("127.0.0.1", post.port, starttls=False, timeout=10)
    yield transport
    transport.close()


@pytest.fixture
def mailing(tmp_path: Path) -> Iterator[Mailing]:
    """An empty mailing database in a file."""
    with Mailing.open(f"sqlite:///{tmp_path}/mailing.db", now=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def subscribe(mailing: Mailing, tmp_path: Path) -> Callable[..., None]:
    """Add readers of an edition by address."""

    def add(*addresses: str, edition: str = "en") -> None:
        path = tmp_path / "readers.csv"
        rows = [f"{address},,{edition}" for address in addresses]
        path.write_text("\n".join(["address,name,edition", *rows]), encoding="utf-8")
        assert {r.outcome for r in mailing.import_csv(path, (EN, ZH))} == {"added"}

    return add


def edition(locale: Locale = EN, **changes: Any) -> MailEdition:
    """An edition ready to send."""
    words = "When chatbots meet the classroom" if locale == EN else "当聊天机器人走进课堂"
    values: dict[str, Any] = {
        "issue": ISSUE,
        "locale": locale,
        "subject": words,
        "html": f'<p>{words}.</p>\n<a href="{UNSUBSCRIBE_HOLE}">x</a>\n'.encode(),
        "text": f"{words}. = \n.dot\n{UNSUBSCRIBE_HOLE}\n".encode(),
        "sender": "China Chatbot 中国 <news@example.org>",
        "reply_to": "desk@example.org",
        "list_id": "china-chatbot.example.org",
        "list_name": "China Chatbot",
        "archive_url": f"https://example.org/{ISSUE}/{locale}/",
        "unsubscribe": "https://example.org/unsubscribe",
        "date": NOW,
    }
    return MailEdition(**(values | changes))


@pytest.fixture
def mails() -> dict[Locale, MailEdition]:
    """The issue in English and in Chinese."""
    return {EN: edition(EN), ZH: edition(ZH)}


@pytest.fixture
def make() -> Callable[..., MailEdition]:
    """An edition with some fields of one's own."""
    return edition


@pytest.fixture
def free() -> int:
    """A port that nobody listens on."""
    return free_port()
