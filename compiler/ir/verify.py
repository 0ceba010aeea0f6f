"""What a program's IR must keep beyond its shape: everything it refers to is there."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import nodes, of_rule

_ARGUMENTS = {
    1: ("neg", "not", "abs", "sqrt", "exp", "log"),
    2: ("+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "and", "or"),
}


def verify(program: ir.Program) -> list[str]:
    """What is wrong, one sentence each; empty for every program the compiler makes."""
    return [*_rules(program), *_names(program), *_operators(program)]


def _rules(program: ir.Program) -> Iterator[str]:
    venues = {venue.name for venue in program.venues}
    for position, rule in enumerate(program.rules, 1):
        if rule.index != position:
            yield f"rules[{position - 1}]: its index is {rule.index}, and must be {position}"
        modes = [rule.mode, *(action.mode for action in rule.body if isinstance(action, ir.Enter))]
        for mode in modes:
            if mode is not None and mode not in program.modes:
                yield f"rule {rule.index}: there is no mode {mode!r}"
        for action in rule.body:
            if isinstance(action, ir.Alert) and len(action.texts) != len(action.values) + 1:
                yield f"rule {rule.index}: {len(action.texts)} texts cannot hold {len(action.values)} values"
            if isinstance(action, ir.Hedge) and action.model == "merton" and not program.models:
                yield f"rule {rule.index}: there is no model 'merton'"
            if isinstance(action, ir.Alert | ir.SetState | ir.Enter):
                continue
            if action.terms.venue is not None and action.terms.venue not in venues:
                yield f"rule {rule.index}: there is no venue {action.terms.venue!r}"


def _everywhere(program: ir.Program) -> Iterator[tuple[str, ir.Expr]]:
    for index, window in enumerate(program.windows):
        yield f"window {index}", window.argument
    for let in program.lets:
        yield f"let {let.name}", let.value
    for index, assumption in enumerate(program.assumptions):
        yield f"assumption {index}", assumption.condition
    for limit in program.limits:
        yield f"limit {limit.name}", limit.bound
        if limit.state is not None:
            yield f"limit {limit.name}", limit.state
    for rule in program.rules:
        for expr in of_rule(rule):
            yield f"rule {rule.index}", expr


def _names(program: ir.Program) -> Iterator[str]:
    params = {param.name for param in program.params}
    inputs = {spec.name for spec in program.inputs}
    every_let = {let.name for let in program.lets}
    earlier: set[str] = set()
    for place, expr in _everywhere(program):
        kind, _, name = place.partition(" ")
        lets = earlier if kind == "let" else every_let
        windows = int(name) if kind == "window" else len(program.windows)
        for node in nodes(expr):
            if isinstance(node, ir.ParamRef) and node.name not in params:
                yield f"{place}: there is no parameter {node.name!r}"
            elif isinstance(node, ir.Input) and node.name not in inputs:
                yield f"{place}: there is no input {node.name!r}"
            elif isinstance(node, ir.BookSignal) and node.name == ir.JUMP_DELTA and not program.models:
                yield f"{place}: there is no model 'merton'"
            elif isinstance(node, ir.LetRef) and node.name not in lets:
                yield f"{place}: there is no let {node.name!r} before it"
            elif isinstance(node, ir.WindowRef) and not 0 <= node.index < windows:
                yield f"{place}: there is no window {node.index} before it"
        if kind == "let":
            earlier.add(name)


def _operators(program: ir.Program) -> Iterator[str]:
    for place, expr in _everywhere(program):
        for node in nodes(expr):
            if not isinstance(node, ir.Apply):
                continue
            count = len(node.args)
            fits = count >= 2 if node.op in ("min", "max") else node.op in _ARGUMENTS.get(count, ())
            if not fits:
                yield f"{place}: there is no operator {node.op!r} of {count} arguments"
