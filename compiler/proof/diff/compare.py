"""Two versions compared, rule by rule: the same by the letter, by proof, or a state where they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import sends
from stratc.compiler.proof.availability import Availability
from stratc.compiler.proof.diff.alone import alone
from stratc.compiler.proof.diff.declared import changes
from stratc.compiler.proof.diff.forms import form
from stratc.compiler.proof.diff.halves import Half
from stratc.compiler.proof.diff.pairing import Paired, paired
from stratc.compiler.proof.diff.questions import Questions
from stratc.compiler.proof.diff.results import Comparison, Judge, Place, RulePair, Version
from stratc.compiler.proof.diff.sides import Common, Side
from stratc.compiler.proof.diff.words import cadence
from stratc.compiler.proof.facts import Fact
from stratc.compiler.proof.invariants import invariants
from stratc.compiler.proof.obligation import Obligation
from stratc.compiler.proof.prover import Prover
from stratc.compiler.proof.reading import Reader
from stratc.compiler.proof.terms import FALSE
from stratc.compiler.proof.world import reads_book
from stratc.compiler.proving import TIMEOUT

if TYPE_CHECKING:
    from stratc.compiler.proof.obligation import Solved


def compare(a: Version, b: Version, judge: Judge | None = None, timeout: float = TIMEOUT) -> Comparison:
    """What differs between two versions; `judge` tries the states that are found."""
    return _Comparer(a, b, judge, timeout).run()


class _Comparer:
    def __init__(self, a: Version, b: Version, judge: Judge | None, timeout: float) -> None:
        self.a = a
        self.b = b
        self.judge = judge
        self.provers = Prover(a.program, timeout), Prover(b.program, timeout)

    def run(self) -> Comparison:
        told = tuple(changes(self.a, self.b))
        if (self.a.program.base, self.a.program.quote) != (self.b.program.base, self.b.program.quote):
            return Comparison(told, ())
        unmet = self._unmet()
        rules = tuple(self._pair(pair, unmet) for pair in paired(self.a.program, self.b.program))
        proved = any(set(rule.by) - {"letter"} for rule in rules)
        return Comparison(told, rules, unmet, proved and bool(self.a.program.assumptions))

    def solve(self, one: Obligation, simple: bool = True) -> Solved:
        """By intervals, else by the solver."""
        return self.provers[0].solve(one, simple)

    def _unmet(self) -> bool:
        """Whether the assumptions of both contradict each other: everything could be proved under them."""
        common = Common(self.a.program, self.b.program)
        facts: list[Fact] = []
        for version in (self.a, self.b):
            side = Side(version.program, common)
            book = side.book()
            for assumption in version.program.assumptions:
                side.facts.add(assumption.text, "assumption", Reader(side, book)(assumption.condition))
            for param in version.program.params:
                side.param(param.name)
            facts += side.taken()
        return bool(facts) and self.solve(Obligation("both", tuple(facts), FALSE)).status == "proved"

    # --- one pair -----------------------------------------------------------------------------------

    def _pair(self, pair: Paired, unmet: bool) -> RulePair:
        mine = None if pair.a is None else _place(self.a, pair.a)
        other = None if pair.b is None else _place(self.b, pair.b)
        both = pair.a is not None and pair.b is not None
        if both and form(self.a.program, pair.a) == form(self.b.program, pair.b):
            return RulePair(mine, other, "same", ("letter",), moved=pair.moved)
        if unmet:
            return RulePair(mine, other, "unknown", (), moved=pair.moved, unknown=("no market meets both",))
        questions = self._questions(pair.a, pair.b)
        if pair.a is None or pair.b is None:
            found = alone(questions, pair.b is None)
        else:
            questions.differences += cadence(pair.a, pair.b)
            questions.ask()
            found = questions
        return RulePair(
            mine,
            other,
            found.verdict,
            tuple(dict.fromkeys(found.by)),
            tuple(found.differences),
            pair.moved,
            tuple(found.unknown),
        )

    def _questions(self, a: ir.Rule | None, b: ir.Rule | None) -> Questions:
        """The common ground of a pair; for a rule that stands alone, both halves are that rule."""
        x, y = (self.a.program, self.b.program)
        if a is None:
            assert b is not None
            x, a = y, b
        if b is None:
            y, b = x, a
        common = Common(x, y)
        sides = Side(x, common), Side(y, common)
        book = sides[0].book()
        halves = Half(x, a, sides[0], book), Half(y, b, sides[1], book)
        facts: list[Fact] = []
        for half in halves:
            facts += self._given(half)
        known = not any(
            rule.index in prover.given.deferrable for rule, prover in zip((a, b), self.provers, strict=True)
        )
        return Questions(self.solve, halves[0], halves[1], facts, known, self.judge)

    def _given(self, half: Half) -> list[Fact]:
        """What both versions may take for granted: assumptions, and limits of both that hold of any book."""
        program, side = half.program, half.side
        read = Reader(side, half.book)
        first = not any(sends(rule) for rule in program.rules[: half.rule.index - 1])
        trigger = half.rule.trigger
        has_value = [trigger.condition] if isinstance(trigger, ir.Level) and half.rule.hold is None else []
        usable = Availability(program, side.holds, has_value).usable
        for assumption in program.assumptions:
            condition = assumption.condition
            if (first or not reads_book(program, condition)) and usable(condition):
                side.facts.add(assumption.text, "assumption", read(condition))
        a, b = (prover.given.invariants for prover in self.provers)
        shared = {form(self.a.program, limit) for limit in a} & {form(self.b.program, limit) for limit in b}
        kept = tuple(
            limit for limit in (*a, *b) if limit in program.limits and form(program, limit) in shared
        )
        for limit, term in invariants(side, kept, half.book):
            side.facts.add(limit.name, "limit", term)
        found = side.taken()
        return [fact for fact in found if fact.kind != "value"]


def _place(version: Version, rule: ir.Rule) -> Place:
    return Place(rule.where.line, rule.head, rule.index)
