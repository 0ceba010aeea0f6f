"""The options that a program opens together, and how far a move of the price shifts their delta."""

from __future__ import annotations

from math import exp, pi, sqrt
from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.analysis.hedge_bands import constant
from stratc.compiler.ir import nodes as ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.analysis.ranges import Ranges

YEAR = 365.0 * 86_400.0
"""Seconds."""
_DENSEST = 1.0 / sqrt(2.0 * pi)


class Leg(NamedTuple):
    """`amount` options (sold: negative), chosen by |delta| or (None) by a strike, with so many seconds to live.

    A leg that expires on a date has None: what is left depends on when the program runs.
    """

    amount: float
    at_delta: float | None
    seconds: float | None

    def gamma(self, vol: float, seconds: float) -> float:
        """Gamma x spot when it is opened, in base: n(d1) / (vol sqrt(years)), Haug 2007, eq. 2.19.

        N(d1) is the delta that a leg is chosen by; a strike is taken to be at the money.
        """
        deviation = vol * sqrt(seconds / YEAR)
        d1 = deviation / 2.0 if self.at_delta is None else _quantile(self.at_delta)
        return self.amount * _DENSEST * exp(-0.5 * d1 * d1) / deviation


class OptionBook(NamedTuple):
    """What one rule, or (None) the book at the start, opens."""

    rule: int | None
    legs: tuple[Leg, ...]

    @property
    def amount(self) -> float:
        """Options, bought or sold."""
        return sum(abs(leg.amount) for leg in self.legs)

    @property
    def seconds(self) -> float | None:
        """The longest life among its legs; None where one expires on a date."""
        lives = [leg.seconds for leg in self.legs if leg.seconds is not None]
        return max(lives) if len(lives) == len(self.legs) else None

    def curvature(self, vol: float, dated: float, later: float = 0.0) -> float:
        """|gamma| x spot: base by which delta shifts for a move of the price, as a share of it.

        `dated` is the life (s) of what expires on a date; `later` is added to the life of what does not.
        """
        return abs(
            sum(leg.gamma(vol, dated if leg.seconds is None else leg.seconds + later) for leg in self.legs)
        )

    def most(self, vol: float) -> float:
        """A bound of the curvature that is cheap to find; only of legs without a date."""
        return sum(
            abs(leg.amount) * _DENSEST / (vol * sqrt(leg.seconds / YEAR)) for leg in self.legs if leg.seconds
        )


def _quantile(probability: float) -> float:
    from statistics import NormalDist  # noqa: PLC0415  # 25 ms to load, and few programs get here

    return NormalDist().inv_cdf(probability)


def option_books(program: ir.Program, ranges: Ranges) -> list[OptionBook] | None:
    """Each set of options that is opened at once; None where some cannot be known before the program runs."""
    held = [_entry(entry) for entry in program.book if isinstance(entry.instrument, ir.OptionShape)]
    books = [OptionBook(None, tuple(held))] if held else []
    for rule in program.rules:
        if any(isinstance(part, ir.Roll) for part in rule.body):
            return None
        legs = list(_legs(rule, ranges))
        if None in legs:
            return None
        if legs:
            books.append(OptionBook(rule.index, tuple(leg for leg in legs if leg is not None)))
    return books


def _entry(entry: ir.BookEntry) -> Leg:
    shape = entry.instrument
    assert isinstance(shape, ir.OptionShape)
    return Leg(float(entry.amount), None, shape.expiring_in)


def _legs(rule: ir.Rule, ranges: Ranges) -> Iterator[Leg | None]:
    for part in rule.body:
        if not isinstance(part, ir.Trade) or not isinstance(part.instrument, ir.OptionShape):
            continue
        shape, amount = part.instrument, constant(ranges, part.amount)
        at = constant(ranges, shape.at_delta) if shape.at_delta is not None else None
        if amount is None or (shape.at_delta is not None and (at is None or not 0.0 < at < 1.0)):
            yield None
        else:
            yield Leg(part.side * amount, at, shape.expiring_in)
