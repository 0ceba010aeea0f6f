"""`stratc check` of a 100-line program, the whole process, beside the imports it could not do without."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from timing import process, python, table, turns


def program() -> str:
    """About a hundred lines (8 kB): ten rules' worth of every construct, commented like a real one."""
    lines = ["strategy hundred_lines", "market ETH in USDC", ""]
    lines += [f"signal s{i}: number" for i in range(8)]
    lines += [f"param band{i} = 0.{i + 1} ETH in 0.05 ETH .. 2 ETH" for i in range(8)]
    lines += [f"let edge{i} = s{i} * band{i} - delta / {i + 2}" for i in range(8)]
    lines += ["limit order size <= 5 ETH else clamp", "limit orders <= 60 per rolling 1 h else defer", ""]
    for i in range(16):
        k = i % 8
        lines += [
            f"# rule {i}: follow signal {k} while the market is calm enough for it",
            f"when abs(edge{k}) > band{k} and s{k} * 2 + {i} < 100, cooldown {i + 1} min:",
            f"    hedge delta to s{k} * band{k}, at most 5 ETH, slippage <= {10 + i} bps",
            "",
        ]
    lines += [line for i in range(8) for line in (f"on stale s{i}:", f'    alert "no s{i}"')]
    lines += ["on stale spot:", '    reduce only "no price"']
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print milliseconds a process."""
    stratc = shutil.which("stratc", path=str(Path(sys.executable).parent)) or "stratc"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hundred.strat"
        path.write_text(program())
        times = turns(
            {
                "stratc check, 100 lines": process(["env", "STRATC_CACHE=", stratc, "check", str(path)]),
                "stratc check, unchanged since": process(
                    ["env", f"STRATC_CACHE={folder}", stratc, "check", str(path)]
                ),
                "python -c 'import click, lark'": python("-c", "import click, lark"),
                "python -c 'import click'": python("-c", "import click"),
                "python -c pass": python("-c", "pass"),
            },
            15,
        )
    lines = program().count("\n")
    table(f"start-up: {lines} lines, whole process", 1e-3, "ms", times, "stratc check, 100 lines")


if __name__ == "__main__":
    main()
