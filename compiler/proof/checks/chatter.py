"""W404: a level trigger that its own action does not clear, and rules that undo each other."""

from __future__ import annotations

from itertools import combinations, islice, permutations
from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.analysis.subject import trigger_span
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import hedged, reached
from stratc.compiler.proof.checks.wrong_way import adds
from stratc.compiler.proof.course import Course, can_be_followed
from stratc.compiler.proof.obligation import obligation
from stratc.compiler.proof.progress import progress
from stratc.compiler.proof.telling_steps import trace
from stratc.compiler.proof.terms import both, either, eq, no
from stratc.dsl.diagnostics import Diagnostic, Note, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.proof.checks import Case
    from stratc.compiler.proof.course import Step
    from stratc.compiler.proof.obligation import Model
    from stratc.compiler.proof.terms import Term
    from stratc.dsl import syntax

CODE = declare(
    "W404",
    "rules that fire again and again",
    explanation="""
A rule `when C` fires at every tick where C holds. When its action neither makes C false nor brings it closer
to being false, it does the same at the next tick, on the same market; and two rules can undo each other's
orders, each making the other fire. What is paid is the fee, every time. Use an edge (`rises above`, `becomes
true`), which has to be left before it fires again, a `cooldown`, `once`, or levels that do not overlap.

The orders of the trace are filled as asked and the market stands still. A rule that comes home in several
steps (`hedge to 0 ETH, at most 5 ETH`) does not chatter. In a program with more than twenty rules that nothing
but their condition holds back, the first two hundred pairs are looked at.
""",
    bad=(
        "limit order size <= 5 ETH else clamp\nwhen delta > 2 ETH:\n    sell 1 ETH\n"
        "when delta < 1.5 ETH:\n    buy 1 ETH\n"
    ),
    good=(
        "limit order size <= 5 ETH else clamp\nwhen delta > 2 ETH:\n    sell 1 ETH\n"
        "when delta < 1 ETH:\n    buy 1 ETH\n"
    ),
)

_VERBS = {
    ir.Trade: "trades",
    ir.Hedge: "trades",
    ir.Roll: "rolls",
    ir.Liquidity: "moves liquidity",
    ir.Alert: "alerts",
}
_DERIVED = ("leverage", "margin_ratio", "margin", "distance_to_liquidation")
"""Ratios whose course takes more than the book to follow."""
_ADVICE = "add `, cooldown 1 h` or `once`, or write it as an edge: `rises above`, `becomes true`"
_APART = "move their levels apart, so that what one leaves does not fire the other, or add `, cooldown 1 h`"
_LONGEST = 3
_MOST = 200
"""Groups of rules that are looked at: all pairs of twenty rules."""


class Loose(NamedTuple):
    """A rule that nothing but its condition holds back."""

    rule: ir.Rule
    node: syntax.Rule
    condition: ir.Expr


def check(case: Case) -> Iterator[Diagnostic]:
    """One finding for each rule that repeats itself, and one for each least set that goes round."""
    loose = [
        Loose(rule, node, rule.trigger.condition)
        for rule, node in case.subject.rules
        if isinstance(rule.trigger, ir.Level) and not rule.cooldown and not rule.once and not _leaves(rule)
    ]
    quiet = []
    for one in loose:
        found = _alone(case, one)
        if found is not None:
            yield found
        elif one.rule.hold is None and _followed(case, one):
            quiet.append(one)
    yield from _rounds(case, quiet)


def _leaves(rule: ir.Rule) -> bool:
    """Whether the rule leaves the state it fires in: it halts, or goes to another mode."""
    return any(
        isinstance(action, ir.SetState)
        or (isinstance(action, ir.Enter) and rule.mode is not None and action.mode != rule.mode)
        for action in rule.body
    )


def _followed(case: Case, one: Loose) -> bool:
    """Whether what the rule does to its own condition can be followed step by step."""
    return can_be_followed(one.rule) and not _reads(case, one.condition, _DERIVED)


def _reads(case: Case, expr: ir.Expr, names: tuple[str, ...] = ()) -> bool:
    """Whether an expression depends on the book (on some signals of it, if they are named)."""
    return any(
        isinstance(part, ir.BookSignal) and (not names or part.name in names)
        for part in reached(case.subject.program, expr)
    )


# --- a rule by itself ---------------------------------------------------------------------------------


def _alone(case: Case, one: Loose) -> Diagnostic | None:
    verb = next((_VERBS[type(action)] for action in one.rule.body if type(action) in _VERBS), None)
    if verb is None:
        return None
    if can_be_followed(one.rule):
        if adds(case, one.rule) is not None:  # told as what it is
            return None
        return None if _comes_home(case, one.rule) else _again(case, one, verb)
    if any(isinstance(action, ir.Hedge | ir.Close | ir.MoveMargin) for action in one.rule.body):
        return None
    if verb != "alerts" and _reads(case, one.condition):
        return None
    return _repeats(one, verb)


