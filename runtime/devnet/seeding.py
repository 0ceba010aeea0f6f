"""What the trader's accounts start with: gas paid, money, margin, and a loan to keep."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import lyra, tokens
from stratc.runtime.devnet.people import LIQUIDITY
from stratc.runtime.devnet.world import World

GAS_ETHER, ETHER, DOLLARS, MARGIN = 10, 50, 200_000, 50_000
"""For an account: paid in advance to the EntryPoint, held wrapped, held in dollars, and margin at the exchange."""
COLLATERAL_ETHER, LOAN = 10, 0.7
"""At the lending market: ether supplied, and the part of its worth that is borrowed in dollars."""
VARIABLE_RATE = 2


def seed(rpc: Rpc, world: World, price: float) -> list[str]:
    """Seed every account at a price in dollars per ether; what they got, in words."""
    kinds = world.accounts.trading(world.entry_points)
    for account, entry_point in kinds:
        deployer = Deployer(rpc)
        deployer.send(entry_point, "depositTo", account.address, value=GAS_ETHER * tokens.ETHER)
        tokens.give(
            deployer,
            world.tokens,
            account.address,
            weth=(ETHER + COLLATERAL_ETHER) * tokens.ETHER,
            usdc=(DOLLARS + MARGIN) * tokens.DOLLAR,
        )
        lyra.give(deployer, world.lyra, account.address, dollars=DOLLARS * tokens.ETHER)
        with acting_as(rpc, account.address) as actor:
            _margin(actor, world)
            _loan(actor, world, price)
    owed = int(COLLATERAL_ETHER * price * LOAN)
    return [
        f"{len(kinds)} accounts with {ETHER} WETH and {DOLLARS:,} USDC and sUSD each, {GAS_ETHER} ETH of gas prepaid",
        f"each has {MARGIN:,} USDC of margin at Perp, and owes Aave {owed:,} USDC on {COLLATERAL_ETHER} WETH",
    ]


@contextmanager
def acting_as(rpc: Rpc, address: str) -> Iterator[Deployer]:
    """A sender that is the account itself, which only a local node allows; its ether is left as it was."""
    had = rpc.call("eth_getBalance", address, "latest")
    rpc.call("anvil_setBalance", address, hex(10 * tokens.ETHER))
    rpc.call("anvil_impersonateAccount", address)
    try:
        yield Deployer(rpc, address)
    finally:
        rpc.call("anvil_stopImpersonatingAccount", address)
        rpc.call("anvil_setBalance", address, had)


def _margin(actor: Deployer, world: World) -> None:
    amount = MARGIN * tokens.DOLLAR
    actor.send(world.tokens.usdc, "approve", world.perp.vault.address, amount)
    actor.send(world.perp.vault, "deposit", world.tokens.usdc.address, amount)


def _loan(actor: Deployer, world: World, price: float) -> None:
    supplied, pool, (weth, usdc) = COLLATERAL_ETHER * tokens.ETHER, world.aave.pool, world.tokens
    borrowed = int(COLLATERAL_ETHER * price * LOAN) * tokens.DOLLAR
    actor.send(weth, "approve", pool.address, supplied)
    actor.send(pool, "supply", weth.address, supplied, actor.sender, 0)
    actor.send(pool, "borrow", usdc.address, borrowed, VARIABLE_RATE, 0, actor.sender)
    actor.send(usdc, "transfer", LIQUIDITY.address, borrowed)  # spent elsewhere: what is borrowed is owed
