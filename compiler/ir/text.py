"""The IR as text for people and for tests: one thing a line, in the order things are evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir

if TYPE_CHECKING:
    from collections.abc import Iterator


def to_text(program: ir.Program) -> str:
    """The whole program; units are canonical, and numbers are exact."""
    return "\n".join(_lines(program)) + "\n"


def _lines(program: ir.Program) -> Iterator[str]:
    yield f"program {program.name}, version {program.version}"
    yield f"market {program.base} in {program.quote}"
    yield f"linear {_instrument(program.linear)}"
    for oracle in program.oracles:
        yield _oracle(oracle)
    for venue in program.venues:
        options = "".join(f", {name} {number(value)}" for name, value in venue.options)
        yield f'venue {venue.name}: {venue.kind_of} "{venue.symbol or ""}", fee {number(venue.fee)}{options}'
    for entry in program.book:
        held = f" {_instrument(entry.instrument)}" if entry.instrument else ""
        yield f"book {entry.account} {entry.amount}{held}"
    for model in program.models:
        numbers = f"mean {number(model.mean)}, spread {number(model.spread)}"
        yield f"model {model.name}: jumps {number(model.jumps)} per year, {numbers}"
    yield from map(_param, program.params)
    yield from map(_input, program.inputs)
    for index, window in enumerate(program.windows):
        over = f"{expression(window.argument)} over {duration(window.duration)}"
        yield f"window w{index} = {window.function}({over}): {window.unit}"
    for let in program.lets:
        yield f"let {let.name} = {expression(let.value)}: {let.unit}"
    for assumption in program.assumptions:
        yield f"assume {expression(assumption.condition)}"
    for limit in program.limits:
        yield _limit(limit)
    if program.modes:
        yield f"modes {', '.join(program.modes)}"
    for rule in program.rules:
        yield _rule(rule)
        for action in rule.body:
            yield f"    {_action(action)}"


def number(value: float) -> str:
    """The shortest digits that give the same float; whole numbers without a point."""
    text = repr(value)
    return text.removesuffix(".0")


def duration(length: ir.Duration) -> str:
    """`300 s`, `2 block`."""
    return f"{number(length.amount)} {length.clock}"


def expression(expr: ir.Expr) -> str:
    """An expression with every operator in parentheses; literals carry their unit."""
    match expr:
        case ir.Const():
            return number(expr.value) + (f" {expr.unit}" if expr.unit != "1" else "")
        case ir.WindowRef():
            return f"w{expr.index}"
        case ir.Apply(op=op, args=args) if op in ("abs", "sqrt", "exp", "log", "min", "max"):
            return f"{op}({', '.join(expression(arg) for arg in args)})"
        case ir.Apply(op="neg", args=(arg,)):
            return f"(-{expression(arg)})"
        case ir.Apply(op="not", args=(arg,)):
            return f"(not {expression(arg)})"
        case ir.Apply(op=op, args=(left, right)):
            return f"({expression(left)} {op} {expression(right)})"
        case ir.Apply():
            raise AssertionError(f"{expr.op} with {len(expr.args)} arguments")
        case _:
            return expr.name


def _param(param: ir.Param) -> str:
    ends = f" in {number(param.low)} .. {number(param.high or 0.0)}" if param.low is not None else ""
    return f"param {param.name} = {number(param.value)}{ends}: {param.unit}"


def _input(spec: ir.InputSpec) -> str:
    words = ", declared" * spec.declared + ", answered when stale" * spec.responds
    return f"input {spec.name}: {spec.unit}{words}"


def _oracle(oracle: ir.Oracle) -> str:
    sources = ", ".join(f'{source.provider} "{source.feed}"' for source in oracle.sources)
    age = f", max age {number(oracle.max_age)} s" if oracle.max_age is not None else ""
    agree = f", agree within {number(oracle.agree_within)}" if oracle.agree_within is not None else ""
    return f"oracle {oracle.signal} from {sources}{age}{agree}"


def _instrument(instrument: ir.Instrument) -> str:
    if isinstance(instrument, ir.Linear):
        return f'{"perpetual" if instrument.perpetual else "spot"} "{instrument.symbol}"'
    text: str = instrument.right
    if instrument.strike is not None:
        text += f" strike {number(instrument.strike)}"
    if instrument.at_delta is not None:
        text += f" at delta {expression(instrument.at_delta)}"
    if instrument.expiry is not None:
        text += f" expiring at {number(instrument.expiry)}"
    if instrument.expiring_in is not None:
        text += f" expiring in {number(instrument.expiring_in)} s"
    return text


def _limit(limit: ir.Limit) -> str:
    measured = f"state {expression(limit.state)}" if limit.state is not None else limit.measure
    window = ""
    if limit.window and limit.window.rolling:
        window = f" per rolling {duration(limit.window.rolling)}"
    elif limit.window:
        window = f" per {limit.window.calendar}"
    policy = f" else {limit.policy}" if limit.policy else ", theorem"
    return f"limit {measured} {limit.op} {expression(limit.bound)}{window}{policy}"


def _rule(rule: ir.Rule) -> str:
    words = [f"rule {rule.index}"]
    if rule.mode is not None:
        words.append(f"in {rule.mode}")
    words.append(_trigger(rule.trigger))
    if rule.hold:
        words.append(f"for {duration(rule.hold)}")
    if rule.cooldown:
        words.append(f"cooldown {duration(rule.cooldown)}")
    words += ["once"] * rule.once + ["on start fire"] * rule.on_start
    return " ".join(words)


def _trigger(trigger: ir.Trigger) -> str:
    match trigger:
        case ir.Level():
            return f"level {expression(trigger.condition)}"
        case ir.Edge():
            rearm = f" rearm {expression(trigger.rearm)}" if trigger.rearm is not None else ""
            return f"edge{' both' * trigger.both} {expression(trigger.condition)}{rearm}"
        case ir.Every():
            at = f" at {number(trigger.at)} s" if trigger.at is not None else ""
            return f"every {duration(trigger.period)}{at}"
        case ir.On():
            return f"on {trigger.event}" + (f" {trigger.signal}" if trigger.signal else "")


def _action(action: ir.Action) -> str:
    text = ""
    match action:
        case ir.Hedge():
            model = f"[{action.model}]" if action.model else ""
            how = f"with {_instrument(action.instrument)}"
            text = f"hedge {action.greek}{model} to {expression(action.target)} {how}"
        case ir.Trade():
            verb = "buy" if action.side == 1 else "sell"
            text = f"{verb} {expression(action.amount)} of {_instrument(action.instrument)}"
        case ir.Close():
            text = f"close {_held(action.what, action.instrument)}"
        case ir.Roll():
            text = f"roll {_held(action.what, action.instrument)} to {_instrument(action.to)}"
        case ir.MoveMargin():
            text = f"{action.verb} margin to {expression(action.target)}"
        case ir.Liquidity():
            text = f"{action.verb} liquidity {expression(action.low)} .. {expression(action.high)}"
        case ir.Alert():
            values = (f"{{{expression(value)}}}" for value in action.values)
            pieces = [piece for pair in zip(action.texts, [*values, ""], strict=True) for piece in pair]
            return f'alert "{"".join(pieces)}"'
        case ir.SetState():
            span = f"for {number(action.seconds)} s" if action.seconds is not None else "until manual"
            return f'{action.verb} {span} "{action.reason}"'
        case ir.Enter():
            return f"enter {action.mode}"
    return text + _terms(action.terms)


def _held(what: str | None, instrument: ir.Instrument | None) -> str:
    return _instrument(instrument) if instrument is not None else str(what)


def _terms(terms: ir.Terms) -> str:
    found = [f"on {terms.venue}"] if terms.venue else []
    bounds = (("at most", terms.at_most), ("limit price", terms.limit_price), ("slippage", terms.slippage))
    found += [
        f"{name} {expression(bound)}" for name, bound in (*bounds, ("gas", terms.gas)) if bound is not None
    ]
    if terms.deadline_blocks is not None:
        found.append(f"deadline {terms.deadline_blocks} block")
    if terms.retries:
        found.append(f"retry {terms.retries}{' recheck' * terms.recheck}")
    if terms.split_over is not None:
        found.append(f"split {terms.split} over {duration(terms.split_over)}")
    if terms.route is not None:
        found.append(f"via {terms.route}")
    return "".join(f", {term}" for term in found)
