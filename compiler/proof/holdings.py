"""What the book can ever hold, from what it starts with and what the rules trade."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.ir import nodes as ir

if TYPE_CHECKING:
    from collections.abc import Iterator


class Holdings(NamedTuple):
    """Signs and amounts that the book's contents cannot leave."""

    position: Fraction
    """Base asset and perpetuals at the start."""
    asset: Fraction
    """Of that, the asset itself."""
    trades_asset: bool
    trades_perpetual: bool
    opens_asset: bool
    """Whether a rule can buy or sell the asset, other than by closing it."""
    opens_perpetual: bool
    sides: frozenset[tuple[str, int]]
    """(call or put, 1 long or -1 short) of options that can be held."""
    at_start: tuple[tuple[str, Fraction], ...]
    """(call or put, signed amount) of the options held at the start."""
    opens: bool
    """Whether a rule can open options."""
    ranges: bool
    """Whether a rule can provide liquidity."""

    @property
    def linear_only(self) -> bool:
        """Whether delta is the position: neither options nor liquidity, ever."""
        return not self.sides and not self.ranges

    @property
    def delta_of_options(self) -> tuple[Fraction | None, Fraction | None]:
        """Ends of the options' delta (None: no end): a call's is in [0, 1], a put's in [-1, 0]."""
        if self.ranges:
            return None, None
        if not self.opens:
            ends = [amount if right == "call" else -amount for right, amount in self.at_start]
            zero = Fraction(0)
            return sum((min(zero, end) for end in ends), zero), sum((max(zero, end) for end in ends), zero)
        signs = {side if right == "call" else -side for right, side in self.sides}
        return (None if -1 in signs else Fraction(0)), (None if 1 in signs else Fraction(0))

    @property
    def long_only(self) -> bool:
        """Whether gamma and vega cannot be negative."""
        return not self.ranges and all(side > 0 for _, side in self.sides)

    @property
    def short_only(self) -> bool:
        """Whether gamma and vega cannot be positive."""
        return not self.ranges and all(side < 0 for _, side in self.sides)


def holdings(program: ir.Program) -> Holdings:
    """What a program's book can hold."""
    position = asset = Fraction(0)
    at_start: list[tuple[str, Fraction]] = []
    has_asset = has_perpetual = False
    for entry in program.book:
        amount = Fraction(entry.amount)
        if isinstance(entry.instrument, ir.OptionShape):
            at_start.append((entry.instrument.right, amount))
        elif isinstance(entry.instrument, ir.Linear):
            position += amount
            if entry.instrument.perpetual:
                has_perpetual = True
            else:
                asset += amount
                has_asset = True
    actions = [action for rule in program.rules for action in rule.body]
    traded = [inst for action in actions for inst in _linear(program, action)]
    opened = {side for action in actions for side in _opened(action, at_start)}
    return Holdings(
        position=position,
        asset=asset,
        trades_asset=has_asset or any(not one.perpetual for one in traded),
        trades_perpetual=has_perpetual or any(one.perpetual for one in traded),
        opens_asset=any(not one.perpetual for one in traded),
        opens_perpetual=any(one.perpetual for one in traded),
        sides=frozenset(opened | {(right, 1 if amount > 0 else -1) for right, amount in at_start}),
        at_start=tuple(at_start),
        opens=bool(opened),
        ranges=any(isinstance(action, ir.Liquidity) and action.verb == "provide" for action in actions),
    )


def _linear(program: ir.Program, action: ir.Action) -> Iterator[ir.Linear]:
    """Linear instruments that an action can open (closing opens nothing)."""
    if isinstance(action, ir.Hedge | ir.Trade) and isinstance(action.instrument, ir.Linear):
        yield action.instrument


def _opened(action: ir.Action, at_start: list[tuple[str, Fraction]]) -> Iterator[tuple[str, int]]:
    """Sides of options that an action can open."""
    if isinstance(action, ir.Trade) and isinstance(action.instrument, ir.OptionShape):
        yield action.instrument.right, action.side
    elif isinstance(action, ir.Hedge) and isinstance(action.instrument, ir.OptionShape):
        yield action.instrument.right, 1
        yield action.instrument.right, -1
    elif isinstance(action, ir.Roll):
        yield action.to.right, 1
        yield action.to.right, -1
