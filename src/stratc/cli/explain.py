"""`stratc explain`: a program told back in plain English."""

from __future__ import annotations

import click

from stratc.cli.failures import USAGE, Failure
from stratc.cli.finite import ratio
from stratc.cli.programs import load
from stratc.compiler.explain import explain
from stratc.compiler.explain.world import LEAST_VOL, World

_LEAST, _MOST = 1e-9, 1e12


def _number(_: click.Context, option: click.Parameter, value: float | None) -> float | None:
    """A number that makes sense, above 0 (of gas: not below)."""
    if value is None or _LEAST <= value <= _MOST or (value == 0.0 and option.name == "gas"):
        return value
    cause = f"--{option.name} {value} is not between {_LEAST:g} and {_MOST:g}"
    raise Failure(USAGE, cause, f"write --{option.name} 2.5")


def _volatility(given: str | None) -> float | None:
    vol = ratio(given)
    if vol is not None and vol < LEAST_VOL:
        raise Failure(USAGE, f"--iv {given} is below {LEAST_VOL:g}", "write 0.8 or 80%")
    return vol


@click.command()
@click.argument("file")
@click.option("--spot", type=float, callback=_number, help="Price at which hedge bands are told.")
@click.option("--iv", help="Volatility at which they are told: 0.8 or 80%.")
@click.option("--aversion", type=float, callback=_number, help="Risk aversion per quote (default 1e-4).")
@click.option(
    "--gas", type=float, callback=_number, help="Gas of one order, in quote (default: the venue's)."
)
def command(file: str, spot: float | None, iv: str | None, aversion: float | None, gas: float | None) -> None:
    """Tell a program back in plain English: inputs, limits, memory, what each rule can do, what its hedges cost.

    FILE is a .strat file, a folder with a strategy.strat, a strategy that ships with stratc, or -.
    """
    click.echo(explain(load(file).ir, World(spot, _volatility(iv), aversion, gas)), nl=False)
