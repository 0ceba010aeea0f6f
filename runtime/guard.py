"""What a guard contract holds a strategy to: shared by the compiler, which works it out, and the runtime.

Amounts are integers of the tokens' smallest units, ratios parts in 10**9, times seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Literal

PARTS = 10**9
"""One, as a ratio."""
FLOWS = 6
"""How many limits over a window a guard has room for."""
UNLIMITED = 2**256 - 1
LOWEST, HIGHEST = -(2**255), 2**255 - 1
FLOW_BOUND = 2**96 - 1
"""The largest bound of a limit over a window."""


class Check(IntEnum):
    """Why a guard refuses; the numbers are those of the contract."""

    NOT_THE_ACCOUNT = 1
    ALREADY_OPEN = 2
    NOT_OPEN = 3
    PAUSED = 4
    OTHER_STRATEGY = 5
    DEADLINE_BLOCK = 6
    DEADLINE_TIME = 7
    NO_PRICE = 8
    PRICE_AGE = 9
    PRICE_AGREEMENT = 10
    GAS_PRICE = 11
    ORDER_SIZE = 12
    ORDER_NOTIONAL = 13
    BOUGHT_TOO_DEAR = 14
    SOLD_TOO_CHEAP = 15
    TOP_UP = 16
    EXPOSURE_HIGH = 17
    EXPOSURE_LOW = 18
    CASH = 19
    GAS_COST = 20
    HINT = 21
    COUNTERS_FULL = 22
    NOT_TIGHTER = 23
    NOT_PROPOSED = 24
    TOO_EARLY = 25
    MALFORMED = 26
    FLOW = 32


class Measure(IntEnum):
    """What a limit over a window counts."""

    ORDERS = 1
    TURNOVER = 2
    LOSS = 3
    GAS = 4


class Window(IntEnum):
    """Over which time it counts: the last so many seconds, or a calendar period (UTC, Monday first)."""

    ROLLING = 1
    HOUR = 2
    DAY = 3
    WEEK = 4


@dataclass(frozen=True, slots=True)
class Flow:
    """A limit over a window: at most `bound` orders, or cents; `seconds` is 0 for a calendar period.

    A cent is a millionth of the quote asset, or the token's unit where that is larger.
    """

    measure: Measure
    window: Window
    seconds: int
    bound: int

    def packed(self) -> int:
        """The flow as the contract stores it."""
        return self.measure << 144 | self.window << 136 | self.seconds << 96 | self.bound


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """Every number the contract holds a batch to; the defaults hold it to nothing."""

    max_age: int = UNLIMITED
    agreement: int = UNLIMITED
    order_size: int = UNLIMITED
    order_notional: int = UNLIMITED
    slippage: int = UNLIMITED
    top_up: int = UNLIMITED
    exposure_low: int = LOWEST
    exposure_high: int = HIGHEST
    cash: int = 0
    gas_price: int = UNLIMITED
    gas_cost: int = UNLIMITED
    flows: tuple[Flow | None, ...] = ()

    def row(self) -> tuple[int | tuple[int, ...], ...]:
        """The limits in the contract's order, the flows packed."""
        packed = [flow.packed() if flow else 0 for flow in self.flows]
        numbers = [getattr(self, field.name) for field in fields(self) if field.name != "flows"]
        return (*numbers, tuple(packed + [0] * (FLOWS - len(packed))))


Unit = Literal["base", "quote", "parts", "s", "block", "wei", "orders", "millionths of the quote asset", ""]


@dataclass(frozen=True, slots=True)
class Held:
    """A promise of the program that the contract holds, and where it stands in the source."""

    check: int
    text: str
    line: int
    unit: Unit
    note: str = ""
    """Where the contract measures less, or otherwise, than the engine: how."""


@dataclass(frozen=True, slots=True)
class Left:
    """A promise that only the engine holds, and why the contract cannot."""

    text: str
    line: int
    why: str


@dataclass(frozen=True, slots=True)
class GuardPlan:
    """A strategy's guard: the numbers, what they come from, and what is left to the engine."""

    strategy: str
    """The hash of the program, in hexadecimal."""
    base: str
    quote: str
    base_decimals: int
    quote_decimals: int
    prices_gas: bool
    """Whether the base asset is what gas is paid in."""
    capacity: int
    """How many batches the contract remembers."""
    limits: GuardLimits
    held: tuple[Held, ...]
    left: tuple[Left, ...]
