"""A deployment file against the local chain: nothing is said of a right one, and every slip is, with key and fix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stratc.runtime.chain.contract import Contract
from stratc.runtime.chain.deployment_checks import check_deployment
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.deployment import Deployment
from stratc.runtime.deployment_errors import dotted
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.deployment_file import deployment
from stratc.runtime.devnet.world import World
from tests.chain.planned import KINDS, Planned
from tests.execution.bundles import SPOT

NOWHERE = "0x1111111111111111111111111111111111111111"
V07, V08 = "0x0000000071727De22E5E9d8BAf0edAc6f37da032", "0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_said_of_what_is_there(rpc: Rpc, world: World, kind: str) -> None:
    assert check_deployment(rpc, deployment(world, kind)) == []


Slip = Callable[[dict[str, Any], World], object]
SLIPS: dict[str, tuple[Slip, str, str, str]] = {
    "another chain": (
        lambda d, w: d.update(chain_id=1), "chain_id", "is 1, and the chain says 31337", "correct the file",
    ),
    "no router": (
        lambda d, w: d["venues"]["pool"].update(address=NOWHERE), "venues.pool.address",
        f"no contract is at {NOWHERE} on chain 31337", "correct the address",
    ),
    "no account": (
        lambda d, w: d["account"].update(address=NOWHERE), "account.address", "no contract is at",
        "deploy the account, or give factory",
    ),
    "an EntryPoint that the account does not obey": (
        lambda d, w: d["entry_point"].update(address=V07, version="0.7"), "entry_point.address",
        f"is {V07}, and the chain says the one that", "name that one",
    ),
    "no EntryPoint at all": (
        lambda d, w: d["entry_point"].update(address=w.aave.pool.address), "entry_point.address",
        "hashes operations as no EntryPoint does", "v0.6 to v0.9",
    ),
    "a kind of account that it is not": (
        lambda d, w: d["account"].update(address=w.uniswap.pool.address), "account.address",
        "does not answer entryPoint()", "simple_08",
    ),
    "decimals of a token": (
        lambda d, w: d["tokens"]["USDC"].update(decimals=18), "tokens.USDC.decimals", "is 18, and the chain says 6",
        "write decimals = 6",
    ),
    "a token that is none": (
        lambda d, w: d["tokens"]["USDC"].update(address=w.uniswap.pool.address), "tokens.USDC.decimals",
        "does not answer decimals()", "name a token's address",
    ),
    "decimals of an oracle": (
        lambda d, w: d["oracles"]["chainlink"]["ETH/USD"].update(decimals=18), 'oracles.chainlink."ETH/USD".decimals',
        "is 18, and the chain says 8", "write decimals = 8",
    ),
    "an id without a price": (
        lambda d, w: d["oracles"]["pyth"]["ETH/USD"].update(id="0x" + "12" * 32), 'oracles.pyth."ETH/USD".id',
        "has no price of 0x1212", "correct the id",
    ),
    "the fee of a pool": (
        lambda d, w: d["venues"]["pool"].update(fee=3_000), "venues.pool.fee", "is 3000, and the chain says 500",
        "write fee = 500",
    ),
    "a pool of other tokens": (
        lambda d, w: d["venues"]["pool"].update(pool=w.perp.pool.address), "venues.pool.pool", "trades ",
        "name the pool of the program's tokens",
    ),
    "a router of another factory": (
        lambda d, w: d["venues"]["pool"].update(address=w.aave.pool.address), "venues.pool.address",
        "is not one of the pool's factory", "name the SwapRouter02",
    ),
    "a vault of another exchange": (
        lambda d, w: d["venues"]["perp"].update(vault=w.aave.pool.address), "venues.perp.vault",
        "and the chain says", 'write vault = "',
    ),
    "a market that is none": (
        lambda d, w: d["venues"]["perp"].update(market=w.tokens.weth.address), "venues.perp.market", "has no market",
        "name the base token",
    ),
    "an exchange that is none": (
        lambda d, w: d["venues"]["perp"].update(address=w.aave.pool.address), "venues.perp.address",
        "does not answer getVault()", "ClearingHouse",
    ),
    "an options market that is none": (
        lambda d, w: d["venues"]["options"].update(address=w.aave.pool.address), "venues.options.address",
        "does not answer getNumLiveBoards()", "OptionMarket",
    ),
    "a lending market that is none": (
        lambda d, w: d["venues"]["lending"].update(address=w.uniswap.pool.address), "venues.lending.address",
        "does not answer ADDRESSES_PROVIDER()", "Pool of Aave",
    ),
    "a guard that is not deployed": (
        lambda d, w: d.update(guard={"address": NOWHERE}), "guard.address", "no contract is at", "stratc guard",
    ),
    "a guard that is none": (
        lambda d, w: d.update(guard={"address": w.aave.pool.address}), "guard.address", "does not answer ACCOUNT()",
        "the guard's own address",
    ),
}  # fmt: skip


def slipped(at: Deployment, slip: Slip, world: World) -> Deployment:
    told = at.model_dump(exclude_none=True)
    slip(told, world)
    return Deployment.model_validate(told)


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_with_its_key_and_fix(rpc: Rpc, world: World, name: str) -> None:
    slip, key, cause, fix = SLIPS[name]
    found = check_deployment(rpc, slipped(deployment(world, "simple_08"), slip, world))
    assert (key, True, True) in [(dotted(one.path), cause in one.cause, fix in one.fix) for one in found], (
        found
    )


def test_the_version_of_an_entry_point_at_another_address(deployer: Deployer, rpc: Rpc, world: World) -> None:
    """Its code, made once more elsewhere: what it is shows in how it hashes, not in where it is."""
    code = rpc.call("eth_getCode", V07, "latest")
    rpc.call("anvil_setCode", NOWHERE, code)
    at = deployment(world, "simple_07")
    moved = slipped(at, lambda d, w: d["entry_point"].update(address=NOWHERE, version="0.8"), world)
    found = [one for one in check_deployment(rpc, moved) if one.path == ("entry_point", "version")]
    assert [one.fix for one in found] == ['write version = "0.7"']


def test_a_safe_without_its_module(rpc: Rpc, world: World) -> None:
    wrong = slipped(deployment(world, "safe_4337"), lambda d, w: d["account"].update(module=V08), world)
    causes = [one.cause for one in check_deployment(rpc, wrong)]
    assert any("is not enabled in the Safe" in cause for cause in causes)
    assert any("does not answer SUPPORTED_ENTRYPOINT()" in cause for cause in causes)


def test_a_delegation_to_other_code(rpc: Rpc, world: World) -> None:
    wrong = slipped(deployment(world, "simple_7702"), lambda d, w: d["account"].update(delegate=V08), world)
    assert any("runs the code of" in one.cause for one in check_deployment(rpc, wrong))
    contract = slipped(
        deployment(world, "simple_7702"), lambda d, w: d["account"].update(address=w.aave.pool.address), world
    )
    assert any("is a contract of its own" in one.cause for one in check_deployment(rpc, contract))


def test_a_validator_that_is_not_installed(rpc: Rpc, world: World) -> None:
    wrong = slipped(deployment(world, "erc7579"), lambda d, w: d["account"].update(validator=V08), world)
    assert any("is not installed in the account" in one.cause for one in check_deployment(rpc, wrong))


def test_a_guard_that_is_anothers_paused_or_of_another_program(
    deployer: Deployer, rpc: Rpc, world: World
) -> None:
    made = Planned(deployer, world, SPOT, guarded=True)
    assert check_deployment(rpc, made.at, bundle=made.bundle) == []
    other = made.bundle.model_copy(update={"ir_hash": "ab" * 32})
    (stale,) = check_deployment(rpc, made.at, bundle=other)
    assert f"is for the program 0x{made.bundle.ir_hash[:8]}…, and spot_hedge is 0xabababab…" in stale.cause
    theirs = deployment(world, "simple_07").model_copy(update={"guard": made.at.guard})
    assert any("is of the account" in one.cause for one in check_deployment(rpc, theirs))
    _as_account(rpc, made.account, made.guard, "pause")
    (paused,) = check_deployment(rpc, made.at, bundle=made.bundle)
    assert (paused.path, "is paused" in paused.cause) == (("guard", "address"), True)


def _as_account(rpc: Rpc, account: str, guard: Contract, function: str) -> None:
    rpc.call("anvil_impersonateAccount", account)
    rpc.call("anvil_setBalance", account, hex(10**18))
    rpc.call("eth_sendTransaction", {"from": account, "to": guard.address, "data": guard.data(function)})
    rpc.call("evm_mine")
