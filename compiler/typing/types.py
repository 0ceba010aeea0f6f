"""Types: a quantity with its unit, a truth value, or the type of an expression that is in error."""

from __future__ import annotations

from typing import Literal, NamedTuple

from stratc.compiler.typing.units import ONE, Unit


class Shown(NamedTuple):
    """How people write a quantity whose customary unit is not the canonical one: theta, in USDC/d.

    One of the customary unit is above/below of the canonical one; `source` goes after a number.
    """

    text: str
    source: str
    above: int
    below: int


class Type(NamedTuple):
    """`what` an expression is; `unit` is meaningful for quantities only, `shown` where it differs."""

    what: Literal["quantity", "bool", "error"]
    unit: Unit = ONE
    shown: Shown | None = None

    def text(self) -> str:
        """The type for people: `ETH`, `USDC/d`, `a pure number`, `a condition`."""
        if self.what != "quantity":
            return "a condition"
        if self.shown:
            return self.shown.text
        return "a pure number" if self.unit == ONE else self.unit.text()

    def ir_text(self) -> str:
        """The type as the IR spells it: the canonical unit, or `bool`."""
        return "bool" if self.what == "bool" else self.unit.text()


BOOL = Type("bool")
POISON = Type("error")
NUMBER = Type("quantity")


def quantity(unit: Unit, shown: Shown | None = None) -> Type:
    """The type of quantities in `unit`."""
    return Type("quantity", unit, shown)


def per_day(unit: Unit) -> Type:
    """A rate, canonical per second and customarily per day (theta, funding)."""
    days = Unit(tuple(sorted(("d" if name == "s" else name, power) for name, power in unit.exponents)))
    return Type("quantity", unit, Shown(days.text(), days.source(), 1, 86_400))
