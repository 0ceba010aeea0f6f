"""Thirty days of minutes, one back-test with all its measures: through the kernel and through the plan."""

from __future__ import annotations

from timing import table, turns

from stratc.cli.engines import runnable
from stratc.compiler.backends.kernel import compile_kernel
from stratc.runtime.backtest.engine import PlanEngine
from stratc.runtime.backtest.kernel_engine import KernelEngine
from stratc.runtime.market.simulated import simulated

TICKS = 43_200


def main() -> None:
    """The short straddle on a simulated market, orders filled late and in the book's depth."""
    target = runnable("short_straddle")
    assert target.loaded is not None
    market = simulated("chop", 1, steps=TICKS)
    plan = PlanEngine(target.code, market, 1)
    kernel = KernelEngine(plan, compile_kernel(target.loaded.ir, "bench"))
    times = turns({"kernel": lambda: kernel.measure({}), "plan": lambda: plan.measure({})}, repeats=3)
    table(f"one back-test, {TICKS:,} ticks, a tick", 1e-6, "us", times, ours="kernel", count=TICKS)


if __name__ == "__main__":
    main()
