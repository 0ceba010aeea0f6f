"""A million ticks: one option hedged on the kernel, beside C and numba by hand; twenty rules; a cold start."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from shutil import which

import decision
import numpy as np
from numpy.typing import NDArray
from timing import python, table, turns

from stratc.compiler.backends.kernel import compile_kernel
from stratc.compiler.backends.python_plan import compile_plan
from stratc.compiler.driver import check
from stratc.dsl.source import Source
from stratc.runtime.engine.machine import Machine
from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.kernel import load
from stratc.runtime.kernel.result import KernelResult
from stratc.runtime.loader import load_plan
from stratc.runtime.venues.instant import InstantVenue

TICKS = 1_000_000
STRIKE, EXPIRY, CONTRACTS, FEE = 2_000.0, 1_798_185_600.0, -10.0, 5e-4
BANDS = (0.5, 0.05)
Columns = dict[str, NDArray[np.generic]]
_NANO = 1e-9


def hedge(band: float) -> str:
    """A short call whose delta is kept within a band."""
    return f"""market ETH in USDC
venue perp: perpetual "ETH-PERP", fee 5 bps
book:
    short 10 ETH call strike 2_000 expiring 2026-12-25
when abs(delta) > {band} ETH:
    hedge delta to 0 ETH on perp
on stale spot:
    reduce only "no price"
on stale iv:
    reduce only "no volatility"
"""


def minutes() -> Columns:
    """A geometric Brownian motion at 60 %, a tick a minute."""
    t = 1_700_000_000.0 + 60.0 * np.arange(TICKS)
    steps = np.random.default_rng(1).normal(0.0, 0.6 * np.sqrt(60.0 / 31_536_000.0), TICKS)
    spot = 2_000.0 * np.exp(np.cumsum(steps))
    return {"t": t, "block": (t // 12).astype(np.int64), "spot": spot, "iv": np.full(TICKS, 0.6)}


def signals() -> Columns:
    """What the twenty rules read; none of them fires."""
    at = np.arange(TICKS)
    x = {f"x{i}": np.full(TICKS, float(i + 1)) for i in range(1, 4)}
    return {"t": at * 1.0, "block": at, "spot": 2_000.0 + at % 7, "x0": 1.0 + at % 5, **x}


def started(text: str) -> tuple[type[Machine], str]:
    """A program's machine and its kernel's text."""
    typed = check(Source("bench.strat", text)).ir
    assert typed is not None
    return load_plan(compile_plan(typed, "bench")), compile_kernel(typed, "bench")


def on_kernel(text: str, columns: Columns) -> Callable[[], int]:
    """A run from the beginning; gives how many ticks something happened at."""
    machine, kernel = started(text)
    return lambda: fired(load(kernel, machine()).run(columns))


def fired(result: KernelResult) -> int:
    """Ticks in which something happened."""
    return len(result.done) + sum(len(rows) for rows, _ in result.native)


def on_plan(text: str, columns: Columns, ticks: int) -> Callable[[], object]:
    """The plan on the first of the ticks, made snapshots before."""
    machine, _ = started(text)
    names = [name for name in columns if name not in ("t", "block")]
    rows = [
        Snapshot(float(columns["t"][i]), int(columns["block"][i]), {n: float(columns[n][i]) for n in names})
        for i in range(ticks)
    ]

    def run() -> None:
        engine, venue = machine(), InstantVenue()
        for row in rows:
            venue.advance(row, 0)
            for order in engine.step(row).orders:
                for fill in venue.submit_set([order], row):
                    engine.apply(fill)

    return run


def in_c(columns: Columns, band: float) -> Callable[[], int] | None:
    """The same rule in C, if there is a compiler: -O3, fast-math, this processor's vectors."""
    if which("cc") is None:
        print("no C compiler here: the comparison with C is left out")
        return None
    library = Path(tempfile.mkdtemp()) / "peer.so"
    source = Path(__file__).with_name("kernel_peer.c")
    flags = ["-O3", "-ffast-math", "-march=native", "-shared", "-fPIC"]
    subprocess.run(["cc", *flags, "-o", str(library), str(source), "-lmvec", "-lm"], check=True)
    run = ctypes.CDLL(str(library)).run
    run.restype = ctypes.c_long
    delta, result = np.empty(TICKS), np.empty(2)
    pointers = [ctypes.c_void_p(columns[name].ctypes.data) for name in ("t", "spot", "iv")]
    numbers = [ctypes.c_double(x) for x in (STRIKE, EXPIRY, CONTRACTS, band, FEE)]
    outputs = [ctypes.c_void_p(array.ctypes.data) for array in (delta, result)]
    kept = (delta, result)
    return lambda: int(run(ctypes.c_long(TICKS), *pointers, *numbers, *outputs)) if kept else 0


