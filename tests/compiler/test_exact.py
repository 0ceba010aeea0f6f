"""Literals are rounded once: what is written is what is meant, to the last bit."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.compiler.driver import check
from stratc.compiler.ir import nodes as ir
from stratc.compiler.typing.exact import Exact, literal
from stratc.dsl.source import Source

NUMBERS = st.builds(Exact, st.integers(-(10**12), 10**12), st.integers(1, 10**12))


@given(st.decimals(0, 10**9, places=6).map(str))
def test_literal_is_the_nearest_float(text: str) -> None:
    assert literal(text).value() == float(text)


@given(NUMBERS, NUMBERS)
def test_arithmetic_is_exact(a: Exact, b: Exact) -> None:
    x, y = Fraction(*a), Fraction(*b)
    assert Fraction(*a.plus(b)) == x + y
    assert Fraction(*a.times(b)) == x * y
    assert Fraction(*a.negated()) == -x
    if y:
        assert Fraction(*a.over(b)) == x / y


@given(st.decimals(-(10**9), 10**9, places=9))
def test_decimal_round_trip(number: object) -> None:
    text = str(number)
    exact = literal(text.lstrip("-"))
    shown = (exact.negated() if text.startswith("-") else exact).decimal()
    assert shown is not None
    assert Fraction(shown) == Fraction(text)


def test_no_end() -> None:
    assert Exact(1, 3).decimal() is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("-10%", -0.1),
        ("30 bps", 0.003),
        ("1.5x", 1.5),
        ("50_000", 50_000.0),
        ("1e-3", 0.001),
        ("(0.1 + 0.2)", 0.3),
        ("1 / 3", 1 / 3),
        ("2 d / (1 h)", 48.0),
        ("20 gwei / (1 ETH)", 2e-8),
        ("5 ms / (1 s)", 0.005),
    ],
)
def test_constants(written: str, value: float) -> None:
    program = check(Source("", f"when iv > {written}, cooldown 1 s: halt\n")).ir
    assert program is not None
    trigger = program.rules[0].trigger
    assert isinstance(trigger, ir.Level)
    assert isinstance(trigger.condition, ir.Apply)
    right = trigger.condition.args[1]
    assert right == ir.Const(value, "1")


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("theta > 50", 50 / 86_400, "USDC/s"),
        ("2 * theta > 50", 50 / 86_400, "USDC/s"),
        ("theta > 50 USDC/d", 50 / 86_400, "USDC/s"),
        ("funding_rate > 0.03%/d", 3 / (10_000 * 86_400), "1/s"),
        ("gamma > 0.5 ETH*ETH/USDC", 0.5, "ETH^2/USDC"),
        ("spot > -100 USDC/ETH", -100.0, "USDC/ETH"),
        ("gas_price > 20 gwei", 2e-8, "ETH"),
        ("delta > 0.1", 0.1, "ETH"),
    ],
)
def test_units_of_constants(written: str, value: float, unit: str) -> None:
    program = check(Source("", f"when {written}: halt\n")).ir
    assert program is not None
    trigger = program.rules[0].trigger
    assert isinstance(trigger, ir.Level)
    assert isinstance(trigger.condition, ir.Apply)
    assert trigger.condition.args[1] == ir.Const(value, unit)
