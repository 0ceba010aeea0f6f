"""What a run came to: gathered tick by tick in bounded memory, to be shown as text or HTML."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stratc.runtime.engine.messages import CENT, Frame, Valuation
from stratc.runtime.report.hedge_costs import Hedged, Hedging
from stratc.runtime.report.hedging import HedgeError, HedgeErrorTally
from stratc.runtime.report.meta import RunMeta
from stratc.runtime.report.tally import LimitCount, RuleCount, Tally

ALERTS_KEPT = 50


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where the profit or loss came from, in quote; None where it was never known. Costs are positive.

    total = options + hedge + funding - fees - gas + other, where other is interest and rounding.
    """

    options: float | None
    hedge: float | None
    funding: float
    fees: float
    gas: float
    total: float | None

    @property
    def other(self) -> float | None:
        """What the named parts leave unexplained."""
        if self.total is None or self.options is None or self.hedge is None:
            return None
        return self.total - (self.options + self.hedge + self.funding - self.fees - self.gas)


@dataclass(slots=True)
class Span:
    """The first, last, lowest and highest known value of something."""

    first: float | None = None
    last: float | None = None
    low: float | None = None
    low_t: float | None = None
    high: float | None = None

    def add(self, value: float | None, t: float) -> None:
        """One more value."""
        if value is None:
            return
        if self.low is None or self.high is None:
            self.first, self.low, self.high, self.low_t = value, value, value, t
        elif value < self.low:
            self.low, self.low_t = value, t
        elif value > self.high:
            self.high = value
        self.last = value


@dataclass(frozen=True, slots=True)
class Summary:
    """A run's result. Money is in quote, sizes in base, times in epoch seconds of market time."""

    meta: RunMeta
    ticks: int
    start_t: float | None
    end_t: float | None
    interrupted: bool
    pnl: Attribution
    equity: Span
    spot: Span
    max_drawdown: float | None
    """The deepest fall of equity from its peak, as a share of the peak."""
    max_loss: float | None
    """The deepest fall of the profit and loss from its peak, in quote; deposits do not count."""
    hedge: HedgeError
    hedged: Hedged
    rules: tuple[RuleCount, ...]
    """By rule number; every rule of the program, those that never fired included."""
    limits: tuple[LimitCount, ...]
    states: dict[str, float]
    """Seconds in each state."""
    modes: dict[str, float]
    alerts: tuple[tuple[float, str], ...]
    """The first ALERTS_KEPT, as (t, text)."""
    alert_count: int
    settlements: int
    settled: float
    """Quote paid to the book by options that expired (negative: paid by it)."""
    final: Valuation | None

    @property
    def turnover(self) -> float:
        """Quote traded, both sides added."""
        return sum(rule.turnover for rule in self.rules)

    def total(self, what: str) -> int:
        """A count over all rules: firings, sent, rejected, deferred, blocked, orders or fills."""
        return sum(getattr(rule, what) for rule in self.rules)


class SummaryRecorder:
    """An observer that gathers a Summary."""

    def __init__(self, meta: RunMeta) -> None:
        """`meta` names the rules and the units."""
        self.meta = meta
        self.ticks = 0
        self.interrupted = False
        self.tally = Tally()
        self._hedge = HedgeErrorTally()
        self._hedging = Hedging()
        self._equity, self._spot, self._pnl = Span(), Span(), Span()
        self._options, self._linear = Span(), Span()
        self._start_t: float | None = None
        self._drawdown: float | None = None
        self._loss = 0.0
        self._alerts: list[tuple[float, str]] = []
        self._alert_count = self._settlements = self._settled = 0
        self._last: Frame | None = None

    def on_frame(self, frame: Frame) -> None:
        """Take in one tick."""
        t, after = frame.snapshot.t, frame.after
        if self._start_t is None:
            self._start_t = t
            # What the run starts from is the book before its first decision.
            self._equity.add(frame.before.equity, t)
            self._pnl.add(frame.before.pnl, t)
        self.ticks += 1
        self._last = frame
        self.tally.add(frame)
        self._hedge.add(frame)
        self._hedging.add(frame)
        self._spot.add(after.spot, t)
        self._equity.add(after.equity, t)
        self._options.add(after.pnl_options, t)
        self._linear.add(after.pnl_hedge, t)
        self._pnl.add(after.pnl, t)
        if after.pnl is not None and self._pnl.high is not None:
            self._loss = max(self._loss, self._pnl.high - after.pnl)
        if after.drawdown is not None and (self._drawdown is None or after.drawdown > self._drawdown):
            self._drawdown = after.drawdown
        for text in frame.result.alerts:
            self._alert_count += 1
            if len(self._alerts) < ALERTS_KEPT:
                self._alerts.append((t, text))
        for settlement in frame.result.settlements:
            self._settlements += 1
            self._settled += settlement.amount

    def finish(self, interrupted: bool) -> None:
        """The run is over."""
        self.interrupted = interrupted

    def summary(self) -> Summary:
        """What the run came to so far."""
        last = self._last
        costs = last.after if last else None
        return Summary(
            meta=self.meta,
            ticks=self.ticks,
            start_t=self._start_t,
            end_t=last.snapshot.t if last else None,
            interrupted=self.interrupted,
            pnl=Attribution(
                self._options.last,
                self._linear.last,
                costs.funding if costs else 0.0,
                costs.fees if costs else 0.0,
                costs.gas if costs else 0.0,
                self._pnl.last,
            ),
            equity=replace(self._equity),
            spot=replace(self._spot),
            max_drawdown=self._drawdown,
            max_loss=self._loss if self._pnl.last is not None else None,
            hedge=self._hedge.result(),
            hedged=self._hedging.result(),
            rules=self._rules(),
            limits=tuple(replace(limit) for limit in self.tally.limits.values()),
            states=dict(self.tally.states),
            modes=dict(self.tally.modes),
            alerts=tuple(self._alerts),
            alert_count=self._alert_count,
            settlements=self._settlements,
            settled=self._settled / CENT,
            final=costs,
        )

    def _rules(self) -> tuple[RuleCount, ...]:
        numbers = sorted({*self.meta.rule_heads, *self.tally.rules})
        return tuple(replace(self.tally.rules.get(rule, RuleCount(rule))) for rule in numbers)
