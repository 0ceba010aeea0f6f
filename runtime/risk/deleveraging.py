"""Who gives up a position when nobody takes that of a liquidated account: the queue, and who bears what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from stratc.runtime.risk.account import Account, Rules
from stratc.runtime.risk.instruments import Instrument
from stratc.runtime.risk.prices import Prices


def score(account: Account, instrument: Instrument, prices: Prices, rules: Rules) -> Fraction:
    """Profit in percent times leverage; of a loss, divided by it: the higher, the sooner (BitMEX, *Auto-Deleveraging*).

    Exact. Leverage is the position's value over the account's equity, as margin is shared; an account without
    equity has the highest there is, and comes first with a profit and last with a loss.
    """
    value = prices.value(instrument, account.positions[instrument])
    paid = account.paid[instrument]
    profit = Fraction(value - paid, max(1, abs(paid)))
    leverage = Fraction(max(1, abs(value)), max(1, account.equity(prices, rules)))
    return profit * leverage if profit > 0 else profit / leverage


def queue(
    accounts: Mapping[str, Account],
    instrument: Instrument,
    side: int,
    prices: Prices,
    rules: Rules,
) -> list[str]:
    """Who holds the instrument on a side (1 long, -1 short), highest score first, equals by name."""
    names = [name for name in sorted(accounts) if accounts[name].positions.get(instrument, 0) * side > 0]
    return sorted(names, key=lambda name: -score(accounts[name], instrument, prices, rules))


def in_turn(missing: int, able: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Who pays how much of what is missing: each all it can, in the order given."""
    paid = {}
    for name, most in able:
        paid[name] = min(missing, max(0, most))
        missing -= paid[name]
    return {name: amount for name, amount in paid.items() if amount}


def in_proportion(missing: int, able: Mapping[str, int]) -> dict[str, int]:
    """What is missing shared in proportion to what each can pay, exactly; odd units by name, one each."""
    most = {name: able[name] for name in sorted(able) if able[name] > 0}
    total = sum(most.values())
    missing = min(missing, total)
    if not missing:
        return {}
    paid = {name: missing * amount // total for name, amount in most.items()}
    odd = missing - sum(paid.values())
    for name in list(most)[:odd]:
        paid[name] += 1
    return {name: amount for name, amount in paid.items() if amount}
