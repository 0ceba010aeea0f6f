"""Triggers and what qualifies them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.from_syntax import values
from stratc.compiler.ir.from_syntax.declarations import is_input
from stratc.compiler.typing.durations import duration
from stratc.compiler.typing.infer import POISONED, infer, unify
from stratc.compiler.typing.scope import Typed
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Edit, Fix, Note, declare

if TYPE_CHECKING:
    from stratc.compiler.context import Context

MISFIT_MODIFIER = declare(
    "E120",
    "modifier that does not fit its trigger",
    explanation="""
`rearm` belongs to `rises above`, `falls below` and `crosses`: it names the level that the value must
come back to. `for D` belongs to conditions (`when …`), `on start fire` to edges. Each is said at most
once.
""",
    bad="when abs(delta) > 0.1 ETH, rearm below 0.05 ETH:\n    hedge to 0 ETH\n",
    good="when abs(delta) rises above 0.1 ETH, rearm below 0.05 ETH:\n    hedge to 0 ETH\n",
)

_CONDITIONS = {"rises above": ">", "falls below": "<", "crosses": ">"}
_BACK = {"rises above": "rearm below", "falls below": "rearm above"}


class Firing(NamedTuple):
    """When a rule fires: the trigger and its modifiers."""

    trigger: ir.Trigger | None
    hold: ir.Duration | None
    cooldown: ir.Duration | None
    once: bool
    on_start: bool


def firing(cx: Context, rule: syntax.Rule) -> Firing:
    """Trigger and modifiers of a rule; the trigger is None when it is in error."""
    by_kind = {"rearm" if m.kind.startswith("rearm") else m.kind: m for m in rule.modifiers}
    _check_fit(cx, rule.trigger, by_kind)
    trigger = _trigger(cx, rule.trigger, by_kind.get("rearm"))
    return Firing(
        trigger,
        _duration(cx, by_kind.get("for"), "`for`"),
        _duration(cx, by_kind.get("cooldown"), "a cooldown"),
        "once" in by_kind,
        "on start fire" in by_kind,
    )


def _duration(cx: Context, modifier: syntax.Modifier | None, what: str) -> ir.Duration | None:
    return duration(cx, modifier.value, what) if modifier and modifier.value else None


def _check_fit(cx: Context, trigger: syntax.Trigger, by_kind: dict[str, syntax.Modifier]) -> None:
    edge = isinstance(trigger, syntax.Crossing | syntax.Becomes)
    if "rearm" in by_kind and not isinstance(trigger, syntax.Crossing):
        note = Note("write the trigger with `rises above` or `falls below`")
        cx.report(MISFIT_MODIFIER, "`rearm` needs a level that is crossed", by_kind["rearm"].span, (note,))
    if "for" in by_kind and not isinstance(trigger, syntax.When | syntax.Crossing | syntax.Becomes):
        cx.report(MISFIT_MODIFIER, "`for` needs a condition that can hold for a while", by_kind["for"].span)
    if "on start fire" in by_kind and not edge:
        message = "`on start fire` belongs to an edge: a level that holds at the start fires anyway"
        cx.report(MISFIT_MODIFIER, message, by_kind["on start fire"].span)
    rearm = by_kind.get("rearm")
    if rearm and isinstance(trigger, syntax.Crossing) and trigger.direction in _BACK:
        right = _BACK[trigger.direction]
        if rearm.kind != right:
            start = rearm.span.start
            fix = Fix(f"write `{right}`", (Edit(type(rearm.span)(start, start + len(rearm.kind)), right),))
            message = f"`{trigger.direction}` is rearmed by coming back: `{right}`"
            cx.report(MISFIT_MODIFIER, message, rearm.span, (), fix)


def _trigger(cx: Context, node: syntax.Trigger, rearm: syntax.Modifier | None) -> ir.Trigger | None:
    if isinstance(node, syntax.When):
        condition = values.condition(cx, node.condition, "`when`")
        return ir.Level(condition) if condition else None
    if isinstance(node, syntax.Becomes):
        condition = values.condition(cx, node.condition, "`becomes true`")
        return ir.Edge(condition, both=False, rearm=None) if condition else None
    if isinstance(node, syntax.Crossing):
        return _crossing(cx, node, rearm)
    if isinstance(node, syntax.Every):
        return _every(cx, node)
    if isinstance(node, syntax.On):
        if node.signal is not None and not is_input(cx, node.signal):
            return None
        event = cast("Literal['stale', 'fill', 'expiry', 'start']", node.event)
        return ir.On(event, node.signal.name if node.signal else None)
    raise AssertionError(node)


def _crossing(cx: Context, node: syntax.Crossing, rearm: syntax.Modifier | None) -> ir.Edge | None:
    """A value passing a level; the rearm level is compared with the same value."""
    nodes = (node.value, node.level)
    kind, parts = unify(cx, node.direction, nodes, [infer(cx, part) for part in nodes])
    back: ir.Expr | None = None
    if rearm and rearm.value:
        measured = parts[0] if kind.what != "error" else POISONED
        back = _rearm(cx, node.value, measured, rearm.kind, rearm.value)
    if kind.what == "error" or (rearm and back is None):
        return None
    condition = ir.Apply(_CONDITIONS[node.direction], (parts[0].expr, parts[1].expr), "bool")
    return ir.Edge(condition, node.direction == "crosses", back)


def _rearm(cx: Context, node: syntax.Expr, measured: Typed, kind: str, level: syntax.Expr) -> ir.Expr | None:
    agreed, parts = unify(cx, kind, (node, level), [measured, infer(cx, level)])
    if agreed.what == "error":
        return None
    return ir.Apply("<" if kind == "rearm below" else ">", (parts[0].expr, parts[1].expr), "bool")


def _every(cx: Context, node: syntax.Every) -> ir.Every | None:
    period = duration(cx, node.period, "a period", seconds_only=node.at is not None)
    if node.at is None or period is None:
        return ir.Every(period, None) if period else None
    hours, minutes = (int(part) for part in node.at.text.split(":"))
    return ir.Every(period, hours * 3_600.0 + minutes * 60.0)
