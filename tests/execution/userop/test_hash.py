from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from eth_hash.auto import keccak
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.addresses import checksummed
from stratc.runtime.execution.userop.entry_points import CANONICAL, VERSIONS, EntryPoint, Version, version_at
from stratc.runtime.execution.userop.errors import OperationError
from stratc.runtime.execution.userop.hash import user_op_hash
from stratc.runtime.execution.userop.operation import DELEGATED, UserOperation, key_and_sequence, nonce_of
from stratc.runtime.execution.userop.packing import PAYMASTER_MAGIC, paymaster_and_data
from tests.execution.userop import slow

OWN = json.loads((Path(__file__).parent / "vectors.json").read_text())["vectors"]


def at(version: Version, chain_id: int = 1) -> EntryPoint:
    return EntryPoint(bytes.fromhex(CANONICAL[version][2:]), version, chain_id)


def of_json(told: dict[str, Any]) -> UserOperation:
    """An operation as JSON-RPC writes it; v0.6 has its two packed fields."""

    def number(name: str) -> int:
        return int(told.get(name, "0x0"), 16)

    def data(name: str) -> bytes:
        return bytes.fromhex(told.get(name, "0x")[2:])

    code, paid = data("initCode"), data("paymasterAndData")
    return UserOperation(
        sender=data("sender"),
        nonce=number("nonce"),
        call_data=data("callData"),
        call_gas_limit=number("callGasLimit"),
        verification_gas_limit=number("verificationGasLimit"),
        pre_verification_gas=number("preVerificationGas"),
        max_fee_per_gas=number("maxFeePerGas"),
        max_priority_fee_per_gas=number("maxPriorityFeePerGas"),
        factory=DELEGATED if told.get("factory") == "0x7702" else data("factory") or code[:20],
        factory_data=data("factoryData") or code[20:],
        delegate=bytes.fromhex(told["authorization"]["address"][2:]) if "authorization" in told else b"",
        paymaster=data("paymaster") or paid[:20],
        paymaster_verification_gas_limit=number("paymasterVerificationGasLimit"),
        paymaster_post_op_gas_limit=number("paymasterPostOpGasLimit"),
        paymaster_data=data("paymasterData") or paid[20:],
        paymaster_signature=data("paymasterSignature"),
        signature=data("signature"),
    )


def hash_of(vector: dict[str, Any]) -> str:
    place = bytes.fromhex(vector["entryPointAddress"][2:])
    entry_point = EntryPoint(place, vector["entryPointVersion"], vector["chainId"])
    return "0x" + user_op_hash(of_json(vector["userOperation"]), entry_point).hex()


def test_published_vectors(shared: Path) -> None:
    file = shared / "data" / "erc4337_userop_hash_vectors.json"
    if not file.is_file():
        pytest.skip("no published vectors beside the checkout")
    vectors = json.loads(file.read_text())["vectors"]
    assert {v["entryPointVersion"] for v in vectors} == {"0.6", "0.7", "0.8", "0.9"}
    assert {v["name"]: hash_of(v) for v in vectors} == {v["name"]: v["expected_hash"] for v in vectors}


@pytest.mark.parametrize("vector", OWN, ids=[vector["name"] for vector in OWN])
def test_vectors_of_our_own(vector: dict[str, Any]) -> None:
    assert hash_of(vector) == vector["expected_hash"]
    place = bytes.fromhex(vector["entryPointAddress"][2:])
    entry_point = EntryPoint(place, vector["entryPointVersion"], vector["chainId"])
    assert (
        "0x" + slow.user_op_hash(of_json(vector["userOperation"]), entry_point).hex()
        == vector["expected_hash"]
    )


@pytest.mark.parametrize("version", VERSIONS)
@given(data=st.data(), chain_id=st.integers(1, 2**64), place=slow.addresses)
def test_the_same_as_the_slow_way(version: Version, data: st.DataObject, chain_id: int, place: bytes) -> None:
    operation = data.draw(slow.operations(version))
    entry_point = EntryPoint(place, version, chain_id)
    assert user_op_hash(operation, entry_point) == slow.user_op_hash(operation, entry_point)


@pytest.mark.parametrize("version", VERSIONS)
@given(data=st.data())
def test_every_field_but_signatures_changes_the_hash(version: Version, data: st.DataObject) -> None:
    operation = data.draw(slow.operations(version))._replace(
        factory=b"\x11" * 20, delegate=b"", paymaster=b"\x22" * 20, paymaster_signature=b""
    )
    before = user_op_hash(operation, at(version))
    numbers = [name for name, value in operation._asdict().items() if isinstance(value, int)]
    for name in numbers:
        if version == "0.6" and name.startswith("paymaster"):
            continue  # part of the data there
        changed = operation._replace(**{name: getattr(operation, name) ^ 1})
        assert user_op_hash(changed, at(version)) != before, name
    for name in ("sender", "call_data", "factory", "factory_data", "paymaster", "paymaster_data"):
        value = getattr(operation, name)
        changed = operation._replace(**{name: bytes([value[0] ^ 1]) + value[1:] if value else b"\x01"})
        assert user_op_hash(changed, at(version)) != before, name
    assert user_op_hash(operation._replace(signature=b"other"), at(version)) == before
    assert user_op_hash(operation, at(version, 2)) != before


