"""The typed intermediate representation: a program with every name resolved and every unit checked.

Values are floats in canonical units (whole assets, seconds, blocks, ratios as numbers: 30 bps is 0.003),
`unit` is the canonical unit's text (`USDC/ETH`, `1` for a pure number, `bool` for a truth value).
Every node has a `kind`, which is what the JSON form tells nodes apart by.
"""

from __future__ import annotations

from typing import Literal

from stratc.dsl.node import Node

IR_VERSION = 1
"""Raised when a change makes older IR mean something else."""

JUMP_DELTA = "delta[merton]"
"""The book signal that a delta hedge by the model `merton` moves."""

Clock = Literal["s", "block"]
Policy = Literal["clamp", "reject", "defer", "reduce only", "halt"]


class Where(Node):
    """A place in the source: character offsets [start, end) and the 1-based line of `start`."""

    start: int
    end: int
    line: int


class Duration(Node):
    """A positive length of time on one clock: seconds or blocks."""

    amount: float
    clock: Clock


# --- expressions --------------------------------------------------------------------------------


class Const(Node):
    """A number in canonical units."""

    value: float
    unit: str
    kind: Literal["const"] = "const"


class Input(Node):
    """A value the world supplies each tick: `spot`, `iv`, `iv(30 d)`, `gas_price`, `funding_rate`, a `signal`."""

    name: str
    unit: str
    kind: Literal["input"] = "input"


class BookSignal(Node):
    """A value of the projected book: delta, delta[merton], gamma, vega, theta, position, equity, cash, pnl, leverage,
    margin_ratio, drawdown, distance_to_liquidation."""

    name: str
    unit: str
    kind: Literal["book"] = "book"


class ParamRef(Node):
    """The current value of a declared parameter."""

    name: str
    unit: str
    kind: Literal["param"] = "param"


class LetRef(Node):
    """The value of a `let`, evaluated where it is used (it sees the projected book)."""

    name: str
    unit: str
    kind: Literal["let"] = "let"


class WindowRef(Node):
    """The value of window number `index` of the program."""

    index: int
    unit: str
    kind: Literal["window"] = "window"


class Apply(Node):
    """An operator on its arguments.

    `op` is one of: neg not abs sqrt exp log (one argument), + - * / < <= > >= == != and or (two),
    min max (two or more). A division by zero, a root or logarithm out of its domain makes the whole
    expression unavailable; so does any unavailable argument (`and`/`or` included: nothing short-circuits
    the unknown).
    """

    op: str
    args: tuple[Expr, ...]
    unit: str
    kind: Literal["apply"] = "apply"


Expr = Const | Input | BookSignal | ParamRef | LetRef | WindowRef | Apply


class Window(Node):
    """A function of an expression over the trailing (t - D, t]: change, mean, stdev, high, low, realized_vol."""

    function: str
    argument: Expr
    duration: Duration
    unit: str
    where: Where


# --- declarations -------------------------------------------------------------------------------


class OracleSource(Node):
    """One feed: provider `chainlink`, feed `ETH/USD`."""

    provider: str
    feed: str


class Oracle(Node):
    """Where an input is read from, how old it may be (s), and how far sources may differ (ratio)."""

    signal: str
    sources: tuple[OracleSource, ...]
    max_age: float | None
    agree_within: float | None
    where: Where


class Venue(Node):
    """A place to trade. `kind_of` is perpetual, spot, options, uniswap_v3, …; options are canonical floats."""

    name: str
    kind_of: str
    symbol: str | None
    fee: float
    options: tuple[tuple[str, float], ...]
    where: Where


class Linear(Node):
    """The linear instrument of the base asset: `symbol` as reported (`ETH-PERP`, `ETH/USDC`, `ETH`)."""

    symbol: str
    perpetual: bool
    kind: Literal["linear"] = "linear"


class OptionShape(Node):
    """An option, by strike (quote per base) or by |delta|, expiring at an epoch second or in so many seconds.

    Both strike and at_delta None means "any strike", both expiries None "any expiry" (only to select what
    is held, in close and roll).
    """

    right: Literal["call", "put"]
    strike: float | None
    at_delta: Expr | None
    expiry: float | None
    expiring_in: float | None
    kind: Literal["option"] = "option"


Instrument = Linear | OptionShape


class BookEntry(Node):
    """What the book starts with: a signed amount of an instrument, or of cash or margin (instrument None).

    `account` is position, cash or margin. `amount` is an exact decimal in the asset's units.
    """

    account: Literal["position", "cash", "margin"]
    amount: str
    instrument: Instrument | None
    where: Where


class Param(Node):
    """A tunable with its value and, if declared, its range (canonical units)."""

    name: str
    value: float
    low: float | None
    high: float | None
    unit: str
    where: Where


class Model(Node):
    """Jumps of the price for a pricing model: how many a year, the mean change of the price in one (-0.12 is 12 %
    down), and the deviation of its logarithm.
    """

    name: str
    jumps: float
    mean: float
    spread: float
    where: Where


class InputSpec(Node):
    """An input the program needs.

    `declared` is true for a `signal`; `responds` when some `on stale` rule answers for it, so that its
    absence does not by itself put the engine in reduce only.
    """

    name: str
    unit: str
    declared: bool
    responds: bool


class Let(Node):
    """A named expression; lets come in order of dependency."""

    name: str
    value: Expr
    unit: str
    where: Where


class Assume(Node):
    """A condition on the world that proofs may use; monitored at run time. `text` is as written."""

    condition: Expr
    text: str
    where: Where


