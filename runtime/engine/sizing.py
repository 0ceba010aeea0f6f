"""From an action and its numbers to orders on the projected book."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, cast

from stratc.runtime.engine.amounts import cents_down, cents_up, lots, lots_within
from stratc.runtime.engine.instruments import listed_expiry, strike_at_delta, symbol_of
from stratc.runtime.engine.liquidity import Range, worth
from stratc.runtime.engine.messages import CENT, LOT, Contract, Order
from stratc.runtime.engine.view import View
from stratc.runtime.plan import ActionPlan, LinearPlan, OptionPlan, Plan, Values

MARGIN_ACTIONS = ("top up", "withdraw")
STATE_ACTIONS = ("halt", "reduce only")
_GREEK = {"delta": 1, "gamma": 2, "vega": 3}
_YEAR = 365.0 * 86_400.0
_LARGEST = 2**63 - 1
"""Units of the largest order: amounts fit 64 bits; a number beyond (1e300 from a broken feed) is no amount."""

Kind = Literal["trade", "top up", "withdraw", "provide", "remove"]


class Unavailable(Exception):
    """Something an action needs is not known at this tick; the rule does not fire."""


class Desk:
    """Makes the orders of one rule at one tick; `legs` counts those it has named."""

    __slots__ = ("block", "legs", "plan", "rule", "tick", "view")

    def __init__(self, plan: Plan, rule: int, tick: int, block: int, view: View) -> None:
        """Orders of `rule` at `tick`, on `view` (which the caller projects as it goes)."""
        self.plan = plan
        self.rule = rule
        self.tick = tick
        self.block = block
        self.view = view
        self.legs = 0

    def orders(self, action: ActionPlan, values: Values) -> list[Order]:
        """The orders of one action, none of them of size zero.

        Raises:
            Unavailable: a price, volatility or amount it needs is not known, or has no exact amount.
        """
        try:
            made = [order for order in self._made(action, values) if order.units]
        except (ArithmeticError, ValueError):
            raise Unavailable from None
        if any(abs(order.units) > _LARGEST for order in made):
            raise Unavailable
        return made

    def _made(self, action: ActionPlan, values: Values) -> list[Order]:
        made: list[Order] = []
        if action.do == "hedge":
            made = [self._hedge(action, values)]
        elif action.do in ("buy", "sell"):
            made = [self._trade(action, values)]
        elif action.do == "close":
            made = self._close(action, values, self._selected(action))
        elif action.do == "roll":
            made = self._roll(action, values)
        elif action.do in MARGIN_ACTIONS:
            made = [self._margin(action, values)]
        elif action.do in ("provide", "remove"):
            made = [self._liquidity(action, values)]
        return made

    def contract(self, shape: OptionPlan, at_delta: float | None) -> Contract:
        """The listed option that a shape means now."""
        expiry = shape.expiry
        if expiry is None:
            expiry = listed_expiry(self.view.t, shape.expiring_in or 0.0)
        if shape.strike is not None:
            return Contract(shape.right, shape.strike, expiry)
        spot, vol = self.view.spot, self.view.signals.get("iv")
        years = (expiry - self.view.t) / _YEAR
        if spot is None or vol is None or at_delta is None or years <= 0.0 or not 0.0 < at_delta < 1.0:
            raise Unavailable
        return Contract(shape.right, strike_at_delta(shape.right, at_delta, spot, years, vol), expiry)

    def _order(
        self,
        action: ActionPlan,
        values: Values,
        units: int,
        instrument: LinearPlan | Contract,
        kind: str = "trade",
    ) -> Order:
        contract = instrument if isinstance(instrument, Contract) else None
        self.legs += 1
        deadline = action.deadline_blocks
        return Order(
            id=f"{self.tick}.{self.rule}.{self.legs}",
            rule=self.rule,
            tick=self.tick,
            t=self.view.t,
            block=self.block,
            kind=cast("Kind", kind),
            symbol=symbol_of(self.plan.base, contract) if contract else _symbol(instrument),
            contract=contract,
            units=units,
            mark=self._mark(contract),
            perpetual=isinstance(instrument, LinearPlan) and instrument.perpetual,
            venue=action.venue,
            slippage=values.slippage,
            limit_price=values.limit_price,
            gas_cap=values.gas,
            deadline_block=None if deadline is None else self.block + deadline,
            retries=action.retries,
            recheck=action.recheck,
            split=action.split,
            split_seconds=action.split_seconds,
            route=action.route,
        )

    def _mark(self, contract: Contract | None) -> float:
        if contract is None:
            return self.view.spot or 0.0
        greeks = self.view.greeks(contract)
        if greeks is None:
            raise Unavailable
        return greeks[0]

    def _instrument(self, action: ActionPlan, values: Values) -> LinearPlan | Contract:
        shape = action.instrument
        return (
            self.contract(shape, values.at_delta)
            if isinstance(shape, OptionPlan)
            else shape or self.plan.linear
        )

    def _hedge(self, action: ActionPlan, values: Values) -> Order:
        instrument = self._instrument(action, values)
        now = self.view.observe(action.greek or "delta")
        if now is None or values.amount is None:
            raise Unavailable
        missing = values.amount - now
        if isinstance(instrument, Contract):
            greeks = self.view.greeks(instrument)
            if greeks is None or greeks[_GREEK[action.greek or "delta"]] == 0.0:
                raise Unavailable
            missing /= greeks[_GREEK[action.greek or "delta"]]
        return self._order(action, values, capped(lots(missing), values.at_most), instrument)

    def _trade(self, action: ActionPlan, values: Values) -> Order:
        if values.amount is None:
            raise Unavailable
        units = capped(max(0, lots(values.amount)), values.at_most)
        return self._order(
            action, values, units if action.do == "buy" else -units, self._instrument(action, values)
        )

    def _selected(self, action: ActionPlan) -> list[LinearPlan | Contract]:
        """What is held of what an action names, linear first, options in order."""
        if isinstance(action.instrument, LinearPlan):
            return [action.instrument]
        linear: list[LinearPlan | Contract] = []
        if action.what in ("all", "perpetual", "position"):
            linear.append(LinearPlan(self.plan.linear.symbol, True))
        if action.what in ("all", "position"):
            linear.append(LinearPlan(self.plan.base, False))
        return linear + [c for c in sorted(self.view.held) if self.view.held[c] and _matches(action, c)]

    def _held(self, instrument: LinearPlan | Contract) -> int:
        if isinstance(instrument, Contract):
            return self.view.held.get(instrument, 0)
        return self.view.perp if instrument.perpetual else self.view.linear - self.view.perp

    def _close(self, action: ActionPlan, values: Values, held: list[LinearPlan | Contract]) -> list[Order]:
        made = []
        for instrument in held:
            units = capped(-self._held(instrument), values.at_most)
            if units:
                made.append(self._order(action, values, units, instrument))
        return made

    def _roll(self, action: ActionPlan, values: Values) -> list[Order]:
        if action.to is None:
            raise Unavailable
        to = self.contract(action.to, values.at_delta)
        old: list[LinearPlan | Contract] = [c for c in self._selected(action) if c != to]
        closing = self._close(action, values, old)
        total = capped(-sum(order.units for order in closing), values.at_most)
        return [*closing, self._order(action, values, total, to)] if total else closing

    def _margin(self, action: ActionPlan, values: Values) -> Order:
        if values.amount is None:
            raise Unavailable
        wanted = self.view.margin_to_reach(values.amount)
        if wanted is None:
            raise Unavailable
        top_up = action.do == "top up"
        units = max(0, cents_up(wanted) if top_up else cents_down(-wanted))
        if values.at_most is not None:
            units = min(units, max(0, cents_down(values.at_most)))
        if top_up and self.view.book.separate:
            units = min(units, max(0, self.view.book.cash - self.view.posted))
        return self._order(action, values, units, LinearPlan(self.plan.quote, False), action.do)

    def _liquidity(self, action: ActionPlan, values: Values) -> Order:
        if values.amount is None or values.high is None or not 0.0 < values.amount < values.high:
            raise Unavailable
        between = (values.amount, values.high)
        if self.view.spot is None:
            raise Unavailable
        if action.do == "provide":
            units = cents_down(values.at_most if values.at_most is not None else self._free())
            if units / CENT / worth(Range(*between), self.view.spot) * LOT > _LARGEST:
                raise Unavailable
        else:
            units = 1 if between in self.view.ranges else 0
        order = self._order(
            action, values, max(0, units), LinearPlan(f"{self.plan.base}/{self.plan.quote}", False)
        )
        return replace(order, kind=cast("Kind", action.do), between=between)

    def _free(self) -> float:
        """A tenth of the equity: what a provision takes when it does not say how much."""
        return max(0.0, (self.view.observe("equity") or 0.0) / 10.0)


def capped(units: int, at_most: float | None) -> int:
    """`units` cut to a size, keeping its sign."""
    if at_most is None:
        return units
    most = lots_within(at_most)
    return max(-most, min(most, units))


def is_reducing(order: Order, do: str, view: View) -> bool:
    """Whether an order brings |delta| down without taking it past zero; closes and top-ups do by their nature."""
    if do in ("close", "top up", "remove"):
        return True
    if order.kind != "trade":
        return False
    before = view.observe("delta")
    after_view = view.copy()
    after_view.project(order, order.units)
    after = after_view.observe("delta")
    if before is None or after is None:
        return (
            order.contract is None and order.units * view.linear < 0 and abs(order.units) <= abs(view.linear)
        )
    return abs(after) < abs(before) and (after == 0.0 or (after > 0.0) == (before > 0.0))


def size_of(order: Order) -> float:
    """The absolute size of a trade, in the base asset or contracts."""
    return abs(order.units) / LOT


def _symbol(instrument: LinearPlan | Contract) -> str:
    return instrument.symbol if isinstance(instrument, LinearPlan) else ""


def _matches(action: ActionPlan, contract: Contract) -> bool:
    what, shape = action.what, action.instrument
    if what in ("all", "options"):
        return True
    if what in ("calls", "puts"):
        return contract.right == what[:-1]
    if not isinstance(shape, OptionPlan):
        return False
    return (
        shape.right == contract.right
        and shape.strike in (None, contract.strike)
        and shape.expiry in (None, contract.expiry)
    )
