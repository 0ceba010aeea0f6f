"""One rule that fires at the first tick, and what leaves the engine."""

from __future__ import annotations

from functools import lru_cache

from stratc.compiler.backends.python_plan import compile_plan
from stratc.runtime.engine.machine import Machine
from stratc.runtime.engine.messages import Order, Snapshot, TickResult
from stratc.runtime.loader import load_plan
from tests.engine.books import MARKET, T0
from tests.engines import program, whole


@lru_cache(maxsize=512)
def machine_of(text: str) -> type[Machine]:
    """The compiled program."""
    return load_plan(compile_plan(program(text), "test"))


def tick(machine: Machine, n: int = 0, **signals: float | None) -> TickResult:
    """Tick `n` (one a second) at 2,000 USDC and 80 % but for `signals`, filled at once for nothing."""
    result = machine.step(Snapshot(T0 + n, n, {**MARKET, **signals}))
    for order in result.orders:
        machine.apply(whole(order, T0 + n))
    return result


def orders(text: str, **signals: float | None) -> tuple[Order, ...]:
    """The orders of the first tick of a program."""
    return tick(machine_of(text)(), 0, **signals).orders
