"""How much of a position is closed when an account is below its maintenance margin, and what that costs it."""

from __future__ import annotations

from collections.abc import Callable

from stratc.runtime.risk.account import Account, Rules
from stratc.runtime.risk.instruments import Instrument
from stratc.runtime.risk.prices import Prices
from stratc.runtime.risk.units import share_up, worth


def close(account: Account, instrument: Instrument, units: int, prices: Prices, rules: Rules) -> int:
    """Close `units` (LOT, not signed) at the mark and pay the penalty; gives the penalty, CENT.

    The penalty never takes more than the equity there is: it does not make a debt.
    """
    held = account.positions[instrument]
    account.trade(instrument, -units if held > 0 else units, prices.mark(instrument, held))
    notional = -worth(-units, prices.spot)
    fine = min(share_up(notional, rules.penalty), max(0, account.equity(prices, rules)))
    account.money -= fine
    return fine


def order_of(account: Account, prices: Prices, rules: Rules) -> list[Instrument]:
    """In which order positions are closed: first where closing all of it frees most; then in the order of `place`.

    In a portfolio, closing a hedge frees nothing, and what it hedges goes first.
    """
    freed = {}
    for instrument in account.positions:
        tried = account.copy()
        close(tried, instrument, abs(account.positions[instrument]), prices, rules)
        freed[instrument] = tried.over_maintenance(prices, rules)
    return sorted(account.in_order(), key=lambda instrument: -freed[instrument])


def units_to_close(account: Account, instrument: Instrument, prices: Prices, rules: Rules) -> int:
    """The LOT of a position to close for the account to meet initial margin again; all of it if that is too little.

    One unit less would not do.
    """

    def enough(units: int) -> bool:
        tried = account.copy()
        close(tried, instrument, units, prices, rules)
        return tried.over_initial(prices, rules) >= 0

    return least(enough, abs(account.positions[instrument]))


def least(enough: Callable[[int], bool], most: int) -> int:
    """A number in 1 .. most that is enough while the one below it is not; `most` where none was found."""
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
