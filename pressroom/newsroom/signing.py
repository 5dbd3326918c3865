"""The newsroom's own signature on its mail (DKIM), where newsletter.toml has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.errors import SettingsError
from pressroom.newsroom.press import secret

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.send.dkim import Dkim
    from pressroom.workspace import Workspace

KEY = "delivery.dkim.key_env"


def signer(ws: Workspace) -> Dkim | None:
    """What signs each message; None where the provider does, or nobody."""
    table = ws.settings.delivery.dkim
    if table is None:
        return None
    from pressroom.send.dkim import Dkim, load_key

    words = secret(table.key_env, KEY)
    pem = words if "-----BEGIN" in words else _file(ws.root / words)
    return Dkim(table.domain, table.selector, load_key(pem))


def _file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as fault:
        raise SettingsError(
            f"newsletter.toml: {KEY}: the key's file cannot be read ({fault.strerror})."
        ) from None
