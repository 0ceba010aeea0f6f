"""Whether the oracles have a price, with the decimals that the file says."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.runtime.chain.checks.case import Case, differs, silent
from stratc.runtime.deployment_errors import Finding, dotted


def check(case: Case) -> Iterator[Finding]:
    """Chainlink's and Pyth's; what a RedStone price is comes with the transaction that reads it."""
    oracles = case.deployment.oracles
    for feed, chainlink in oracles.chainlink.items():
        path = ("oracles", "chainlink", feed, "decimals")
        found = case.ask(chainlink.address, "decimals()")
        if not found or len(case.ask(chainlink.address, "latestRoundData()")) < 5:
            yield silent(path, chainlink.address, "latestRoundData()", "name an aggregator's address")
        elif found[0] != chainlink.decimals:
            yield differs(path, str(chainlink.decimals), str(found[0]), f"write decimals = {found[0]}")
    for feed, pyth in oracles.pyth.items():
        if len(case.ask(pyth.address, "getPriceUnsafe(bytes32)", pyth.id)) < 4:
            path = ("oracles", "pyth", feed, "id")
            cause = f"{dotted(path)}: the contract at {pyth.address} has no price of {pyth.id}"
            yield Finding(path, cause, "correct the id, or publish a first price")
    for feed, pool in oracles.uniswap_v3.items():
        if not case.ask(pool.address, "fee()"):
            path = ("oracles", "uniswap_v3", feed, "address")
            yield silent(path, pool.address, "fee()", "name a pool of Uniswap v3")
