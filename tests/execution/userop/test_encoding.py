"""What goes out: handleOps, JSON-RPC, authorizations."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import encode
from eth_account import Account as EthAccount
from eth_hash.auto import keccak
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.addresses import checksummed
from stratc.runtime.execution.userop.authorization import authorization_digest, authorized
from stratc.runtime.execution.userop.entry_points import VERSIONS, Version
from stratc.runtime.execution.userop.errors import OperationError
from stratc.runtime.execution.userop.handle_ops import handle_ops
from stratc.runtime.execution.userop.operation import DELEGATED, UserOperation
from stratc.runtime.execution.userop.packing import packed
from stratc.runtime.execution.userop.rpc_form import to_rpc
from stratc.runtime.execution.userop.secret import Secret
from stratc.runtime.execution.userop.signer import LocalSigner
from tests.execution.userop import slow
from tests.execution.userop.slow import text
from tests.execution.userop.test_hash import of_json

TUPLE = "(address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes)"
TUPLE_06 = "(address,uint256,bytes,bytes,uint256,uint256,uint256,uint256,uint256,bytes,bytes)"


@pytest.mark.parametrize("version", ["0.7", "0.8", "0.9"])
@given(data=st.data(), to=slow.addresses)
def test_handle_ops(version: Version, data: st.DataObject, to: bytes) -> None:
    operations = data.draw(st.lists(slow.operations(version), max_size=3))
    rows = [(text(p.sender), *p[1:]) for p in (packed(op, version) for op in operations)]
    wanted = encode([f"{TUPLE}[]", "address"], [rows, text(to)])
    head = keccak(f"handleOps({TUPLE}[],address)".encode())[:4]
    assert handle_ops(operations, to, version) == head + wanted


@given(operations=st.lists(slow.operations("0.6"), max_size=3), to=slow.addresses)
def test_handle_ops_of_v06(operations: list[UserOperation], to: bytes) -> None:
    rows = [
        (
            text(op.sender),
            op.nonce,
            op.factory + op.factory_data,
            op.call_data,
            op.call_gas_limit,
            op.verification_gas_limit,
            op.pre_verification_gas,
            op.max_fee_per_gas,
            op.max_priority_fee_per_gas,
            op.paymaster + op.paymaster_data,
            op.signature,
        )
        for op in operations
    ]
    head = keccak(f"handleOps({TUPLE_06}[],address)".encode())[:4]
    assert handle_ops(operations, to, "0.6") == head + encode([f"{TUPLE_06}[]", "address"], [rows, text(to)])


def test_v06_is_not_packed() -> None:
    with pytest.raises(OperationError, match="name v0.7 or later".replace(".", r"\.")):
        packed(UserOperation(b"\1" * 20, 0, b""), "0.6")


@pytest.mark.parametrize("version", VERSIONS)
@given(data=st.data())
def test_json_says_all_of_an_operation(version: Version, data: st.DataObject) -> None:
    operation = data.draw(slow.operations(version))
    told: dict[str, Any] = to_rpc(operation, version)
    if operation.factory == DELEGATED:
        told["authorization"] = {"address": checksummed(operation.delegate)}
    if version == "0.6":
        operation = operation._replace(paymaster_verification_gas_limit=0, paymaster_post_op_gas_limit=0)
    assert of_json(told) == operation


def test_an_authorization_goes_along() -> None:
    operation = UserOperation(b"\1" * 20, 0, b"", factory=DELEGATED, delegate=b"\5" * 20)
    told = to_rpc(operation, "0.8", authorized(LocalSigner(Secret(b"\7" * 32)), 31337, b"\5" * 20, 4))
    assert told["factory"] == "0x7702"
    assert told["eip7702Auth"]["address"] == checksummed(b"\5" * 20)  # type: ignore[index]  # it is a dict


@given(
    chain=st.integers(0, 2**64 - 1),
    nonce=st.integers(0, 2**64 - 1),
    key=st.integers(1, 2**255),
    to=slow.addresses,
)
def test_authorizations_are_those_of_eth_account(chain: int, nonce: int, key: int, to: bytes) -> None:
    raw = key.to_bytes(32, "big")
    wanted = EthAccount.sign_authorization(
        {"chainId": chain, "address": checksummed(to), "nonce": nonce}, raw
    )
    assert authorization_digest(chain, to, nonce) == wanted.authorization_hash
    told = authorized(LocalSigner(Secret(raw)), chain, to, nonce)
    assert [int(str(told[name]), 16) for name in ("yParity", "r", "s")] == [
        wanted.y_parity,
        wanted.r,
        wanted.s,
    ]


def test_authorizations_that_do_not_fit() -> None:
    with pytest.raises(OperationError, match="nonce is -1"):
        authorization_digest(1, b"\1" * 20, -1)
    with pytest.raises(OperationError, match="delegate has 3 bytes"):
        authorization_digest(1, b"abc", 1)
