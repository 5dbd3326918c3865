"""The server of the pages: its bounds, and no log of its own."""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from starlette.types import ASGIApp

MOST_OPEN = 500
"""Connections at once; more are answered 503."""


def server(app: ASGIApp) -> uvicorn.Server:
    """A server of the pages, for `run(sockets=[...])`.

    Its own access log holds whole addresses of pages, with their tokens: it is off. It says no
    name, believes no proxy (the pages do, with settings), and when told to stop finishes open
    requests within 10 s.
    """
    config = uvicorn.Config(
        app, http="h11", ws="none", lifespan="on", log_config=None, access_log=False,
        server_header=False, proxy_headers=False, limit_concurrency=MOST_OPEN,
        timeout_keep_alive=10, timeout_graceful_shutdown=10,
    )  # fmt: skip
    logging.getLogger("uvicorn.access").disabled = True
    return uvicorn.Server(config)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; OSError when it cannot be had.

    TCP_NODELAY, for asyncio sets it only on sockets it made itself: without it each answer on
    a kept connection waits 40 ms for an acknowledgement.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.create_server((host, port), family=family, backlog=512)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made
