"""One limit of the program to the guard's numbers, or to why the contract cannot hold it."""

from __future__ import annotations

from typing import NamedTuple

from stratc.compiler.backends.userop.guard_amounts import at_least, at_most, fixed_bound
from stratc.compiler.backends.userop.guard_sight import Sight
from stratc.compiler.ir import nodes as ir
from stratc.runtime.guard import FLOW_BOUND, Check, Flow, Measure, Unit, Window

PARTS_DECIMALS, CENT_DECIMALS, WEI_DECIMALS = 9, 6, 18


class Number(NamedTuple):
    """A number for one field of the guard's limits, and the checks that refuse by it."""

    field: str
    bound: int
    checks: tuple[Check, ...]
    unit: Unit
    note: str = ""


class Scales(NamedTuple):
    """Decimals of the base and of the quote token."""

    base: int
    quote: int

    @property
    def cent(self) -> int:
        """Decimals in which windows count money."""
        return min(self.quote, CENT_DECIMALS)


_NO_OPTIONS = "options are not in it"
_LOSS = "what batches lose against the oracle's price; what the market takes is the engine's to count"
_GAS = "what the operation's own calls take, and the overhead the guard was deployed with"
_AT_ITS_WORD = "as many as the operation says, where balances show fewer"
_UNSEEN = {
    ir.JUMP_DELTA: "the contract computes no Greeks",
    "vega": "the contract computes no Greeks",
    "gamma": "the contract computes no Greeks",
    "theta": "the contract computes no Greeks",
    "leverage": "it takes the equity, which the contract cannot value",
    "equity": "the contract cannot value what is held at venues",
    "margin_ratio": "margin is the venue's account, which each venue keeps in its own way",
    "distance_to_liquidation": "margin is the venue's account, which each venue keeps in its own way",
    "drawdown": "it takes the equity, which the contract cannot value",
    "pnl": "it takes the equity, which the contract cannot value",
}


def of_order(program: ir.Program, limit: ir.Limit, scales: Scales, seen: Sight) -> list[Number] | str:
    """A limit of one order."""
    hidden = {"topup": seen.top_ups, "order gas": seen.gas}.get(limit.measure, seen.trades)
    if hidden is not None:
        return hidden
    if limit.op == ">=":
        return "the contract bounds orders from above only"
    bound = fixed_bound(program, limit)
    if isinstance(bound, str):
        return bound
    note = _NO_OPTIONS if seen.options else ""
    if limit.measure == "order size":
        return [Number("order_size", at_most(bound, scales.base), (Check.ORDER_SIZE,), "base", note)]
    quote = at_most(bound, scales.quote)
    if limit.measure == "order notional":
        return [Number("order_notional", quote, (Check.ORDER_NOTIONAL,), "quote", note)]
    if limit.measure == "topup":
        return [Number("top_up", quote, (Check.TOP_UP,), "quote")]
    if limit.measure == "order gas":
        return [Number("gas_cost", quote, (Check.GAS_COST,), "quote", _GAS)]
    # What a purchase or a sale is refused by are amounts of the quote asset.
    checks = (Check.BOUGHT_TOO_DEAR, Check.SOLD_TOO_CHEAP)
    return [Number("slippage", at_most(bound, PARTS_DECIMALS), checks, "quote", note)]


def of_state(program: ir.Program, limit: ir.Limit, scales: Scales, seen: Sight) -> list[Number] | str:
    """A limit of the state after the orders."""
    absolute, measured = _inner(limit.state)
    name = getattr(measured, "name", "")
    if not isinstance(measured, ir.BookSignal | ir.Input) or (absolute and limit.op == ">="):
        return "the contract measures `position`, `delta`, `cash` and `gas_price` as they are"
    bound = fixed_bound(program, limit)
    if isinstance(bound, str):
        return bound
    if name in ("position", "delta"):
        hidden = seen.trades if name == "position" else seen.delta
        return hidden or _exposure(bound, absolute=absolute, op=limit.op, decimals=scales.base)
    if name == "cash" and limit.op == ">=":
        return [Number("cash", max(0, at_least(bound, scales.quote)), (Check.CASH,), "quote")]
    if name == "gas_price" and limit.op == "<=":
        return [gas_price(bound)]
    return _UNSEEN.get(name, f"the contract does not know `{name}`")


def gas_price(bound: float) -> Number:
    """A cap on the price of gas, in ETH a unit of gas."""
    return Number(
        "gas_price",
        at_most(bound, WEI_DECIMALS),
        (Check.GAS_PRICE,),
        "wei",
        "exits and top-ups may be dearer",
    )


def _inner(state: ir.Expr | None) -> tuple[bool, ir.Expr | None]:
    if isinstance(state, ir.Apply) and state.op == "abs":
        return True, state.args[0]
    return False, state


def _exposure(bound: float, *, absolute: bool, op: str, decimals: int) -> list[Number]:
    found = []
    if absolute or op == "<=":
        found.append(Number("exposure_high", at_most(bound, decimals), (Check.EXPOSURE_HIGH,), "base"))
    if absolute or op == ">=":
        low = -at_most(bound, decimals) if absolute else at_least(bound, decimals)
        found.append(Number("exposure_low", low, (Check.EXPOSURE_LOW,), "base"))
    return found


def of_flow(
    program: ir.Program, limit: ir.Limit, scales: Scales, seen: Sight
) -> tuple[Flow, Unit, str] | str:
    """A limit over a window: what the contract counts, in which unit, and a note."""
    hidden = seen.gas if limit.measure == "gas_spent" else seen.trades
    if limit.measure == "loss" and seen.options:
        hidden = OPTION_LOSS
    if hidden is not None and limit.measure != "orders":
        return hidden
    bound = fixed_bound(program, limit)
    window = _window(limit)
    if isinstance(bound, str) or isinstance(window, str):
        return bound if isinstance(bound, str) else str(window)
    measure, note = {
        "orders": (Measure.ORDERS, _AT_ITS_WORD if seen.options or seen.trades else ""),
        "turnover": (Measure.TURNOVER, _NO_OPTIONS if seen.options else ""),
        "loss": (Measure.LOSS, _LOSS),
        "gas_spent": (Measure.GAS, _GAS),
    }[limit.measure]
    counts = measure is Measure.ORDERS
    whole = min(at_most(bound, 0 if counts else scales.cent), FLOW_BOUND)
    money: Unit = "quote" if scales.cent == scales.quote else "millionths of the quote asset"
    return Flow(measure, *window, whole), "orders" if counts else money, note


OPTION_LOSS = "a premium looks like a loss to a contract that cannot value the option"
_CALENDAR = {"hour": Window.HOUR, "day": Window.DAY, "week": Window.WEEK}


def _window(limit: ir.Limit) -> tuple[Window, int] | str:
    assert limit.window is not None, limit
    rolling, calendar = limit.window.rolling, limit.window.calendar
    if rolling is None:
        assert calendar is not None, limit
        return _CALENDAR[calendar], 0
    if rolling.clock == "block":
        return "the contract keeps time in seconds, and this window is in blocks"
    return Window.ROLLING, at_least(rolling.amount, 0)
