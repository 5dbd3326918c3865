"""From an issue's files to what is printed: editions, mails, the published folder."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from pressroom.errors import SendError, SettingsError
from pressroom.lang import language
from pressroom.manuscript import corrections
from pressroom.manuscript.edition import Column, joined, machine_labels
from pressroom.manuscript.edition import edition as lay_out
from pressroom.manuscript.expand import Shelf
from pressroom.manuscript.issue import (
    ISSUE,
    PICTURES,
    read_figures,
    read_sources,
)
from pressroom.model import DeliveryState, House, Locale, Medium, sha256
from pressroom.newsroom.drafting import section_plugins
from pressroom.newsroom.live import Ask
from pressroom.newsroom.proofs import Spread
from pressroom.send.message import MailEdition
from pressroom.store.files import sweep, write_atomic, write_changed
from pressroom.workspace import PARALLEL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pressroom.manuscript.folder import Folder
    from pressroom.manuscript.issue import Issue
    from pressroom.model import EditionBody, Outlet, Part, Rendering
    from pressroom.workspace import Workspace

MANIFEST = "manifest.json"
OVER = {
    DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNCERTAIN, DeliveryState.BOUNCED,
}  # fmt: skip


def edition(
    ws: Workspace, found: Folder, locale: Locale, probes: Mapping[str, Sequence[Part]]
) -> EditionBody:
    """One edition of an issue, all shorthands expanded."""
    folder = found.issue.folder
    told = Spread(ws)
    made = corrections.read(folder)
    notes = corrections.notes(made, locale, told.words)
    shelf = Shelf(
        locale=locale,
        home=ws.settings.masthead.home,
        slug=found.issue.slug,
        names=told.names(locale),
        sources=read_sources(folder),
        outlets={slug: _outlet(o, told) for slug, o in ws.outlets.items()},
        figures=told.figures(read_figures(folder)),
        probes=_probes(folder, locale, told) if locale in found.derived else probes,
        help_lines=_help_lines(ws, locale, told),
        labels=machine_labels(found.of(locale), found.records(locale), locale),
        corrections=notes,
        gloss=ws.settings.style.gloss,
    )
    body = lay_out(found.issue, shelf, found.opening(locale), _columns(ws, found, locale, told))
    notice = corrections.notice(made, locale, notes)
    return replace(body, notice=" ".join(filter(None, (body.notice, notice))))


def _columns(ws: Workspace, found: Folder, locale: Locale, told: Spread) -> list[Column]:
    columns = []
    for table, section in zip(ws.settings.sections, section_plugins(ws), strict=True):
        if script := found.printed.get((table.kind, locale)):
            words = language(locale).words
            own = told.words(table.label).get(locale)
            label = own or words.get(f"label_{table.kind}") or f"_{table.kind.upper()}"
            stock = "" if own else words.get(f"spoken_{table.kind}", "")
            spoken = told.words(table.spoken).get(locale) or stock or _aloud(label)
            parts = section.assemble(script.blocks)
            columns.append(Column(table.kind, label, spoken, script, parts, table.after))
    return columns


def _aloud(label: str) -> str:
    """A kicker such as `_IN_OUR_FEEDS` as one says it."""
    return label.strip("_").replace("_", " ")


def _help_lines(ws: Workspace, locale: Locale, told: Spread) -> dict[str, list[str]]:
    return {
        topic: [f"{_country(told.words(line.country), locale)} {line.line}" for line in lines]
        for topic, lines in ws.settings.help.items()
    }


def _country(words: Mapping[Locale, str], locale: Locale) -> str:
    return words.get(locale) or next(iter(words.values()))


def _outlet(outlet: Outlet, told: Spread) -> Outlet:
    name, about = told.words(outlet.name, named=True), told.words(outlet.about)
    return replace(outlet, name=name, about=about)


def _probes(folder: Path, locale: Locale, told: Spread) -> Mapping[str, Sequence[Part]]:
    """What `![[probe:NAME]]` stands for in a derived edition."""
    from pressroom.probe.show import parts, read_probe

    probe = read_probe(folder)
    if probe is None:
        return {}
    columns = tuple(told.words(column) for column in probe.columns)
    shown = tuple(replace(e, summary=told.words(e.summary or {})) for e in probe.excerpts)
    words = told.words(probe.method)
    return parts(replace(probe, method=words, columns=columns, excerpts=shown), locale)


def house(ws: Workspace) -> House:
    """What every page and mail says of the newsroom."""
    head, told = ws.settings.masthead, Spread(ws)
    names = {tag: _title(ws, tag, told) for tag in ws.locales}
    layers = ws.layers("templates")
    return House(
        names, told.words(_tags(head.tagline)), head.home, head.address, ws.locales, layers
    )


def _title(ws: Workspace, locale: Locale, told: Spread) -> str:
    if locale == PARALLEL:
        return joined(*(_title(ws, side, told) for side in ws.sides))
    head = ws.settings.masthead
    names = {head.original: head.name} | head.names
    return told.words(names, named=True).get(locale, head.name)


def _tags(words: Mapping[str, str]) -> dict[Locale, str]:
    return {Locale(tag): text for tag, text in words.items()}


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
        list_name=_title(ws, body.locale, Spread(ws)),
        archive_url=f"{head.home}{issue.slug}/{body.locale}/",
        unsubscribe=way.unsubscribe or f"{readers_url(ws)}unsubscribe",
        date=now,
        preferences=way.preferences or f"{readers_url(ws)}preferences",
        bounces=way.bounces,
        verp=way.verp,
        languages=", ".join(ws.sides) if body.locale == PARALLEL else "",
    )


def readers_url(ws: Workspace) -> str:
    """Where the readers' own pages are public, with a slash at its end."""
    return ws.settings.serve.url or ws.settings.masthead.home


