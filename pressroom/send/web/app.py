"""The public pages as an ASGI application; `application(desk)` makes one.

    GET|POST /subscribe     GET|POST /confirm    GET|POST /preferences    GET|POST /unsubscribe
    GET|POST /erase         GET /own-data        GET /pages.css           GET /openapi.json

A GET changes nothing. Every path answers with and without the prefix of the public address,
so that a proxy may strip it or not. No cookie is set, nothing is loaded from elsewhere, and no
query string, body or address enters a log.
"""

from __future__ import annotations

import logging
import math
import time
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pressroom.errors import RenderError, StoreError
from pressroom.send.web import forms, limits, openapi, staying, subscribing
from pressroom.send.web.asking import Clerk
from pressroom.send.web.forms import Ask, Refused
from pressroom.send.web.pages import pages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from pressroom.send.web.desk import Desk

    Handler = Callable[[Desk, Ask], Response]

LOG = logging.getLogger("pressroom.serve")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}
LEAVE = "/unsubscribe"
RETRY = 300
"""Seconds to wait after a 503."""


def application(desk: Desk) -> ASGIApp:
    """The pages of one newsroom; its lifespan starts and ends the thread that mails."""
    clerk = Clerk(desk)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        clerk.start()
        yield
        await run_in_threadpool(clerk.close)

    table = handlers(clerk)
    routes = [_route(desk, path, by) for path, by in table.items()]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers=_faults(desk))
    app.router.redirect_slashes = False
    return Guard(app, desk.prefix, frozenset(table))


def handlers(clerk: Clerk) -> Mapping[str, Mapping[str, Handler]]:
    """Every path and method, and what answers it."""
    return {
        "/subscribe": {
            "GET": subscribing.show, "POST": partial(subscribing.subscribe, clerk=clerk),
        },
        "/confirm": {"GET": subscribing.show_confirm, "POST": subscribing.confirm},
        "/preferences": {"GET": staying.show, "POST": staying.change},
        "/unsubscribe": {"GET": staying.show_unsubscribe, "POST": staying.unsubscribe},
        "/erase": {"GET": staying.show_erase, "POST": staying.erase},
        "/own-data": {"GET": staying.own_data},
        "/pages.css": {"GET": _style},
        "/openapi.json": {"GET": _openapi},
    }  # fmt: skip


def _style(desk: Desk, _ask: Ask) -> Response:
    return Response(desk.style, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


def _openapi(desk: Desk, _ask: Ask) -> Response:
    return JSONResponse(openapi.described(desk.house.title(desk.original), list(desk.labels)))


def _route(desk: Desk, path: str, by: Mapping[str, Handler]) -> Route:
    allowed = [*by, *(["HEAD"] if "GET" in by else []), "OPTIONS"]

    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ", ".join(allowed)})
        method = "GET" if request.method == "HEAD" else request.method
        return await _answer(desk, request, by[method])

    return Route(path, endpoint, methods=allowed)


async def _answer(desk: Desk, request: Request, handler: Handler) -> Response:
    """Read, bound, answer in a thread; whatever goes wrong is a page."""
    plain = _plain(desk, request)
    try:
        if wait := _wait(desk, request, plain):
            return _later(desk, plain, 429, wait)
        if plain.is_foreign and plain.method == "POST" and not request.url.path.endswith(LEAVE):
            return await run_in_threadpool(pages(desk, plain).fault, 403)
        ask = await _read(request, plain)
        return await run_in_threadpool(handler, desk, ask)
    except Refused as refused:
        if refused.status == 503:  # noqa: PLR2004 - RFC 9110 15.6.4
            return _later(desk, plain, 503, RETRY)
        return await run_in_threadpool(pages(desk, plain).fault, refused.status)
    except Exception as fault:  # noqa: BLE001 - a page, and a log without what the fault may quote
        LOG.error("%s: failed (%s)", request.url.path, _named(fault))  # noqa: TRY400 - the same
        return _later(desk, plain, 503 if _is_store(fault) else 500, RETRY)


def _is_store(fault: Exception) -> bool:
    return isinstance(fault, StoreError)


