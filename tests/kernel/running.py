"""Programs run on the plan, tick by tick, and through the kernel, in blocks: what must come out the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pytest

from stratc.compiler.backends.kernel import compile_kernel
from stratc.compiler.backends.python_plan import compile_plan
from stratc.compiler.ir import nodes as ir
from stratc.runtime.engine.book import Book
from stratc.runtime.engine.machine import Machine
from stratc.runtime.engine.messages import Snapshot, TickResult
from stratc.runtime.kernel import Kernel, load
from stratc.runtime.kernel.columns import columns_of
from stratc.runtime.loader import load_plan
from stratc.runtime.session import atomic_sets
from stratc.runtime.venues.base import Venue

needs_llvm = pytest.mark.skipif(
    pytest.importorskip("importlib.util").find_spec("llvmlite") is None,
    reason="llvmlite is not installed: pip install stratc[fast]",
)


@lru_cache(maxsize=64)
def machine_of(program: ir.Program) -> type[Machine]:
    return load_plan(compile_plan(program, "test"))


@lru_cache(maxsize=64)
def kernel_text(program: ir.Program) -> str:
    return compile_kernel(program, "test")


def kernel(program: ir.Program, machine: Machine, venue: Venue, cache: Path | None = None) -> Kernel:
    return load(kernel_text(program), machine, venue, cache)


def on_plan(machine: Machine, venue: Venue, ticks: Sequence[Snapshot]) -> list[TickResult]:
    """As a session does, without its views."""
    results = []
    for now in ticks:
        for event in venue.advance(now, machine.book.perp):
            machine.apply(event)
        results.append(machine.step(now))
        for legs in atomic_sets(results[-1]):
            for fill in venue.submit_set(legs, now):
                machine.apply(fill)
    return results


def in_blocks(run: Kernel, ticks: Sequence[Snapshot], size: int) -> list[TickResult]:
    """The ticks in blocks of a size, one call each."""
    results: list[TickResult] = []
    for start in range(0, len(ticks), size):
        results += run.run(columns_of(ticks[start : start + size])).all_ticks()
    return results


def contents(book: Book) -> dict[str, object]:
    return {name: getattr(book, name) for name in Book.__slots__}


def differences(one: Sequence[TickResult], other: Sequence[TickResult]) -> str:
    """The first tick that is not the same on both sides."""
    for mine, theirs in zip(one, other, strict=True):
        if mine != theirs:
            return f"tick {mine.tick}\n  plan   {mine}\n  kernel {theirs}"
    return ""
