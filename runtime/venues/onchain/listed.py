"""What an options market lists and what an account holds there, as it was read from the chain."""

from __future__ import annotations

from typing import NamedTuple

from stratc.runtime.bundle import Right
from stratc.runtime.engine.messages import Contract

WAD = 10**18
"""One, as the market counts."""


class Strike(NamedTuple):
    """A strike at an expiry: the market's number of it, its price (18 decimals), its expiry (epoch seconds)."""

    number: int
    price: int
    expiry: int
    trading: bool = True
    """Whether the market trades it now; one that has stopped may go on later."""


class Position(NamedTuple):
    """A position of the account's: amounts with 18 decimals; `collateral` is what secures options sold."""

    number: int
    strike: int
    """The number of its strike."""
    right: Right
    short: bool
    amount: int
    collateral: int
    forced: bool = False
    """Whether the market takes no other trade than a forced close."""


class Listed(NamedTuple):
    """A market's strikes, and the account's positions in them."""

    strikes: tuple[Strike, ...]
    positions: tuple[Position, ...] = ()

    def strike(self, contract: Contract) -> Strike | None:
        """The strike of a contract, if it is listed exactly."""
        return next((one for one in self.strikes if _is(one, contract)), None)

    def near(self, contract: Contract) -> Strike | None:
        """The strike nearest to a contract's that is traded: of the nearest expiry, the nearest price."""
        traded = (one for one in self.strikes if one.trading)
        return min(traded, key=lambda one: _distance(one, contract), default=None)


def _is(strike: Strike, contract: Contract) -> bool:
    numerator, denominator = contract.strike.as_integer_ratio()
    return strike.expiry == contract.expiry and strike.price * denominator == numerator * WAD


def _distance(strike: Strike, contract: Contract) -> tuple[float, float]:
    return abs(strike.expiry - contract.expiry), abs(strike.price / WAD - contract.strike)
