"""What to bid for gas (EIP-1559): from the last blocks, never above what the program allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from statistics import median_low
from typing import Any, NamedTuple

from stratc.runtime.chain.errors import Unreachable
from stratc.runtime.chain.reads import odd, quantity, record
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.engine.messages import Order

BLOCKS = 10
"""How many blocks the tip is taken from."""
PERCENTILE = 50
AHEAD = 4
"""How many full blocks in a row the bid outlives; the base fee rises by an eighth in each."""
LOWEST_TIP = 1
BUMP_PERCENT = 10
"""By how much both fees must rise for a transaction or a user operation to take another's place."""
WEI = 10**18
"""Wei in one of the asset that gas is paid in."""


class Bid(NamedTuple):
    """Wei a unit of gas: the most that is paid, and how much of it goes to who builds the block."""

    max_fee: int
    tip: int


class Market(NamedTuple):
    """What gas costs now, wei a unit: the next block's base fee, and a usual tip."""

    base_fee: int
    tip: int


class CannotBid(ValueError):
    """Nothing can be sent under the cap; the message says what it would take."""


def market(rpc: Rpc) -> Market:
    """What gas costs now.

    Raises:
        ChainError: the node does not say.
    """
    told = record(rpc, "eth_feeHistory", hex(BLOCKS), "latest", [PERCENTILE])
    return read_history(rpc, told)


def read_history(rpc: Rpc, told: Mapping[str, Any]) -> Market:
    """The market from an answer to `eth_feeHistory`; empty blocks say nothing about tips.

    Raises:
        Unreachable: the answer is not one.
    """
    try:
        fees = [quantity(rpc, "eth_feeHistory", fee) for fee in told["baseFeePerGas"]]
        rewards: Sequence[Sequence[str]] = told.get("reward") or []
        used = zip(told["gasUsedRatio"], rewards, strict=False)
        tips = [quantity(rpc, "eth_feeHistory", row[0]) for ratio, row in used if ratio > 0]
        return Market(fees[-1], max(LOWEST_TIP, median_low(tips or [LOWEST_TIP])))
    except Unreachable:
        raise
    except (KeyError, TypeError, IndexError):
        raise odd(rpc, "eth_feeHistory", "a history of fees") from None


def bid(now: Market, cap: int | None = None) -> Bid:
    """A bid that lasts `AHEAD` full blocks, or as long as the cap (wei a unit of gas) lets it.

    Raises:
        CannotBid: the cap is below what the next block takes.
    """
    needed = now.base_fee + LOWEST_TIP
    if cap is not None and cap < needed:
        raise CannotBid(
            f"the cap allows {cap} wei a unit of gas, and the next block takes {needed}; "
            "raise the cap, or wait until gas is cheaper"
        )
    wanted = -(-now.base_fee * 9**AHEAD // 8**AHEAD) + now.tip
    highest = wanted if cap is None else min(wanted, cap)
    return Bid(highest, min(now.tip, highest - now.base_fee))


def replacement(before: Bid, now: Market, cap: int | None = None) -> Bid:
    """A bid that may take the place of another: both fees higher by `BUMP_PERCENT`, or the market's if that is more.

    Raises:
        CannotBid: the cap is below that.
    """
    least = Bid(_bumped(before.max_fee), _bumped(before.tip))
    if cap is not None and least.max_fee > cap:
        raise CannotBid(
            f"the cap allows {cap} wei a unit of gas, and to replace a bid of {before.max_fee} takes "
            f"{least.max_fee}; raise the cap, or wait for the operation that was sent"
        )
    fresh = bid(now, cap)
    highest = max(least.max_fee, fresh.max_fee)
    return Bid(highest, min(highest, max(least.tip, fresh.tip)))


def cap_of(orders: Sequence[Order], price: float | None) -> int | None:
    """The most that a batch's gas may cost, in wei: the smallest cap of its orders, rounded down.

    `price` is quote per asset that gas is paid in. The gas of all of a batch is held against every order's cap.

    Raises:
        CannotBid: there is a cap, and no price to convert it with.
    """
    caps = [order.gas_cap for order in orders if order.gas_cap is not None]
    if not caps:
        return None
    if price is None or not price > 0:
        raise CannotBid(
            f"gas is capped at {min(caps):g} of the quote asset, and there is no price to convert it with; "
            "wait for a price"
        )
    return int(Fraction(min(caps)) * WEI // Fraction(price))


def a_unit(cap: int | None, gas: int) -> int | None:
    """The cap on all of an operation's gas, in wei, as wei a unit, rounded down; `gas` is all its limits."""
    return None if cap is None else cap // gas


def _bumped(fee: int) -> int:
    return max(fee + 1, -(-fee * (100 + BUMP_PERCENT) // 100))
