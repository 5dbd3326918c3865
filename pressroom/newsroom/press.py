"""From an issue's files to what is printed: editions, mails, the published folder."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pressroom.errors import SettingsError
from pressroom.manuscript.edition import Column, machine_labels
from pressroom.manuscript.edition import edition as lay_out
from pressroom.manuscript.expand import Shelf
from pressroom.manuscript.issue import (
    ISSUE,
    PICTURES,
    read_figures,
    read_records,
    read_sources,
)
from pressroom.model import DeliveryState, Locale, Medium, sha256
from pressroom.newsroom.drafting import section_plugins
from pressroom.newsroom.proofs import names
from pressroom.send.message import MailEdition
from pressroom.store.files import sweep, write_atomic, write_changed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pressroom.manuscript.folder import Folder
    from pressroom.manuscript.issue import Issue
    from pressroom.model import EditionBody, Part, Rendering
    from pressroom.workspace import Workspace

MANIFEST = "manifest.json"
OVER = {DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNCERTAIN}


def edition(
    ws: Workspace, found: Folder, locale: Locale, probes: Mapping[str, Sequence[Part]]
) -> EditionBody:
    """One edition of an issue, all shorthands expanded."""
    folder = found.issue.folder
    shelf = Shelf(
        locale=locale,
        home=ws.settings.masthead.home,
        slug=found.issue.slug,
        names=names(ws),
        sources=read_sources(folder),
        outlets=ws.outlets,
        figures=read_figures(folder),
        probes=probes,
        help_lines=_help_lines(ws, locale),
        labels=machine_labels(found.of(locale), read_records(folder), locale),
    )
    return lay_out(found.issue, shelf, found.opening(locale), _columns(ws, found, locale))


def _columns(ws: Workspace, found: Folder, locale: Locale) -> list[Column]:
    columns = []
    for table, section in zip(ws.settings.sections, section_plugins(ws), strict=True):
        if script := found.scripts.get((table.kind, locale)):
            label = table.label.get(locale) or f"_{table.kind.upper()}"
            spoken = table.spoken.get(locale) or label.strip("_").replace("_", " ")
            parts = section.assemble(script.blocks)
            columns.append(Column(table.kind, label, spoken, script, parts))
    return columns


def _help_lines(ws: Workspace, locale: Locale) -> dict[str, list[str]]:
    return {
        topic: [
            f"{line.country.get(locale) or next(iter(line.country.values()))} {line.line}"
            for line in lines
        ]
        for topic, lines in ws.settings.help.items()
    }


def mail(
    ws: Workspace, issue: Issue, body: EditionBody, files: Sequence[Rendering], now: datetime
) -> MailEdition:
    """One edition ready to be addressed."""
    head, way = ws.settings.masthead, ws.settings.delivery
    data = {r.medium: r.data for r in files}
    return MailEdition(
        issue=issue.slug,
        locale=body.locale,
        subject=plain(body.subject),
        html=data[Medium.HTML],
        text=data[Medium.TEXT],
        sender=way.sender,
        reply_to="",
        list_id=way.list_id or f"newsletter.{urlsplit(head.home).hostname}",
        list_name=head.title(body.locale),
        archive_url=f"{head.home}{issue.slug}/{body.locale}/",
        unsubscribe=way.unsubscribe or f"{head.home}unsubscribe",
        date=now,
    )


def plain(markdown: str) -> str:
    """A line without its Markdown escapes, as a mail header or a title shows it."""
    import html
    import re

    return html.unescape(re.sub(r"\\([\\`*_\[\]<>|#~])", r"\1", markdown))


def pictures(folder: Path) -> list[Path]:
    """The picture files of an issue, sorted."""
    figures = folder / "figures"
    if not figures.is_dir():
        return []
    return sorted(p for p in figures.iterdir() if p.suffix in PICTURES and p.is_file())


def publish(out: Path, files: Mapping[str, bytes]) -> int:
    """Write what differs and remove what an earlier build wrote and this one did not.

    `public/manifest.json` names each public file with its SHA-256, so that a publication can
    be compared; files that we never wrote (a CNAME, say) are left alone.
    """
    listed = {
        n.removeprefix("public/"): sha256(d) for n, d in files.items() if n.startswith("public/")
    }
    manifest = out / "public" / MANIFEST
    before = json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}
    for place in sorted({(out / name).parent for name in files}):
        sweep(place)
    changed = sum(write_changed(out / name, data) for name, data in files.items())
    for name in set(before) - set(listed):
        (out / "public" / name).unlink(missing_ok=True)
    write_changed(manifest, (json.dumps(listed, indent=1, sort_keys=True) + "\n").encode())
    return changed


def secret(variable: str) -> str:
    """A password from the environment; its value never enters a message."""
    if value := os.environ.get(variable):
        return value
    raise SettingsError(
        f"newsletter.toml: delivery.password_env: the environment has no {variable}. Set it."
    )


def is_over(counts: Mapping[DeliveryState, int]) -> bool:
    """Whether nothing of an issue waits any more."""
    return bool(counts) and all(not n or state in OVER for state, n in counts.items())


def mark_listed(folder: Path, now: datetime) -> None:
    """Note in issue.toml that the issue has gone out, once."""
    import tomlkit

    path = folder / ISSUE
    table = tomlkit.parse(path.read_text(encoding="utf-8") if path.is_file() else "")
    if not table.get("listed"):
        table["listed"] = now.isoformat(timespec="seconds")
        write_atomic(path, tomlkit.dumps(table).encode())
