"""What a proof may start from, each fact with a name that a person recognises."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, NamedTuple

from stratc.compiler.proof.terms import TRUE, Term, both, implies, variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Kind = Literal["assumption", "parameter", "nature", "trigger", "limit", "guard", "order", "book", "value"]
"""What a fact comes from: a declaration of the program (assumption, parameter, limit that held before,
guard that let the order through), what the rule does (trigger, order), what the book holds, what prices and
ratios are by their nature, or that a value was available (value)."""


class Fact(NamedTuple):
    """Something that holds whenever an order is sent."""

    label: str
    kind: Kind
    term: Term


class Facts:
    """The facts of one obligation, in the order they came up, each once."""

    def __init__(self) -> None:
        """No facts yet."""
        self._known: dict[tuple[str, Term], Fact] = {}
        self._when: Term = TRUE

    def add(self, label: str, kind: Kind, term: Term) -> None:
        """Take in a fact; inside `under` it holds only in that case."""
        term = implies(self._when, term)
        if term is not TRUE:
            self._known.setdefault((label, term), Fact(label, kind, term))

    @contextmanager
    def under(self, condition: Term) -> Iterator[None]:
        """Facts added meanwhile hold where the condition does."""
        before, self._when = self._when, both(self._when, condition)
        try:
            yield
        finally:
            self._when = before

    def all(self) -> tuple[Fact, ...]:
        """Every fact."""
        return tuple(self._known.values())


def relevant(facts: Iterable[Fact], goal: Term) -> tuple[Fact, ...]:
    """The facts that share a variable, directly or through others, with the goal or the trigger.

    Leaving facts out is sound: what follows from fewer follows from all.
    """
    given = [(fact, set(variables(fact.term))) for fact in facts]
    reached = set(variables(goal))
    for fact, names in given:
        if fact.kind == "trigger":
            reached |= names
    grown = True
    while grown:
        size = len(reached)
        for _, names in given:
            if not names.isdisjoint(reached):
                reached |= names
        grown = len(reached) > size
    return tuple(fact for fact, names in given if not names or not names.isdisjoint(reached))
