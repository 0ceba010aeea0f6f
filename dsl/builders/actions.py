"""Builders for actions and their clauses."""

from __future__ import annotations

from stratc.dsl import syntax as s
from stratc.dsl.builders.context import Builder, Children, Context
from stratc.dsl.source import Span

ROUTES = ("public", "private", "bundle", "intent", "auction")


def _clauses(context: Context, clauses: list[s.Clause]) -> tuple[s.Clause, ...]:
    seen: set[str] = set()
    for clause in clauses:
        if clause.kind in seen:
            context.report("repeated", clause.span, clause.kind)
        seen.add(clause.kind)
    return tuple(clauses)


def hedge(context: Context, start: int, end: int, c: Children) -> s.Hedge:
    """`hedge to Q`."""
    return s.Hedge(Span(start, end), _clauses(context, c[3]), "delta", None, c[2])


def hedge_greek(context: Context, start: int, end: int, c: Children) -> s.Hedge:
    """`hedge vega to Q`."""
    return s.Hedge(Span(start, end), _clauses(context, c[4]), c[1], None, c[3])


def hedge_model(context: Context, start: int, end: int, c: Children) -> s.Hedge:
    """`hedge delta[merton] to Q`."""
    return s.Hedge(Span(start, end), _clauses(context, c[7]), c[1], c[3], c[6])


def trade(context: Context, start: int, end: int, c: Children) -> s.Trade:
    """`buy Q INSTRUMENT`."""
    return s.Trade(Span(start, end), _clauses(context, c[3]), c[0], c[1], c[2])


def close(context: Context, start: int, end: int, c: Children) -> s.Close:
    """`close INSTRUMENT` or `close calls`."""
    what, instrument = _what(context, c[1])
    return s.Close(Span(start, end), _clauses(context, c[2]), what, instrument)


def roll(context: Context, start: int, end: int, c: Children) -> s.Roll:
    """`roll INSTRUMENT to INSTRUMENT` or `roll calls to INSTRUMENT`."""
    what, instrument = _what(context, c[1])
    return s.Roll(Span(start, end), _clauses(context, c[4]), what, instrument, c[3])


def _what(context: Context, value: str | s.Instrument) -> tuple[str | None, s.Instrument | None]:
    """`calls` alone means all of them, not an option about which nothing is said."""
    if isinstance(value, str):
        return value, None
    if context.source.slice(value.span) in ("calls", "puts"):
        return context.source.slice(value.span), None
    return None, value


def move_margin(context: Context, start: int, end: int, c: Children) -> s.MoveMargin:
    """`top up margin to R`, `withdraw margin to R`."""
    verb = "top up" if c[0] == "top" else "withdraw"
    return s.MoveMargin(Span(start, end), _clauses(context, c[-1]), verb, c[-2])


def liquidity(context: Context, start: int, end: int, c: Children) -> s.Liquidity:
    """`provide liquidity between P and P`."""
    return s.Liquidity(Span(start, end), _clauses(context, c[6]), c[0], c[3], c[5])


def alert(context: Context, start: int, end: int, c: Children) -> s.Alert:
    """`alert "…"`."""
    return s.Alert(Span(start, end), (), c[1])


def set_state(context: Context, start: int, end: int, c: Children) -> s.SetState:
    """`halt "why" for D`, `reduce only until manual`."""
    return s.SetState(Span(start, end), (), c[0], c[1], c[2])


def enter(context: Context, start: int, end: int, c: Children) -> s.Enter:
    """`enter MODE`."""
    return s.Enter(Span(start, end), (), c[1])


# --- clauses ------------------------------------------------------------------------------------


def name_clause(context: Context, start: int, end: int, c: Children) -> s.Clause:
    """`on VENUE`, `via ROUTE`, `with INSTRUMENT`."""
    if c[0] == "via" and c[1].name not in ROUTES:
        context.report("route", c[1].span, c[1].name, ROUTES)
    return s.Clause(Span(start, end), c[0], None, c[1], None)


def value_clause(context: Context, start: int, end: int, c: Children) -> s.Clause:
    """`at most Q`, `limit price P`, `deadline N blocks`."""
    return s.Clause(Span(start, end), "limit price" if c[0] == "limit" else c[0], c[-1], None, None)


def bound_clause(context: Context, start: int, end: int, c: Children) -> s.Clause:
    """`slippage <= R`, `gas <= Q`."""
    if c[1] == ">=":
        context.report("clause compare", Span(start, end), c[0])
    return s.Clause(Span(start, end), c[0], c[2], None, None)


def retry(context: Context, start: int, end: int, c: Children) -> s.Clause:
    """`retry N recheck`."""
    return s.Clause(Span(start, end), "retry", c[1], None, True if len(c) > 2 else None)


def split(context: Context, start: int, end: int, c: Children) -> s.Clause:
    """`split into N over D`."""
    return s.Clause(Span(start, end), "split", c[2], None, c[4])


BUILDERS: dict[str, Builder] = {
    f.__name__: f
    for f in (
        *(
            hedge,
            hedge_greek,
            hedge_model,
            trade,
            close,
            roll,
            move_margin,
            liquidity,
            alert,
            set_state,
            enter,
        ),
        *(name_clause, value_clause, bound_clause, retry, split),
    )
}
