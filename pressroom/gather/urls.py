"""Addresses: one form for each page, and which schemes may be followed at all."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|mc_cid|mc_eid|igshid|spm|scm|from"
    r"|isappinstalled)(?:=.*)?",
    re.IGNORECASE | re.DOTALL,
)
PORTS = {"http": 80, "https": 443}
DIRTY = re.compile(r"[\x00-\x20\x7f]")


def canonical(url: str) -> str:
    """The one form of a page's address by which two items are known to be the same.

    Dropped: fragment, tracking parameters, default port, trailing dot of the host. Host and
    scheme become lower case. The order of parameters and the path stay as they are, and so
    does a fragment that is a route (`#/news/1`, `#!/news/1`): there it names the page.
    An address that cannot be parsed is returned as it is.

    >>> canonical("HTTPS://Example.ORG:443/a?utm_source=x&id=7#top")
    'https://example.org/a?id=7'
    """
    cleaned = DIRTY.sub(lambda found: "%20" if found.group() == " " else "", url.strip())
    try:
        parts = urlsplit(cleaned)
        host = _host(parts)
    except ValueError:
        return url
    if parts.scheme not in PORTS:
        return cleaned
    return urlunsplit(
        (parts.scheme, host, parts.path or "/", _query(parts.query), _route(parts.fragment))
    )


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    if parts.port in {None, PORTS.get(parts.scheme)}:
        return host
    return f"{host}:{parts.port}"


def _query(query: str) -> str:
    return "&".join(p for p in query.split("&") if p and not TRACKING.fullmatch(p))


def _route(fragment: str) -> str:
    return fragment if fragment.startswith(("/", "!")) else ""


def safe(url: str, *, source: bool = False) -> bool:
    """Whether an address may be kept as a link: http or https with a host.

    A source's own address may also be `file:`.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        return False
    if source and parts.scheme == "file":
        return True
    return parts.scheme in PORTS and bool(parts.hostname)
