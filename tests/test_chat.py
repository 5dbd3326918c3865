"""pressroom.chat and the drafts made with it, against a real service on loopback."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from pressroom.chat import Chat
from pressroom.desk import NewsDesk
from pressroom.draft.summarise import draft
from pressroom.errors import ModelError, SettingsError
from pressroom.manuscript.file import parse
from pressroom.model import Evidence, Handle, Item, ItemId, Locale, Story

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EN = Locale("en")
NOW = datetime(2025, 9, 4, 12, tzinfo=UTC)
KEY = "sk-swordfish"
VARIABLE = "PRESSROOM_TEST_KEY"
GOOD = "HED: Ten years of *AI+*\n\nA plan is out [@a]. It runs long [@a, p. 2; @b]."


class Service(ThreadingHTTPServer):
    """Answers every chat with `status` and `body`; keeps what was asked."""

    status = 200
    body = b""
    kind = "application/json"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[dict[str, Any], str]] = []

    def say(self, text: str | None) -> None:
        """Answer with this text from now on."""
        choice = {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": text},
        }
        usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
        whole = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
        self.body = json.dumps(whole | {"choices": [choice], "usage": usage}).encode()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Service

    def do_POST(self) -> None:
        """Keep the question, give the answer."""
        size = int(self.headers["Content-Length"])
        asked = json.loads(self.rfile.read(size))
        self.server.asked.append((asked, self.headers["Authorization"]))
        self.send_response(self.server.status)
        self.send_header("Content-Type", self.server.kind)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.send_header("x-should-retry", "false")
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[Service]:
    """A running service."""
    server = Service()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def chat(service: Service, tmp_path: Path) -> Iterator[Chat]:
    """A client of the service, its key in the environment."""
    os.environ[VARIABLE] = KEY
    url = f"http://127.0.0.1:{service.server_port}/v1"
    yield Chat(url, "m", VARIABLE, 5, 100, tmp_path / "private" / "calls.jsonl")
    os.environ.pop(VARIABLE, None)


@pytest.fixture
def story() -> Story:
    """A story of two items."""
    return Story(Handle("aiplus"), tuple(_item(key) for key in "ab"))


def _item(key: str) -> Item:
    url = f"https://x.example/{key}"
    proof = Evidence(url, NOW, "ab" * 32)
    return Item(ItemId(key), url, "A title", EN, "o", "feed", f"Text {key}.", proof)


class TestAsk:
    """One question, one answer, one record."""

    def test_a_good_answer(self, service: Service, chat: Chat) -> None:
        """The words come back stripped; the service got model, bound, both messages, the key."""
        service.say("  Hello.\n")
        assert chat.ask("be brief", "say hello", NOW).text == "Hello."
        asked, key = service.asked[0]
        assert (asked["model"], asked["max_tokens"], key) == ("m", 100, f"Bearer {KEY}")
        assert [m["content"] for m in asked["messages"]] == ["be brief", "say hello"]

    def test_the_record_holds_no_key_and_no_words(self, service: Service, chat: Chat) -> None:
        """Model, prompt hash, tokens and time are kept; neither key nor question is."""
        service.say("Hello.")
        for _ in range(2):
            chat.ask("s", "swordfish question", NOW)
        text = chat.log.read_text(encoding="utf-8")
        assert "swordfish" not in text
        rows = [json.loads(line) for line in text.splitlines()]
        assert [(r["tokens_in"], r["tokens_out"], r["time"]) for r in rows] == [
            (7, 5, NOW.isoformat())
        ] * 2

    @pytest.mark.parametrize("text", ["", " \n", None])
    def test_an_empty_answer(self, text: str | None, service: Service, chat: Chat) -> None:
        """No words are a ModelError, and nothing is recorded."""
        service.say(text)
        with pytest.raises(ModelError, match="empty answer"):
            chat.ask("s", "u", NOW)
        assert not chat.log.exists()

    @pytest.mark.parametrize(
        ("status", "kind", "body"),
        [
            (500, "application/json", b"{}"),
            (401, "application/json", KEY.encode()),
            (429, "text/plain", b"slow down"),
            (200, "text/html", b"<html>log in</html>"),
            (200, "application/json", b'{"choices": []}'),
            (200, "application/json", b"not json"),
            (200, "application/json", b"[1]"),
            (200, "application/json", b'{"choices": [{}]}'),
        ],
    )
    def test_a_service_that_fails(
        self, status: int, kind: str, body: bytes, service: Service, chat: Chat
    ) -> None:
        """Every kind of failure is a ModelError that names the service and never the key."""
        service.status, service.kind, service.body = status, kind, body
        with pytest.raises(ModelError, match=r"m at http://127\.0\.0\.1") as fault:
            chat.ask("s", "u", NOW)
        assert KEY not in str(fault.value)
        assert fault.value.__cause__ is None

    def test_no_service_at_all(self, chat: Chat, service: Service) -> None:
        """A port where nobody listens is a ModelError."""
        service.socket.close()
        with pytest.raises(ModelError):
            chat.ask("s", "u", NOW)

    def test_without_a_key(self, chat: Chat) -> None:
        """The environment's missing variable is named, with the way to do without a model."""
        os.environ.pop(VARIABLE)
        with pytest.raises(SettingsError, match=rf"model\.key_env: .*{VARIABLE}.*remove \[model\]"):
            chat.ask("s", "u", NOW)


class TestDraft:
    """A model's brief is held to the items it was given."""

    def test_a_good_draft(self, service: Service, chat: Chat, story: Story) -> None:
        """Hed and body come apart; all items cited are named, every one in a bracket."""
        service.say(GOOD)
        told = draft(story, EN, chat, NOW)
        assert (told.hed, told.items, told.model) == (r"Ten years of \*AI+\*", ("a", "b"), "m")
        assert told.text.startswith("A plan is out [@a].")

    @pytest.mark.parametrize(
        "text", ["A plan is out.", "A plan [@c].", "A plan [@a; @c].", "A [@a].\n\nB [@not a key]."]
    )
    def test_a_draft_that_cites_wrongly(
        self, text: str, service: Service, chat: Chat, story: Story
    ) -> None:
        """No citation, or one of an item that was not given, is a ModelError."""
        service.say(text)
        with pytest.raises(ModelError, match="cites no source it was given"):
            draft(story, EN, chat, NOW)

    def test_a_draft_runs_no_form(
        self, service: Service, chat: Chat, story: Story, tmp_path: Path
    ) -> None:
        """A model cannot start blocks, fences, notes or private lines in the editor's file."""
        service.say("HED: x\n# H\n\nQ: q\n\n%% p\n\n```\n> [!WARNING] w\n![[f]]\n[[t]] [@a]")
        told = draft(story, EN, chat, NOW)
        found = parse(f"## x {{#x}}\n\n{told.text}\n", tmp_path / "n.en.md", EN)
        assert [b.id for b in found.blocks] == ["x"]
        rows = told.text.split("\n")
        assert [r[0] for r in rows if r.strip()] == ["\\", "\\", "\\", "\\", ">", "\\", "\\"]

    def test_the_desk_lifts_where_the_model_fails(
        self, service: Service, chat: Chat, story: Story
    ) -> None:
        """The editor gets sentences all the same, and is told why."""
        service.status = 500
        desk = NewsDesk({}, lambda *_: (), NOW, chat)
        assert desk.summarise(story, EN).model == "extract"
        assert (desk.calls, len(desk.said)) == (1, 1)
        assert desk.said[0].startswith("aiplus: m at http")
