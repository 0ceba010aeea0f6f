"""The static memory bound."""

from __future__ import annotations

import pytest

from stratc.compiler.driver import check
from stratc.compiler.ir import nodes as ir
from stratc.compiler.memory import CAPACITY, memory_bound, samples
from stratc.dsl.source import Source


@pytest.mark.parametrize(
    ("length", "resolution", "expected"),
    [
        (ir.Duration(300.0, "s"), 0.0, CAPACITY + 1),
        (ir.Duration(300.0, "s"), 1.0, 301),
        (ir.Duration(300.0, "s"), 7.0, 44),
        (ir.Duration(300.0, "s"), 1e-6, CAPACITY + 1),
        (ir.Duration(50.0, "block"), 0.0, 51),
        (ir.Duration(1e6, "block"), 0.0, CAPACITY + 1),
    ],
)
def test_samples(length: ir.Duration, resolution: float, expected: int) -> None:
    assert samples(length, resolution) == expected


def test_program() -> None:
    program = check(
        Source(
            "a",
            "limit orders <= 60 per rolling 1 h else reject\nlimit turnover <= 1_000 USDC per day else reject\n"
            "limit leverage <= 3 else reject\nlimit gas_spent <= 5 USDC per rolling 20 blocks else halt\n"
            "when change(spot over 50 blocks) < -10% and mean(spot over 5 min) > 1 USDC/ETH: hedge to 0 ETH\n"
            "when change(spot over 50 blocks) > 10%: hedge to 0 ETH\n",
        )
    ).ir
    assert program is not None
    bound = memory_bound(program, resolution=1.0)
    assert [(one.what, one.samples) for one in bound.windows] == [
        ("change in line 5", 51),
        ("mean in line 5", 301),
    ]
    assert [(one.what, one.samples) for one in bound.flows] == [
        ("limit orders", 61), ("limit turnover", 1), ("limit gas_spent", 21),
    ]  # fmt: skip
    assert bound.bytes == 16 * (51 + 301 + 61 + 1 + 21)
