"""A prover that asks no solver: what intervals do not settle stays unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.proof.obligation import Solved
from stratc.compiler.proof.prover import Prover
from stratc.compiler.proof.solve import by_intervals

if TYPE_CHECKING:
    from stratc.compiler.proof.obligation import Obligation


class QuickProver(Prover):
    """For what is not worth a solver's time."""

    def solve(self, one: Obligation, simple: bool = True) -> Solved:
        """Proved by intervals, or unknown."""
        return by_intervals(one, tell=False) or Solved("unknown", "intervals")

    def quickly(self, one: Obligation) -> bool:
        """Whether intervals prove an obligation."""
        return by_intervals(one, tell=False) is not None
