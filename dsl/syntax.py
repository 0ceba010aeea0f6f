"""The syntax tree: what was written, with the exact span of every part. No meaning yet.

Quantities keep their text (`0.10`, `50_000`), units are names (`ETH`, `%`, `min`), and `USDC/ETH` after a
number is an ordinary division by the name `ETH`: which names are units is decided by the compiler.
"""

from __future__ import annotations

from stratc.dsl.node import Node
from stratc.dsl.source import Span


class Syntax(Node):
    """Any node of the tree."""

    span: Span


# --- leaves -------------------------------------------------------------------------------------


class Ident(Syntax):
    """A name where one is declared or referred to (not an expression)."""

    name: str


class Text(Syntax):
    """A quoted string; `value` is what it says, without the quotes."""

    value: str


class Date(Syntax):
    """A calendar date, as written: 2026-12-25."""

    text: str


class TimeOfDay(Syntax):
    """A time of day in UTC, as written: 08:00."""

    text: str


class Comment(Syntax):
    """A comment with its `#`, without its newline."""

    text: str


# --- expressions --------------------------------------------------------------------------------


class Expr(Syntax):
    """Anything that has a value."""


class Number(Expr):
    """A literal: `text` has digits (and `_`, `.`, exponent) as written; `unit` is `%`, a name, or None."""

    text: str
    unit: str | None


class Name(Expr):
    """A signal, parameter, let or (in a unit position) a unit."""

    name: str


class OfModel(Expr):
    """`delta[merton]`: a Greek by a named model."""

    greek: Ident
    model: Ident


class Call(Expr):
    """`abs(x)`, `position(ETH)`, `iv(30 d)`, `change(x over 5 min)` (`over` is the window, or None)."""

    function: Ident
    args: tuple[Expr, ...]
    over: Expr | None


class Unary(Expr):
    """`-x` or `not x`."""

    op: str
    operand: Expr


class Binary(Expr):
    """`+ - * / < <= > >= == != and or`."""

    op: str
    left: Expr
    right: Expr


class Paren(Expr):
    """What the author put in parentheses."""

    inner: Expr


# --- instruments --------------------------------------------------------------------------------


class Instrument(Syntax):
    """An asset, a perpetual by its symbol, or an option by strike or by delta.

    `right` is "call" or "put" for options. At most one of strike and at_delta, and of expiring and expiring_in.
    """

    asset: Ident | None
    symbol: Text | None
    right: str | None
    strike: Expr | None
    at_delta: Expr | None
    expiring: Date | None
    expiring_in: Expr | None


# --- declarations -------------------------------------------------------------------------------


class Item(Syntax):
    """A declaration or a rule."""


class Strategy(Item):
    """`strategy short_straddle`."""

    name: Ident


class Market(Item):
    """`market ETH in USDC`."""

    base: Ident
    quote: Ident


class OracleSource(Syntax):
    """`chainlink "ETH/USD"`."""

    provider: Ident
    feed: Text


class Oracle(Item):
    """`oracle spot from chainlink "ETH/USD", max age 30 s, agree within 50 bps`."""

    signal: Ident
    sources: tuple[OracleSource, ...]
    max_age: Expr | None
    agree_within: Expr | None


class VenueOption(Syntax):
    """`fee 5 bps` after a venue; `name` is the word before the value."""

    name: Ident
    value: Expr


class Venue(Item):
    """`venue perp: perpetual "ETH-PERP", fee 5 bps`."""

    name: Ident
    kind: Ident
    target: Text | None
    options: tuple[VenueOption, ...]


class BookEntry(Syntax):
    """`short 10 ETH call strike 3200 expiring 2026-12-25`; `side` is long, short, cash or margin."""

    side: str
    amount: Expr
    instrument: Instrument | None


class Book(Item):
    """`book:` and its entries."""

    entries: tuple[BookEntry, ...]


class Param(Item):
    """`param band = 0.10 ETH in 0.02 ETH .. 1 ETH` (low and high are both there or both None)."""

    name: Ident
    value: Expr
    low: Expr | None
    high: Expr | None


class Signal(Item):
    """`signal alpha: number`; `unit` is a unit expression (`number`, `ETH`, `USDC/ETH`)."""

    name: Ident
    unit: Expr


class Let(Item):
    """`let edge = alpha * scale`."""

    name: Ident
    value: Expr


