"""W413: a rule that fires on an exposure and adds to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.ranges import conjuncts
from stratc.compiler.analysis.subject import condition_of
from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.course import Course, can_be_followed
from stratc.compiler.proof.obligation import obligation
from stratc.compiler.proof.situation import Given
from stratc.compiler.proof.telling_steps import trace
from stratc.compiler.proof.terms import absolute, either, lt, no
from stratc.dsl.diagnostics import Diagnostic, Note, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.proof.checks import Case

CODE = declare(
    "W413",
    "hedge with the wrong sign",
    explanation="""
The rule fires because delta (or the position) is away from zero, and every order it can send takes it further
away. A sign is probably wrong: sell what is too much, buy what is too little, or `hedge to 0 ETH`, which does
either.
""",
    bad="limit order size <= 5 ETH else clamp\nwhen abs(delta) > 0.1 ETH:\n    sell -delta\n",
    good="limit order size <= 5 ETH else clamp\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)

_ABOVE = {">": True, ">=": True, "<": False, "<=": False}
_EXPOSURES = ("delta", ir.JUMP_DELTA, "position")


def check(case: Case) -> Iterator[Diagnostic]:
    """One finding for each rule that only ever adds to the exposure it fires on."""
    for rule, node in case.subject.rules:
        told = adds(case, rule)
        if told is not None:
            note = Note("a sign is probably wrong; `hedge to 0 ETH` buys or sells as it takes")
            message = f"every order of this rule takes {told[0]} further from zero: {told[1]}"
            yield Diagnostic(CODE, message, node.head, (note,))


def adds(case: Case, rule: ir.Rule) -> tuple[str, str] | None:
    """The exposure that every order of a rule adds to, and a course that shows it."""
    signal = _fires_on(case, rule)
    if signal is None or not can_be_followed(rule) or all(_goes_home(case, one) for one in rule.body):
        return None
    course = Course(Given(case.subject.program))
    step = course.step(rule, course.start)
    farther = lt(absolute(step.before.signal(signal)), absolute(step.after.signal(signal)))
    facts = course.world.facts.all()
    worse = obligation(f"wrong_way.rule{rule.index}", facts, either(no(step.fires), farther))
    if not case.prover.quickly(worse):
        return None
    model = case.prover.counterexample(obligation(f"fires.rule{rule.index}", facts, no(step.fires)))
    if model is None:
        return None
    return signal, trace(case.subject, (step,), model)


def _goes_home(case: Case, action: ir.Action) -> bool:
    """Whether an action never adds to an exposure."""
    if isinstance(action, ir.Hedge):
        return action.greek == "delta" and case.subject.ranges.of(action.target) == (0.0, 0.0)
    return not isinstance(action, ir.Trade)


def _fires_on(case: Case, rule: ir.Rule) -> str | None:
    """The exposure that a rule's whole condition holds away from zero."""
    condition = condition_of(rule.trigger)
    if condition is None or (isinstance(rule.trigger, ir.Edge) and rule.trigger.both):
        return None
    signals = {_away(case, atom) for atom in conjuncts(condition)}
    return signals.pop() if len(signals) == 1 else None


def _away(case: Case, atom: ir.Expr) -> str | None:
    """The exposure in `abs(delta) > 0.1`, `delta > 0.1`, `delta < -0.1`."""
    if not isinstance(atom, ir.Apply) or atom.op not in _ABOVE:
        return None
    above, (first, second) = _ABOVE[atom.op], atom.args
    for left, right, is_above in ((first, second, above), (second, first, not above)):
        level = case.subject.ranges.of(right)
        signed = left.args[0] if isinstance(left, ir.Apply) and left.op == "abs" else left
        if isinstance(signed, ir.BookSignal) and signed.name in _EXPOSURES:
            if is_above and level.low >= 0.0:
                return signed.name
            if not is_above and level.high <= 0.0 and signed is left:
                return signed.name
    return None
