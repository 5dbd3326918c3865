"""evidence recheck, show, export: what cited pages say now, and all that was kept of them."""

from __future__ import annotations

from pathlib import Path

import click

from pressroom.cli import say

SHORT = 600


@click.group()
def evidence() -> None:
    """What cited pages say now, and all that was kept of them."""


@evidence.command()
@say.an_issue
@say.as_json
@click.pass_context
def recheck(ctx: click.Context, issue: str | None, json_: bool) -> None:
    """Fetch the cited pages again: unchanged, changed, gone, or unreachable.

    Exit code 1 where a page changed or is gone; one that cannot be reached is no such word. Of an
    item that was read in a feed no page was kept: that it is there is all that can be said.
    """
    from pressroom.newsroom.evidence import check_again

    room = say.room(ctx)
    slug = say.slug_of(room, issue)
    verdicts = check_again(room, slug, say.now())
    if json_:
        say.data([
            {"id": v.item, "url": v.url, "state": v.state, "diff": v.diff, "fault": v.fault}
            for v in verdicts
        ])  # fmt: skip
    else:
        for v in sorted(verdicts, key=lambda v: ORDER.index(v.state)):
            say.line(f"{v.state:<12} {v.item:<24} {v.fault or v.url}")
            for row in v.diff[:SHORT].splitlines():
                say.line(f"    {row}")
        say.line(f"{len(verdicts)} cited pages of {slug} asked.")
        say.line(f"Next: pressroom evidence export {slug}")
    if any(v.state in {"changed", "gone"} for v in verdicts):
        ctx.exit(1)


ORDER = ("gone", "changed", "unreachable", "there", "unchanged")


@evidence.command()
@click.argument("wanted", metavar="ITEM|RECORD")
@say.as_json
@click.pass_context
def show(ctx: click.Context, wanted: str, json_: bool) -> None:
    """The record of one item: when it was read, its hash, and the text that was read."""
    from pressroom.newsroom.evidence import show as shown

    found = shown(say.room(ctx), wanted)
    if json_:
        say.data(found)
        return
    for key in ("url", "time", "status", "sha256", "record"):
        say.line(f"{key + ':':<9}{getattr(found, key)}")
    click.echo(f"\n{found.text}")


@evidence.command()
@say.an_issue
@click.option("--out", type=click.Path(path_type=Path), help="Default: evidence-ISSUE.warc.gz.")
@say.as_json
@click.pass_context
def export(ctx: click.Context, issue: str | None, out: Path | None, json_: bool) -> None:
    """One WARC file of all records an issue cites, with a manifest of hashes beside it."""
    from pressroom.newsroom.evidence import export as write

    room = say.room(ctx)
    slug = say.slug_of(room, issue)
    path = out or Path(f"evidence-{slug}.warc.gz")
    manifest, missing = write(room, slug, path)
    if json_:
        say.data({"file": str(path), "manifest": manifest, "missing": missing})
        return
    for item in missing:
        say.line(f"Look at {item}: cited, but no record of it is kept on this machine")
    say.line(f"Wrote {path} and its manifest.")


@evidence.command()
@click.pass_context
def verify(ctx: click.Context) -> None:
    """Walk the whole chain of records: nothing altered, nothing taken out."""
    from pressroom.newsroom.gathering import evidence as store

    with store(say.room(ctx)) as kept:
        faults = kept.verify()
    for fault in faults:
        say.line(f"Look at {fault}")
    say.line("The chain is whole." if not faults else f"{len(faults)} faults.")
    if faults:
        ctx.exit(1)
