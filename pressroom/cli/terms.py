"""terms list, add, find, check, harvest, export, import: the term base."""

from __future__ import annotations

from pathlib import Path

import click

from pressroom.cli import say
from pressroom.errors import UsageError
from pressroom.model import Locale
from pressroom.newsroom import termbase, terming


@click.group()
def terms() -> None:
    """The term base."""


@terms.command("list")
@say.as_json
@click.pass_context
def list_(ctx: click.Context, json_: bool) -> None:
    """Every term with its forms."""
    found = termbase.terms(say.room(ctx))
    if json_:
        return say.data(found)
    for name in found:
        say.line(f"{name.slug:<32} {' · '.join(name.every())}")
    return None


@terms.command()
@click.argument("form")
@say.as_json
@click.pass_context
def find(ctx: click.Context, form: str, json_: bool) -> None:
    """Where a term stands, over all issues, by any of its forms."""
    found = termbase.find_term(say.room(ctx), form)
    if json_:
        return say.data([{"path": p, "line": n, "text": t} for p, n, t in found])
    for path, number, text in found:
        say.line(f"{path}:{number}  {text.strip()[:100]}")
    say.line(f"{len(found)} places.")
    return None


@terms.command()
@click.argument("words", nargs=-1, required=True, metavar="[SLUG] LOCALE=FORM...")
@click.option("--origin", default="", help="The language it comes from: no gloss is needed there.")
@click.option("--reading", default="", help="Its pinyin, where the dictionary is wrong.")
@click.option("--note", default="", help="A note for those who use it.")
@click.pass_context
def add(ctx: click.Context, words: tuple[str, ...], origin: str, reading: str, note: str) -> None:
    """Write a term into terms.toml, below what stands there."""
    slug = "" if "=" in words[0] else words[0]
    pairs = [word.partition("=") for word in words[bool(slug) :]]
    if not pairs or not all(equals and form.strip() for _, equals, form in pairs):
        raise UsageError('Write LOCALE=FORM, such as en="smart terminals" zh-Hans=智能终端.')
    forms = {Locale(tag): form.strip() for tag, _, form in pairs}
    lines = terming.add(say.room(ctx), slug, forms, origin=origin, reading=reading, note=note)
    click.echo(lines.strip())
    say.line("Wrote it into terms.toml.")


@terms.command()
@say.as_json
@click.pass_context
def check(ctx: click.Context, json_: bool) -> None:
    """What is wrong with terms.toml itself: forms taken twice, mixed scripts, readings."""
    found = terming.check(say.room(ctx))
    if json_:
        keys = ("rule", "severity", "path", "line", "message", "fix")
        say.data([{key: getattr(f, key) for key in keys} for f in found])
    else:
        for f in found:
            say.line(f"{f.path}:{f.line}  {f.message}")
            say.line(f"     Fix: {f.fix}")
        say.line("Nothing found." if not found else f"{len(found)} findings.")
    if found:
        ctx.exit(1)


@terms.command()
@click.option("--least", default=3, help="How often a word must stand to be offered.")
@say.as_json
@click.pass_context
def harvest(ctx: click.Context, least: int, json_: bool) -> None:
    """Inline glosses and frequent words that are not in terms.toml, with the lines to add."""
    found = terming.harvest(say.room(ctx), least=least)
    if json_:
        return say.data(found)
    for candidate in found:
        path, number = candidate.places[0]
        place = f"{say.short(path, say.room(ctx).root)}:{number}"
        say.line(f"# {candidate.kind}, {candidate.count} times, first at {place}")
        click.echo(candidate.toml.strip() + "\n")
    say.line(f"# {len(found)} candidates. Copy what you want into terms.toml.")
    return None


@terms.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def export(ctx: click.Context, file: Path) -> None:
    """Write the term base as .tsv or .tbx (ISO 30042), by the file's ending."""
    say.line(f"Wrote {terming.export(say.room(ctx), file)} terms to {file}.")


@terms.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def import_(ctx: click.Context, file: Path) -> None:
    """Add the new terms of a .tsv or .tbx; what differs from ours is named, ours stays."""
    merged = terming.import_(say.room(ctx), file)
    for line in (*merged.refused, *merged.differs):
        say.line(f"Look {line}")
    say.line(f"{len(merged.added)} new, {merged.same} the same, {len(merged.differs)} differ.")
    if merged.refused:
        ctx.exit(1)
