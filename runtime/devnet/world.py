"""All of the local chain: deployed in order, seeded, and where everything is."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import aave, accounts, entry_points, lyra, oracles, perp, tokens, uniswap

FIRST_PRICE = 2_000.0
"""Dollars per ether where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class World:
    """The parts of a local chain, each with its contracts."""

    entry_points: entry_points.EntryPoints
    tokens: tokens.Tokens
    oracles: oracles.Oracles
    accounts: accounts.Accounts
    uniswap: uniswap.Uniswap
    aave: aave.Aave
    perp: perp.Perp
    lyra: lyra.Lyra


def build(rpc: Rpc, price: float = FIRST_PRICE) -> World:
    """Deploy and seed all of it on an empty local chain; `price` is dollars per ether.

    The chain's clock goes on by `perp.SETTLING`.

    Raises:
        DevnetError: a package is missing or a deployment reverts.
        ChainError: the node cannot be spoken to.
    """
    deployer = Deployer(rpc)
    points = entry_points.deploy(deployer)
    coins = tokens.deploy(deployer)
    tokens.seed(deployer, coins, price)
    feeds = oracles.deploy(deployer, price)
    pools = uniswap.deploy(deployer, coins, price)
    world = World(
        points,
        coins,
        feeds,
        accounts.deploy(deployer, points),
        pools,
        aave.deploy(deployer, coins, feeds, price),
        perp.deploy(deployer, coins, feeds, pools.factory, price),
        lyra.deploy(deployer, price),
    )
    oracles.post(deployer, world.oracles, price)
    return world


def move(rpc: Rpc, world: World, price: float) -> None:
    """A new price, dollars per ether: the oracles are told, the pools are traded to it."""
    oracles.post(Deployer(rpc), world.oracles, price)
    uniswap.trade_to(rpc, world.tokens, world.uniswap, price)
    perp.trade_to(rpc, world.perp, price)
    lyra.trade_at(rpc, world.lyra, price)
