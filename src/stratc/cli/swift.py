"""The fastest engine there is for a sweep: the program's kernel, else its plan, and why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from stratc import __version__
from stratc.cli.engines import Runnable

if TYPE_CHECKING:
    from stratc.runtime.backtest.engine import Engine, PlanEngine


def swift(target: Runnable, plan: PlanEngine) -> Engine:
    """An engine through the kernel; the plan's where there cannot be one, which is said."""
    reason, kernel = _kernel(target, plan)
    if kernel is None:
        print(f"this runs on the plan, slower: {reason}", file=sys.stderr)
        return plan
    from stratc.runtime.backtest.kernel_engine import KernelEngine  # noqa: PLC0415  # numpy only when used

    return KernelEngine(plan, kernel)


def _kernel(target: Runnable, plan: PlanEngine) -> tuple[str, str | None]:
    """The kernel's text, or the reason why there is none."""
    from stratc.runtime.kernel.native import available  # noqa: PLC0415  # only for a sweep
    from stratc.runtime.market.table import TableMarket  # noqa: PLC0415  # as above

    if not available():
        return "llvmlite is not installed (pip install 'stratc[fast]')", None
    if target.loaded is None:
        return "a plan file has no kernel; give the program", None
    if plan.liquidate or not isinstance(plan.market, TableMarket):
        return "--liquidate needs it" if plan.liquidate else "events are no table of prices", None
    if target.plan.linear.perpetual and plan.market.table.columns["funding_rate"].any():
        return "its perpetuals pay funding at every tick of this market", None
    return _compiled(target)


def _compiled(target: Runnable) -> tuple[str, str | None]:
    from stratc.compiler.backends.kernel import NoKernel, compile_kernel  # noqa: PLC0415  # only for a sweep
    from stratc.compiler.ir import nodes as ir  # noqa: PLC0415  # as above

    assert target.loaded is not None
    program = target.loaded.ir
    if any(isinstance(action, ir.Liquidity) for rule in program.rules for action in rule.body):
        return "it provides liquidity", None
    try:
        return "", compile_kernel(program, __version__)
    except NoKernel as error:
        return str(error), None
