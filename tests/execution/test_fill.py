"""Orders of one firing put into the calls of a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eth_abi.abi import decode
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.bundle import BundleError, from_text, to_text
from stratc.runtime.engine.messages import LOT, Contract, Order
from stratc.runtime.execution.fill import Moment, Step, fill
from stratc.runtime.execution.guard_calls import around
from stratc.runtime.execution.operations import entry_point_of, unsigned
from stratc.runtime.execution.told import text
from stratc.runtime.execution.userop.accounts.of_deployment import account_of
from stratc.runtime.execution.userop.hash import user_op_hash
from stratc.runtime.guard import UNLIMITED
from stratc.runtime.venues.onchain.asked import SECONDS_TO_LIVE, FillError
from tests.execution.bundles import ACCOUNT, ETH, GUARD, KEEPER, PERP, ROUTER, SPOT, USDC, bundle, deployment
from tests.venues.onchain import ORDER

GUARDED = bundle(SPOT, deployment(guarded=True))
BARE = bundle(KEEPER, deployment(PERP))
NOW = Moment(1_700_000_000.5, 2_000.0, hints=77)
SPOT_SALE = replace(ORDER, units=-LOT // 2)
LONG = replace(ORDER, id="0.1.2", perpetual=True, venue="perp", units=LOT, slippage=0.004)
TOP_UP = replace(ORDER, rule=2, kind="top up", venue=None, units=5_000_000, slippage=None)


def words(step: Step) -> list[int]:
    return [int.from_bytes(step.data[at : at + 32], "big") for at in range(4, len(step.data), 32)]


def test_a_sale_on_a_pool_to_the_wei() -> None:
    begin, approve, swap, back, finish = fill(GUARDED, [SPOT_SALE], NOW)
    assert (approve.to, swap.to, back.to) == (ETH, ROUTER, ETH)
    assert words(approve)[1] == 5 * 10**17
    assert words(back)[1] == 0
    row = decode(["(address,address,uint24,address,uint256,uint256,uint160)"], swap.data[4:])[0]
    assert row == (ETH.lower(), USDC.lower(), 500, ACCOUNT.lower(), 5 * 10**17, 997_000_000, 0)
    assert begin.to == finish.to == GUARD


def test_the_guards_calls_are_those_the_guard_takes() -> None:
    """Byte for byte what the contract's own tests send."""
    order = replace(SPOT_SALE, deadline_block=103)
    steps = fill(GUARDED, [order], NOW)
    calls = [(step.to, step.data) for step in steps]
    until = 1_700_000_000 + SECONDS_TO_LIVE
    assert calls == around([(calls[1:4], 3_000_000)], GUARD, GUARDED.ir_hash, 1, 77, 103, until)


def test_two_legs_have_a_mark_between_them() -> None:
    guarded = bundle(KEEPER, deployment(PERP, guarded=True))
    steps = fill(guarded, [SPOT_SALE, LONG], NOW)
    names = [step.function.partition("(")[0] for step in steps]
    swap = ["approve", "exactInputSingle", "approve"]
    assert names == ["begin", *swap, "mark", "openPosition", "finish"]
    assert words(steps[4]) == [3_000_000]
    assert words(steps[6]) == [4_000_000, 2, 77]


def test_without_a_guard_there_are_the_legs_alone() -> None:
    names = [step.function.partition("(")[0] for step in fill(BARE, [SPOT_SALE, LONG], NOW)]
    assert names == ["approve", "exactInputSingle", "approve", "openPosition"]


def test_a_leg_that_sends_nothing_is_left_out() -> None:
    assert len(fill(BARE, [LONG], NOW)) == 1
    assert len(fill(BARE, [SPOT_SALE], NOW)) == 3


def test_money_is_held_to_no_slippage() -> None:
    guarded = bundle(KEEPER, deployment(PERP, guarded=True))
    *_, deposit, finish = fill(guarded, [TOP_UP], NOW)
    assert words(deposit)[1] == 5_000_000
    assert words(finish) == [UNLIMITED, 0, 77]


def test_the_earliest_deadline_is_the_batchs() -> None:
    guarded = bundle(KEEPER, deployment(PERP, guarded=True))
    early, late = replace(SPOT_SALE, deadline_block=105), replace(LONG, deadline_block=103)
    assert words(fill(guarded, [early, late], NOW)[0])[1] == 103
    assert words(fill(guarded, [SPOT_SALE, LONG], NOW)[0])[1] == UNLIMITED


def test_without_a_price_now_the_decisions_own_is_taken() -> None:
    order = replace(SPOT_SALE, mark=1_000.0)
    least = words(fill(GUARDED, [order], Moment(0.0, None))[2])[5]
    assert least == 498_500_000