class LimitWindow(Node):
    """A rolling duration, or a calendar period (s, aligned to the UTC epoch; a week begins on Monday)."""

    rolling: Duration | None
    calendar: Literal["hour", "day", "week"] | None


class Limit(Node):
    """A bound that must hold.

    `scope` order: measure is `order size`, `order notional`, `order slippage`, `order gas` or `topup`.
    `scope` flow: measure is `orders`, `turnover`, `gas_spent` or `loss`, over `window`.
    `scope` state: `state` is the measured expression and measure its text.
    `policy` None makes it a theorem. `name` is what outcomes call it.
    """

    name: str
    scope: Literal["order", "state", "flow"]
    measure: str
    state: Expr | None
    op: Literal["<=", ">="]
    bound: Expr
    window: LimitWindow | None
    policy: Policy | None
    unit: str
    where: Where


# --- triggers -----------------------------------------------------------------------------------


class Level(Node):
    """Fires at every tick where the condition holds."""

    condition: Expr
    kind: Literal["level"] = "level"


class Edge(Node):
    """Fires when the condition turns true (`both`: when it turns either way, for `crosses`).

    `rearm`, when given, must have held since the last firing.
    """

    condition: Expr
    both: bool
    rearm: Expr | None
    kind: Literal["edge"] = "edge"


class Every(Node):
    """Fires once a period: from the first tick, or at `at` seconds after UTC midnight."""

    period: Duration
    at: float | None
    kind: Literal["every"] = "every"


class On(Node):
    """Fires on an event: stale (of `signal`, when it goes missing), fill, expiry or start."""

    event: Literal["stale", "fill", "expiry", "start"]
    signal: str | None
    kind: Literal["on"] = "on"


Trigger = Level | Edge | Every | On

# --- actions ------------------------------------------------------------------------------------


class Terms(Node):
    """What an order carries. Ratios are numbers, gas is in quote units, None means not said."""

    venue: str | None = None
    at_most: Expr | None = None
    limit_price: Expr | None = None
    slippage: Expr | None = None
    gas: Expr | None = None
    deadline_blocks: int | None = None
    retries: int = 0
    recheck: bool = False
    split: int = 1
    split_over: Duration | None = None
    route: str | None = None


class Hedge(Node):
    """Trade `instrument` until the Greek of the projected book, by a model, is `target`."""

    greek: Literal["delta", "vega", "gamma"]
    model: str | None
    target: Expr
    instrument: Instrument
    terms: Terms
    where: Where
    kind: Literal["hedge"] = "hedge"


class Trade(Node):
    """Buy (side 1) or sell (side -1) an amount of the base asset or of option contracts."""

    side: Literal[1, -1]
    amount: Expr
    instrument: Instrument
    terms: Terms
    where: Where
    kind: Literal["trade"] = "trade"


class Close(Node):
    """Bring to zero what is held of `what` (all, options, calls, puts, perpetual, position) or of an instrument."""

    what: str | None
    instrument: Instrument | None
    terms: Terms
    where: Where
    kind: Literal["close"] = "close"


class Roll(Node):
    """Close what is held of `what` (calls, puts, options) or `instrument`, and open as much of `to`."""

    what: str | None
    instrument: Instrument | None
    to: OptionShape
    terms: Terms
    where: Where
    kind: Literal["roll"] = "roll"


class MoveMargin(Node):
    """Move cash into or out of margin until margin_ratio is `target`; at_most is in quote units."""

    verb: Literal["top up", "withdraw"]
    target: Expr
    terms: Terms
    where: Where
    kind: Literal["margin"] = "margin"


class Liquidity(Node):
    """Provide or remove concentrated liquidity between two prices; at_most is its value in quote units."""

    verb: Literal["provide", "remove"]
    low: Expr
    high: Expr
    terms: Terms
    where: Where
    kind: Literal["liquidity"] = "liquidity"


class Alert(Node):
    """Tell somebody: literal pieces and expressions in turn (texts has one more entry than values)."""

    texts: tuple[str, ...]
    values: tuple[Expr, ...]
    where: Where
    kind: Literal["alert"] = "alert"


class SetState(Node):
    """Latch the engine REDUCING or HALTED, for `seconds` or (None) until manual."""

    verb: Literal["reduce only", "halt"]
    reason: str
    seconds: float | None
    where: Where
    kind: Literal["state"] = "state"


class Enter(Node):
    """Change the program's mode from the next tick on."""

    mode: str
    where: Where
    kind: Literal["enter"] = "enter"


Action = Hedge | Trade | Close | Roll | MoveMargin | Liquidity | Alert | SetState | Enter


class Rule(Node):
    """Rule number `index` (from 1, in source order)."""

    index: int
    mode: str | None
    trigger: Trigger
    hold: Duration | None
    cooldown: Duration | None
    once: bool
    on_start: bool
    body: tuple[Action, ...]
    head: str
    """The rule's first line as written, without the colon."""
    where: Where


class Program(Node):
    """A whole checked program."""

    version: int
    name: str
    base: str
    quote: str
    oracles: tuple[Oracle, ...]
    venues: tuple[Venue, ...]
    linear: Linear
    """What `hedge` and `buy 1 ETH` trade when no venue is named."""
    book: tuple[BookEntry, ...]
    params: tuple[Param, ...]
    inputs: tuple[InputSpec, ...]
    windows: tuple[Window, ...]
    lets: tuple[Let, ...]
    assumptions: tuple[Assume, ...]
    limits: tuple[Limit, ...]
    modes: tuple[str, ...]
    rules: tuple[Rule, ...]
    models: tuple[Model, ...] = ()
