"""Options that several commands take: which part of which market, and the program's parameters."""

from __future__ import annotations

import click

SEED = click.option("--seed", type=int, help="Of the simulated market and venue (default 1).")
SINCE = click.option("--from", "since", help="Start here: 2020-03-12, an ISO time, or epoch seconds.")
UNTIL = click.option("--to", "until", help="End before this time.")
IV = click.option("--iv", help="Fix the implied volatility: 0.8 or 80%.")
SETTINGS = click.option(
    "--set", "settings", multiple=True, metavar="NAME=NUMBER", help="Move a parameter inside its range."
)
