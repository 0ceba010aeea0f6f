"""Two weeks of minutes, one back-test with all its measures: through the kernel and through the plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from timing import table, turns

from stratc.cli.engines import runnable
from stratc.compiler.backends.kernel import compile_kernel
from stratc.runtime.backtest.engine import PlanEngine
from stratc.runtime.backtest.kernel_engine import KernelEngine
from stratc.runtime.market.simulated import simulated
from stratc.runtime.market.table import TableMarket

TICKS = 20_000


def main() -> None:
    """The short straddle on a simulated market, orders filled late and in the book's depth.

    Funding is paid tick by tick, and each payment is a tick for the machine: so once without, as in most files.
    """
    market = simulated("chop", 1, steps=TICKS)
    columns = {**market.table.columns, "funding_rate": np.zeros(TICKS)}
    free = replace(market, table=replace(market.table, columns=columns))
    for about, given in (("without funding", free), ("with funding", market)):
        plan, kernel = engines(given)
        times = turns(
            {"kernel": lambda k=kernel: k.measure({}), "plan": lambda p=plan: p.measure({})}, repeats=3
        )
        table(
            f"one back-test, {TICKS:,} ticks {about}, a tick", 1e-6, "us", times, ours="kernel", count=TICKS
        )


def engines(market: TableMarket) -> tuple[PlanEngine, KernelEngine]:
    """Both, on a market."""
    target = runnable("short_straddle")
    assert target.loaded is not None
    plan = PlanEngine(target.code, market, 1)
    return plan, KernelEngine(plan, compile_kernel(target.loaded.ir, "bench"))


if __name__ == "__main__":
    main()
