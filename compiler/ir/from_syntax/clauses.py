"""The clauses of an action: which it can take, and the terms they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.from_syntax import values
from stratc.compiler.ir.from_syntax.venues import find
from stratc.compiler.suggest import words
from stratc.compiler.typing.durations import duration
from stratc.compiler.typing.types import NUMBER, Type, quantity
from stratc.compiler.typing.units import BLOCK
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Note, declare

if TYPE_CHECKING:
    from stratc.compiler.context import Context

MISFIT_CLAUSE = declare(
    "E121",
    "clause that does not fit its action",
    explanation="""
Each action takes the clauses that mean something for it: a top-up has no price, and
only a vega or gamma hedge says `with` which option.
""",
    bad="when margin_ratio < 1.5, cooldown 10 min:\n    top up margin to 1.8, limit price 2000 USDC/ETH\n",
    good="when margin_ratio < 1.5, cooldown 10 min:\n    top up margin to 1.8, at most 20_000 USDC\n",
)

_SENDING = ("gas", "deadline", "retry", "via")
_TRADING = ("on", "at most", "slippage", *_SENDING)
TAKES: dict[type, tuple[str, ...]] = {
    syntax.Hedge: (*_TRADING, "limit price", "split", "with"),
    syntax.Trade: (*_TRADING, "limit price", "split"),
    syntax.Close: (*_TRADING, "limit price", "split"),
    syntax.Roll: _TRADING,
    syntax.MoveMargin: ("at most", *_SENDING),
    syntax.Liquidity: _TRADING,
}
"""What each action takes; the others take none."""

VERBS: dict[type, str] = {
    syntax.Hedge: "hedge", syntax.Trade: "a trade", syntax.Close: "close", syntax.Roll: "roll",
    syntax.MoveMargin: "a margin transfer", syntax.Liquidity: "liquidity", syntax.Alert: "alert",
    syntax.SetState: "a halt", syntax.Enter: "enter",
}  # fmt: skip


def terms(cx: Context, action: syntax.Action, counted_in: Type) -> ir.Terms:
    """The terms of an action; `counted_in` is the unit of its `at most`."""
    found: dict[str, Any] = {}
    for clause in action.clauses:
        if _fits(cx, action, clause):
            found |= _terms(cx, clause, counted_in)
    return ir.Terms(**found)


def _fits(cx: Context, action: syntax.Action, clause: syntax.Clause) -> bool:
    takes = TAKES.get(type(action), ())
    if clause.kind in takes:
        return True
    note = Note(
        f"it takes {words((f'`{kind}`' for kind in takes), 'and')}" if takes else "it takes no clauses"
    )
    cx.report(MISFIT_CLAUSE, f"{VERBS[type(action)]} takes no `{clause.kind}`", clause.span, (note,))
    return False


def _terms(cx: Context, clause: syntax.Clause, counted_in: Type) -> dict[str, Any]:
    """The fields of Terms that one clause sets; nothing where it is in error."""
    kind, node = clause.kind, clause.value
    if isinstance(clause.name, syntax.Ident):
        return _named(cx, kind, clause.name)
    if node is None:
        return {}
    if kind == "split":
        return _split(cx, clause, node)
    if kind == "retry":
        tries = values.count(cx, node, NUMBER, "`retry`")
        return {"retries": tries, "recheck": clause.extra is True} if tries else {}
    if kind == "deadline":
        blocks = values.count(cx, node, quantity(BLOCK), "`deadline`")
        return {"deadline_blocks": blocks} if blocks else {}
    if kind == "slippage":
        typed = values.ratio(cx, node, "`slippage`")
    else:
        scope = cx.scope
        wanted = {"at most": counted_in, "limit price": scope.price_type, "gas": scope.quote_type}[kind]
        typed = values.positive(cx, node, wanted, f"`{kind}`", zero=kind == "gas")
    return {kind.replace(" ", "_"): typed.expr} if typed else {}


def _named(cx: Context, kind: str, name: syntax.Ident) -> dict[str, Any]:
    if kind == "via":
        return {"route": name.name}
    venue = find(cx, name)
    return {"venue": venue.name} if venue else {}


def _split(cx: Context, clause: syntax.Clause, node: syntax.Expr) -> dict[str, Any]:
    parts = values.count(cx, node, NUMBER, "`split into`")
    over = duration(cx, clause.extra, "`split … over`") if isinstance(clause.extra, syntax.Expr) else None
    return {"split": parts, "split_over": over} if parts and over else {}
