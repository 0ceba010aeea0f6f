"""IR to the records of a plan."""

from __future__ import annotations

from decimal import Decimal

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.json_form import ir_hash
from stratc.compiler.ir.walk import hedged
from stratc.dsl.node import Node
from stratc.runtime.plan import (
    PLAN_VERSION,
    ActionPlan,
    AssumePlan,
    BookPlan,
    HoldingPlan,
    InputPlan,
    JumpsPlan,
    Length,
    LimitPlan,
    LinearPlan,
    OptionPlan,
    ParamPlan,
    Plan,
    ProofPlan,
    RulePlan,
    VenuePlan,
)

_LOT = 10**9
_CENT = 10**6
_EQUITY = frozenset(("drawdown", "pnl"))


def lower(program: ir.Program, compiler_version: str, proof: ProofPlan | None = None) -> Plan:
    """Everything of the program but its expressions."""
    return Plan(
        version=PLAN_VERSION,
        name=program.name,
        base=program.base,
        quote=program.quote,
        ir_hash=ir_hash(program),
        compiler=compiler_version,
        linear=_linear(program.linear),
        book=_book(program),
        venues=tuple(VenuePlan(v.name, v.kind_of, v.symbol, v.fee, v.options) for v in program.venues),
        params=tuple(ParamPlan(p.name, p.value, p.low, p.high, p.unit) for p in program.params),
        inputs=tuple(InputPlan(i.name, i.unit, i.declared, i.responds) for i in program.inputs),
        assumptions=tuple(AssumePlan(a.text, a.where.line) for a in program.assumptions),
        limits=tuple(_limit(limit) for limit in program.limits),
        modes=program.modes,
        rules=tuple(_rule(rule) for rule in program.rules),
        tracks_equity=_tracks_equity(program),
        proof=proof or ProofPlan(),
        jumps=next((JumpsPlan(one.jumps, one.mean, one.spread) for one in program.models), None),
    )


def _book(program: ir.Program) -> BookPlan:
    money: dict[str, int | None] = {"cash": None, "margin": None}
    holdings = []
    for entry in program.book:
        if entry.account == "position":
            held = entry.instrument
            option = _option(held) if isinstance(held, ir.OptionShape) else None
            perpetual = isinstance(held, ir.Linear) and held.perpetual
            holdings.append(HoldingPlan(int(Decimal(entry.amount) * _LOT), option, perpetual))
        else:
            money[entry.account] = (money[entry.account] or 0) + int(Decimal(entry.amount) * _CENT)
    return BookPlan(money["cash"], money["margin"], tuple(holdings))


def _linear(instrument: ir.Linear) -> LinearPlan:
    return LinearPlan(instrument.symbol, instrument.perpetual)


def _option(shape: ir.OptionShape) -> OptionPlan:
    return OptionPlan(shape.right, shape.strike, shape.at_delta is not None, shape.expiry, shape.expiring_in)


def _instrument(instrument: ir.Instrument | None) -> LinearPlan | OptionPlan | None:
    if instrument is None:
        return None
    return _linear(instrument) if isinstance(instrument, ir.Linear) else _option(instrument)


def _length(duration: ir.Duration | None) -> Length | None:
    return None if duration is None else (duration.amount, duration.clock)


def _limit(limit: ir.Limit) -> LimitPlan:
    window = limit.window
    return LimitPlan(
        name=limit.name,
        line=limit.where.line,
        scope=limit.scope,
        measure=limit.measure,
        op=limit.op,
        policy=limit.policy,
        rolling=None if window is None else _length(window.rolling),
        calendar=None if window is None else window.calendar,
    )


def _rule(rule: ir.Rule) -> RulePlan:
    return RulePlan(
        index=rule.index,
        line=rule.where.line,
        head=rule.head,
        mode=rule.mode,
        level=isinstance(rule.trigger, ir.Level),
        cooldown=_length(rule.cooldown),
        once=rule.once,
        body=tuple(_action(action) for action in rule.body),
    )


def _action(action: ir.Action) -> ActionPlan:
    match action:
        case ir.Alert():
            return ActionPlan("alert", texts=action.texts)
        case ir.SetState():
            return ActionPlan(action.verb, text=action.reason, seconds=action.seconds)
        case ir.Enter():
            return ActionPlan("enter", text=action.mode)
        case ir.Hedge():
            return _traded(
                "hedge", action.terms, greek=hedged(action), instrument=_instrument(action.instrument)
            )
        case ir.Trade():
            do = "buy" if action.side == 1 else "sell"
            return _traded(do, action.terms, instrument=_instrument(action.instrument))
        case ir.Close():
            return _traded("close", action.terms, what=action.what, instrument=_instrument(action.instrument))
        case ir.Roll():
            instrument = _instrument(action.instrument)
            return _traded(
                "roll", action.terms, what=action.what, instrument=instrument, to=_option(action.to)
            )
        case ir.MoveMargin():
            return _traded(action.verb, action.terms)
        case ir.Liquidity():
            return _traded(action.verb, action.terms)


def _traded(do: str, terms: ir.Terms, **parts: object) -> ActionPlan:
    split = terms.split_over
    return ActionPlan(
        do,
        venue=terms.venue,
        deadline_blocks=terms.deadline_blocks,
        retries=terms.retries,
        recheck=terms.recheck,
        split=terms.split,
        split_seconds=0.0 if split is None else split.amount,
        route=terms.route,
        **parts,  # type: ignore[arg-type]  # the named fields of ActionPlan, from _action alone
    )


def _tracks_equity(program: ir.Program) -> bool:
    if any(limit.measure == "loss" for limit in program.limits):
        return True
    return any(isinstance(e, ir.BookSignal) and e.name in _EQUITY for e in expressions(program))


def expressions(node: object) -> list[ir.Expr]:
    """Every expression below a node of the IR, outermost first."""
    found: list[ir.Expr] = []
    stack: list[object] = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, tuple):
            stack.extend(reversed(at))
        elif isinstance(at, Node):
            if isinstance(at, ir.Expr):
                found.append(at)
            stack.extend(getattr(at, name) for name in reversed(type(at).fields))
    return found
