"""The laws of units, and their text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.compiler.typing.units import FIXED, ONE, Unit, generator, parse

NAMES = st.sampled_from(["ETH", "USDC", "BTC", "s", "block"])
UNITS = st.dictionaries(NAMES, st.integers(-4, 4).filter(bool), max_size=4).map(
    lambda powers: Unit(tuple(sorted(powers.items())))
)


@given(UNITS, UNITS, UNITS)
def test_group_laws(a: Unit, b: Unit, c: Unit) -> None:
    assert a.times(b).times(c) == a.times(b.times(c))
    assert a.times(b) == b.times(a)
    assert a.times(ONE) == a
    assert a.times(a.power(-1)) == ONE
    assert a.per(b) == a.times(b.power(-1))


@given(UNITS, st.integers(-3, 3), st.integers(-3, 3))
def test_powers(a: Unit, m: int, n: int) -> None:
    assert a.power(m).times(a.power(n)) == a.power(m + n)
    assert a.power(m).power(n) == a.power(m * n)
    assert a.power(0) == ONE


@given(UNITS, st.integers(2, 4))
def test_root_undoes_power(a: Unit, n: int) -> None:
    assert a.power(n).root(n) == a
    root = a.root(n)
    assert root is None or root.power(n) == a


@given(UNITS)
def test_text_round_trip(a: Unit) -> None:
    assert parse(a.text()) == a


@pytest.mark.parametrize(
    ("unit", "text", "source"),
    [
        (ONE, "1", ""),
        (generator("USDC").per(generator("ETH")), "USDC/ETH", " USDC/ETH"),
        (generator("ETH").power(2).per(generator("USDC")), "ETH^2/USDC", " ETH*ETH/USDC"),
        (generator("s").power(-1), "1/s", "/s"),
        (generator("s").power(-2), "1/s^2", "/s/s"),
    ],
)
def test_text(unit: Unit, text: str, source: str) -> None:
    assert unit.text() == text
    assert unit.source() == source


@pytest.mark.parametrize("text", ["", "ETH//USDC", "ETH^", "ETH^x", "1^2", "ETH*", "2/ETH", "ETH/1"])
def test_not_a_unit(text: str) -> None:
    with pytest.raises(ValueError, match="is not a unit"):
        parse(text)


def test_fixed_units_are_positive() -> None:
    assert all(one.above > 0 and one.below > 0 for one in FIXED.values())
