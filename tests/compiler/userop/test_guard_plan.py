"""What of a program the guard holds, to the unit, and what it leaves to the engine and why."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.compiler.backends.userop.contract import CONTRACTS
from stratc.compiler.backends.userop.guard import capacity, guard_plan
from stratc.compiler.backends.userop.guard_amounts import at_least, at_most
from stratc.compiler.driver import check
from stratc.dsl.source import Source
from stratc.runtime.guard import (
    HIGHEST,
    LOWEST,
    PARTS,
    UNLIMITED,
    Check,
    Flow,
    GuardLimits,
    GuardPlan,
    Measure,
    Window,
)

HEAD = """market ETH in USDC
oracle spot from chainlink "ETH/USD", pyth "ETH/USD", max age 30 s, agree within 50 bps
venue pool: uniswap_v3 "ETH/USDC", fee 5 bps
"""
RULE = "when spot > 3000:\n    buy 1 ETH\n"
ETH, USDC = 10**18, 10**6


def plan(
    limits: str, *, rule: str = RULE, head: str = HEAD, book: bool = False, decimals: int = 6
) -> GuardPlan:
    result = check(Source("p.strat", head + limits + "\n" + rule))
    assert result.understood is not None, [one.message for one in result.diagnostics]
    return guard_plan(result.understood, 18, decimals, book=book)


def test_the_oracles_own_terms() -> None:
    found = plan("")
    assert (found.limits.max_age, found.limits.agreement) == (30, 5_000_000)
    assert [(one.check, one.line) for one in found.held] == [(Check.PRICE_AGE, 2), (Check.PRICE_AGREEMENT, 2)]


@pytest.mark.parametrize(
    ("limit", "field", "bound"),
    [
        ("order size <= 5 ETH else clamp", "order_size", 5 * ETH),
        ("order notional <= 10_000.5 USDC else clamp", "order_notional", 10_000_500_000),
        ("order slippage <= 30 bps", "slippage", 3_000_000),
        ("topup <= 20_000 USDC else clamp", "top_up", 20_000 * USDC),
        ("order gas <= 12 USDC", "gas_cost", 12 * USDC),
        ("position(ETH) <= 3 ETH else clamp", "exposure_high", 3 * ETH),
        ("position(ETH) >= -3 ETH else clamp", "exposure_low", -3 * ETH),
        ("delta <= 3 ETH else reject", "exposure_high", 3 * ETH),
        ("cash >= 1_000 USDC else reject", "cash", 1000 * USDC),
        ("gas_price <= 0.00000005 ETH else reject", "gas_price", 50 * 10**9),
    ],
)
def test_a_limit_that_is_held(limit: str, field: str, bound: int) -> None:
    found = plan(f"limit {limit}")
    assert getattr(found.limits, field) == bound
    held = [one for one in found.held if one.line == 4]
    assert held
    assert held[0].text.startswith("limit ")
    assert not found.left


def test_both_sides_of_an_absolute_value() -> None:
    limits = plan("limit abs(position(ETH)) <= 25 ETH else clamp").limits
    assert (limits.exposure_low, limits.exposure_high) == (-25 * ETH, 25 * ETH)


@pytest.mark.parametrize(
    ("window", "flow"),
    [
        ("orders <= 60 per rolling 1 h", Flow(Measure.ORDERS, Window.ROLLING, 3600, 60)),
        ("orders <= 9.5 per day", Flow(Measure.ORDERS, Window.DAY, 0, 9)),
        ("turnover <= 100.5 USDC per week", Flow(Measure.TURNOVER, Window.WEEK, 0, 100_500_000)),
        ("loss <= 5 USDC per hour", Flow(Measure.LOSS, Window.HOUR, 0, 5 * USDC)),
        ("gas_spent <= 200 USDC per rolling 1 d", Flow(Measure.GAS, Window.ROLLING, 86_400, 200 * USDC)),
    ],
)
def test_a_limit_over_a_window(window: str, flow: Flow) -> None:
    found = plan(f"limit {window} else reject")
    assert found.limits.flows == (flow,)
    assert [one.check for one in found.held if one.line == 4] == [Check.FLOW]


def test_money_over_a_window_is_in_millionths_where_the_token_is_finer() -> None:
    found = plan("limit turnover <= 5 USDC per day else reject", decimals=18)
    assert found.limits.flows[0] == Flow(Measure.TURNOVER, Window.DAY, 0, 5_000_000)
    assert found.held[-1].unit == "millionths of the quote asset"


@pytest.mark.parametrize(
    ("limit", "why"),
    [
        ("leverage <= 3 else reject", "equity"),
        ("abs(vega) <= 4_000 USDC else reject", "Greeks"),
        ("drawdown <= 20% else reduce only", "equity"),
        ("margin_ratio >= 1.2 else reject", "margin"),
        ("distance_to_liquidation >= 5% else reject", "margin"),
        ("order size <= 10_000 USDC / spot else clamp", "spot"),
        ("orders <= 5 per rolling 100 blocks else reject", "blocks"),
        ("cash <= 9_000 USDC else reject", "cash"),
    ],
)
def test_a_limit_that_is_left_to_the_engine(limit: str, why: str) -> None:
    found = plan(f"limit {limit}")
    assert [one.line for one in found.left] == [4]
    assert why in found.left[0].why


PERP = HEAD.replace('pool: uniswap_v3 "ETH/USDC"', 'perp: perpetual "ETH-PERP"')


def test_a_perpetual_is_seen_through_a_book_only() -> None:
    limits = "limit abs(delta) <= 5 ETH else reject\nlimit order slippage <= 30 bps"
    blind, seeing = plan(limits, head=PERP), plan(limits, head=PERP, book=True)
    assert [one.line for one in blind.left] == [4, 5]
    assert blind.limits.slippage == UNLIMITED
    assert not seeing.left
    assert seeing.limits.exposure_high == 5 * ETH


def test_options_hide_delta_and_premiums_look_like_top_ups() -> None:
    head = HEAD + 'venue desk: options "ETH"\n'
    rule = "every 7 d:\n    buy 1 ETH call at delta 0.25 expiring in 7 d\n"
    limits = "limit delta <= 5 ETH else reject\nlimit topup <= 5 USDC else clamp\nlimit order size <= 5 ETH else clamp"
    found = plan(limits, head=head, rule=rule)
    assert [(one.line, one.text.split()[1]) for one in found.left] == [(5, "delta"), (6, "topup")]
    assert found.held[-1].note == "options are not in it"


def test_the_tightest_of_two_is_the_number_and_what_a_refusal_is_told_by() -> None:
    for first, second, line in ((5, 3, 5), (3, 5, 4)):
        found = plan(
            f"limit order size <= {first} ETH else clamp\nlimit order size <= {second} ETH else clamp"
        )
        assert found.limits.order_size == 3 * ETH
        assert {one.check: one.line for one in found.held}[Check.ORDER_SIZE] == line
        assert len([one for one in found.held if one.check == Check.ORDER_SIZE]) == 2


def test_a_bound_with_a_parameter_is_the_loosest_it_can_be_set_to() -> None:
    found = plan("param most = 2 ETH in 1 ETH .. 6 ETH\nlimit order size <= most else clamp")
    assert found.limits.order_size == 6 * ETH
    assert "loosest" in found.held[-1].note


def test_a_gas_price_that_is_assumed() -> None:
    found = plan("assume gas_price in 0 ETH .. 0.0000002 ETH")
    assert found.limits.gas_price == 200 * 10**9
    assert found.held[-1].line == 4


def test_seven_windows_are_one_too_many() -> None:
    found = plan("\n".join(f"limit orders <= {n} per rolling {n} h else reject" for n in range(1, 8)))
    assert len(found.limits.flows) == 6
    assert [one.line for one in found.left] == [10]


@given(st.floats(0, 1e12, allow_nan=False), st.sampled_from([0, 6, 9, 18]))
def test_bounds_are_rounded_against_the_trader(number: float, decimals: int) -> None:
    written = Fraction(repr(number)) * 10**decimals
    low, high = at_most(number, decimals), at_least(number, decimals)
    assert low <= written < low + 1
    assert high - 1 < written <= high


@pytest.mark.parametrize(("bound", "size"), [(1, 16), (15, 16), (16, 32), (60, 64), (9000, 4096)])
def test_the_history_is_longer_than_a_window_allows(bound: int, size: int) -> None:
    assert capacity([Flow(Measure.ORDERS, Window.DAY, 0, bound)]) == size


def test_checks_have_the_contracts_numbers() -> None:
    source = (CONTRACTS / "checks.vy").read_text()
    lines = [
        line.split(":")[0:1] + [line.split("=")[1]]
        for line in source.splitlines()
        if "constant(uint256)" in line
    ]
    assert {name: int(number.split("#")[0]) for name, number in lines} == {
        one.name: one.value for one in Check
    }


def test_nothing_is_held_by_default() -> None:
    row = GuardLimits().row()
    assert row == (*[UNLIMITED] * 6, LOWEST, HIGHEST, 0, UNLIMITED, UNLIMITED, (0,) * 6)
    assert PARTS == 10**9