def _named(fault: Exception) -> str:
    """The kind of a fault, and the line of a template that is wrong; never its own words."""
    place = str(fault).partition(": ")[0] if isinstance(fault, RenderError) else ""
    return f"{type(fault).__name__} {place}".strip()


def _later(desk: Desk, ask: Ask, status: int, wait: float) -> Response:
    answer = pages(desk, ask).fault(status)
    answer.headers["Retry-After"] = str(max(1, math.ceil(wait)))
    return answer


def _wait(desk: Desk, request: Request, ask: Ask) -> float:
    """Seconds that this client has to wait; who leaves by a link never does."""
    if request.url.path.endswith(LEAVE) and ask.method == "POST":
        return 0.0
    whose = limits.who(ask.client)
    if request.url.path.endswith("/subscribe") and ask.method == "POST":
        return desk.limits.subscribes.take(whose)
    return desk.limits.requests.take(whose)


def _plain(desk: Desk, request: Request) -> Ask:
    """The request without what can be wrong in it."""
    peer = request.client.host if request.client else ""
    head = request.headers
    forwarded = ",".join(head.getlist("x-forwarded-for"))
    return Ask(
        method="GET" if request.method == "HEAD" else request.method,
        query={}, form={},
        client=limits.client(peer, forwarded[-2000:], desk.trusted),
        languages=head.get("accept-language", ""),
        is_foreign=_is_foreign(desk, head),
    )  # fmt: skip


async def _read(request: Request, plain: Ask) -> Ask:
    query = forms.query(request.scope.get("query_string", b""))
    form = await forms.form(request) if plain.method == "POST" else {}
    return Ask(plain.method, query, form, plain.client, plain.languages, plain.is_foreign)


def _is_foreign(desk: Desk, head: Mapping[str, str]) -> bool:
    """Whether a browser says that another site's page sent this.

    Sec-Fetch-Site says it best. Under Referrer-Policy: no-referrer our own forms have
    `Origin: null`, which therefore says nothing.
    """
    if site := head.get("sec-fetch-site"):
        return site not in {"same-origin", "none"}
    origin = head.get("origin", "null")
    return origin != "null" and urlsplit(origin).netloc not in {
        head.get("host"), urlsplit(desk.url).netloc,
    }  # fmt: skip


def _faults(desk: Desk) -> dict[Any, Callable[[Request, Exception], Awaitable[Response]]]:
    """Pages for what no route answers."""

    async def fault(request: Request, failed: Exception) -> Response:
        status: int = getattr(failed, "status_code", 500)
        page = pages(desk, _plain(desk, request))
        answer = await run_in_threadpool(page.fault, status)
        for name, value in (getattr(failed, "headers", None) or {}).items():
            answer.headers[name] = value
        return answer

    return {404: fault, 405: fault}


class Guard:
    """Around everything: the prefix taken off, headers put on, a line in the log."""

    def __init__(self, app: ASGIApp, prefix: str, paths: frozenset[str]) -> None:
        self._app, self._prefix, self._paths = app, prefix, paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection (ASGI 3)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.monotonic(), 500

        async def put(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_headers(message["headers"])
            await send(message)

        bare = self._bare(scope)
        try:
            await self._app(bare, receive, put)
        except Exception as fault:  # noqa: BLE001 - a traceback in the server's log may quote an address
            LOG.error("a page failed (%s)", type(fault).__name__)  # noqa: TRY400 - the same
        took = (time.monotonic() - started) * 1000
        LOG.info("%s %s %d %.0f ms", _method(scope), self._shown(bare["path"]), status, took)

    def _shown(self, path: str) -> str:
        """The page that answered; a path that is none of ours may hold an address."""
        return path if path in self._paths else "-"

    def _bare(self, scope: Scope) -> Scope:
        path: str = scope["path"]
        if self._prefix and path.startswith(self._prefix + "/"):
            path = path[len(self._prefix) :]
        return {**scope, "path": path, "root_path": ""}


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in METHODS else "-"


def _with_headers(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    there = {name.lower() for name, _ in headers}
    more = [(n.lower().encode(), v.encode()) for n, v in HEADERS.items()]
    return [*headers, *(pair for pair in more if pair[0] not in there)]
