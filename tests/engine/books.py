"""Books and views to test on."""

from __future__ import annotations

from collections.abc import Mapping

from stratc.runtime.engine.book import Book
from stratc.runtime.engine.messages import LOT, Contract, Order
from stratc.runtime.engine.view import View

DAY = 86_400.0
T0 = 1_583_971_200.0
"""12 March 2020, 00:00 UTC."""
CALL = Contract("call", 2_000.0, T0 + 30 * DAY)
PUT = Contract("put", 1_900.0, T0 + 60 * DAY)
MARKET: Mapping[str, float | None] = {"spot": 2_000.0, "iv": 0.8}


def book(
    perp: int = 0, spot: int = 0, options: Mapping[Contract, int] | None = None, cash: int | None = None
) -> Book:
    """A book with these LOT; with `cash` (CENT) the wallet is apart, and 50,000 of margin."""
    made = Book("ETH") if cash is None else Book("ETH", cash=cash, margin=50_000_000_000)
    made.perp, made.spot = perp, spot
    for contract, units in (options or {}).items():
        made.hold(contract, units)
    return made


def view(of: Book, t: float = T0, **signals: float | None) -> View:
    """A view at 2,000 USDC and 80 % but for `signals`; P&L and drawdown are from 100,000 USDC."""
    return View(of, t, {**MARKET, **signals}, peak=100_000.0, start=100_000.0)


def trade(units: int, contract: Contract | None = None, *, perpetual: bool = True) -> Order:
    return Order("0.1.1", 1, 0, T0, 0, "trade", "X", contract, units, 2_000.0, perpetual)


def whole(eth: float) -> int:
    return round(eth * LOT)
