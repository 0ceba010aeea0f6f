"""The deployment file of a local chain: where everything is, as TOML."""

from __future__ import annotations

from stratc.runtime.deployment import (
    AaveV3At,
    AccountAt,
    ChainlinkAt,
    Deployment,
    EntryPointAt,
    Erc7579At,
    GuardAt,
    LyraAt,
    Oracles,
    PerpCurieAt,
    PythAt,
    Safe4337At,
    Simple07At,
    Simple08At,
    Simple7702At,
    TokenAt,
    UniswapV3At,
    Venue,
)
from stratc.runtime.deployment_file import to_toml
from stratc.runtime.devnet.anvil import CHAIN_ID
from stratc.runtime.devnet.marks import MARK
from stratc.runtime.devnet.parts import lyra_terms, oracles, tokens, uniswap
from stratc.runtime.devnet.world import World

FEED = "ETH/USD"
"""What programs call the price."""
DOLLAR = "sUSD"
"""What the options market is paid in."""
OLD = ("simple_07", "safe_4337")
"""Kinds of account that work with EntryPoint v0.7; the others here with v0.8."""


def told(url: str, world: World, kind: str, guard: GuardAt | None = None) -> str:
    """The file's text for a node at a URL, one kind of account, and the guard of its strategy if it has one."""
    head = (
        f"{MARK}: a local chain at {url}, and nothing else.\n# Its owner's key is known to all the world.\n"
    )
    return head + to_toml(deployment(world, kind).model_copy(update={"guard": guard}))


def deployment(world: World, kind: str) -> Deployment:
    """The local chain as a strategy sees it that trades from one kind of account."""
    version, point = ("0.7", world.entry_points.v07) if kind in OLD else ("0.8", world.entry_points.v08)
    return Deployment(
        chain_id=CHAIN_ID,
        entry_point=EntryPointAt.model_validate({"address": point.address, "version": version}),
        account=_account(world, kind),
        tokens={
            "ETH": TokenAt(address=world.tokens.weth.address, decimals=tokens.WETH_DECIMALS),
            "USDC": TokenAt(address=world.tokens.usdc.address, decimals=tokens.USDC_DECIMALS),
            DOLLAR: TokenAt(address=world.lyra.dollar.address, decimals=lyra_terms.DECIMALS),
        },
        venues=_venues(world),
        oracles=_oracles(world),
    )


def _account(world: World, kind: str) -> AccountAt:
    made = world.accounts
    if kind == "simple_07":
        return Simple07At(kind="simple_07", address=made.simple_07.address)
    if kind == "simple_08":
        return Simple08At(kind="simple_08", address=made.simple_08.address)
    if kind == "simple_7702":
        code = made.simple_7702_code.address
        return Simple7702At(kind="simple_7702", address=made.simple_7702.address, delegate=code)
    if kind == "safe_4337":
        return Safe4337At(
            kind="safe_4337",
            address=made.safe.address,
            module=made.safe_module.address,
            multi_send=made.safe_multi_send.address,
        )
    return Erc7579At(kind="erc7579", address=made.modular_08.address, validator=made.owner_validator.address)


def _venues(world: World) -> dict[str, Venue]:
    return {
        "pool": UniswapV3At(
            kind="uniswap_v3",
            address=world.uniswap.router_02.address,
            pool=world.uniswap.pool.address,
            fee=uniswap.FEE,
        ),
        "perp": PerpCurieAt(
            kind="perp_curie",
            address=world.perp.clearing_house.address,
            market=world.perp.base.address,
            vault=world.perp.vault.address,
            account_balance=world.perp.account_balance.address,
        ),
        "options": LyraAt(
            kind="lyra",
            address=world.lyra.market.address,
            option_token=world.lyra.option_token.address,
            greek_cache=world.lyra.greeks.address,
            quote=DOLLAR,
        ),
        "lending": AaveV3At(kind="aave_v3", address=world.aave.pool.address),
    }


def _oracles(world: World) -> Oracles:
    ether, pyth = world.oracles.ether.address, world.oracles.pyth.address
    return Oracles(
        chainlink={FEED: ChainlinkAt(address=ether, decimals=oracles.DECIMALS)},
        pyth={FEED: PythAt(address=pyth, id="0x" + oracles.ETH_USD.hex())},
    )
