"""Why a call was reverted, from what contracts return."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi import encode
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.execution.guard_words import guard_words
from stratc.runtime.execution.reasons import explained, is_nonce_refusal, refused
from stratc.runtime.guard import Check, GuardLimits, GuardPlan, Held


def returned(signature: str, *values: Any) -> bytes:
    """What a contract returns that refuses with this error."""
    kinds = signature.partition("(")[2][:-1].split(",") if not signature.endswith("()") else []
    return bytes(keccak(text=signature)[:4]) + encode(kinds, values)


GUARD = returned("Refused(uint256,int256,int256)", Check.ORDER_SIZE, 6 * 10**18, 5 * 10**18)
THROWER = "0x" + "ab" * 20
STF = "the account has too little of a token, or allowed too little of it (STF)"
NESTED = returned("ExecuteError(uint256,bytes)", 1, returned("Error(string)", "STF"))
PLAN = GuardPlan(
    "11" * 32, "ETH", "USDC", 18, 6, True, 16, GuardLimits(),
    (
        Held(Check.ORDER_SIZE, "limit order size <= 5 ETH", 12, "base"),
        Held(Check.BOUGHT_TOO_DEAR, "limit order slippage <= 30 bps", 13, "parts"),
        Held(Check.TOP_UP, "limit topup <= 1.5 USDC", 14, "quote"),
    ),
    (),
)  # fmt: skip


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "a call was reverted without a reason"),
        (returned("Error(string)", "STF"), STF),
        (returned("Error(string)", ""), "a call was reverted with an empty reason"),
        (returned("Error(string)", "a\nb\x1b[31m"), "a?b?[31m"),
        (returned("Panic(uint256)", 0x11), "a number overflowed"),
        (returned("Panic(uint256)", 0x99), "panic 0x99"),
        (returned("FailedOp(uint256,string)", 0, "AA25 invalid account nonce"),
         "the nonce is not the lane's next (AA25 invalid account nonce)"),
        (returned("FailedOpWithRevert(uint256,string,bytes)", 0, "AA23 reverted", NESTED),
         "the account refuses to validate the operation (AA23 reverted): call 2 of the batch: " + STF),
        (returned("PostOpReverted(bytes)", NESTED), "after the batch: call 2 of the batch: " + STF),
        (GUARD, "the guard refuses (order size): 6000000000000000000 against 5000000000000000000"),
        (returned("TotalCostOutsideOfSpecifiedBounds(address,uint256,uint256,uint256)", THROWER,
                  16 * 10**19, 18 * 10**19, 2**256 - 1),
         "the options market would pay 160.00, less than the 180.00 that the slippage allows"),
        (returned("TotalCostOutsideOfSpecifiedBounds(address,uint256,uint256,uint256)", THROWER,
                  1234 * 10**18, 0, 10**18),
         "the options market would ask 1,234.00, more than the 1.00 that the slippage allows"),
        (returned("BoardExpired(address,uint256,uint256,uint256)", THROWER, 1, 2, 3), "the option has expired"),
        (returned("TotalCostOutsideOfSpecifiedBounds(address,uint256,uint256,uint256)", THROWER, 1, 2, 3)[:68],
         "a call was reverted with 0x56e250f3" + "00" * 12 + THROWER[2:] + "00" * 31 + "01"),
        (bytes.fromhex("deadbeef01"), "a call was reverted with 0xdeadbeef01"),
    ],
)  # fmt: skip
def test_reasons_in_words(data: bytes, words: str) -> None:
    assert explained(data) == words


@pytest.mark.parametrize(
    ("text", "data", "words"),
    [
        ("execution reverted", "0x" + NESTED.hex(), "call 2 of the batch: " + STF),
        ("execution reverted", "0x", "execution reverted"),
        (f"reverted during simulation with reason: 0x{NESTED.hex()}", "", "call 2 of the batch: " + STF),
        ("UserOperation reverted with reason: AA24 signature error", "",
         "the signature is not the owner's (UserOperation reverted with reason: AA24 signature error)"),
        (f"EntryPoint 0x{'ab' * 20} is not supported", "", f"EntryPoint 0x{'ab' * 20} is not supported"),
        (f"operation 0x{'ab' * 32} is known", "", f"operation 0x{'ab' * 32} is known"),
        ("0xAA24", "", "0xAA24"),
        ("execution reverted", "0xdeadbeef01", "a call was reverted with 0xdeadbeef01"),
        ("reverted with reason: 0x", "", "a call was reverted without a reason"),
    ],
)  # fmt: skip
def test_what_a_node_or_a_bundler_says_of_a_refusal(text: str, data: str, words: str) -> None:
    assert refused(text, data) == words


def test_only_an_entry_points_own_refusal_is_one_of_the_nonce() -> None:
    assert is_nonce_refusal(returned("FailedOp(uint256,string)", 0, "AA25 invalid account nonce"))
    assert not is_nonce_refusal(returned("FailedOp(uint256,string)", 0, "AA24 signature error"))
    assert not is_nonce_refusal(returned("Error(string)", "AA25 says a venue"))
    assert not is_nonce_refusal(returned("FailedOp(uint256,string)", 0, "AA25")[:40])


@pytest.mark.parametrize(
    ("check", "value", "bound", "words"),
    [
        (Check.ORDER_SIZE, 6 * 10**18, 5 * 10**18,
         "line 12: `limit order size <= 5 ETH` does not hold on chain: 6 ETH against 5 ETH"),
        (Check.BOUGHT_TOO_DEAR, 4 * 10**6, 3 * 10**6,
         "line 13: `limit order slippage <= 30 bps` does not hold on chain: 0.4 % against 0.3 %"),
        (Check.TOP_UP, -1_500_001, 1_500_000,
         "line 14: `limit topup <= 1.5 USDC` does not hold on chain: -1.500001 USDC against 1.5 USDC"),
        (Check.PAUSED, 0, 0, "the guard is paused; its account resumes it"),
        (Check.NO_PRICE, 0, 0, "the guard refuses (no price): 0 against 0"),
        (Check.FLOW + 1, 7, 6, "the guard refuses (flow 2): 7 against 6"),
    ],
)  # fmt: skip
def test_a_guards_refusal_names_the_limit_and_its_line(
    check: int, value: int, bound: int, words: str
) -> None:
    data = returned("Refused(uint256,int256,int256)", check, value, bound)
    assert explained(returned("ExecuteError(uint256,bytes)", 0, data), guard_words(PLAN)) == (
        f"call 1 of the batch: {words}"
    )


@given(st.sampled_from([GUARD, NESTED]), st.integers(0, 300), st.binary(max_size=40))
def test_any_bytes_are_explained(data: bytes, cut: int, tail: bytes) -> None:
    assert explained(data[:cut] + tail)


def test_a_reason_nested_without_end_is_cut() -> None:
    data = b""
    for _ in range(40):
        data = returned("ExecuteError(uint256,bytes)", 0, data)
    assert len(explained(data)) < 700
