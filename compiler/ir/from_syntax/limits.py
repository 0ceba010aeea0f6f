"""Limits: their scope follows from what they measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.from_syntax import values
from stratc.compiler.typing.durations import duration
from stratc.compiler.typing.infer import infer, unify
from stratc.compiler.typing.types import NUMBER, Type
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Edit, Fix, Note, declare
from stratc.dsl.source import Span

if TYPE_CHECKING:
    from stratc.compiler.context import Context
    from stratc.compiler.typing.scope import Scope

NEEDS_WINDOW = declare(
    "E114",
    "limit and its window do not fit",
    explanation="""
`orders`, `turnover`, `gas_spent` and `loss` are counted over time, so their limits say over which: `per
rolling 1 h`, or a calendar period: `per hour`, `per day`, `per week` (UTC). An order or a state is not
counted over time, and its limit takes no window.
""",
    bad="limit orders <= 60 else reject\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
    good="limit orders <= 60 per rolling 1 h else reject\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)
BAD_POLICY = declare(
    "E115",
    "policy that cannot work on this limit",
    explanation="""
`clamp` makes an order smaller: that helps for a size, a notional, a turnover, a top-up or the state of
the book, not for a count of orders, for gas or for a loss. `defer` waits until a window has moved on:
that helps only where there is a window. A lower bound on an order can only `reject`.
""",
    bad="limit order size <= 5 ETH else defer\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
    good="limit order size <= 5 ETH else clamp\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)
WRONG_SIDE = declare(
    "E119",
    "limit from the wrong side",
    explanation="""
What is counted or spent is bounded from above: `limit orders <= 60 per day`. A lower bound on it would
ask for more of it.
""",
    bad="limit orders >= 60 per day else reject\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
    good="limit orders <= 60 per day else reject\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)

FLOWS = ("orders", "turnover", "gas_spent", "loss")
_NO_CLAMP = ("orders", "gas_spent", "loss")
_SHRINKABLE = ("order size", "order notional", "topup")


class Measure(NamedTuple):
    """What a limit bounds, with the type of its bound."""

    scope: Literal["order", "state", "flow"]
    name: str
    state: ir.Expr | None
    type: Type


def limit(cx: Context, item: syntax.Limit) -> ir.Limit | None:
    """A limit, or None when it is in error."""
    window = _window(cx, item.window) if item.window else None
    measure = _order_or_flow(cx, item.measure)
    bound: ir.Expr | None
    if measure is None:
        measure, bound = _state(cx, item)
        if measure is None:
            return None
    else:
        bound = _bound(cx, item.bound, measure)
    fits = _check_window(cx, item, measure) & _check_sides(cx, item, measure)
    if bound is None or not fits or (item.window and window is None):
        return None
    return ir.Limit(
        measure.name, measure.scope, measure.name, measure.state, cast("Literal['<=', '>=']", item.op), bound,
        window, cast("ir.Policy | None", item.policy.name if item.policy else None),
        measure.type.ir_text(), cx.where(item.span),
    )  # fmt: skip


def _order_or_flow(cx: Context, node: syntax.OrderMeasure | syntax.Expr) -> Measure | None:
    """The measures that are words; None for a state."""
    scope = cx.scope
    if isinstance(node, syntax.OrderMeasure):
        return Measure("order", f"order {node.what.name}", None, _order_type(scope, node.what.name))
    if isinstance(node, syntax.Name) and node.name == "topup":
        return Measure("order", "topup", None, scope.quote_type)
    if isinstance(node, syntax.Name) and node.name in FLOWS:
        return Measure("flow", node.name, None, NUMBER if node.name == "orders" else scope.quote_type)
    return None


def _order_type(scope: Scope, what: str) -> Type:
    if what == "size":
        return scope.base_type
    return NUMBER if what == "slippage" else scope.quote_type


def _state(cx: Context, item: syntax.Limit) -> tuple[Measure | None, ir.Expr | None]:
    nodes = (cast("syntax.Expr", item.measure), item.bound)
    kind, parts = unify(cx, item.op, nodes, [infer(cx, node) for node in nodes])
    if kind.what == "error":
        return None, None
    return Measure("state", cx.written(nodes[0].span), parts[0].expr, kind), parts[1].expr


def _bound(cx: Context, node: syntax.Expr, measure: Measure) -> ir.Expr | None:
    if measure.name == "order slippage":
        typed = values.ratio(cx, node, "`order slippage`")
    else:
        typed = values.positive(cx, node, measure.type, f"the bound of `{measure.name}`", zero=True)
    return typed.expr if typed else None


def _window(cx: Context, node: syntax.Rolling | syntax.Calendar) -> ir.LimitWindow | None:
    if isinstance(node, syntax.Rolling):
        rolling = duration(cx, node.duration, "the window of a limit")
        return ir.LimitWindow(rolling, None) if rolling else None
    return ir.LimitWindow(None, cast("Literal['hour', 'day', 'week']", node.period.name))


def _check_window(cx: Context, item: syntax.Limit, measure: Measure) -> bool:
    if measure.scope == "flow" and item.window is None:
        note = Note("add `per rolling 1 h`, or `per hour`, `per day` or `per week`")
        message = f"`{measure.name}` is counted over time, and this limit does not say over which"
        cx.report(NEEDS_WINDOW, message, item.measure.span, (note,))
        return False
    if measure.scope != "flow" and item.window is not None:
        what = "one order" if measure.scope == "order" else "a state at one moment"
        fix = Fix("leave the window out", (Edit(Span(item.bound.span.end, item.window.span.end), ""),))
        cx.report(NEEDS_WINDOW, f"`{measure.name}` is {what} and takes no window", item.window.span, (), fix)
        return False
    return True


def _check_sides(cx: Context, item: syntax.Limit, measure: Measure) -> bool:
    """Whether operator and policy make sense for the measure."""
    if item.op == ">=" and measure.scope != "state" and measure.name not in _SHRINKABLE:
        at = _operator(cx, item)
        fix = Fix("write `<=`", (Edit(at, "<="),))
        cx.report(WRONG_SIDE, f"`{measure.name}` can only be bounded from above", at, (), fix)
        return False
    if item.policy is None:
        return True
    why = _misfit(item.policy.name, item.op, measure)
    if why:
        cx.report(
            BAD_POLICY, f"`else {item.policy.name}` cannot keep `{measure.name}`: {why}", item.policy.span
        )
    return not why


def _misfit(policy: str, op: str, measure: Measure) -> str | None:
    if policy == "defer" and measure.scope != "flow":
        return "it has no window to wait for; write `clamp` or `reject`"
    if policy == "clamp" and measure.name in _NO_CLAMP:
        return "a smaller order does not change it; write `defer` or `reject`"
    if policy == "clamp" and op == ">=" and measure.scope == "order":
        return "a smaller order breaks it more; write `reject`"
    return None


def _operator(cx: Context, item: syntax.Limit) -> Span:
    """Where the comparison stands, between measure and bound."""
    start = item.measure.span.end
    at = start + cx.source.text[start : item.bound.span.start].index(item.op)
    return Span(at, at + len(item.op))
