"""The projected book as an account of `runtime/risk`, and the signal `distance_to_liquidation` of it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

from stratc.runtime.engine.amounts import cents_down
from stratc.runtime.engine.liquidity import per_liquidity, worth
from stratc.runtime.engine.messages import LOT, Contract
from stratc.runtime.risk.account import Account, Rules
from stratc.runtime.risk.distance import distance, pace
from stratc.runtime.risk.instruments import Instrument, Option, Perpetual
from stratc.runtime.risk.prices import Prices
from stratc.runtime.risk.units import PARTS, PRICE
from stratc.runtime.risk.units import worth as worth_of

if TYPE_CHECKING:
    from stratc.runtime.engine.view import View

RULES = Rules()
"""What simulated venues demand."""


class Standing(NamedTuple):
    """An account whose equity at these prices is the book's margin, rounded down; the asset and liquidity are money."""

    account: Account
    prices: Prices


def distance_to_liquidation(view: View) -> float | None:
    """The relative move of spot, up or down, that uses up all above maintenance margin; infinite if none does.

    Volatility and time stand still. None where `standing` is.
    """
    found = standing(view)
    if found is None:
        return None
    account, now = found
    fixed = _besides(view, now.spot)

    def over(price: int) -> int:
        then = now._replace(spot=price)
        return account.over_maintenance(then, RULES) + _besides(view, price) - fixed

    in_ranges = sum(amount * per_liquidity(band, band.low)[0] for band, amount in view.ranges.items())
    most = pace(
        account.positions,
        RULES.standard,
        view.linear - view.perp,
        int(in_ranges) + 1 if view.ranges else 0,
    )
    far = distance(over, now.spot, most)
    return inf if far is None else far / PARTS


def standing(view: View) -> Standing | None:
    """The account that margin is worked out for.

    None where a price or the margin is not known, and where the margin ratio is told from outside: that
    account's rules are not the book's.
    """
    margin, spot, vol = view.observe("margin"), view.spot, view.signals.get("iv")
    if margin is None or spot is None or spot <= 0.0 or "margin_ratio" in view.signals:
        return None
    if any(view.held.values()) and (vol is None or vol <= 0.0):
        return None
    now = Prices(int(view.t), round(spot * PRICE), max(1, round((vol or 1.0) * PARTS)))
    account = Account(positions=_positions(view))
    account.money = cents_down(margin) - account.equity(now, RULES)
    return Standing(account, now)


def option_of(contract: Contract) -> Option:
    """A contract in integers: the strike to a billionth, the expiry to a second."""
    return Option(contract.right, round(contract.strike * PRICE), int(contract.expiry))


def _besides(view: View, price: int) -> int:
    """The asset and what ranges are worth at a price, CENT, each rounded down."""
    ranges = (
        cents_down(view.ranges[band] / LOT * worth(band, price / PRICE)) for band in sorted(view.ranges)
    )
    return worth_of(view.linear - view.perp, price) + sum(ranges)


def _positions(view: View) -> dict[Instrument, int]:
    """What is held and on its way, perpetuals first, options in order."""
    positions: dict[Instrument, int] = {Perpetual(view.book.base): view.perp} if view.perp else {}
    for contract in sorted(view.held):
        if view.held[contract]:
            option = option_of(contract)
            positions[option] = positions.get(option, 0) + view.held[contract]
    return positions
