"""A market by name or file, as the command line gives it."""

from __future__ import annotations

from pathlib import Path

from stratc.runtime.market.base import Market
from stratc.runtime.market.events import EventsMarket
from stratc.runtime.market.presets import PRESETS
from stratc.runtime.market.replay import Ohlc, replay
from stratc.runtime.market.simulated import simulated, unknown_market


def open_market(
    spec: str,
    *,
    seed: int = 1,
    start: float | None = None,
    end: float | None = None,
    signals: tuple[str, ...] = (),
    iv: float | None = None,
    start_spot: float | None = None,
    steps: int | None = None,
    ohlc: Ohlc = "close",
) -> Market:
    """The preset `spec`, else the file `spec`: prices (CSV, CSV.gz, Parquet) or events (.jsonl).

    `seed`, `start_spot` and `steps` are for presets, `ohlc` for files of bars; `start` (included) and `end`
    (not) are epoch seconds; `signals` are the names the program reads; `iv` fixes the implied volatility.
    UnknownMarket when it is neither a preset nor a file, DataError when the file cannot be used.
    """
    if spec in PRESETS:
        return simulated(spec, seed, start_spot, steps=steps, signals=signals, iv=iv, start=start, end=end)
    path = Path(spec)
    if path.name.endswith((".jsonl", ".jsonl.gz", ".ndjson")):
        return EventsMarket(path, start, end)
    if path.exists():
        return replay(path, signals=signals, iv=iv, ohlc=ohlc, start=start, end=end)
    raise unknown_market(spec, "neither a market to simulate nor a file")
