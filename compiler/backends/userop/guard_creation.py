"""A guard's creation code: the contract, and the numbers and addresses it is made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.backends.userop.contract import compile_contract
from stratc.compiler.backends.userop.creation_words import NOBODY, Market, Terms, guard_words
from stratc.compiler.ir import nodes as ir
from stratc.runtime.creation import Creation
from stratc.runtime.deployment import ChainlinkAt, Deployment, PythAt

if TYPE_CHECKING:
    from stratc.runtime.guard import GuardPlan

_SOURCE = "(address,bytes32)"
_MARKET = "(address,address,uint256,uint256,uint256,uint256,address)"
_LIMITS = f"({'uint256,' * 6}int256,int256,{'uint256,' * 3}uint256[6])"
_TYPES = ("address", "address", "uint256", "uint256", _MARKET, _SOURCE, _SOURCE, "bytes32", _LIMITS)
_NONE = (NOBODY, bytes(32))


class GuardError(Exception):
    """Why no guard can be made for a program here, and what to do."""


def guard_creation(plan: GuardPlan, program: ir.Program, deployment: Deployment, terms: Terms) -> Creation:
    """What deploys the guard of a program for one account.

    Raises:
        GuardError: the program or the deployment names no price that the contract can read, or no token.
        VyperMissing: the contract's compiler is not installed.
    """
    from eth_abi.abi import encode  # noqa: PLC0415  # half a second, and only to deploy

    first, second = sources(program, deployment)
    market = _market(plan, deployment, terms)
    values = (
        deployment.account.address, terms.guardian, terms.delay, plan.capacity,
        market, first, second, bytes.fromhex(plan.strategy), plan.limits.row(),
    )  # fmt: skip
    told = guard_words(plan, deployment.account.address, terms, market, (first, second))
    return Creation("guard", compile_contract().code + encode(_TYPES, values), tuple(told))


def _market(plan: GuardPlan, deployment: Deployment, terms: Terms) -> Market:
    base, quote = (
        _token(deployment, symbol, decimals)
        for symbol, decimals in ((plan.base, plan.base_decimals), (plan.quote, plan.quote_decimals))
    )
    scale = 10 ** (plan.base_decimals + 18 - plan.quote_decimals)
    cent = 10 ** max(0, plan.quote_decimals - 6)
    gas_scale = 10 ** (36 - plan.quote_decimals) if plan.prices_gas else 0
    return Market(base, quote, scale, cent, gas_scale, terms.gas_overhead, terms.book)


def _token(deployment: Deployment, symbol: str, decimals: int) -> str:
    token = deployment.tokens.get(symbol)
    if token is None:
        raise GuardError(f"the deployment has no token {symbol}; add [tokens.{symbol}]")
    if token.decimals != decimals:
        raise GuardError(
            f"the guard was worked out for {symbol} with {decimals} decimals, the deployment says "
            f"{token.decimals}; work it out again"
        )
    return token.address


def sources(program: ir.Program, deployment: Deployment) -> tuple[tuple[str, bytes], tuple[str, bytes]]:
    """The first two sources of the price, as the contract takes them.

    Raises:
        GuardError: there is none, or one that it cannot read.
    """
    oracle = next((one for one in program.oracles if one.signal == "spot"), None)
    if oracle is None:
        declared = f'oracle spot from chainlink "{program.base}/USD", max age 1 h'
        raise GuardError(f"a guard needs a price and the program names no oracle of `spot`; add `{declared}`")
    found = [_source(source, deployment, oracle.where.line) for source in oracle.sources[:2]]
    return found[0], found[1] if len(found) > 1 else _NONE


def _source(source: ir.OracleSource, deployment: Deployment, line: int) -> tuple[str, bytes]:
    feed = feed_of(source, deployment, line)
    return feed.address, bytes.fromhex(feed.id[2:]) if isinstance(feed, PythAt) else bytes(32)


def feed_of(source: ir.OracleSource, deployment: Deployment, line: int) -> ChainlinkAt | PythAt:
    """Where a source of the price is, of those that the guard reads; `line` is the oracle's.

    Raises:
        GuardError: the deployment does not say, or it is of another kind.
    """
    named = f'{source.provider} "{source.feed}" (line {line})'
    if source.provider not in ("chainlink", "pyth"):
        raise GuardError(f"the guard cannot read {named}; name chainlink or pyth as the first two sources")
    feeds = deployment.oracles.chainlink if source.provider == "chainlink" else deployment.oracles.pyth
    feed = feeds.get(source.feed)
    if feed is None:
        table = f'[oracles.{source.provider}."{source.feed}"]'
        raise GuardError(f"the deployment does not say where {named} is; add {table}")
    return feed
