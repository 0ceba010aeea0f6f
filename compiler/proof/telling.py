"""Counterexamples as a trader reads them: the state, the order, and the numbers that do not fit."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from stratc.compiler.explain.words import joined, percent, quantity
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import expressions, nodes, of_rule, reached
from stratc.compiler.proof.evaluation import evaluate
from stratc.compiler.proof.orders import Contract
from stratc.compiler.proof.terms import variables
from stratc.compiler.proof.world import AT_START, window_text
from stratc.compiler.proving import Witness

if TYPE_CHECKING:
    from stratc.compiler.proof.obligation import Model, Obligation
    from stratc.compiler.proof.prover import Sent
    from stratc.compiler.proof.terms import Term

_RATIOS = ("drawdown", "distance_to_liquidation", "order slippage")
_BOOK = (
    *("delta", ir.JUMP_DELTA, "gamma", "vega", "theta", "equity", "cash", "pnl", "drawdown"),
    "distance_to_liquidation",
)


def amount(value: Fraction | float, unit: str) -> str:
    """A number with its unit."""
    return quantity(float(value), unit)


def measured(program: ir.Program, limit: ir.Limit, value: Fraction) -> str:
    """A limit's measure or bound with its unit; ratios of prices in percent or basis points."""
    if limit.measure in _RATIOS:
        return percent(float(value))
    return amount(value, limit.unit)


def units_of(program: ir.Program) -> dict[str, str]:
    """The unit of every value a program speaks of, by the name it has in obligations."""
    found = {param.name: param.unit for param in program.params}
    found |= {spec.name: spec.unit for spec in program.inputs}
    found |= {window_text(window): window.unit for window in program.windows}
    for expr in expressions(program):
        for part in nodes(expr):
            if isinstance(part, ir.Input | ir.BookSignal):
                found.setdefault(part.name, part.unit)
    found |= {
        "delta": program.base,
        ir.JUMP_DELTA: program.base,
        f"position({program.base})": program.base,
        f"{program.base} held": program.base,
    }
    return found | {"equity": program.quote, "cash": program.quote, "spot": f"{program.quote}/{program.base}"}


def state(program: ir.Program, rule: ir.Rule, limit: ir.Limit, one: Obligation, model: Model) -> str:
    """`delta = 6 ETH and spot = 30,000 USDC/ETH`: the values that a counterexample turns on."""
    units = units_of(program)
    told = []
    for name in _turned_on(one, model):
        value, (plain, when) = model[name], _when(name)
        if isinstance(value, bool):
            fired = program.rules[int(name.split()[1]) - 1]
            told += [f"the rule on line {fired.where.line} having fired"] if value else []
        elif plain in units:
            told.append(f"{_called(program, rule, limit, plain)} = {amount(value, units[plain])}{when}")
    return joined(told)


def _when(name: str) -> tuple[str, str]:
    """A variable's name and the moment it is told of."""
    plain, mark, moment = name.partition(AT_START)
    return plain, mark + moment


def _turned_on(one: Obligation, model: Model) -> list[str]:
    """Variables of the goal first, then those of the trigger and the other facts; made-up ones left out."""
    terms = [
        one.goal,
        *(fact.term for fact in one.facts if fact.kind in ("trigger", "assumption", "order", "book")),
    ]
    names = [name for name in variables(*terms) if "#" not in name and name in model]
    return [name for name in names if name not in ("leverage", "margin_ratio")]


def _called(program: ir.Program, rule: ir.Rule, limit: ir.Limit, name: str) -> str:
    """The position is called delta where it is all there is and nobody speaks of a position."""
    if name != f"position({program.base})":
        return name
    told = (*of_rule(rule), *([limit.state] if limit.state is not None else []))
    parts = (part for expr in told for part in reached(program, expr))
    speaks = any(isinstance(part, ir.BookSignal) and part.name == "position" for part in parts)
    return name if speaks else "delta"


def order(program: ir.Program, sent: Sent, model: Model) -> str:
    """`sells 6 ETH`, `buys 3 calls`, `tops up 30,000 USDC`."""
    value = evaluate(sent.units, model)
    units = value if isinstance(value, Fraction) else Fraction(0)
    if sent.leg.kind != "trade":
        verb = {"top up": "tops up", "withdraw": "withdraws", "provide": "provides", "remove": "removes"}[
            sent.leg.kind
        ]
        return f"{verb} {amount(units, program.quote)}" if sent.leg.kind != "remove" else "removes liquidity"
    verb = "closes" if isinstance(sent.leg.action, ir.Close) else "buys" if units > 0 else "sells"
    if isinstance(sent.leg.instrument, Contract):
        return f"{verb} {amount(abs(units), program.base)} of a {sent.leg.instrument.right}"
    return f"{verb} {amount(abs(units), program.base)}"


def effect(program: ir.Program, limit: ir.Limit, sent: Sent, model: Model) -> str:
    """What the order does to the limit: `sells 6 ETH, more than 5 ETH`."""
    judged = sent.judged
    assert judged is not None
    value, bound = value_of(judged.value, model), value_of(judged.bound, model)
    than = "more than" if limit.op == "<=" else "less than"
    bound_text = measured(program, limit, bound)
    what = order(program, sent, model)
    if limit.measure in ("order size", "topup"):
        return f"{what}, {than} {bound_text}"
    if limit.measure == "order notional":
        return f"{what}, worth {measured(program, limit, value)}, {than} {bound_text}"
    if limit.measure in ("order slippage", "order gas"):
        clause = limit.measure.removeprefix("order ")
        return f"sends an order with {clause} up to {measured(program, limit, value)}, {than} {bound_text}"
    before = (
        "" if judged.before is None else f" from {measured(program, limit, value_of(judged.before, model))}"
    )
    return (
        f"{what} and brings {limit.measure}{before} to {measured(program, limit, value)}, {than} {bound_text}"
    )


def value_of(term: Term, model: Model) -> Fraction:
    """A number under a counterexample."""
    value = evaluate(term, model)
    return Fraction(value)


def witness(program: ir.Program, sent: Sent, rule: ir.Rule, limit: ir.Limit, model: Model) -> Witness:
    """The state of a counterexample as the reference interpreter takes it."""
    if sent.number == 1:
        position, asset = value_of(sent.leg.before.position, model), value_of(sent.leg.before.asset, model)
    else:  # the interpreter works out itself what the orders before it leave
        position, asset = Fraction(model.get(f"position({program.base})", 0)), Fraction(0)
    names = [spec.name for spec in program.inputs] + [name for name in _BOOK if name in model]
    signals = {name: float(model[name]) for name in names if name in model}
    params = {param.name: float(model[param.name]) for param in program.params if param.name in model}
    windows = [window_text(window) for window in program.windows]
    values = tuple(float(model[name]) if name in model else None for name in windows)
    return Witness(rule.index, limit.name, float(position), float(asset), signals, params, values)
