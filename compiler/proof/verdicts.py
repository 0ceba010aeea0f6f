"""What is said of limits once their claims are known: proved, guarded, or not proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from stratc.compiler.proof.invariants import is_controlled
from stratc.compiler.proof.prover import Prover
from stratc.compiler.proof.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.compiler.ir import nodes as ir
    from stratc.compiler.proof.obligation import Obligation, Solved, Status
    from stratc.compiler.proof.prover import Claim

Verdict = Literal["proved", "cannot trip", "guarded", "refuted", "unknown"]
"""Of a theorem: proved, refuted or unknown. Of a guard: cannot trip (it is proved as well), or guarded."""


class Judgement(NamedTuple):
    """A limit with its claims."""

    limit: ir.Limit
    claims: tuple[Claim, ...]
    """Empty where no order concerns the limit."""

    @property
    def verdict(self) -> Verdict:
        """What is said of the limit as a whole."""
        statuses = {claim.status for claim in self.claims}
        return verdict(
            self.limit,
            "refuted" if "refuted" in statuses else "unknown" if "unknown" in statuses else "proved",
        )

    @property
    def enough(self) -> bool:
        """Whether the limit is proved, with `else` or without."""
        return self.verdict in ("proved", "cannot trip")


class Asker(Prover):
    """A prover for those who need no counterexamples told, and so no short numbers in them."""

    def solve(self, one: Obligation, simple: bool = False) -> Solved:
        """What becomes of an obligation."""
        return super().solve(one, simple)


class Tally(NamedTuple):
    """How many limits there are of each kind."""

    proved: int
    refuted: int
    unknown: int
    guards: int
    """All of them."""
    idle: int
    """Guards that cannot trip."""

    @property
    def theorems(self) -> int:
        """Limits without `else`."""
        return self.proved + self.refuted + self.unknown


def verdict(limit: ir.Limit, status: Status) -> Verdict:
    """What a claim's status says of a limit; a guard of which nothing is proved may trip."""
    if limit.policy is None:
        return status
    return "cannot trip" if status == "proved" else "guarded"


def judge(prover: Prover, guards: bool = True) -> tuple[Judgement, ...]:
    """Every limit of a program with its claims, proved or not; without `guards` theirs only for the start."""
    return tuple(
        Judgement(limit, tuple(_claims(prover, position, guards or limit.policy is None)))
        for position, limit in enumerate(prover.program.limits)
    )


def _claims(prover: Prover, position: int, every: bool) -> Iterator[Claim]:
    limit = prover.program.limits[position]
    if every:
        yield from prover.claims(position)
    elif limit.scope == "state" and is_controlled(World(prover.program), limit):
        yield next(prover.claims(position))  # the book at the start comes first


def tally(judged: Iterable[Judgement]) -> Tally:
    """Count limits by what is said of them."""
    verdicts = [one.verdict for one in judged]
    return Tally(
        verdicts.count("proved"),
        verdicts.count("refuted"),
        verdicts.count("unknown"),
        verdicts.count("guarded") + verdicts.count("cannot trip"),
        verdicts.count("cannot trip"),
    )


def assumptions(used: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Labels of the program's assumptions among the facts that a proof used."""
    return tuple(label for kind, label in used if kind == "assumption")
