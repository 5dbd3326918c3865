"""Commands that check: check, sign; the term base stands in terms.py."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import click

from pressroom import pipeline
from pressroom.cli import say
from pressroom.model import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.model import Finding

TITLES = {
    Severity.STOP: "STOPS THE SEND",
    Severity.BEFORE: "BEFORE THE SEND",
    Severity.LOOK: "WORTH A LOOK",
}


@click.command()
@say.an_issue
@click.option("--fix", is_flag=True, help="Mend what is mechanical and write missing ids.")
@click.option("--dry-run", is_flag=True, help="With --fix: show the diff, write nothing.")
@say.as_json
@click.pass_context
def check(ctx: click.Context, issue: str | None, fix: bool, dry_run: bool, json_: bool) -> None:
    """Every finding, worst first; exit code 1 while one stops the send."""
    room = say.room(ctx)
    slug = say.slug_of(room, issue)
    if fix:
        for path, (before, after) in pipeline.fix(room, slug, dry=dry_run).items():
            _diff(say.short(path, room.root), before, after)
    found = pipeline.check(room, slug)
    if json_:
        say.data([_row(f) for f in found])
    else:
        _report(slug, found)
        say.edits(room, slug)
    if any(f.severity is Severity.STOP for f in found):
        ctx.exit(1)


def _diff(name: str, before: str, after: str) -> None:
    rows = difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, "", "", 0, "")
    for row in rows:
        click.echo(row, err=True)


def _row(finding: Finding) -> dict[str, object]:
    keys = ("rule", "severity", "path", "line", "message", "fix")
    return {key: getattr(finding, key) for key in keys}


def _report(slug: str, found: Sequence[Finding]) -> None:
    for severity, title in TITLES.items():
        mine = [f for f in found if f.severity is severity]
        if mine:
            say.line(f"{title}  {len(mine)}")
        for f in mine:
            say.line(f" {f.path}:{f.line}  {f.rule}   {f.message}")
            if f.fix:
                say.line(f"     Fix: {f.fix}")
    stops = any(f.severity is Severity.STOP for f in found)
    say.line("Nothing found." if not found else f"{len(found)} findings.")
    say.line(f"Next: {'mend what stops the send' if stops else f'pressroom build {slug}'}")


@click.command()
@click.argument("issue")
@click.argument("block")
@click.option("--as", "name", required=True, help="Somebody in [people].")
@click.pass_context
def sign(ctx: click.Context, issue: str, block: str, name: str) -> None:
    """Record that a person read a machine's block (section#id, or the id)."""
    room = say.room(ctx)
    locales = pipeline.sign(room, say.slug_of(room, issue), block, name, say.now())
    say.line(f"Signed {block} in {say.listed(locales)}.")
    say.line(f"Next: pressroom check {issue}")