class Assume(Item):
    """`assume C` (low and high None), or `assume X in A .. B`."""

    subject: Expr
    low: Expr | None
    high: Expr | None


class OrderMeasure(Syntax):
    """`order size` in a limit; `what` is the second word."""

    what: Ident


class Rolling(Syntax):
    """`per rolling 1 h`."""

    duration: Expr


class Calendar(Syntax):
    """`per day`; `period` is the word."""

    period: Ident


class Limit(Item):
    """`limit MEASURE <= BOUND [per …] [else POLICY]`; `policy` is its words joined by one space, or None."""

    measure: OrderMeasure | Expr
    op: str
    bound: Expr
    window: Rolling | Calendar | None
    policy: Ident | None


class Model(Item):
    """`model merton: jumps 0.8 per year, mean -12%, spread 18%`."""

    name: Ident
    jumps: Expr
    mean: Expr
    spread: Expr


class Modes(Item):
    """`mode normal, defensive`."""

    names: tuple[Ident, ...]


# --- rules --------------------------------------------------------------------------------------


class Trigger(Syntax):
    """What may make a rule fire."""


class When(Trigger):
    """`when C` (level)."""

    condition: Expr


class Crossing(Trigger):
    """`when X rises above Y`; `direction` is "rises above", "falls below" or "crosses"."""

    value: Expr
    direction: str
    level: Expr


class Becomes(Trigger):
    """`when C becomes true`."""

    condition: Expr


class Every(Trigger):
    """`every 7 d at 08:00 UTC`."""

    period: Expr
    at: TimeOfDay | None


class On(Trigger):
    """`on stale spot`, `on fill`, `on expiry`, `on start`; `event` is the first word."""

    event: str
    signal: Ident | None


class Modifier(Syntax):
    """A condition on firing: `kind` is for, cooldown, rearm below, rearm above, once or on start fire."""

    kind: str
    value: Expr | None


class Clause(Syntax):
    """A term of an action.

    `kind` is one of: on, via (an Ident in `name`); at most, limit price, slippage, gas, deadline, retry
    (an expression in `value`); recheck after retry and the span of time after split are in `extra`
    (`retry N recheck` has extra = True); with (an Instrument in `name`).
    """

    kind: str
    value: Expr | None
    name: Ident | Instrument | None
    extra: Expr | bool | None


class Action(Syntax):
    """Something a rule does."""

    clauses: tuple[Clause, ...]


class Hedge(Action):
    """`hedge [delta|vega|gamma] to Q`; `model` is what stands in brackets (`delta[merton]`), or None."""

    greek: str
    model: Ident | None
    target: Expr


class Trade(Action):
    """`buy`/`sell Q [INSTRUMENT]`; `amount` may be a bare expression."""

    side: str
    amount: Expr
    instrument: Instrument | None


class Close(Action):
    """`close INSTRUMENT`, or `close all|options|calls|puts|perpetual` (the word in `what`)."""

    what: str | None
    instrument: Instrument | None


class Roll(Action):
    """`roll INSTRUMENT|calls|puts|options to INSTRUMENT`."""

    what: str | None
    instrument: Instrument | None
    to: Instrument


class MoveMargin(Action):
    """`top up margin to R` or `withdraw margin to R`; `verb` is "top up" or "withdraw"."""

    verb: str
    target: Expr


class Liquidity(Action):
    """`provide`/`remove liquidity between P and P`; the size of a provision is its `at most`."""

    verb: str
    low: Expr
    high: Expr


class Alert(Action):
    """`alert "…{delta}…"`."""

    text: Text


class SetState(Action):
    """`halt` or `reduce only` (in `verb`), with a reason and `for D`, or `until manual` (duration None)."""

    verb: str
    reason: Text | None
    duration: Expr | None


class Enter(Action):
    """`enter defensive`."""

    mode: Ident


class Rule(Item):
    """A trigger, its modifiers and an atomic body; `head` spans from the first word to before the colon."""

    head: Span
    trigger: Trigger
    modifiers: tuple[Modifier, ...]
    body: tuple[Action, ...]


class InMode(Item):
    """`in defensive:` and the rules that live there."""

    mode: Ident
    rules: tuple[Rule, ...]


class Program(Syntax):
    """A whole file: items in source order, and every comment for the formatter."""

    items: tuple[Item, ...]
    comments: tuple[Comment, ...]
