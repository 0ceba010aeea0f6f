"""Fair timing for the benchmarks: repeats, the median, and the spread that says how noisy the machine was."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

# Installed programs have their bytecode cached; so must what is measured here.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Times(NamedTuple):
    """Seconds: the smallest, the median, the largest."""

    low: float
    median: float
    high: float


def inside(work: Callable[[], object], repeats: int = 9) -> Times:
    """Time a function in this process."""
    work()
    return _of([_once(work) for _ in range(repeats)])


def turns(work: dict[str, Callable[[], object]], repeats: int = 9) -> dict[str, Times]:
    """Time several functions in turn, so that a change of the machine's speed hits all of them."""
    for each in work.values():
        each()
    taken: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(repeats):
        for name, each in work.items():
            taken[name].append(_once(each))
    return {name: _of(times) for name, times in taken.items()}


def process(arguments: Sequence[str]) -> Callable[[], object]:
    """A whole process, its output thrown away; it must succeed or find errors (exit 0 or 1)."""

    def start() -> None:
        done = subprocess.run(arguments, capture_output=True, check=False, env=_ENVIRONMENT)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"{arguments} ended with {done.returncode}: {done.stderr.decode()[-400:]}")

    return start


def python(*arguments: str) -> Callable[[], object]:
    """A whole process of this Python."""
    return process([sys.executable, *arguments])


def table(
    title: str, unit: float, unit_name: str, times: dict[str, Times], ours: str, count: int = 1
) -> None:
    """Print one table: each in `unit_name`, and how many times as long as ours it took."""
    print(f"\n{title}")
    base = times[ours].median
    for name, taken in times.items():
        low, median, high = (t / count / unit for t in taken)
        print(
            f"  {name:<46} {median:9.2f} {unit_name}  ({low:.2f}-{high:.2f})  {taken.median / base:6.2f} x ours"
        )


def _once(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _of(times: list[float]) -> Times:
    return Times(min(times), statistics.median(times), max(times))
