"""Programs and deployments for the tests of bundle plans."""

from __future__ import annotations

from typing import Any

from stratc.compiler.backends.userop.lower import lower
from stratc.compiler.driver import understand
from stratc.compiler.ir.nodes import Program
from stratc.dsl.source import Source
from stratc.runtime.addresses import checksummed
from stratc.runtime.bundle import Bundle
from stratc.runtime.deployment import Deployment


def place(number: int) -> str:
    """An address to tell from others."""
    return checksummed(b"\xab\xcd\xef" + number.to_bytes(17, "big"))


ENTRY_POINT, ACCOUNT, ETH, USDC, ROUTER, POOL, CLEARING, MARKET, VAULT, BALANCE, LENDER, GUARD = (
    place(number << 8) for number in range(1, 13)
)
DOLLAR, OPTION_MARKET, OPTION_TOKEN, GREEKS = (place(number << 8) for number in range(13, 17))

SPOT = """\
strategy spot_hedge
market ETH in USDC
oracle spot from chainlink "ETH/USD", pyth "ETH/USD", max age 1 h, agree within 50 bps
venue pool: uniswap_v3 "ETH/USDC"

limit order size <= 5 ETH
limit order slippage <= 50 bps
limit orders <= 12 per rolling 1 h else defer

when abs(delta - 2 ETH) > 0.1 ETH, cooldown 1 min:
    hedge delta to 2 ETH on pool, at most 5 ETH, slippage <= 30 bps, deadline 3 blocks

on stale spot:
    reduce only "no price"
"""
"""One leg of either side, between the guard's calls."""

KEEPER = """\
strategy margin_keeper
market ETH in USDC
venue perp: perpetual "ETH-PERP"
venue pool: uniswap_v3 "ETH/USDC"

limit order size <= 10 ETH
limit topup <= 4_000 USDC

every 1 d:
    sell 1 ETH on pool, slippage <= 30 bps
    alert "sold some at {spot}"
    buy 1 ETH on perp, slippage <= 40 bps

when margin_ratio < 1.5, cooldown 10 min:
    top up margin to 1.8, at most 4_000 USDC

when margin_ratio > 4, cooldown 1 d:
    withdraw margin to 3

when spot < 1_000:
    close position, slippage <= 1%

on stale spot:
    reduce only "no price"
"""
"""Two legs in one body, margin both ways, a close of whatever is held; no guard."""

STRADDLE = """\
strategy straddle
market ETH in USDC
venue options: options "ETH"
venue pool: uniswap_v3 "ETH/USDC"

limit order size <= 5 ETH
limit orders <= 6 per rolling 1 h else defer

on start:
    sell 1 ETH call strike 2_000 expiring 2026-12-25 on options, slippage <= 20%
    sell 1 ETH put strike 2_000 expiring 2026-12-25 on options, slippage <= 20%
    hedge delta to 0 ETH on pool, slippage <= 30 bps

every 7 d:
    buy 1 ETH call strike 2_200 expiring 2026-12-25, slippage <= 20%

every 30 d:
    roll puts to put strike 1_800 expiring 2026-12-25, slippage <= 20%

when spot < 1_000:
    close all, slippage <= 50%
"""
"""Options sold and hedged in one body, bought, rolled, and everything closed."""

TABLES: dict[str, Any] = {
    "chain_id": 31_337,
    "entry_point": {"address": ENTRY_POINT, "version": "0.8"},
    "account": {"kind": "simple_08", "address": ACCOUNT},
    "tokens": {"ETH": {"address": ETH, "decimals": 18}, "USDC": {"address": USDC, "decimals": 6}},
    "venues": {"pool": {"kind": "uniswap_v3", "address": ROUTER, "pool": POOL, "fee": 500}},
}
PERP = {
    "perp": {
        "kind": "perp_curie",
        "address": CLEARING,
        "market": MARKET,
        "vault": VAULT,
        "account_balance": BALANCE,
    }
}
OPTIONS: dict[str, Any] = {
    "venues": {
        "pool": TABLES["venues"]["pool"],
        "options": {
            "kind": "lyra",
            "address": OPTION_MARKET,
            "option_token": OPTION_TOKEN,
            "greek_cache": GREEKS,
            "quote": "sUSD",
        },
    },
    "tokens": TABLES["tokens"] | {"sUSD": {"address": DOLLAR, "decimals": 18}},
}
"""Whole tables: an options market that is paid in a dollar of its own, beside the pool."""
SECOND = {"spare": {"kind": "uniswap_v3", "address": ROUTER, "pool": LENDER, "fee": 3_000}}
LENDING = {"lending": {"kind": "aave_v3", "address": LENDER}}


def deployment(*venues: dict[str, Any], guarded: bool = False, **tables: Any) -> Deployment:
    """A spot pool, further venues, perhaps a guard; `tables` replace whole tables."""
    told = TABLES | {"venues": TABLES["venues"] | {k: v for one in venues for k, v in one.items()}} | tables
    return Deployment.model_validate(told | ({"guard": {"address": GUARD}} if guarded else {}))


def program(text: str) -> Program:
    """A program that compiles; what would take a proof is left unproved."""
    result = understand(Source("strategy.strat", text))
    assert result.ir is not None, result.diagnostics
    return result.ir


def bundle(text: str, at: Deployment) -> Bundle:
    """The plan of a program that the deployment can carry out."""
    lowered = lower(program(text), at, "test")
    assert lowered.bundle is not None, lowered.findings
    return lowered.bundle
