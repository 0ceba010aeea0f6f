"""Every call that a bundle plan can make, with the range that each word of its arguments can take."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from stratc.compiler.backends.userop.sizes import (
    CENT_DECIMALS,
    LOT_DECIMALS,
    highest_limit_price,
    most_cents,
    most_lots,
)
from stratc.compiler.ir import nodes as ir
from stratc.runtime.bundle import Bundle, Call, Hole, Leg
from stratc.runtime.policy import LARGEST, Place
from stratc.runtime.signatures import leaves, word

_NEVER_ZERO = ("amount", "minimum_out", "maximum_in", "collateral")
"""An order for nothing, or at any price, is not sent."""
_ONE_ORDER = ("asset", "perpetual", "money")
"""What a leg has one order of; of options, one for each contract that is held."""
_GUARD = "the guard"


class Emitted(NamedTuple):
    """A call, where it comes from, and the least and largest value of each word as an unsigned number."""

    call: Call
    place: Place
    words: tuple[tuple[int, int], ...]
    rule: int = 0
    """0: the guard's own calls, of every rule."""
    line: int = 0
    side: str = _GUARD

    @property
    def where(self) -> str:
        """`rule 1 (line 9), sell`, or the guard."""
        return f"rule {self.rule} (line {self.line}), {self.side}" if self.rule else self.side


def emitted(bundle: Bundle, program: ir.Program | None = None) -> list[Emitted]:
    """The calls: the guard's begin, finish and mark first if there is one, then those of the legs as they come.

    Sizes follow from the program's limits and `at most` clauses, which the engine holds every order to; without a
    program, nothing is known of them.
    """
    found = list(_of_guard(bundle))
    for rule in bundle.rules:
        for leg in rule.legs:
            sizes = _Sizes(program, rule.rule, leg)
            for side, calls in leg.sides.items():
                trade = trade_at(calls)
                for at, call in enumerate(calls):
                    place = Place((at >= trade) + (at > trade))
                    found.append(Emitted(call, place, _words(call, sizes), rule.rule, leg.line, side))
    return found


def trade_at(calls: tuple[Call, ...]) -> int:
    """Which of a leg's calls is the trade: the last that is more than taking an approval back."""
    return max((at for at, call in enumerate(calls) if not _takes_back(call)), default=0)


def _takes_back(call: Call) -> bool:
    return call.function.startswith("approve(") and call.args[-1] == 0


def _of_guard(bundle: Bundle) -> Iterator[Emitted]:
    if bundle.guard is None:
        return
    legs = [leg for rule in bundle.rules for leg in rule.legs]
    most = max((len(rule.legs) for rule in bundle.rules), default=0)
    if any(leg.instrument not in _ONE_ORDER for leg in legs):
        most = LARGEST
    for call in (bundle.guard.begin, bundle.guard.finish, bundle.guard.mark):
        words = tuple(
            (0, most) if isinstance(value, Hole) and value.hole == "orders" else _range(kind.type, value)
            for kind, value in leaves(call.function, call.args)
        )
        yield Emitted(call, Place.PREPARES, words)


class _Sizes:
    """How much of an amount the orders of a leg can be."""

    def __init__(self, program: ir.Program | None, rule: int, leg: Leg) -> None:
        self.money = leg.instrument == "money"
        self.most: int | None = None
        self.price: float | None = None
        self.strike: float | None = None
        if program is None:
            return
        body = next(one.body for one in program.rules if one.index == rule)
        action = body[leg.action - 1]
        if isinstance(action, ir.MoveMargin):
            self.most = most_cents(program, action)
        elif isinstance(action, ir.Hedge | ir.Trade | ir.Close | ir.Roll):
            self.most = most_lots(program, action.terms)
            self.price = highest_limit_price(program, action.terms)
            shape = action.to if isinstance(action, ir.Roll) else action.instrument
            self.strike = shape.strike if isinstance(shape, ir.OptionShape) else None

    def range(self, hole: Hole) -> tuple[int, int]:
        """The values that a hole is filled with; a hole for all that its type holds has no bound."""
        if hole.hole not in _NEVER_ZERO:
            return _range(hole.type, hole)
        least, most = _range(hole.type, hole)
        return max(1, least), max(1, min(most, self._most(hole)))

    def _most(self, hole: Hole) -> int:
        if self.most is None:
            return LARGEST
        decimals = CENT_DECIMALS if self.money else LOT_DECIMALS
        if hole.hole == "amount":
            return int(self.most * 10**hole.decimals // 10**decimals)
        if hole.hole == "maximum_in" and self.price is not None:
            return self._worth(self.price, hole, decimals, ROUND_FLOOR)
        if hole.hole == "collateral" and self.strike is not None:
            return self._worth(self.strike, hole, decimals, ROUND_CEILING)
        return LARGEST

    def _worth(self, price: float, hole: Hole, decimals: int, rounding: str) -> int:
        """The largest order at a price, in the hole's smallest units."""
        assert self.most is not None, "asked only where sizes have an end"
        paid = Decimal(repr(price)) * self.most
        return int(paid.scaleb(hole.decimals - decimals).to_integral_value(rounding))


def _words(call: Call, sizes: _Sizes) -> tuple[tuple[int, int], ...]:
    return tuple(
        sizes.range(value) if isinstance(value, Hole) else _range(parameter.type, value)
        for parameter, value in leaves(call.function, call.args)
    )


def _range(kind: str, value: object) -> tuple[int, int]:
    """A value alone; for a hole, all that its type holds as an unsigned word."""
    if isinstance(value, Hole):
        unsigned = kind.startswith("uint")
        return 0, 2 ** int(kind.removeprefix("uint")) - 1 if unsigned else LARGEST
    number = int.from_bytes(word(kind, value), "big")
    return number, number
