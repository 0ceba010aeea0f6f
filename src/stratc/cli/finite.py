"""Numbers that options take: in a range, and never NaN, which every range of click's lets through."""

from __future__ import annotations

from math import isnan
from typing import Any

import click


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
