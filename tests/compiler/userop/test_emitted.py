"""The ranges of a plan's calls hold for what its holes are filled with, and a policy of them lets it all through."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stratc.compiler.backends.userop.emitted import Emitted, emitted
from stratc.compiler.backends.userop.policy_check import outside
from stratc.compiler.backends.userop.session import SessionTerms, policy_of
from stratc.runtime.bundle import Bundle
from stratc.runtime.engine.messages import CENT, LOT, Order
from stratc.runtime.execution.fill import Moment, Step, fill
from stratc.runtime.keccak import selector
from stratc.runtime.policy import Bound, Permission, Place, Policy
from stratc.runtime.signatures import signature
from tests.execution.bundles import KEEPER, LENDING, PERP, SPOT, bundle, deployment, program

AT = deployment(PERP, LENDING, guarded=True)
PLANS = {text: bundle(text, AT) for text in (SPOT, KEEPER)}
CALLS = {text: emitted(plan, program(text)) for text, plan in PLANS.items()}
POLICIES = {text: policy_of(plan, CALLS[text], SessionTerms()) for text, plan in PLANS.items()}
ORDER = Order(
    id="1", kind="trade", symbol="ETH", units=LOT, mark=2_000.0, rule=1, t=1_800_000_000.0, tick=0, block=100,
    contract=None, venue="pool", slippage=0.003, perpetual=False,
)  # fmt: skip


def validated(policy: Policy, steps: list[Step]) -> None:
    """What the validator's contract asks of a batch."""
    traded = False
    for at, step in enumerate(steps):
        found, one = next((n, one) for n, one in enumerate(policy.permissions) if _lists(one, step))
        assert (found == 0, found == 1) == (at == 0, at == len(steps) - 1)
        if found > 2:
            assert not traded or one.place is Place.TIDIES
            traded = traded or one.place is Place.TRADES
        else:
            traded = False


def _lists(one: Permission, step: Step) -> bool:
    words = [int.from_bytes(step.data[at : at + 32], "big") for at in range(4, len(step.data), 32)]
    return (
        one.target == step.to
        and selector(signature(one.function).canonical) == step.data[:4]
        and one.words == len(words)
        and all(low <= word <= high for word, (low, high) in zip(words, one.ranges(), strict=True))
    )


