"""What is true of a clearing house after every step; each check gives what is wrong, with the numbers, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from stratc.runtime.risk.house import QUOTE, ClearingHouse
from stratc.runtime.risk.instruments import Instrument
from stratc.runtime.risk.units import money


def broken(house: ClearingHouse) -> list[str]:
    """All that does not hold, empty if all does: call it after every step."""
    return [*_assets(house), *_positions(house), *_isolation(house)]


def insolvent(house: ClearingHouse) -> list[str]:
    """Who owes more than it has, or is below maintenance: nobody, after `liquidate_all`."""
    found = []
    for name in house.unhealthy():
        over = house.accounts[name].over_maintenance(house.prices, house.rules)
        found.append(f"{name} is {money(-over)} below maintenance margin")
    return found


def _assets(house: ClearingHouse) -> Iterator[str]:
    """Of every asset the accounts have together what was paid in and not out: to the unit."""
    there: Counter[str] = Counter({QUOTE: 0})
    for account in house.accounts.values():
        there[QUOTE] += account.money
        for asset, amount in account.held.items():
            there[asset] += amount
            if amount <= 0:
                yield f"an account holds {amount} units of {asset}"
    for asset in {*there, *house.holds}:
        if there[asset] != house.holds.get(asset, 0):
            yield f"{there[asset]} units of {asset} in accounts, {house.holds.get(asset, 0)} in the house"
    if house.holds[QUOTE] < 0:
        yield f"{-house.holds[QUOTE]} units of the quote asset more were paid out than in"


def _positions(house: ClearingHouse) -> Iterator[str]:
    """For everyone long somebody is short: positions in an instrument add up to zero."""
    total: Counter[Instrument] = Counter()
    for name, account in house.accounts.items():
        total.update(account.positions)
        if account.positions.keys() != account.paid.keys() or 0 in account.positions.values():
            yield f"{name} has positions and costs that do not match"
    yield from (
        f"{units} LOT of {instrument} without another side" for instrument, units in total.items() if units
    )


def _isolation(house: ClearingHouse) -> Iterator[str]:
    """An isolated account holds its one instrument or nothing."""
    for name, account in house.accounts.items():
        if account.only is not None and not account.positions.keys() <= {account.only}:
            yield f"{name} is isolated and holds more than {account.only}"
