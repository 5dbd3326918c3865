"""figure add: a picture scaled, stripped of what it tells of its maker, with its words to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from pressroom.cli import say


@click.group()
def figure() -> None:
    """Pictures of an issue."""


@figure.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "name", required=True, help="Its name in manuscripts: ![[NAME]].")
@click.option("--url", default="", help="Where it comes from.")
@click.option("--credit", default="", help="Who made it.")
@click.option("--issue", help="The issue (default: the open one).")
@click.option("--replace", is_flag=True, help="Another picture under a name that is taken.")
@say.as_json
@click.pass_context
def add(
    ctx: click.Context,
    file: Path,
    name: str,
    url: str,
    credit: str,
    issue: str | None,
    replace: bool,
    json_: bool,
) -> None:
    """Scale a picture, take out EXIF and GPS, and write NAME.toml for its words.

    The original stays in the private folder, as it came.
    """
    from pressroom.newsroom.figures import add_figure

    room = say.room(ctx)
    added = add_figure(room, issue, file, name, url, credit, replace=replace)
    if json_:
        return say.data(added)
    for note in added.notes:
        say.line(f"Look {note}")
    size = f"{added.width}x{added.height}, {added.weight // 1024} KB"
    say.line(f"Wrote {say.short(added.picture, room.root)}  {size}")
    settings = say.short(added.settings, room.root)
    say.line(f"{'Wrote' if added.wrote_settings else 'Kept'} {settings}: credit, alt, caption")
    say.line(f"Next: put {added.call} on a line of its own, then pressroom check")
    return None
