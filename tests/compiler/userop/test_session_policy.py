"""A policy allows every call of its plan, and of other calls none."""

from __future__ import annotations

import pytest

from stratc.compiler.backends.userop.guard_frame import guarding
from stratc.compiler.backends.userop.session import PolicyError, SessionTerms, outside, policy_of
from stratc.runtime.bundle import Bundle, Call, Hole, Leg, RuleBundle, Token
from stratc.runtime.deployment import EntryPointAt, Erc7579At
from stratc.runtime.policy import Bound, to_text

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


def test_what_the_plan_fixes_is_bound_and_what_it_fills_is_free() -> None:
    policy = policy_of(bundle(approve(), swap()), TERMS)
    begin, finish, mark, first, second = policy.permissions
    assert [one.target for one in (begin, finish, mark)] == [GUARD] * 3
    assert begin.bounds == (Bound(0, int(HASH, 16), int(HASH, 16)),)
    assert first.bounds == (Bound(0, int(ROUTER, 16), int(ROUTER, 16)),)
    assert (first.ends_leg, second.ends_leg) == (False, True)
    assert '"spender"' not in to_text(policy)


def test_every_call_of_the_plan_is_inside() -> None:
    plan = bundle(approve(), swap())
    assert outside(policy_of(plan, TERMS), plan) == []


@pytest.mark.parametrize("strange", [approve(OTHER), swap(OTHER)])
def test_another_plan_is_outside(strange: Call) -> None:
    policy = policy_of(bundle(approve(), swap()), TERMS)
    assert outside(policy, bundle(strange)) == [strange]


def test_an_amount_the_policy_fixes_is_no_hole() -> None:
    policy = policy_of(bundle(approve(amount=5)), TERMS)
    assert outside(policy, bundle(approve(amount=5))) == []
    assert outside(policy, bundle(approve())) == [approve()]


def test_a_plan_without_a_guard_has_no_budgets() -> None:
    with pytest.raises(PolicyError, match="deploy one"):
        policy_of(bundle(swap(), guarded=False), TERMS)


def test_ether_is_not_for_session_keys() -> None:
    with pytest.raises(PolicyError, match="ether"):
        policy_of(bundle(swap().model_copy(update={"value": 1})), TERMS)
