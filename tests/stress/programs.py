"""A straddle sold behind its guards, and the same without them."""

from __future__ import annotations

from stratc.cli.engines import Runnable, compiled

GUARDED = """\
strategy guarded
market ETH in USDC

book:
    cash 60_000 USDC
    margin 9_000 USDC

assume spot in 20 .. 50_000 USDC/ETH

limit order size <= 5 ETH
limit order slippage <= 2%
limit leverage <= 3 else reject

on start:
    sell 5 ETH call strike 3200 expiring 2026-12-25
    sell 5 ETH put strike 3200 expiring 2026-12-25

when abs(delta) > 0.25 ETH, cooldown 1 min:
    hedge delta to 0 ETH, at most 5 ETH, slippage <= 1%

when margin_ratio < 1.5:
    top up margin to 1.8, at most 20_000 USDC

on stale spot:
    reduce only "no price" for 10 min
"""
NAIVE = GUARDED.replace("strategy guarded", "strategy naive").replace(
    """\
when margin_ratio < 1.5:
    top up margin to 1.8, at most 20_000 USDC

""",
    "",
)


def guarded() -> Runnable:
    return compiled("guarded.strat", GUARDED)


def naive() -> Runnable:
    return compiled("naive.strat", NAIVE)