def sender_domain(ws: Workspace) -> str:
    """The domain of the From address."""
    from email.utils import parseaddr

    return parseaddr(ws.settings.delivery.sender)[1].rpartition("@")[2]


def asks(
    ws: Workspace, slug: str, mails: Mapping[Locale, MailEdition], site: Mapping[str, bytes]
) -> list[Ask]:
    """All that a mail links to on our own site: pages, pictures, unsubscribe, preferences."""
    found = [ask for mail in mails.values() for ask in _page(ws, slug, mail.locale, site)]
    found += _shown(ws, slug, site)
    links = {url for mail in mails.values() for url in (mail.unsubscribe, mail.preferences) if url}
    return found + [Ask(f"{url}{'&' if '?' in url else '?'}t=test") for url in sorted(links)]


def pages(
    ws: Workspace, slug: str, bodies: Sequence[EditionBody], site: Mapping[str, bytes]
) -> list[Ask]:
    """The pages and pictures of an issue on the live site."""
    found = [ask for body in bodies for ask in _page(ws, slug, body.locale, site)]
    return found + _shown(ws, slug, site)


def _page(ws: Workspace, slug: str, locale: Locale, site: Mapping[str, bytes]) -> list[Ask]:
    data = site.get(f"{slug}/{locale}/index.html", b"")
    return [Ask(f"{ws.settings.masthead.home}{slug}/{locale}/", _hash(ws, data))]


def _shown(ws: Workspace, slug: str, site: Mapping[str, bytes]) -> list[Ask]:
    pictures = [name for name in site if name.startswith(f"{slug}/figures/")]
    home = ws.settings.masthead.home
    return [Ask(home + quote(name), _hash(ws, site[name])) for name in pictures]


def _hash(ws: Workspace, data: bytes) -> str:
    return sha256(data) if ws.settings.archive.compare == "bytes" else ""


def run_publish(ws: Workspace, out: Path) -> None:
    """Run the newsroom's own command that copies public/ to the live site."""
    import subprocess

    command = ws.settings.archive.publish
    if not command:
        raise SettingsError(
            "newsletter.toml: archive.publish: is empty. Write the command that copies public/ "
            'to your site, such as ["rsync", "-a", "public/", "host:/srv/letter/"].'
        )
    try:
        done = subprocess.run(list(command), cwd=out, check=False)  # noqa: S603 - the newsroom's own command, no shell
    except OSError as fault:
        raise SettingsError(
            f"newsletter.toml: archive.publish: {command[0]} does not run ({fault.strerror})."
        ) from None
    if done.returncode:
        raise SendError(f"{command[0]}: ended with {done.returncode}; see above.")


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


def secret(variable: str, key: str = "delivery.password_env") -> str:
    """A password from the environment; its value never enters a message."""
    if value := os.environ.get(variable):
        return value
    raise SettingsError(f"newsletter.toml: {key}: the environment has no {variable}. Set it.")


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
