"""`pressroom serve`: the public pages, behind the newsroom's own web server."""

from __future__ import annotations

import logging
import signal
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from pressroom import pipeline, pipeline_send
from pressroom.cli import say
from pressroom.errors import UsageError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from pressroom.model import Envelope, Reply
    from pressroom.workspace import Workspace

MOST_PORT = 65_535
SLUG = "serve"
"""Where the file outbox puts the mails of the pages: outbox/serve/messages/."""


@click.command()
@click.option("--bind", help="HOST:PORT to listen on; default: [serve] bind.")
@click.pass_context
def serve(ctx: click.Context, bind: str | None) -> None:
    """Answer /subscribe, /confirm, /preferences and /unsubscribe until told to stop."""
    from pressroom.newsroom import press, serving
    from pressroom.send.web.app import application

    room = say.room(ctx)
    with pipeline.mailing(room) as base, _socket(bind or room.settings.serve.bind) as listening:
        app = application(serving.desk(room, base, _post(room), say.now))
        host, port = listening.getsockname()[:2]
        where = f"[{host}]" if ":" in host else host
        say.line(f"Serving http://{where}:{port}/subscribe")
        say.line(f"Public as {press.readers_url(room)}subscribe")
        say.line("To stop: Ctrl-C")
        sys.stdout.flush()
        _run(app, listening)
    say.line("Stopped.")


def _post(room: Workspace) -> Callable[[Envelope], Reply]:
    def post(envelope: Envelope) -> Reply:
        with closing(pipeline_send.transport(room, SLUG)) as door:
            return door.send(envelope)

    return post


def _socket(bind: str) -> socket.socket:
    from pressroom.send.web.server import listen

    host, _, port = bind.rpartition(":")
    why = "that is no port"
    try:
        if host and port.isdecimal() and int(port) <= MOST_PORT:
            return listen(host.strip("[]"), int(port))
    except OSError as fault:
        why = fault.strerror or str(fault)
    raise UsageError(
        f'"{bind}": cannot listen there ({why}). Write HOST:PORT, such as --bind 127.0.0.1:8001'
    )


def _run(app: Any, listening: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT; open requests and waiting mails are finished first."""
    from pressroom.send.web.server import server

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("pressroom.serve").setLevel(logging.INFO)
    # The server raises the signal again when it has stopped: it ends there.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    server(app).run(sockets=[listening])
