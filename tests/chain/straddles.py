"""Programs that trade options on the local chain and hedge them, and all that they can change there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import lyra, tokens
from stratc.runtime.devnet.parts.lyra import WAD
from stratc.runtime.devnet.world import World
from stratc.runtime.engine.messages import CENT, Fill, Order
from stratc.runtime.loader import load_plan
from stratc.runtime.venues.onchain.listed import Position
from tests.chain.planned import Planned

SPOT, VOLATILITY = 2_000.0, 0.8
CASH, MARGIN = 20_000 * WAD, 5_000 * tokens.DOLLAR
HEAD = """\
strategy straddle
market ETH in USDC
oracle spot from chainlink "ETH/USD", pyth "ETH/USD", max age 1 h, agree within 50 bps
venue {linear}
venue options: options "ETH"
book:
    cash 50_000 USDC
    margin 20_000 USDC
limit order size <= 5 ETH
limit orders <= 5 per rolling 1 h else defer
"""
ORACLE, ORDERS = 3, 10
"""Lines of the head."""
PERPETUAL, POOL = 'perp: perpetual "ETH-PERP"', 'pool: uniswap_v3 "ETH/USDC"'
STRADDLE = """\
on start:
    sell 1 ETH call strike 2_000 expiring {day} on options, slippage <= 20%
    sell 1 ETH put strike 2_000 expiring {day} on options, slippage <= 20%
    hedge delta to 0 ETH on {venue}, slippage <= 1%
when margin_ratio < 0.01:
    top up margin to 0.02, at most 5_000 USDC
when spot > 2_100:
    close options, at most {closed} ETH, slippage <= 60%
"""
SPREAD = """\
on start:
    buy 1 ETH call strike 2_000 expiring {day}, slippage <= 30%
    sell 1 ETH call strike 2_200 expiring {day}, slippage <= 30%
when spot > 2_100:
    close options, slippage <= 60%
"""


def straddle(rpc: Rpc, world: World, linear: str = PERPETUAL, closed: str = "5") -> str:
    """A straddle sold and hedged in one body; later bought back."""
    venue = linear.partition(":")[0]
    return HEAD.format(linear=linear) + STRADDLE.format(day=expiry(rpc, world), venue=venue, closed=closed)


def spread(rpc: Rpc, world: World) -> str:
    """A call bought and one sold above it."""
    return HEAD.format(linear=POOL) + SPREAD.format(day=expiry(rpc, world))


def expiry(rpc: Rpc, world: World) -> str:
    """The day on which the first board expires."""
    board = world.lyra.market.call(rpc, "getOptionBoard", world.lyra.boards[0])
    return datetime.fromtimestamp(board[1], UTC).strftime("%Y-%m-%d")


class Optioned(Planned):
    """An account with twenty thousand of the options market's dollars, and five thousand of the others'."""

    def __init__(
        self, deployer: Deployer, world: World, text: str, kind: str = "simple_08", *, guarded: bool = True
    ) -> None:
        super().__init__(deployer, world, text, kind, guarded=guarded)
        lyra.give(deployer, world.lyra, self.account, dollars=CASH)
        tokens.give(deployer, world.tokens, self.account, usdc=MARGIN)

    def deposit(self, order: Order) -> None:
        """Everything as margin for the perpetual, by the second rule's leg; in its lane nothing was sent."""
        before, self.sent = self.sent, 0
        moved = replace(order, rule=2, kind="top up", venue=None, contract=None, units=5_000 * CENT)
        assert self.send([moved]) is None
        self.sent = before

    def opened(self) -> list[Order]:
        """What the first tick orders."""
        return self.decide(spot=SPOT, iv=VOLATILITY)

    def forgotten(self) -> list[Order]:
        """What an engine orders that has forgotten everything."""
        self.machine = load_plan(self.source)()
        return self.opened()

    def fill(self, orders: Sequence[Order]) -> None:
        """Tell the engine that all was filled."""
        for order in orders:
            self.machine.apply(Fill(order.id, order.t, order.units, order.mark, 0, 0, final=True))

    def positions(self) -> list[Position]:
        """The account's options."""
        return list(self.listed()["options"].positions)

    def dollars(self) -> int:
        """What the options market is paid in."""
        return int(self.world.lyra.dollar.call(self.rpc, "balanceOf", self.account))

    def perpetual(self) -> int:
        """The size of the perpetual's position."""
        perp = self.world.perp
        size = perp.account_balance.call(self.rpc, "getTotalPositionSize", self.account, perp.base.address)
        return int(size)

    def state(self) -> list[object]:
        """All that an operation can change: balances, positions, margin, what the guard counts, approvals."""
        world, rpc = self.world, self.rpc
        return [
            self.holds(),
            self.dollars(),
            world.lyra.ether.call(rpc, "balanceOf", self.account),
            world.lyra.option_token.call(rpc, "getOwnerPositions", self.account),
            self.perpetual(),
            world.perp.vault.call(rpc, "getBalance", self.account),
            self.guard.call(rpc, "hints"),
            rpc.call("eth_getBalance", self.account, "latest"),
            self.approvals(),
        ]

    def approvals(self) -> list[int]:
        """What any venue may take of any token."""
        world = self.world
        spenders = (
            world.lyra.market,
            world.lyra.pool,
            world.lyra.collateral,
            world.perp.vault,
            world.uniswap.router_02,
        )
        coins = (*world.tokens, world.lyra.dollar)
        return [
            int(coin.call(self.rpc, "allowance", self.account, one.address))
            for one in spenders
            for coin in coins
        ]
