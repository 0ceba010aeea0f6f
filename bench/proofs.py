"""Proving twenty rules against ten limits: what intervals settle, what is left to Z3, what a second check costs."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from timing import process, table, turns

from stratc.compiler.driver import check
from stratc.compiler.ir.nodes import Program
from stratc.compiler.proof.obligation import Solved
from stratc.compiler.proof.prover import Prover
from stratc.compiler.proof.solve import Solver
from stratc.dsl.source import Source

LIMITS = """market ETH in USDC
signal x: number
param cap = 2 ETH in 1 ETH .. 3 ETH
assume spot in 100 .. 50_000 USDC/ETH
limit order size <= 5 ETH
limit order notional <= 250_000 USDC
limit order slippage <= 50 bps
limit topup <= 20_000 USDC
limit abs(position(ETH)) <= 20 ETH
limit position(ETH) >= -20 ETH
limit abs(delta) <= 20 ETH
limit orders <= 4000 per rolling 1 d
limit leverage <= 3 else reject
limit drawdown <= 30% else reduce only
"""


def program() -> str:
    """Ten pairs of rules, buying on a signal and hedging in a fall."""
    lines = [LIMITS]
    for i in range(10):
        n = i + 1
        lines += [
            f"when x > {n} and position(ETH) <= {15 - i} ETH, cooldown {10 + i} min:",
            "    buy cap",
            f"when abs(delta) > {n} ETH and change(spot over {n} h) < -{n}%, cooldown {20 + i} min:",
            f"    hedge delta to max(-5 ETH, min(5 ETH, x * {n} ETH)), at most 5 ETH, slippage <= {20 + i} bps",
        ]
    lines += [line for name in ("spot", "x") for line in (f"on stale {name}:", f'    alert "no {name}"')]
    return "\n".join(lines) + "\n"


def solved(lowered: Program) -> list[Solved]:
    """Every obligation of every limit, solved."""
    prover = Prover(lowered, tell=False)
    found = [claim for at in range(len(lowered.limits)) for claim in prover.claims(at)]
    return [one.solved for claim in found for one in claim.tries]


def by_solver_alone(lowered: Program) -> list[Solved]:
    """The same obligations, each posed to Z3."""
    prover, solver = Prover(lowered), Solver()
    found = [claim for at in range(len(lowered.limits)) for claim in prover.claims(at)]
    return [solver.solve(one.obligation, simple=False, tell=False) for claim in found for one in claim.tries]


def main() -> None:
    """Print what was settled how, and the times of whole processes."""
    lowered = check(Source("twenty.strat", program())).ir
    if lowered is None:
        raise RuntimeError("the program of this benchmark does not compile")
    ours, alone = solved(lowered), by_solver_alone(lowered)
    asked = [one.seconds * 1e3 for one in ours if one.by == "solver"]
    left = (
        f"{len(asked)} asked of Z3, median {statistics.median(asked):.1f} ms, worst {max(asked):.1f} ms"
        if asked
        else "none left"
    )
    print(f"\nproofs: 20 rules, {len(lowered.limits)} limits: {len(ours)} obligations")
    print(f"  {len(ours) - len(asked)} settled without a solver, {left}")
    total, whole = sum(one.seconds for one in ours), sum(one.seconds for one in alone)
    print(
        f"  solving them {total * 1e3:.0f} ms; all of them by Z3 alone {whole * 1e3:.0f} ms: {whole / total:.2f} x ours"
    )
    stratc = shutil.which("stratc", path=str(Path(sys.executable).parent)) or "stratc"
    with tempfile.TemporaryDirectory() as folder:
        path, plain = Path(folder) / "twenty.strat", Path(folder) / "plain.strat"
        path.write_text(program())
        plain.write_text(
            "\n".join(line for line in program().splitlines() if not line.startswith(("limit", "assume")))
        )
        times = turns(
            {
                "stratc check, nothing remembered": _check(stratc, path, ""),
                "stratc check, unchanged since": _check(stratc, path, folder),
                "stratc check, the rules without limits": _check(stratc, plain, folder),
                "python -c 'import z3'": process([sys.executable, "-c", "import z3"]),
            },
            7,
        )
    table("whole processes", 1e-3, "ms", times, "stratc check, nothing remembered")


def _check(stratc: str, path: Path, memory: str) -> Callable[[], object]:
    """A check with its memory in a folder, or none."""
    return process(["env", f"STRATC_CACHE={memory}", stratc, "check", os.fspath(path)])


if __name__ == "__main__":
    main()
