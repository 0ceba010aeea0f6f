"""A policy allows every call of its plan, and of other calls none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stratc.compiler.backends.userop.emitted import emitted
from stratc.compiler.backends.userop.guard_frame import guarding
from stratc.compiler.backends.userop.policy_check import outside, too_long, unneeded
from stratc.compiler.backends.userop.session import PolicyError, SessionTerms, policy_of
from stratc.runtime.bundle import Bundle, Call, Hole, Leg, RuleBundle, Token
from stratc.runtime.deployment import EntryPointAt, Erc7579At
from stratc.runtime.policy import LARGEST, Bound, Permission, Place, Policy
from tests.execution.bundles import place

ADDRESSES = ["0x" + f"{n:040x}" for n in range(0x11, 0x19)]
ACCOUNT, VALIDATOR, BASE, QUOTE, GUARD, ROUTER, OTHER, ENTRY = ADDRESSES
HASH = "ab" * 32
TERMS = SessionTerms(expiry=1_900_000_000, max_fee=10**11, max_gas=4_000_000)
AMOUNT = Hole(hole="amount", type="uint256", unit="USDC", decimals=6, rounding="down")


def approve(spender: str = ROUTER, amount: Hole | int = AMOUNT) -> Call:
    return Call(
        what="approve", to=QUOTE, function="approve(address spender, uint256 amount)", args=(spender, amount)
    )


def swap(to: str = ACCOUNT) -> Call:
    return Call(what="swap", to=ROUTER, function="swap(address to, uint256 amount)", args=(to, AMOUNT))


def bundle(*calls: Call, guarded: bool = True) -> Bundle:
    leg = Leg(
        action=1, line=3, do="buy", venue="pool", kind="uniswap_v3", instrument="asset", sides={"buy": calls}
    )
    return Bundle(
        version=1, program="p", ir_hash=HASH, compiler="0", chain_id=1,
        entry_point=EntryPointAt(address=ENTRY, version="0.7"),
        account=Erc7579At(kind="erc7579", address=ACCOUNT, validator=VALIDATOR),
        base=Token(symbol="ETH", address=BASE, decimals=18), quote=Token(symbol="USDC", address=QUOTE, decimals=6),
        guard=guarding(GUARD, HASH) if guarded else None,
        rules=(RuleBundle(rule=1, line=2, head="when x", lane=1, legs=(leg,)),),
    )  # fmt: skip


def policy(plan: Bundle) -> Policy:
    return policy_of(plan, emitted(plan), TERMS)


def refused(held_to: Policy, plan: Bundle) -> list[str]:
    return [one.why for one in outside(held_to, emitted(plan))]


def test_what_the_plan_fixes_is_bound_and_what_it_fills_is_never_nothing() -> None:
    begin, finish, mark, first, second = policy(bundle(approve(), swap())).permissions
    assert [one.target for one in (begin, finish, mark)] == [GUARD] * 3
    assert begin.bounds == (Bound(0, int(HASH, 16), int(HASH, 16)),)
    assert finish.bounds == (Bound(1, 0, 1),)
    assert first.bounds == (Bound(0, int(ROUTER, 16), int(ROUTER, 16)), Bound(1, 1, LARGEST))
    assert (first.place, second.place) == (Place.PREPARES, Place.TRADES)


def test_an_approval_that_is_taken_back_tidies_up_and_is_not_one_that_prepares() -> None:
    plan = bundle(approve(), swap(), approve(amount=0))
    given, traded, taken = policy(plan).permissions[3:]
    assert [one.place for one in (given, traded, taken)] == [Place.PREPARES, Place.TRADES, Place.TIDIES]
    assert given.ranges()[1][0] > taken.ranges()[1][1]


def test_every_call_of_the_plan_is_inside() -> None:
    plan = bundle(approve(), swap(), approve(amount=0))
    assert refused(policy(plan), plan) == []


@pytest.mark.parametrize("strange", [approve(OTHER), swap(OTHER)])
def test_another_plan_is_outside(strange: Call) -> None:
    (why,) = refused(policy(bundle(approve(), swap())), bundle(strange))
    assert f"can be {OTHER}, and the policy allows" in why


def test_an_amount_the_policy_fixes_is_no_hole() -> None:
    fixed = policy(bundle(approve(amount=5), swap()))
    assert refused(fixed, bundle(approve(amount=5), swap())) == []
    (why,) = refused(fixed, bundle(approve(), swap()))
    assert (why.startswith("amount can be 1 .. 115792"), why.endswith("the policy allows 5")) == (True, True)


def test_a_call_is_taken_for_the_first_that_lists_it() -> None:
    plan = bundle(approve(), swap(), approve(amount=0))
    right = policy(plan)
    prepares, tidies = right.permissions[3], right.permissions[5]
    wide = replace(prepares, bounds=prepares.bounds[:1])
    others = (*right.permissions[:3], right.permissions[4])
    assert refused(replace(right, permissions=(*others, tidies, wide)), plan) == []
    (why,) = refused(replace(right, permissions=(*others, wide, tidies)), plan)
    assert why == "the policy takes it for one that prepares"


def test_the_guards_calls_come_first_and_in_order() -> None:
    plan = bundle(approve(), swap())
    right = policy(plan)
    begin, finish, mark, *legs = right.permissions
    for wrong in ((finish, begin, mark), (begin, mark, finish)):
        assert any(
            "in this order" in why for why in refused(replace(right, permissions=(*wrong, *legs)), plan)
        )
    (*_, why) = refused(replace(right, permissions=(legs[0], begin, finish, mark, legs[1])), plan)
    assert why == "the policy takes it for a call of the guard"


def test_what_no_call_needs_is_named() -> None:
    plan = bundle(approve(), swap())
    right = policy(plan)
    more = Permission(OTHER, "transfer(address to, uint256 amount)", 2)
    assert unneeded(replace(right, permissions=(*right.permissions, more)), emitted(plan)) == [more]


def test_a_wider_permission_serves_for_a_narrower_one() -> None:
    plan = bundle(approve(), approve(amount=5), swap())
    assert [one.bounds[1:] for one in policy(plan).permissions[3:4]] == [(Bound(1, 1, LARGEST),)]
    assert len(policy(plan).permissions) == 5


def test_more_calls_than_a_key_makes_at_once() -> None:
    assert list(too_long(bundle(*[approve()] * 13, swap()))) == []
    (told,) = too_long(bundle(*[approve()] * 14, swap()))
    assert told == "rule 1 (line 2) can make 17 calls at once, and a session key 16"


def test_a_plan_without_a_guard_has_no_budgets() -> None:
    with pytest.raises(PolicyError, match="deploy one"):
        policy(bundle(swap(), guarded=False))


def test_ether_is_not_for_session_keys() -> None:
    with pytest.raises(PolicyError, match="ether"):
        policy(bundle(swap().model_copy(update={"value": 1})))


def test_more_calls_than_a_validator_has_room_for() -> None:
    with pytest.raises(PolicyError, match="split the program"):
        policy(bundle(*[swap(place(number)) for number in range(1, 70)]))
