"""Walking a program's expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir

if TYPE_CHECKING:
    from collections.abc import Iterator


def nodes(expr: ir.Expr) -> Iterator[ir.Expr]:
    """An expression and all its parts; lets and windows are not followed."""
    pending = [expr]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, ir.Apply):
            pending += node.args


def reached(program: ir.Program, expr: ir.Expr) -> Iterator[ir.Expr]:
    """An expression and all its parts, through lets and windows, each of these once."""
    lets = {let.name: let.value for let in program.lets}
    seen: set[ir.Expr] = set()
    pending = [expr]
    while pending:
        for node in nodes(pending.pop()):
            yield node
            if node in seen or not isinstance(node, ir.LetRef | ir.WindowRef):
                continue
            seen.add(node)
            pending.append(
                lets[node.name] if isinstance(node, ir.LetRef) else program.windows[node.index].argument
            )


def of_trigger(trigger: ir.Trigger) -> tuple[ir.Expr, ...]:
    """The conditions of a trigger."""
    if isinstance(trigger, ir.Level):
        return (trigger.condition,)
    if isinstance(trigger, ir.Edge):
        return (trigger.condition, trigger.rearm) if trigger.rearm is not None else (trigger.condition,)
    return ()


def of_instrument(instrument: ir.Instrument | None) -> tuple[ir.Expr, ...]:
    """The delta an option is chosen by."""
    if isinstance(instrument, ir.OptionShape) and instrument.at_delta is not None:
        return (instrument.at_delta,)
    return ()


def of_action(action: ir.Action) -> tuple[ir.Expr, ...]:
    """Every expression of an action, its terms and its instruments."""
    if isinstance(action, ir.Alert):
        return action.values
    if isinstance(action, ir.SetState | ir.Enter):
        return ()
    terms = action.terms
    carried = (terms.at_most, terms.limit_price, terms.slippage, terms.gas)
    own: tuple[ir.Expr, ...]
    match action:
        case ir.Hedge():
            own = (action.target, *of_instrument(action.instrument))
        case ir.Trade():
            own = (action.amount, *of_instrument(action.instrument))
        case ir.Close():
            own = of_instrument(action.instrument)
        case ir.Roll():
            own = (*of_instrument(action.instrument), *of_instrument(action.to))
        case ir.MoveMargin():
            own = (action.target,)
        case ir.Liquidity():
            own = (action.low, action.high)
    return own + tuple(term for term in carried if term is not None)


def hedged(action: ir.Hedge) -> str:
    """The signal of the book that a hedge brings to its target."""
    return ir.JUMP_DELTA if action.model == "merton" else action.greek


def of_rule(rule: ir.Rule) -> tuple[ir.Expr, ...]:
    """Every expression of a rule."""
    return of_trigger(rule.trigger) + tuple(expr for action in rule.body for expr in of_action(action))


def sends(rule: ir.Rule) -> bool:
    """Whether a rule can send an order."""
    return any(not isinstance(action, ir.Alert | ir.SetState | ir.Enter) for action in rule.body)


def expressions(program: ir.Program) -> Iterator[ir.Expr]:
    """Every expression of a program, windows and lets included."""
    for window in program.windows:
        yield window.argument
    for let in program.lets:
        yield let.value
    for assumption in program.assumptions:
        yield assumption.condition
    for limit in program.limits:
        yield limit.bound
        if limit.state is not None:
            yield limit.state
    for rule in program.rules:
        yield from of_rule(rule)
