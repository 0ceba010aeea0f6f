"""An account: money, collateral and positions; changed by trades, payments and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from stratc.runtime.risk import portfolio, standard
from stratc.runtime.risk.collateral import Asset, all_counted
from stratc.runtime.risk.instruments import Instrument, place
from stratc.runtime.risk.prices import Prices
from stratc.runtime.risk.standard import Margin
from stratc.runtime.risk.units import worth

Mode = Literal["isolated", "cross", "portfolio"]


class Rules(NamedTuple):
    """What a clearing house demands; shares in PARTS."""

    standard: standard.Terms = standard.Terms()
    portfolio: portfolio.Model = portfolio.Model()
    assets: Mapping[str, Asset] = {}
    penalty: int = 10_000
    """Of the notional that a liquidation closes; it goes to the insurance fund."""


@dataclass(slots=True)
class Account:
    """Money in CENT, collateral in each asset's smallest unit, positions in signed LOT.

    Trades are paid in full from `money`, which may be negative: a perpetual of 2,000 bought for 2,000 is worth
    nothing more, and its profit is its value less what was paid.
    """

    mode: Mode = "cross"
    only: Instrument | None = None
    """Of an isolated account: the one instrument it may hold."""
    money: int = 0
    held: dict[str, int] = field(default_factory=dict)
    positions: dict[Instrument, int] = field(default_factory=dict)
    paid: dict[Instrument, int] = field(default_factory=dict)
    """What the positions held now were bought for (CENT, negative: sold for); for ranking profits only."""

    def copy(self) -> Account:
        """An independent account to try trades on."""
        return Account(
            self.mode, self.only, self.money, dict(self.held), dict(self.positions), dict(self.paid)
        )

    def trade(self, instrument: Instrument, units: int, price: int) -> int:
        """Add signed LOT at a price (PRICE); gives what the money moved by (CENT, rounded against this account)."""
        moved = worth(-units, price)
        before = self.positions.get(instrument, 0)
        cost = self.paid.get(instrument, 0)
        if before * units < 0:  # closing takes its share of what was paid; what goes past zero is new
            closed = min(abs(units), abs(before))
            cost -= cost * closed // abs(before)
            opened = (abs(units) - closed) * (1 if units > 0 else -1)
            cost -= worth(-opened, price)
        else:
            cost -= moved
        self._hold(instrument, before + units, cost)
        self.money += moved
        return moved

    def _hold(self, instrument: Instrument, units: int, cost: int) -> None:
        self.positions.pop(instrument, None)
        self.paid.pop(instrument, None)
        if units:
            self.positions[instrument] = units
            self.paid[instrument] = cost

    def equity(self, prices: Prices, rules: Rules) -> int:
        """Money, positions at their marks and collateral after its haircut, CENT, each rounded down."""
        marks = sum(prices.value(instrument, units) for instrument, units in self.positions.items())
        return self.money + marks + all_counted(self.held, rules.assets, prices)

    def required(self, prices: Prices, rules: Rules) -> Margin:
        """Initial and maintenance margin by the account's mode."""
        if self.mode == "portfolio":
            return portfolio.requirement(self.positions, prices, rules.portfolio)
        return standard.requirement(self.positions, prices, rules.standard)

    def over_initial(self, prices: Prices, rules: Rules) -> int:
        """Equity above initial margin, CENT; negative: what is missing."""
        return self.equity(prices, rules) - self.required(prices, rules).initial

    def over_maintenance(self, prices: Prices, rules: Rules) -> int:
        """Equity above maintenance margin, CENT; negative: the account is liquidated."""
        return self.equity(prices, rules) - self.required(prices, rules).maintenance

    def in_order(self) -> list[Instrument]:
        """What is held, in the order of `place`."""
        return sorted(self.positions, key=place)
