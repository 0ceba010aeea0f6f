"""The signal `distance_to_liquidation`: the projected book as an account of `runtime/risk`, at one snapshot."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from stratc.runtime.engine.amounts import cents_down
from stratc.runtime.engine.liquidity import per_liquidity, worth
from stratc.runtime.engine.messages import LOT
from stratc.runtime.risk.account import Account, Rules
from stratc.runtime.risk.distance import distance, pace
from stratc.runtime.risk.instruments import Instrument, Option, Perpetual
from stratc.runtime.risk.prices import Prices
from stratc.runtime.risk.units import PARTS, PRICE
from stratc.runtime.risk.units import worth as worth_of

if TYPE_CHECKING:
    from stratc.runtime.engine.view import View

_RULES = Rules()


def distance_to_liquidation(view: View) -> float | None:
    """The relative move of spot, up or down, that uses up all above maintenance margin; infinite if none does.

    Volatility and time stand still. None where `over_maintenance` is.
    """
    account, now = _account(view), _prices(view)
    if account is None or now is None:
        return None
    asset = view.linear - view.perp
    in_ranges = sum(amount * per_liquidity(band, band.low)[0] for band, amount in view.ranges.items())
    most = pace(account.positions, _RULES.standard, asset, int(in_ranges) + 1 if view.ranges else 0)
    found = distance(lambda price: _room(view, account, now._replace(spot=price)), now.spot, most)
    return inf if found is None else found / PARTS


def over_maintenance(view: View) -> int | None:
    """CENT above maintenance margin on the projected book; negative: a venue would liquidate it.

    None where a price or the margin is not known, and where the margin ratio is told from outside: that
    account's rules are not the book's.
    """
    account, now = _account(view), _prices(view)
    return None if account is None or now is None else _room(view, account, now)


def _prices(view: View) -> Prices | None:
    spot, vol = view.spot, view.signals.get("iv")
    if spot is None or spot <= 0.0 or (any(view.held.values()) and (vol is None or vol <= 0.0)):
        return None
    return Prices(int(view.t), round(spot * PRICE), max(1, round((vol or 1.0) * PARTS)))


def _account(view: View) -> Account | None:
    """The positions, and money such that with what they are worth now it is the margin, rounded down."""
    margin, now = view.observe("margin"), _prices(view)
    if margin is None or now is None or "margin_ratio" in view.signals:
        return None
    account = Account(positions=_positions(view))
    account.money = cents_down(margin) - _value(view, account, now)
    return account


def _room(view: View, account: Account, prices: Prices) -> int:
    return _value(view, account, prices) - account.required(prices, _RULES).maintenance


def _value(view: View, account: Account, prices: Prices) -> int:
    """The account, the asset and the liquidity, CENT, each rounded down."""
    asset = worth_of(view.linear - view.perp, prices.spot)
    return account.equity(prices, _RULES) + asset + _liquidity(view, prices.spot)


def _positions(view: View) -> dict[Instrument, int]:
    """What is held and on its way, perpetuals first, options in order."""
    positions: dict[Instrument, int] = {Perpetual(view.book.base): view.perp} if view.perp else {}
    for contract in sorted(view.held):
        if view.held[contract]:
            option = Option(contract.right, round(contract.strike * PRICE), int(contract.expiry))
            positions[option] = positions.get(option, 0) + view.held[contract]
    return positions


def _liquidity(view: View, price: int) -> int:
    """What ranges are worth at a price, CENT, each rounded down."""
    return sum(
        cents_down(view.ranges[band] / LOT * worth(band, price / PRICE)) for band in sorted(view.ranges)
    )
