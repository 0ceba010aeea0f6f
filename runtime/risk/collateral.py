"""What an account posts besides the quote asset, counted after a haircut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from stratc.runtime.engine.messages import CENT
from stratc.runtime.risk.prices import Prices
from stratc.runtime.risk.units import PARTS, PRICE, RiskError, share_down


class Asset(NamedTuple):
    """An asset that is taken as collateral."""

    symbol: str
    decimals: int
    """Of its smallest unit, in which amounts are counted."""
    haircut: int
    """PARTS of its price that do not count."""


def counted(asset: Asset, amount: int, prices: Prices) -> int:
    """What an amount counts for, CENT: its value, rounded down, less the haircut, rounded down again.

    Raises:
        RiskError: the asset has no price.
    """
    price = prices.assets.get(asset.symbol)
    if price is None:
        raise RiskError(f"{asset.symbol} is collateral and has no price; give one in `Prices.assets`")
    return share_down(amount * price * CENT // (10**asset.decimals * PRICE), PARTS - asset.haircut)


def all_counted(held: Mapping[str, int], assets: Mapping[str, Asset], prices: Prices) -> int:
    """What all collateral of an account counts for, CENT; each asset is rounded by itself."""
    return sum(counted(assets[symbol], amount, prices) for symbol, amount in held.items())
