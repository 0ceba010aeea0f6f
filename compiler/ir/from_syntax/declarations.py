"""Oracles, signals, parameters, lets, assumptions and modes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.from_syntax import values
from stratc.compiler.ir.from_syntax.names import TWICE
from stratc.compiler.ir.from_syntax.words import PROVIDERS, known
from stratc.compiler.suggest import did_you_mean, words
from stratc.compiler.typing import name_errors, unit_errors
from stratc.compiler.typing.durations import seconds
from stratc.compiler.typing.infer import infer, unify
from stratc.compiler.typing.scope import Symbol, Typed
from stratc.compiler.typing.types import quantity
from stratc.compiler.typing.units import Scaled
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Note, declare

if TYPE_CHECKING:
    from stratc.compiler.context import Context

NOT_AN_INPUT = declare(
    "E038",
    "not an input",
    explanation="""
`oracle` and `on stale` speak of values that come from outside: `spot`, `mark`, `iv`, `gas_price`,
`funding_rate`, and the program's own signals. What is computed from them goes missing when they do.
""",
    bad='when abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\non stale delta:\n    alert "no delta"\n',
    good='when abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\non stale spot:\n    alert "no price"\n',
)
OUT_OF_RANGE = declare(
    "E113",
    "value outside its range",
    explanation="""
