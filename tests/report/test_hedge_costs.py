"""What hedges cost, and the band that a run's data would choose, on frames whose sums are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import log, sqrt

import pytest

from stratc.runtime.engine.messages import CENT, LOT, Fill, Frame, Order, Outcome
from stratc.runtime.pricing.hedging_band import break_even_band, middle_band
from stratc.runtime.report.hedge_costs import Hedged, Hedging
from tests.report.runs import frames

GAMMA = 0.01


def quiet(t: float, spot: float | None, gamma: float | None = GAMMA) -> Frame:
    """A tick without decisions."""
    some = next(iter(frames()))
    result = some.result._replace(outcomes=(), orders=(), alerts=())
    after = replace(some.after, spot=spot, gamma=gamma)
    return replace(some, snapshot=replace(some.snapshot, t=t), result=result, events=(), after=after)


def hedge(frame: Frame, units: int, *fills: Fill, do: str = "hedge") -> Frame:
    """The tick with an order of rule 1, and fills."""
    order = Order("0.1.0", 1, 0, 0.0, 0, "trade", "ETH-PERP", None, units, 2_000.0)
    outcome = Outcome(0, 0.0, 1, "sent", do, "ETH-PERP", units, (), "active")
    return replace(
        frame, result=frame.result._replace(outcomes=(outcome,), orders=(order,)), events=tuple(fills)
    )


def fill(units: int, price: float, fee: float, gas: float, *, final: bool = True) -> Fill:
    return Fill("0.1.0", 0.0, units, price, round(fee * CENT), round(gas * CENT), final)


def told(*ticks: Frame) -> Hedged:
    hedging = Hedging()
    for tick in ticks:
        hedging.add(tick)
    return hedging.result()


def day() -> Iterator[Frame]:
    """A hedge of 0.5 ETH in two fills, 1 USDC worse than mid, 1 USDC of fees and 3 of gas; then a move of 1 %."""
    half = LOT // 4
    yield hedge(
        quiet(0.0, 2_000.0),
        -LOT // 2,
        fill(-half, 1_998.0, 0.5, 2.0, final=False),
        fill(-half, 1_998.0, 0.5, 1.0),
    )
    yield quiet(86_400.0, 2_020.0, 2 * GAMMA)


def test_a_hedge_is_an_order_however_many_fills_it_took() -> None:
    hedged = told(*day())
    assert (hedged.count, hedged.size, hedged.gas) == (1, 0.5, 3.0)
    assert hedged.cost == pytest.approx((0.5 * 2.0 + 1.0) / (0.5 * 2_000.0))
    assert hedged.days == 1.0
    assert hedged.vol == pytest.approx(log(1.01) * sqrt(365))


def test_bands_are_those_of_the_formulas() -> None:
    hedged = told(*day())
    assert hedged.gamma == pytest.approx(1.5 * GAMMA)
    assert hedged.break_even == break_even_band(hedged.gamma, hedged.spot, hedged.cost, 3.0)
    # Only the gamma before the move has moved delta.
    assert hedged.moved == pytest.approx(GAMMA)
    assert hedged.optimal == middle_band(hedged.moved, hedged.spot, hedged.cost, 3.0)
    assert hedged.often == pytest.approx((GAMMA * hedged.spot * hedged.vol / hedged.optimal) ** 2 / 365)


def test_narrow_is_a_hedge_smaller_than_what_pays_for_it() -> None:
    hedged = told(*day())
    assert hedged.break_even is not None
    assert hedged.narrow == (hedged.size < hedged.break_even)
    assert replace(hedged, size=hedged.break_even * 0.99).narrow
    assert not replace(hedged, size=hedged.break_even * 1.01).narrow


def test_only_what_hedges_counts() -> None:
    assert told(hedge(quiet(0.0, 2_000.0), LOT, fill(LOT, 2_000.0, 1.0, 0.0), do="buy")).count == 0


def test_without_gamma_or_hedges_nothing_is_said() -> None:
    bare = told(hedge(quiet(0.0, 2_000.0, None), LOT, fill(LOT, 2_000.0, 1.0, 0.0)), quiet(9.0, 2_010.0, 0.0))
    for nothing in (bare, told(quiet(0.0, 2_000.0), quiet(1.0, 2_001.0)), told(quiet(0.0, None))):
        assert (nothing.break_even, nothing.optimal, nothing.often, nothing.narrow) == (
            None,
            None,
            None,
            False,
        )
