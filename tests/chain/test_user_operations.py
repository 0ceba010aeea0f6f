"""Our own user operations on the real EntryPoints: the hash is theirs, and what we batch and sign settles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from eth_account import Account as Key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stratc.runtime.addresses import parsed
from stratc.runtime.chain.contract import Contract
from stratc.runtime.chain.receipts import receipt_of
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.anvil import CHAIN_ID
from stratc.runtime.devnet.deployer import GAS, Deployer
from stratc.runtime.devnet.parts import tokens
from stratc.runtime.devnet.people import BUNDLER, DELEGATING, LIQUIDITY, TRADER
from stratc.runtime.devnet.world import World
from stratc.runtime.execution.userop.abi import Call
from stratc.runtime.execution.userop.accounts import (
    Account,
    Erc7579,
    Safe4337,
    Simple07,
    Simple08,
    Simple7702,
)
from stratc.runtime.execution.userop.accounts.base import Opening
from stratc.runtime.execution.userop.accounts.simple_07 import create_account
from stratc.runtime.execution.userop.entry_points import EntryPoint, Version
from stratc.runtime.execution.userop.handle_ops import handle_ops
from stratc.runtime.execution.userop.hash import user_op_hash
from stratc.runtime.execution.userop.operation import UserOperation, nonce_of
from stratc.runtime.execution.userop.packing import packed

RICH = 1_000 * tokens.DOLLAR


@dataclass(frozen=True)
class Case:
    """One kind of account at one EntryPoint."""

    name: str
    version: Version
    account: Callable[[World], Account]
    key: str = TRADER.key

    def contract(self, world: World) -> Contract:
        """The EntryPoint."""
        return world.entry_points.v07 if self.version == "0.7" else world.entry_points.v08

    def entry_point(self, world: World) -> EntryPoint:
        """The same as operations are hashed for it."""
        return EntryPoint(parsed(self.contract(world).address), self.version, CHAIN_ID)


def _at(contract: Contract) -> bytes:
    return parsed(contract.address)


def _safe(world: World) -> Account:
    accounts = world.accounts
    return Safe4337(_at(accounts.safe), _at(accounts.safe_module), _at(accounts.safe_multi_send))


def _new(factory: Contract, rpc: Rpc, salt: int) -> tuple[bytes, Opening]:
    """Where the factory would put the trader's account of that salt, and what makes it."""
    address = bytes.fromhex(factory.call(rpc, "getAddress", TRADER.address, salt)[2:])
    return address, Opening(_at(factory), create_account(parsed(TRADER.address), salt))


CASES = [
    Case("simple-0.7", "0.7", lambda w: Simple07(_at(w.accounts.simple_07))),
    Case("simple-0.8", "0.8", lambda w: Simple08(_at(w.accounts.simple_08))),
    Case(
        "simple-7702",
        "0.8",
        lambda w: Simple7702(_at(w.accounts.simple_7702), _at(w.accounts.simple_7702_code)),
        DELEGATING.key,
    ),
    Case("safe", "0.7", _safe),
    *(
        Case(f"erc7579-{name}-{signing}", version, made)
        for name, version, account in (
            ("0.7", "0.7", lambda w: w.accounts.modular_07),
            ("0.8", "0.8", lambda w: w.accounts.modular_08),
        )
        for signing in ("raw", "personal")
        for made in [
            lambda w, account=account, signing=signing: Erc7579(
                _at(account(w)), _at(w.accounts.owner_validator), signing
            )
        ]
    ),
]
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@EACH
@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_hash_is_the_one_the_chain_computes(
    rpc: Rpc, world: World, case: Case, data: st.DataObject
) -> None:
    account = case.account(world)
    gas, fee, text = st.integers(0, 2**128 - 1), st.integers(0, 2**128 - 1), st.binary(max_size=100)
    opening = account.opening()
    operation = UserOperation(
        sender=account.address,
        nonce=nonce_of(
            account.nonce_key(data.draw(st.integers(0, 2**32 - 1))), data.draw(st.integers(0, 2**64 - 1))
        ),
        call_data=data.draw(text),
        call_gas_limit=data.draw(gas),
        verification_gas_limit=data.draw(gas),
        pre_verification_gas=data.draw(st.integers(0, 2**256 - 1)),
        max_fee_per_gas=data.draw(fee),
        max_priority_fee_per_gas=data.draw(fee),
        factory=opening.factory,
        factory_data=opening.factory_data,
        delegate=opening.delegate,
        paymaster=data.draw(st.sampled_from([b"", bytes(range(20))])),
        signature=data.draw(text),
    )
    on_chain = case.contract(world).call(rpc, "getUserOpHash", tuple(packed(operation, case.version)))
    assert user_op_hash(operation, case.entry_point(world)) == on_chain


