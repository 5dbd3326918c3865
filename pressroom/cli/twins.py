"""twins: whether the editions of an issue are in step, or any two Markdown texts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING

import click

from pressroom.cli import say
from pressroom.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.twins.drift import Drift

SHOWN = 600


@click.command()
@click.argument("words", nargs=-1, metavar="[ISSUE] [BLOCK]... | compare A.md B.md")
@click.option("--accept", is_flag=True, help="Pin the blocks named (or all not pinned) as in step.")
@click.option("--from", "one", default="", help="compare: the language of A (default: guessed).")
@click.option("--to", "other", default="", help="compare: the language of B (default: guessed).")
@say.as_json
@click.pass_context
def twins(
    ctx: click.Context, words: tuple[str, ...], accept: bool, one: str, other: str, json_: bool
) -> None:
    """Which blocks are in step with the original; what changed since they were.

    `twins compare A.md B.md` compares any two Markdown texts in two languages: numbers, links,
    code, headings, lists, quotations, missing and untranslated parts.
    """
    if words[:1] == ("compare",):
        ctx.exit(_compare(words[1:], (one, other), json_=json_))
    room = say.room(ctx)
    _refuse_block(room.slugs(), words, accept=accept)
    slug = say.slug_of(room, words[0] if words else None)
    from pressroom.newsroom import twinning

    if accept:
        pinned = twinning.accept(room, slug, words[1:])
        say.line(f"Pinned {len(pinned)}: {say.listed(pinned)}" if pinned else "Nothing to pin.")
        return
    found = [s for s in twinning.states(room, slug) if not words[1:] or s.block in words[1:]]
    if json_:
        say.data(found)
        return
    for state in found:
        if state.state not in {twinning.IN_STEP, twinning.UNPINNED}:
            say.line(f"{state.path}:{state.line}  {state.block}  {state.state}")
            for row in state.diff[:SHOWN].splitlines():
                say.line(f"    {row}")
    counts = Counter(s.state for s in found)
    say.line(say.listed(f"{n} {state}" for state, n in counts.most_common()) or "No twins.")
    if counts[twinning.UNPINNED]:
        say.line(f"Next: pressroom twins {slug} --accept   (when they say the same)")


def _refuse_block(slugs: Sequence[str], words: Sequence[str], *, accept: bool) -> None:
    """UsageError where a block's id stands in the place of the issue, with what to type."""
    if not words or words[0] in slugs or words[0][:1].isdigit():
        return
    end = " --accept" if accept else ""
    advice = "There is no issue yet: pressroom draft next"
    if slugs:
        advice = f"For the newest issue: pressroom twins {slugs[-1]} {join(words)}{end}"
    raise UsageError(
        f"{words[0]}: is no issue, but looks like a block. Name the issue before it: "
        f"pressroom twins ISSUE BLOCK{end}. {advice}"
    )


def _compare(files: Sequence[str], locales: tuple[str, str], *, json_: bool) -> int:
    from pressroom.twins.compare import compare

    if len(files) != 2:  # noqa: PLR2004 - a pair
        raise UsageError("Name two files: pressroom twins compare A.md B.md")
    one, other = (_text(name) for name in files)
    found = compare(one, locales[0], other, locales[1])
    if json_:
        say.data([_row(drift) for drift in found])
    else:
        for drift in found:
            say.line(f"{files[0]}:{drift.one_line}  {files[1]}:{drift.other_line}  {drift.rule}")
            say.line(f"     {drift.message} {drift.fix}")
        say.line("In step." if not found else f"{len(found)} findings.")
    return int(bool(found))


def _text(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        reason = getattr(fault, "strerror", None) or "is not UTF-8"
        raise UsageError(f"{name}: {reason}.") from None


def _row(drift: Drift) -> dict[str, object]:
    return {
        "rule": drift.rule, "severity": drift.severity.value, "a_line": drift.one_line,
        "b_line": drift.other_line, "message": drift.message, "fix": drift.fix,
    }  # fmt: skip
