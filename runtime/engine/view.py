"""The projected book, valued at one tick: where delta, margin ratio and the other book signals come from."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from stratc.runtime.engine.book import Book
from stratc.runtime.engine.distance import distance_to_liquidation
from stratc.runtime.engine.instruments import YEAR
from stratc.runtime.engine.liquidity import Range, gamma, per_liquidity, worth
from stratc.runtime.engine.messages import CENT, LOT, Contract, Order
from stratc.runtime.pricing.jump_delta import jump_delta
from stratc.runtime.pricing.models import Jumps
from stratc.runtime.pricing.scalar import Greeks, bs_greeks

PERP_MARGIN = 0.10
"""Initial margin of a perpetual, as a share of its notional."""
OPTION_MARGIN = 0.15
OPTION_MARGIN_FLOOR = 0.10
"""Initial margin of a short option: max(15 % - out-of-the-money share, 10 %) of spot, and its mark."""

JUMP_DELTA = "delta[merton]"
BOOK_SIGNALS = frozenset(
    "delta delta[merton] gamma vega theta position equity cash margin pnl leverage margin_ratio drawdown "
    "distance_to_liquidation".split()
)


class View:
    """A book and what is on its way (`linear`, `held`, `ranges`, `posted` include it), at one snapshot.

    Every method gives None when something it needs is not available. Sums run over the linear position
    first, then options in the order of (right, strike, expiry), then ranges: the order is part of the meaning.
    """

    __slots__ = (
        "_equities",
        "_greeks",
        "_jump_deltas",
        "book",
        "held",
        "jumps",
        "linear",
        "overrides",
        "peak",
        "perp",
        "posted",
        "ranges",
        "signals",
        "start",
        "start_linear",
        "t",
    )

    def __init__(
        self,
        book: Book,
        t: float,
        signals: Mapping[str, float | None],
        peak: float | None,
        start: float | None,
        jumps: Jumps | None = None,
    ) -> None:
        """`peak` is the highest equity so far and `start` the first (None: not known yet); `jumps` are those of
        the program's `model merton`, without which `delta[merton]` is not available.
        """
        self._equities: list[float | None] = []
        """The equity, once it is known: the book does not change while somebody looks at it."""
        self.book = book
        self.t = t
        self.signals = signals
        self.peak = peak
        self.start = start
        self.linear = self.start_linear = book.spot + book.perp
        self.perp = book.perp
        self.held = dict(book.options)
        self.ranges = dict(book.ranges)
        self.posted = 0
        self.jumps = jumps
        self._greeks: dict[Contract, Greeks | None] = {}
        self._jump_deltas: dict[Contract, float | None] = {}
        self.overrides = not BOOK_SIGNALS.isdisjoint(signals)

    def project(self, order: Order, units: int) -> None:
        """Count `units` of an order as if they were done."""
        if order.kind == "top up":
            self.posted += units
        elif order.kind == "withdraw":
            self.posted -= units
        elif order.between is not None:
            band = Range(*order.between)
            if order.kind == "provide":
                self.ranges[band] = self.ranges.get(band, 0) + int(
                    units / CENT / worth(band, order.mark) * LOT
                )
            else:
                self.ranges.pop(band, None)
        elif order.contract is not None:
            self.held[order.contract] = self.held.get(order.contract, 0) + units
        else:
            self.linear += units
            if order.perpetual:
                self.perp += units

    def copy(self) -> View:
        """An independent view to try orders on."""
        other = View.__new__(View)
        for name in View.__slots__:
            setattr(other, name, getattr(self, name))
        other.held = dict(self.held)
        other.ranges = dict(self.ranges)
        return other

    @property
    def spot(self) -> float | None:
        """The price of the base asset."""
        return self.signals.get("spot")

    def greeks(self, contract: Contract) -> Greeks | None:
        """Price and Greeks of one contract (Black-Scholes at the flat implied volatility, no rate)."""
        try:
            return self._greeks[contract]
        except KeyError:
            spot, vol = self.spot, self.signals.get("iv")
            known = None
            if spot is not None and vol is not None and spot > 0.0 and vol > 0.0:
                years = max(0.0, (contract.expiry - self.t) / YEAR)
                known = bs_greeks(contract.right == "call", spot, contract.strike, years, vol)
            self._greeks[contract] = known
            return known

    def _over_options(self, field: int) -> float | None:
        total = 0.0
        for contract in sorted(self.held):
            units = self.held[contract]
            if units:
                greeks = self.greeks(contract)
                if greeks is None:
                    return None
                total += units / LOT * greeks[field]
        return total

    def _with_ranges(self, total: float | None, index: int) -> float | None:
        """Add what liquidity holds: index 0 its base, 1 its gamma, 2 its value."""
        if not self.ranges or total is None:
            return total
        spot = self.spot
        if spot is None:
            return None
        for band in sorted(self.ranges):
            amount = self.ranges[band] / LOT
            value = (per_liquidity(band, spot)[0], gamma(band, spot), worth(band, spot))[index]
            total += amount * value
        return total

    def observe(self, name: str) -> float | None:
        """The value of a book signal by its name in the language (theta per second)."""
        if self.overrides and name in self.signals:
            given = self.signals[name]
            if given is None:
                return None
            if name in ("delta", "position", JUMP_DELTA):
                return given + (self.linear - self.start_linear) / LOT
            if name == "margin_ratio":
                return self._overridden_ratio(given)
            return given
        if name == JUMP_DELTA:
            return self._jump_delta()
        value: float | None = getattr(self, f"_{name}")()
        return value

    def _position(self) -> float:
        return self.linear / LOT

    def _delta(self) -> float | None:
        linear = self.linear / LOT
        if not self.held and not self.ranges:
            return linear
        options = self._over_options(1)
        return self._with_ranges(None if options is None else linear + options, 0)

    def _jump_delta(self) -> float | None:
        """Delta, and for every option held what jumps make of its hedge ratio beyond its own delta."""
        total = self.observe("delta")
        if self.jumps is None or total is None:
            return None
        for contract in sorted(self.held):
            units = self.held[contract]
            if units:
                greeks, ratio = self.greeks(contract), self.jump_delta(contract, self.jumps)
                if greeks is None or ratio is None:
                    return None
                total += units / LOT * (ratio - greeks[1])
        return total

    def jump_delta(self, contract: Contract, jumps: Jumps) -> float | None:
        """The hedge ratio of one contract under jumps; None where they are too many for a series, or too far."""
        if contract not in self._jump_deltas:
            self._jump_deltas[contract] = self._hedge_ratio(contract, jumps)
        return self._jump_deltas[contract]

    def _hedge_ratio(self, contract: Contract, jumps: Jumps) -> float | None:
        spot, vol = self.spot, self.signals.get("iv")
        if spot is None or vol is None or self.greeks(contract) is None:
            return None
        years = max(0.0, (contract.expiry - self.t) / YEAR)
        try:
            return jump_delta(contract.right == "call", spot, contract.strike, years, vol, jumps)
        except (ArithmeticError, ValueError):
            return None

    def _gamma(self) -> float | None:
        return self._with_ranges(self._over_options(2), 1)

    def _vega(self) -> float | None:
        return self._over_options(3)

    def _theta(self) -> float | None:
        per_year = self._over_options(4)
        return None if per_year is None else per_year / YEAR

    def option_value(self) -> float | None:
        """The mark of what the book itself holds in options, without what is on its way."""
        total = 0.0
        for contract in sorted(self.book.options):
            greeks = self.greeks(contract)
            if greeks is None:
                return None
            total += self.book.options[contract] / LOT * greeks[0]
        return total

    def linear_value(self) -> float | None:
        """The mark of the linear position and of liquidity, without what is on its way."""
        held = self.book.spot + self.book.perp - self.book.unpriced
        if not held and not self.book.ranges:
            return 0.0
        spot = self.spot
        if spot is None:
            return None
        total = held / LOT * spot
        for band in sorted(self.book.ranges):
            total += self.book.ranges[band] / LOT * worth(band, spot)
        return total

    def _equity(self) -> float | None:
        if not self._equities:
            self._equities.append(self._valued())
        return self._equities[0]

    def _valued(self) -> float | None:
        linear, options = self.linear_value(), self.option_value()
        if linear is None or options is None:
            return None
        return self.book.money / CENT + linear + options

    def _cash(self) -> float:
        """The wallet, less what is on its way from it to the margin."""
        return (self.book.cash - (self.posted if self.book.separate else 0)) / CENT

    def _margin(self) -> float | None:
        equity = self.observe("equity")
        if equity is None:
            return None
        posted = self.posted / CENT
        return equity - self.book.cash / CENT + posted

    def _pnl(self) -> float | None:
        equity = self.observe("equity")
        if equity is None or self.start is None:
            return None
        return equity - self.start - self.book.deposits / CENT

    def _leverage(self) -> float | None:
        equity = self.observe("equity")
        spot = self.spot
        if equity is None or spot is None:
            return None
        gross = abs(self.linear / LOT)
        for contract in sorted(self.held):
            greeks = self.greeks(contract)
            if greeks is None:
                return None
            gross += abs(self.held[contract] / LOT * greeks[1])
        if gross == 0.0:
            return 0.0
        return gross * spot / equity if equity > 0.0 else inf

    def requirement(self) -> float | None:
        """Initial margin of the projected book, in the quote asset."""
        spot = self.spot
        if spot is None:
            return None
        total = abs(self.perp / LOT) * spot * PERP_MARGIN
        for contract in sorted(self.held):
            units = self.held[contract]
            if units < 0:
                greeks = self.greeks(contract)
                if greeks is None:
                    return None
                away = contract.strike - spot if contract.right == "call" else spot - contract.strike
                share = max(OPTION_MARGIN - max(0.0, away) / spot, OPTION_MARGIN_FLOOR)
                total += -units / LOT * (share * spot + greeks[0])
        return total

    def _margin_ratio(self) -> float | None:
        margin, required = self._margin(), self.requirement()
        if margin is None or required is None:
            return None
        return margin / required if required > 0.0 else inf

    def _distance_to_liquidation(self) -> float | None:
        return distance_to_liquidation(self)

    def _overridden_ratio(self, given: float) -> float | None:
        required = self.required_for(given)
        if required is None or not self.posted:
            return given
        return given + self.posted / CENT / required if required > 0.0 else given

    def required_for(self, ratio: float) -> float | None:
        """The requirement that a margin ratio told from outside implies for the margin the book has."""
        margin = self._margin()
        if margin is None or ratio <= 0.0:
            return None
        return (margin - self.posted / CENT) / ratio

    def margin_to_reach(self, ratio: float) -> float | None:
        """The quote to add (negative: to take out) for the projected margin ratio to be `ratio`."""
        given = self.signals.get("margin_ratio") if self.overrides else None
        if given is not None:
            required = self.required_for(given)
            now = self._overridden_ratio(given)
            return None if required is None or now is None else (ratio - now) * required
        margin, required = self._margin(), self.requirement()
        if margin is None or required is None:
            return None
        return ratio * required - margin

    def _drawdown(self) -> float | None:
        equity = self.observe("equity")
        if equity is None or self.peak is None or self.peak <= 0.0:
            return None
        return max(0.0, 1.0 - equity / self.peak)
