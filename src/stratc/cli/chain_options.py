"""The options of `stratc run` that put a program on a chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from stratc.cli.failures import USAGE, Failure
from stratc.cli.urls import url

_OPTIONS = (
    click.option(
        "--rpc", metavar="URL", callback=url, help="Run on the chain of this node, instead of on a market."
    ),
    click.option("--deployment", metavar="FILE", help="Where the account and its venues are there."),
    click.option("--account", metavar="FILE", help="The keystore of the account's owner."),
    click.option(
        "--password", metavar="SOURCE", help="Of the keystore: prompt (default), fd:NUMBER, env:NAME."
    ),
    click.option("--shadow", is_flag=True, help="Decide, try and tell; send nothing."),
    click.option("--bundler", metavar="URL", callback=url, help="Send through an ERC-4337 bundler."),
    click.option(
        "--relay",
        metavar="URL",
        callback=url,
        help="A private relay, for `via private` and `via bundle`.",
    ),
    click.option("--executor", metavar="FILE", help="The keystore that pays for transactions, if another's."),
    click.option("--executor-password", metavar="SOURCE", help="Of that keystore."),
    click.option("--outbox", metavar="FILE", help="What was sent is kept here (default ACCOUNT.outbox)."),
    click.option("--blocks", type=click.IntRange(min=1), help="End after so many blocks."),
)


def on_chain(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def asked(given: Mapping[str, Any]) -> dict[str, Any] | None:
    """The options with `--rpc`, None without it.

    Raises:
        Failure: some of them without the others.
    """
    told = {name: value for name, value in given.items() if value not in (None, False)}
    if "rpc" not in told:
        if told:
            raise Failure(
                USAGE, f"--{min(told)} says how to run on a chain, and no chain is given", "--rpc URL"
            )
        return None
    for name, what in (("deployment", "FILE.toml"), ("account", "KEYSTORE.json")):
        if name not in told:
            raise Failure(USAGE, f"--rpc needs --{name}", f"--{name} {what}")
    return told


def none_of(given: Mapping[str, object]) -> None:
    """Whether no option of a simulated run is given.

    Raises:
        Failure: one is.
    """
    for name, value in given.items():
        if value is not None:
            raise Failure(USAGE, f"{name} is about a market, and --rpc runs on a chain", f"leave {name} out")
