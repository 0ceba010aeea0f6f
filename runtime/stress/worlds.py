"""The markets of a stress test: path by number, from a model, a preset, or pieces of real data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratc.runtime.market.paths import HOUR, Draws, market_paths, schedule
from stratc.runtime.market.presets import PRESETS
from stratc.runtime.market.simulated import START
from stratc.runtime.market.table import Table, market_table, with_tenors
from stratc.runtime.stress.models import Draw, defaults, paths
from stratc.runtime.stress.randomness import stream

MODELS = ("bs", "merton", "heston", "bates")
FROM_DATA = ("bootstrap", "history")
GAS_PRICE = 20e-9
"""ETH per gas where a model says nothing of it."""
BLOCK_HOURS = 12.0
"""Mean length of the pieces that a bootstrap takes out of the data."""


@dataclass(frozen=True, slots=True)
class World:
    """All paths of a stress test; a path depends on these and on its number alone."""

    model: str
    """One of MODELS, FROM_DATA, or a preset."""
    seed: int
    spot: float
    vol: float
    """Total volatility of a model (1.0 = 100 %)."""
    steps: int
    dt: float
    """Seconds between two ticks."""
    sobol: bool = False
    signals: tuple[str, ...] = ()
    data: Table | None = None
    """What bootstrap and history take pieces of."""

    def tables(self, first: int, count: int) -> list[Table]:
        """The ticks of `count` paths."""
        if self.model in MODELS:
            return self._modelled(first, count)
        if self.model in PRESETS:
            return [self._preset(path) for path in range(first, first + count)]
        return [self._pieced(path) for path in range(first, first + count)]

    def _modelled(self, first: int, count: int) -> list[Table]:
        draw = Draw(self.seed, first, count, self.sobol)
        spots, vols = paths(defaults(self.model, self.vol), draw, self.spot, self.steps - 1, self.dt)
        flat = np.zeros(self.steps)
        return [
            self._table(spot, {"iv": iv, "funding_rate": flat, "gas_price": flat + GAS_PRICE})
            for spot, iv in zip(spots, vols, strict=True)
        ]

    def _preset(self, path: int) -> Table:
        phases = schedule(PRESETS[self.model], self.steps, self.dt)
        columns = market_paths(phases, Draws.seeded((self.seed << 32) + path), self.spot, self.dt, None)
        cut = {name: values[: self.steps] for name, values in columns.items()}
        return self._table(cut.pop("spot"), cut)

    def _pieced(self, path: int) -> Table:
        """Returns of the data in pieces of random length, joined (Politis and Romano, 1994), or one piece."""
        if self.data is None:
            raise ValueError(f"{self.model} needs data to take pieces of")
        rows = self._rows(path, len(self.data.t) - 1)
        spot = self.data.columns["spot"]
        returns = np.diff(np.log(spot))[rows]
        price = self.spot * np.exp(np.concatenate([[0.0], np.cumsum(returns)]))
        at = np.concatenate([rows[:1], rows + 1])
        others = {name: self.data.columns[name][at] for name in ("iv", "funding_rate", "gas_price")}
        return self._table(price, others)

    def _rows(self, path: int, there: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        need = self.steps - 1
        rng = stream(self.seed, path, "blocks")
        if self.model == "history":
            return np.asarray(rng.integers(0, max(1, there - need + 1)) + np.arange(min(need, there)))
        fresh = rng.random(need) < self.dt / (BLOCK_HOURS * HOUR)
        fresh[0] = True
        starts = rng.integers(0, there, need)
        begun = np.maximum.accumulate(np.where(fresh, np.arange(need), 0))
        return np.asarray((starts[begun] + np.arange(need) - begun) % there)

    def _table(self, spot: np.ndarray, columns: dict[str, np.ndarray]) -> Table:
        t = START + self.dt * np.arange(len(spot), dtype=np.float64)
        return market_table(t, spot, with_tenors(columns, self.signals))
