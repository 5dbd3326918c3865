"""translate: the twin blocks of an edition, by a model, by hand, or by a translator outside."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom import pipeline
from pressroom.cli import say
from pressroom.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.newsroom.translating import Pair, Row, Translator
    from pressroom.workspace import Workspace

QUIET = frozenset(["kept", "unchanged", "not translated"])
SHOWN = 600


@click.command()
@click.argument("words", nargs=-1, metavar="[ISSUE] [BLOCK|SECTION]...")
@click.option("--to", required=True, metavar="LOCALE", help="The edition to be written.")
@click.option("--stale", is_flag=True, help="Also anew what a machine wrote and is stale.")
@click.option("--export", "out", metavar="FILE", type=click.Path(path_type=Path), help="Write a file for a translator: .xlf, .md or .tsv.")  # fmt: skip
@click.option("--import", "back", metavar="FILE", type=click.Path(path_type=Path), help="Put such a file’s translations in.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be done; call and write nothing.")
@say.as_json
@click.pass_context
def translate(
    ctx: click.Context, words: tuple[str, ...], to: str, stale: bool, out: Path | None,
    back: Path | None, dry_run: bool, json_: bool,
) -> None:  # fmt: skip
    """Write the blocks that an edition lacks; never over a person's words.

    With a model: machine drafts, held to the original and unsigned. Without: skeletons, with the
    original in private lines. Exit code 1 when a block was refused.
    """
    if out and back:
        raise UsageError("--export and --import are two errands. Give one of them.")
    room = say.room(ctx)
    slug, blocks = _asked(room, words)
    translator, pairs = pipeline.translate(room, slug, to, blocks, say.now())
    if out:
        _export(translator, pairs, out, stale=stale, dry=dry_run)
        return
    rows = _back(translator, pairs, back, dry=dry_run) if back else _run(translator, pairs, stale=stale, dry=dry_run)  # fmt: skip
    if json_:
        say.data(rows)
    else:
        _report(translator, rows, dry=dry_run)
    ctx.exit(int(any(row.state == "refused" for row in rows)))


def _asked(room: Workspace, words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The issue, which may be left out, and the blocks."""
    if words and words[0][:4].isdigit():
        return say.slug_of(room, words[0]), words[1:]
    return say.slug_of(room, None), words


def _export(
    translator: Translator, pairs: Sequence[Pair], out: Path, *, stale: bool, dry: bool
) -> None:
    from pressroom.newsroom.exchanging import export

    if dry:
        say.line(f"Would write up to {len(pairs)} blocks to {out}.")
        return
    say.line(f"Wrote {export(translator, pairs, out, stale=stale)} blocks to {out}.")
    say.line(f"Next: pressroom translate {translator.slug} --to {translator.to} --import {out}")


def _back(translator: Translator, pairs: Sequence[Pair], path: Path, *, dry: bool) -> list[Row]:
    from pressroom.newsroom.exchanging import load

    with say.progress(len(pairs), "importing") as step:
        return load(translator, pairs, path, step, dry=dry)


def _run(translator: Translator, pairs: Sequence[Pair], *, stale: bool, dry: bool) -> list[Row]:
    from pressroom.newsroom.translating import run

    with say.progress(len(pairs), "translating") as step:
        rows = run(translator, pairs, step, stale=stale, dry=dry)
    if name := translator.opening(dry=dry):
        click.echo(f"Wrote {name}: its texts are yours to translate.", err=True)
    return rows


def _report(translator: Translator, rows: Sequence[Row], *, dry: bool) -> None:
    for row in rows:
        if row.state in QUIET and not row.message:
            continue
        say.line(f"{row.path}:{row.line}  {row.block}  {row.state}  {row.message}".rstrip())
        for line in row.diff[:SHOWN].splitlines():
            say.line(f"    {line}")
    counts = Counter(row.state for row in rows)
    say.line(say.listed(f"{n} {state}" for state, n in counts.most_common()) or "No blocks.")
    if translator.chat is None and counts["skeleton"]:
        say.line("No model is set: skeletons stand where a translation is missing.")
    if not dry:
        after = "review" if counts["drafted"] else "check"
        say.line(f"Next: pressroom {after} {translator.slug}")
