"""Perp Curie v2: an ether perpetual settled in dollars, with liquidity, its price held to the oracle's."""

from __future__ import annotations

from math import floor, isqrt, log
from typing import NamedTuple

from stratc.runtime.chain.contract import Contract, checksummed
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.artifacts import artifact, at_home
from stratc.runtime.devnet.compiled import vyper
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.packages import PERP, UNISWAP_CORE
from stratc.runtime.devnet.parts import tokens
from stratc.runtime.devnet.parts.oracles import Oracles
from stratc.runtime.devnet.people import ARBITRAGEUR, LIQUIDITY
from stratc.runtime.devnet.problems import DevnetError

POOL_FEE, FEE = 3_000, 1_000
"""In millionths: of the pool below, and 10 basis points to the trader."""
SPACING = 60
TICKS_A_BLOCK = 1_000
"""How far the exchange lets its price go in a block: about 10 percent."""
SETTLING = 45 * 60
"""Seconds of the chain's clock that pass before there is liquidity: the exchange averages over half an hour."""
WAD: int = 10**18
EVERYTHING = 2**256 - 1
FOREVER = 2**53
REACH = 8.0
"""How far from the first price the liquidity reaches, as a factor."""
DOLLARS_OF_LIQUIDITY = 50_000_000
PURSE = 10**11
"""Dollars the arbitrageur holds as margin."""
COLLATERAL_TERMS = (5, 750_000, 500_000, 5_000, 30_000, 10_000 * 10**6, 500 * 10**6)
"""Of collateral other than dollars, of which there is none here: Perp's own defaults."""


class Perp(NamedTuple):
    """The exchange: positions in `clearing_house`, margin in `vault`, the market is named by `base`."""

    clearing_house: Contract
    vault: Contract
    account_balance: Contract
    exchange: Contract
    base: Contract
    quote: Contract
    pool: Contract


class _Frame(NamedTuple):
    """All but the market and the clearing house, which know each other."""

    factory: Contract
    config: Contract
    registry: Contract
    order_book: Contract
    exchange: Contract
    account_balance: Contract
    insurance: Contract
    vault: Contract


def deploy(
    deployer: Deployer, coins: tokens.Tokens, oracles: Oracles, factory: Contract, dollars_per_ether: float
) -> Perp:
    """The exchange with one market at the price, liquidity in it, and an arbitrageur with margin."""
    feed = deployer.create(vyper(at_home("index_price.vy")), oracles.ether.address)
    base, quote = _virtual(deployer, feed)
    frame = _frame(deployer, coins, factory, quote)
    house = _clearing_house(deployer, frame, quote)
    pool = _market(deployer, frame, house, base, quote, dollars_per_ether)
    perp = Perp(house, frame.vault, frame.account_balance, frame.exchange, base, quote, pool)
    _deposit(deployer, coins, perp, LIQUIDITY.address, 2 * DOLLARS_OF_LIQUIDITY)
    _deposit(deployer, coins, perp, ARBITRAGEUR.address, PURSE)
    deployer.rpc.call("evm_increaseTime", SETTLING)
    deployer.rpc.call("evm_mine")
    _provide(Deployer(deployer.rpc, LIQUIDITY.address), perp, dollars_per_ether)
    return perp


def price(rpc: Rpc, perp: Perp) -> float:
    """The market's price now, dollars per ether."""
    root: int = perp.pool.call(rpc, "slot0")[0]
    return float((root / 2**96) ** 2)


def trade_to(rpc: Rpc, perp: Perp, dollars_per_ether: float) -> None:
    """Buy or sell towards a price, as far as the exchange lets it go in one block."""
    now, tick = perp.pool.call(rpc, "slot0")[:2]
    target = min(max(_root(dollars_per_ether), _at(tick - TICKS_A_BLOCK + 5)), _at(tick + TICKS_A_BLOCK - 5))
    if now == target:
        return
    order = (perp.base.address, target < now, True, 10**9 * WAD, 0, FOREVER, target, bytes(32))
    try:
        Deployer(rpc, ARBITRAGEUR.address).send(perp.clearing_house, "openPosition", order)
    except DevnetError as error:
        if "EX_OPLAS" not in error.message:  # gone as far as it may within these 15 s: the next trade goes on
            raise


