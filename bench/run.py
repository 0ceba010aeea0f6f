"""All benchmarks, or those named: `python bench/run.py [startup decision backtest pricing crash proofs userop]`."""

from __future__ import annotations

import os
import platform
import sys
from importlib import import_module

ALL = ("startup", "decision", "kernel", "backtest", "pricing", "crash", "proofs", "userop")


def main() -> None:
    """Run them in turn; each prints its own tables with the peers beside us."""
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}; medians (smallest-largest)"
    )
    for name in sys.argv[1:] or ALL:
        import_module(name).main()


if __name__ == "__main__":
    main()
