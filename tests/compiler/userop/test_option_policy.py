"""A session key that trades options: every call that the plan can make is inside its policy, and no other contract."""

from __future__ import annotations

from stratc.compiler.backends.userop.emitted import emitted
from stratc.compiler.backends.userop.policy_check import outside, too_long
from stratc.compiler.backends.userop.session import SessionTerms, policy_of
from stratc.runtime.policy import MOST_BYTES, MOST_RULES, Place
from tests.execution.bundles import (
    DOLLAR,
    ETH,
    GUARD,
    OPTION_MARKET,
    OPTIONS,
    ROUTER,
    STRADDLE,
    USDC,
    bundle,
    deployment,
    program,
)

SOLD = STRADDLE.partition("every 7 d")[0] + "when spot < 1_000" + STRADDLE.partition("when spot < 1_000")[2]
TWO_SIZES = """\
market ETH in USDC
venue options: options "ETH"
every 7 d:
    sell 1 ETH call strike 2_000 expiring 2026-12-25, at most 1 ETH, slippage <= 20%
    sell 2 ETH call strike 2_200 expiring 2026-12-25, at most 2 ETH, slippage <= 20%
"""
PLAN = bundle(SOLD, deployment(guarded=True, **OPTIONS))
CALLS = emitted(PLAN, program(SOLD))
POLICY = policy_of(PLAN, CALLS, SessionTerms())


def test_every_call_is_inside_and_the_validator_has_room() -> None:
    assert outside(POLICY, CALLS) == []
    assert list(too_long(PLAN)) == []
    assert len(POLICY.permissions) <= MOST_RULES
    assert len(POLICY.packed()) <= MOST_BYTES


def test_the_key_trades_with_the_guard_the_pool_the_market_and_their_tokens_only() -> None:
    assert {one.target for one in POLICY.permissions} == {GUARD, ROUTER, OPTION_MARKET, ETH, USDC, DOLLAR}


def test_it_trades_only_the_kinds_of_options_that_the_program_does() -> None:
    trades = [one for one in POLICY.permissions if one.target == OPTION_MARKET]
    assert {one.place for one in trades} == {Place.TRADES}
    kinds = {
        (one.function.partition("(")[0], bound.low)
        for one in trades
        for bound in one.bounds
        if bound.word == 3
    }
    opened = {kind for function, kind in kinds if function == "openPosition"}
    assert opened == {3, 4}, "it sells calls and puts; it buys what it has sold, and nothing else"
    assert {kind for _, kind in kinds} == {0, 1, 3, 4}


def test_no_trade_is_larger_than_the_program_lets_it_be() -> None:
    sizes = {
        bound.high
        for one in POLICY.permissions
        if one.target == OPTION_MARKET
        for bound in one.bounds
        if bound.word == 4
    }
    assert sizes == {5 * 10**18}


def test_what_secures_an_option_is_approved_up_to_the_largest_order_at_its_strike() -> None:
    approvals = [one.words[1] for one in CALLS if one.side == "open short" and one.call.to == DOLLAR]
    assert set(approvals) == {(1, 10_000 * 10**18), (0, 0)}


def test_there_is_room_for_options_of_every_side() -> None:
    whole = bundle(STRADDLE, deployment(guarded=True, **OPTIONS))
    calls = emitted(whole, program(STRADDLE))
    policy = policy_of(whole, calls, SessionTerms())
    assert outside(policy, calls) == []
    assert MOST_BYTES * 9 // 10 < len(policy.packed()) <= MOST_BYTES


def test_an_order_may_take_a_side_of_another_leg_on_the_same_options() -> None:
    """So each side is as large as the largest of them."""
    plan = bundle(TWO_SIZES, deployment(guarded=True, **OPTIONS))
    calls = [one for one in emitted(plan, program(TWO_SIZES)) if one.rule == 1 and "call" in one.call.what]
    assert {one.words[4] for one in calls if one.place is Place.TRADES} == {(1, 2 * 10**18)}
