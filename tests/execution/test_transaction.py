"""Transactions against eth-account: the same bytes, and the sender that signed."""

from __future__ import annotations

import pytest
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from stratc.runtime.execution.transaction import Transaction, rlp, signed
from stratc.runtime.execution.userop.errors import OperationError
from stratc.runtime.execution.userop.secret import Secret
from stratc.runtime.execution.userop.signer import LocalSigner

KEY = bytes(range(1, 33))
SIGNER = LocalSigner(Secret(KEY))
small, word = st.integers(0, 2**64 - 1), st.integers(0, 2**200)
transactions = st.builds(
    Transaction,
    chain_id=st.integers(1, 2**63),
    nonce=small,
    tip=word,
    max_fee=word,
    gas=small,
    to=st.binary(min_size=20, max_size=20),
    value=word,
    data=st.binary(max_size=300),
)


@given(transactions)
@settings(max_examples=60, deadline=None)
def test_the_bytes_are_those_of_eth_account(made: Transaction) -> None:
    tip = min(made.tip, made.max_fee)
    made = made._replace(tip=tip)
    theirs = Account.sign_transaction(
        {
            "type": 2,
            "chainId": made.chain_id,
            "nonce": made.nonce,
            "maxPriorityFeePerGas": made.tip,
            "maxFeePerGas": made.max_fee,
            "gas": made.gas,
            "to": made.to,
            "value": made.value,
            "data": made.data,
        },
        KEY,
    )
    ours = signed(made, SIGNER)
    assert ours.data == bytes(theirs.raw_transaction)
    assert ours.hash == bytes(theirs.hash)


@pytest.mark.parametrize(
    ("item", "told"),
    [(b"", "80"), (b"\x7f", "7f"), (b"\x80", "8180"), ([], "c0"), ([b"", [b"a"]], "c380c161")],
)
def test_rlp_of_small_things(item: list[bytes] | bytes, told: str) -> None:
    assert rlp(item).hex() == told  # type: ignore[arg-type]  # a list of bytes is a list of items


def test_a_negative_number_has_no_encoding() -> None:
    with pytest.raises(OperationError, match="cannot hold -1"):
        signed(Transaction(1, -1, 0, 0, 0, bytes(20), 0, b""), SIGNER)
