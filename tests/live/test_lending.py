"""A loan as margin: what the engine adds for a ratio is what the pool takes for that health factor."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from stratc.compiler.backends.python_plan import compile_plan
from stratc.runtime.deployment import AaveV3At, TokenAt
from stratc.runtime.engine.messages import CENT, Snapshot
from stratc.runtime.live.lending import margin_signals, position, threshold_of
from stratc.runtime.loader import load_plan
from stratc.runtime.venues.onchain.aave_v3 import PERCENT, UNLIMITED, WAD, Position, after, health_factor
from tests.execution.bundles import LENDER, USDC, program
from tests.live.contracts import Chain

UNIT = 10**8
"""The pool's unit of value: a dollar."""
KEEPER = """\
market ETH in USDC

param target = 1.5 in 1 .. 4

book:
    cash 10_000_000_000 USDC
    margin 1 USDC

when margin_ratio < target:
    top up margin to target
"""
MACHINE = load_plan(compile_plan(program(KEEPER), "test"))
WALLET = Fraction(10**10)
values = st.integers(10**3 * UNIT, 10**7 * UNIT)
thresholds = st.integers(5_000, 9_000)


def loan(collateral: int, debt: int, threshold: int) -> Position:
    health = health_factor(collateral, debt, threshold)
    return Position(collateral, debt, 0, threshold, 0, health)


def added(found: Position, threshold: int, target: float) -> int:
    """CENT that the engine tops up with."""
    signals = {"spot": 2_000.0, **margin_signals(found, threshold, WALLET)}
    orders = MACHINE({"target": target}).step(Snapshot(1_800_000_000.0, 1, signals)).orders
    return sum(order.units for order in orders)


@given(values, st.integers(11, 97), thresholds, thresholds, st.integers(110, 390))
@example(10**6 * UNIT, 78, 8_250, 8_250, 150)
def test_a_top_up_raises_the_health_factor_to_its_target(
    collateral: int, of_target: int, threshold: int, of_quote: int, percent: int
) -> None:
    """The pool cuts the average threshold to a basis point, which is all that may be missing.

    The debt is such that the health factor is so many percent of the target.
    """
    debt = collateral * threshold // percent // of_target
    before = loan(collateral, debt, threshold)
    assume(WAD // 10 < before.health < percent * WAD // 100)
    units = added(before, of_quote, percent / 100)
    assert units > 0
    value = units * UNIT // CENT
    reached = Fraction(after(before, value, of_quote), WAD)
    cut = Fraction(collateral + value, PERCENT * debt) if threshold != of_quote else 0
    assert reached >= Fraction(percent, 100) - cut - Fraction(1, 10**8)
    assert reached <= Fraction(percent, 100) + Fraction(1, 10**4), "and by no more than rounding takes"


def test_a_loan_tells_how_far_its_collateral_may_fall() -> None:
    found = loan(10**6 * UNIT, 66 * 10**4 * UNIT, 8_250)
    assert margin_signals(found, 8_250, WALLET)["distance_to_liquidation"] == 0.2  # one less 1 / 1.25
    assert margin_signals(loan(10**6, 10**6, 8_250), 8_250, WALLET)["distance_to_liquidation"] == 0.0


def test_no_ratio_without_a_debt_or_where_the_quote_counts_for_nothing() -> None:
    assert margin_signals(Position(5 * UNIT, 0, 0, 8_000, 0, UNLIMITED), 8_000, Fraction(0)) == {}
    assert margin_signals(loan(5 * UNIT, UNIT, 8_000), 0, Fraction(0)) == {}


@given(values, values, thresholds)
def test_the_ratio_is_never_above_the_health_factor(collateral: int, debt: int, threshold: int) -> None:
    found = loan(collateral, debt, threshold)
    ratio = margin_signals(found, 8_000, Fraction(0))["margin_ratio"]
    assert 0 <= Fraction(found.health, WAD) - Fraction(repr(ratio)) < Fraction(1, 10**8)


def test_equity_is_the_wallet_and_what_counts_in_the_quote() -> None:
    found = loan(1_000 * UNIT, 500 * UNIT, 8_000)
    assert margin_signals(found, 4_000, Fraction(250))["equity"] == pytest.approx(2_250.0)


def test_the_pool_is_asked_in_the_block_that_is_looked_at() -> None:
    chain, pool = Chain(), AaveV3At(kind="aave_v3", address=LENDER)
    chain.says(LENDER, "getUserAccountData(address)", 10, 5, 1, 8_000, 7_500, WAD)
    chain.says(LENDER, "getConfiguration(address)", 7_500 | 8_250 << 16 | 10_500 << 32)
    assert position(chain.rpc, pool, "0x" + "11" * 20, "0x64") == Position(10, 5, 1, 8_000, 7_500, WAD)
    assert threshold_of(chain.rpc, pool, TokenAt(address=USDC, decimals=6), "0x65") == 8_250
    assert chain.asked_at == ["0x64", "0x65"]
