"""The command line: one file a command, imported only when it is asked for."""

from __future__ import annotations

import os
import signal
import sys
from errno import EPIPE
from importlib import import_module

import click

from stratc import __version__
from stratc.cli.failures import WORLD, Failure

COMMANDS = {
    "check": "Say what is wrong with programs, or nothing.",
    "fmt": "Lay programs out in the one style.",
    "explain": "Tell a program back in plain English.",
    "new": "Write a commented program to start from.",
    "diff": "Show where two versions of a program decide differently.",
    "prove": "Show what is proved of the limits, and from what.",
    "verify-certificate": "Check written proofs with another solver.",
    "compile": "Write the plan a program becomes.",
    "guard": "Write what deploys the contract that holds a program's limits.",
    "policy": "Write what a key must be allowed for a program, or check it.",
    "run": "Run a program on a market and watch it.",
    "backtest": "Measure a program on past prices, once or for many parameters.",
    "stress": "Break a program's markets and venues, and say what breaks first.",
    "replay": "Feed recorded events to a program and print its decisions.",
    "devnet": "Start a local chain with real contracts, moved by a market.",
}


class Commands(click.Group):
    """Loads a command's module when the command is used; the help text above is enough to list them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command's own `command`."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"stratc.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Offer the nearest command for a mistyped one."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from stratc.compiler.suggest import nearest  # noqa: PLC0415  # only on the way to an error

            hint = nearest(name, COMMANDS)
            ctx.fail(f"there is no command {name!r}" + (f"; did you mean {hint!r}?" if hint else ""))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; click itself would end a broken pipe with the code of a faulty program."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            raise click.exceptions.Exit(_unwritten(error)) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stratc", message="%(prog)s %(version)s")
def cli() -> None:
    """Check, explain, compile and run trading strategies written as rules and limits."""


def main() -> None:
    """Run the command line and end the process: 0 fine, 1 the program, 2 usage, 3 the world, 130 Ctrl-C."""
    try:
        code = _run()
        sys.stdout.flush()
    except OSError as error:
        code = _unwritten(error)
    sys.exit(code)


def _run() -> int:
    try:
        code = cli.main(standalone_mode=False)
    except SystemExit as end:
        code = end.code
    except Failure as failure:
        click.echo(click.style("error", fg="red", bold=True) + f": {failure.message}", err=True)
        if failure.fix:
            click.echo(f"  fix: {failure.fix}", err=True)
        code = failure.code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # once is enough: the second must not break the goodbye
        click.echo("interrupted", err=True)
        code = 130
    return code if isinstance(code, int) else 0


def _unwritten(error: OSError) -> int:
    """Our output cannot be written; closing it again at exit must not complain a second time."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    if error.errno == EPIPE:  # whoever read it has seen enough
        os.dup2(nowhere, sys.stderr.fileno())
    else:
        what = error.filename or "the output"
        click.echo(f"error: {what} cannot be written: {error.strerror or error}", err=True)
    return WORLD