@EACH
@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_batch_we_sign_settles(rpc: Rpc, deployer: Deployer, world: World, case: Case, count: int) -> None:
    account = _funded(deployer, world, case)
    (event,) = _settled(rpc, world, case, account, _transfers(world, [7] * count))
    assert event["success"] is True
    assert world.tokens.usdc.call(rpc, "balanceOf", _hex(account)) == RICH - 7 * count


@EACH
def test_a_batch_with_one_failing_call_does_nothing(
    rpc: Rpc, deployer: Deployer, world: World, case: Case
) -> None:
    account = _funded(deployer, world, case)
    (event,) = _settled(rpc, world, case, account, _transfers(world, [7, RICH, 7]))
    assert event["success"] is False
    assert world.tokens.usdc.call(rpc, "balanceOf", _hex(account)) == RICH


@EACH
def test_lanes_do_not_wait_for_each_other(rpc: Rpc, deployer: Deployer, world: World, case: Case) -> None:
    account = _funded(deployer, world, case)
    for lane in (3, 0, 9):
        (event,) = _settled(rpc, world, case, account, _transfers(world, [1]), lane)
        assert event["success"] is True
        assert event["nonce"] == nonce_of(account.nonce_key(lane), 0)


@pytest.mark.parametrize("version", ["0.7", "0.8"])
def test_the_first_operation_makes_the_account(
    rpc: Rpc, deployer: Deployer, world: World, version: Version
) -> None:
    accounts = world.accounts
    factory = accounts.simple_factory_07 if version == "0.7" else accounts.simple_factory_08
    address, opening = _new(factory, rpc, salt=77)
    account = (Simple07 if version == "0.7" else Simple08)(address, opening)
    case = Case("new", version, lambda w: account)
    assert rpc.call("eth_getCode", _hex(account), "latest") == "0x"
    _funded(deployer, world, case)
    (event,) = _settled(rpc, world, case, account, _transfers(world, [7]))
    assert event["success"] is True
    assert rpc.call("eth_getCode", _hex(account), "latest") != "0x"
    assert world.tokens.usdc.call(rpc, "balanceOf", _hex(account)) == RICH - 7


def _funded(deployer: Deployer, world: World, case: Case) -> Account:
    account = case.account(world)
    deployer.send(case.contract(world), "depositTo", _hex(account), value=10**19)
    tokens.give(deployer, world.tokens, _hex(account), usdc=RICH)
    return account


def _transfers(world: World, amounts: list[int]) -> list[Call]:
    usdc = world.tokens.usdc
    return [
        Call(_at(usdc), 0, bytes.fromhex(usdc.data("transfer", LIQUIDITY.address, amount)[2:]))
        for amount in amounts
    ]


def _settled(
    rpc: Rpc, world: World, case: Case, account: Account, calls: list[Call], lane: int = 0
) -> list[dict[str, Any]]:
    """Signed, sent by the bundler as call data of ours; the EntryPoint's events."""
    contract, key = case.contract(world), account.nonce_key(lane)
    opening = account.opening()
    unsigned = UserOperation(
        sender=account.address,
        nonce=contract.call(rpc, "getNonce", _hex(account), key),
        call_data=account.batch(calls),
        call_gas_limit=2_000_000,
        verification_gas_limit=2_000_000,
        pre_verification_gas=100_000,
        max_fee_per_gas=10**11,
        max_priority_fee_per_gas=10**9,
        factory=opening.factory,
        factory_data=opening.factory_data,
        delegate=opening.delegate,
    )
    digest = account.digest(unsigned, case.entry_point(world))
    signature = bytes(Key.unsafe_sign_hash(digest, case.key).signature)
    signed = unsigned._replace(signature=account.sealed(signature))
    data = handle_ops([signed], parsed(BUNDLER.address), case.version)
    sent = {"from": BUNDLER.address, "to": contract.address, "data": "0x" + data.hex(), "gas": hex(GAS)}
    receipt = receipt_of(rpc, rpc.call("eth_sendTransaction", sent))
    assert receipt["status"] == "0x1"
    return contract.events(receipt, "UserOperationEvent")


def _hex(account: Account) -> str:
    return "0x" + account.address.hex()