A parameter must begin within the range it is declared with, and a range must not be empty: proofs hold
for all of the range. The numbers of a `model` have ranges of their own: at most 365 jumps a year, from -95% to
400% on average, with a spread of at most 200%.
""",
    bad="param band = 5 ETH in 0.1 ETH .. 1 ETH\nwhen abs(delta) > band:\n    hedge to 0 ETH\n",
    good="param band = 0.5 ETH in 0.1 ETH .. 1 ETH\nwhen abs(delta) > band:\n    hedge to 0 ETH\n",
)


def is_input(cx: Context, name: syntax.Ident) -> bool:
    """Whether a name is an input; reports it if not."""
    symbol = cx.scope.values.get(name.name)
    inputs = [known for known, s in cx.scope.values.items() if s.role in ("input", "signal")]
    if symbol is not None and symbol.role in ("input", "signal"):
        return True
    if symbol is not None:
        notes: tuple[Note, ...] = (Note("it is computed from inputs, and is missing when one of them is"),)
        cx.report(NOT_AN_INPUT, f"`{name.name}` is not an input", name.span, notes)
        return False
    found, fix = did_you_mean(name.name, name.span, inputs)
    notes = found or (Note(f"inputs are {words(inputs)}"),)
    cx.report(NOT_AN_INPUT, f"there is no input called `{name.name}`", name.span, notes, fix)
    return False


def oracle(cx: Context, item: syntax.Oracle) -> ir.Oracle:
    """Where an input is read from."""
    is_input(cx, item.signal)
    for source in item.sources:
        known(cx, source.provider, PROVIDERS, "kind of oracle")
    max_age = seconds(cx, item.max_age, "`max age`") if item.max_age else None
    agree = values.ratio(cx, item.agree_within, "`agree within`") if item.agree_within else None
    if agree and agree.exact is None and item.agree_within:
        unit_errors.not_constant(cx, "`agree within`", item.agree_within.span)
    sources = tuple(ir.OracleSource(s.provider.name, s.feed.value) for s in item.sources)
    within = agree.exact.value() if agree and agree.exact else None
    return ir.Oracle(item.signal.name, sources, max_age, within, cx.where(item.span))


def oracles(cx: Context, items: list[syntax.Oracle]) -> tuple[ir.Oracle, ...]:
    """All oracles, at most one for each input."""
    first: dict[str, syntax.Oracle] = {}
    for item in items:
        before = first.setdefault(item.signal.name, item)
        if before is not item:
            note = Note("list all sources in one `oracle`", before.span)
            message = f"`{item.signal.name}` already has an oracle"
            cx.report(TWICE, message, item.signal.span, (note,))
    return tuple(oracle(cx, item) for item in items)


def signal(cx: Context, item: syntax.Signal) -> None:
    """Bring a declared input into scope; a scaled unit (`%`, `USDC/d`) is converted where it is read."""
    scaled = _unit(cx, item.unit)
    if scaled is None:
        return
    kind = quantity(scaled.unit)
    expr: ir.Expr = ir.Input(item.name.name, kind.ir_text())
    if scaled.above != scaled.below:
        factor = ir.Const(scaled.above / scaled.below, "1")
        expr = ir.Apply("*", (expr, factor), kind.ir_text())
    cx.scope.values[item.name.name] = Symbol("signal", Typed(expr, kind), item.name.span)


def _unit(cx: Context, node: syntax.Expr) -> Scaled | None:
    if isinstance(node, syntax.Paren):
        return _unit(cx, node.inner)
    if isinstance(node, syntax.Binary):
        left, right = _unit(cx, node.left), _unit(cx, node.right)
        if left is None or right is None:
            return None
        if node.op == "*":
            return Scaled(left.unit.times(right.unit), left.above * right.above, left.below * right.below)
        return Scaled(left.unit.per(right.unit), left.above * right.below, left.below * right.above)
    name = node.name if isinstance(node, syntax.Name) else cx.written(node.span)
    scaled = cx.scope.units.get(name)
    if scaled is None:
        name_errors.unknown_unit(cx, name, node.span)
    return scaled


def param(cx: Context, item: syntax.Param) -> None:
    """Bring a parameter into scope."""
    nodes = [node for node in (item.value, item.low, item.high) if node is not None]
    kind, parts = unify(cx, "in", tuple(nodes), [infer(cx, node) for node in nodes])
    if kind.what != "quantity":
        return
    for node, part in zip(nodes, parts, strict=True):
        if part.exact is None:
            unit_errors.not_constant(cx, f"a value of `{item.name.name}`", node.span)
            return
    numbers = [part.exact.value() for part in parts if part.exact is not None]
    low, high = (numbers[1], numbers[2]) if len(numbers) == 3 else (None, None)
    if low is not None and high is not None and not _in_range(cx, item, numbers):
        return
    where = cx.where(item.name.span)
    cx.params[item.name.name] = ir.Param(item.name.name, numbers[0], low, high, kind.ir_text(), where)
    typed = Typed(ir.ParamRef(item.name.name, kind.ir_text()), kind)
    cx.scope.values[item.name.name] = Symbol("param", typed, item.name.span)


def _in_range(cx: Context, item: syntax.Param, numbers: list[float]) -> bool:
    if item.low is None or item.high is None:
        return True
    start, low, high = numbers
    texts = tuple(cx.written(node.span) for node in (item.value, item.low, item.high))
    if low > high:
        message = f"the range {texts[1]} .. {texts[2]} of `{item.name.name}` is empty"
        cx.report(OUT_OF_RANGE, message, item.low.span, (Note("write the lower end first"),))
    elif not low <= start <= high:
        message = f"`{item.name.name}` is {texts[0]}, outside its range {texts[1]} .. {texts[2]}"
        cx.report(OUT_OF_RANGE, message, item.value.span)
    else:
        return True
    return False


def let(cx: Context, item: syntax.Let) -> ir.Let | None:
    """Bring a named expression into scope; None when it is in error."""
    typed = infer(cx, item.value)
    if typed.type.what == "error":
        return None
    name, unit = item.name.name, typed.type.ir_text()
    ref = Typed(ir.LetRef(name, unit), typed.type, typed.exact)
    cx.scope.values[name] = Symbol("let", ref, item.name.span)
    return ir.Let(name, typed.expr, unit, cx.where(item.name.span))


def assume(cx: Context, item: syntax.Assume) -> ir.Assume | None:
    """A condition on the world, or None when it is in error."""
    if item.low is None or item.high is None:
        condition = values.condition(cx, item.subject, "`assume`")
    else:
        condition = _between(cx, item.subject, item.low, item.high)
    if condition is None:
        return None
    text = cx.written(type(item.span)(item.subject.span.start, item.span.end))
    return ir.Assume(condition, text, cx.where(item.span))


def _between(cx: Context, subject: syntax.Expr, low: syntax.Expr, high: syntax.Expr) -> ir.Expr | None:
    nodes = (subject, low, high)
    kind, parts = unify(cx, "in", nodes, [infer(cx, node) for node in nodes])
    if kind.what == "error":
        return None
    least, most = parts[1].exact, parts[2].exact
    if least and most and least.value() > most.value():
        message = f"the range {cx.written(low.span)} .. {cx.written(high.span)} is empty"
        cx.report(OUT_OF_RANGE, message, low.span, (Note("write the lower end first"),))
        return None
    above = ir.Apply(">=", (parts[0].expr, parts[1].expr), "bool")
    below = ir.Apply("<=", (parts[0].expr, parts[2].expr), "bool")
    return ir.Apply("and", (above, below), "bool")


def modes(cx: Context, items: list[syntax.Modes]) -> tuple[str, ...]:
    """The declared modes, the first of which a program starts in."""
    first: dict[str, syntax.Ident] = {}
    for name in items[0].names if items else ():
        before = first.setdefault(name.name, name)
        if before is not name:
            cx.report(
                TWICE,
                f"mode `{name.name}` is already declared",
                name.span,
                (Note("here first", before.span),),
            )
    return tuple(first)