def test_a_paymaster_signs_beside_the_account_in_v09() -> None:
    operation = UserOperation(b"\1" * 20, 0, b"", paymaster=b"\2" * 20, paymaster_data=b"data")
    hashes = {
        user_op_hash(operation._replace(paymaster_signature=signature), at("0.9"))
        for signature in (b"one", b"another one", b"x" * 65535)
    }
    assert len(hashes) == 1
    assert user_op_hash(operation, at("0.9")) not in hashes  # that one says at its end that it is signed
    with pytest.raises(OperationError, match="65536 bytes; it may have 65535"):
        user_op_hash(operation._replace(paymaster_signature=b"x" * 65536), at("0.9"))
    with pytest.raises(OperationError, match=r"v0\.8 has no paymaster_signature"):
        user_op_hash(operation._replace(paymaster_signature=b"one"), at("0.8"))


def test_a_signature_inside_the_paymasters_data_is_found_as_the_contract_finds_it() -> None:
    bare = UserOperation(b"\1" * 20, 0, b"", paymaster=b"\2" * 20, paymaster_data=b"data")
    apart = bare._replace(paymaster_signature=b"signed")
    inside = bare._replace(paymaster_data=paymaster_and_data(apart, "0.9")[52:])
    assert user_op_hash(inside, at("0.9")) == user_op_hash(apart, at("0.9"))
    assert user_op_hash(inside, at("0.8")) == slow.user_op_hash(inside, at("0.8"))  # no such rule there
    lying = bare._replace(paymaster_data=b"\xff\xff" + PAYMASTER_MAGIC)
    with pytest.raises(OperationError, match="signature of 65535 bytes, and is shorter"):
        user_op_hash(lying, at("0.9"))
    empty = bare._replace(paymaster_data=b"\0\0" + PAYMASTER_MAGIC)
    assert user_op_hash(empty, at("0.9")) == slow.user_op_hash(empty, at("0.9"))
    assert PAYMASTER_MAGIC == keccak(b"PaymasterSignature")[:8]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("sender", b"short", "sender has 5 bytes"),
        ("nonce", -1, "nonce is -1"),
        ("nonce", 2**256, "it must lie in 0 .. 2\\^256 - 1"),
        ("call_gas_limit", 2**128, "call_gas_limit is 340"),
        ("verification_gas_limit", -5, "verification_gas_limit is -5"),
        ("max_fee_per_gas", 2**128, "max_fee_per_gas is 340"),
        ("max_priority_fee_per_gas", 2**200, "max_priority_fee_per_gas"),
        ("pre_verification_gas", -1, "pre_verification_gas is -1"),
        ("factory", b"\1" * 19, "factory has 19 bytes"),
        ("factory_data", b"x", "without a factory"),
        ("paymaster", b"\1" * 21, "paymaster has 21 bytes"),
        ("paymaster_data", b"x", "without a paymaster"),
        ("factory", DELEGATED, "delegate has 0 bytes"),
    ],
)
def test_what_does_not_fit_is_named(field: str, value: object, said: str) -> None:
    operation = UserOperation(b"\1" * 20, 0, b"")._replace(**{field: value})  # type: ignore[arg-type]  # on purpose
    with pytest.raises(OperationError, match=said):
        user_op_hash(operation, at("0.8"))


@pytest.mark.parametrize("version", ["0.6", "0.7"])
def test_delegated_accounts_need_v08(version: Version) -> None:
    operation = UserOperation(b"\1" * 20, 0, b"", factory=DELEGATED, delegate=b"\3" * 20)
    with pytest.raises(OperationError, match=r"deploy to v0\.8 or later"):
        user_op_hash(operation, at(version))


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(OperationError, match=r"no EntryPoint v1\.0; the versions are 0\.6, 0\.7, 0\.8, 0\.9"):
        user_op_hash(UserOperation(b"\1" * 20, 0, b""), EntryPoint(b"\2" * 20, "1.0", 1))  # type: ignore[arg-type]  # on purpose


def test_the_canonical_entry_points_are_known_by_address() -> None:
    for version, address in CANONICAL.items():
        assert version_at(bytes.fromhex(address[2:])) == version
        assert checksummed(bytes.fromhex(address[2:])) == address
    assert version_at(b"\1" * 20) is None


@given(key=st.integers(0, 2**192 - 1), sequence=st.integers(0, 2**64 - 1))
def test_nonces_are_key_and_sequence(key: int, sequence: int) -> None:
    assert key_and_sequence(nonce_of(key, sequence)) == (key, sequence)


def test_nonces_stay_in_their_bits() -> None:
    with pytest.raises(OperationError, match="nonce's sequence is 18446744073709551616"):
        nonce_of(0, 2**64)
    with pytest.raises(OperationError, match="nonce's key is -1"):
        nonce_of(-1, 0)