@pytest.mark.parametrize(
    ("orders", "said"),
    [
        ([], "there are no orders"),
        ([replace(SPOT_SALE, venue="desk")], r"order 0.1.1 \(trade ETH/USDC\) fits no leg of rule 1"),
        ([replace(SPOT_SALE, contract=Contract("call", 2_000.0, 1.8e9))], "fits no leg"),
        ([replace(SPOT_SALE, kind="provide")], "fits no leg"),
        ([LONG, SPOT_SALE], "fits no leg"),  # legs are in the order of the body
        ([replace(LONG, units=-LOT)], "fits no leg"),  # the rule buys there
        ([replace(SPOT_SALE, slippage=None)], "no slippage and no limit price"),
        ([replace(SPOT_SALE, units=0)], "fits no leg|smallest unit"),
    ],
)
def test_orders_that_do_not_fit(orders: list[Order], said: str) -> None:
    with pytest.raises(FillError, match=said):
        fill(BARE, orders, NOW)


def test_a_rule_that_is_not_in_the_plan() -> None:
    with pytest.raises(BundleError, match="rule 9"):
        fill(BARE, [replace(SPOT_SALE, rule=9)], NOW)


def test_a_plan_from_disk_makes_the_same_calls() -> None:
    again = from_text(to_text(GUARDED))
    assert fill(again, [SPOT_SALE], NOW) == fill(GUARDED, [SPOT_SALE], NOW)


@given(st.integers(1, 2**63 - 1), st.floats(0.01, 1e6), st.booleans())
def test_what_is_approved_is_what_the_swap_may_take(units: int, price: float, sells: bool) -> None:
    order = replace(SPOT_SALE, units=-units if sells else units)
    try:
        _, approve, swap, back, _ = fill(GUARDED, [order], Moment(0.0, price))
    except FillError:
        assert units * price < 1e4  # less than a ten-thousandth of a dollar: no unit of it is left
        return
    row = words(swap)
    taken = row[4] if sells else row[5]
    assert words(approve)[1] == taken
    assert approve.to == back.to == (ETH if sells else USDC)


def test_an_operation_is_the_accounts_batch_in_the_rules_lane() -> None:
    steps = fill(BARE, [TOP_UP], NOW)
    made = unsigned(BARE, steps, lane=2, sequence=5)
    assert made.operation.nonce == (2 << 64) + 5
    assert made.operation.factory == made.operation.signature == b""
    assert all(step.data in made.operation.call_data for step in steps)
    assert made.hash == user_op_hash(made.operation, entry_point_of(BARE))


def test_gas_is_part_of_the_hash() -> None:
    steps = fill(BARE, [TOP_UP], NOW)
    blank = unsigned(BARE, steps, lane=2)
    priced = unsigned(BARE, steps, lane=2, gas=blank.operation._replace(call_gas_limit=500_000, nonce=9))
    assert priced.hash != blank.hash
    assert priced.operation == blank.operation._replace(call_gas_limit=500_000)


KINDS: list[tuple[str, str, dict[str, Any]]] = [
    ("simple_07", "0.7", {"factory": ROUTER, "factory_data": "0x1234"}),
    ("simple_7702", "0.8", {"delegate": ROUTER}),
    ("safe_4337", "0.7", {"module": ROUTER, "multi_send": GUARD}),
    ("erc7579", "0.8", {"validator": ROUTER}),
]


@pytest.mark.parametrize(("kind", "version", "parts"), KINDS, ids=lambda part: str(part)[:11])
def test_every_kind_of_account_makes_the_calls(kind: str, version: str, parts: dict[str, Any]) -> None:
    at = deployment(
        PERP,
        entry_point={"address": deployment().entry_point.address, "version": version},
        account={"kind": kind, "address": ACCOUNT, **parts},
    )
    plan = bundle(KEEPER, at)
    steps = fill(plan, [SPOT_SALE, LONG], NOW)
    made = unsigned(plan, steps, lane=1, opens=True)
    account = account_of(at.account)
    assert made.operation.factory == account.opening().factory
    assert made.operation.nonce >> 64 == account.nonce_key(1)
    places = [made.operation.call_data.index(step.data) for step in steps]
    assert places[0] < places[1] < places[3]


def test_calls_are_told_with_their_names() -> None:
    begin, approve, swap, *_ = fill(GUARDED, [SPOT_SALE], NOW)
    assert text(approve) == f"approve(spender: {ROUTER}, amount: 500000000000000000)"
    assert "amountOutMinimum: 997000000, sqrtPriceLimitX96: 0))" in text(swap)
    assert "deadline_block: unlimited" in text(begin)
