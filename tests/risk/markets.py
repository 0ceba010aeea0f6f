"""Prices, instruments and clearing houses to test on."""

from __future__ import annotations

from stratc.runtime.engine.messages import CENT
from stratc.runtime.risk.account import Rules
from stratc.runtime.risk.collateral import Asset
from stratc.runtime.risk.house import HOUSE, ClearingHouse
from stratc.runtime.risk.instruments import Option, Perpetual
from stratc.runtime.risk.prices import Prices
from stratc.runtime.risk.units import PRICE

T0 = 1_583_971_200
DAY = 86_400
PERP = Perpetual("ETH-PERP")
CALL = Option("call", 2_200 * PRICE, T0 + 30 * DAY)
PUT = Option("put", 1_800 * PRICE, T0 + 30 * DAY)
WETH = Asset("WETH", 18, 150_000)
RULES = Rules(assets={"WETH": WETH})


def prices(spot: float = 2_000.0, vol: float = 0.8, t: int = T0) -> Prices:
    """ETH at `spot`, which is WETH's price too."""
    at = round(spot * PRICE)
    return Prices(t, at, round(vol * 1_000_000), {"WETH": at})


def house(fund: int = 0, **money: int) -> ClearingHouse:
    """Cross accounts with these amounts of the quote asset (whole ones), and an insurance fund."""
    made = ClearingHouse(prices(), RULES)
    if fund:
        made.deposit(HOUSE, fund * CENT)
    for name, amount in money.items():
        made.open(name)
        made.deposit(name, amount * CENT)
    return made
