"""The deployment file of a local chain: where everything is, as TOML."""

from __future__ import annotations

from collections.abc import Mapping

from stratc.runtime.devnet.anvil import CHAIN_ID
from stratc.runtime.devnet.marks import MARK
from stratc.runtime.devnet.parts import oracles, tokens, uniswap
from stratc.runtime.devnet.people import DELEGATING, TRADER
from stratc.runtime.devnet.world import World

Table = dict[str, str | int]


def told(url: str, world: World, kind: str) -> str:
    """The file's text for a node at a URL and one kind of account."""
    tables: dict[str, Table] = {
        "": {"chain_id": CHAIN_ID},
        **_account(world, kind),
        "tokens.WETH": {"address": world.tokens.weth.address, "decimals": tokens.WETH_DECIMALS},
        "tokens.USDC": {"address": world.tokens.usdc.address, "decimals": tokens.USDC_DECIMALS},
        **_venues(world),
        **_oracles(world),
    }
    head = (
        f"{MARK}: a local chain at {url}, and nothing else.\n# Its owner's key is known to all the world.\n"
    )
    return head + "\n".join(_table(name, values) for name, values in tables.items())


def _account(world: World, kind: str) -> dict[str, Table]:
    made, (v07, v08) = world.accounts, world.entry_points
    extra: Table = {}
    if kind == "simple_07":
        account, point, version = made.simple_07, v07, "0.7"
    elif kind == "simple_08":
        account, point, version = made.simple_08, v08, "0.8"
    elif kind == "simple_7702":
        account, point, version = made.simple_7702, v08, "0.8"
        extra = {"delegate": made.simple_7702_code.address}
    elif kind == "safe_4337":
        account, point, version = made.safe, v07, "0.7"
        extra = {"module": made.safe_module.address, "multi_send": made.safe_multi_send.address}
    else:
        account, point, version = made.modular_08, v08, "0.8"
        extra = {"validator": made.owner_validator.address}
    owner = DELEGATING if kind == "simple_7702" else TRADER
    return {
        "entry_point": {"address": point.address, "version": version},
        "account": {"kind": kind, "address": account.address, "owner": owner.address, **extra},
    }


def _venues(world: World) -> dict[str, Table]:
    return {
        "venues.pool": {
            "kind": "uniswap_v3",
            "router": world.uniswap.router.address,
            "quoter": world.uniswap.quoter.address,
            "pool": world.uniswap.pool.address,
            "fee": uniswap.FEE,
        },
        "venues.perp": {
            "kind": "perp_curie",
            "clearing_house": world.perp.clearing_house.address,
            "vault": world.perp.vault.address,
            "account_balance": world.perp.account_balance.address,
            "base_token": world.perp.base.address,
        },
        "venues.lending": {
            "kind": "aave_v3",
            "pool": world.aave.pool.address,
            "collateral": "WETH",
            "debt": "USDC",
        },
    }


def _oracles(world: World) -> dict[str, Table]:
    return {
        "oracles.chainlink": {
            "kind": "chainlink",
            "feed": "ETH/USD",
            "address": world.oracles.ether.address,
            "decimals": oracles.DECIMALS,
        },
        "oracles.pyth": {
            "kind": "pyth",
            "feed": "ETH/USD",
            "address": world.oracles.pyth.address,
            "id": "0x" + oracles.ETH_USD.hex(),
        },
    }


def _table(name: str, values: Mapping[str, str | int]) -> str:
    head = f"[{name}]\n" if name else ""
    lines = (
        f"{key} = {value}" if isinstance(value, int) else f'{key} = "{value}"'
        for key, value in values.items()
    )
    return head + "\n".join(lines) + "\n"
