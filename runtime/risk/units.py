"""The integers that risk is counted in, and the only roundings there are: down for what one gets, up for what one owes.

Amounts of the base asset and of option contracts are LOT, money is CENT of the quote asset, as in the engine.
"""

from __future__ import annotations

from stratc.runtime.engine.messages import CENT, LOT

PRICE = 1_000_000_000
"""Integer units in a price of one quote per base."""
PARTS = 1_000_000
"""Integer units in a ratio of one: 1 % is 10,000."""

_VALUE = LOT * PRICE // CENT


class RiskError(ValueError):
    """Something margin does not allow: the message gives the cause, the numbers and what would do."""


def worth(units: int, price: int) -> int:
    """What signed LOT are worth at a price, in CENT, rounded down: a gain smaller, a debt larger.

    What a trade of `units` moves is `worth(-units, price)`: a buyer pays it rounded up, a seller gets it rounded down.
    """
    return units * price // _VALUE


def share_up(amount: int, parts: int) -> int:
    """A share (PARTS) of an amount, rounded up: what is owed or required."""
    return -(-amount * parts // PARTS)


def share_down(amount: int, parts: int) -> int:
    """A share (PARTS) of an amount, rounded down: what counts or is received."""
    return amount * parts // PARTS


def money(cents: int) -> str:
    """An amount as it is written: `1,234.50`."""
    return f"{cents / CENT:,.2f}"
