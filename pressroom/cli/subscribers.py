"""Commands for readers: their data never enters git, and is printed where it is asked for."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom import pipeline
from pressroom.cli import say
from pressroom.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pressroom.model import Locale
    from pressroom.store.mailing_list import LineReport
    from pressroom.store.records import Record

NOBODY = "Nobody has this address."

in_words = click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[SEGMENT]...")


@click.group()
def subscribers() -> None:
    """Readers: import, export, list, move, tag, suppress, forget. Their data never enters git.

    A SEGMENT is words such as: tag:press -tag:staff edition:en joined:>2025-01-01
    """


@subscribers.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--update", is_flag=True, help="Change name, edition, tags of active readers too.")
@say.as_json
@click.pass_context
def import_(ctx: click.Context, file: Path, update: bool, json_: bool) -> None:
    """Add readers from a CSV: address, name, edition, tags, consent_at, consent_how, ..."""
    room = say.room(ctx)
    with pipeline.mailing(room) as base:
        reports = base.import_csv(file, room.locales, update=update)
    if json_:
        say.data(reports)
    else:
        _told(reports)
    if any(report.outcome == "refused" for report in reports):
        ctx.exit(1)


def _told(reports: Sequence[LineReport]) -> None:
    for report in reports:
        if report.message:
            say.line(f"Look {report}")
    outcomes = [report.outcome for report in reports]
    tally = {word: outcomes.count(word) for word in ("added", "changed", "kept", "refused")}
    if not tally["changed"]:
        del tally["changed"]
    say.line(say.listed(f"{n} {word}" for word, n in tally.items()) + ".")


@subscribers.command(context_settings={"ignore_unknown_options": True})
@in_words
@click.pass_context
def export(ctx: click.Context, words: tuple[str, ...]) -> None:
    """Print readers as the CSV that an import reads: all, or those of a SEGMENT."""
    from pressroom.store.list_export import COLUMNS

    with pipeline.mailing(say.room(ctx)) as base:
        rows = base.export_rows(" ".join(words))
    if rows:
        out = csv.DictWriter(sys.stdout, COLUMNS)
        out.writeheader()
        out.writerows(rows)


@subscribers.command("list", context_settings={"ignore_unknown_options": True})
@in_words
@click.option("--state", help="pending, active, paused, unsubscribed, bounced, complained.")
@click.option("--tag", help="Those who have it.")
@click.option("--edition", help="Those who read it.")
@say.as_json
@click.pass_context
def list_(
    ctx: click.Context, words: tuple[str, ...], state: str | None, tag: str | None,
    edition: str | None, json_: bool,
) -> None:  # fmt: skip
    """How many active readers each edition has; with a SEGMENT or an option, who they are."""
    given = {"state": state, "tag": tag, "edition": edition}
    asked = [*words, *(f"{name}:{value}" for name, value in given.items() if value)]
    if asked:
        return _who(ctx, " ".join(asked), json_=json_)
    with pipeline.mailing(say.room(ctx)) as base:
        counts = base.counts()
    return say.data(counts) if json_ else _counted(counts)


def _counted(counts: Mapping[Locale, int] | Mapping[str, int]) -> None:
    for name, number in counts.items():
        say.line(f"  {name:<12} {number:>6}")


def _who(ctx: click.Context, words: str, *, json_: bool) -> None:
    from pressroom.store.segments import find, segment

    chosen = segment(words)
    with pipeline.mailing(say.room(ctx)) as base:
        rows = find(base, chosen)
    if json_:
        return say.data([_plain(row) for row in rows])
    for row in rows:
        tags = "".join(f" +{tag}" for tag in row.tags)
        say.line(f"  {row.edition:<10} {row.state:<12} {row.address}  {row.name}{tags}")
    return say.line(f"{len(rows)} readers.")


def _plain(row: Record) -> dict[str, object]:
    names = ("address", "name", "edition", "state", "tags", "added")
    return {name: getattr(row, name) for name in names}


@subscribers.command()
@click.argument("address")
@say.as_json
@click.pass_context
def show(ctx: click.Context, address: str, json_: bool) -> None:
    """All that is held of one person: consent, states, what was sent, what came back."""
    from pressroom.store.readers import data_of

    with pipeline.mailing(say.room(ctx)) as base:
        data = data_of(base, address)
    if data is None:
        raise UsageError(NOBODY)
    if json_:
        return say.data(data)
    for name, value in _lines(data):
        say.line(f"  {name:<16} {value}")
    return None


def _lines(data: Mapping[str, object]) -> Iterable[tuple[str, object]]:
    for name, value in data.items():
        if isinstance(value, dict):
            yield from ((f"{name} {part}", words) for part, words in value.items())
        elif isinstance(value, list):
            yield from ((name, say.listed(map(str, row.values()))) for row in value)
        else:
            yield name, say.listed(value) if isinstance(value, tuple) else value


@subscribers.command()
@click.argument("address")
@click.argument("edition")
@click.pass_context
def move(ctx: click.Context, address: str, edition: str) -> None:
    """Change the edition that a reader gets."""
    room = say.room(ctx)
    named = {tag.casefold(): tag for tag in room.locales}
    if edition.casefold() not in named:
        known = did_you_mean(edition, room.locales)
        raise UsageError(f'There is no edition "{edition}".{known}')
    with pipeline.mailing(room) as base:
        moved = base.move(address, named[edition.casefold()])
    say.line("Moved." if moved else NOBODY)


@subscribers.command(context_settings={"ignore_unknown_options": True})
@click.argument("address")
@click.argument("tags", nargs=-1, required=True, type=click.UNPROCESSED, metavar="+TAG|-TAG...")
@click.pass_context
def tag(ctx: click.Context, address: str, tags: tuple[str, ...]) -> None:
    """Give a reader tags (+press) and take them (-staff)."""
    from pressroom.store import tagging

    add, drop = tagging.signs(tags)
    with pipeline.mailing(say.room(ctx)) as base:
        now = tagging.tag(base, address, add=add, drop=drop)
    say.line(NOBODY if now is None else f"Tags now: {say.listed(now) or 'none'}.")


@subscribers.command()
@click.argument("address", required=False)
@click.option("--why", type=click.Choice(["complaint", "bounce", "request"]), help="Kept with it.")
@click.pass_context
def suppress(ctx: click.Context, address: str | None, why: str | None) -> None:
    """Never mail an address again, whatever an import says; without one: how many there are."""
    from pressroom.store import suppression

    with pipeline.mailing(say.room(ctx)) as base:
        if address is None:
            return _counted(suppression.counts(base))
        if why is None:
            raise UsageError("Nothing was suppressed. Say --why complaint, bounce or request.")
        known = suppression.suppress(base, address, why)
    return say.line("Suppressed; the reader gets no more mail." if known else "Suppressed.")


@subscribers.command()
@click.argument("address")
@click.option("--reason", help="In place of typing it.")
@click.pass_context
def unsuppress(ctx: click.Context, address: str, reason: str | None) -> None:
    """Let an address be added again; asks for the reason, which is kept. Activates nobody."""
    from pressroom.store import suppression

    with pipeline.mailing(say.room(ctx)) as base:
        why = suppression.suppressed(base, address)
        if not why:
            return say.line("This address is not suppressed.")
        if reason is None and not sys.stdin.isatty():
            raise UsageError("Nothing was lifted. Off a terminal give --reason TEXT.")
        words = reason or click.prompt(f"Suppressed ({why}). Why lift it?", err=True)
        suppression.unsuppress(base, address, words)
    return say.line("Lifted. The reader may subscribe again.")


@subscribers.command()
@click.argument("address")
@click.pass_context
def forget(ctx: click.Context, address: str) -> None:
    """Erase a reader; a hash stays, so that no import brings them back."""
    with pipeline.mailing(say.room(ctx)) as base:
        known = base.forget(address)
    say.line("Forgotten." if known else NOBODY)
