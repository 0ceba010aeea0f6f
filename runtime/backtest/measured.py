"""What one run came to, in the numbers that desks compare."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from stratc.runtime.backtest.attribution import Causes
from stratc.runtime.backtest.statistics import Estimate, Floats, expected_shortfall, sharpe, sortino
from stratc.runtime.report.hedge_costs import Hedged

HOUR = 3_600.0
YEAR_HOURS = 8_760.0
DAILY_FROM = 30
"""Days of data from which returns are those of days; below, those of hours."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run. Money in quote, times in seconds; returns are changes of P&L over the equity it began with."""

    params: dict[str, float]
    ticks: int
    seconds: float
    capital: float
    """Equity before the first decision."""
    pnl: float
    causes: Causes
    hourly: Floats
    """Change of P&L in each hour that has ticks."""
    drawdown: float
    """The deepest fall of P&L from its peak."""
    turnover: float
    orders: int
    fills: int
    unfilled: int
    """Orders that ended with something left."""
    breach: float | None
    """Seconds with any limit of state or flow broken at the end of a tick; None where nobody looked."""
    breaches: dict[str, float]
    """The same by limit."""
    hedging: Hedged

    @property
    def daily(self) -> bool:
        """Whether `returns` are those of days."""
        return len(self.hourly) >= DAILY_FROM * 24

    @property
    def changes(self) -> Floats:
        """Change of P&L by period: 24 hours with ticks, or one."""
        if not self.daily:
            return self.hourly
        whole = len(self.hourly) // 24 * 24
        return np.asarray(self.hourly[:whole].reshape(-1, 24).sum(axis=1), np.float64)

    @property
    def returns(self) -> Floats:
        """`changes` over the capital."""
        return self.changes / self.capital if self.capital > 0.0 else np.zeros(0)

    @property
    def periods(self) -> float:
        """Periods a year."""
        return YEAR_HOURS / 24.0 if self.daily else YEAR_HOURS

    @property
    def sharpe(self) -> Estimate | None:
        """A year, with its error."""
        return sharpe(self.returns, self.periods)

    @property
    def sortino(self) -> Estimate | None:
        """A year, with its error."""
        return sortino(self.returns, self.periods)

    @property
    def shortfall(self) -> Estimate | None:
        """Mean change of P&L in the worst twentieth of periods."""
        return expected_shortfall(self.changes)

    @property
    def hit_rate(self) -> float | None:
        """Share of periods with a gain, among those with any change."""
        moved = self.changes[self.changes != 0.0]
        return float((moved > 0.0).mean()) if len(moved) else None

    def row(self) -> dict[str, float | None]:
        """Flat, for a table: parameters first."""
        risk, down, tail = self.sharpe, self.sortino, self.shortfall
        return {
            **self.params,
            "pnl": self.pnl,
            **{f"pnl_{name}": value for name, value in asdict(self.causes).items()},
            "sharpe": risk.value if risk else None,
            "sharpe_error": risk.error if risk else None,
            "sortino": down.value if down else None,
            "sortino_error": down.error if down else None,
            "drawdown": self.drawdown,
            "shortfall": tail.value if tail else None,
            "hit_rate": self.hit_rate,
            "turnover": self.turnover,
            "orders": float(self.orders),
            "fills": float(self.fills),
            "unfilled": float(self.unfilled),
            "breach_seconds": self.breach,
            "ticks": float(self.ticks),
        }
