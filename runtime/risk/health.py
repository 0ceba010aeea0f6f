"""The health factor as a lender computes it: Aave v3, in integers, rounded as on chain, and what changes it.

Values are in the unit of the pool's oracle, shares in basis points, a health factor in 1e-18.
"""

from __future__ import annotations

from typing import NamedTuple

from stratc.runtime.risk.units import PARTS

WAD = 10**18
"""A health factor of one."""
PERCENT = 10_000
"""One, as the contracts count shares: in basis points."""
UNLIMITED = 2**256 - 1
"""The health factor of an account without debt."""
CLOSE_FACTOR = 5_000
"""Of a debt, what one liquidation may repay while the account is not far below one."""
CLOSE_ALL_AT = 95 * WAD // 100
"""At this health factor and below all of it (Aave v3.0 to v3.2, `LiquidationLogic`)."""


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


def distance(health: int) -> int:
    """The least relative move of a price that brings a health factor down to one, in 1e-6, rounded down.

    All collateral falling by 1 - 1/health does; where only part of it moves, or the debt rises, it takes more.
    """
    return max(0, health - WAD) * PARTS // health if health else 0


def repayable(debt: int, health: int) -> int:
    """The most of a debt that one liquidation repays: nothing at one or above, half, or all of it at 0.95 or below."""
    if health >= WAD:
        return 0
    if health <= CLOSE_ALL_AT:
        return debt
    return (debt * CLOSE_FACTOR + PERCENT // 2) // PERCENT


def seized(repaid: int, bonus: int) -> int:
    """The collateral, by value, that a liquidator gets for what it repays; a bonus of 5 % is 10,500."""
    return (repaid * bonus + PERCENT // 2) // PERCENT
