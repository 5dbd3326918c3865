"""correct: after publication, what was wrong, what it says now, and who is told."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from pressroom import pipeline_send
from pressroom.cli import say
from pressroom.errors import SendError, UsageError
from pressroom.manuscript.corrections import KINDS
from pressroom.model import DeliveryState
from pressroom.newsroom import correcting
from pressroom.newsroom.approval import APPROVED
from pressroom.workspace import SLUG

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pressroom.newsroom.correcting import Decided, Looked
    from pressroom.newsroom.correction_mail import Letter
    from pressroom.newsroom.dispatch import Dispatch
    from pressroom.workspace import Workspace

    Tell = Callable[[str], None]


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[ISSUE] BLOCK")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="A typo leaves no note.")
@click.option("--note", "notes", multiple=True, metavar="LOCALE=TEXT", help="Your own words.")
@click.option("--as", "name", default="", help="Somebody in [people]; default: the only one.")
@click.option("--mail", is_flag=True, help="Mail those whose copy was wrong; it asks like send.")
@click.option("--expect", type=int, help="The number of readers, in place of typing it.")
@click.option("--dry-run", is_flag=True, help="Show it; write and mail nothing.")
@say.as_json
@click.pass_context
def correct(ctx: click.Context, /, words: tuple[str, ...], **options: Any) -> None:
    """Correct a block that readers have: edit it in every edition first, then run this.

    BLOCK is section#id, or the id. A clarification or correction leaves a dated note under the
    block in all editions. Run it again after any interruption.
    """
    room = say.room(ctx)
    slug, block = _named(room, words)
    notes = _notes(options["notes"])
    with pipeline_send.sending(room, say.now, say.warn) as desk:
        looked = correcting.look(room, desk.base, slug, block)
        tell: Tell = say.warn if options["json_"] else say.line
        _show(looked, tell)
        correcting.refuse_running(desk.base, slug)
        decided = correcting.decide(
            looked, options["kind"], notes, correcting.who(room, options["name"]),
            say.now().astimezone(room.settings.masthead.tz),
            again=options["mail"] or bool(desk.paused(slug)),
        )  # fmt: skip
        done = _done(desk, decided, options, tell)
    if options["json_"]:
        say.data(_facts(looked, decided, done))
    if done.get("unsent"):
        ctx.exit(1)


def _named(room: Workspace, words: Sequence[str]) -> tuple[str, str]:
    """The issue and the block; without an issue the newest that was sent."""
    *issue, block = words
    if len(issue) > 1 or (issue and not SLUG.match(issue[0])):
        raise UsageError("Name one issue and one block: pressroom correct 2025-09-05 section#id")
    if issue:
        return say.slug_of(room, issue[0]), block
    return correcting.newest(room) or say.slug_of(room, None), block


def _notes(given: Sequence[str]) -> dict[str, str]:
    notes = {}
    for words in given:
        tag, sign, text = words.partition("=")
        if not sign or not text.strip():
            raise UsageError(f'--note "{words[:40]}": write LOCALE=TEXT, such as en="It said ..."')
        notes[tag.strip()] = text
    return notes


# --- what it does ---


def _done(
    desk: Dispatch, decided: Decided, options: Mapping[str, Any], tell: Tell
) -> dict[str, Any]:
    slug, one = decided.slug, decided.one
    for tag, change in one.editions.items() if one.is_told else ():
        tell(f"  note in {tag}: {change.note}")
    if options["dry_run"]:
        letter = _letter(desk, decided, tell) if options["mail"] else None
        tell("Nothing was written or mailed (--dry-run).")
        return {"mail": letter.readers if letter else {}}
    if decided.fresh:
        for name in correcting.write(desk.ws, decided):
            tell(f"Look {name} sums up this block: does it repeat the error?")
        tell(f"Wrote number {decided.number} to issues/{slug}/corrections.toml")
    relocked, left = pipeline_send.correct_paused(desk, slug)
    _paused(slug, relocked, left, tell)
    mailed = _mail(desk, decided, options["expect"], tell) if options["mail"] else {}
    _next(desk, slug, tell)
    return {"relocked": relocked, "left_over": left, **mailed}


def _paused(slug: str, relocked: Sequence[str], left: Sequence[str], tell: Tell) -> None:
    if relocked:
        tell(f"Locked the mended bytes for the rest of {say.listed(relocked)}.")
    if left:
        tell("Look the paused send keeps the old bytes: more was edited since the lock:")
        for words in left:
            tell(f"  {words}")
        tell(f"  Correct each of them too, or: pressroom send {slug} --relock")


def _next(desk: Dispatch, slug: str, tell: Tell) -> None:
    tell("Next: pressroom publish")
    if desk.paused(slug):
        if (desk.ws.issues / slug / APPROVED).is_file():
            tell(f"Then: pressroom approve {slug}")
        tell(f"Then: pressroom send {slug} --resume")


# --- the mail ---


def _letter(desk: Dispatch, decided: Decided, tell: Tell) -> Letter:
    letter = pipeline_send.correction_letter(desk, decided)
    way = desk.ws.settings.delivery
    door = f"over {way.host or way.transport}" if desk.leaves else "to files in outbox/"
    tell(f"Mail about it to those whose copy was wrong, {door}:")
    for tag, one in letter.mails.items():
        tell(f"  {tag:<10} {letter.readers[tag]:>6} readers   {one.mail.subject}")
    return letter


def _mail(desk: Dispatch, decided: Decided, expect: int | None, tell: Tell) -> dict[str, Any]:
    letter = _letter(desk, decided, tell)
    if letter.total and desk.leaves:
        _allow(desk, decided.slug, letter.total, expect)
    if not letter.total:
        tell("Nobody is left to mail.")
        return {"mail": letter.readers, "sent": 0}
    return {"mail": letter.readers, **_sent(desk, letter, tell)}


def _sent(desk: Dispatch, letter: Letter, tell: Tell) -> dict[str, Any]:
    from pressroom.newsroom import correction_mail

    with say.progress(letter.total, "mail") as step:
        report = correction_mail.send(replace(desk, progress=lambda _: step()), letter)
    for state, number in report.counts.items():
        tell(f"  {state.value:<10} {number:>6}")
    unsent = sum(n for s, n in report.counts.items() if s is not DeliveryState.SENT)
    return {"sent": report.counts.get(DeliveryState.SENT, 0), "unsent": unsent}


def _allow(desk: Dispatch, slug: str, total: int, expect: int | None) -> None:
    """Promise 9: over a door that leaves the machine a person gives the number of readers."""
    stops = pipeline_send.correction_stops(desk, slug)
    for words in stops:
        say.warn(f"STOPS {words}")
    if stops:
        raise SendError("Nothing was mailed. Publish the page, then run the same command again.")
    if expect is None and not sys.stdin.isatty():
        raise UsageError(f"Nothing was mailed. Off a terminal give --expect {total} to mean it.")
    typed = expect if expect is not None else _typed()
    if typed != total:
        raise SendError(f"Nothing was mailed: {typed} is not the number of readers ({total}).")


def _typed() -> int | None:
    words = click.prompt("Type the number of readers to mail, anything else to leave", err=True)
    return int(words) if words.strip().isdecimal() else None


# --- what it shows ---


def _show(looked: Looked, tell: Tell) -> None:
    for one in looked.editions:
        tell(f"{one.locale}  {one.path}:{one.line}  {looked.ref}")
        for row in (one.diff or "unchanged").splitlines():
            tell(f"    {row}")


def _facts(looked: Looked, decided: Decided, done: Mapping[str, Any]) -> dict[str, Any]:
    one = decided.one
    return {
        "issue": decided.slug, "block": one.block, "kind": one.kind, "number": decided.number,
        "when": one.when, "who": one.who, "fresh": decided.fresh,
        "editions": {
            tag: {"old": c.old, "new": c.new, "note": c.note} for tag, c in one.editions.items()
        },
        "unchanged": [e.locale for e in looked.editions if e.locale not in one.editions],
        **done,
    }  # fmt: skip
