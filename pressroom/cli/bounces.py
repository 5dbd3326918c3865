"""The command for what comes back: read it, or read it and write it down at the readers."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.cli import say
from pressroom.errors import PressroomError, SettingsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pressroom.newsroom.returned import Returns
    from pressroom.send.bounces.boxes import ImapBox, Mail
    from pressroom.send.bounces.verdict import Verdict

TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: a mail server keeps the mail and tries again
a_path = click.Path(path_type=Path)


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=a_path)
@click.option("--parse", "parse", is_flag=True, help="Only print the verdicts; touch nothing.")
@click.option("--maildir", type=a_path, help="Read the unseen mails of a Maildir.")
@click.option("--mbox", type=a_path, help="Read the mails of an mbox file.")
@click.option("--imap", metavar="USER@HOST[/FOLDER]", help="Read unseen mails over IMAP with TLS.")
@click.option(
    "--password-env", default="PRESSROOM_IMAP_PASSWORD", show_default=True,
    help="The environment variable with the IMAP password.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Print the verdicts; mark and change nothing.")
@say.as_json
@click.pass_context
def bounces(
    ctx: click.Context,
    files: tuple[Path, ...],
    parse: bool,
    maildir: Path | None,
    mbox: Path | None,
    imap: str | None,
    password_env: str,
    dry_run: bool,
    json_: bool,
) -> None:
    """Read bounces and complaints, and take readers off who cannot be reached.

    FILE is one mail; `-` is a mail on standard input, as a mail server pipes it.
    """
    box = _imap_box(imap, password_env) if imap else None
    mails = _mails(files, maildir, mbox, box)
    if parse or dry_run:
        _print(mails, json_=json_, more=dry_run)
    else:
        _apply(ctx, mails, piped=Path("-") in files, json_=json_)


def _mails(
    files: tuple[Path, ...], maildir: Path | None, mbox: Path | None, box: ImapBox | None
) -> Iterator[Mail]:
    """All mails of all places named."""
    from pressroom.send.bounces import boxes

    if not (files or maildir or mbox or box):
        raise UsageError("bounces: nothing to read. Name files, `-`, --maildir, --mbox or --imap.")
    if Path("-") in files:
        yield from boxes.pipe(sys.stdin.buffer)
    yield from boxes.files([one for one in files if one != Path("-")])
    if maildir:
        yield from boxes.maildir(maildir)
    if mbox:
        yield from boxes.mbox(mbox)
    if box:
        yield from boxes.imap(box)


def _imap_box(where: str, password_env: str) -> ImapBox:
    """The mailbox that `user@host/folder` names; the user may be an address itself."""
    from pressroom.send.bounces.boxes import ImapBox

    user, _, rest = where.rpartition("@")
    host, _, folder = rest.partition("/")
    if not user or not host:
        raise UsageError(f"--imap {where}: names no mailbox. Write user@host or user@host/FOLDER.")
    password = os.environ.get(password_env, "")
    if not password:
        raise SettingsError(f"--imap {where}: {password_env} is not set. Put the password there.")
    name, _, port = host.partition(":")
    return ImapBox(name, user, password, folder or "INBOX", int(port) if port.isdigit() else 993)


def _print(mails: Iterable[Mail], *, json_: bool, more: bool) -> None:
    """Verdicts: one JSON object a line, or all as one array."""
    from pressroom.send.bounces.verdict import read_bounce

    rows = ((mail.name, read_bounce(mail.data)) for mail in mails)
    told = (_row(name if more else "", verdict) for name, verdict in rows)
    if json_:
        say.data(list(told))
        return
    for row in told:
        click.echo(json.dumps(row, ensure_ascii=False))


def _row(name: str, verdict: Verdict) -> dict[str, str]:
    row = {"address": verdict.address, "kind": verdict.kind, "status": verdict.status}
    more = {"mail": name, "reason": verdict.reason, "feedback": verdict.feedback}
    return row | (more if name else {})


def _apply(ctx: click.Context, mails: Iterable[Mail], *, piped: bool, json_: bool) -> None:
    from pressroom import pipeline
    from pressroom.newsroom import returned

    try:
        with pipeline.mailing(say.room(ctx)) as base:
            told = returned.apply(base, mails, say.now())
    except (PressroomError, OSError) as fault:
        if not piped:
            raise
        say.warn(str(fault))
        ctx.exit(TRY_AGAIN)
    _told(told, json_=json_)


def _told(told: Returns, *, json_: bool) -> None:
    if json_:
        say.data({"mails": dict(told.kinds), "readers": dict(told.states)})
    else:
        say.line(f"{told}.")
