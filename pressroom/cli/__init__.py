"""The command line: one file a group of `--help`, each command imported when it is run."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.errors import PressroomError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

GROUPS = {
    "Write": {
        "status": ("write", "Where the issue stands, and the next command."),
        "new": ("write", "Start a newsroom in a new folder."),
        "eject": ("write", "Copy one shipped file into the newsroom to change it."),
        "gather": ("desk", "Fetch the sources into the clippings."),
        "stories": ("desk", "List and search what was gathered."),
        "pick": ("desk", "Put stories into the lineup, hold or spike them."),
        "draft": ("write", "Write manuscripts from the lineup; never over yours."),
        "translate": ("translate", "The blocks an edition lacks: by a model, by hand, by others."),
        "figure": ("figure", "Add a picture, scaled and stripped, with its words to fill in."),
    },
    "Check": {
        "check": ("check", "Every finding that stops or shames a send."),
        "review": ("review", "Walk the unsigned machine blocks beside their sources."),
        "sign": ("check", "Record that a person read a machine's block."),
        "evidence": ("evidence", "What cited pages say now; all that was kept of them."),
        "twins": ("twins", "Whether the editions are in step, or any two Markdown texts."),
        "terms": ("terms", "The term base: list, add, find, check, harvest, export, import."),
    },
    "Send": {
        "build": ("printing", "Render mails and the archive."),
        "publish": ("printing", "Copy the archive to the live site, and ask it."),
        "approve": ("printing", "Write down what may be sent, by its hashes."),
        "send": ("sending", "Send an issue, once to each reader."),
        "correct": ("correct", "Correct what readers have, with a dated note; mail on demand."),
        "subscribers": ("subscribers", "Import, export, list and forget readers."),
    },
    "Run": {
        "bounces": ("bounces", "Read bounces and complaints; take unreachable readers off."),
        "serve": ("serve", "The public pages: subscribe, preferences, unsubscribe."),
    },
}
PLACES = {name: place for group in GROUPS.values() for name, (place, _) in group.items()}


class Grouped(click.Group):
    """Commands by group, loaded on use, so that `--help` is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, in the order of the help."""
        return list(PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of a command; did-you-mean for an unknown name."""
        if cmd_name not in PLACES:
            raise click.UsageError(
                f'There is no command "{cmd_name}".{did_you_mean(cmd_name, PLACES)}'
            )
        module = import_module(f"pressroom.cli.{PLACES[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The help's table, group by group."""
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name, words) for name, (_, words) in commands.items()])


@click.group(cls=Grouped, invoke_without_command=True, context_settings={"max_content_width": 100})
@click.option(
    "--newsroom", type=click.Path(path_type=Path), help="The newsroom (default: found upward)."
)
@click.version_option(package_name="pressroom")
@click.pass_context
def pressroom(ctx: click.Context, newsroom: Path | None) -> None:
    """Write one newsletter in two languages, prove every claim, and send it once.

    Exit codes: 0 done, 1 findings or partial failure, 2 wrong usage or settings.
    """
    ctx.obj = newsroom
    if ctx.invoked_subcommand is None:
        ctx.invoke(pressroom.get_command(ctx, "status"))  # type: ignore[arg-type]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the only place where errors become exit codes."""
    try:
        code = pressroom.main(
            args=None if argv is None else list(argv),
            prog_name="pressroom",
            standalone_mode=False,
        )
    except PressroomError as fault:
        click.echo(str(fault), err=True)
        return fault.exit_code
    except click.ClickException as fault:
        fault.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped. Run the same command to go on.", err=True)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as fault:
        click.echo(f"{fault.filename or 'system'}: {fault.strerror or fault}.", err=True)
        return 1
    return code if isinstance(code, int) else 0


def entry() -> None:
    """The console script."""
    sys.exit(main())
