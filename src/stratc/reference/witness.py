"""A counterexample of the prover, tried in the reference interpreter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.backends.python_plan.lower import lower
from stratc.compiler.ir import nodes as ir
from stratc.reference.bodies import AtomicSet, compute
from stratc.reference.evaluate import Scene, evaluate
from stratc.reference.ledger import Ledger
from stratc.reference.moments import Moment
from stratc.runtime.engine.jumps import planned_jumps
from stratc.runtime.engine.messages import LOT
from stratc.runtime.engine.opening import opening_book
from stratc.runtime.engine.sizing import Unavailable
from stratc.runtime.engine.view import View

if TYPE_CHECKING:
    from stratc.compiler.proving import Witness

_NOW = Moment(0, 1_767_225_600.0, 1)
_PRICES = {"spot": 2_000.0, "iv": 0.8}
"""What a counterexample that does not turn on prices is tried at."""


def reproduces(program: ir.Program, witness: Witness) -> bool:
    """Whether the rule fires in that state and its order breaks the limit."""
    body = _computed(program, witness, (ir.Level,))
    return body is not None and any(witness.limit in leg.limits for leg in body.legs)


def sent(program: ir.Program, witness: Witness) -> tuple[tuple[str, float], ...] | None:
    """Orders (instrument, signed size) that leave when the rule's condition holds or turns true in that state;
    None where it does not.
    """
    body = _computed(program, witness, (ir.Level, ir.Edge))
    if body is None:
        return None
    orders = body.orders if body.verdict == "sent" else []
    return tuple((order.symbol, order.units / LOT) for order in orders)


def _computed(
    program: ir.Program, witness: Witness, conditional: tuple[type[ir.Level | ir.Edge], ...]
) -> AtomicSet | None:
    """The rule's body in that state; None where it does not fire or a number is not known."""
    rule = program.rules[witness.rule - 1]
    params = {param.name: param.value for param in program.params} | dict(witness.params)
    lets = {let.name: let.value for let in program.lets}
    plan = lower(program, "reference")
    scene = Scene(_view(program, witness), params, lets, witness.windows)
    try:
        if isinstance(rule.trigger, conditional) and evaluate(rule.trigger.condition, scene) is not True:
            return None
        return compute(rule, program, plan, scene, Ledger(), _NOW, "active")
    except Unavailable:
        return None


def _view(program: ir.Program, witness: Witness) -> View:
    plan = lower(program, "reference")
    book = opening_book(plan)
    book.options.clear()
    book.spot = round(witness.asset * LOT)
    book.perp = round((witness.position - witness.asset) * LOT)
    book.unpriced = 0
    return View(book, _NOW.t, _PRICES | dict(witness.signals), None, None, planned_jumps(plan))
