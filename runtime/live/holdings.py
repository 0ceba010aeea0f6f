"""What the account holds: tokens, and a position and margin at the exchange, exactly, at one block."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from stratc.runtime.bundle import Bundle
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.chain.words import ask, signed
from stratc.runtime.deployment import AaveV3At, Deployment, PerpCurieAt, TokenAt
from stratc.runtime.engine.book import Book
from stratc.runtime.engine.messages import CENT, LOT, Transfer

CURIE = 10**18
"""Perp Curie counts positions and money with 18 decimals, whatever the tokens have."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """LOT of the asset and of the perpetual, CENT in the wallet and as margin; never more than there is."""

    asset: int
    perpetual: int
    wallet: int
    margin: int
    """At the exchange: collateral, with everything that the position has made or lost at the oracle's price."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where an account's holdings are: only tokens and venues that its program uses."""

    owner: str
    base: TokenAt | None
    quote: TokenAt | None
    exchanges: tuple[PerpCurieAt, ...] = ()
    lending: AaveV3At | None = None
    """Where collateral is topped up, if it is."""


def account_in(bundle: Bundle, deployment: Deployment) -> Account:
    """The account of a bundle plan, with what it deals with."""
    legs = [leg for rule in bundle.rules for leg in rule.legs]
    used = [deployment.venues[name] for name in sorted({leg.venue for leg in legs})]
    kept = [deployment.venues[leg.venue] for leg in legs if leg.instrument == "money"]
    return Account(
        deployment.account.address,
        deployment.tokens.get(bundle.base.symbol),
        deployment.tokens.get(bundle.quote.symbol),
        tuple(venue for venue in used if isinstance(venue, PerpCurieAt)),
        next((venue for venue in kept if isinstance(venue, AaveV3At)), None),
    )


def holdings(rpc: Rpc, account: Account, price: float, block: str) -> Holdings:
    """What the account holds in a block, valued at an oracle's price (quote per base).

    Raises:
        ChainError: the node does not say.
    """
    size, money = Fraction(0), Fraction(0)
    for venue in account.exchanges:
        there = _size(rpc, venue, account.owner, block)
        size += there
        money += there * Fraction(price) + sum(_money(rpc, venue, account.owner, block))
    asset = _balance(rpc, account.base, account.owner, block) * LOT
    return Holdings(floor(asset), int(size * LOT), wallet(rpc, account, block), floor(money * CENT))


def wallet(rpc: Rpc, account: Account, block: str) -> int:
    """CENT of the quote asset that the account holds in a block.

    Raises:
        ChainError: the node does not say.
    """
    return floor(_balance(rpc, account.quote, account.owner, block) * CENT)


def positions(rpc: Rpc, account: Account, block: str) -> tuple[int, int]:
    """LOT of the asset and of the perpetual that the account holds in a block.

    Raises:
        ChainError: the node does not say.
    """
    size = sum((_size(rpc, venue, account.owner, block) for venue in account.exchanges), Fraction(0))
    return floor(_balance(rpc, account.base, account.owner, block) * LOT), int(size * LOT)


def at_exchange(rpc: Rpc, account: Account, block: str) -> tuple[int, int]:
    """CENT of collateral at the exchange, and of all besides that and the positions: without trades only funding.

    Raises:
        ChainError: the node does not say.
    """
    found = [_money(rpc, venue, account.owner, block) for venue in account.exchanges]
    collateral, rest = (sum(parts, Fraction(0)) for parts in zip(*found, strict=True)) if found else (0, 0)
    return floor(collateral * CENT), floor(rest * CENT)


def opening(book: Book, found: Holdings, t: float) -> list[Transfer]:
    """What makes a book that has not traded yet hold what the account does."""
    money = (
        (("wallet", found.wallet - book.cash), ("margin", found.margin - book.margin))
        if book.separate
        else (("margin", found.wallet + found.margin - book.margin),)
    )
    held = (("asset", found.asset - book.spot), ("perpetual", found.perpetual - book.perp), *money)
    return [Transfer(what, units, t) for what, units in held if units]


def _balance(rpc: Rpc, token: TokenAt | None, owner: str, block: str) -> Fraction:
    if token is None:
        return Fraction(0)
    (told,) = ask(rpc, token.address, "balanceOf(address)", owner, block=block, wanted=1)
    return Fraction(told, 10**token.decimals)


def _size(rpc: Rpc, venue: PerpCurieAt, owner: str, block: str) -> Fraction:
    asked = "getTotalPositionSize(address,address)"
    (told,) = ask(rpc, venue.account_balance, asked, owner, venue.market, block=block, wanted=1)
    return Fraction(signed(told), CURIE)


def _money(rpc: Rpc, venue: PerpCurieAt, owner: str, block: str) -> tuple[Fraction, Fraction]:
    """Besides the position: collateral; and what it cost, with what was realised, less funding due."""
    (collateral,) = ask(rpc, venue.vault, "getBalance(address)", owner, block=block, wanted=1)
    (decimals,) = ask(rpc, venue.vault, "decimals()", block=block, wanted=1)
    asked = "getTotalOpenNotional(address,address)"
    (cost,) = ask(rpc, venue.account_balance, asked, owner, venue.market, block=block, wanted=1)
    asked = "getPnlAndPendingFee(address)"
    (realised,) = ask(rpc, venue.account_balance, asked, owner, block=block, wanted=1)
    asked = "getPendingFundingPayment(address,address)"
    exchange = exchange_of(rpc, venue, block)
    (due,) = ask(rpc, exchange, asked, owner, venue.market, block=block, wanted=1)
    money = Fraction(signed(cost) + signed(realised) - signed(due), CURIE)
    return Fraction(signed(collateral), 10**decimals), money


def exchange_of(rpc: Rpc, venue: PerpCurieAt, block: str) -> str:
    """The address of the contract that a clearing house trades and counts funding through.

    Raises:
        ChainError: the node does not say.
    """
    (exchange,) = ask(rpc, venue.address, "getExchange()", block=block, wanted=1)
    return f"0x{exchange:040x}"
