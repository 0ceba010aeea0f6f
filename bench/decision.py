"""One decision of a 20-rule program when nothing fires: the compiled plan against what it could have been."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from timing import table, turns

from stratc.compiler.backends.python_plan import compile_plan
from stratc.compiler.driver import check
from stratc.dsl.source import Source
from stratc.reference.interpreter import Reference
from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.loader import load_plan

TICKS = 20_000
Signals = Mapping[str, float | None]
_SIGNALS = 4


def program() -> str:
    """Twenty rules of the common kinds over four signals and delta; none of them fires below."""
    lines = ["market ETH in USDC", *(f"signal x{i}: number" for i in range(_SIGNALS))]
    lines += ["param band = 1 ETH in 0.1 ETH .. 2 ETH", "limit order size <= 5 ETH else clamp"]
    for k in range(20):
        x = f"x{k % _SIGNALS}"
        head = (f"when {x} + {k} > 1000", f"when {x} rises above 1000", "when abs(delta) > band")[k % 3]
        lines += [f"{head}:", "    buy 1 ETH"]
    lines += [line for i in range(_SIGNALS) for line in (f"on stale x{i}:", f'    alert "no x{i}"')]
    return "\n".join(lines[: len(lines)]) + '\non stale spot:\n    alert "no spot"\n'


def events() -> list[Snapshot]:
    """Ticks whose values move and stay below every threshold."""
    return [
        Snapshot(float(i), i, {"spot": 2000.0 + i % 7, "x0": 1.0 + i % 5, "x1": 2.0, "x2": 3.0, "x3": 4.0})
        for i in range(TICKS)
    ]


def handwritten() -> Callable[[Snapshot], bool]:
    """What a person would write for just these rules, without books, modes or limits."""
    last = [False] * 20
    band, delta = 1.0, 0.0

    def decide(snapshot: Snapshot) -> bool:
        get = snapshot.signals.get
        x = (get("x0"), get("x1"), get("x2"), get("x3"))
        if None in x:
            return False
        fired = False
        a, b, c, d = x
        for k in (0, 3, 6, 9, 12, 15, 18):
            if x[k % 4] + k > 1000.0:  # type: ignore[operator]  # None was ruled out above
                fired = True
        for k, value in ((1, b), (4, a), (7, d), (10, c), (13, b), (16, a), (19, d)):
            now = value > 1000.0  # type: ignore[operator]
            if now and not last[k]:
                fired = True
            last[k] = now
        return fired or abs(delta) > band

    return decide


def closures() -> Callable[[Snapshot], bool]:
    """The same conditions as a tree of closures: one call a node."""

    def constant(value: float) -> Callable[[Signals], float]:
        return lambda _: value

    def signal(name: str) -> Callable[[Signals], float]:
        return lambda values: values[name] or 0.0

    def plus(
        left: Callable[[Signals], float], right: Callable[[Signals], float]
    ) -> Callable[[Signals], float]:
        return lambda values: left(values) + right(values)

    def above(
        left: Callable[[Signals], float], right: Callable[[Signals], float]
    ) -> Callable[[Signals], bool]:
        return lambda values: left(values) > right(values)

    rules = [
        above(plus(signal(f"x{k % _SIGNALS}"), constant(float(k))), constant(1000.0))
        if k % 3 == 0
        else above(signal(f"x{k % _SIGNALS}") if k % 3 == 1 else constant(0.0), constant(1000.0))
        for k in range(20)
    ]

    def decide(snapshot: Snapshot) -> bool:
        values = snapshot.signals
        return any(rule(values) for rule in rules)

    return decide


def main() -> None:
    """Print microseconds a tick."""
    result = check(Source("bench.strat", program()))
    assert result.ir is not None, result.diagnostics
    machine = load_plan(compile_plan(result.ir, "bench"))
    ticks = events()

    def over(make: Callable[[], Callable[[Snapshot], object]], count: int = TICKS) -> Callable[[], None]:
        def work() -> None:
            step = make()
            for tick in ticks[:count]:
                step(tick)

        return work

    ir = result.ir
    times = turns(
        {
            "stratc plan, step()": over(lambda: machine().step),
            "hand-written function": over(handwritten),
            "tree of closures": over(closures),
        }
    )
    table(
        f"decision of a 20-rule program, nothing fires ({TICKS:,} ticks)",
        1e-6,
        "µs a tick",
        times,
        "stratc plan, step()",
        TICKS,
    )
    slow = turns({"reference interpreter": over(lambda: Reference(ir).step, 500)}, 3)
    print(
        f"  the reference interpreter, for scale: {slow['reference interpreter'].median / 500 * 1e6:.0f} µs a tick"
    )


if __name__ == "__main__":
    main()
