"""The guard in operations of every kind of account, round legs on the real exchanges."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import encode

from stratc.compiler.backends.userop.contract import CONTRACTS, compile_contract
from stratc.compiler.backends.userop.creation_words import Terms
from stratc.compiler.backends.userop.guard import guard_plan
from stratc.compiler.backends.userop.guard_creation import guard_creation
from stratc.compiler.driver import check
from stratc.compiler.ir import nodes as ir
from stratc.dsl.source import Source
from stratc.runtime.chain.contract import Contract, checksummed
from stratc.runtime.deployment import (
    ChainlinkAt,
    Deployment,
    EntryPointAt,
    Oracles,
    PythAt,
    Simple07At,
    TokenAt,
)
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import oracles, tokens
from stratc.runtime.devnet.parts.perp import FOREVER, WAD
from stratc.runtime.devnet.parts.uniswap import FEE
from stratc.runtime.devnet.world import World
from stratc.runtime.execution import guard_calls
from stratc.runtime.execution.guard_words import guard_words
from stratc.runtime.execution.reasons import explained
from stratc.runtime.guard import GuardPlan
from tests.chain.operations import KINDS, Call, Kind, build, call, fund

MARGIN, SPOT = 5_000 * tokens.DOLLAR, 2_000 * tokens.DOLLAR
PROGRAM = """strategy hedged
market ETH in USDC
oracle spot from chainlink "ETH/USD", pyth "ETH/USD", max age 1 h, agree within 50 bps
venue pool: uniswap_v3 "ETH/USDC", fee 5 bps
venue perp: perpetual "ETH-PERP", fee 10 bps
limit order size <= 1.5 ETH else clamp
limit order slippage <= 50 bps
limit topup <= 5_000 USDC else clamp
limit abs(position(ETH)) <= 1 ETH else clamp
limit orders <= 2 per rolling 1 h else defer
limit loss <= 40 USDC per day else reject
when spot > 3000 USDC/ETH:
    buy 1 ETH on pool
