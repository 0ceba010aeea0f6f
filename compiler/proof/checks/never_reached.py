"""W405, where the conditions are not the same but one implies the other."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from stratc.compiler.analysis.subject import condition_of
from stratc.compiler.checks import shadowed
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import sends
from stratc.compiler.proof.availability import Availability, read_by
from stratc.compiler.proof.course import Course, can_be_followed
from stratc.compiler.proof.obligation import obligation
from stratc.compiler.proof.reading import Reader
from stratc.compiler.proof.terms import both, either, no
from stratc.compiler.proof.world import reads_book
from stratc.dsl.diagnostics import Diagnostic, Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.proof.checks import Case
    from stratc.dsl import syntax

    _Written = tuple[ir.Rule, syntax.Rule]

_MOST = 200
"""Pairs of rules that are looked at: those of twenty rules."""


def check(case: Case) -> Iterator[Diagnostic]:
    """One finding for each rule that an earlier one leaves nothing to do."""
    known = {one.span for one in shadowed.check(case.subject)}
    done: set[int] = set()
    for (earlier, place), (rule, node) in islice(_pairs(case), _MOST):
        if node.head in known or rule.index in done:
            continue
        what = _shadowed(case, earlier, rule)
        if what is not None:
            done.add(rule.index)
            yield _finding(node, earlier, place, what)


def _pairs(case: Case) -> Iterator[tuple[_Written, _Written]]:
    """A rule that acts whenever its condition holds, and a later one that lives with it."""
    rules = case.subject.rules
    for position, (rule, node) in enumerate(rules):
        if not sends(rule) or not _has_condition(rule):
            continue
        for earlier, place in rules[:position]:
            if not isinstance(earlier.trigger, ir.Level) or earlier.hold or earlier.cooldown or earlier.once:
                continue
            if earlier.mode in (None, rule.mode):
                yield (earlier, place), (rule, node)


def _finding(node: syntax.Rule, earlier: ir.Rule, place: syntax.Rule, what: str) -> Diagnostic:
    note = Note(f"rule {earlier.index} is here", place.head)
    return Diagnostic(shadowed.CODE, f"this rule {what.format(earlier.index)}", node.head, (note,))


def _has_condition(rule: ir.Rule) -> bool:
    """Whether a condition holds whenever the rule fires."""
    both_ways = isinstance(rule.trigger, ir.Edge) and rule.trigger.both
    return condition_of(rule.trigger) is not None and not both_ways


def _shadowed(case: Case, earlier: ir.Rule, rule: ir.Rule) -> str | None:
    """What the earlier rule does to the later one, at every tick at which that could fire."""
    halts = any(isinstance(action, ir.SetState) and action.verb == "halt" for action in earlier.body)
    if halts:
        if not _implied(case, earlier, rule):
            return None
        return "never gets an order through: rule {} halts whenever its condition holds"
    if not can_be_followed(earlier) or _may_be_cut(case) or not _implied(case, earlier, rule):
        return None
    if not _nothing_left(case, earlier, rule):
        return None
    return "never fires: rule {} comes first whenever its condition holds, and leaves it nothing to do"


def _implied(case: Case, earlier: ir.Rule, rule: ir.Rule) -> bool:
    """Whether the earlier rule's condition holds, on the book it sees, wherever the later one's does."""
    program = case.subject.program
    first, then = condition_of(earlier.trigger), condition_of(rule.trigger)
    assert first is not None
    assert then is not None
    between = program.rules[earlier.index : rule.index - 1]
    if reads_book(program, first) and any(map(sends, between)):
        return False
    course = Course(case.prover.given)
    if not Availability(program, course.world.holds, read_by(rule, True)).sure(first):
        return False
    read = Reader(course.world, course.start)
    goal = either(no(read(then)), read(first))
    name = f"implied.rule{earlier.index}.rule{rule.index}"
    return case.prover.quickly(obligation(name, course.world.facts.all(), goal))


def _may_be_cut(case: Case) -> bool:
    """Whether a guard can turn away or shrink what the earlier rule sends, and leave the later one something."""
    return any(
        limit.policy in ("clamp", "reject", "defer") and limit.measure != "orders"
        for limit in case.subject.program.limits
    )


def _nothing_left(case: Case, earlier: ir.Rule, rule: ir.Rule) -> bool:
    """Whether the later rule never fires on the book that the earlier one leaves."""
    between = case.subject.program.rules[earlier.index : rule.index - 1]
    if any(map(sends, between)):
        return False
    course = Course(case.prover.given)
    first = course.step(earlier, course.start)
    condition = condition_of(rule.trigger)
    assert condition is not None
    if can_be_followed(rule):
        fires = course.step(rule, first.after).fires
    else:
        fires = Reader(course.world, first.after)(condition)
    goal = no(both(first.holds, fires))
    name = f"nothing_left.rule{earlier.index}.rule{rule.index}"
    return case.prover.quickly(obligation(name, course.world.facts.all(), goal))
