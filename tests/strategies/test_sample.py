"""The made-up prices that ship are those their generator writes."""

from __future__ import annotations

from pathlib import Path

from stratc import strategies
from stratc.strategies.sample import prices, text


def test_the_file_is_what_the_generator_writes() -> None:
    shipped = Path(strategies.__path__[0]) / "sample_4h.csv"
    assert shipped.read_text(encoding="utf-8") == text()


def test_it_crashes_and_recovers() -> None:
    path = prices()
    low = min(path)
    assert 100.0 < low < 0.5 * max(path)
    assert path[-1] > 1.3 * low