def in_numba(columns: Columns, band: float) -> Callable[[], int]:
    """Our vectorised Greeks for all ticks, then a compiled scan."""
    from numba import njit  # noqa: PLC0415  # a second to import, only here

    from stratc.runtime.pricing.vector import greeks  # noqa: PLC0415

    @njit
    def scan(delta, spot):  # type: ignore[no-untyped-def]  # what numba compiles has no types to declare
        position, money, trades = 0.0, 0.0, 0
        for i in range(len(delta)):
            now = position + CONTRACTS * delta[i]
            if abs(now) > band:
                position -= now
                money += now * spot[i] - abs(now) * spot[i] * FEE
                trades += 1
        return trades

    t, spot, iv = columns["t"], columns["spot"], columns["iv"]

    def run() -> int:
        years = (EXPIRY - t) / 31_536_000.0
        return int(scan(greeks(True, spot, STRIKE, years, iv, threads=1).delta, spot))

    return run


def main() -> None:
    """Print the tables."""
    columns = minutes()
    for band in BANDS:
        work: dict[str, Callable[[], object]] = {"kernel": on_kernel(hedge(band), columns)}
        peer = in_c(columns, band)
        work |= {} if peer is None else {"C, deltas first, libmvec": peer}
        work["numba, five Greeks first, one thread"] = in_numba(columns, band)
        trades = {name: run() for name, run in work.items()}
        title = f"One call hedged within {band} ETH, {TICKS:,} ticks, ns a tick; trades {trades}"
        table(title, _NANO, "ns", turns(work), "kernel", TICKS)
    few = 20_000
    on_it = {"kernel": on_kernel(decision.program(), signals())}
    table("Twenty rules, none fires, ns a tick", _NANO, "ns", turns(on_it), "kernel", TICKS)
    plan = {"plan": on_plan(decision.program(), signals(), few)}
    table("The same on the plan", _NANO, "ns", turns(plan, 3), "plan", few)
    cold()


def cold() -> None:
    """A fresh process that loads and runs the 20-rule kernel, compiled before, beside one that imports numpy."""
    machine_text = compile_plan_text()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "plan.py").write_text(machine_text[0])
        (Path(folder) / "kernel.ll").write_text(machine_text[1])
        code = _COLD.format(folder=folder)
        subprocess.run([sys.executable, "-c", code], check=True)
        table(
            "A process that steps a tick of twenty rules, ms",
            1e-3,
            "ms",
            turns({"kernel": python("-c", code), "import numpy": python("-c", "import numpy")}),
            "kernel",
        )


def compile_plan_text() -> tuple[str, str]:
    """The 20-rule program as a plan and as a kernel."""
    typed = check(Source("bench.strat", decision.program())).ir
    assert typed is not None
    return compile_plan(typed, "bench"), compile_kernel(typed, "bench")


_COLD = """
import numpy as np
from pathlib import Path
from stratc.runtime.kernel import load
from stratc.runtime.kernel.result import KernelResult
from stratc.runtime.loader import load_plan
folder = Path({folder!r})
kernel = load((folder / "kernel.ll").read_text(), load_plan((folder / "plan.py").read_text())(), cache=folder)
names = ("spot", "x0", "x1", "x2", "x3")
kernel.run({{"t": np.zeros(1), "block": np.zeros(1, np.int64), **{{name: np.ones(1) for name in names}}}})
"""


if __name__ == "__main__":
    main()
