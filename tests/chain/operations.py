"""User operations put together the long way, from the contracts' own interfaces: what the tests compare with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import encode
from eth_abi.packed import encode_packed
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_utils.crypto import keccak

from stratc.runtime.chain.contract import Contract
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.people import BUNDLER, DELEGATING, TRADER
from stratc.runtime.devnet.world import World

Call = tuple[str, int, bytes]
"""To, wei, data."""
Operation = tuple[str, int, bytes, bytes, bytes, int, bytes, bytes, bytes]
"""The packed form that EntryPoints take."""

BATCH_MODE = b"\x01" + bytes(31)
SAFE_OPERATION = (
    "SafeOp(address safe,uint256 nonce,bytes initCode,bytes callData,uint128 verificationGasLimit,"
    "uint128 callGasLimit,uint256 preVerificationGas,uint128 maxPriorityFeePerGas,uint128 maxFeePerGas,"
    "bytes paymasterAndData,uint48 validAfter,uint48 validUntil,address entryPoint)"
)


@dataclass(frozen=True)
class Kind:
    """How one kind of account is spoken to."""

    name: str
    account: Callable[[World], Contract]
    entry_point: Callable[[World], Contract]
    batch: Callable[[World, Sequence[Call]], bytes]
    sign: Callable[[World, Operation, bytes], bytes]
    nonce_key: Callable[[World], int] = lambda world: 0


def build(rpc: Rpc, world: World, kind: Kind, calls: Sequence[Call], gas: int = 3_000_000) -> Operation:
    """An operation that makes the calls, signed over the hash the EntryPoint itself gives."""
    entry_point, account = kind.entry_point(world), kind.account(world)
    unsigned: Operation = (
        account.address,
        entry_point.call(rpc, "getNonce", account.address, kind.nonce_key(world)),
        b"",
        kind.batch(world, calls),
        _pair(1_000_000, gas),
        100_000,
        _pair(10**9, 10**11),
        b"",
        bytes(12) if kind.name == "safe" else b"",
    )
    digest = entry_point.call(rpc, "getUserOpHash", unsigned)
    return (*unsigned[:8], kind.sign(world, unsigned, digest))


def handle(rpc: Rpc, world: World, kind: Kind, operations: Sequence[Operation]) -> list[dict[str, Any]]:
    """Send them through the EntryPoint as a bundler does; the events that tell how each ended."""
    entry_point = kind.entry_point(world)
    receipt = Deployer(rpc, BUNDLER.address).send(entry_point, "handleOps", operations, BUNDLER.address)
    return entry_point.events(receipt, "UserOperationEvent")


def fund(deployer: Deployer, world: World, kind: Kind, wei: int = 10**19) -> None:
    """Pay for the account's operations in advance."""
    deployer.send(kind.entry_point(world), "depositTo", kind.account(world).address, value=wei)


def call(contract: Contract, function: str, *arguments: Any, value: int = 0) -> Call:
    """One call of a batch."""
    return contract.address, value, bytes.fromhex(contract.data(function, *arguments)[2:])


def _pair(high: int, low: int) -> bytes:
    return high.to_bytes(16, "big") + low.to_bytes(16, "big")


def _hex(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def _batch_07(world: World, calls: Sequence[Call]) -> bytes:
    to, wei, data = ([c[i] for c in calls] for i in range(3))
    return _hex(world.accounts.simple_07.data("executeBatch", to, wei, data))


def _batch_08(world: World, calls: Sequence[Call]) -> bytes:
    return _hex(world.accounts.simple_08.data("executeBatch", calls))


def _batch_7579(world: World, calls: Sequence[Call]) -> bytes:
    listed = encode(["(address,uint256,bytes)[]"], [calls])
    return _hex(world.accounts.modular_08.data("execute", BATCH_MODE, listed))


def _batch_safe(world: World, calls: Sequence[Call]) -> bytes:
    packed = b"".join(
        encode_packed(["uint8", "address", "uint256", "uint256", "bytes"], [0, to, wei, len(data), data])
        for to, wei, data in calls
    )
    sender = world.accounts.safe_multi_send
    inner = _hex(sender.data("multiSend", packed))
    return _hex(world.accounts.safe_module.data("executeUserOp", sender.address, 0, inner, 1))


def _message(key: str) -> Callable[[World, Operation, bytes], bytes]:
    return lambda world, operation, digest: bytes(Account.sign_message(encode_defunct(digest), key).signature)


def _raw(key: str) -> Callable[[World, Operation, bytes], bytes]:
    return lambda world, operation, digest: bytes(Account.unsafe_sign_hash(digest, key).signature)


def _sign_safe(world: World, operation: Operation, digest: bytes) -> bytes:
    """Over the module's own EIP-712 structure; valid from and until are both 0, which is always."""
    sender, nonce, init, data, limits, extra, fees, paymaster, _ = operation
    entry_point, module = world.entry_points.v07.address, world.accounts.safe_module.address
    structure = encode(
        [
            "bytes32",
            "address",
            "uint256",
            *["bytes32"] * 2,
            *["uint256"] * 5,
            "bytes32",
            *["uint256"] * 2,
            "address",
        ],
        [
            keccak(text=SAFE_OPERATION),
            sender,
            nonce,
            keccak(init),
            keccak(data),
            int.from_bytes(limits[:16], "big"),
            int.from_bytes(limits[16:], "big"),
            extra,
            int.from_bytes(fees[:16], "big"),
            int.from_bytes(fees[16:], "big"),
            keccak(paymaster),
            0,
            0,
            entry_point,
        ],
    )
    domain = keccak(
        encode(
            ["bytes32", "uint256", "address"],
            [keccak(text="EIP712Domain(uint256 chainId,address verifyingContract)"), 31337, module],
        )
    )
    return bytes(12) + _raw(TRADER.key)(world, operation, keccak(b"\x19\x01" + domain + keccak(structure)))


def _validator(world: World) -> int:
    return int(world.accounts.owner_validator.address, 16) << 32


KINDS = (
    Kind(
        "simple-0.7",
        lambda world: world.accounts.simple_07,
        lambda world: world.entry_points.v07,
        _batch_07,
        _message(TRADER.key),
    ),
    Kind(
        "simple-0.8",
        lambda world: world.accounts.simple_08,
        lambda world: world.entry_points.v08,
        _batch_08,
        _raw(TRADER.key),
    ),
    Kind(
        "simple-7702",
        lambda world: world.accounts.simple_7702,
        lambda world: world.entry_points.v08,
        _batch_08,
        _raw(DELEGATING.key),
    ),
    Kind(
        "safe",
        lambda world: world.accounts.safe,
        lambda world: world.entry_points.v07,
        _batch_safe,
        _sign_safe,
    ),
    Kind(
        "erc7579-0.7",
        lambda world: world.accounts.modular_07,
        lambda world: world.entry_points.v07,
        _batch_7579,
        _message(TRADER.key),
        _validator,
    ),
    Kind(
        "erc7579-0.8",
        lambda world: world.accounts.modular_08,
        lambda world: world.entry_points.v08,
        _batch_7579,
        _message(TRADER.key),
        _validator,
    ),
)
"""Every kind of account on the local chain, with every EntryPoint it works with."""
