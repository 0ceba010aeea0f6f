"""The values that a plan's holes can be filled with, by what the program says of its orders' sizes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TypeVar

from stratc.compiler.backends.userop.sizes import (
    CENT_DECIMALS,
    LOT_DECIMALS,
    highest_limit_price,
    most_cents,
    most_lots,
)
from stratc.compiler.ir import nodes as ir
from stratc.runtime.bundle import Hole, Leg
from stratc.runtime.policy import LARGEST
from stratc.runtime.signatures import word

N = TypeVar("N", int, float)

_NEVER_ZERO = ("amount", "minimum_out", "maximum_in", "collateral", "shortfall")
"""An order for nothing, or at any price, is not sent."""
_TRADES = (ir.Hedge, ir.Trade, ir.Close, ir.Roll)


class Filling:
    """What fills the calls of some legs of a rule: the largest of what their orders can be."""

    def __init__(self, program: ir.Program | None, rule: int, legs: Sequence[Leg]) -> None:
        """Legs of one venue and instrument; without a program nothing is known of sizes."""
        self._money = legs[0].instrument == "money"
        self._most: int | None = None
        self._price: float | None = None
        self._strike: float | None = None
        if program is None:
            return
        body = next(one.body for one in program.rules if one.index == rule)
        actions = [body[leg.action - 1] for leg in legs]
        self._most = _largest(_most(program, action) for action in actions)
        self._price = _largest(_price(program, action) for action in actions)
        self._strike = _largest(_strike(action) for action in actions)

    def range(self, hole: Hole) -> tuple[int, int]:
        """The least and the largest value of a hole."""
        least, most = range_of(hole.type, hole)
        if hole.hole not in _NEVER_ZERO:
            return least, most
        return 1, max(1, min(most, self._end(hole)))

    def _end(self, hole: Hole) -> int:
        if self._most is None:
            return LARGEST
        decimals = CENT_DECIMALS if self._money else LOT_DECIMALS
        if hole.hole == "amount":
            return int(self._most * 10**hole.decimals // 10**decimals)
        if hole.hole == "maximum_in" and self._price is not None:
            return _worth(self._most, self._price, hole.decimals - decimals, ROUND_FLOOR)
        if hole.hole == "collateral" and self._strike is not None:
            return _worth(self._most, self._strike, hole.decimals - decimals, ROUND_CEILING)
        return LARGEST


def range_of(kind: str, value: object) -> tuple[int, int]:
    """A value alone; for a hole, all that its type holds, as unsigned words."""
    if isinstance(value, Hole):
        unsigned = kind.startswith("uint")
        return 0, 2 ** int(kind.removeprefix("uint")) - 1 if unsigned else LARGEST
    number = int.from_bytes(word(kind, value), "big")
    return number, number


def _worth(most: int, price: float, decimals: int, rounding: str) -> int:
    """The largest order at a price, in smallest units of what it is paid in."""
    return int((Decimal(repr(price)) * most).scaleb(decimals).to_integral_value(rounding))


def _most(program: ir.Program, action: ir.Action) -> int | None:
    if isinstance(action, ir.MoveMargin):
        return most_cents(program, action)
    return most_lots(program, action.terms) if isinstance(action, _TRADES) else None


def _price(program: ir.Program, action: ir.Action) -> float | None:
    return highest_limit_price(program, action.terms) if isinstance(action, _TRADES) else None


def _strike(action: ir.Action) -> float | None:
    shape = action.to if isinstance(action, ir.Roll) else getattr(action, "instrument", None)
    return shape.strike if isinstance(shape, ir.OptionShape) else None


def _largest(found: Iterable[N | None]) -> N | None:
    """The largest, where each has an end."""
    ends = list(found)
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None
