"""Aave v3: collateral in and out, and the health factor, computed as the contracts do."""

from __future__ import annotations

from typing import NamedTuple

from stratc.runtime.venues.onchain.amounts import money_amount
from stratc.runtime.venues.onchain.asked import Asked, Filled

WAD = 10**18
"""A health factor of one."""
PERCENT = 10_000
"""One, as the contracts count shares: in basis points."""
UNLIMITED = 2**256 - 1
"""The health factor of an account without debt."""


class Position(NamedTuple):
    """An account as `getUserAccountData` tells it: values in the oracle's unit, shares in basis points."""

    collateral: int
    debt: int
    borrowable: int
    threshold: int
    """What of the collateral counts before a liquidation, on average."""
    loan_to_value: int
    health: int
    """Times 10**18; below one the account can be liquidated."""


def fill(asked: Asked) -> Filled:
    """`amount` of the quote token to supply or to take back.

    Raises:
        FillError: an amount that is nothing or too large.
    """
    return {"amount": money_amount(asked)}


def health_factor(collateral: int, debt: int, threshold: int) -> int:
    """As the pool computes it: each step rounded to the nearest, halves up."""
    if debt == 0:
        return UNLIMITED
    counted = (collateral * threshold + PERCENT // 2) // PERCENT
    return (counted * WAD + debt // 2) // debt


def collateral_for(position: Position, target: int, threshold: int) -> int:
    """Enough collateral to add for a health factor of `target` or more, as a value in the oracle's unit.

    `threshold` is that of what is added, in basis points. The pool keeps the average in whole basis points,
    cut: where thresholds differ, one more than it shows is taken to be lost by that.

    Raises:
        ValueError: what is added counts for nothing.
    """
    if position.health >= target:
        return 0
    lost = int(threshold != position.threshold)
    if threshold <= lost:
        raise ValueError(
            f"collateral of threshold {threshold} raises no health factor; supply something that counts"
        )
    counted = -(-target * position.debt // WAD)
    missing = counted * PERCENT - position.collateral * (position.threshold - lost)
    return max(0, -(-missing // (threshold - lost)))


def after(position: Position, added: int, threshold: int) -> int:
    """The health factor when collateral of this value and threshold has been added."""
    collateral = position.collateral + added
    if collateral == 0:
        return health_factor(0, position.debt, 0)
    average = (position.collateral * position.threshold + added * threshold) // collateral
    return health_factor(collateral, position.debt, average)
