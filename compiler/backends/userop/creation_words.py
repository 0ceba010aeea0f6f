"""The arguments that a guard is made with, and what each of them means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import NamedTuple

from stratc.runtime.creation import Said
from stratc.runtime.guard import HIGHEST, LOWEST, PARTS, UNLIMITED, Flow, GuardLimits, GuardPlan

NOBODY = "0x" + "00" * 20


class Terms(NamedTuple):
    """What neither the program nor the deployment file says of a guard."""

    guardian: str = NOBODY
    """Can pause, and cancel what was proposed; nothing else."""
    delay: int = 2 * 86_400
    """Seconds between proposing looser limits and accepting them."""
    gas_overhead: int = 200_000
    """Gas of an operation outside the guard's two calls: validation, the bundle's share, the guard's own end."""
    book: str = NOBODY
    """A contract that tells what the account holds at venues."""


class Market(NamedTuple):
    """The contract's `Market`, in its order."""

    base: str
    quote: str
    scale: int
    cent: int
    gas_scale: int
    gas_overhead: int
    book: str


_PARTS = f"in parts of {PARTS:,}"
_LIMITS = {
    "max_age": "seconds that a price may be old",
    "agreement": f"how far the two sources may be apart, {_PARTS}",
    "order_size": "the most of the base asset in one order, in smallest units",
    "order_notional": "the most that an order may be worth, in smallest units of the quote asset",
    "slippage": f"how much worse than the oracle's price an order may be, {_PARTS}",
    "top_up": "the most that may leave the account without a purchase, in smallest units of the quote asset",
    "exposure_low": "the least of the base asset that may be left, in smallest units",
    "exposure_high": "the most of the base asset that may be left, in smallest units",
    "cash": "the least of the quote asset that must be left, in smallest units",
    "gas_price": "the most wei for a unit of gas",
    "gas_cost": "the most that an order's gas may cost, in smallest units of the quote asset",
}
_NONE = (UNLIMITED, LOWEST, HIGHEST)


def guard_words(
    plan: GuardPlan, account: str, terms: Terms, market: Market, sources: tuple[tuple[str, bytes], ...]
) -> Iterator[Said]:
    """Each argument, the limits that hold one by one."""
    yield Said("account", account, "the only one that can make batches, and change the guard")
    yield Said(
        "guardian", _or_nobody(terms.guardian), "can pause, and cancel what was proposed; nothing else"
    )
    yield Said("delay", terms.delay, "seconds between proposing looser limits and accepting them")
    yield Said("capacity", plan.capacity, "how many batches it remembers")
    yield Said("market.base", market.base, f"{plan.base}, {plan.base_decimals} decimals")
    yield Said("market.quote", market.quote, f"{plan.quote}, {plan.quote_decimals} decimals")
    yield Said(
        "market.scale", str(market.scale), "smallest base units × price ÷ scale is smallest quote units"
    )
    yield Said("market.cent", market.cent, "smallest quote units in which windows count")
    priced = "wei × price ÷ gas_scale is smallest quote units; 0: gas is not priced"
    yield Said("market.gas_scale", str(market.gas_scale), priced)
    yield Said(
        "market.gas_overhead", market.gas_overhead, "gas of an operation outside the guard's two calls"
    )
    yield Said("market.book", _or_nobody(market.book), "tells what the account holds at venues")
    for name, (at, feed) in zip(("first", "second"), sources, strict=True):
        what = f"Pyth's 0x{feed.hex()}" if any(feed) else "a Chainlink aggregator"
        yield Said(
            name, _or_nobody(at), f"the {name} source of the price: {what}" if at != NOBODY else "no source"
        )
    yield Said("strategy", "0x" + plan.strategy, "the hash of the program")
    yield from _limits(plan.limits)


def _limits(limits: GuardLimits) -> Iterator[Said]:
    for field in fields(limits):
        if field.name == "flows":
            continue
        bound = getattr(limits, field.name)
        value = "none" if bound in _NONE else str(bound)
        yield Said(f"limits.{field.name}", value, _LIMITS[field.name])
    for place, flow in enumerate(limits.flows, 1):
        if flow is not None:
            yield Said(f"limits.flows.{place}", str(flow.packed()), _flow(flow))


def _flow(flow: Flow) -> str:
    counted = "orders" if flow.measure.name == "ORDERS" else f"cents of {flow.measure.name.lower()}"
    over = f"any {flow.seconds:,} s" if flow.seconds else f"a calendar {flow.window.name.lower()} (UTC)"
    return f"at most {flow.bound:,} {counted} in {over}"


def _or_nobody(address: str) -> str:
    return "nobody" if address == NOBODY else address
