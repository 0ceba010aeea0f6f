"""What is tighter: field by field to the unit, and never anything that lets more through than before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stratc.runtime.guard import Check, Flow, GuardLimits, Measure, Window
from tests.chain.evm import Reverted
from tests.chain.guarded import ETH, PRICE, STRATEGY, USDC, World, refused

pytestmark = pytest.mark.chain
BASE = GuardLimits(
    max_age=30, agreement=5_000_000, order_size=2 * ETH, order_notional=4000 * USDC, slippage=3_000_000,
    top_up=500 * USDC, exposure_low=-5 * ETH, exposure_high=25 * ETH, cash=100 * USDC, gas_price=10**11,
    gas_cost=50 * USDC, flows=(Flow(Measure.ORDERS, Window.ROLLING, 3600, 5),),
)  # fmt: skip
LARGER_IS_TIGHTER = ("exposure_low", "cash")
NUMBERS = [name for name in GuardLimits.__slots__ if name != "flows"]


@pytest.mark.parametrize("name", NUMBERS)
def test_each_number_by_one_unit(name: str) -> None:
    closer = 1 if name in LARGER_IS_TIGHTER else -1
    looser = {name: getattr(BASE, name) - closer}
    refused(lambda: World(BASE).change("tighten", **looser), Check.NOT_TIGHTER)
    World(BASE).change("tighten", **{name: getattr(BASE, name) + closer})
    World(BASE).change("tighten")


@pytest.mark.parametrize(
    ("new", "tighter"),
    [
        (Flow(Measure.ORDERS, Window.ROLLING, 3600, 4), True),
        (Flow(Measure.ORDERS, Window.ROLLING, 3600, 6), False),
        (Flow(Measure.ORDERS, Window.ROLLING, 3601, 5), True),
        (Flow(Measure.ORDERS, Window.ROLLING, 3599, 5), False),
        (Flow(Measure.ORDERS, Window.ROLLING, 3599, 1), False),
        (Flow(Measure.TURNOVER, Window.ROLLING, 3600, 1), False),
        (Flow(Measure.ORDERS, Window.DAY, 0, 5), False),
        (None, False),
    ],
)
def test_a_limit_over_a_window(new: Flow | None, tighter: bool) -> None:
    world = World(BASE)

    def change() -> None:
        world.change("tighten", flows=(new,))

    if tighter:
        change()
    else:
        refused(change, Check.NOT_TIGHTER)


def test_one_more_limit_over_a_window_is_tighter_and_one_fewer_is_not() -> None:
    world = World(BASE)
    two = (*BASE.flows, Flow(Measure.TURNOVER, Window.DAY, 0, 10))
    world.change("tighten", flows=two)
    refused(lambda: world.change("tighten"), Check.NOT_TIGHTER)


small = st.integers(0, 3)
flows = st.builds(
    Flow, st.sampled_from([Measure.ORDERS, Measure.TURNOVER]), st.just(Window.ROLLING),
    st.sampled_from([60, 3600]), st.integers(0, 3 * USDC),
)  # fmt: skip
limits = st.builds(
    GuardLimits,
    max_age=small, agreement=small, order_size=small, order_notional=small, slippage=st.integers(0, 10**9),
    top_up=small, exposure_low=st.integers(-3, 0).map(lambda n: n + 10 * ETH),
    exposure_high=st.integers(0, 3).map(lambda n: n + 10 * ETH), cash=st.integers(49_999, 50_001).map(USDC.__mul__),
    gas_price=small, flows=st.lists(flows, max_size=2).map(tuple),
)  # fmt: skip


@st.composite
def pairs(draw: st.DrawFn) -> tuple[GuardLimits, GuardLimits]:
    """Limits, and others that differ in a field or two."""
    old = draw(limits)
    names = draw(st.sets(st.sampled_from([*NUMBERS[:-1], "flows"]), min_size=1, max_size=2))
    new = draw(limits)
    changed: dict[str, Any] = {name: getattr(new, name) for name in names}
    return old, replace(old, **changed)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(pairs(), st.lists(st.tuples(*[st.integers(-3, 3)] * 2, small, small, small), min_size=1, max_size=4))
def test_what_passes_after_tightening_passed_before(
    both: tuple[GuardLimits, GuardLimits], batches: list[tuple[int, ...]]
) -> None:
    old, new = both
    before, after = World(old), World(old)
    try:
        after.admin("tighten", bytes.fromhex(STRATEGY), new.row())
    except Reverted:
        return  # not tighter; what is and what is not is told above, field by field
    for batch in batches:
        if not passes(after, *batch):
            return
        assert passes(before, *batch)


def passes(world: World, base: int, quote: int, age: int, apart: int, gas: int) -> bool:
    world.wait(100)
    world.prices(PRICE * 10**8, PRICE * 10**8 + apart * 200, age=age)
    world.evm.gas_price = 0
    hints = world.guard("hints")
    world.evm.gas_price = gas
    try:
        world.batch(world.trade(base, quote), hints=hints)
    except Reverted:
        return False
    finally:
        world.evm.gas_price = 0
    return True
