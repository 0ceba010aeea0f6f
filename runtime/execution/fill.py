"""From a bundle plan and the orders of one firing to the calls that carry them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import floor
from typing import NamedTuple

from stratc.runtime.bundle import Argument as Planned
from stratc.runtime.bundle import Bundle, Call, Hole, HoleName, Instrument, Leg, RuleBundle, Side
from stratc.runtime.engine.messages import Order
from stratc.runtime.execution.marks import mark_of
from stratc.runtime.guard import PARTS, UNLIMITED
from stratc.runtime.signatures import Argument, SignatureError, encoded
from stratc.runtime.venues.onchain import ADAPTERS, OPTIONS
from stratc.runtime.venues.onchain.amounts import exact
from stratc.runtime.venues.onchain.asked import SECONDS_TO_LIVE, Asked, FillError
from stratc.runtime.venues.onchain.listed import Listed


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known when orders leave: time (epoch s), oracle price (quote per base), the guard's hints."""

    t: float
    price: float | None
    hints: int = 0
    volatility: float | None = None
    """Implied, 1.0 is 100 %: options are priced anew with it; None: as when their orders were decided."""
    options: Mapping[str, Listed] = field(default_factory=dict)
    """What each options market lists and the account holds there, by the venue's name."""


class Step(NamedTuple):
    """One call, filled: to whom, with how much wei and what data, and the same in words."""

    to: str
    value: int
    data: bytes
    what: str
    function: str
    args: tuple[Argument, ...]


def fill(bundle: Bundle, orders: Sequence[Order], moment: Moment) -> list[Step]:
    """The calls for one atomic set of orders, all of one rule, in the order they are made.

    Raises:
        FillError: there are none, one fits no leg of its rule, or an amount cannot be bounded.
        BundleError: the rule sends nothing in this plan.
    """
    if not orders:
        raise FillError("there are no orders to fill a bundle with")
    rule = bundle.rule(orders[0].rule)
    trades = list(_trades(bundle, rule, orders, moment))
    if bundle.guard is None:
        return [step for _, steps in trades for step in steps]
    steps = [_step(bundle.guard.begin, _batch_numbers(orders, moment))]
    for place, (order, made) in enumerate(trades, 1):
        steps += made
        after = bundle.guard.finish if place == len(trades) else bundle.guard.mark
        steps.append(_step(after, {**_batch_numbers(orders, moment), "slippage": _slippage(order)}))
    return steps


def paired(rule: RuleBundle, orders: Sequence[Order]) -> Iterator[tuple[Order, Leg]]:
    """Each order with its leg; orders come in the order of their legs."""
    at = 0
    for order in orders:
        fitting = (place for place in range(at, len(rule.legs)) if _fits(order, rule.legs[place]))
        found = next(fitting, None)
        if found is None:
            raise FillError(
                f"order {order.id} ({order.kind} {order.symbol}) fits no leg of rule {rule.rule} in this bundle; "
                "compile the program again"
            )
        at = found
        yield order, rule.legs[at]


def _fits(order: Order, leg: Leg) -> bool:
    if (order.venue or leg.venue) != leg.venue or leg.instrument != _traded(order):
        return False
    taken = side(order)
    if order.contract is None:
        return taken in leg.sides
    return taken is not None and any(one in leg.sides for one in _DOES[taken])


_DOES: dict[Side, tuple[Side, ...]] = {
    "buy": ("open long", "close short"),
    "sell": ("open short", "close long"),
}
"""What an order for options can do to positions."""


def _traded(order: Order) -> Instrument:
    if order.contract is not None:
        return order.contract.right
    if order.kind in ("top up", "withdraw"):
        return "money"
    return "perpetual" if order.perpetual else "asset"


def side(order: Order) -> Side | None:
    """Which of a leg's sides an order takes; None for what has no calls."""
    if order.kind == "top up" or order.kind == "withdraw":
        return order.kind
    if order.kind != "trade":
        return None
    return "buy" if order.units > 0 else "sell"