"""
SIZE, SLIPPAGE, TOP_UP, POSITION, ORDERS, LOSS = range(6, 12)


def program(text: str) -> ir.Program:
    found = check(Source("hedged.strat", text)).understood
    assert found is not None
    return found


class Guarded:
    """A guard for one account on the local chain, made from the program and a deployment."""

    def __init__(self, deployer: Deployer, world: World, kind: Kind, text: str = PROGRAM) -> None:
        self.rpc, self.world, self.kind = deployer.rpc, world, kind
        self.account = kind.account(world).address
        made = program(text)
        self.plan: GuardPlan = guard_plan(made, 18, 6, book=True)
        assert not self.plan.left
        house, market = world.perp.clearing_house.address, world.perp.base.address
        book = compile_contract(CONTRACTS / "curie_book.vy")
        arguments = encode(["address", "address", "uint8"], [house, market, 18])
        self.book = self._create(deployer, book.code + arguments, book.abi)
        terms = Terms(book=self.book.address)
        code = guard_creation(self.plan, made, self._deployment(), terms).code
        self.guard = self._create(deployer, code, compile_contract().abi)
        fund(deployer, world, kind)
        tokens.give(deployer, world.tokens, self.account, usdc=MARGIN + SPOT)

    def _create(self, deployer: Deployer, code: bytes, abi: list[dict[str, Any]]) -> Contract:
        receipt = deployer.transact(None, "0x" + code.hex(), "the guard")
        return Contract(checksummed(receipt["contractAddress"]), tuple(abi))

    def _deployment(self) -> Deployment:
        world = self.world
        pyth_id = "0x" + oracles.ETH_USD.hex()
        return Deployment(
            chain_id=31_337,
            entry_point=EntryPointAt(address=world.entry_points.v07.address, version="0.7"),
            account=Simple07At(kind="simple_07", address=self.account),
            tokens={
                "ETH": TokenAt(address=world.tokens.weth.address, decimals=18),
                "USDC": TokenAt(address=world.tokens.usdc.address, decimals=6),
            },
            oracles=Oracles(
                chainlink={"ETH/USD": ChainlinkAt(address=world.oracles.ether.address, decimals=8)},
                pyth={"ETH/USD": PythAt(address=world.oracles.pyth.address, id=pyth_id)},
            ),
        )

    def run(self, *legs: list[Call], orders: int) -> str | None:
        """Send the legs as one operation; why it was reverted, None where it settled."""
        hints = self.guard.call(self.rpc, "hints")
        parts = [([(to, data) for to, _, data in leg], 2**256 - 1) for leg in legs]
        calls = guard_calls.around(parts, self.guard.address, self.plan.strategy, orders, hints)
        operation = build(self.rpc, self.world, self.kind, [(to, 0, data) for to, data in calls])
        entry_point = self.kind.entry_point(self.world)
        receipt = Deployer(self.rpc).send(entry_point, "handleOps", [operation], self.account)
        (event,) = entry_point.events(receipt, "UserOperationEvent")
        if event["success"]:
            return None
        (reverted,) = entry_point.events(receipt, "UserOperationRevertReason")
        return explained(reverted["revertReason"], guard_words(self.plan))

    def deposit(self, dollars: int = MARGIN) -> list[Call]:
        usdc, vault = self.world.tokens.usdc, self.world.perp.vault
        return [call(usdc, "approve", vault.address, dollars), call(vault, "deposit", usdc.address, dollars)]

    def buy(self, dollars: int = SPOT) -> list[Call]:
        (weth, usdc), router = self.world.tokens, self.world.uniswap.router
        order = (usdc.address, weth.address, FEE, self.account, FOREVER, dollars, 0, 0)
        return [call(usdc, "approve", router.address, dollars), call(router, "exactInputSingle", order)]

    def short(self, amount: int = WAD) -> list[Call]:
        order = (self.world.perp.base.address, True, True, amount, 0, FOREVER, 0, bytes(32))
        return [call(self.world.perp.clearing_house, "openPosition", order)]

    def state(self) -> tuple[int, ...]:
        """All that the legs can change."""
        world, rpc, account = self.world, self.rpc, self.account
        return (
            world.tokens.weth.call(rpc, "balanceOf", account),
            world.tokens.usdc.call(rpc, "balanceOf", account),
            world.perp.vault.call(rpc, "getBalance", account),
            world.perp.account_balance.call(rpc, "getTotalPositionSize", account, world.perp.base.address),
            self.guard.call(rpc, "hints"),
        )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_margin_spot_and_perpetual_settle_within_the_limits(
    deployer: Deployer, world: World, kind: Kind
) -> None:
    made = Guarded(deployer, world, kind)
    assert made.run(made.deposit(), made.buy(), made.short(), orders=2) is None
    weth, usdc, margin, position, _ = made.state()
    assert (usdc, margin, position) == (0, MARGIN, -WAD)
    assert weth > WAD * 99 // 100
    base, _ = made.book.call(made.rpc, "holdings", made.account)
    assert base == -WAD


@pytest.mark.parametrize(
    ("was", "now", "line"),
    [
        ("order size <= 1.5 ETH", "order size <= 0.5 ETH", SIZE),
        ("slippage <= 50 bps", "slippage <= 1 bps", SLIPPAGE),
        ("topup <= 5_000 USDC", "topup <= 4_999 USDC", TOP_UP),
        ("abs(position(ETH)) <= 1 ETH", "abs(position(ETH)) <= 0.000001 ETH", POSITION),
        ("orders <= 2", "orders <= 1", ORDERS),
        ("loss <= 40 USDC", "loss <= 1 USDC", LOSS),
    ],
)
def test_a_limit_that_breaks_undoes_every_leg_and_names_its_line(
    deployer: Deployer, world: World, was: str, now: str, line: int
) -> None:
    made = Guarded(deployer, world, KINDS[0], PROGRAM.replace(was, now))
    before = made.state()
    reason = made.run(made.deposit(), made.buy(), made.short(), orders=2)
    assert reason is not None
    assert f"line {line}:" in reason, reason
    assert made.state() == before


def test_a_deposit_to_a_venue_is_a_top_up_and_no_loss(deployer: Deployer, world: World) -> None:
    made = Guarded(deployer, world, KINDS[0], PROGRAM.replace("loss <= 40", "loss <= 0"))
    assert made.run(made.deposit(), orders=0) is None


def test_a_price_that_is_too_old_stops_the_batch(deployer: Deployer, world: World) -> None:
    made = Guarded(deployer, world, KINDS[0])
    made.rpc.call("evm_increaseTime", 3_700)
    reason = made.run(made.buy(), orders=1)
    assert reason is not None
    assert "line 3:" in reason
