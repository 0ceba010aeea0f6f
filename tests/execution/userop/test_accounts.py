from __future__ import annotations

from collections.abc import Sequence

import pytest
from eth_abi.abi import decode, encode
from eth_abi.packed import encode_packed
from eth_account.messages import _hash_eip191_message, encode_defunct, encode_typed_data
from eth_hash.auto import keccak
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.execution.userop.abi import Call
from stratc.runtime.execution.userop.accounts import KINDS, capabilities
from stratc.runtime.execution.userop.accounts.base import Account, Opening
from stratc.runtime.execution.userop.accounts.erc7579 import Erc7579
from stratc.runtime.execution.userop.accounts.safe_4337 import Safe4337, create_proxy
from stratc.runtime.execution.userop.accounts.simple_07 import Simple07, create_account
from stratc.runtime.execution.userop.accounts.simple_08 import Simple08
from stratc.runtime.execution.userop.accounts.simple_7702 import Simple7702
from stratc.runtime.execution.userop.entry_points import CANONICAL, EntryPoint, Version
from stratc.runtime.execution.userop.errors import OperationError
from stratc.runtime.execution.userop.operation import DELEGATED, UserOperation, nonce_of
from tests.execution.userop import slow
from tests.execution.userop.slow import text

OWN, MODULE, SENDER_OF_MANY, VALIDATOR, CODE = (bytes([n]) * 20 for n in range(1, 6))
CALLS = st.lists(st.builds(Call, slow.addresses, slow.words, st.binary(max_size=100)), min_size=1, max_size=5)
EACH: list[Account] = [
    Simple07(OWN),
    Simple08(OWN),
    Simple7702(OWN, CODE),
    Safe4337(OWN, MODULE, SENDER_OF_MANY),
    Erc7579(OWN, VALIDATOR),
]


def at(version: Version) -> EntryPoint:
    return EntryPoint(bytes.fromhex(CANONICAL[version][2:]), version, 31337)


def call(signature: str, *values: object) -> bytes:
    types = signature[signature.index("(") + 1 : -1]
    return keccak(signature.encode())[:4] + encode(_split(types), values)


def _split(types: str) -> list[str]:
    """The types of a signature, tuples whole."""
    parts, depth = [""], 0
    for character in types:
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def tuples(calls: Sequence[Call]) -> list[tuple[str, int, bytes]]:
    return [(text(one.to), one.value, one.data) for one in calls]


def test_every_kind_is_registered() -> None:
    assert {account.kind for account in EACH} == set(KINDS)
    assert all(capabilities(kind).atomic_batch for kind in KINDS)


@given(calls=CALLS)
def test_simple_07_takes_three_arrays(calls: list[Call]) -> None:
    columns = zip(*tuples(calls), strict=True)
    wanted = call("executeBatch(address[],uint256[],bytes[])", *(list(column) for column in columns))
    assert Simple07(OWN).batch(calls) == wanted


@given(calls=CALLS)
def test_simple_08_and_7702_take_an_array_of_calls(calls: list[Call]) -> None:
    wanted = call("executeBatch((address,uint256,bytes)[])", tuples(calls))
    assert Simple08(OWN).batch(calls) == Simple7702(OWN, CODE).batch(calls) == wanted


@given(calls=CALLS)
def test_erc7579_executes_in_a_mode(calls: list[Call]) -> None:
    listed = encode(["(address,uint256,bytes)[]"], [tuples(calls)])
    account = Erc7579(OWN, VALIDATOR)
    assert account.batch(calls) == call("execute(bytes32,bytes)", b"\x01".ljust(32, b"\0"), listed)
    assert account.try_batch(calls) == call("execute(bytes32,bytes)", b"\x01\x01".ljust(32, b"\0"), listed)


@given(calls=CALLS)
def test_a_safe_sends_many_by_multi_send(calls: list[Call]) -> None:
    data = Safe4337(OWN, MODULE, SENDER_OF_MANY).batch(calls)
    execute = "executeUserOpWithErrorString(address,uint256,bytes,uint8)"
    if len(calls) == 1:
        assert data == call(execute, *tuples(calls)[0], 0)
        return
    types = ["uint8", "address", "uint256", "uint256", "bytes"]
    packed = b"".join(encode_packed(types, [0, to, value, len(d), d]) for to, value, d in tuples(calls))
    assert data == call(execute, text(SENDER_OF_MANY), 0, call("multiSend(bytes)", packed), 1)


@pytest.mark.parametrize("account", EACH, ids=lambda account: account.kind)
def test_a_batch_without_a_call_is_refused(account: Account) -> None:
    with pytest.raises(OperationError, match="give at least one call"):
        account.batch([])


@pytest.mark.parametrize("account", EACH, ids=lambda account: account.kind)
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Call(b"\1" * 19, 0, b""), "19 bytes"),
        (Call(b"\1" * 20, -1, b""), "-1 does not fit"),
        (Call(b"\1" * 20, 2**256, b""), "does not fit"),
    ],
)
def test_a_call_that_does_not_fit_is_refused(account: Account, wrong: Call, said: str) -> None:
    with pytest.raises(OperationError, match=said):
        account.batch([Call(b"\2" * 20, 0, b""), wrong])


def operation(account: Account, **more: object) -> UserOperation:
    base = UserOperation(
        account.address, nonce_of(account.nonce_key(3), 7), account.batch([Call(CODE, 1, b"x")])
    )
    gas = {"call_gas_limit": 1, "verification_gas_limit": 2, "pre_verification_gas": 3}
    return base._replace(**gas, max_fee_per_gas=5, max_priority_fee_per_gas=4, **more)  # type: ignore[arg-type]


