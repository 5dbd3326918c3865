"""review: walk the machine's blocks that wait for a person, one by one."""

from __future__ import annotations

import sys
from itertools import zip_longest
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from pressroom import pipeline
from pressroom.cli import say
from pressroom.errors import PressroomError
from pressroom.newsroom import reviewing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.newsroom.reviewing import Waiting
    from pressroom.workspace import Workspace

WIDE, NARROW = 100, 72
"""Columns from which on a translation and its original stand side by side; the text's measure."""

ASK = "[s]ign, [e]dit, [n]ext, [d]rop, [q]uit"
ANSWERS = {"s": "signed", "e": "edited", "n": "left", "d": "dropped", "q": "quit"}


@click.command()
@say.an_issue
@click.option("--as", "name", default="", help="Somebody in [people]; default: the only one.")
@say.as_json
@click.pass_context
def review(ctx: click.Context, issue: str | None, name: str, json_: bool) -> None:
    """Read the machine's unsigned blocks beside their sources; sign, edit, drop each.

    Shown are the editions that you read ([people.NAME] reads). Every answer is written at once.
    Off a terminal it lists what waits. Exit code 1 while a block waits.
    """
    room = say.room(ctx)
    slug = say.slug_of(room, issue)
    if json_ or not (sys.stdin.isatty() and sys.stdout.isatty()):
        ctx.exit(_listed(pipeline.review(room, slug), slug, json_=json_))
    person, reads = reviewing.reader(room, name or _who(room))
    found = pipeline.review(room, slug, reads)
    for number, waiting in enumerate(found, start=1):
        say.line(f"\n{number} of {len(found)}")
        if _one(room, slug, waiting, person) == "q":
            break
    left = pipeline.review(room, slug)
    say.line(f"{len(left)} still wait." if left else "Nothing waits any more.")
    say.line(f"Next: pressroom {'review' if left else 'check'} {slug}")
    ctx.exit(int(bool(left)))


def _who(room: Workspace) -> str:
    return reviewing.only_person(room) or str(
        click.prompt("Your name", type=click.Choice(list(room.settings.people)))
    )


def _listed(found: Sequence[Waiting], slug: str, *, json_: bool) -> int:
    if json_:
        say.data(found)
        return int(bool(found))
    for w in found:
        say.line(f"{w.path}:{w.line}  {w.block}  {w.model}: {w.why}")
        for doubt in w.doubts:
            say.line(f"    Look {doubt}")
    say.line(f"{len(found)} wait." if found else "Nothing waits for a signature.")
    say.line(f"Next: pressroom {'review' if found else 'check'} {slug}")
    return int(bool(found))


# --- one block ---


def _one(room: Workspace, slug: str, waiting: Waiting, person: str) -> str:
    """Show a block and act on the answers until it is dealt with; the last answer."""
    shown: Waiting | None = waiting
    while shown:
        for row in rows(shown, min(get_terminal_size().columns, 2 * NARROW)):
            say.line(row)
        answer = _answer()
        try:
            shown = _act(room, slug, shown, person, answer)
        except PressroomError as fault:
            say.line(f"Look {fault}")
            shown = reviewing.again(room, slug, waiting)
    return answer


def _answer() -> str:
    """The next answer; the end of input means to leave."""
    try:
        given = click.prompt(ASK, type=click.Choice(list(ANSWERS)), show_choices=False)
    except click.Abort:
        return "q"
    return str(given)


def _act(room: Workspace, slug: str, shown: Waiting, person: str, answer: str) -> Waiting | None:
    """Do what was answered; the block as it is to be shown again, None to go on."""
    if answer == "s":
        reviewing.sign(room, slug, shown, person, say.now())
        say.line(f"Signed {shown.block} in {shown.locale}.")
    elif answer == "e":
        _edit(room, slug, shown)
        return reviewing.again(room, slug, shown)
    elif answer == "d":
        if not click.confirm(f"Take {shown.block} out of {shown.locale}?"):
            return shown
        reviewing.drop(room, slug, shown)
        say.line(f"Took {shown.block} out of {shown.path}.")
    return None


def _edit(room: Workspace, slug: str, shown: Waiting) -> None:
    before = reviewing.typed(room, slug, shown)
    try:
        after = click.edit(before, extension=".md")
    except click.ClickException as fault:
        say.line(f"Look {fault.format_message()} Set $EDITOR, or edit {shown.path}:{shown.line}.")
        return
    if after is not None and after != before:
        reviewing.edit(room, slug, shown, after)


# --- the screen ---


def rows(shown: Waiting, width: int) -> Iterator[str]:
    """A block as it is shown: where, its words beside the original's, sources, doubts."""
    yield f"{shown.path}:{shown.line}  {shown.block}  {shown.locale}  {shown.model}: {shown.why}"
    yield ""
    own = "\n\n".join(filter(None, (shown.head, shown.body)))
    if shown.original and width >= WIDE:
        yield from _beside((shown.locale, own), (shown.follows, shown.original), width)
    else:
        yield from _wrapped(own, min(width, NARROW))
        if shown.original:
            yield from ("", f"{shown.follows}:")
            yield from _wrapped(shown.original, min(width, NARROW))
    yield ""
    for passage in shown.passages:
        yield f"[@{passage.id}] {passage.title}  {passage.url}"
        for quote in passage.quotes:
            yield from (f"    {line}" for line in _wrapped(quote, min(width, NARROW) - 4))
    yield from (f"Look {doubt}" for doubt in shown.doubts)


def _beside(one: tuple[str, str], other: tuple[str, str], width: int) -> Iterator[str]:
    half = (width - 3) // 2
    columns = [[f"{tag}:", *_wrapped(text, half)] for tag, text in (one, other)]
    for left, right in zip_longest(*columns, fillvalue=""):
        yield f"{left}{' ' * (half - say.width(left))} | {right}".rstrip()


def _wrapped(text: str, width: int) -> list[str]:
    from pressroom.render.wrap import wrapped

    return [line for row in text.split("\n") for line in (wrapped(row, width) or [""])]
