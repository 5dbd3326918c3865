"""From a newsroom's settings to the values of its public pages."""

from __future__ import annotations

import contextlib
import os
import secrets
import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pressroom.errors import SettingsError, StoreError
from pressroom.lang import endonym, language
from pressroom.lang.script import can_convert, convert
from pressroom.model import Locale
from pressroom.newsroom import press
from pressroom.workspace import PARALLEL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pressroom.model import Envelope, Reply
    from pressroom.send.web.desk import Desk, Limits
    from pressroom.store.mailing import Mailing
    from pressroom.workspace import Workspace

KEY, LEAST = "serve.key", 32
SHEETS = ("site/style.css", "pages/pages.css")


def desk(
    ws: Workspace,
    base: Mailing,
    post: Callable[[Envelope], Reply],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Desk:
    """All that the pages need; SettingsError names what is missing."""
    from pressroom.newsroom.signing import signer
    from pressroom.render.jinja import Templates
    from pressroom.send.web.desk import Desk
    from pressroom.send.web.limits import networks

    table, house = ws.settings.serve, press.house(ws)
    return Desk(
        house=house,
        words={tag: words(ws, _spoken(ws, tag)) for tag in ws.locales},
        labels={tag: _label(ws, tag) for tag in ws.locales},
        draw=Templates(house.templates).draw,
        style=b"".join(_layered(ws, name)[-1].read_bytes() for name in SHEETS),
        base=base,
        secret=secret(ws.private / KEY, table.secret_env),
        post=post,
        sender=ws.settings.delivery.sender,
        url=press.readers_url(ws),
        now=now,
        trusted=networks(table.proxies),
        limits=_limits(ws),
        signer=signer(ws),
    )


def words(ws: Workspace, locale: Locale) -> Mapping[str, str]:
    """The sentences of the pages in a language, the newsroom's own lines over the shipped ones.

    A language that has no file takes that of the edition it derives from, by script; English
    where there is none at all. `lang` says which language they are in.
    """
    if found := _written(ws, locale):
        return {"lang": locale} | found
    for source in [ws.derived.get(locale, Locale("")), *_tags(ws)]:
        if source and can_convert(source, locale) and (found := _written(ws, source)):
            turned = {key: convert(text, locale) for key, text in found.items()}
            return {"lang": locale} | turned
    return {"lang": "en"} | _written(ws, Locale("en"))


def _written(ws: Workspace, locale: Locale) -> dict[str, str]:
    for tag in dict.fromkeys((locale, *language(locale).codes)):
        if files := _layered(ws, f"pages/words.{tag}.toml"):
            return {key: text for path in files for key, text in _read(path).items()}
    return {}


def _read(path: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsError(f"templates/pages/{path.name}: is not TOML: {fault}.") from None
    if wrong := [key for key, text in table.items() if not isinstance(text, str)]:
        raise SettingsError(f'templates/pages/{path.name}: {wrong[0]}: must be words in "quotes".')
    return table


def _layered(ws: Workspace, name: str) -> list[Path]:
    """The files of this name, the shipped one first."""
    return [p for folder in reversed(ws.layers("templates")) if (p := folder / name).is_file()]


def _tags(ws: Workspace) -> list[Locale]:
    """The languages that there are sentences in."""
    found = {p for folder in ws.layers("templates") for p in folder.glob("pages/words.*.toml")}
    return sorted({Locale(p.name.split(".")[1]) for p in found})


def _spoken(ws: Workspace, locale: Locale) -> Locale:
    return ws.sides[0] if locale == PARALLEL else locale


def _label(ws: Workspace, locale: Locale) -> str:
    return " + ".join(endonym(tag) for tag in (ws.sides if locale == PARALLEL else (locale,)))


def _limits(ws: Workspace) -> Limits:
    from pressroom.send.web.desk import HOUR, Limits
    from pressroom.send.web.limits import Buckets

    table = ws.settings.serve.per_hour
    return Limits(
        requests=Buckets(table.requests, HOUR),
        subscribes=Buckets(table.subscribes, HOUR),
        mails=Buckets(table.mails, HOUR),
    )


def secret(path: Path, variable: str) -> bytes:
    """The key of all links: from the environment, else a file made for its owner alone.

    Raises SettingsError when it is too short, or others may read the file.
    """
    if value := os.environ.get(variable):
        if len(value) < LEAST:
            raise SettingsError(
                f"{variable}: is shorter than {LEAST} characters. "
                'Make one: python -c "import secrets; print(secrets.token_hex(32))"'
            )
        return value.encode()
    try:
        return _kept(path)
    except OSError as fault:
        raise StoreError(
            f"{path}: cannot be used ({fault.strerror}). Correct its permissions, or set {variable}."
        ) from fault


def _kept(path: Path) -> bytes:
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise SettingsError(f"{path}: may be read by others. Type: chmod 600 {path}")
    value = path.read_bytes().strip()
    if len(value) < LEAST:
        raise SettingsError(f"{path}: is cut short. Delete it; links sent so far then end.")
    return value


def _make(path: Path) -> None:
    """Write it whole before it has its name; of two processes the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_hex(32).encode())
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(fresh)
    fresh.unlink()
