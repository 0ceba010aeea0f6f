"""Decisions by the native kernel, or why the plan has to make them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence

from stratc import __version__
from stratc.cli.engines import Runnable, start
from stratc.cli.failures import USAGE, Failure
from stratc.runtime.engine.messages import Snapshot, TickResult
from stratc.runtime.venues.instant import InstantVenue
from stratc.runtime.venues.none import NoVenue


def on_kernel(
    target: Runnable, params: Mapping[str, float], snapshots: Sequence[Snapshot], instant: bool
) -> Iterator[TickResult] | None:
    """The results of the ticks in which something happened; None, and a line that says why, where there is no kernel.

    Raises:
        Failure: a plan file, which no kernel can be compiled from, or a parameter out of its range.
    """
    if target.loaded is None:
        raise Failure(
            USAGE, "a kernel is compiled from a program, not from a plan file", "give the .strat file"
        )
    # NumPy and llvmlite take a tenth of a second each, and only this engine needs them.
    from stratc.compiler.backends.kernel import NoKernel, compile_kernel  # noqa: PLC0415
    from stratc.runtime.kernel import load  # noqa: PLC0415
    from stratc.runtime.kernel.columns import columns_of  # noqa: PLC0415
    from stratc.runtime.kernel.source import KernelError  # noqa: PLC0415

    machine = start(target.machine, params)
    try:
        columns = columns_of(snapshots)
        kernel = load(
            compile_kernel(target.loaded.ir, __version__), machine, InstantVenue() if instant else NoVenue()
        )
    except (NoKernel, KernelError) as error:
        print(f"this program runs on the plan, which is slower: {error}", file=sys.stderr)
        return None
    return iter(kernel.run(columns).decided())
