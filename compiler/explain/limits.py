"""Limits: what they bound, and what happens to an order that would break them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.explain.expressions import Phrases
from stratc.compiler.explain.words import columns, duration

if TYPE_CHECKING:
    from stratc.compiler.ir import nodes as ir

_POLICY = {
    None: "theorem: no rule can send an order that breaks it",
    "clamp": "guard: an order is made smaller until it fits",
    "reject": "guard: the firing is dropped, all of its actions",
    "defer": "guard: the firing waits until the window allows it",
    "reduce only": "guard: nothing more than reducing orders, until an operator lifts it",
    "halt": "guard: no orders at all, until an operator lifts it",
}
_CLAUSE = {"order slippage": "an order that says no slippage of its own carries this one",
           "order gas": "an order that says no gas of its own carries this one"}  # fmt: skip


def limits(program: ir.Program) -> list[str]:
    """Each limit with its window and its policy."""
    if not program.limits:
        return ["Limits", "  none: nothing bounds what this program can send"]
    phrases = Phrases(program)
    return ["Limits", *columns((bounded(phrases, limit), _policy(limit)) for limit in program.limits)]


def bounded(phrases: Phrases, limit: ir.Limit) -> str:
    """What a limit bounds, by what, over which window: `orders <= 60 in any 1 h`."""
    share = limit.measure == "order slippage" or (limit.state is not None and phrases.is_share(limit.state))
    bound = phrases.share(limit.bound) if share else phrases.text(limit.bound)
    over = ""
    if limit.window and limit.window.rolling:
        over = f" in any {duration(limit.window.rolling)}"
    elif limit.window:
        over = f" per UTC {limit.window.calendar}"
    return f"{limit.measure} {limit.op} {bound}{over}"


def _policy(limit: ir.Limit) -> str:
    inherited = _CLAUSE.get(limit.measure) if limit.op == "<=" else None
    return "; ".join(filter(None, (_POLICY[limit.policy], inherited)))
