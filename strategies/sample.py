"""Writes sample_4h.csv: a made-up asset every four hours for 37 weeks, with a trend signal beside the price.

`python -m stratc.strategies.sample`. A rise, a slow fall, a crash of 45 % in two days, half of it won back:
what the slower strategies here are shown on. Seeded, so that everybody has the same file.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

START = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(hours=4)
# Weeks, change of price over them (log), annualised volatility.
PHASES = (
    (10, 0.35, 0.55),
    (12, -0.30, 0.60),
    (2, 0.05, 0.50),
    (0.3, -0.60, 2.0),
    (0.7, 0.12, 1.6),
    (12, 0.30, 0.80),
)
FAST, SLOW = 18, 72
"""Ticks of the two moving averages behind the trend: 3 and 12 days."""
OUTAGE = range(840, 852)
"""Ticks at which the trend is missing, as feeds are when they fail: two days of May."""


def prices(seed: int = 20) -> list[float]:
    """The path, phase by phase, each bent to end where it should."""
    draws = np.random.Generator(np.random.PCG64(seed))
    per_year = 365 * 6
    log_price = [np.log(200.0)]
    for weeks, change, vol in PHASES:
        count = round(weeks * 42)
        steps = draws.standard_normal(count) * vol / np.sqrt(per_year)
        steps += (change - steps.sum()) / count
        log_price.extend(log_price[-1] + np.cumsum(steps))
    return [round(float(np.exp(each)), 2) for each in log_price]


def trend(path: list[float]) -> list[float | None]:
    """From -1 to 1: how far the fast average is from the slow one, 10 % being all the way."""
    fast = slow = path[0]
    told: list[float | None] = []
    for tick, price in enumerate(path):
        fast += (price - fast) * 2.0 / (FAST + 1)
        slow += (price - slow) * 2.0 / (SLOW + 1)
        known = tick >= SLOW and tick not in OUTAGE
        told.append(round(max(-1.0, min(1.0, (fast / slow - 1.0) / 0.10)), 3) if known else None)
    return told


def text() -> str:
    """The file: time, price, and the trend once it is known."""
    path = prices()
    lines = ["time,price,trend"]
    for tick, (price, signal) in enumerate(zip(path, trend(path), strict=True)):
        when = (START + tick * STEP).strftime("%Y-%m-%dT%H:%MZ")
        lines.append(f"{when},{price:.2f},{'' if signal is None else signal}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("sample_4h.csv").write_text(text(), encoding="utf-8")
