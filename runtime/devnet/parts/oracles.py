"""The oracles: one that looks like Chainlink's, one that looks like Pyth's, on the same price."""

from __future__ import annotations

from typing import NamedTuple

from stratc.runtime.chain.contract import Contract
from stratc.runtime.devnet.artifacts import at_home
from stratc.runtime.devnet.compiled import vyper
from stratc.runtime.devnet.deployer import Deployer

DECIMALS = 8
"""Of every price here, in dollars."""
ONE = 10**DECIMALS
ETH_USD = bytes.fromhex("ff61491a931112ddf1bd8147cd1b641375f79f5825126d665480874634fd0ace")
"""Pyth's own name for ETH/USD."""


class Oracles(NamedTuple):
    """Prices in dollars with eight decimals."""

    ether: Contract
    """Chainlink's interface: ETH/USD."""
    dollar: Contract
    """Chainlink's interface: USDC/USD."""
    pyth: Contract


def deploy(deployer: Deployer, dollars_per_ether: float) -> Oracles:
    """All of them, with a first price."""
    feed = vyper(at_home("aggregator.vy"))
    oracles = Oracles(
        deployer.create(feed, "ETH / USD", DECIMALS, scaled(dollars_per_ether)),
        deployer.create(feed, "USDC / USD", DECIMALS, ONE),
        deployer.create(vyper(at_home("pyth.vy"))),
    )
    post_pyth(deployer, oracles, dollars_per_ether)
    return oracles


def post(deployer: Deployer, oracles: Oracles, dollars_per_ether: float) -> None:
    """The same new price on both, stamped with the block's time."""
    deployer.send(oracles.ether, "post", scaled(dollars_per_ether))
    post_pyth(deployer, oracles, dollars_per_ether)


def post_pyth(deployer: Deployer, oracles: Oracles, dollars_per_ether: float) -> None:
    """A new price on Pyth's alone."""
    price = scaled(dollars_per_ether)
    deployer.send(oracles.pyth, "post", ETH_USD, price, price // 10_000, -DECIMALS)


def scaled(dollars: float) -> int:
    """A price as the oracles hold it."""
    return int(dollars * ONE + 0.5)
