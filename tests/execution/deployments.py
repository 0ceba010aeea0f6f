"""Deployments of every shape, for the tests that read and write them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from stratc.runtime.addresses import checksummed
from stratc.runtime.deployment import Deployment

VERSIONS = st.sampled_from(["0.6", "0.7", "0.8", "0.9"])
addresses = st.binary(min_size=20, max_size=20).filter(any).map(checksummed)
symbols = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,30}", fullmatch=True)
feeds = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=64)
decimals = st.integers(0, 36)
words = st.binary(min_size=32, max_size=32).map(lambda data: "0x" + data.hex())


def table(kind: str | None = None, **keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    fixed = {"address": addresses, **keys}
    return st.fixed_dictionaries({"kind": st.just(kind), **fixed} if kind else fixed)


def _made(kind: str, **keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    data = st.binary(min_size=1, max_size=50).map(lambda some: "0x" + some.hex())
    factory = st.one_of(st.just({}), st.fixed_dictionaries({"factory": addresses, "factory_data": data}))
    return st.tuples(table(kind, **keys), factory).map(lambda both: both[0] | both[1])


accounts = st.one_of(
    _made("simple_07"),
    _made("simple_08"),
    table("simple_7702", delegate=addresses),
    _made("safe_4337", module=addresses, multi_send=addresses),
    _made("erc7579", validator=addresses, signing=st.sampled_from(["raw", "personal"])),
)
venues = st.one_of(
    table("uniswap_v3", pool=addresses, fee=st.integers(1, 999_999)),
    table("perp_curie", market=addresses, vault=addresses, account_balance=addresses),
    table("lyra", option_token=addresses, greek_cache=addresses),
    table("aave_v3"),
)
oracles = st.fixed_dictionaries(
    {},
    optional={
        "chainlink": st.dictionaries(feeds, table(decimals=decimals), max_size=2),
        "pyth": st.dictionaries(feeds, table(id=words), max_size=2),
        "redstone": st.dictionaries(feeds, table(id=feeds.filter(lambda f: len(f) < 33)), max_size=2),
        "uniswap_v3": st.dictionaries(feeds, table(window=st.integers(1, 86_400)), max_size=2),
    },
)


def _apart(told: dict[str, Any]) -> bool:
    roles = [told["entry_point"], told["account"], *told["tokens"].values(), told.get("guard")]
    found = [role["address"] for role in roles if role]
    return len(set(found)) == len(found)


tables = st.fixed_dictionaries(
    {
        "chain_id": st.integers(1, 2**63),
        "entry_point": table(version=VERSIONS),
        "account": accounts,
        "tokens": st.dictionaries(symbols, table(decimals=decimals), max_size=3),
        "venues": st.dictionaries(symbols, venues, max_size=3),
        "oracles": oracles,
    },
    optional={"confirmations": st.integers(1, 10_000), "guard": table()},
).filter(_apart)
deployments = tables.map(Deployment.model_validate)
