"""Builders for declarations and the whole program."""

from __future__ import annotations

from typing import Any

from stratc.dsl import syntax as s
from stratc.dsl.builders.context import Builder, Children, Context
from stratc.dsl.source import Span

MEASURES = ("size", "notional", "slippage", "gas")
PERIODS = ("day", "hour", "week")
POLICIES = ("clamp", "reject", "defer", "reduce only", "halt")


def program(context: Context, start: int, end: int, c: Children) -> s.Program:
    """Close the file."""
    return s.Program(Span(0, len(context.source.text)), tuple(c[0]), tuple(context.comments))


def strategy(context: Context, start: int, end: int, c: Children) -> s.Strategy:
    """`strategy NAME`."""
    return s.Strategy(Span(start, end), c[1])


def market(context: Context, start: int, end: int, c: Children) -> s.Market:
    """`market BASE in QUOTE`."""
    return s.Market(Span(start, end), c[1], c[3])


def oracle(context: Context, start: int, end: int, c: Children) -> s.Oracle:
    """`oracle NAME from SOURCE …, max age D, agree within R`."""
    sources = [part for part in c[3] if isinstance(part, s.OracleSource)]
    terms: dict[str, Any] = {}
    for part in c[3]:
        if not isinstance(part, s.OracleSource):
            kind, place, value = part
            if kind in terms:
                context.report("repeated", place, kind)
            terms[kind] = value
    if not sources:
        context.report("no source", c[1].span, c[1].name)
    return s.Oracle(Span(start, end), c[1], tuple(sources), terms.get("max age"), terms.get("agree within"))


def oracle_source(context: Context, start: int, end: int, c: Children) -> s.OracleSource:
    """`chainlink "ETH/USD"`."""
    return s.OracleSource(Span(start, end), c[0], c[1])


def oracle_term(context: Context, start: int, end: int, c: Children) -> tuple[str, Span, Any]:
    """`max age D` or `agree within R`."""
    return f"{c[0]} {c[1]}", Span(start, end), c[2]


def venue(context: Context, start: int, end: int, c: Children) -> s.Venue:
    """`venue NAME: KIND "TARGET", OPTION VALUE`."""
    return s.Venue(Span(start, end), c[1], c[3], c[4], tuple(c[5]))


def venue_option(context: Context, start: int, end: int, c: Children) -> s.VenueOption:
    """`fee 5 bps`."""
    return s.VenueOption(Span(start, end), c[0], c[1])


def param(context: Context, start: int, end: int, c: Children) -> s.Param:
    """`param NAME = VALUE in LOW .. HIGH`."""
    low, high = (c[5], c[7]) if len(c) > 4 else (None, None)
    return s.Param(Span(start, end), c[1], c[3], low, high)


def signal(context: Context, start: int, end: int, c: Children) -> s.Signal:
    """`signal NAME: UNIT`."""
    return s.Signal(Span(start, end), c[1], c[3])


def let(context: Context, start: int, end: int, c: Children) -> s.Let:
    """`let NAME = EXPR`."""
    return s.Let(Span(start, end), c[1], c[3])


def assume(context: Context, start: int, end: int, c: Children) -> s.Assume:
    """`assume C` or `assume X in LOW .. HIGH`."""
    low, high = (c[3], c[5]) if len(c) > 2 else (None, None)
    return s.Assume(Span(start, end), c[1], low, high)


def modes(context: Context, start: int, end: int, c: Children) -> s.Modes:
    """`mode normal, defensive`."""
    return s.Modes(Span(start, end), tuple(c[1]))


def model(context: Context, start: int, end: int, c: Children) -> s.Model:
    """`model NAME: jumps N per year, mean R, spread R`."""
    return s.Model(Span(start, end), c[1], c[4], c[9], c[12])


def limit(context: Context, start: int, end: int, c: Children) -> s.Limit:
    """`limit MEASURE <= BOUND per WINDOW else POLICY`."""
    return s.Limit(Span(start, end), c[1], c[2], c[3], c[4], c[5])


def limit_compare(context: Context, start: int, end: int, c: Children) -> str:
    """Take `<=` or `>=`; a bound that may not be reached has no largest order."""
    if c[0] not in ("<=", ">="):
        context.report("limit compare", Span(start, end), c[0])
    return c[0]  # type: ignore[no-any-return]


def order_measure(context: Context, start: int, end: int, c: Children) -> s.OrderMeasure:
    """`order size`."""
    if c[1].name not in MEASURES:
        context.report("order measure", c[1].span, c[1].name, MEASURES)
    return s.OrderMeasure(Span(start, end), c[1])


def rolling(context: Context, start: int, end: int, c: Children) -> s.Rolling:
    """`per rolling D`."""
    return s.Rolling(Span(start, end), c[2])


def calendar(context: Context, start: int, end: int, c: Children) -> s.Calendar:
    """`per day`."""
    if c[1].name not in PERIODS:
        context.report("period", c[1].span, c[1].name, PERIODS)
    return s.Calendar(Span(start, end), c[1])


def policy(context: Context, start: int, end: int, c: Children) -> s.Ident:
    """`clamp`, after `else`."""
    if c[0].name not in POLICIES:
        context.report("policy", c[0].span, c[0].name, POLICIES)
    return c[0]  # type: ignore[no-any-return]


def reduce_only(context: Context, start: int, end: int, c: Children) -> s.Ident:
    """`reduce only`, after `else`."""
    return s.Ident(Span(start, end), "reduce only")


# --- the book -----------------------------------------------------------------------------------


def book(context: Context, start: int, end: int, c: Children) -> s.Book:
    """`book:` and its entries, on the same line or indented below."""
    return s.Book(Span(start, end), tuple(c[2] if len(c) == 3 else c[4]))


def position_entry(context: Context, start: int, end: int, c: Children) -> s.BookEntry:
    """`short 10 ETH call strike 3200 expiring 2026-12-25`."""
    return s.BookEntry(Span(start, end), c[0], c[1], c[2])


def amount_entry(context: Context, start: int, end: int, c: Children) -> s.BookEntry:
    """`cash 1_000 USDC`."""
    return s.BookEntry(Span(start, end), c[0], c[1], None)


BUILDERS: dict[str, Builder] = {
    f.__name__: f
    for f in (
        *(
            program,
            strategy,
            market,
            oracle,
            oracle_source,
            oracle_term,
            venue,
            venue_option,
            param,
            signal,
            let,
        ),
        *(assume, modes, model, limit, limit_compare, order_measure, rolling, calendar, policy, reduce_only),
        *(book, position_entry, amount_entry),
    )
}
