"""Actions, and whether the venues and routes they name can do them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.from_syntax import values
from stratc.compiler.ir.from_syntax.alerts import alert
from stratc.compiler.ir.from_syntax.capabilities import place, place_liquidity
from stratc.compiler.ir.from_syntax.clauses import MISFIT_CLAUSE, terms
from stratc.compiler.ir.from_syntax.declarations import OUT_OF_RANGE
from stratc.compiler.ir.from_syntax.instruments import INCOMPLETE, instrument
from stratc.compiler.ir.from_syntax.models import is_known
from stratc.compiler.ir.from_syntax.venues import linear
from stratc.compiler.suggest import did_you_mean, words
from stratc.compiler.typing.durations import seconds
from stratc.compiler.typing.types import NUMBER
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Note, declare

if TYPE_CHECKING:
    from collections.abc import Callable

    from stratc.compiler.context import Context

UNKNOWN_MODE = declare(
    "E037",
    "unknown mode",
    explanation="""
`enter MODE` and `in MODE:` name a mode that the program declares with `mode FIRST, SECOND`. A program
starts in the first.
""",
    bad="mode calm, wild\nwhen iv > 80%, cooldown 1 h:\n    enter wld\n",
    good="mode calm, wild\nwhen iv > 80%, cooldown 1 h:\n    enter wild\n",
)

AT_THE_MONEY = ir.OptionShape("call", None, ir.Const(0.5, "1"), None, 30 * 86_400.0)
"""What a vega or gamma hedge trades when it does not say: the call at delta 0.5 expiring in 30 d."""


def action(cx: Context, node: syntax.Action) -> ir.Action | None:
    """One action, or None when it is in error."""
    return _BY_NODE[type(node)](cx, node)


def _hedge(cx: Context, node: syntax.Hedge) -> ir.Action | None:
    scope = cx.scope
    wanted = {"delta": scope.base_type, "gamma": scope.gamma_type, "vega": scope.quote_type}[node.greek]
    target = values.value(cx, node.target, wanted, f"the target of a {node.greek} hedge")
    if node.model:
        is_known(cx, node.model, node.greek)
    found = terms(cx, node, scope.base_type)
    chosen = next((clause for clause in node.clauses if clause.kind == "with"), None)
    traded: ir.Instrument | None = linear(cx) if node.greek == "delta" else AT_THE_MONEY
    if chosen and isinstance(chosen.name, syntax.Instrument):
        traded = instrument(cx, chosen.name, "trade")
        if node.greek == "delta" or isinstance(traded, ir.Linear):
            message = (
                "`with` names the option of a vega or gamma hedge; a delta hedge trades the linear instrument"
            )
            cx.report(MISFIT_CLAUSE, message, chosen.span)
            return None
    traded = place(cx, node, traded, found)
    if target is None or traded is None:
        return None
    greek = cast("Literal['delta', 'vega', 'gamma']", node.greek)
    model = node.model.name if node.model else None
    return ir.Hedge(greek, model, target.expr, traded, found, cx.where(node.span))


def _trade(cx: Context, node: syntax.Trade) -> ir.Action | None:
    amount = values.positive(cx, node.amount, cx.scope.base_type, f"the amount to {node.side}")
    traded = instrument(cx, node.instrument, "trade") if node.instrument else linear(cx)
    found = terms(cx, node, cx.scope.base_type)
    named = node.instrument is not None and node.instrument.symbol is not None
    traded = place(cx, node, traded, found, keep=named)
    if amount is None or traded is None:
        return None
    side: Literal[1, -1] = 1 if node.side == "buy" else -1
    return ir.Trade(side, amount.expr, traded, found, cx.where(node.span))


def _close(cx: Context, node: syntax.Close) -> ir.Action | None:
    what, held = _selected(cx, node.what, node.instrument)
    found = terms(cx, node, cx.scope.base_type)
    if what is None and held is None:
        return None
    return ir.Close(what, held, found, cx.where(node.span))


def _roll(cx: Context, node: syntax.Roll) -> ir.Action | None:
    what, held = _selected(cx, node.what, node.instrument)
    to = instrument(cx, node.to, "trade")
    found = terms(cx, node, cx.scope.base_type)
    if isinstance(held, ir.Linear) or isinstance(to, ir.Linear):
        at = node.to.span if isinstance(to, ir.Linear) or node.instrument is None else node.instrument.span
        cx.report(INCOMPLETE, "options are rolled to options; the linear instrument does not expire", at)
        return None
    to = place(cx, node, to, found)
    if not isinstance(to, ir.OptionShape) or (what is None and held is None):
        return None
    return ir.Roll(what, held, to, found, cx.where(node.span))


def _selected(
    cx: Context, what: str | None, node: syntax.Instrument | None
) -> tuple[str | None, ir.Instrument | None]:
    """What is held and meant: a word, or an instrument; a bare `call` or `puts` is the word."""
    if node is None:
        return what, None
    parts = (node.strike, node.at_delta, node.expiring, node.expiring_in)
    if node.right is not None and not any(parts) and node.asset is None:
        return f"{node.right}s", None
    return None, instrument(cx, node, "select")


def _margin(cx: Context, node: syntax.MoveMargin) -> ir.Action | None:
    target = values.positive(cx, node.target, NUMBER, "the margin ratio to reach")
    found = terms(cx, node, cx.scope.quote_type)
    if target is None:
        return None
    verb = cast("Literal['top up', 'withdraw']", node.verb)
    return ir.MoveMargin(verb, target.expr, found, cx.where(node.span))


def _liquidity(cx: Context, node: syntax.Liquidity) -> ir.Action | None:
    low = values.positive(cx, node.low, cx.scope.price_type, "the lower price", silent=True)
    high = values.positive(cx, node.high, cx.scope.price_type, "the upper price")
    found = terms(cx, node, cx.scope.quote_type)
    if low and high and low.exact and high.exact and low.exact.value() >= high.exact.value():
        message = f"the range {cx.written(node.low.span)} .. {cx.written(node.high.span)} is empty"
        cx.report(OUT_OF_RANGE, message, node.low.span, (Note("write the lower price first"),))
        return None
    if node.verb == "provide" and not any(clause.kind == "at most" for clause in node.clauses):
        note = Note(f"add `, at most 1_000 {cx.scope.quote}`")
        cx.report(INCOMPLETE, "liquidity needs its value: `at most`", node.span, (note,))
        return None
    if low is None or high is None or not place_liquidity(cx, node, found):
        return None
    verb = cast("Literal['provide', 'remove']", node.verb)
    return ir.Liquidity(verb, low.expr, high.expr, found, cx.where(node.span))


def _alert(cx: Context, node: syntax.Alert) -> ir.Action | None:
    return alert(cx, node)


def _state(cx: Context, node: syntax.SetState) -> ir.Action | None:
    length = seconds(cx, node.duration, f"`{node.verb} for`") if node.duration else None
    if node.duration and length is None:
        return None
    verb = cast("Literal['reduce only', 'halt']", node.verb)
    reason = node.reason.value if node.reason else node.verb
    return ir.SetState(verb, reason, length, cx.where(node.span))


def _enter(cx: Context, node: syntax.Enter) -> ir.Action | None:
    return ir.Enter(node.mode.name, cx.where(node.span)) if is_mode(cx, node.mode) else None


def is_mode(cx: Context, name: syntax.Ident) -> bool:
    """Whether a mode is declared; reports it if not."""
    if name.name in cx.modes:
        return True
    notes, fix = did_you_mean(name.name, name.span, cx.modes)
    if not notes:
        known_here = f"modes are {words(cx.modes)}" if cx.modes else f"declare it: `mode normal, {name.name}`"
        notes = (Note(known_here),)
    cx.report(UNKNOWN_MODE, f"no mode is called `{name.name}`", name.span, notes, fix)
    return False


_BY_NODE: dict[type[syntax.Action], Callable[[Context, Any], ir.Action | None]] = {
    syntax.Hedge: _hedge,
    syntax.Trade: _trade,
    syntax.Close: _close,
    syntax.Roll: _roll,
    syntax.MoveMargin: _margin,
    syntax.Liquidity: _liquidity,
    syntax.Alert: _alert,
    syntax.SetState: _state,
    syntax.Enter: _enter,
}
