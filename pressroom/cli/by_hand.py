"""What `gather` does besides gathering: one page by hand, a look, a merge, a list of feeds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import click

from pressroom.cli import say
from pressroom.errors import UsageError
from pressroom.newsroom import gathering

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CLIPBOARDS = (
    ("wl-paste", "--no-newline"), ("xclip", "-selection", "clipboard", "-o"),
    ("xsel", "--clipboard", "--output"), ("pbpaste",),
    ("powershell.exe", "-NoProfile", "-Command", "Get-Clipboard"),
)  # fmt: skip
LONGEST = 5_000_000
"""Bytes of standard input, or characters of the clipboard, that are taken."""

OPTIONS = (
    click.option("--add", metavar="URL", help="Keep one page or PDF."),
    click.option("--outlet", metavar="O", help="--add, --paste, --try: whose page it is."),
    click.option(
        "--paste", is_flag=True, help="Keep a copied text: standard input, clipboard or $EDITOR."
    ),
    click.option("--url", metavar="U", help="--paste: the address it was copied from."),
    click.option(
        "--try", "try_", metavar="URL|S", help="Guess a page's selectors; print settings."
    ),
    click.option(
        "--merge", metavar="FILE", type=click.Path(), help="Join another machine's clippings.db."
    ),
    click.option("--extract", metavar="FILE|URL", help="Print title, date and text; keep nothing."),
    click.option("--opml", metavar="FILE", type=click.Path(), help="Print settings for its feeds."),
    click.option("--export-opml", is_flag=True, help="Print the sources as OPML."),
)


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that make `gather` do one of these instead."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def run(ctx: click.Context, given: Mapping[str, Any], *, json_: bool) -> bool:
    """Do what was asked for, if anything was; whether it was."""
    wanted = [name for name in ACTIONS if given[name]]
    if len(wanted) > 1:
        raise UsageError(f"One at a time: --{wanted[0].strip('_')} or --{wanted[1].strip('_')}.")
    if wanted:
        ACTIONS[wanted[0]](ctx, given, json_)
    elif given["url"] or given["outlet"]:
        raise UsageError("--url and --outlet go with --paste, --add or --try.")
    return bool(wanted)


def _add(ctx: click.Context, given: Mapping[str, Any], json_: bool) -> None:
    room = say.room(ctx)
    item, is_new, fault = gathering.add(room, given["add"], given["outlet"] or "", say.now())
    _kept(ctx, item, json_, is_new=is_new, fault=fault)


def _paste(ctx: click.Context, given: Mapping[str, Any], json_: bool) -> None:
    if not given["url"]:
        raise UsageError("--paste needs the address: --url https://...")
    room = say.room(ctx)
    text = _pasted()
    item, is_new, fault = gathering.paste(
        room, text, given["url"], given["outlet"] or "", say.now()
    )
    _kept(ctx, item, json_, is_new=is_new, fault=fault)


def _kept(ctx: click.Context, item: Any, json_: bool, *, is_new: bool, fault: str) -> None:
    if json_:
        row = {"id": item.id, "title": item.hed, "url": item.url, "outlet": item.outlet}
        published = item.published.isoformat() if item.published else None
        say.data(row | {"published": published, "new": is_new, "fault": fault})
    else:
        if fault:
            say.line(f"Look at it: {fault}")
        say.line(f"{'Kept' if is_new else 'Was kept before'}: [@{item.id}] {item.hed}")
        say.line(f"  {len(item.text)} characters, {item.outlet}, {item.published or 'no date'}")
        say.line("Next: pressroom stories")
    if fault == gathering.OTHER_TEXT:
        ctx.exit(1)


def _pasted() -> str:
    """Standard input where it is no terminal, in any encoding, else the clipboard, else the editor."""
    from pressroom.gather.encoding import decode

    if not sys.stdin.isatty():
        return decode(sys.stdin.buffer.read(LONGEST)).text
    for command in CLIPBOARDS:
        if which(command[0]) and (text := _output(command)):
            first = say.fit(text.strip().splitlines()[0], 60)
            if click.confirm(f"Take the {len(text)} characters of the clipboard, “{first}”?"):
                return text
            break
    return click.edit("") or ""


def _output(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace")[:LONGEST].strip()


def _try(ctx: click.Context, given: Mapping[str, Any], json_: bool) -> None:
    tried = gathering.try_page(say.room(ctx), given["try_"], given["outlet"] or "", say.now())
    if json_:
        say.data(tried)
        return
    if tried.guess.fault:
        click.echo(f"Look: {tried.guess.fault}", err=True)
    if not tried.guess.sure:
        ctx.exit(1)
    for title, url, day in tried.guess.sample:
        click.echo(f"  {day or '':<12.10} {say.fit(title, 60)}  {url}", err=True)
    click.echo(f"Sure: {tried.guess.sure:.0%}. Lines for newsletter.toml:", err=True)
    click.echo(tried.toml)


def _merge(ctx: click.Context, given: Mapping[str, Any], json_: bool) -> None:
    from pressroom import pipeline

    merged = pipeline.merge(say.room(ctx), Path(given["merge"]), say.now())
    if json_:
        say.data(merged)
    else:
        for fault in merged.faults:
            say.line(f"Look at {fault}")
        say.line(f"{merged.new} new items, {merged.known} known; {merged.records} new records.")
        say.line("Next: pressroom stories")
    if merged.faults:
        ctx.exit(1)


def _extract(ctx: click.Context, given: Mapping[str, Any], json_: bool) -> None:
    try:
        room = say.room(ctx)
    except UsageError:
        room = None
    found = gathering.extract(room, given["extract"], say.now())
    if json_:
        say.data(found)
    else:
        for key in ("title", "date", "author", "site", "extractor"):
            say.line(f"{key + ':':<11}{getattr(found, key) or '-'}")
        say.line(f"{'sure:':<11}{found.sure:.2f}")
        click.echo(f"\n{found.text}")
    if found.fault:
        click.echo(f"{given['extract']}: {found.fault}", err=True)
        ctx.exit(1 if not found.text else 0)


def _opml(ctx: click.Context, given: Mapping[str, Any], _json: bool) -> None:
    path = Path(given["opml"])
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file.")
    click.echo(gathering.opml_import(say.room(ctx), path))


def _export_opml(ctx: click.Context, _given: Mapping[str, Any], _json: bool) -> None:
    click.echo(gathering.opml_export(say.room(ctx)).decode())


ACTIONS: Mapping[str, Callable[[click.Context, Mapping[str, Any], bool], None]] = {
    "add": _add, "paste": _paste, "try_": _try, "merge": _merge, "extract": _extract,
    "opml": _opml, "export_opml": _export_opml,
}  # fmt: skip
