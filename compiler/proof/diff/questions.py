"""What is asked of two rules: does one fire where the other does not, and where both do, is an order different?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from stratc.compiler.explain.words import joined
from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.diff.bodies import Bodies, Step, doings_of, is_numbers_only
from stratc.compiler.proof.diff.halves import condition_of
from stratc.compiler.proof.diff.results import Difference, Judge, Verdict
from stratc.compiler.proof.diff.states import decision, state, witness, worth
from stratc.compiler.proof.diff.words import doing
from stratc.compiler.proof.facts import Fact
from stratc.compiler.proof.obligation import Obligation, Solved, obligation
from stratc.compiler.proof.terms import FALSE, TRUE, ZERO, Term, both, either, eq, no

if TYPE_CHECKING:
    from stratc.compiler.proof.diff.halves import Half
    from stratc.compiler.proof.obligation import Model
    from stratc.compiler.proof.orders import Leg

NOTHING = "does nothing"
WAITS = "waits for it"
GOES_ON = "can go on"
LATE = "in a firing that a limit held back, which is sent without another look at its condition"
FREE = "these windows are taken as free values: no prices were looked for that give all of them"


class Questions:
    """The questions about one pair, and what came of them."""

    def __init__(
        self,
        solve: Callable[[Obligation], Solved],
        a: Half,
        b: Half,
        facts: list[Fact],
        known: bool,
        judge: Judge | None,
    ) -> None:
        """`known` unless a firing can be held back, and is then sent without another look at its condition."""
        self.solve = solve
        self.a = a
        self.b = b
        self.judge = judge
        self.known = known
        self.differences: list[Difference] = []
        self.by: list[str] = []
        self.unknown: list[str] = []
        self.conditions: list[Term] = []
        self.facts = facts
        for half in (a, b):
            term, found = half.condition(condition_of(half.rule))
            self.conditions.append(term)
            self.facts += found
        self.doings = []
        for at, half in enumerate((a, b)):
            doings, found, available = doings_of(half)
            self.doings.append(doings)
            self.facts += found
            if is_numbers_only(a.rule) and is_numbers_only(b.rule):
                self.conditions[at] = both(self.conditions[at], available, self.moves(at))

    @property
    def verdict(self) -> Verdict:
        """The same only where every question was settled so."""
        return "differs" if self.differences else "unknown" if self.unknown else "same"

    def ask(self) -> None:
        """All of them."""
        triggers = self.a.rule.trigger, self.b.rule.trigger
        conditional = [isinstance(trigger, ir.Level | ir.Edge) for trigger in triggers]
        if all(conditional):
            self._fires(0)
            self._fires(1)
        self._availability()
        if all(isinstance(trigger, ir.Edge) and trigger.rearm is not None for trigger in triggers):
            self._rearms()
        if conditional[0] == conditional[1]:
            self._bodies()

    def moves(self, at: int) -> Term:
        """That a rule sends something."""
        orders = [order for doing in self.doings[at] for order in doing.orders]
        if any(not doing.orders for doing in self.doings[at]):
            return TRUE
        return either(*(both(admitted, no(eq(units, ZERO))) for _, units, admitted in orders))

    def settled(self, solved: Solved, question: str) -> bool:
        """Take note of an answer; whether there is a state to tell."""
        if solved.status == "proved":
            self.by.append(solved.by)
        elif solved.status == "unknown":
            self.unknown.append(question)
        return solved.status == "refuted"

    def _fires(self, at: int) -> None:
        """Whether one fires where the other does not."""
        mine, other = self.conditions[at], self.conditions[1 - at]
        name, label = "AB"[at], "A's condition" if at == 0 else "B's condition"
        facts = (*self.facts, Fact(label, "trigger", mine))
        question = f"whether {name} fires where {'BA'[at]} does not"
        if not self.settled(self.solve(obligation(f"{name}.fires", facts, other)), question):
            return
        model = self.model(facts, other, self.moves(at))
        if model is None:
            self.unknown.append(question)
            return
        said = decision((self.a, self.b)[at], self.doings[at], model)
        pair = (said, NOTHING) if at == 0 else (NOTHING, said)
        self.tell("fires", [mine, other, *self._sizes(at)], model, pair)

    def model(self, facts: tuple[Fact, ...], goal: Term, wanted: Term) -> Model | None:
        """A state against a goal with every value in it: if there is one, in which something is sent and held."""
        holds, settled = no(eq(self.a.book.position, ZERO)), eq(self.a.book.posted, ZERO)
        for liked in (both(wanted, holds, settled), both(wanted, settled), wanted, TRUE):
            one = either(goal, no(liked))
            solved = self.solve(Obligation("state", facts, one))
            if solved.status == "refuted":
                return solved.model
        return None

    def _sizes(self, at: int) -> list[Term]:
        return [units for doing in self.doings[at] for _, units, _ in doing.orders]

    def tell(
        self, what: str, terms: list[Term], model: Model, said: tuple[str, str], late: bool = False
    ) -> None:
        """A difference with its state."""
        told = state(self.a, self.b, terms, model)
        note = LATE if late else FREE if sum(" over " in name for name in told) > 1 else ""
        confirmed = None if late else self._confirmed(model)
        if confirmed is False:
            self.unknown.append(
                f"{_spoken(told)}A {said[0]}, B {said[1]}, which the interpreter does not confirm"
            )
            return
        self.differences.append(Difference(what, told, *said, confirmed, note))

    def _confirmed(self, model: Model) -> bool | None:
        """Whether the interpreter decides differently, where it can be asked."""
        orders = [order for doings in self.doings for doing in doings for order in doing.orders]
        whole = all(doing.orders for doings in self.doings for doing in doings)
        if self.judge is None or not whole or not all(self._can_be_tried(leg) for leg, _, _ in orders):
            return None
        sent = [self.judge(half.program, witness(half, model)) for half in (self.a, self.b)]
        return sent[0] != sent[1]

    def _can_be_tried(self, leg: Leg) -> bool:
        """Made-up options are beyond the interpreter, and so is how much there is in a made-up wallet."""
        if leg.kind == "trade":
            return isinstance(leg.instrument, ir.Linear)
        accounts = {entry.account for half in (self.a, self.b) for entry in half.program.book}
        return self.a.side.holds.linear_only and "margin" not in accounts

    def _availability(self) -> None:
        """Values that only one of them waits for."""
        if any(difference.what == "fires" for difference in self.differences):
            return
        told: dict[str, Difference] = {}
        for mine, other in zip(self.a.needs(), self.b.needs(), strict=True):
            for value in sorted(mine ^ other):
                pair = (WAITS, GOES_ON) if value in mine else (GOES_ON, WAITS)
                told.setdefault(value, Difference("availability", {value: "missing"}, *pair))
        self.differences += told.values()

    def _rearms(self) -> None:
        """Whether one is rearmed where the other is not."""
        terms = []
        facts = list(self.facts)
        for half in (self.a, self.b):
            trigger = half.rule.trigger
            term, found = half.condition(trigger.rearm if isinstance(trigger, ir.Edge) else None)
            terms.append(term)
            facts += found
        for at in (0, 1):
            given = (*facts, Fact("rearmed", "trigger", terms[at]))
            name = "AB"[at]
            question = f"whether {name} is rearmed where {'BA'[at]} is not"
            if self.settled(self.solve(obligation(f"{name}.rearm", given, terms[1 - at])), question):
                model = self.model(given, terms[1 - at], TRUE)
                pair = ("is rearmed", "is not") if at == 0 else ("is not rearmed", "is")
                if model is not None:
                    told = state(self.a, self.b, terms, model)
                    self.differences.append(Difference("fires", told, *pair))

    # --- orders -------------------------------------------------------------------------------------

    def _bodies(self) -> None:
        """Where both fire, whether an order differs."""
        crossing = any(isinstance(h.rule.trigger, ir.Edge) and h.rule.trigger.both for h in (self.a, self.b))
        triggers = self.conditions if self.known and not crossing else []
        fire = [Fact("both conditions", "trigger", term) for term in triggers]
        for step in Bodies(self.a, self.b).steps():
            self.differences += step.words
            facts = (*self.facts, *step.facts, *fire, Fact("numbers", "trigger", either(*step.available)))
            goal = both(*step.available, step.equal)
            question = f"whether action {step.number} is the same"
            if not self.settled(self.solve(obligation(f"action{step.number}", facts, goal)), question):
                if self.unknown:
                    return
                continue
            self._differ(step, facts, goal)
            return

    def _differ(self, step: Step, facts: tuple[Fact, ...], goal: Term) -> None:
        wanted = either(self.moves(0), self.moves(1))
        fire = tuple(Fact("both conditions", "trigger", term) for term in self.conditions)
        model, late = self.model((*facts, *fire), goal, wanted), False
        if model is None:
            model, late = self.model(facts, goal, wanted), True
        if model is None:
            self.unknown.append(f"on which state action {step.number} differs")
            return
        said = [
            decision(half, doings, model) if worth(available, model) is True else NOTHING
            for half, doings, available in zip((self.a, self.b), self.doings, step.available, strict=True)
        ]
        if said[0] == said[1]:
            said = [doing(half.program, half.rule.body[step.number - 1]) for half in (self.a, self.b)]
        terms = [goal] if late else [*self.conditions, goal]
        self.tell("order", terms, model, (said[0], said[1]), late)


def _spoken(state: Mapping[str, str]) -> str:
    values = joined([f"{name} = {value}" for name, value in state.items()])
    return f"with {values}: " if values else ""


def never(questions: Questions) -> Obligation:
    """That A's rule never fires."""
    facts = (*questions.facts, Fact("its condition", "trigger", questions.conditions[0]))
    return obligation("never", facts, FALSE)
