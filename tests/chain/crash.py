"""Days on which ether fell: 12 March 2020 as it was, and one made up in its shape for who does not have the data."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from stratc.runtime.market.open import open_market

MIDNIGHT = 1_583_971_200
"""12 March 2020, 00:00 UTC."""


class Moment(NamedTuple):
    """Epoch seconds, dollars per ether, and wei a unit of gas."""

    t: int
    price: float
    gas: int


def thursday(data: Path) -> list[Moment]:
    """12 March 2020 in steps of ten minutes; gas as the median transaction of that minute paid for it."""
    with (data / "eth_gas_1min_2020-03-12.csv").open(encoding="utf-8", newline="") as file:
        told = [(row["time"], row["p60_gwei"]) for row in csv.DictReader(file)]
    paid = {_seconds(time): round(float(gwei) * 10**9) for time, gwei in told if gwei}
    market = open_market(str(data / "ethusd_10min_2020-03-12.csv"))
    return [
        Moment(int(tick.t), tick.signals["spot"], _near(paid, int(tick.t)))  # type: ignore[arg-type]  # it has a price
        for tick in market
    ]


def _seconds(time: str) -> int:
    return int(datetime.fromisoformat(time).timestamp())


def _near(paid: dict[int, int], t: int) -> int:
    """The last minute that has a transaction."""
    return paid[max(moment for moment in paid if moment <= t)]


PATH = (195, 193, 186, 184, 172, 158, 141, 133, 138, 134, 131, 128, 136, 130, 121, 109, 97, 92, 101, 97)
"""A slow slide, a cliff, a pause, a second cliff and a rebound."""
GWEI = (12, 15, 30, 45, 90, 150, 250, 300, 200, 180, 170, 160, 80, 75, 90, 130, 160, 110, 80, 60)
STEPS = 3
"""Between two of these."""


def made_up() -> list[Moment]:
    """Such a day, shorter."""
    return list(_between())


def _between() -> Iterator[Moment]:
    for place in range((len(PATH) - 1) * STEPS + 1):
        at, part = divmod(place, STEPS)
        after = min(at + 1, len(PATH) - 1)
        price = PATH[at] + (PATH[after] - PATH[at]) * part / STEPS
        yield Moment(MIDNIGHT + 600 * place, round(price, 2), GWEI[at] * 10**9)
