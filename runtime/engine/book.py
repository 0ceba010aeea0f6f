"""The book: what is held and what it has cost, in exact integers. Changed by fills, flows and expiries only."""

from __future__ import annotations

from stratc.runtime.engine.amounts import cents_down, cents_up
from stratc.runtime.engine.liquidity import Range, worth
from stratc.runtime.engine.messages import CENT, LOT, CashFlow, Contract, Fill, Order, Settlement, Transfer

DEFAULT_CAPITAL = 100_000 * CENT
"""What an account that states no money starts with, in the quote asset."""


class Book:
    """Positions in LOT, money in CENT of the quote.

    With a margin stated, `cash` is a wallet that top-ups draw on; without, all money is margin and top-ups
    come from outside. Trading moves `margin` in both cases: an order is settled at its price, so a
    perpetual's profit is realised money plus position times mark, the same as for spot.
    """

    __slots__ = (
        "base",
        "cash",
        "deposits",
        "fees",
        "funding",
        "gas",
        "linear_money",
        "margin",
        "option_money",
        "options",
        "perp",
        "ranges",
        "separate",
        "spot",
        "unpriced",
    )

    def __init__(self, base: str, cash: int | None = None, margin: int | None = None) -> None:
        """An empty book for `base` with this money (both None: the default account)."""
        self.base = base
        self.separate = margin is not None
        if margin is None:
            margin = DEFAULT_CAPITAL if cash is None else cash
            cash = 0
        self.cash = cash or 0
        self.margin = margin
        self.spot = 0
        self.perp = 0
        self.unpriced = 0
        """The part of `perp` the book started with, until `enter` has given it a price."""
        self.options: dict[Contract, int] = {}
        self.ranges: dict[Range, int] = {}
        """Liquidity (LOT of its unit) by price range."""
        self.linear_money = self.option_money = self.fees = self.gas = self.funding = self.deposits = 0

    @property
    def money(self) -> int:
        """Wallet and margin with everything trading has paid and received."""
        return (
            self.cash
            + self.margin
            + self.linear_money
            + self.option_money
            + self.funding
            - self.fees
            - self.gas
        )

    def enter(self, spot: float) -> None:
        """Enter the perpetuals the book started with at the first price there is."""
        value = abs(self.unpriced) / LOT * spot
        self.linear_money += -cents_up(value) if self.unpriced > 0 else cents_down(value)
        self.unpriced = 0

    def hold(self, contract: Contract, units: int) -> None:
        """Add signed units of an option, forgetting it at zero."""
        now = self.options.get(contract, 0) + units
        if now:
            self.options[contract] = now
        else:
            self.options.pop(contract, None)

    def apply_fill(self, order: Order, fill: Fill) -> None:
        """Book a fill of an order: position, money at the fill's price (rounded against us), fee and gas."""
        self.fees += fill.fee
        self.gas += fill.gas
        if order.kind == "top up":
            self._move_margin(fill.units)
        elif order.kind == "withdraw":
            self._move_margin(-fill.units)
        elif order.between is not None:
            self._liquidity(order, fill)
        else:
            self._trade(order, fill)

    def _trade(self, order: Order, fill: Fill) -> None:
        value = abs(fill.units) / LOT * fill.price
        paid = -cents_up(value) if fill.units > 0 else cents_down(value)
        if order.contract is not None:
            self.hold(order.contract, fill.units)
            self.option_money += paid
            return
        self.linear_money += paid
        if order.perpetual:
            self.perp += fill.units
        else:
            self.spot += fill.units

    def _move_margin(self, amount: int) -> None:
        if self.separate:
            self.margin += amount
            self.cash -= amount
        else:
            self.margin += amount
            self.deposits += amount

    def _liquidity(self, order: Order, fill: Fill) -> None:
        band = Range(*(order.between or (0.0, 0.0)))
        if order.kind == "provide":
            each = worth(band, fill.price)
            self.ranges[band] = self.ranges.get(band, 0) + int(fill.units / CENT / each * LOT)
            self.linear_money -= fill.units
        else:
            liquidity = self.ranges.pop(band, 0)
            self.linear_money += cents_down(liquidity / LOT * worth(band, fill.price))

    def apply_flow(self, flow: CashFlow) -> None:
        """Book money that moved without an order."""
        if flow.kind == "funding":
            self.funding += flow.amount
        elif flow.kind == "interest":
            self.margin += flow.amount
        else:
            self.margin += flow.amount
            self.deposits += flow.amount

    def apply_transfer(self, found: Transfer) -> None:
        """Book what the account was found to hold; with one pot of money, a wallet's is margin too."""
        if found.held == "asset":
            self.spot += found.units
        elif found.held == "perpetual":
            self.perp += found.units
            self.unpriced += found.units
        elif found.contract is not None:
            self.hold(found.contract, found.units)
        elif found.held == "wallet" and self.separate:
            self.cash += found.units
        else:
            self.margin += found.units

    def settle(self, t: float, spot: float, symbols: dict[Contract, str]) -> list[Settlement]:
        """Pay out every option that has expired at `t`, at its intrinsic value at `spot`."""
        settled = []
        for contract in sorted(c for c in self.options if c.expiry <= t):
            units = self.options.pop(contract)
            gain = spot - contract.strike if contract.right == "call" else contract.strike - spot
            value = abs(units) / LOT * max(0.0, gain)
            amount = cents_down(value) if units > 0 else -cents_up(value)
            self.option_money += amount
            settled.append(Settlement(contract, symbols.get(contract, ""), units, spot, amount))
        return settled
