"""Orders for the adapters of venues on a chain, and the amounts they may have."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from stratc.runtime.engine.messages import LOT, Order
from stratc.runtime.venues.onchain.asked import Asked

ORDER = Order(
    id="0.1.1",
    rule=1,
    tick=0,
    t=1_700_000_000.5,
    block=100,
    kind="trade",
    symbol="ETH/USDC",
    contract=None,
    units=-LOT,
    mark=2_000.0,
    perpetual=False,
    venue="pool",
    slippage=0.003,
)


def asked(price: float = 2_000.0, base_decimals: int = 18, quote_decimals: int = 6, **parts: Any) -> Asked:
    """An order that differs from a sale of one ether, in the market at a price."""
    return Asked(
        replace(ORDER, **parts), price, 1_700_000_000.5, base_decimals, quote_decimals, "ETH", "USDC"
    )


PRICES = st.floats(1e-3, 1e6)
SLIPPAGES = st.floats(0.0, 0.5) | st.sampled_from([0.0, 0.003, 0.0001, 0.05])
UNITS = st.integers(1, 2**63 - 1)
DECIMALS = st.integers(0, 24)
