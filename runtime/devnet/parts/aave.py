"""Aave v3: ether as collateral, dollars to borrow, at the price of our oracle."""

from __future__ import annotations

from typing import NamedTuple

from stratc.runtime.chain.contract import Contract, checksummed
from stratc.runtime.devnet.artifacts import artifact
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.packages import AAVE
from stratc.runtime.devnet.parts import tokens
from stratc.runtime.devnet.parts.oracles import ONE, Oracles
from stratc.runtime.devnet.people import LIQUIDITY

NOBODY = "0x0000000000000000000000000000000000000000"
RAY = 10**27
LOAN_TO_VALUE, LIQUIDATION_AT, LIQUIDATION_PAYS = 8_000, 8_250, 10_500
"""In basis points: what ether counts when borrowing, when liquidated, and what a liquidator gets for a dollar."""
RATES = (RAY * 45 // 50, 0, RAY * 4 // 100, RAY * 60 // 100, RAY * 2 // 100, RAY * 60 // 100, 0, 0, RAY // 5)
"""Of the interest: the usage at which it bends, its base and its slopes."""


class Aave(NamedTuple):
    """The market."""

    provider: Contract
    pool: Contract
    data: Contract
    oracle: Contract
    weth_token: Contract
    """What a supplier of ether holds; it grows with the interest."""
    usdc_debt: Contract


def deploy(deployer: Deployer, coins: tokens.Tokens, oracles: Oracles, dollars_per_ether: float) -> Aave:
    """The market with both tokens listed and something of each to borrow."""
    provider = deployer.create(artifact(AAVE, "PoolAddressesProvider"), "stratc", deployer.sender)
    oracle = _oracle(deployer, provider, coins, oracles)
    _managers(deployer, provider)
    pool = _pool(deployer, provider)
    configurator = _configurator(deployer, provider)
    data = deployer.create(artifact(AAVE, "AaveProtocolDataProvider"), provider.address)
    deployer.send(provider, "setPoolDataProvider", data.address)
    _list(deployer, provider, pool, configurator, coins)
    _configure(deployer, configurator, coins)
    _supply(Deployer(deployer.rpc, LIQUIDITY.address), pool, coins, dollars_per_ether)
    held = data.call(deployer.rpc, "getReserveTokensAddresses", coins.weth.address)[0]
    owed = data.call(deployer.rpc, "getReserveTokensAddresses", coins.usdc.address)[2]
    return Aave(
        provider,
        pool,
        data,
        oracle,
        Contract(checksummed(held), artifact(AAVE, "AToken").abi),
        Contract(checksummed(owed), artifact(AAVE, "VariableDebtToken").abi),
    )


def _oracle(deployer: Deployer, provider: Contract, coins: tokens.Tokens, oracles: Oracles) -> Contract:
    assets = [coins.weth.address, coins.usdc.address]
    feeds = [oracles.ether.address, oracles.dollar.address]
    oracle = deployer.create(
        artifact(AAVE, "AaveOracle"), provider.address, assets, feeds, NOBODY, NOBODY, ONE
    )
    deployer.send(provider, "setPriceOracle", oracle.address)
    return oracle


def _managers(deployer: Deployer, provider: Contract) -> None:
    deployer.send(provider, "setACLAdmin", deployer.sender)
    managers = deployer.create(artifact(AAVE, "ACLManager"), provider.address)
    deployer.send(provider, "setACLManager", managers.address)
    deployer.send(managers, "addPoolAdmin", deployer.sender)
    deployer.send(managers, "addEmergencyAdmin", deployer.sender)


def _pool(deployer: Deployer, provider: Contract) -> Contract:
    plain = ("SupplyLogic", "BorrowLogic", "LiquidationLogic", "EModeLogic", "BridgeLogic", "PoolLogic")
    libraries = {name: deployer.create(artifact(AAVE, name)).address for name in plain}
    flash = deployer.create(artifact(AAVE, "FlashLoanLogic"), libraries=libraries)
    code = artifact(AAVE, "Pool")
    made = deployer.create(code, provider.address, libraries={**libraries, "FlashLoanLogic": flash.address})
    deployer.send(provider, "setPoolImpl", made.address)
    return Contract(checksummed(provider.call(deployer.rpc, "getPool")), code.abi)


def _configurator(deployer: Deployer, provider: Contract) -> Contract:
    library = deployer.create(artifact(AAVE, "ConfiguratorLogic"))
    code = artifact(AAVE, "PoolConfigurator")
    made = deployer.create(code, libraries={"ConfiguratorLogic": library.address})
    deployer.send(provider, "setPoolConfiguratorImpl", made.address)
    return Contract(checksummed(provider.call(deployer.rpc, "getPoolConfigurator")), code.abi)


def _list(
    deployer: Deployer, provider: Contract, pool: Contract, configurator: Contract, coins: tokens.Tokens
) -> None:
    codes = ("AToken", "StableDebtToken", "VariableDebtToken")
    tokens_made = [deployer.create(artifact(AAVE, name), pool.address).address for name in codes]
    rates = deployer.create(artifact(AAVE, "DefaultReserveInterestRateStrategy"), provider.address, *RATES)
    listed = [
        _listing(tokens_made, rates, coins.weth, "WETH", tokens.WETH_DECIMALS),
        _listing(tokens_made, rates, coins.usdc, "USDC", tokens.USDC_DECIMALS),
    ]
    deployer.send(configurator, "initReserves", listed)


def _listing(
    made: list[str], rates: Contract, coin: Contract, symbol: str, decimals: int
) -> tuple[object, ...]:
    """One token as `initReserves` takes it; the treasury is the provider of liquidity."""
    names = [
        text
        for kind, short in (("", "a"), ("variable debt ", "variableDebt"), ("stable debt ", "stableDebt"))
        for text in (f"Aave {kind}{symbol}", f"{short}{symbol}")
    ]
    return (*made, decimals, rates.address, coin.address, LIQUIDITY.address, NOBODY, *names, b"")


def _configure(deployer: Deployer, configurator: Contract, coins: tokens.Tokens) -> None:
    for coin in coins:
        deployer.send(
            configurator,
            "configureReserveAsCollateral",
            coin.address,
            LOAN_TO_VALUE,
            LIQUIDATION_AT,
            LIQUIDATION_PAYS,
        )
        deployer.send(configurator, "setReserveBorrowing", coin.address, True)
        deployer.send(configurator, "setReserveFactor", coin.address, 1_000)


def _supply(provider: Deployer, pool: Contract, coins: tokens.Tokens, dollars_per_ether: float) -> None:
    amounts = {coins.weth: 5_000 * tokens.ETHER, coins.usdc: int(5_000 * dollars_per_ether) * tokens.DOLLAR}
    for coin, amount in amounts.items():
        provider.send(coin, "approve", pool.address, amount)
        provider.send(pool, "supply", coin.address, amount, provider.sender, 0)
