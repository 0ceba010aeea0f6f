"""The price, the volatility and the taste for risk in which a program is told: given, assumed, or usual."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from stratc.compiler.analysis.ranges import Ranges
from stratc.compiler.explain.words import number, percent, quantity
from stratc.compiler.ir import nodes as ir
from stratc.runtime.pricing.hedging_band import AVERSION

SPOT = 3_200.0
"""Price where nothing says another, which is where simulated markets start."""
VOL = 0.6
"""Volatility where nothing says another."""
LEAST_VOL = 0.001
"""Below it gamma is no number to reason with."""


_MOST = 1e12


class World(NamedTuple):
    """What the reader gives: a price, a volatility, a risk aversion (per quote), the gas of an order (quote)."""

    spot: float | None = None
    vol: float | None = None
    aversion: float | None = None
    gas: float | None = None


USUAL = World()
"""Nothing given."""


class Known(NamedTuple):
    """The numbers to tell with, and `told`, which says where they come from; gas None is the venue's."""

    spot: float
    vol: float
    aversion: float
    gas: float | None
    told: str


def known(program: ir.Program, given: World) -> Known:
    """What is given, else assumed, else usual."""
    spot, spot_by = _spot(program, given)
    vol, vol_by = (given.vol, "given") if given.vol is not None else _middle(program, "iv", VOL, LEAST_VOL)
    aversion = AVERSION if given.aversion is None else given.aversion
    price = quantity(float(f"{spot:.4g}"), f"{program.quote}/{program.base}")
    told = (
        f"At a price of {price} ({spot_by}), a volatility of {percent(float(f'{vol:.4g}'))} ({vol_by}) and a risk "
        f"aversion of {number(aversion)} per {program.quote}; --spot, --iv, --aversion and --gas say otherwise."
    )
    return Known(spot, vol, aversion, given.gas, told)


def _spot(program: ir.Program, given: World) -> tuple[float, str]:
    if given.spot is not None:
        return given.spot, "given"
    shapes = [entry.instrument for entry in program.book if isinstance(entry.instrument, ir.OptionShape)]
    strikes = [shape.strike for shape in shapes if shape.strike]
    if strikes:
        return sum(strikes) / len(strikes), "the mean strike of the book"
    return _middle(program, "spot", SPOT, 1e-9)


def _middle(program: ir.Program, name: str, usual: float, least: float) -> tuple[float, str]:
    """The geometric middle of the range that is assumed of an input, and where it is from."""
    ranges = Ranges(program)
    for spec in program.inputs:
        if spec.name.partition("(")[0] == name:
            low, high = ranges.of(ir.Input(spec.name, spec.unit))
            if low >= least and high <= _MOST:
                return sqrt(low * high), "the middle of what is assumed"
    return usual, "nothing is assumed of it"
