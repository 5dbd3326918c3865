"""What every page has in common: headers, bounds, methods, silence in the log."""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressroom.send.web.app import HEADERS, handlers

if TYPE_CHECKING:
    from conftest import Site

PATHS = ("subscribe", "confirm", "preferences", "unsubscribe", "erase", "own-data", "nowhere")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_guarded(site: Site, path: str) -> None:
    """Security headers on pages and errors alike, no cookie, nothing kept by caches."""
    answer = site.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "set-cookie" not in answer.headers
    assert "server" not in answer.headers
    assert "<script" not in answer.text


@pytest.mark.parametrize("path", PATHS[:-1])
def test_methods_are_answered(site: Site, path: str) -> None:
    """HEAD as GET without a body, OPTIONS with what is allowed, the rest with 405."""
    shown, head = site.get(path), site.ask("HEAD", path)
    assert (head.status_code, head.content) == (shown.status_code, b"")
    allowed = site.ask("OPTIONS", path)
    assert allowed.status_code == 204
    assert "GET" in allowed.headers["Allow"]
    refused = site.ask("DELETE", path)
    assert (refused.status_code, "GET" in refused.headers["Allow"]) == (405, True)


def test_the_prefix_may_stay_or_go(site: Site) -> None:
    """A proxy that strips the path of the public address serves the same as one that does not."""
    whole = site.get("china-chatbot/unsubscribe?t=test").text
    assert whole == site.get("unsubscribe?t=test").text
    assert "--accent" in site.get("china-chatbot/pages.css").text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"a=%00", 400),
        (b"a=%ff", 400),
        (b"a=\xff\xfe", 400),
        (b"&".join(b"a%d=1" % n for n in range(30)), 400),
        (b"a=" + b"x" * 3000, 400),
        (b"a=" + b"x" * 70_000, 413),
    ],
)
def test_what_is_no_form_is_refused(site: Site, body: bytes, status: int) -> None:
    """Controls, broken UTF-8, too many fields, too long ones, too much."""
    for path in ("subscribe", "preferences?t=x", "confirm", "erase", "unsubscribe"):
        answer = site.ask("POST", path, content=body)
        assert answer.status_code == status, path
        assert "<h1>" in answer.text


@pytest.mark.parametrize("query", ["t=%00", "t=%ff", "t=" + "x" * 5000, "&" * 30, "t=1&t=2&lang="])
def test_no_query_breaks_a_page(site: Site, query: str) -> None:
    """It is a page of an error, or a page."""
    for path in PATHS:
        assert site.get(f"{path}?{query}").status_code in {200, 400, 404}


def test_a_body_without_length_is_bounded_too(site: Site) -> None:
    """Chunks are counted as they come."""
    chunks = (b"x" * 1000 for _ in range(100))
    assert site.ask("POST", "subscribe", content=chunks).status_code == 413


@given(st.binary(min_size=1, max_size=300).filter(lambda b: b"\r" not in b and b"\n" not in b))
@settings(max_examples=60)
def test_no_raw_target_breaks_the_server(running: Site, target: bytes) -> None:
    """Octets on the wire that no client library would send."""
    where = urlsplit(running.url)
    with socket.create_connection((where.hostname, where.port), timeout=5) as wire:
        wire.sendall(
            b"GET /subscribe?" + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        first = wire.recv(65536)
    assert not first.startswith(b"HTTP/1.1 5"), first[:200]


def test_no_address_enters_the_log(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Neither of a form nor of a query nor of a path, whether it went well or not."""
    caplog.set_level(logging.DEBUG)
    site.subscribe("secret@example.org")
    site.mails("secret@example.org")
    site.get("secret@example.org?x=secret@example.org")
    site.ask("SECRET-EXAMPLE", "subscribe")
    token = site.reader("secret2@example.org")
    site.get(f"preferences?t={token}")
    ours = [r for r in caplog.records if r.name.split(".")[0] in {"pressroom", "uvicorn"}]
    assert {r.name for r in ours} == {"pressroom.serve"}
    for record in ours:
        assert "secret" not in record.getMessage().lower()
        assert token not in record.getMessage()


def test_a_failing_store_is_a_page(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The database gone: 503 with a time to come back, and a log that quotes nothing."""
    with site.base.write() as connection:
        connection.exec_driver_sql("ALTER TABLE subscribers RENAME TO gone")
    try:
        answer = site.get("preferences?t=secret-token")
    finally:
        with site.base.write() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO subscribers")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300")
    assert "StoreError" in caplog.text
    assert "secret-token" not in caplog.text


def test_openapi_names_every_page(site: Site) -> None:
    """Paths and methods as they are, neither more nor fewer."""
    told = site.get("openapi.json").json()["paths"]
    clerk: object = None
    there = {path: sorted(m.lower() for m in by) for path, by in handlers(clerk).items()}  # type: ignore[arg-type]
    assert {path: sorted(by) for path, by in told.items()} == there