def _trades(
    bundle: Bundle, rule: RuleBundle, orders: Sequence[Order], moment: Moment
) -> Iterator[tuple[Order, list[Step]]]:
    """The calls of each trade: an order is one, for options as many as the account's positions take."""
    options = dict(moment.options)
    for order, leg in paired(rule, orders):
        if order.contract is None:
            yield order, _leg(bundle, order, leg, moment)
            continue
        if leg.venue not in options or leg.kind not in OPTIONS:
            raise FillError(
                f"order {order.id} is for {order.symbol}, and what {leg.venue} lists was not read; ask the chain"
            )
        asked = _asked(bundle, order, moment)
        made = OPTIONS[leg.kind](asked, options[leg.venue])
        options[leg.venue] = made.left
        for part in made.parts:
            yield order, [_step(call, part.numbers) for call in _calls(rule, leg, part.side, order)]


def _calls(rule: RuleBundle, leg: Leg, taken: Side, order: Order) -> tuple[Call, ...]:
    """The calls of a side: the leg's, else those of another leg of the rule on the same options."""
    for one in (leg, *rule.legs):
        if (one.venue, one.instrument) == (leg.venue, leg.instrument) and taken in one.sides:
            return one.sides[taken]
    raise FillError(
        f"order {order.id} would {taken} {order.symbol} on {leg.venue}, and rule {rule.rule} only "
        f"{' and '.join(leg.sides)}; the account's positions are not those of the book"
    )


def _leg(bundle: Bundle, order: Order, leg: Leg, moment: Moment) -> list[Step]:
    adapter = ADAPTERS.get(leg.kind)
    taken = side(order)
    if adapter is None or taken is None:
        raise FillError(f"there are no calls for {order.kind} on {leg.kind}; compile the program again")
    numbers = adapter(_asked(bundle, order, moment))
    return [_step(call, numbers) for call in leg.sides[taken]]


def _asked(bundle: Bundle, order: Order, moment: Moment) -> Asked:
    base, quote = bundle.base, bundle.quote
    price = mark_of(order, moment.t, moment.price, moment.volatility)
    named = base.symbol if order.contract is None else order.symbol
    return Asked(order, price, moment.t, base.decimals, quote.decimals, named, quote.symbol)


def _batch_numbers(orders: Sequence[Order], moment: Moment) -> dict[HoleName, int]:
    """What the guard is told about all of the batch."""
    blocks = [order.deadline_block for order in orders if order.deadline_block is not None]
    return {
        "deadline_block": min(blocks, default=UNLIMITED),
        "deadline_time": floor(moment.t) + SECONDS_TO_LIVE,
        "orders": sum(order.kind == "trade" for order in orders),
        "hints": moment.hints,
    }


def _slippage(order: Order) -> int:
    """What the guard holds a leg to, in parts of 10**9; what is no trade, or has only a limit price, is not held.

    Nor are options, whose market holds their premium.
    """
    if order.kind != "trade" or order.contract is not None or order.slippage is None:
        return UNLIMITED
    return floor(exact(order.slippage, "the slippage") * PARTS)


def _step(call: Call, numbers: Mapping[HoleName, int]) -> Step:
    args = tuple(_filled(arg, numbers) for arg in call.args)
    try:
        data = encoded(call.function, args)
    except SignatureError as error:
        raise FillError(f"{call.what}: {error}") from None
    return Step(call.to, call.value, data, call.what, call.function, args)


def _filled(arg: Planned, numbers: Mapping[HoleName, int]) -> Argument:
    if isinstance(arg, tuple):
        return tuple(_number(part, numbers) if isinstance(part, Hole) else part for part in arg)
    return _number(arg, numbers) if isinstance(arg, Hole) else arg


def _number(hole: Hole, numbers: Mapping[HoleName, int]) -> int:
    if hole.hole not in numbers:
        raise FillError(f"nothing is known for {hole.hole} of {hole.unit}; compile the program again")
    return numbers[hole.hole]
