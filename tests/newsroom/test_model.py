"""Drafting with a model configured: a real OpenAI-compatible server on loopback."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rooms import Room

NEW = "2025-09-19"
KEY = "sk-not-to-be-written-anywhere"


class Bot(BaseHTTPRequestHandler):
    """Answers every chat with a brief that cites the first source it was given."""

    def do_POST(self) -> None:
        """One answer; `server.cite` replaces the id it cites."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        first = re.search(r"ID: ([a-z0-9-]+)", body)[1]
        cited = self.server.cite or first  # type: ignore[attr-defined]
        text = f"HED: Drafted by the bot\n\nThe measures have applied for two weeks [@{cited}]."
        answer = json.dumps(
            {
                "id": "1", "object": "chat.completion", "created": 1, "model": "bot-1",
                "choices": [{
                    "index": 0, "finish_reason": "stop",
                    "message": {"role": "assistant", "content": text},
                }],
            }
        ).encode()  # fmt: skip
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def bot(gathered: Room, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    """A model that newsletter.toml names; its key stands in the environment alone."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bot)
    server.cite = ""  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PRESSROOM_API_KEY", KEY)
    table = f'\n[model]\nbase_url = "http://127.0.0.1:{server.server_port}/v1"\nname = "bot-1"\n'
    gathered.write("newsletter.toml", gathered.read("newsletter.toml") + table)
    yield server
    server.shutdown()
    server.server_close()


def _draft(room: Room) -> str:
    room.run("stories", "--json")
    room.run("pick", NEW, json.loads(room.out)[0]["handle"])
    assert room.run("draft", NEW, "--section", "news_briefs", "--edition", "en") == 0
    return room.read(f"issues/{NEW}/news_briefs.en.md")


@pytest.mark.usefixtures("bot")
def test_a_models_brief_is_cited_labelled_and_unsigned(gathered: Room) -> None:
    """Its words, its source with hash, its name in blocks.jsonl, and a stop until signed."""
    text = _draft(gathered)
    assert "## Drafted by the bot" in text
    source = json.loads(gathered.read(f"issues/{NEW}/sources.jsonl").splitlines()[0])
    assert f"[@{source['id']}]" in text
    assert len(source["sha256"]) == 64
    record = json.loads(gathered.read(f"issues/{NEW}/blocks.jsonl"))
    assert record["drafted"]["model"] == "bot-1"
    assert gathered.run("check", NEW, "--json") == 1
    assert "unsigned" in {f["rule"] for f in json.loads(gathered.out)}
    gathered.run("build", NEW)
    for name in ("email.html", "email.txt"):
        assert "Machine draft from one source" in gathered.read(f"outbox/{NEW}/en/{name}")


def test_a_brief_that_cites_what_it_was_not_given_is_refused(
    gathered: Room, bot: ThreadingHTTPServer
) -> None:
    """The editor is told, and gets sentences lifted from the source instead."""
    bot.cite = "made-up-1"  # type: ignore[attr-defined]
    text = _draft(gathered)
    assert "made-up-1" not in text
    assert "cites no source it was given" in gathered.out
    assert '"model": "extract"' in gathered.read(f"issues/{NEW}/blocks.jsonl")


@pytest.mark.usefixtures("bot")
def test_the_key_is_written_nowhere(gathered: Room) -> None:
    """No file of the newsroom, the private folder included, holds the key."""
    _draft(gathered)
    assert (gathered.root / ".pressroom/calls.jsonl").is_file()
    held = [p for p in gathered.root.rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()]
    assert held == []
