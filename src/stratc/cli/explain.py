"""`stratc explain`: a program told back in plain English."""

from __future__ import annotations

import click

from stratc.cli.programs import load
from stratc.compiler.explain import explain


@click.command()
@click.argument("file")
def command(file: str) -> None:
    """Tell a program back in plain English: inputs, limits, memory, and what each rule can do.

    FILE is a .strat file, a folder with a strategy.strat, a strategy that ships with stratc, or -.
    """
    click.echo(explain(load(file).ir), nl=False)
