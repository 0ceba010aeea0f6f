"""Portfolio margin: the worst loss of the whole account over a grid of scenarios, and contingencies on top.

The method is SPAN's (Chicago Mercantile Exchange, *Standard Portfolio Analysis of Risk*): revalue everything
after moves of price and of volatility together, and require the largest loss. Venues for options on crypto
assets do the same on a finer grid (Deribit, *Portfolio Margin*: spot up to 16 % either way in nine steps,
volatility up, down and as it is) and add contingencies for what no scenario holds: a perpetual that leaves its
index, and short options in a market without offers. Grid and shares here are parameters; the defaults are of the
size that venues use, and no venue's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from stratc.runtime.risk.instruments import Instrument, Perpetual
from stratc.runtime.risk.prices import Prices
from stratc.runtime.risk.standard import Margin
from stratc.runtime.risk.units import PARTS, share_up, worth


class Scenario(NamedTuple):
    """Relative moves of spot and volatility, and how much of the loss counts; PARTS."""

    spot: int
    vol: int
    counts: int = PARTS


def grid(moves: Sequence[int], vols: Sequence[int]) -> tuple[Scenario, ...]:
    """Every move of spot with every move of volatility (PARTS)."""
    return tuple(Scenario(move, vol) for move in moves for vol in vols)


def span(scan: int, vol: int, extreme: int = 2, covered: int = 330_000) -> tuple[Scenario, ...]:
    """SPAN's sixteen: thirds of the scan range with volatility up and down, then two moves of `extreme` ranges.

    Of the loss in those only a part (PARTS) counts; exchanges set both.
    """
    thirds = [scan * third // 3 for third in (0, 1, -1, 2, -2, 3, -3)]
    far = (Scenario(side * extreme * scan, 0, covered) for side in (1, -1))
    return (*grid(thirds, (vol, -vol)), *far)


class Model(NamedTuple):
    """What portfolio margin is worked out from; shares in PARTS."""

    scenarios: tuple[Scenario, ...] = grid(range(-160_000, 160_001, 40_000), (-250_000, 0, 500_000))
    perpetual: int = 10_000
    """Contingency: of each perpetual's notional."""
    short_option: int = 10_000
    """Contingency: of the notional of each short option, offset or not."""
    initial: int = 1_300_000
    """Initial margin, as a multiple of maintenance."""


def worst_loss(
    positions: Mapping[Instrument, int], prices: Prices, scenarios: Sequence[Scenario]
) -> tuple[int, Scenario | None]:
    """The largest loss (CENT, not negative, rounded up) and where it is; None where nothing is lost."""
    now = sum(prices.value(instrument, units) for instrument, units in positions.items())
    worst, where = 0, None
    for scenario in scenarios:
        then = prices.moved(scenario.spot, scenario.vol)
        loss = now - sum(then.value(instrument, units) for instrument, units in positions.items())
        loss = share_up(loss, scenario.counts)
        if loss > worst:
            worst, where = loss, scenario
    return worst, where


def contingency(positions: Mapping[Instrument, int], prices: Prices, model: Model) -> int:
    """What is required for risks no scenario holds, CENT, each position rounded up."""
    total = 0
    for instrument, units in positions.items():
        notional = -worth(-abs(units), prices.spot)
        if isinstance(instrument, Perpetual):
            total += share_up(notional, model.perpetual)
        elif units < 0:
            total += share_up(notional, model.short_option)
    return total


def requirement(positions: Mapping[Instrument, int], prices: Prices, model: Model) -> Margin:
    """The worst loss and the contingencies; initial margin is a multiple of that."""
    maintenance = worst_loss(positions, prices, model.scenarios)[0] + contingency(positions, prices, model)
    return Margin(share_up(maintenance, model.initial), maintenance)
