"""A session key of a modular account on the local chain: it trades within the limits and can do nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth_abi.abi import encode
from eth_account import Account
from eth_account.messages import encode_defunct

from stratc.compiler.backends.userop.contract import CONTRACTS, compile_contract
from stratc.runtime.chain.contract import Contract, checksummed
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import tokens
from stratc.runtime.devnet.parts.perp import FOREVER
from stratc.runtime.devnet.parts.uniswap import FEE
from stratc.runtime.devnet.problems import DevnetError
from stratc.runtime.devnet.world import World
from stratc.runtime.policy import Bound, Permission, Place, Policy
from tests.chain.operations import KINDS, Call, Kind, build, call, handle
from tests.chain.test_guard_on_venues import PROGRAM, SPOT, Guarded

KEY = "0x" + "51" * 32
LIFE = 3_600
SWAP = "exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))"
MODULAR = next(kind for kind in KINDS if kind.name == "erc7579-0.7")


class Keyed(Guarded):
    """A guarded account with a session key that may buy spot for at most 2,000 dollars at a time."""

    def __init__(self, deployer: Deployer, world: World) -> None:
        text = PROGRAM.replace("order size <= 1.5 ETH", "order size <= 0.9 ETH")
        super().__init__(deployer, world, MODULAR, text)
        now = int(self.rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
        policy = Policy(self.account, now + LIFE, 10**11, 4_100_000, self._permissions())
        made = compile_contract(CONTRACTS / "session.vy")
        types = ["address", "address", "uint256", "uint256", "uint256", "bytes"]
        values = (
            self.account, Account.from_key(KEY).address, policy.expiry, policy.max_fee, policy.max_gas,
            policy.packed(),
        )  # fmt: skip
        code = made.code + encode(types, values)
        receipt = deployer.transact(None, "0x" + code.hex(), "the session validator")
        self.validator = Contract(checksummed(receipt["contractAddress"]), tuple(made.abi))
        install = call(MODULAR.account(world), "installModule", 1, self.validator.address, b"")
        (event,) = handle(self.rpc, world, MODULAR, [build(self.rpc, world, MODULAR, [install])])
        assert event["success"]
        self.kind: Kind = replace(
            MODULAR,
            nonce_key=lambda _: int(self.validator.address, 16) << 32,
            sign=lambda _, __, digest: _sign(digest),
        )

    def _permissions(self) -> tuple[Permission, ...]:
        (weth, usdc), router = self.world.tokens, self.world.uniswap.router.address
        guard, strategy = self.guard.address, int(self.plan.strategy, 16)
        fixed = [int(usdc.address, 16), int(weth.address, 16), FEE, int(self.account, 16)]
        swap = tuple(Bound(place, number, number) for place, number in enumerate(fixed))
        spender = int(router, 16)
        return (
            Permission(guard, "begin(bytes32,uint256,uint256)", 3, (Bound(0, strategy, strategy),)),
            Permission(guard, "finish(uint256,uint256,uint256)", 3),
            Permission(guard, "mark(uint256)", 1),
            Permission(
                usdc.address, "approve(address,uint256)", 2, (Bound(0, spender, spender), Bound(1, 0, SPOT))
            ),
            Permission(router, SWAP, 8, (*swap, Bound(5, 1, SPOT)), Place.TRADES),
        )

    def swap(self, dollars: int, to: str) -> list[Call]:
        (weth, usdc), router = self.world.tokens, self.world.uniswap.router
        order = (usdc.address, weth.address, FEE, to, FOREVER, dollars, 0, 0)
        return [call(usdc, "approve", router.address, dollars), call(router, "exactInputSingle", order)]


def _sign(digest: bytes) -> bytes:
    return bytes(Account.sign_message(encode_defunct(digest), KEY).signature)


def test_it_trades_what_its_policy_lists_and_the_guard_holds_it_to_the_limits(
    deployer: Deployer, world: World
) -> None:
    made = Keyed(deployer, world)
    assert made.run(made.buy(SPOT * 4 // 5), orders=1) is None
    before = made.state()
    reason = made.run(made.buy(SPOT), orders=1)
    assert reason is not None
    assert "limit order size" in reason
    assert made.state() == before


def test_what_it_may_not_do_never_runs(deployer: Deployer, rpc: Rpc, world: World) -> None:
    made = Keyed(deployer, world)
    before = made.state()
    usdc = world.tokens.usdc
    forbidden: list[list[Call]] = [
        made.swap(tokens.DOLLAR, world.uniswap.pool.address),
        made.swap(SPOT + 1, made.account),
        [call(usdc, "transfer", world.uniswap.pool.address, tokens.DOLLAR)],
        [call(usdc, "approve", made.guard.address, tokens.DOLLAR)],
        made.deposit(tokens.DOLLAR),
        [call(MODULAR.account(world), "uninstallModule", 1, made.validator.address, b"")],
        [call(made.guard, "resume")],
    ]
    for leg in forbidden:
        with pytest.raises(DevnetError, match=b"session: not in the policy".hex()):
            made.run(leg, orders=1)
    with pytest.raises(DevnetError, match=b"session: not between the guard's calls".hex()):
        handle(rpc, world, made.kind, [build(rpc, world, made.kind, made.buy())])
    assert made.state() == before


def test_an_operation_runs_once_and_not_after_the_key_has_expired(
    deployer: Deployer, rpc: Rpc, world: World
) -> None:
    made = Keyed(deployer, world)
    hints = made.guard.call(rpc, "hints")
    whole = [
        call(made.guard, "begin", bytes.fromhex(made.plan.strategy), 2**40, 2**40),
        *made.buy(SPOT // 2),
        call(made.guard, "finish", 10**9, 1, hints),
    ]
    operation = build(rpc, world, made.kind, whole)
    (event,) = handle(rpc, world, made.kind, [operation])
    assert event["success"]
    with pytest.raises(DevnetError, match="AA25"):
        handle(rpc, world, made.kind, [operation])
    rpc.call("evm_increaseTime", LIFE + 60)
    with pytest.raises(DevnetError, match="AA22"):
        handle(rpc, world, made.kind, [build(rpc, world, made.kind, whole)])
