"""Prints an `expected.toml` for strategies by name: `python -m tests.strategies.measure collar`.

The ranges are what was measured, with room; read them before you believe them.
"""

from __future__ import annotations

import sys
from math import ceil, floor, log10

import click

from tests.strategies.rehearsal import NAMES, rehearse


def room(value: float, share: float = 0.15) -> list[float]:
    """A range around a measured number, rounded to two digits of its width."""
    slack = max(abs(value) * share, 20.0)
    step = 10.0 ** (floor(log10(slack)) - 1)
    return [floor((value - slack) / step) * step, ceil((value + slack) / step) * step]


def around(count: int) -> list[int]:
    """A few counts are meant exactly, many by a fifth."""
    return [count, count] if count < 5 else [floor(count * 0.8), ceil(count * 1.2)]


def main(names: list[str]) -> None:
    for name in names:
        _, seen = rehearse(name)
        assert seen.last is not None
        after, result = seen.last.after, seen.last.result
        low, high = room(after.pnl or 0.0)
        click.echo(f"# --- {name}")
        click.echo(f'state = "{result.state}"')
        if result.mode:
            click.echo(f'mode = "{result.mode}"')
        click.echo(f"limits = {sorted(seen.limits)}".replace("'", '"'))
        click.echo(f"pnl = [{low:.0f}, {high:.0f}]")
        low, high = room(seen.worst)
        click.echo(f"worst = [{low:.0f}, {high:.0f}]")
        click.echo(f"delta = {after.delta}  # a range, by hand")
        click.echo("\n[fired]")
        for rule, count in sorted(seen.fired.items()):
            click.echo(f"{rule} = {around(count)}")


if __name__ == "__main__":
    main(sys.argv[1:] or NAMES)
