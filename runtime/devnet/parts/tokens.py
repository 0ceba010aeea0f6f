"""The tokens: ether wrapped, and a dollar that anyone funded here has plenty of."""

from __future__ import annotations

from typing import NamedTuple

from stratc.runtime.chain.contract import Contract
from stratc.runtime.devnet.artifacts import at_home
from stratc.runtime.devnet.compiled import vyper
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.people import LIQUIDITY

WETH_DECIMALS, USDC_DECIMALS = 18, 6
ETHER: int = 10**WETH_DECIMALS
DOLLAR: int = 10**USDC_DECIMALS
PLENTY: int = 100_000 * ETHER


class Tokens(NamedTuple):
    """Each an ERC-20; `usdc` has permits (ERC-2612), too."""

    weth: Contract
    usdc: Contract


def deploy(deployer: Deployer) -> Tokens:
    """Both, empty."""
    return Tokens(
        deployer.create(vyper(at_home("wrapped_ether.vy"))),
        deployer.create(vyper(at_home("token.vy")), "USD Coin", "USDC", USDC_DECIMALS),
    )


def give(deployer: Deployer, tokens: Tokens, receiver: str, *, weth: int = 0, usdc: int = 0) -> None:
    """Hand out amounts in the tokens' smallest units."""
    if weth:
        _make_ether(deployer, weth)
        deployer.send(tokens.weth, "deposit", value=weth)
        deployer.send(tokens.weth, "transfer", receiver, weth)
    if usdc:
        deployer.send(tokens.usdc, "mint", receiver, usdc)


def _make_ether(deployer: Deployer, amount: int) -> None:
    have = int(deployer.rpc.call("eth_getBalance", deployer.sender, "latest"), 16)
    if have < amount + 1_000 * ETHER:
        deployer.rpc.call("anvil_setBalance", deployer.sender, hex(amount + PLENTY))


def seed(deployer: Deployer, tokens: Tokens, dollars_per_ether: float) -> None:
    """Give the provider of liquidity what the pools and the market are filled from."""
    give(
        deployer,
        tokens,
        LIQUIDITY.address,
        weth=50_000 * ETHER,
        usdc=int(50_000 * dollars_per_ether) * DOLLAR,
    )
