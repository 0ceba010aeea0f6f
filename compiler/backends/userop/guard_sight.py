"""What of a program's trading a guard can see in the account's balances, and why not the rest."""

from __future__ import annotations

from typing import NamedTuple

from stratc.compiler.ir import nodes as ir

OPTIONS = "an option's position is no balance of the account, so the contract cannot value it"
PERPETUALS = (
    "a perpetual's position is no balance of the account, and the guard was given no book to read it from"
)
LIQUIDITY = (
    "providing liquidity moves both assets at once, which the contract cannot tell from a sale for nothing"
)
PREMIUMS = "a premium leaves the account as a top-up does, and the contract cannot tell the two apart"
GAS = "the contract knows the price of gas only where the base asset is what gas is paid in, ETH"
_LINEAR = (ir.Hedge, ir.Trade, ir.Close, ir.Roll)


class Sight(NamedTuple):
    """Reasons that keep the guard from seeing things; None where it sees them."""

    trades: str | None
    """Of what a leg traded, at which price, and the linear exposure it left."""
    delta: str | None
    top_ups: str | None
    gas: str | None
    options: bool
    """Whether options are traded, which no measure of orders includes."""


def sight(program: ir.Program, *, book: bool) -> Sight:
    """What a guard sees; `book` says that a contract tells it what the account holds at venues."""
    actions = [action for rule in program.rules for action in rule.body]
    options = _holds_options(program) or any(_trades_options(action) for action in actions)
    liquidity = any(isinstance(action, ir.Liquidity) for action in actions)
    trades = LIQUIDITY if liquidity else PERPETUALS if _perpetuals(program, actions) and not book else None
    premiums = PREMIUMS if any(_trades_options(action) for action in actions) else None
    return Sight(
        trades=trades,
        delta=OPTIONS if options else trades,
        top_ups=LIQUIDITY if liquidity else premiums,
        gas=None if program.base == "ETH" else GAS,
        options=options,
    )


def _perpetuals(program: ir.Program, actions: list[ir.Action]) -> bool:
    if program.linear.perpetual or any(_perpetual(entry.instrument) for entry in program.book):
        return True
    kinds = {venue.kind_of for venue in program.venues}
    return "perpetual" in kinds or any(_perpetual(getattr(one, "instrument", None)) for one in actions)


def _perpetual(instrument: ir.Instrument | None) -> bool:
    return isinstance(instrument, ir.Linear) and instrument.perpetual


def _holds_options(program: ir.Program) -> bool:
    return any(isinstance(entry.instrument, ir.OptionShape) for entry in program.book)


def _trades_options(action: ir.Action) -> bool:
    if isinstance(action, ir.Roll):
        return True
    if isinstance(action, ir.Close) and action.what in ("all", "options", "calls", "puts"):
        return action.what != "all"
    return isinstance(action, _LINEAR) and isinstance(action.instrument, ir.OptionShape)
