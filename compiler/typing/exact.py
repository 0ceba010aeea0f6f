"""Exact rational constants, rounded to a float once: `-10%` is the float nearest to -1/10.

Two integers and Python's correctly rounded integer division do what `fractions` would, without its import.
"""

from __future__ import annotations

from typing import NamedTuple

_MOST_DECIMALS = 30


class Exact(NamedTuple):
    """The number above/below; below is positive, the fraction need not be in lowest terms."""

    above: int
    below: int

    def scaled(self, above: int, below: int) -> Exact:
        """This number times above/below (below positive)."""
        return Exact(self.above * above, self.below * below)

    def negated(self) -> Exact:
        """Minus this number."""
        return Exact(-self.above, self.below)

    def plus(self, other: Exact) -> Exact:
        """The sum."""
        return Exact(self.above * other.below + other.above * self.below, self.below * other.below)

    def times(self, other: Exact) -> Exact:
        """The product."""
        return Exact(self.above * other.above, self.below * other.below)

    def over(self, other: Exact) -> Exact:
        """The quotient; raises ZeroDivisionError for a divisor of zero."""
        if not other.above:
            raise ZeroDivisionError
        sign = 1 if other.above > 0 else -1
        return Exact(self.above * other.below * sign, self.below * abs(other.above))

    def value(self) -> float:
        """The nearest float; raises OverflowError where there is none."""
        return self.above / self.below

    def fits(self) -> bool:
        """Whether some float is near this number."""
        return abs(self.above) < self.below << 1023

    def decimal(self) -> str | None:
        """The number as plain decimal digits, or None when there are more than 30 decimals."""
        places, power = 0, 1
        while self.above * power % self.below:
            places, power = places + 1, power * 10
            if places > _MOST_DECIMALS:
                return None
        digits = str(abs(self.above) * power // self.below).rjust(places + 1, "0")
        text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
        return ("-" if self.above < 0 else "") + text


def literal(text: str) -> Exact:
    """Read a literal as written: `50_000`, `0.10`, `1e-3` (the parser bounds digits and exponent)."""
    mantissa, _, exponent = text.replace("_", "").lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    shift = int(exponent or "0") - len(decimals)
    digits = int(whole + decimals)
    return Exact(digits * 10**shift, 1) if shift >= 0 else Exact(digits, 10**-shift)
