"""What an order would get from simulated venues at one tick, and whether its clauses allow that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil, floor

from stratc.runtime.engine.amounts import cents_up
from stratc.runtime.engine.messages import LOT, Contract, Order
from stratc.runtime.market.realised import YEAR
from stratc.runtime.pricing.scalar import bs_price
from stratc.runtime.venues.liquidity import Curve, spread_over
from stratc.runtime.venues.terms import DEPTH, VenueTerms

USUAL_VOL = 0.6
"""Implied volatility at which a venue's stated spread and depth hold."""
PREMIUM_SHARE = 0.125
"""The most an option's fee takes of its premium, as at the largest options exchange."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the venues know of the market at a tick (quote per base, 1.0 = 100 %, quote per order)."""

    t: float
    spot: float | None
    iv: float | None
    gas_cost: float

    @property
    def stress(self) -> float:
        """How many times worse than stated spread and depth are: 1 at a volatility of 60 % and below."""
        return max(1.0, (self.iv or USUAL_VOL) / USUAL_VOL)


@dataclass(frozen=True, slots=True)
class Execution:
    """A part of an order that trades: LOT (not signed) at a price, with fee and gas in CENT."""

    venue: str
    units: int
    price: float
    fee: int
    gas: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing trades at this tick, and whether waiting may help."""

    reason: str
    waits: bool = False


def mid_of(order: Order, now: Conditions) -> float | None:
    """The fair price now: spot, or the option's value (at the order's own tick its mark); None: expired."""
    if order.contract is None:
        return order.mark if now.spot is None else now.spot
    if now.t == order.t or now.spot is None or now.iv is None:
        return order.mark
    return _option_value(order.contract, now.spot, now.iv, now.t)


def _option_value(contract: Contract, spot: float, iv: float, t: float) -> float | None:
    if t >= contract.expiry:
        return None
    return bs_price(contract.right == "call", spot, contract.strike, (contract.expiry - t) / YEAR, iv)


def quote(
    order: Order, units: int, reference: float, now: Conditions, venues: Sequence[VenueTerms], seed: str
) -> list[Execution] | Refusal:
    """What `units` LOT of the order (not signed) would get: as much as there is depth for.

    `reference` is the price that the order's slippage is measured from. `seed` names the draw: the same
    order at the same attempt meets the same luck, whatever other orders do.
    """
    mid = mid_of(order, now)
    if mid is None:
        return Refusal("the option has expired")
    if not (now.spot or mid):
        return Refusal("there is no price yet")
    plan = _plan(order, units, mid, now, venues)
    found = [_execute(order, n, mid, now, terms, seed) for n, terms in zip(plan, venues, strict=True) if n]
    if not found:
        least = min(terms.lot for terms in venues)
        return Refusal(f"{units / LOT:g} is below the lot of {least:g}")
    return _refusal(order, found, reference) or found


def _plan(order: Order, units: int, mid: float, now: Conditions, venues: Sequence[VenueTerms]) -> list[int]:
    curves = [_curve(order, mid, now, terms) for terms in venues]
    plan = [_in_lots(n, terms) for n, terms in zip(spread_over(units, curves), venues, strict=True)]
    rest = units - sum(plan)
    for at, terms in enumerate(venues):
        room = int(curves[at].depth * LOT) - plan[at]
        more = _in_lots(plan[at] + min(rest, room), terms) - plan[at]
        plan[at] += more
        rest -= more
    return plan


def _in_lots(units: int, terms: VenueTerms) -> int:
    lot = round(terms.lot * LOT)
    return units // lot * lot if lot else units


def _curve(order: Order, mid: float, now: Conditions, terms: VenueTerms) -> Curve:
    base = now.spot or mid
    depth = (DEPTH / base if terms.depth is None else terms.depth) / now.stress
    worth = max(mid, 1e-9)
    fee = terms.fee if order.contract is None else min(terms.fee * base / worth, PREMIUM_SHARE)
    flat = _half_spread(order, mid, now, terms) / worth + fee
    return Curve(flat, depth, terms.impact, _gas(now, terms) / worth)


def _half_spread(order: Order, mid: float, now: Conditions, terms: VenueTerms) -> float:
    """In quote per base."""
    half = 0.5 * terms.spread * now.stress * mid
    return half if order.contract is None else max(half, terms.floor * (now.spot or 0.0))


def _gas(now: Conditions, terms: VenueTerms) -> float:
    return now.gas_cost if terms.gas is None else terms.gas


def _execute(
    order: Order, units: int, mid: float, now: Conditions, terms: VenueTerms, seed: str
) -> Execution:
    curve = _curve(order, mid, now, terms)
    luck = _draw(f"{seed}/{order.id}/{terms.name}")
    share = curve.average(units / LOT)
    if order.route in (None, "public"):
        share += terms.sandwich * luck
    worse = mid * share + _half_spread(order, mid, now, terms) * (1.0 + terms.noise * luck)
    price = _on_tick(mid + worse if order.units > 0 else max(0.0, mid - worse), order, terms)
    notional = units / LOT * price
    fee = notional * terms.fee
    if order.contract is not None:
        fee = min(units / LOT * terms.fee * (now.spot or 0.0), PREMIUM_SHARE * notional)
    return Execution(terms.name, units, price, cents_up(fee), cents_up(_gas(now, terms)))


def _on_tick(price: float, order: Order, terms: VenueTerms) -> float:
    """The price on the venue's grid, against the order."""
    if not terms.tick:
        return price
    steps = price / terms.tick
    return (ceil(steps - 1e-9) if order.units > 0 else floor(steps + 1e-9)) * terms.tick


def _refusal(order: Order, found: list[Execution], reference: float) -> Refusal | None:
    gas = sum(each.gas for each in found) / 1e6
    if order.gas_cap is not None and gas > order.gas_cap:
        return Refusal(f"gas of {gas:,.2f} is above {order.gas_cap:,.2f}")
    sign = 1.0 if order.units > 0 else -1.0
    for each in found:
        lost = sign * (each.price - reference)
        if order.slippage is not None and lost > order.slippage * abs(reference) + 1e-12 * abs(reference):
            bps = 1e4 * lost / reference if reference else float("inf")
            return Refusal(f"slippage of {bps:.1f} bps is above {1e4 * order.slippage:g} bps")
        if order.limit_price is not None and sign * (each.price - order.limit_price) > 0.0:
            return Refusal(
                f"{each.price:,.6g} is beyond the limit price {order.limit_price:,.6g}", waits=True
            )
    return None


def _draw(name: str) -> float:
    """A number in [0, 1) that depends on the name alone."""
    return int.from_bytes(blake2b(name.encode(), digest_size=7).digest(), "big") / 2.0**56