@given(st.integers(1, 5 * LOT), st.sampled_from([-1, 1]), st.floats(0.01, 1e9), st.integers(0, 2**200))
def test_whatever_a_trade_is_filled_with_is_allowed(units: int, sign: int, price: float, hints: int) -> None:
    assume(units * price >= LOT // CENT)  # worth one of the smallest units of USDC
    order = replace(ORDER, units=sign * units, deadline_block=105)
    validated(POLICIES[SPOT], fill(PLANS[SPOT], [order], Moment(order.t, price, hints)))


@given(st.integers(1, 4_000 * CENT))
def test_so_is_a_top_up(units: int) -> None:
    order = replace(ORDER, kind="top up", symbol="USDC", units=units, rule=2, venue=None, slippage=None)
    validated(POLICIES[KEEPER], fill(PLANS[KEEPER], [order], Moment(order.t, 2_000.0)))


def test_so_are_two_legs_of_one_body() -> None:
    sold = replace(ORDER, units=-LOT)
    bought = replace(ORDER, symbol="ETH-PERP", perpetual=True, venue="perp", units=LOT)
    steps = fill(PLANS[KEEPER], [sold, bought], Moment(ORDER.t, 2_000.0))
    validated(POLICIES[KEEPER], steps)
    with pytest.raises(AssertionError):
        validated(POLICIES[KEEPER], [step for step in steps if not step.function.startswith("mark")])


def test_more_than_the_limits_allow_is_not() -> None:
    order = replace(ORDER, units=-5 * LOT - 1)
    with pytest.raises(StopIteration):
        validated(POLICIES[SPOT], fill(PLANS[SPOT], [order], Moment(order.t, 2_000.0)))


def most(text: str, side: str) -> int:
    """The largest amount of the first trade of a side of a program on the pool."""
    plan: Bundle = bundle(text, deployment(guarded=True))
    trade = next(one for one in emitted(plan, program(text)) if _is_trade(one, side))
    return trade.words[4][1]


def _is_trade(one: Emitted, side: str) -> bool:
    return one.place is Place.TRADES and one.side == side


HEAD = 'venue pool: uniswap_v3 "ETH/USDC"\n'
WHEN = "when abs(delta) > 1 ETH, cooldown 1 min:\n    "
HEDGE = "hedge delta to 0 ETH on pool, slippage <= 30 bps"


@pytest.mark.parametrize(
    ("limits", "clauses", "wanted"),
    [
        ("limit order size <= 5 ETH else reject\n", "", 5 * 10**18),
        ("limit order size <= 5 ETH else clamp\n", ", at most 2 ETH", 2 * 10**18),
        ("limit order size <= 1.5 ETH else halt\n", ", at most 2 ETH", 15 * 10**17),
        ("param top = 2 ETH in 1 ETH .. 3 ETH\n", ", at most top", 3 * 10**18),
        ("param top = 2 ETH in 1 ETH .. 3 ETH\nlimit order size <= top else reject\n", "", 3 * 10**18),
        ("limit order size <= 5 ETH else reduce only\n", "", 2**256 - 1),
        ("limit order notional <= 5_000 USDC else reject\n", "", 2**256 - 1),
        ("", ", at most abs(delta) / 2", 2**256 - 1),
    ],
)
def test_how_large_an_order_can_be(limits: str, clauses: str, wanted: int) -> None:
    text = HEAD + limits + WHEN + HEDGE + clauses
    assert most(text, "sell") == wanted
    assert most(text, "buy") == wanted


def test_a_limit_price_bounds_what_is_paid() -> None:
    text = HEAD + "every 1 d:\n    buy 1 ETH on pool, at most 1 ETH, limit price 2_500\n"
    plan = bundle(text, deployment(guarded=True))
    trade = next(one for one in emitted(plan, program(text)) if _is_trade(one, "buy"))
    assert trade.words[5] == (1, 2_500 * 10**6)


@given(st.sampled_from([SPOT, KEEPER]), st.data())
def test_a_policy_that_is_found_to_be_enough_lets_every_value_through(text: str, data: st.DataObject) -> None:
    """Whatever was done to the policy: the ends of each range, and values between, tried as the validator does."""
    right, calls = POLICIES[text], CALLS[text]
    permissions = data.draw(st.permutations(right.permissions[3:]))
    changed = [_changed(one, data) for one in permissions if data.draw(st.integers(0, 9))]
    policy = replace(right, permissions=(*right.permissions[:3], *changed))
    refused = {id(one.made) for one in outside(policy, calls)}
    for made in calls:
        words = [data.draw(st.sampled_from([low, high, (low + high) // 2])) for low, high in made.words]
        found = next((one for one in policy.permissions if _takes(one, made, words)), None)
        if id(made) not in refused:
            assert found is not None
            assert made.place is not Place.TIDIES or found.place is Place.TIDIES
            assert made.place is not Place.PREPARES or found.place is not Place.TRADES


def _changed(one: Permission, data: st.DataObject) -> Permission:
    how = data.draw(st.sampled_from(["as it is", "as it is", "narrow", "wide", "another place"]))
    if how == "another place":
        return replace(one, place=data.draw(st.sampled_from(Place)))
    if how == "wide":
        return replace(one, bounds=one.bounds[:-1])
    if how == "narrow":
        at, (low, high) = next(
            ((at, ends) for at, ends in enumerate(one.ranges()) if ends[0] < ends[1]), (0, (0, 0))
        )
        return replace(one, bounds=(*one.bounds, Bound(at, data.draw(st.integers(low, high)), high)))
    return one


def _takes(one: Permission, made: Emitted, words: list[int]) -> bool:
    same = (one.target, one.function, one.words) == (made.call.to, made.call.function, len(words))
    return same and all(low <= word <= high for word, (low, high) in zip(words, one.ranges(), strict=True))
