"""What goes into an engine and what comes out of it: immutable, exact where money is concerned.

Amounts of the base asset and of option contracts are integers of 1e-9 (`LOT`), amounts of the quote asset
integers of 1e-6 (`CENT`). Prices are floats: they are analytics, and every amount derived from one is
rounded against the trader when it becomes an integer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

LOT = 1_000_000_000
"""Integer units in one base asset or one option contract."""
CENT = 1_000_000
"""Integer units in one quote asset."""

State = Literal["active", "reducing", "halted"]
Verdict = Literal["sent", "rejected", "deferred", "blocked"]
FlowKind = Literal["funding", "deposit", "withdrawal", "interest"]
Held = Literal["asset", "perpetual", "option", "wallet", "margin"]


class Contract(NamedTuple):
    """A European option on the base asset, settled in the quote asset."""

    right: Literal["call", "put"]
    strike: float
    """Quote per base."""
    expiry: float
    """Epoch seconds."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One tick: a time (epoch seconds), a block number, and what is known. None or absent is unavailable.

    Signals are canonical floats: `spot` (quote/base), `iv` (1.0 = 100 %), `iv(30 d)`, `gas_price` (ETH per gas),
    `funding_rate` (per second), `gas_cost` (quote per order), declared signals; and, where a test or an outside
    account knows better than the book, overrides of `delta`, `margin_ratio` and the other book signals.
    """

    t: float
    block: int
    signals: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Order:
    """One leg of an atomic set that leaves the engine. `units` is signed; for margin it is CENT of the quote."""

    id: str
    """`tick.rule.leg`, unique in a run."""
    rule: int
    tick: int
    t: float
    block: int
    kind: Literal["trade", "top up", "withdraw", "provide", "remove"]
    symbol: str
    contract: Contract | None
    units: int
    mark: float
    """The price the decision saw, quote per base (per contract for options)."""
    perpetual: bool = True
    """For a linear order: a perpetual's position or the asset itself."""
    venue: str | None = None
    slippage: float | None = None
    limit_price: float | None = None
    gas_cap: float | None = None
    deadline_block: int | None = None
    retries: int = 0
    recheck: bool = False
    split: int = 1
    split_seconds: float = 0.0
    route: str | None = None
    between: tuple[float, float] | None = None
    """The price range of a provision of liquidity; `units` then is its value in CENT."""


@dataclass(frozen=True, slots=True)
class Fill:
    """What the world did with an order: `units` (signed) of it at `price`, with fee and gas in CENT.

    `final` ends the order: what is still unfilled then was cancelled, for `reason`.
    """

    order: str
    t: float
    units: int
    price: float
    fee: int
    gas: int
    final: bool
    venue: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CashFlow:
    """Money that moves without an order, CENT of the quote, positive into the account."""

    kind: FlowKind
    amount: int
    t: float


@dataclass(frozen=True, slots=True)
class Transfer:
    """What an account was found to hold more (or less) than its orders explain, at its start or since.

    `units` is signed: LOT of the asset, of a perpetual (entered at the next price) or of option contracts,
    CENT of the quote in the wallet or as margin. It is no profit, and no deposit either.
    """

    held: Held
    units: int
    t: float
    contract: Contract | None = None
    """Of an option."""


Event: TypeAlias = Fill | CashFlow | Transfer
"""What happens to a book between two steps."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One action that a rule fired, and what became of it."""

    tick: int
    t: float
    rule: int
    verdict: Verdict
    do: str
    """hedge, buy, sell, close, roll, top up, withdraw, provide, remove, alert, halt, reduce only, enter."""
    symbol: str | None
    units: int | None
    """Signed LOT of the instrument (CENT of the quote for margin), None where there is no size."""
    limits: tuple[str, ...]
    """Names of the limits that changed or stopped it."""
    state: State
    text: str = ""
    """An alert's text, a state's reason, a mode's name."""

    def size(self) -> str | None:
        """The signed exact decimal of `units`, without trailing zeros."""
        if self.units is None:
            return None
        scale = CENT if self.do in ("top up", "withdraw", "provide", "remove") else LOT
        return exact(self.units, scale)


@dataclass(frozen=True, slots=True)
class Settlement:
    """An option that expired in this tick and paid `amount` CENT (negative: the book paid)."""

    contract: Contract
    symbol: str
    units: int
    spot: float
    amount: int


class TickResult(NamedTuple):
    """Everything one step decided, in order."""

    tick: int
    outcomes: tuple[Outcome, ...]
    orders: tuple[Order, ...]
    """The orders of all sets that were sent, in order; legs of one set share `tick.rule`."""
    alerts: tuple[str, ...]
    """Said once each: alerts of rules, changes of state with their reason, assumptions that failed."""
    settlements: tuple[Settlement, ...]
    state: State
    mode: str


@dataclass(frozen=True, slots=True)
class LimitUse:
    """How near a limit is: its value now, its bound, and value / bound where that makes sense."""

    name: str
    value: float | None
    bound: float
    use: float | None
    op: Literal["<=", ">="]
    policy: str | None


@dataclass(frozen=True, slots=True)
class Valuation:
    """The book at one tick, floats for people to look at (None: unavailable)."""

    spot: float | None
    iv: float | None
    position: float
    delta: float | None
    gamma: float | None
    vega: float | None
    theta: float | None
    """Quote per day."""
    equity: float | None
    margin_ratio: float | None
    leverage: float | None
    drawdown: float | None
    pnl: float | None
    pnl_options: float | None
    pnl_hedge: float | None
    fees: float
    gas: float
    funding: float


@dataclass(frozen=True, slots=True)
class Frame:
    """One tick as an observer (terminal, journal, report) sees it: before, decisions, fills, after."""

    snapshot: Snapshot
    before: Valuation
    result: TickResult
    events: tuple[Event, ...]
    """Everything that was applied to the book since the last frame, in order."""
    after: Valuation
    limits: tuple[LimitUse, ...] = field(default=())
    pre: int = 0
    """How many of `events` were applied before the step; the rest (fills of its orders) came after it."""


def exact(units: int, scale: int) -> str:
    """`units / scale` as an exact decimal without exponent or trailing zeros: exact(-5 * LOT, LOT) is "-5"."""
    text = format(Decimal(units) / scale, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
