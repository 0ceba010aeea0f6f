"""Units of measurement: the free abelian group over assets, the second and the block.

A unit is a product of integer powers of its generators (A. Kennedy, "Types for Units-of-Measure: Theory
and Practice", 2009). Equality of units is equality of exponents, so checking units is exact and linear.
"""

from __future__ import annotations

from typing import NamedTuple


class Unit(NamedTuple):
    """An element of the group: (generator, exponent) pairs, sorted by generator, no exponent zero."""

    exponents: tuple[tuple[str, int], ...]

    def times(self, other: Unit) -> Unit:
        """The product of two units."""
        return _make(self.exponents + other.exponents)

    def per(self, other: Unit) -> Unit:
        """This unit divided by another."""
        return _make(self.exponents + tuple((name, -power) for name, power in other.exponents))

    def power(self, exponent: int) -> Unit:
        """This unit to an integer power."""
        return _make(tuple((name, power * exponent) for name, power in self.exponents))

    def root(self, degree: int) -> Unit | None:
        """The unit whose `degree`-th power this is, or None when the group has none."""
        if any(power % degree for _, power in self.exponents):
            return None
        return Unit(tuple((name, power // degree) for name, power in self.exponents))

    def text(self) -> str:
        """The canonical form: `USDC/ETH`, `ETH^2/USDC`, `1/s`, and `1` for a pure number."""
        above = "*".join(_factor(name, power) for name, power in self.exponents if power > 0)
        below = "".join("/" + _factor(name, -power) for name, power in self.exponents if power < 0)
        return (above or "1") + below

    def source(self) -> str:
        """The form to write after a number in a program: ` USDC/ETH`, ` ETH*ETH/USDC`, `/s`."""
        above = "*".join("*".join([name] * power) for name, power in self.exponents if power > 0)
        below = "".join(f"/{name}" * -power for name, power in self.exponents if power < 0)
        return (" " + above if above else "") + below


def _make(pairs: tuple[tuple[str, int], ...]) -> Unit:
    """Add the exponents of equal generators and drop those that cancel."""
    total: dict[str, int] = {}
    for name, power in pairs:
        total[name] = total.get(name, 0) + power
    return Unit(tuple(sorted((name, power) for name, power in total.items() if power)))


def _factor(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


ONE = Unit(())
"""The unit of pure numbers."""
SECOND = Unit((("s", 1),))
BLOCK = Unit((("block", 1),))


def generator(name: str) -> Unit:
    """The unit of an asset, `s` or `block`."""
    return Unit(((name, 1),))


def parse(text: str) -> Unit:
    """Read the canonical form back; the inverse of `Unit.text`.

    Raises ValueError where the text is not a product and quotient of names with powers.
    """
    unit = ONE
    for index, part in enumerate(text.split("/")):
        for factor in part.split("*"):
            name, raised, power = factor.partition("^")
            if factor == "1" and index == 0:
                continue
            if not name.isidentifier() or (raised and not power.isdigit()):
                raise ValueError(f"{text!r} is not a unit")
            one = generator(name).power(int(power or "1"))
            unit = unit.times(one) if index == 0 else unit.per(one)
    return unit


class Scaled(NamedTuple):
    """A unit as written: the canonical one, and how much of it one written unit is, exactly (a/b)."""

    unit: Unit
    above: int
    below: int


_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400

FIXED: dict[str, Scaled] = {
    "s": Scaled(SECOND, 1, 1),
    "sec": Scaled(SECOND, 1, 1),
    "ms": Scaled(SECOND, 1, 1_000),
    "min": Scaled(SECOND, _MINUTE, 1),
    "h": Scaled(SECOND, _HOUR, 1),
    "d": Scaled(SECOND, _DAY, 1),
    "w": Scaled(SECOND, 7 * _DAY, 1),
    "block": Scaled(BLOCK, 1, 1),
    "blocks": Scaled(BLOCK, 1, 1),
    "%": Scaled(ONE, 1, 100),
    "bps": Scaled(ONE, 1, 10_000),
    "x": Scaled(ONE, 1, 1),
    "number": Scaled(ONE, 1, 1),
    "gwei": Scaled(generator("ETH"), 1, 10**9),
}
"""What can stand after a number in every market, besides the assets."""

LONG_FORMS = {
    "second": "s", "seconds": "s", "secs": "s", "minute": "min", "minutes": "min", "mins": "min", "m": "min",
    "hour": "h", "hours": "h", "hr": "h", "hrs": "h", "day": "d", "days": "d", "week": "w", "weeks": "w",
    "percent": "%", "pct": "%", "bp": "bps", "times": "x",
}  # fmt: skip
"""Words people write for a unit that has a shorter name here."""


def table(base: str, quote: str) -> dict[str, Scaled]:
    """Every unit name of a market: the fixed ones, its two assets, and ETH, which gas is paid in."""
    assets = {name: Scaled(generator(name), 1, 1) for name in (base, quote, "ETH")}
    return FIXED | assets
