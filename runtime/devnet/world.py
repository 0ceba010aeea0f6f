"""All of the local chain: deployed in order, seeded, and where everything is."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import accounts, entry_points, oracles, tokens

FIRST_PRICE = 2_000.0
"""Dollars per ether where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class World:
    """The parts of a local chain, each with its contracts."""

    entry_points: entry_points.EntryPoints
    tokens: tokens.Tokens
    oracles: oracles.Oracles
    accounts: accounts.Accounts


def build(rpc: Rpc, price: float = FIRST_PRICE) -> World:
    """Deploy and seed all of it on an empty local chain; `price` is dollars per ether.

    Raises:
        DevnetError: a package is missing or a deployment reverts.
        ChainError: the node cannot be spoken to.
    """
    deployer = Deployer(rpc)
    points = entry_points.deploy(deployer)
    coins = tokens.deploy(deployer)
    tokens.seed(deployer, coins, price)
    feeds = oracles.deploy(deployer, price)
    return World(points, coins, feeds, accounts.deploy(deployer, points))
