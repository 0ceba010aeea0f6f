"""Numbers that options take: in a range, and never NaN, which every range of click's lets through."""

from __future__ import annotations

from math import isnan
from typing import Any

import click

from stratc.cli.failures import USAGE, Failure


class Finite(click.FloatRange):
    """A number between two, both of which are given, so that it is finite."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; what is none is a slip of the command."""
        number = super().convert(value, param, ctx)
        if isnan(number):
            self.fail(f"{value} is no number", param, ctx)
        return number


SECONDS = 86_400.0
"""The longest that an option can make anything wait: a day."""


def ratio(given: object, option: str = "--iv") -> float | None:
    """A volatility as a number: 0.8 for `80%`.

    Raises:
        Failure: it is none.
    """
    if given is None:
        return None
    text = str(given).strip()
    try:
        value = float(text.rstrip("%")) / (100.0 if text.endswith("%") else 1.0)
    except ValueError:
        value = -1.0
    if not 0.0 < value <= 10.0:
        raise Failure(USAGE, f"{option} {text} is not a volatility", "write 0.8 or 80%")
    return value