def _repeats(one: Loose, verb: str) -> Diagnostic:
    message = f"this rule {verb} at every tick where its condition holds, and that does not make it false"
    return Diagnostic(CODE, message, trigger_span(one.node), (Note(_ADVICE),))


def _comes_home(case: Case, rule: ir.Rule) -> bool:
    """Whether all it does is go to a place that does not move, step by step, and stop there."""
    trades = [action for action in rule.body if isinstance(action, ir.Hedge | ir.Trade | ir.Close)]
    if len(trades) != 1:
        return all(isinstance(action, ir.Close) for action in trades)
    only = trades[0]
    if isinstance(only, ir.Hedge):
        return not _reads(case, only.target)
    return isinstance(only, ir.Close)


def _again(case: Case, one: Loose, verb: str) -> Diagnostic | None:
    """The rule fires, fires again on the book it left, and is no closer to its end."""
    if _reads(case, one.condition, _DERIVED):
        return None
    course = Course(case.prover.given)
    first = course.step(one.rule, course.start)
    second = course.step(one.rule, first.after)
    closer = progress(course.world, one.condition, first.before, first.after)
    model = _refuted(case, course, f"again.rule{one.rule.index}", (first, second), closer)
    if model is None:
        return None
    if not _reads(case, one.condition):
        return _repeats(one, verb)
    steps = trace(case.subject, (first, second), model)
    message = f"this rule fires again and again, and that brings its condition no closer to false: {steps}"
    return Diagnostic(CODE, message, trigger_span(one.node), (Note(_ADVICE),))


def _refuted(case: Case, course: Course, name: str, steps: tuple[Step, ...], goal: Term) -> Model | None:
    fires = both(*(step.fires for step in steps))
    one = obligation(name, course.world.facts.all(), either(no(fires), goal))
    return case.prover.counterexample(one)


# --- rules that undo each other -----------------------------------------------------------------------


def _rounds(case: Case, loose: list[Loose]) -> Iterator[Diagnostic]:
    """Cycles of two rules, then of three of which no two make one."""
    found: list[set[int]] = []
    for group in islice(_groups(loose), _MOST):
        indices = {one.rule.index for one in group}
        if any(known <= indices for known in found):
            continue
        made = next((one for one in _orders(case, group) if one is not None), None)
        if made is not None:
            found.append(indices)
            yield made


def _groups(loose: list[Loose]) -> Iterator[tuple[Loose, ...]]:
    """Pairs, then threes, that may go round."""
    for length in range(2, _LONGEST + 1):
        for group in islice(combinations(loose, length), _MOST * _MOST):
            if _live_together(group) and not _one_way(group):
                yield group


def _one_way(group: tuple[Loose, ...]) -> bool:
    """Whether all of them go to the same place, or all buy, or all sell."""
    ways: set[tuple[object, ...]] = set()
    for one in group:
        for action in one.rule.body:
            if isinstance(action, ir.Hedge):
                ways.add((hedged(action), action.target))
            elif isinstance(action, ir.Trade):
                ways.add(("side", action.side, action.instrument))
            elif isinstance(action, ir.Close):
                ways.add(("close", action.what, action.instrument))
    return len(ways) == 1


def _live_together(group: tuple[Loose, ...]) -> bool:
    """Whether no two rules are of different modes, and none changes the mode."""
    modes = {one.rule.mode for one in group} - {None}
    return len(modes) < 2 and not any(isinstance(x, ir.Enter) for one in group for x in one.rule.body)


def _orders(case: Case, group: tuple[Loose, ...]) -> Iterator[Diagnostic | None]:
    """The group in each order in which it can go round."""
    first, *others = group
    for rest in permutations(others):
        yield _round(case, (first, *rest))


def _round(case: Case, group: tuple[Loose, ...]) -> Diagnostic | None:
    """The rules fire in this order, and then the book is what it was, or the first fires no closer to its end."""
    course = Course(case.prover.given)
    steps: list[Step] = []
    for one in group:
        steps.append(course.step(one.rule, steps[-1].after if steps else course.start))
    name = "round." + ".".join(f"rule{one.rule.index}" for one in group)
    start, end = steps[0].before, steps[-1].after
    same = both(*(eq(was, now) for was, now in zip(start, end, strict=True)))
    model, what = _refuted(case, course, name, tuple(steps), no(same)), "undo each other"
    if model is None:
        again = course.step(group[0].rule, end)
        closer = progress(course.world, group[0].condition, start, end)
        model = _refuted(case, course, name, (*steps, again), closer)
        what = "make each other fire, no closer to an end"
    if model is None:
        return None
    *others, last = sorted(group, key=lambda one: one.rule.index)
    lines = " and ".join(f"line {one.rule.where.line}" for one in others)
    those = "the one" if len(others) == 1 else "those"
    told = trace(case.subject, tuple(steps), model)
    notes = [Note(f"the rule on line {one.rule.where.line}", one.node.head) for one in others]
    message = f"this rule and {those} on {lines} {what}: {told}"
    return Diagnostic(CODE, message, trigger_span(last.node), (Note(_APART), *notes))
