"""The parts of the local chain are where they must be and do what they are for."""

from __future__ import annotations

import pytest
from eth_account import Account

from stratc.runtime.chain.contract import Contract
from stratc.runtime.chain.errors import Refused
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer, revert_reason
from stratc.runtime.devnet.parts import entry_points, oracles, tokens
from stratc.runtime.devnet.people import LIQUIDITY, TRADER
from stratc.runtime.devnet.problems import DevnetError
from stratc.runtime.devnet.world import World


def test_entry_points_are_where_every_chain_has_them(rpc: Rpc, world: World) -> None:
    for made, canonical in zip(world.entry_points, entry_points.ADDRESSES, strict=True):
        assert made.address == canonical.address
        assert len(rpc.call("eth_getCode", canonical.address, "latest")) > 10_000


def test_nothing_is_deployed_twice(deployer: Deployer, rpc: Rpc, world: World) -> None:
    before = rpc.call("eth_blockNumber")
    assert [p.address for p in entry_points.deploy(deployer)] == [p.address for p in world.entry_points]
    assert rpc.call("eth_blockNumber") == before


def test_the_next_test_sees_nothing_of_this_one(rpc: Rpc, deployer: Deployer, world: World) -> None:
    assert world.tokens.usdc.call(rpc, "balanceOf", TRADER.address) == 0
    tokens.give(deployer, world.tokens, TRADER.address, usdc=1)
    assert world.tokens.usdc.call(rpc, "balanceOf", TRADER.address) == 1


def test_nor_that_one_of_this(rpc: Rpc, deployer: Deployer, world: World) -> None:
    test_the_next_test_sees_nothing_of_this_one(rpc, deployer, world)


def test_every_account_has_code_and_its_entry_point(rpc: Rpc, world: World) -> None:
    accounts, (v07, v08) = world.accounts, world.entry_points
    for account, point in [
        (accounts.simple_07, v07),
        (accounts.simple_08, v08),
        (accounts.simple_7702, v08),
        (accounts.modular_07, v07),
        (accounts.modular_08, v08),
    ]:
        assert account.call(rpc, "entryPoint").lower() == point.address.lower()
    assert accounts.safe.call(rpc, "isModuleEnabled", accounts.safe_module.address) is True
    assert accounts.safe.call(rpc, "getOwners") == (TRADER.address.lower(),)


def test_dollars_are_spent_by_permit_once(rpc: Rpc, deployer: Deployer, world: World) -> None:
    usdc = world.tokens.usdc
    permission = _permit(usdc, value=5, nonce=0)
    deployer.send(usdc, "permit", *permission)
    assert usdc.call(rpc, "allowance", TRADER.address, LIQUIDITY.address) == 5
    with pytest.raises(DevnetError, match="not signed by the owner"):
        deployer.send(usdc, "permit", *permission)


def test_a_permit_for_more_than_was_signed_is_refused(deployer: Deployer, world: World) -> None:
    owner, spender, value, *rest = _permit(world.tokens.usdc, value=5, nonce=0)
    with pytest.raises(DevnetError, match="not signed by the owner"):
        deployer.send(world.tokens.usdc, "permit", owner, spender, value + 1, *rest)


def test_only_their_owner_makes_dollars_and_prices(rpc: Rpc, world: World) -> None:
    stranger = Deployer(rpc, TRADER.address)
    with pytest.raises(DevnetError, match="only the owner makes tokens"):
        stranger.send(world.tokens.usdc, "mint", TRADER.address, 1)
    with pytest.raises(DevnetError, match="only the owner posts prices"):
        stranger.send(world.oracles.ether, "post", 1)


def test_wrapped_ether_goes_in_and_out(rpc: Rpc, world: World) -> None:
    trader, weth = Deployer(rpc, TRADER.address), world.tokens.weth
    trader.send(weth, "deposit", value=10**18)
    trader.send(weth, "withdraw", 10**17)
    assert weth.call(rpc, "balanceOf", TRADER.address) == 9 * 10**17
    with pytest.raises(DevnetError, match="more than the balance"):
        trader.send(weth, "withdraw", 10**18)


def test_oracles_give_price_and_time_as_their_models_do(rpc: Rpc, deployer: Deployer, world: World) -> None:
    first = world.oracles.ether.call(rpc, "latestRound")
    oracles.post(deployer, world.oracles, 1_234.5)
    number, answer, started, updated, answered = world.oracles.ether.call(rpc, "latestRoundData")
    now = int(rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    assert (number, answer, answered) == (first + 1, 123_450_000_000, first + 1)
    assert now - 2 <= started == updated <= now
    assert world.oracles.ether.call(rpc, "getRoundData", 1)[1] == 200_000_000_000
    price, _, exponent, published = world.oracles.pyth.call(rpc, "getPriceUnsafe", oracles.ETH_USD)
    assert (price, exponent, published) == (123_450_000_000, -8, now)


def test_an_old_price_is_refused_by_pyth_and_told_by_chainlink(
    rpc: Rpc, deployer: Deployer, world: World
) -> None:
    rpc.call("evm_increaseTime", 3_600)
    rpc.call("evm_mine")
    with pytest.raises(Refused):
        world.oracles.pyth.call(rpc, "getPriceNoOlderThan", oracles.ETH_USD, 60)
    now = int(rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    assert now - world.oracles.ether.call(rpc, "latestRoundData")[3] >= 3_600
    oracles.post(deployer, world.oracles, 2_000)
    assert world.oracles.pyth.call(rpc, "getPriceNoOlderThan", oracles.ETH_USD, 60)[0] == 2_000 * oracles.ONE


def test_a_price_that_is_not_there_is_refused(rpc: Rpc, world: World) -> None:
    with pytest.raises(Refused) as told:
        world.oracles.pyth.call(rpc, "getPriceUnsafe", bytes(32))
    assert revert_reason(told.value)


def _permit(usdc: Contract, *, value: int, nonce: int) -> tuple[str, str, int, int, int, bytes, bytes]:
    deadline = 2**40
    names = [
        ("owner", "address"),
        ("spender", "address"),
        *((n, "uint256") for n in ("value", "nonce", "deadline")),
    ]
    signed = Account.sign_typed_data(
        TRADER.key,
        {"name": "USD Coin", "version": "1", "chainId": 31_337, "verifyingContract": usdc.address},
        {"Permit": [{"name": name, "type": kind} for name, kind in names]},
        dict(
            zip(
                [n for n, _ in names],
                [TRADER.address, LIQUIDITY.address, value, nonce, deadline],
                strict=True,
            )
        ),
    )
    r, s = (number.to_bytes(32, "big") for number in (signed.r, signed.s))
    return TRADER.address, LIQUIDITY.address, value, deadline, signed.v, r, s
