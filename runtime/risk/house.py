"""A simulated clearing house: many accounts, one market, its own book; nothing is created or lost in it.

The house is an account as the others are, named `HOUSE`: its money is the insurance fund, its positions are what it
took over. It gets all dust: a trade's buyer pays rounded up and its seller gets rounded down, and the difference,
less than two units of money, is the fund's. So is that of funding and of settlements.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stratc.runtime.risk.account import Account, Mode, Rules
from stratc.runtime.risk.instruments import Instrument, Option, Perpetual, payoff
from stratc.runtime.risk.prices import Prices
from stratc.runtime.risk.units import PARTS, RiskError, money, worth

HOUSE = "house"
QUOTE = "quote"
"""What money is called where assets are."""


class ClearingHouse:
    """Accounts by name, at one moment's prices. An operation happens whole, or raises and changes nothing."""

    def __init__(self, prices: Prices, rules: Rules | None = None) -> None:
        """Nobody but the house, and nothing in it."""
        self.prices = prices
        self.rules = Rules() if rules is None else rules
        self.accounts: dict[str, Account] = {HOUSE: Account()}
        self.holds: dict[str, int] = {QUOTE: 0}
        """What was paid in and not out again, by asset: what the accounts must add up to."""

    def open(self, name: str, mode: Mode = "cross", only: Instrument | None = None) -> None:
        """A new account; an isolated one is for the one instrument `only`."""
        if name in self.accounts:
            raise RiskError(f"there is an account {name} already; choose another name")
        if (mode == "isolated") != (only is not None):
            raise RiskError(
                "an isolated account names the one instrument it may hold, and no other account does"
            )
        self.accounts[name] = Account(mode, only)

    def deposit(self, name: str, amount: int, asset: str = QUOTE) -> None:
        """Pay in an amount of the quote asset (CENT) or of collateral (its smallest unit)."""
        account = self._account(name)
        if amount <= 0:
            raise RiskError(f"a deposit of {amount} units is none; pay in one or more")
        if asset != QUOTE and (asset not in self.rules.assets or asset not in self.prices.assets):
            raise RiskError(f"{asset} is no collateral here; deposit one of {[QUOTE, *self.rules.assets]}")
        _put(account, asset, amount)
        self.holds[asset] = self.holds.get(asset, 0) + amount

    def withdraw(self, name: str, amount: int, asset: str = QUOTE) -> None:
        """Take out what the account can do without, and the house has: initial margin stays covered.

        Nothing leaves while anybody is below maintenance margin: debts come first.
        """
        has = self.holds[QUOTE] if asset == QUOTE else self._account(name).held.get(asset, 0)
        if not 0 < amount <= has:
            raise RiskError(f"there are {has} units of {asset} to take out, and {amount} were asked for")
        if below := self.unhealthy():
            raise RiskError(f"{below} are below maintenance margin; liquidate them before money leaves")
        with self._whole(name):
            _put(self._account(name), asset, -amount)
            self._covered(name)
        self.holds[asset] -= amount

    def transfer(self, source: str, target: str, amount: int) -> None:
        """Move money (CENT) between two accounts; to and from isolated ones this is how margin gets there."""
        if amount <= 0:
            raise RiskError(f"a transfer of {amount} units is none; move one or more")
        with self._whole(source, target):
            self._account(source).money -= amount
            self._account(target).money += amount
            self._covered(source)

    def trade(self, buyer: str, seller: str, instrument: Instrument, units: int, price: int) -> None:
        """A trade of LOT at a price (PRICE); one side may be the house.

        Raises:
            RiskError: one side does not cover its initial margin afterwards, and does not come nearer to it either.
        """
        if units <= 0 or price < 0 or buyer == seller:
            raise RiskError(
                f"a trade is of one unit or more, between two; not of {units} by {buyer} and {seller}"
            )
        if isinstance(instrument, Option) and instrument.expiry <= self.prices.t:
            raise RiskError("the option has expired; trade one that has not")
        with self._whole(buyer, seller, HOUSE):
            for name, signed in ((buyer, units), (seller, -units)):
                self._may_hold(name, instrument)
                before = self.accounts[name].over_initial(self.prices, self.rules)
                self.accounts[name].trade(instrument, signed, price)
                self._covered(name, before)
            self.collect_dust(units, price)

    def collect_dust(self, units: int, price: int) -> None:
        """What rounding a trade's two sides left over goes to the fund."""
        self.accounts[HOUSE].money -= worth(-units, price) + worth(units, price)

    def mark(self, prices: Prices) -> None:
        """A new moment: everything is valued at these prices from now on."""
        if prices.t < self.prices.t:
            raise RiskError(f"time goes on: {prices.t} is before {self.prices.t}")
        missing = [asset for asset in self.holds if asset != QUOTE and asset not in prices.assets]
        if missing:
            raise RiskError(f"there is collateral without a price: {missing}; give one in `Prices.assets`")
        if prices.spot <= 0 or prices.vol <= 0:
            raise RiskError(
                f"a spot of {prices.spot} and a volatility of {prices.vol} are none; both are positive"
            )
        self.prices = prices

    def fund(self, perpetual: Perpetual, rate: int) -> None:
        """Longs pay a share (PARTS, negative: receive) of their notional to shorts; the fund gets the dust."""
        if abs(rate) > PARTS:
            raise RiskError(f"a funding payment of {rate} parts is more than everything; at most {PARTS}")
        for account in self.accounts.values():
            units = account.positions.get(perpetual, 0)
            paid = worth(-units * rate, self.prices.spot) // PARTS
            account.money += paid
            self.accounts[HOUSE].money -= paid

    def expire(self, option: Option, spot: int) -> None:
        """Everyone is paid, or pays, an option's intrinsic value at `spot` (PRICE); the fund gets the dust."""
        if option.expiry > self.prices.t:
            raise RiskError(f"the option expires at {option.expiry}, and it is {self.prices.t}")
        for account in self.accounts.values():
            units = account.positions.pop(option, 0)
            account.paid.pop(option, None)
            paid = payoff(option, units, spot)
            account.money += paid
            self.accounts[HOUSE].money -= paid

    def unhealthy(self) -> list[str]:
        """Who is below maintenance margin, by name, the house last."""
        names = [*sorted(name for name in self.accounts if name != HOUSE), HOUSE]
        return [name for name in names if self.accounts[name].over_maintenance(self.prices, self.rules) < 0]

    def _account(self, name: str) -> Account:
        if name not in self.accounts:
            raise RiskError(f"there is no account {name}; open it first")
        return self.accounts[name]

    def _may_hold(self, name: str, instrument: Instrument) -> None:
        only = self._account(name).only
        if only is not None and only != instrument:
            raise RiskError(f"the account {name} is isolated, for {only} alone; trade in another")

    def _covered(self, name: str, before: int = 0) -> None:
        left = self.accounts[name].over_initial(self.prices, self.rules)
        if left < min(0, before):
            raise RiskError(
                f"{name} would be {money(-left)} below initial margin; deposit that, or make it smaller"
            )

    @contextmanager
    def _whole(self, *names: str) -> Iterator[None]:
        """Whatever is raised inside, these accounts are as they were."""
        before = {name: self._account(name).copy() for name in dict.fromkeys(names)}
        try:
            yield
        except RiskError:
            self.accounts |= before
            raise


def _put(account: Account, asset: str, amount: int) -> None:
    if asset == QUOTE:
        account.money += amount
        return
    left = account.held.pop(asset, 0) + amount
    if left:
        account.held[asset] = left
