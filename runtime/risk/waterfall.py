"""What happens to an account below its maintenance margin, in this order, until nobody is below it.

1. It is closed in part, position by position, until it meets *initial* margin again. The house takes over at the
   mark, for a penalty that goes to the fund, as far as the house's own initial margin (and the account's debt,
   if it is worth less than nothing) stays covered.
2. What the house cannot take is closed against the accounts on the other side, in the order of their score: at the
   mark, without a penalty to anybody.
3. With nothing left to close and a debt, its collateral is sold to the house for what it counts.
4. A debt that is left is paid by the fund, as far as the house's initial margin stays covered; then by those who
   were deleveraged for it, in their order, which for one position is a close at the bankruptcy price; then by
   everyone in proportion to equity. Nobody is made to owe by paying for another.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from stratc.runtime.risk.account import Account
from stratc.runtime.risk.collateral import counted
from stratc.runtime.risk.deleveraging import in_proportion, in_turn, queue
from stratc.runtime.risk.house import HOUSE, ClearingHouse
from stratc.runtime.risk.instruments import Instrument
from stratc.runtime.risk.liquidation import close, order_of, units_to_close
from stratc.runtime.risk.units import RiskError, money


@dataclass(slots=True)
class Liquidation:
    """What was done to one account; amounts in CENT, positions in LOT, not signed."""

    name: str
    taken: dict[Instrument, int] = field(default_factory=dict)
    """Closed into the house's book."""
    penalty: int = 0
    deleveraged: list[tuple[str, Instrument, int]] = field(default_factory=list)
    """Closed against others, in order."""
    sold: dict[str, int] = field(default_factory=dict)
    """Collateral, in its smallest unit."""
    by_fund: int = 0
    by_deleveraged: dict[str, int] = field(default_factory=dict)
    by_all: dict[str, int] = field(default_factory=dict)
    """Who paid its debt."""
    unpaid: int = 0
    """What of it nobody could pay: all equity there is, is nothing then."""


def liquidate(house: ClearingHouse, name: str) -> Liquidation:
    """Bring one account back to its initial margin, or to nothing.

    Raises:
        RiskError: it is not below its maintenance margin.
    """
    account = house.accounts[name]
    over = account.over_maintenance(house.prices, house.rules)
    if over >= 0:
        raise RiskError(f"{name} is {money(over)} above maintenance margin and left alone")
    done = Liquidation(name)
    for instrument in order_of(account, house.prices, house.rules):
        if account.over_initial(house.prices, house.rules) >= 0:
            break
        _close(house, done, instrument)
    if account.equity(house.prices, house.rules) < 0:
        _sell_collateral(house, done)
        _pay_debt(house, done)
    return done


def liquidate_all(house: ClearingHouse) -> list[Liquidation]:
    """Liquidate whoever is below maintenance margin, and whom that brings there, until nobody is.

    It ends: what accounts other than the house hold gets less with every one of the house's or another's positions
    that is closed, and an account without positions is paid for at once.
    """
    done = []
    while below := house.unhealthy():
        done.append(liquidate(house, below[0]))
        if done[-1].unpaid:
            break
    return done


def _close(house: ClearingHouse, done: Liquidation, instrument: Instrument) -> None:
    account, prices, rules = house.accounts[done.name], house.prices, house.rules
    units = units_to_close(account, instrument, prices, rules)
    taken = 0 if done.name == HOUSE else _most_taken(house, account, instrument, units)
    if taken:
        held = account.positions[instrument]
        fine = close(account, instrument, taken, prices, rules)
        price, signed = prices.mark(instrument, held), taken if held > 0 else -taken
        house.accounts[HOUSE].trade(instrument, signed, price)
        house.accounts[HOUSE].money += fine
        house.collect_dust(taken, price)
        done.taken[instrument] = taken
        done.penalty += fine
    _deleverage(house, done, instrument, units - taken)


def _most_taken(house: ClearingHouse, account: Account, instrument: Instrument, units: int) -> int:
    """How many LOT of a position the house can take over; a number that it can, if not always the largest."""
    held = account.positions[instrument]
    price = house.prices.mark(instrument, held)
    debt = max(0, -account.equity(house.prices, house.rules))

    def bears(number: int) -> bool:
        tried = house.accounts[HOUSE].copy()
        tried.trade(instrument, number if held > 0 else -number, price)
        return tried.over_initial(house.prices, house.rules) >= debt

    if bears(units):
        return units
    low, high = 0, units
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if bears(middle) else (low, middle)
    return low


def _deleverage(house: ClearingHouse, done: Liquidation, instrument: Instrument, units: int) -> None:
    """Close `units` against those on the other side; there are enough of them, as positions add up to zero."""
    account = house.accounts[done.name]
    if not units:
        return
    held = account.positions[instrument]
    side = 1 if held > 0 else -1
    price = house.prices.mark(instrument, held)
    for other in queue(house.accounts, instrument, -side, house.prices, house.rules):
        matched = min(units, abs(house.accounts[other].positions[instrument]))
        if matched:
            account.trade(instrument, -side * matched, price)
            house.accounts[other].trade(instrument, side * matched, price)
            house.collect_dust(matched, price)
            done.deleveraged.append((other, instrument, matched))
            units -= matched


def _sell_collateral(house: ClearingHouse, done: Liquidation) -> None:
    """All of it, to the house, for what it counts: no margin changes by that, on either side."""
    account, fund = house.accounts[done.name], house.accounts[HOUSE]
    if done.name == HOUSE:
        return
    for symbol, amount in sorted(account.held.items()):
        value = counted(house.rules.assets[symbol], amount, house.prices)
        fund.held[symbol] = fund.held.get(symbol, 0) + amount
        account.money += value
        fund.money -= value
        done.sold[symbol] = amount
    account.held.clear()


def _pay_debt(house: ClearingHouse, done: Liquidation) -> None:
    """The fund first, then those deleveraged in their order, then all in proportion."""
    fund = house.accounts[HOUSE]
    if done.name != HOUSE:
        free = fund.over_initial(house.prices, house.rules)
        done.by_fund = _pay(house, done.name, in_turn(_debt(house, done.name), [(HOUSE, free)])).get(HOUSE, 0)
    ranked = dict.fromkeys(other for other, _, _ in done.deleveraged if other != HOUSE)
    able = [(other, house.accounts[other].equity(house.prices, house.rules)) for other in ranked]
    done.by_deleveraged = _pay(house, done.name, in_turn(_debt(house, done.name), able))
    rest = {
        other: account.equity(house.prices, house.rules)
        for other, account in house.accounts.items()
        if other != done.name
    }
    done.by_all = _pay(house, done.name, in_proportion(_debt(house, done.name), rest))
    done.unpaid = _debt(house, done.name)


def _debt(house: ClearingHouse, name: str) -> int:
    return max(0, -house.accounts[name].equity(house.prices, house.rules))


def _pay(house: ClearingHouse, debtor: str, paid: dict[str, int]) -> dict[str, int]:
    for other, amount in paid.items():
        house.accounts[other].money -= amount
        house.accounts[debtor].money += amount
    return paid
