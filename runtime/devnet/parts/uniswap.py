"""Uniswap v3: a pool of ether against dollars, with liquidity, and somebody who trades it to a price."""

from __future__ import annotations

from math import floor, isqrt, log
from typing import NamedTuple

from stratc.runtime.chain.contract import Contract, checksummed
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.artifacts import artifact
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.packages import UNISWAP_CORE, UNISWAP_PERIPHERY, UNISWAP_ROUTERS
from stratc.runtime.devnet.parts import tokens
from stratc.runtime.devnet.people import ARBITRAGEUR, LIQUIDITY

NOBODY = "0x0000000000000000000000000000000000000000"
FEE = 500
"""In millionths: 5 basis points."""
SPACING = 10
"""Ticks between two prices at which a pool of this fee can hold liquidity."""
DEEP, WIDE = (15_000, 1.25), (10_000, 10.0)
"""Ether of liquidity, and how far from the first price it reaches, as a factor."""
FOREVER = 2**53
ALL = 2**255
ETHER_PURSE, DOLLAR_PURSE = 200_000 * tokens.ETHER, 10**10 * tokens.DOLLAR
"""What one trade of the arbitrageur may take; it is given more whenever it has less."""


class Uniswap(NamedTuple):
    """The pool and the ways to it."""

    factory: Contract
    pool: Contract
    router: Contract
    """SwapRouter: every swap with a deadline of its own."""
    router_02: Contract
    """SwapRouter02: swaps without a deadline, to be wrapped in a multicall that has one."""
    quoter: Contract
    positions: Contract


def deploy(deployer: Deployer, coins: tokens.Tokens, dollars_per_ether: float) -> Uniswap:
    """The contracts, one pool at the price, and 25,000 ether's worth of liquidity on each side of it."""
    weth, usdc = coins
    factory = deployer.create(artifact(UNISWAP_CORE, "UniswapV3Factory"))
    router = deployer.create(artifact(UNISWAP_PERIPHERY, "SwapRouter"), factory.address, weth.address)
    positions = deployer.create(
        artifact(UNISWAP_PERIPHERY, "NonfungiblePositionManager"), factory.address, weth.address, NOBODY
    )
    router_02 = deployer.create(
        artifact(UNISWAP_ROUTERS, "SwapRouter02"), NOBODY, factory.address, positions.address, weth.address
    )
    quoter = deployer.create(artifact(UNISWAP_PERIPHERY, "QuoterV2"), factory.address, weth.address)
    deployer.send(factory, "createPool", weth.address, usdc.address, FEE)
    where = factory.call(deployer.rpc, "getPool", weth.address, usdc.address, FEE)
    pool = Contract(checksummed(where), artifact(UNISWAP_CORE, "UniswapV3Pool").abi)
    deployer.send(pool, "initialize", _root(coins, dollars_per_ether))
    made = Uniswap(factory, pool, router, router_02, quoter, positions)
    for ether, reach in (DEEP, WIDE):
        _provide(Deployer(deployer.rpc, LIQUIDITY.address), coins, made, ether, dollars_per_ether, reach)
    _arm(deployer, coins, made)
    return made


def price(rpc: Rpc, coins: tokens.Tokens, uniswap: Uniswap) -> float:
    """The pool's price, dollars per ether."""
    raw: float = (uniswap.pool.call(rpc, "slot0")[0] / 2**96) ** 2
    return (raw if _ether_first(coins) else 1 / raw) * tokens.ETHER / tokens.DOLLAR


def trade_to(rpc: Rpc, coins: tokens.Tokens, uniswap: Uniswap, dollars_per_ether: float) -> None:
    """Buy or sell until the pool's price is this one."""
    target = _root(coins, dollars_per_ether)
    now = uniswap.pool.call(rpc, "slot0")[0]
    if now == target:
        return
    first, second = _sorted(coins)
    given, taken = (first, second) if target < now else (second, first)
    purse = ETHER_PURSE if given is coins.weth else DOLLAR_PURSE
    if given.call(rpc, "balanceOf", ARBITRAGEUR.address) < purse:
        _fill(Deployer(rpc), coins)
    order = (given.address, taken.address, FEE, ARBITRAGEUR.address, FOREVER, purse, 0, target)
    Deployer(rpc, ARBITRAGEUR.address).send(uniswap.router, "exactInputSingle", order)


def _fill(deployer: Deployer, coins: tokens.Tokens) -> None:
    tokens.give(deployer, coins, ARBITRAGEUR.address, weth=ETHER_PURSE, usdc=DOLLAR_PURSE)


def _arm(deployer: Deployer, coins: tokens.Tokens, uniswap: Uniswap) -> None:
    _fill(deployer, coins)
    trader = Deployer(deployer.rpc, ARBITRAGEUR.address)
    for coin in coins:
        trader.send(coin, "approve", uniswap.router.address, ALL)


def _provide(
    provider: Deployer, coins: tokens.Tokens, uniswap: Uniswap, ether: int, dollars: float, reach: float
) -> None:
    """As much ether, and dollars for as much, from `dollars / reach` to `dollars * reach`."""
    first, second = _sorted(coins)
    amounts = {coins.weth: ether * tokens.ETHER, coins.usdc: int(ether * dollars) * tokens.DOLLAR}
    for coin, amount in amounts.items():
        provider.send(coin, "approve", uniswap.positions.address, amount)
    ticks = sorted(_tick(coins, dollars * factor) for factor in (reach, 1 / reach))
    provider.send(
        uniswap.positions,
        "mint",
        (
            first.address,
            second.address,
            FEE,
            *ticks,
            amounts[first],
            amounts[second],
            0,
            0,
            LIQUIDITY.address,
            FOREVER,
        ),
    )


def _ether_first(coins: tokens.Tokens) -> bool:
    return int(coins.weth.address, 16) < int(coins.usdc.address, 16)


def _sorted(coins: tokens.Tokens) -> tuple[Contract, Contract]:
    return (coins.weth, coins.usdc) if _ether_first(coins) else (coins.usdc, coins.weth)


def _root(coins: tokens.Tokens, dollars_per_ether: float) -> int:
    """The square root of the price as pools hold it, in 96 binary places."""
    dollars = round(dollars_per_ether * tokens.DOLLAR)
    first, second = (tokens.ETHER, dollars) if _ether_first(coins) else (dollars, tokens.ETHER)
    return isqrt((second << 192) // first)


def _tick(coins: tokens.Tokens, dollars_per_ether: float) -> int:
    raw = dollars_per_ether * tokens.DOLLAR / tokens.ETHER
    tick = log(raw if _ether_first(coins) else 1 / raw) / log(1.0001)
    return floor(tick / SPACING) * SPACING
