"""What there is to prove, and what came of it: data that solving, messages and certificates share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from stratc.compiler.proof.facts import relevant
from stratc.compiler.proof.terms import no, variables

if TYPE_CHECKING:
    from fractions import Fraction

    from stratc.compiler.proof.facts import Fact
    from stratc.compiler.proof.terms import Term

Status = Literal["proved", "refuted", "unknown"]
Model = dict[str, "Fraction | bool"]
"""A value for each variable."""


class Obligation(NamedTuple):
    """That a goal holds wherever the facts do."""

    name: str
    """Unique in the program, without spaces: `limit2.rule1.order1`."""
    facts: tuple[Fact, ...]
    goal: Term
    shown: tuple[tuple[str, Term], ...] = ()
    """Quantities to tell in a counterexample, by name."""

    @property
    def assertions(self) -> tuple[tuple[str, Term], ...]:
        """Facts and the goal's negation, each with a name of its own; unsatisfiable when it is proved."""
        named = [
            (f"{number} {fact.kind}: {fact.label}", fact.term) for number, fact in enumerate(self.facts, 1)
        ]
        return (*named, ("the goal fails", no(self.goal)))  # with a space: no parameter is called that


class Solved(NamedTuple):
    """What became of an obligation."""

    status: Status
    by: Literal["intervals", "example", "solver", "counting"]
    used: tuple[tuple[str, str], ...] = ()
    """(kind, label) of the facts a proof used, each once; what intervals prove names all that came up."""
    model: Model | None = None
    seconds: float = 0.0


def obligation(
    name: str, facts: tuple[Fact, ...], goal: Term, shown: tuple[tuple[str, Term], ...] = ()
) -> Obligation:
    """An obligation with the facts that can matter to it."""
    return Obligation(name, relevant(facts, goal), goal, shown)


def names_of(obligation: Obligation) -> list[str]:
    """The variables of an obligation."""
    return list(variables(obligation.goal, *(fact.term for fact in obligation.facts)))
