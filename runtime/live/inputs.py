"""What a program wants to know besides the price, and where on the chain that is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from stratc.runtime.chain.errors import Refused
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.chain.words import ask
from stratc.runtime.deployment import LyraAt, PerpCurieAt
from stratc.runtime.engine.messages import CENT
from stratc.runtime.live import lending
from stratc.runtime.live.holdings import Account, exchange_of, wallet
from stratc.runtime.live.oracle import Oracle
from stratc.runtime.market.problems import Problem

WAD = 10**18
DAY = 86_400
"""Seconds that Perp Curie's funding premium is paid over."""
MEAN = 900
"""Seconds over which Perp Curie takes the mean of both, by its default."""
_Q96 = 1 << 96
TOLD = ("spot", "mark", "gas_price", "gas_cost")
"""What every chain tells."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Where a program's inputs come from."""

    oracle: Oracle
    account: Account
    needed: tuple[str, ...]
    """Names of the program's inputs."""
    iv: float | None = None
    """A fixed implied volatility; None: what the options market says, if there is one."""
    options: LyraAt | None = None
    wallet_apart: bool = False
    """Whether the program's book keeps a wallet that is not margin."""

    def read(self, rpc: Rpc, block: str, now: int) -> dict[str, float | None]:
        """The inputs besides price and gas in a block whose time is `now`; None where they are unavailable.

        Raises:
            ChainError: the node does not say.
        """
        found: dict[str, float | None] = {}
        volatilities = [name for name in self.needed if _is_volatility(name)]
        if volatilities:
            told = _unless_refused(lambda: self._volatility(rpc, block, now))
            found.update(dict.fromkeys(volatilities, told))
        if "funding_rate" in self.needed and self.account.exchanges:
            exchange = self.account.exchanges[0]
            found["funding_rate"] = _unless_refused(lambda: funding_rate(rpc, exchange, block))
        found.update(self._margin(rpc, block))
        return found

    def problems(self) -> Iterator[Problem]:
        """Inputs that nothing tells: they stay unavailable."""
        for name in self.needed:
            if name in TOLD or (_is_volatility(name) and (self.iv is not None or self.options is not None)):
                continue
            if name == "funding_rate" and self.account.exchanges:
                continue
            fix = "give one with --iv 80%" if _is_volatility(name) else ""
            yield Problem("warning", "the chain", None, f"nothing tells `{name}`: it stays unavailable", fix)

    def describe(self) -> str:
        """In words, for one line."""
        told = ["price from " + ", ".join(source.named for source in self.oracle.sources)]
        if self.iv is not None:
            told.append(f"implied volatility {self.iv:.0%} throughout")
        elif self.options is not None and any(map(_is_volatility, self.needed)):
            told.append("implied volatility of the options market's next expiry")
        if self.account.lending is not None:
            told.append("margin ratio is the loan's health factor")
        return "; ".join(told)

    def _volatility(self, rpc: Rpc, block: str, now: int) -> float | None:
        if self.iv is not None or self.options is None:
            return self.iv
        return volatility(rpc, self.options, block, now)

    def _margin(self, rpc: Rpc, block: str) -> dict[str, float]:
        account = self.account
        if account.lending is None or account.quote is None:
            return {}
        found = lending.position(rpc, account.lending, account.owner, block)
        threshold = lending.threshold_of(rpc, account.lending, account.quote, block)
        apart = Fraction(wallet(rpc, account, block) if self.wallet_apart else 0, CENT)
        return dict(lending.margin_signals(found, threshold, apart))


def _unless_refused(question: Callable[[], float | None]) -> float | None:
    """What a contract tells; None where it refuses to, as one does that is paused or has too short a past."""
    try:
        return question()
    except Refused as refused:
        if not refused.is_revert:
            raise
        return None


def _is_volatility(name: str) -> bool:
    return name == "iv" or name.startswith("iv(")


def volatility(rpc: Rpc, market: LyraAt, block: str, now: int) -> float | None:
    """The implied volatility of the options market's next expiry (1.0 is 100 %); None when it lists none.

    Raises:
        ChainError: the node does not say.
    """
    _, count, *boards = ask(rpc, market.address, "getLiveBoards()", block=block)
    listed = []
    for board in boards[:count]:
        asked = "getOptionBoard(uint256)"
        told = ask(rpc, market.address, asked, board, block=block, wanted=5)
        _, _, expiry, iv, frozen = told
        if expiry > now and not frozen:
            listed.append((expiry, iv))
    return min(listed)[1] / WAD if listed else None


def funding_rate(rpc: Rpc, venue: PerpCurieAt, block: str) -> float:
    """What a long pays a second, as a share of its worth: the mean premium of the mark over the index, over a day.

    Raises:
        ChainError: the node does not say.
    """
    exchange = exchange_of(rpc, venue, block)
    asked = "getSqrtMarketTwapX96(address,uint32)"
    (root,) = ask(rpc, exchange, asked, venue.market, MEAN, block=block, wanted=1)
    (index,) = ask(rpc, venue.market, "getIndexPrice(uint256)", MEAN, block=block, wanted=1)
    mark = (root / _Q96) ** 2
    return (mark / (index / WAD) - 1) / DAY if index else 0.0
