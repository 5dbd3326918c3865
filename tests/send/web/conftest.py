"""The public pages of a newsroom on a real server, its mails in a folder."""

from __future__ import annotations

import re
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from pressroom import pipeline, workspace
from pressroom.model import Locale
from pressroom.newsroom import serving
from pressroom.send.outbox import Outbox
from pressroom.send.web.app import application
from pressroom.send.web.limits import Buckets
from pressroom.send.web.server import listen, server
from pressroom.store import readers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pressroom.send.web.desk import Desk

NEWSLETTER = """
[masthead]
name = "China Chatbot"
names = { zh-Hans = "中国聊天机器人观察" }
home = "https://example.org/china-chatbot/"

[editions.en]
[editions.zh-Hans]
[editions.zh-Hant]
from = "zh-Hans"
[editions.parallel]

[serve]
proxies = ["127.0.0.1"]
"""


class Site:
    """A server, a client that follows no redirect, and the mails that were sent."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True)
        (root / "newsletter.toml").write_text(NEWSLETTER, encoding="utf-8")
        self.root, self.later = root, timedelta()
        self.ws = workspace.load(root)
        self.base = pipeline.mailing(self.ws)
        self.outbox = root / "outbox"
        self.desk: Desk = serving.desk(self.ws, self.base, Outbox(self.outbox).send, self.now)
        self.url = ""
        self.client = httpx2.Client(timeout=10)

    def now(self) -> datetime:
        """The site's clock."""
        return datetime.now(UTC) + self.later

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Run the server until the block ends."""
        listening = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        running = server(application(self.desk))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield
        finally:
            self.client.close()
            running.should_exit = True
            thread.join()
            listening.close()
            self.base.close()

    def ask(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """One request."""
        return self.client.request(method, self.url + path, **options)

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """GET a page, headers by their names with `_` for `-`."""
        return self.ask("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, path: str, data: dict[str, str], **headers: str) -> httpx2.Response:
        """Send a form."""
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        return self.ask("POST", path, data=data, headers=named)

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of the first form of a page."""
        page = self.get(path).text
        first = page[page.index("<form") : page.index("</form>")]
        return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', first))

    def subscribe(self, address: str, edition: str = "en", **headers: str) -> httpx2.Response:
        """Fill in the form and send it."""
        data = self.form("subscribe") | {"address": address, "edition": edition, "name": "Ann"}
        return self.post("subscribe", data, **headers)

    def mails(self, to: str, number: int = 1) -> list[tuple[str, str, str]]:
        """Subject, text and language of the mails to an address, once there are so many."""
        end = time.monotonic() + 5
        while len(found := self._mails(to)) < number and time.monotonic() < end:
            time.sleep(0.005)
        assert len(found) == number, found
        return found

    def _mails(self, to: str) -> list[tuple[str, str, str]]:
        paths = sorted(self.outbox.glob("*.eml"), key=lambda p: p.stat().st_mtime_ns)
        read = [message_from_bytes(p.read_bytes(), policy=policy.default) for p in paths]
        return [
            (str(m["Subject"]), m.get_content(), str(m["Content-Language"]))
            for m in read
            if to in str(m["To"])
        ]

    def link(self, to: str) -> str:
        """The link of the last mail to an address, as a path of this server."""
        found = re.search(r"https://example\.org/china-chatbot/(\S+)", self._mails(to)[-1][1])
        assert found
        return found[1]

    def reader(self, address: str, edition: str = "en") -> str:
        """Make an active reader; returns the token."""
        told = readers.Consent("2025-09-05T01:00:00+00:00", "test", "", "yes")
        token = readers.ask(self.base, address, "Ann", Locale(edition), told).token
        readers.confirm(self.base, token, told)
        return token

    def known(self, token: str) -> readers.Record:
        """The reader with a token."""
        found = readers.by_token(self.base, token)
        assert found
        return found


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for a file of tests."""
    site = Site(tmp_path_factory.mktemp("pages") / "room")
    with site.serving():
        yield site


@pytest.fixture
def site(running: Site) -> Site:
    """The server, its clock set right and no limit used up."""
    running.later, limits = timedelta(), running.desk.limits
    limits.requests, limits.subscribes, limits.mails = (Buckets(10**6, 3600) for _ in range(3))
    return running
