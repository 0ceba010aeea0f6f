"""Batches of every kind of account through the real EntryPoints: all of a batch happens, or nothing."""

from __future__ import annotations

import pytest

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import tokens
from stratc.runtime.devnet.people import LIQUIDITY
from stratc.runtime.devnet.problems import DevnetError
from stratc.runtime.devnet.world import World
from tests.chain.operations import KINDS, Kind, build, call, fund, handle

EACH = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
RICH = 1_000 * tokens.DOLLAR


@pytest.fixture
def funded(rpc: Rpc, deployer: Deployer, world: World, kind: Kind) -> str:
    """The account, with gas paid and a thousand dollars."""
    account = kind.account(world).address
    fund(deployer, world, kind)
    tokens.give(deployer, world.tokens, account, usdc=RICH)
    return account


@EACH
def test_two_calls_settle_in_one_operation(rpc: Rpc, world: World, kind: Kind, funded: str) -> None:
    usdc = world.tokens.usdc
    spender = world.accounts.owner_validator.address
    calls = [call(usdc, "approve", spender, 5), call(usdc, "transfer", LIQUIDITY.address, 7)]
    before = usdc.call(rpc, "balanceOf", LIQUIDITY.address)
    (event,) = handle(rpc, world, kind, [build(rpc, world, kind, calls)])
    assert event["success"] is True
    assert event["actualGasCost"] > 0
    assert usdc.call(rpc, "allowance", funded, spender) == 5
    assert usdc.call(rpc, "balanceOf", funded) == RICH - 7
    assert usdc.call(rpc, "balanceOf", LIQUIDITY.address) == before + 7


@EACH
def test_a_failing_call_takes_the_whole_batch_with_it(
    rpc: Rpc, world: World, kind: Kind, funded: str
) -> None:
    usdc = world.tokens.usdc
    calls = [call(usdc, "transfer", LIQUIDITY.address, 7), call(usdc, "transfer", LIQUIDITY.address, RICH)]
    before = usdc.call(rpc, "balanceOf", LIQUIDITY.address)
    (event,) = handle(rpc, world, kind, [build(rpc, world, kind, calls)])
    assert event["success"] is False, "the transaction has status 1, the operation has not"
    assert usdc.call(rpc, "balanceOf", funded) == RICH
    assert usdc.call(rpc, "balanceOf", LIQUIDITY.address) == before


@EACH
def test_ether_does_not_move_either_when_a_batch_fails(
    rpc: Rpc, deployer: Deployer, world: World, kind: Kind, funded: str
) -> None:
    rpc.call("anvil_setBalance", funded, hex(10**18))
    weth, usdc = world.tokens
    entry_point = kind.entry_point(world)
    deposit = entry_point.call(rpc, "balanceOf", funded)
    calls = [call(weth, "deposit", value=10**17), call(usdc, "transfer", LIQUIDITY.address, RICH + 1)]
    (event,) = handle(rpc, world, kind, [build(rpc, world, kind, calls)])
    assert event["success"] is False
    assert int(rpc.call("eth_getBalance", funded, "latest"), 16) == 10**18
    assert weth.call(rpc, "balanceOf", funded) == 0
    assert entry_point.call(rpc, "balanceOf", funded) == deposit - event["actualGasCost"]


@EACH
def test_an_operation_cannot_be_sent_twice(rpc: Rpc, world: World, kind: Kind, funded: str) -> None:
    operation = build(rpc, world, kind, [call(world.tokens.usdc, "transfer", LIQUIDITY.address, 7)])
    handle(rpc, world, kind, [operation])
    with pytest.raises(DevnetError, match="reverted"):
        handle(rpc, world, kind, [operation])
    assert world.tokens.usdc.call(rpc, "balanceOf", funded) == RICH - 7


@EACH
def test_a_signature_over_something_else_is_refused(rpc: Rpc, world: World, kind: Kind, funded: str) -> None:
    transfers = [[call(world.tokens.usdc, "transfer", LIQUIDITY.address, amount)] for amount in (7, 8)]
    small, large = (build(rpc, world, kind, calls) for calls in transfers)
    with pytest.raises(DevnetError, match="reverted"):
        handle(rpc, world, kind, [(*large[:8], small[8])])
    assert world.tokens.usdc.call(rpc, "balanceOf", funded) == RICH
