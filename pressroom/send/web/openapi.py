"""The pages as OpenAPI 3.1, for those who test them or write a form of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pressroom.send.web.subscribing import MOST_ADDRESS, MOST_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = {"text/html": {"schema": {"type": "string"}}}
WORDS = {
    200: "The page.", 400: "Not readable, or a field is wrong.",
    403: "The form came from elsewhere, or was open too long.",
    404: "The link belongs to nobody.", 405: "Not by this method.",
    408: "The body did not come in time.", 413: "The body is over 64 KB.",
    429: "Too many requests; Retry-After says how long to wait.",
    503: "Busy; Retry-After says how long to wait.",
}  # fmt: skip


def described(title: str, editions: Sequence[str]) -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title}: public pages",
            "version": "1",
            "description": "A GET changes nothing. No cookies. Pages are in the reader's language.",
        },
        "paths": {path: _path(path, editions) for path in _PATHS},
    }


def _path(path: str, editions: Sequence[str]) -> dict[str, Any]:
    summary, token, form = _PATHS[path]
    fields = form(editions) if form else None
    told: dict[str, Any] = {"get": _get(path, summary, token=token)}
    if fields:
        told["post"] = _post(path, summary, fields, token=token)
    return told


def _get(path: str, summary: str, *, token: bool) -> dict[str, Any]:
    kind = _KINDS.get(path)
    content = (
        {kind: {"schema": {"type": "object" if "json" in kind else "string"}}} if kind else PAGE
    )
    fixed = path in {"/pages.css", "/openapi.json"}
    return {
        "operationId": f"show{path.replace('/', '_').replace('.', '_').replace('-', '_')}",
        "summary": summary,
        "parameters": [] if fixed else _parameters(token=token),
        "responses": _responses(200, 400, 404, 429, 503, content=content),
    }  # fmt: skip


def _post(path: str, summary: str, fields: dict[str, Any], *, token: bool) -> dict[str, Any]:
    schema = {"type": "object", "properties": fields["of"], "required": fields["required"]}
    return {
        "operationId": f"do{path.replace('/', '_')}",
        "summary": summary,
        "parameters": _parameters(token=token),
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {"schema": schema},
                "multipart/form-data": {"schema": schema},
            },
        },
        "responses": _responses(200, 400, 403, 404, 408, 413, 429, 503),
    }


def _parameters(*, token: bool) -> list[dict[str, Any]]:
    lang = {
        "name": "lang", "in": "query", "schema": {"type": "string", "maxLength": 40},
        "description": "The edition whose language the page speaks.",
    }  # fmt: skip
    mine = {
        "name": "t", "in": "query", "schema": {"type": "string", "maxLength": 512},
        "description": "The token of the link.",
    }  # fmt: skip
    return [mine, lang] if token else [lang]


def _responses(*statuses: int, content: dict[str, Any] = PAGE) -> dict[str, Any]:
    return {
        str(status): {"description": WORDS[status], "content": content | PAGE}
        for status in statuses
    }


def _text(most: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": most}


def _subscribe(editions: Sequence[str]) -> dict[str, Any]:
    return {
        "required": ["address", "edition", "form"],
        "of": {
            "address": {"type": "string", "format": "email", "maxLength": MOST_ADDRESS},
            "name": _text(MOST_NAME),
            "edition": {"type": "string", "enum": list(editions)},
            "form": _text(512),
        },
    }


def _preferences(editions: Sequence[str]) -> dict[str, Any]:
    return {
        "required": ["t", "form", "do"],
        "of": {
            "t": _text(512),
            "form": _text(512),
            "do": {"type": "string", "enum": ["save", "pause", "resume"]},
            "edition": {"type": "string", "enum": list(editions)},
            "name": _text(MOST_NAME),
            "early": {"type": "string", "enum": ["yes"]},
        },
    }


def _token(_editions: Sequence[str]) -> dict[str, Any]:
    return {"required": ["t"], "of": {"t": _text(512)}}


def _one_click(_editions: Sequence[str]) -> dict[str, Any]:
    return {
        "required": ["List-Unsubscribe"],
        "of": {"List-Unsubscribe": {"type": "string", "enum": ["One-Click"]}},
    }


def _erase(_editions: Sequence[str]) -> dict[str, Any]:
    sure = {"type": "string", "enum": ["yes"]}
    return {
        "required": ["t", "form", "sure"],
        "of": {"t": _text(512), "form": _text(512), "sure": sure},
    }


_KINDS = {
    "/own-data": "application/json", "/openapi.json": "application/json", "/pages.css": "text/css",
}  # fmt: skip
_PATHS: dict[str, tuple[str, bool, Any]] = {
    "/subscribe": ("Ask for the newsletter; a mail with a link follows.", False, _subscribe),
    "/confirm": ("Confirm by the link of that mail.", True, _token),
    "/preferences": ("Edition, name, a break.", True, _preferences),
    "/unsubscribe": ("Leave, by a button or by one click (RFC 8058).", True, _one_click),
    "/erase": ("Have everything erased.", True, _erase),
    "/own-data": ("All that is held of one reader.", True, None),
    "/pages.css": ("The look of the pages.", False, None),
    "/openapi.json": ("This description.", False, None),
}
