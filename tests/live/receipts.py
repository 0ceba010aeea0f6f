"""Receipts of operations, log by log, as the EntryPoint and the venues write them."""

from __future__ import annotations

from typing import Any

from stratc.runtime.deployment import Deployment
from stratc.runtime.engine.messages import LOT, Order
from stratc.runtime.execution.entry_point import Landing
from stratc.runtime.live.logs import topic
from tests.execution.bundles import ACCOUNT, CLEARING, ENTRY_POINT, MARKET, PERP, POOL, deployment, place
from tests.live.contracts import Word, hexed

AT: Deployment = deployment(PERP)
HASH, OTHER = "0x" + "aa" * 32, "0x" + "bb" * 32
WAD = 10**18
ENDED = topic("UserOperationEvent(bytes32,address,address,uint256,bool,uint256,uint256)")
BEGAN = topic("BeforeExecution()")
SWAP = topic("Swap(address,address,int256,int256,uint160,uint128,int24)")
POSITION = topic("PositionChanged(address,address,int256,int256,uint256,int256,int256,uint256)")


def log(at: str, topics: list[str], *words: Word) -> dict[str, Any]:
    return {"address": at.lower(), "topics": topics, "data": hexed(words)}


def indexed(address: str) -> str:
    return "0x" + address[2:].lower().rjust(64, "0")


def swapped(base: int, quote: int, pool: str = POOL, *, base_first: bool = True) -> dict[str, Any]:
    """A swap: wei of base and units of quote that the pool got (negative: gave)."""
    amounts = (base, quote) if base_first else (quote, base)
    return log(pool, [SWAP, indexed(ACCOUNT), indexed(ACCOUNT)], *amounts, 1, 2, 3)


def moved(size: int, notional: int, fee: int, trader: str = ACCOUNT, market: str = MARKET) -> dict[str, Any]:
    """A change of position at the exchange, with 18 decimals."""
    return log(CLEARING, [POSITION, indexed(trader), indexed(market)], size, notional, fee, 0, 0, 0)


def began() -> dict[str, Any]:
    return log(ENTRY_POINT, [BEGAN])


def ended(hash_: str = HASH, at: str = ENTRY_POINT) -> dict[str, Any]:
    return log(at, [ENDED, hash_, indexed(ACCOUNT), indexed(place(0))], 0, 1, 1, 1)


def receipt(*logs: dict[str, Any]) -> dict[str, Any]:
    return {"transactionHash": "0x" + "cc" * 32, "logs": list(logs)}


def landing(cost: int = 10**15, *, success: bool = True, block: int = 100) -> Landing:
    return Landing(HASH, 0, success, cost, block, "0xb", "0x" + "cc" * 32)


def order(
    leg: int, units: int, *, perpetual: bool = False, kind: str = "trade", rule: int = 1, **more: Any
) -> Order:
    """Of the rule and leg with these numbers, of `units` LOT, decided at 2,000."""
    symbol = "ETH-PERP" if perpetual else "ETH"
    given: dict[str, Any] = {"slippage": 0.01, "perpetual": perpetual} | more
    return Order(
        f"0.{rule}.{leg}",
        rule,
        0,
        1_800_000_000.0,
        100,
        kind,
        symbol,
        None,
        units,
        2_000.0,
        **given,  # type: ignore[arg-type]  # a word of Order's
    )


SELL, BUY = order(1, -LOT), order(2, LOT, perpetual=True)
"""The two legs of the daily rule of `tests.execution.bundles.KEEPER`."""
