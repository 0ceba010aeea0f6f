"""The slow, obvious way: every hash and batch through eth-abi, field by field as the contracts write them."""

from __future__ import annotations

from typing import Any

from eth_abi.abi import encode
from eth_hash.auto import keccak
from hypothesis import strategies as st

from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.operation import DELEGATED, UserOperation

MAGIC = keccak(b"PaymasterSignature")[:8]


def text(address: bytes) -> str:
    return "0x" + address.hex()


def user_op_hash(op: UserOperation, entry_point: EntryPoint) -> bytes:
    if entry_point.version == "0.6":
        return _placed(_struct_06(op), entry_point)
    if entry_point.version == "0.7":
        return _placed(encode(FIELDS, fields(op, keccak(op.factory + op.factory_data), False)), entry_point)
    delegated = op.factory == DELEGATED
    code = (op.delegate if delegated else op.factory) + op.factory_data
    body = encode(FIELDS, fields(op, keccak(code), entry_point.version == "0.9"))
    domain_type = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    domain = encode(
        ["bytes32", "bytes32", "bytes32", "uint256", "address"],
        [
            keccak(domain_type),
            keccak(b"ERC4337"),
            keccak(b"1"),
            entry_point.chain_id,
            text(entry_point.address),
        ],
    )
    return keccak(b"\x19\x01" + keccak(domain) + keccak(keccak(OPERATION) + body))


FIELDS = ["address", "uint256", "bytes32", "bytes32", "bytes32", "uint256", "bytes32", "bytes32"]
OPERATION = (
    b"PackedUserOperation(address sender,uint256 nonce,bytes initCode,bytes callData,bytes32 accountGasLimits,"
    b"uint256 preVerificationGas,bytes32 gasFees,bytes paymasterAndData)"
)


def fields(op: UserOperation, code: bytes, mark_signature: bool) -> list[Any]:
    limits = encode(["uint256"], [op.verification_gas_limit * 2**128 + op.call_gas_limit])
    fees = encode(["uint256"], [op.max_priority_fee_per_gas * 2**128 + op.max_fee_per_gas])
    paid = b""
    if op.paymaster:
        paid = op.paymaster
        paid += encode(["uint256"], [op.paymaster_verification_gas_limit])[16:]
        paid += encode(["uint256"], [op.paymaster_post_op_gas_limit])[16:] + op.paymaster_data
        if mark_signature and op.paymaster_signature:
            paid += MAGIC
    hashes = keccak(op.call_data), limits, op.pre_verification_gas, fees, keccak(paid)
    return [text(op.sender), op.nonce, code, *hashes]


def _struct_06(op: UserOperation) -> bytes:
    types = ["address", "uint256", "bytes32", "bytes32", *["uint256"] * 5, "bytes32"]
    code, paid = keccak(op.factory + op.factory_data), keccak(op.paymaster + op.paymaster_data)
    gas = op.call_gas_limit, op.verification_gas_limit, op.pre_verification_gas
    fees = op.max_fee_per_gas, op.max_priority_fee_per_gas
    return encode(types, [text(op.sender), op.nonce, code, keccak(op.call_data), *gas, *fees, paid])


def _placed(struct: bytes, entry_point: EntryPoint) -> bytes:
    where = [keccak(struct), text(entry_point.address), entry_point.chain_id]
    return keccak(encode(["bytes32", "address", "uint256"], where))


addresses = st.binary(min_size=20, max_size=20)
halves = st.integers(0, 2**128 - 1)
words = st.integers(0, 2**256 - 1)
datas = st.binary(max_size=150)


@st.composite
def operations(draw: st.DrawFn, version: str) -> UserOperation:
    """Operations that a version has a place for."""
    factory = draw(st.sampled_from([b"", b"\x11" * 20, *([DELEGATED] if version >= "0.8" else [])]))
    paymaster = draw(st.sampled_from([b"", b"\x22" * 20]))
    return UserOperation(
        sender=draw(addresses),
        nonce=draw(words),
        call_data=draw(datas),
        call_gas_limit=draw(halves),
        verification_gas_limit=draw(halves),
        pre_verification_gas=draw(words),
        max_fee_per_gas=draw(halves),
        max_priority_fee_per_gas=draw(halves),
        factory=factory,
        factory_data=draw(datas) if factory else b"",
        delegate=draw(addresses) if factory == DELEGATED else b"",
        paymaster=paymaster,
        paymaster_verification_gas_limit=draw(halves) if paymaster else 0,
        paymaster_post_op_gas_limit=draw(halves) if paymaster else 0,
        paymaster_data=draw(datas) if paymaster else b"",
        paymaster_signature=draw(datas) if paymaster and version == "0.9" else b"",
        signature=draw(datas),
    )
