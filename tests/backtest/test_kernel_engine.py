"""A back-test through the kernel is the plan's: the same orders and fills, the same sums to rounding."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from stratc.cli.engines import runnable
from stratc.compiler.backends.kernel import compile_kernel
from stratc.runtime.backtest.engine import PlanEngine
from stratc.runtime.backtest.kernel_engine import KernelEngine
from stratc.runtime.kernel.native import available
from stratc.runtime.market.simulated import simulated
from stratc.runtime.market.table import TableMarket

pytestmark = pytest.mark.skipif(not available(), reason="no llvmlite: pip install 'stratc[fast]'")
SAME = ("ticks", "seconds", "orders", "fills", "unfilled")


def both(name: str, market: TableMarket, **terms: object) -> tuple[PlanEngine, KernelEngine]:
    target = runnable(name)
    assert target.loaded is not None
    plan = PlanEngine(target.code, market, 3, **terms)  # type: ignore[arg-type]
    return plan, KernelEngine(plan, compile_kernel(target.loaded.ir, "test"))


@pytest.mark.parametrize("fills", ["simulated", "instant"])
@pytest.mark.parametrize(
    "name", ["short_straddle", "gamma_scalper", "treasury_hedge", "collar", "funding_carry"]
)
def test_it_comes_to_the_same(name: str, fills: str) -> None:
    market = simulated("crash", 3, steps=700, step_seconds=360.0)
    plan, kernel = (engine.measure({}) for engine in both(name, market, fills=fills))
    assert plan.orders > 0
    for field in SAME:
        assert getattr(plan, field) == getattr(kernel, field), field
    for field in ("pnl", "drawdown", "turnover", "capital"):
        assert getattr(kernel, field) == pytest.approx(getattr(plan, field), rel=1e-9, abs=1e-6), field
    assert np.allclose(kernel.hourly, plan.hourly, rtol=1e-9, atol=1e-6)
    for cause, value in asdict(plan.causes).items():
        assert asdict(kernel.causes)[cause] == pytest.approx(value, rel=1e-7, abs=1e-5), cause


def test_a_parameter_and_a_span_are_taken() -> None:
    market = simulated("chop", 2, steps=600, step_seconds=360.0)
    span = (float(market.table.t[100]), float(market.table.t[400]))
    plan, kernel = (engine.measure({"band": 0.7}, span) for engine in both("short_straddle", market))
    assert plan.ticks == kernel.ticks == 300
    assert kernel.pnl == pytest.approx(plan.pnl, abs=1e-6)
    assert kernel.params == {"band": 0.7}


def test_an_option_that_expires_is_settled_at_its_tick() -> None:
    market = simulated("calm", 2, steps=900, step_seconds=3_600.0)
    plan, kernel = (engine.measure({}) for engine in both("short_straddle", market))
    assert kernel.pnl == pytest.approx(plan.pnl, abs=1e-5)
