"""A newsroom that mails over a real SMTP server, its archive on a real web server."""

from __future__ import annotations

import socket
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller

from pressroom import pipeline, pipeline_send, workspace
from pressroom.send.schedule import SendState

if TYPE_CHECKING:
    from pathlib import Path

    from rooms import Room
    from web import Web

    from pressroom.newsroom.hour import Outcome

ISSUE = "2025-09-05"
NOW = datetime(2025, 9, 5, 0, 50, tzinfo=UTC)


@dataclass
class Inbox:
    """What the mail server took: recipient and bytes.

    `refuse` is its answer to every sender, `later` to every text.
    """

    taken: list[tuple[str, bytes]] = field(default_factory=list)
    refuse: str = ""
    later: str = ""

    async def handle_MAIL(  # noqa: D102, N802 - aiosmtpd's hook
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.refuse:
            return self.refuse
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: D102, N802 - aiosmtpd's hook
        if self.later:
            return self.later
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        return "250 2.0.0 taken"

    @property
    def real(self) -> Counter[str]:
        """Messages by recipient, without tests and alerts."""
        return Counter(
            to
            for to, data in self.taken
            if b"List-Unsubscribe:" in data and b"?t=test>" not in data
        )


class Office:
    """The newsroom, its mail server and its web site; made once, then put back for each test."""

    def __init__(self, room: Room, web: Web) -> None:
        self.room, self.web, self.inbox = room, web, Inbox()
        self.clock = NOW
        self.said: list[str] = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._server = Controller(self.inbox, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
        self._server.start()
        self._settings(port)
        room.run("subscribers", "import", str(room.root / "samples/subscribers.csv"))
        self.publish()
        self.test()
        self._pages = dict(web.pages)

    def again(self, room: Room) -> None:
        """As it was at first, in a copy of the newsroom: published and tested."""
        self.room, self.clock = room, NOW
        self.said.clear()
        self.inbox.taken.clear()
        self.inbox.refuse = self.inbox.later = ""
        self.web.pages = dict(self._pages)

    def _settings(self, port: int) -> None:
        text = self.room.read("newsletter.toml")
        start = text.index("[delivery]")
        end = text.find("\n[", start + 1)
        table = f"""[delivery]
transport = "smtp"
host = "127.0.0.1"
port = {port}
starttls = false
from = "China Chatbot <news@example.org>"
test_to = ["amelia.hart@example.org"]
grace = "0 s"
"""
        text = text[:start] + table + (text[end:] if end > 0 else "")
        home = self.web.url("/")
        text = text.replace("https://example.org/china-chatbot/", home)
        self.room.write("newsletter.toml", text)

    def set(self, old: str, new: str) -> None:
        """Change newsletter.toml."""
        self.room.change("newsletter.toml", old, new)

    def publish(self) -> None:
        """Put what `build` makes on the web site, with pages for readers."""
        room = self.room
        assert room.run("build", "--out", str(room.root / "out")) == 0
        public = room.root / "out" / "public"
        for path in public.rglob("*"):
            if path.is_file():
                name = path.relative_to(public).as_posix().removesuffix("index.html")
                self.web.pages[f"/{name}"] = path.read_bytes()
        for name in ("unsubscribe", "preferences"):
            self.web.pages[f"/{name}?t=test"] = "a page"

    def close(self) -> None:
        """Stop the mail server."""
        self._server.stop()

    @property
    def root(self) -> Path:
        """The newsroom's folder."""
        return self.room.root

    def test(self) -> None:
        """Mail the test that must come first."""
        assert self.room.run("send", ISSUE, "--test") == 0, self.room.err

    def tick(self, later: timedelta = timedelta()) -> list[Outcome]:
        """`send --due`, at the office's clock, so much later."""
        self.clock += later
        ws = workspace.load(self.root)
        with pipeline_send.sending(ws, lambda: self.clock, self.said.append) as desk:
            return pipeline_send.send_due(desk)

    def schedule(self, at: datetime) -> None:
        """Lock the issue as it is for `at`, as `send --at` does once it was confirmed."""
        ws = workspace.load(self.root)
        ready = pipeline_send.ready(ws, ISSUE, self.clock)
        with self.desk() as desk:
            desk.schedule(ready, desk.chosen(ready), at)

    def start(self) -> None:
        """Lock the issue as begun, as a job that was stopped before its first message leaves it."""
        ready = pipeline_send.ready(workspace.load(self.root), ISSUE, self.clock)
        with self.desk() as desk:
            rows = [(one, self.clock, SendState.STARTED) for one in ready.prints.values()]
            desk.lock(ready, rows)

    def desk(self) -> Any:
        """The send desk at the office's clock."""
        ws = workspace.load(self.root)
        return pipeline_send.sending(ws, lambda: self.clock, self.said.append)

    def states(self) -> Counter[str]:
        """The ledger by state."""
        ws = workspace.load(self.root)
        counts, _ = pipeline_send.send_status(ws, ISSUE)
        return Counter({state.value: n for state, n in counts.items()})

    def alerts(self) -> list[tuple[str, str]]:
        """Kinds and words of all alerts, in order."""
        ws = workspace.load(self.root)
        with pipeline.mailing(ws) as base, base.read() as connection:
            rows = connection.exec_driver_sql("SELECT kind, words FROM alerts ORDER BY id")
            return [(row[0], row[1]) for row in rows]