def _virtual(deployer: Deployer, feed: Contract) -> tuple[Contract, Contract]:
    """The tokens inside the exchange; the base's address must sort below the quote's."""
    quote = deployer.create(artifact(PERP, "QuoteToken"))
    base = deployer.create(artifact(PERP, "BaseToken"))
    while int(base.address, 16) > int(quote.address, 16):
        base = deployer.create(artifact(PERP, "BaseToken"))
    deployer.send(quote, "initialize", "vUSD", "vUSD")
    deployer.send(base, "initialize", "vETH", "vETH", feed.address)
    return base, quote


def _frame(deployer: Deployer, coins: tokens.Tokens, factory: Contract, quote: Contract) -> _Frame:
    def made(name: str, *arguments: object) -> Contract:
        contract = deployer.create(artifact(PERP, name))
        deployer.send(contract, "initialize", *arguments)
        return contract

    config = made("ClearingHouseConfig")
    registry = made("MarketRegistry", factory.address, quote.address)
    book = made("OrderBook", registry.address)
    exchange = made("Exchange", registry.address, book.address, config.address)
    balance = made("AccountBalance", config.address, book.address)
    insurance = made("InsuranceFund", coins.usdc.address)
    vault = made("Vault", insurance.address, config.address, balance.address, exchange.address)
    collateral = made("CollateralManager", config.address, vault.address, *COLLATERAL_TERMS)
    deployer.send(config, "setSettlementTokenBalanceCap", EVERYTHING)
    deployer.send(book, "setExchange", exchange.address)
    deployer.send(exchange, "setAccountBalance", balance.address)
    deployer.send(insurance, "setVault", vault.address)
    deployer.send(balance, "setVault", vault.address)
    deployer.send(vault, "setCollateralManager", collateral.address)
    return _Frame(factory, config, registry, book, exchange, balance, insurance, vault)


def _clearing_house(deployer: Deployer, frame: _Frame, quote: Contract) -> Contract:
    house = deployer.create(artifact(PERP, "ClearingHouse"))
    parts = (
        frame.config,
        frame.vault,
        quote,
        frame.factory,
        frame.exchange,
        frame.account_balance,
        frame.insurance,
    )
    deployer.send(house, "initialize", *(part.address for part in parts))
    for part in (frame.registry, frame.order_book, frame.exchange, frame.account_balance, frame.vault):
        deployer.send(part, "setClearingHouse", house.address)
    return house


def _market(
    deployer: Deployer, frame: _Frame, house: Contract, base: Contract, quote: Contract, dollars: float
) -> Contract:
    deployer.send(frame.factory, "createPool", base.address, quote.address, POOL_FEE)
    where = frame.factory.call(deployer.rpc, "getPool", base.address, quote.address, POOL_FEE)
    pool = Contract(checksummed(where), artifact(UNISWAP_CORE, "UniswapV3Pool").abi)
    deployer.send(pool, "initialize", _root(dollars))
    deployer.send(pool, "increaseObservationCardinalityNext", 200)
    for token in (base, quote):
        deployer.send(token, "mintMaximumTo", house.address)
        for holder in (house, pool):
            deployer.send(token, "addWhitelist", holder.address)
    deployer.send(frame.registry, "addPool", base.address, POOL_FEE)
    deployer.send(frame.registry, "setFeeRatio", base.address, FEE)
    deployer.send(frame.exchange, "setMaxTickCrossedWithinBlock", base.address, TICKS_A_BLOCK)
    return pool


def _deposit(deployer: Deployer, coins: tokens.Tokens, perp: Perp, owner: str, dollars: int) -> None:
    amount = dollars * tokens.DOLLAR
    tokens.give(deployer, coins, owner, usdc=amount)
    holder = Deployer(deployer.rpc, owner)
    holder.send(coins.usdc, "approve", perp.vault.address, amount)
    holder.send(perp.vault, "deposit", coins.usdc.address, amount)


def _provide(provider: Deployer, perp: Perp, dollars: float) -> None:
    lower, upper = (floor(log(dollars * f) / log(1.0001) / SPACING) * SPACING for f in (1 / REACH, REACH))
    ether = int(DOLLARS_OF_LIQUIDITY / dollars * WAD)
    order = (perp.base.address, ether, DOLLARS_OF_LIQUIDITY * WAD, lower, upper, 0, 0, False, FOREVER)
    provider.send(perp.clearing_house, "addLiquidity", order)


def _root(dollars_per_ether: float) -> int:
    """The square root of the price as pools hold it; both sides have eighteen decimals."""
    return isqrt((round(dollars_per_ether * WAD) << 192) // WAD)


def _at(tick: int) -> int:
    """The same at a tick, to the precision that a limit needs."""
    return int(1.0001 ** (tick / 2) * 2**96)
