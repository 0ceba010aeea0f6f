"""A course of rules as a trader reads it: delta = 2 ETH: rule on line 4 sells 1 ETH -> delta = 1 ETH."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.explain.words import joined
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import reached
from stratc.compiler.proof.prover import Sent
from stratc.compiler.proof.telling import amount, order, units_of, value_of
from stratc.compiler.proof.terms import variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.analysis.subject import Subject
    from stratc.compiler.proof.course import Step
    from stratc.compiler.proof.obligation import Model
    from stratc.compiler.proof.world import Book

_SHOWN = ("delta", ir.JUMP_DELTA, "position", "gamma", "vega", "theta")


def trace(subject: Subject, steps: tuple[Step, ...], model: Model) -> str:
    """Each book and what the rule on it sends, down to the book at the end."""
    shown = _shown(subject, steps)
    given = _market(subject, steps, model)
    told = [_book(subject, shown, steps[0].before, model)]
    for step in steps:
        orders = joined(list(_orders(subject, step, model)))
        told[-1] += f": rule on line {step.rule.where.line} {orders}"
        told.append(_book(subject, shown, step.after, model))
    return given + " -> ".join(told)


def _shown(subject: Subject, steps: tuple[Step, ...]) -> list[str]:
    """The signals of the book that the conditions look at."""
    read = {
        part.name
        for step in steps
        if isinstance(step.rule.trigger, ir.Level | ir.Edge)
        for part in reached(subject.program, step.rule.trigger.condition)
        if isinstance(part, ir.BookSignal)
    }
    return [name for name in _SHOWN if name in read] or ["position"]


def _book(subject: Subject, shown: list[str], book: Book, model: Model) -> str:
    units = units_of(subject.program)
    base = subject.program.base
    names = {"position": f"position({base})"}
    return joined(
        [
            f"{names.get(name, name)} = {amount(value_of(book.signal(name), model), units.get(name, base))}"
            for name in shown
        ]
    )


def _orders(subject: Subject, step: Step, model: Model) -> Iterator[str]:
    for number, leg in enumerate(step.legs, 1):
        if value_of(leg.units, model):
            yield order(subject.program, Sent(number, leg, leg.units, None), model)


def _market(subject: Subject, steps: tuple[Step, ...], model: Model) -> str:
    """`with x = 2, `: what else the conditions turn on."""
    units = units_of(subject.program)
    on_book = variables(*steps[0].before)
    names = [
        name
        for name in variables(*(step.holds for step in steps))
        if name in units and name not in on_book and not isinstance(model.get(name, False), bool)
    ]
    told = [f"{name} = {amount(model[name], units[name])}" for name in names]
    return f"with {joined(told)}, " if told else ""