def test_what_is_signed() -> None:
    simple = operation(Simple07(OWN))
    plain = slow.user_op_hash(simple, at("0.7"))
    personal = _hash_eip191_message(encode_defunct(plain))
    assert Simple07(OWN).digest(simple, at("0.7")) == personal
    typed = slow.user_op_hash(simple, at("0.8"))
    assert Simple08(OWN).digest(simple, at("0.8")) == typed
    assert Simple7702(OWN, CODE).digest(simple, at("0.8")) == typed
    assert Erc7579(OWN, VALIDATOR).digest(simple, at("0.7")) == plain
    assert Erc7579(OWN, VALIDATOR, signing="personal").digest(simple, at("0.7")) == personal


SAFE_OP = {
    "safe": "address",
    "nonce": "uint256",
    "initCode": "bytes",
    "callData": "bytes",
    "verificationGasLimit": "uint128",
    "callGasLimit": "uint128",
    "preVerificationGas": "uint256",
    "maxPriorityFeePerGas": "uint128",
    "maxFeePerGas": "uint128",
    "paymasterAndData": "bytes",
    "validAfter": "uint48",
    "validUntil": "uint48",
    "entryPoint": "address",
}


@given(op=slow.operations("0.7"), after=st.integers(0, 2**48 - 1), until=st.integers(0, 2**48 - 1))
def test_a_safe_signs_its_own_typed_data(op: UserOperation, after: int, until: int) -> None:
    op = op._replace(pre_verification_gas=op.pre_verification_gas % 2**128)
    account = Safe4337(op.sender, MODULE, SENDER_OF_MANY, valid_after=after, valid_until=until)
    limits = [op.paymaster_verification_gas_limit, op.paymaster_post_op_gas_limit]
    paid = (
        op.paymaster + encode_packed(["uint128", "uint128"], limits) + op.paymaster_data
        if op.paymaster
        else b""
    )
    message = {
        "safe": text(op.sender),
        "nonce": op.nonce,
        "initCode": op.factory + op.factory_data,
        "callData": op.call_data,
        "verificationGasLimit": op.verification_gas_limit,
        "callGasLimit": op.call_gas_limit,
        "preVerificationGas": op.pre_verification_gas,
        "maxPriorityFeePerGas": op.max_priority_fee_per_gas,
        "maxFeePerGas": op.max_fee_per_gas,
        "paymasterAndData": paid,
        "validAfter": after,
        "validUntil": until,
        "entryPoint": CANONICAL["0.7"],
    }
    types = {"SafeOp": [{"name": name, "type": kind} for name, kind in SAFE_OP.items()]}
    typed = encode_typed_data({"chainId": 31337, "verifyingContract": text(MODULE)}, types, message)
    assert account.digest(op, at("0.7")) == _hash_eip191_message(typed)
    assert account.sealed(b"s" * 65) == encode_packed(["uint48", "uint48"], [after, until]) + b"s" * 65


def test_nonce_keys() -> None:
    for account in EACH[:-1]:
        assert [account.nonce_key(lane) for lane in (0, 1, 2**192 - 1)] == [0, 1, 2**192 - 1]
    modular = Erc7579(OWN, VALIDATOR)
    nonce = nonce_of(modular.nonce_key(9), 2)
    assert nonce.to_bytes(32, "big") == VALIDATOR + (9).to_bytes(4, "big") + (2).to_bytes(8, "big")
    for account in EACH:
        bits = account.capabilities.lane_bits
        with pytest.raises(OperationError, match=rf"lanes 0 \.\. 2\^{bits} - 1"):
            account.nonce_key(2**bits)


def test_openings() -> None:
    made = Opening(b"\7" * 20, create_account(OWN, 5))
    assert create_account(OWN, 5) == call("createAccount(address,uint256)", text(OWN), 5)
    assert Simple07(OWN, made).opening() == Simple08(OWN, made).opening() == made
    assert Erc7579(OWN, VALIDATOR, first=made).opening() == made
    assert Simple7702(OWN, CODE).opening() == Opening(DELEGATED, b"", CODE)
    assert Simple08(OWN).opening() == Opening()


def test_a_safe_is_made_with_its_module_enabled() -> None:
    data = create_proxy(b"\6" * 20, MODULE, b"\7" * 20, VALIDATOR, 99)
    assert data[:4] == keccak(b"createProxyWithNonce(address,bytes,uint256)")[:4]
    singleton, setup, salt = decode(["address", "bytes", "uint256"], data[4:])
    assert (singleton, salt) == (text(b"\6" * 20), 99)
    nobody = text(bytes(20))
    enable = call("enableModules(address[])", [text(MODULE)])
    types = "address[],uint256,address,bytes,address,address,uint256,address"
    owners = [text(VALIDATOR)]
    wanted = (owners, 1, text(b"\7" * 20), enable, text(MODULE), nobody, 0, nobody)
    assert setup == call(f"setup({types})", *wanted)


@pytest.mark.parametrize("account", EACH, ids=lambda account: account.kind)
def test_a_placeholder_is_as_long_as_a_signature_and_recovers(account: Account) -> None:
    from eth_keys.datatypes import Signature

    assert len(account.placeholder) == len(account.sealed(b"s" * 65))
    signature = account.placeholder[-65:]
    recovered = Signature(signature[:64] + bytes([signature[64] - 27])).recover_public_key_from_msg_hash(
        b"\1" * 32
    )
    assert len(recovered.to_canonical_address()) == 20
