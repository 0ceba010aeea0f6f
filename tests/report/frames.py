"""Plausible frames without an engine: a short straddle hedged in a band, on a random walk."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import erf, exp, log, pi, sqrt

from stratc.runtime.engine.messages import (
    CENT,
    LOT,
    CashFlow,
    Contract,
    Fill,
    Frame,
    LimitUse,
    Order,
    Outcome,
    Settlement,
    Snapshot,
    State,
    TickResult,
    Valuation,
    Verdict,
)

START = 1_767_225_600.0
"""2026-01-01 00:00 UTC."""
YEAR = 365.0 * 86_400
SOURCE = """\
strategy short_straddle
market ETH in USDC

book:
    short 10 ETH call strike 3000 expiring 2026-02-20
    short 10 ETH put  strike 3000 expiring 2026-02-20

param band = 0.50 ETH in 0.02 ETH .. 1 ETH

limit order size <= 5 ETH
limit abs(position(ETH)) <= 8.5 ETH        else clamp
limit margin_ratio >= 1.2                else reject
limit orders <= 6 per rolling 1 d       else defer
limit gas_spent <= 120 USDC per rolling 1 d else halt

when abs(delta) > band:
    hedge delta to 0 ETH on perp, at most 5 ETH

when margin_ratio < 1.5, cooldown 10 min:
    top up margin to 1.8, at most 20_000 USDC

when change(spot over 5 min) < -10%:
    halt "flash crash" for 30 min

on stale spot:
    reduce only "no trusted price"
"""


def _normal(x: float) -> float:
    return 0.5 * (1.0 + erf(x / sqrt(2.0)))


def _density(x: float) -> float:
    return exp(-0.5 * x * x) / sqrt(2.0 * pi)


@dataclass
class Walk:
    """The state of the walk; `frames()` runs it. Times in seconds, money in USDC, sizes in ETH."""

    seed: int = 1
    ticks: int = 2_000
    step: float = 1_800.0
    vol: float = 0.55
    band: float = 0.5
    stale: tuple[float, float] = (0.62, 0.64)
    """Between these shares of the run there is no price."""
    crash: float = 0.8
    """At this share of the run the price falls by 11 %."""
    spot: float = 3_000.0
    perp: int = 0
    money: float = 0.0
    fees: int = 0
    gas: int = 0
    funding: int = 0
    peak: float = 0.0
    state: State = "active"
    halted_until: float = 0.0
    contracts: tuple[Contract, Contract] = field(
        default=(
            Contract("call", 3_000.0, START + 50 * 86_400),
            Contract("put", 3_000.0, START + 50 * 86_400),
        )
    )
    recent: list[tuple[float, int]] = field(default_factory=list)
    alive: bool = True
    option_paid: float = 0.0
    opened: float | None = None

    def greeks(self, t: float, spot: float) -> tuple[float, float, float, float, float]:
        """Value, delta, gamma, vega and daily theta of the short straddle (Black, Scholes 1973)."""
        value = delta = gamma = vega = theta = 0.0
        if not self.alive:
            return value, delta, gamma, vega, theta
        for contract in self.contracts:
            years = max((contract.expiry - t) / YEAR, 1e-9)
            deviation = self.vol * sqrt(years)
            d1 = log(spot / contract.strike) / deviation + deviation / 2
            sign = 1.0 if contract.right == "call" else -1.0
            value += sign * (spot * _normal(sign * d1) - contract.strike * _normal(sign * (d1 - deviation)))
            delta += sign * _normal(sign * d1)
            gamma += _density(d1) / (spot * deviation)
            vega += spot * sqrt(years) * _density(d1)
            theta -= spot * _density(d1) * self.vol / (2 * sqrt(years)) / 365
        return tuple(-10.0 * x for x in (value, delta, gamma, vega, theta))  # type: ignore[return-value]

    def value(self, t: float, spot: float | None) -> Valuation:
        """The book as an engine would value it."""
        fees, gas, funding = self.fees / CENT, self.gas / CENT, self.funding / CENT
        position = self.perp / LOT
        if spot is None:
            nothing = (None,) * 4
            return Valuation(
                None,
                self.vol,
                position,
                *nothing,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                fees,
                gas,
                funding,
            )
        value, delta, gamma, vega, theta = self.greeks(t, spot)
        if self.opened is None:
            self.opened = value
        options = value + self.option_paid - self.opened
        hedge = self.money + position * spot
        pnl = options + hedge + funding - fees - gas
        equity = 100_000.0 + pnl
        self.peak = max(self.peak, equity)
        required = (abs(position) * 0.1 + 20.0 * 0.15) * spot + 1e-9
        return Valuation(
            spot, self.vol, position, position + delta, gamma, vega, theta, equity, equity / required / 6,
            abs(position) * spot / equity, 1.0 - equity / self.peak, pnl, options, hedge, fees, gas, funding,
        )  # fmt: skip

    def frames(self) -> Iterator[Frame]:
        """One frame for each tick, always the same for the same fields."""
        rng = random.Random(self.seed)
        for tick in range(self.ticks):
            yield self._tick(tick, rng)

    def _tick(self, tick: int, rng: random.Random) -> Frame:
        t = START + tick * self.step
        shock = self.vol * sqrt(self.step / YEAR) * rng.gauss(0.0, 1.0)
        crashed = tick == int(self.crash * self.ticks)
        self.spot *= exp(shock) * (0.89 if crashed else 1.0)
        spot = None if self.stale[0] <= tick / self.ticks < self.stale[1] else self.spot
        signals = {"spot": spot, "iv": self.vol, "funding_rate": 3e-9, "gas_price": 2e-8, "gas_cost": 18.0}
        snapshot = Snapshot(t, 20_000_000 + int(tick * self.step / 12), signals)
        events: list[Fill | CashFlow] = []
        if tick and tick % 16 == 0:
            paid = CashFlow("funding", -int(self.perp / LOT * self.spot * 3e-9 * 28_800 * CENT), t)
            self.funding += paid.amount
            events.append(paid)
        settlements = self._settle(t, self.spot)
        pre = len(events)
        before = self.value(t, spot)
        outcomes, orders, alerts = self._decide(tick, t, before, crashed, rng)
        events.extend(self._fill(order) for order in orders)
        after = self.value(t, spot)
        result = TickResult(
            tick, tuple(outcomes), tuple(orders), tuple(alerts), settlements, self.state, "normal"
        )
        return Frame(snapshot, before, result, tuple(events), after, self._limits(t, after), pre)

    def _settle(self, t: float, spot: float) -> tuple[Settlement, ...]:
        if not self.alive or t < self.contracts[0].expiry:
            return ()
        self.alive = False
        paid = -10.0 * abs(spot - 3_000.0)
        self.option_paid += paid
        worst = self.contracts[0 if spot > 3_000 else 1]
        return (Settlement(worst, "ETH-option", -10 * LOT, spot, int(paid * CENT)),)

    def _decide(
        self, tick: int, t: float, before: Valuation, crashed: bool, rng: random.Random
    ) -> tuple[list[Outcome], list[Order], list[str]]:
        outcomes: list[Outcome] = []
        orders: list[Order] = []
        alerts: list[str] = []
        previous = self.state
        if crashed:
            self.state, self.halted_until = "halted", t + 86_400
            outcomes.append(Outcome(tick, t, 3, "sent", "halt", None, None, (), "halted", "flash crash"))
            alerts.append('halted: "flash crash" for 1 d')
        elif before.spot is None:
            self.state = "reducing"
        elif t >= self.halted_until:
            self.state = "active"
        if before.spot is None and previous == "active":
            outcomes.append(
                Outcome(tick, t, 4, "sent", "reduce only", None, None, (), self.state, "no trusted price")
            )
            alerts.append("reduce only: no trusted price")
        if self.state == "active" and previous != "active":
            alerts.append(f"active again after {previous}")
        if before.margin_ratio is not None and before.margin_ratio < 1.5 and tick % 48 == 0:
            outcomes.append(Outcome(tick, t, 2, "sent", "top up", "USDC", 2_500 * CENT, (), self.state))
            orders.append(Order(f"{tick}.2.0", 2, tick, t, 0, "top up", "USDC", None, 2_500 * CENT, 1.0))
        if before.delta is not None and abs(before.delta) > self.band:
            outcome, order = self._hedge(tick, t, before, rng)
            outcomes.append(outcome)
            orders += [order] if order is not None else []
        return outcomes, orders, alerts

    def _hedge(
        self, tick: int, t: float, before: Valuation, rng: random.Random
    ) -> tuple[Outcome, Order | None]:
        assert before.delta is not None
        assert before.spot is not None
        wanted = int(-before.delta * LOT)
        wanted = max(-5 * LOT, min(5 * LOT, wanted))
        limits: tuple[str, ...] = ()
        verdict: Verdict = "sent"
        room = 17 * LOT // 2 - abs(self.perp) if wanted * self.perp >= 0 else 17 * LOT
        if abs(wanted) > room:
            wanted = (1 if wanted > 0 else -1) * room
            limits = ("abs(position(ETH))",)
            verdict = "sent" if room else "rejected"
        if self.state == "halted":
            verdict = "blocked"
        elif len([1 for at, _ in self.recent if at > t - 86_400]) >= 6:
            verdict, limits = "deferred", (*limits, "orders")
        elif rng.random() < 0.03:
            verdict, limits = "rejected", (*limits, "margin_ratio")
        outcome = Outcome(tick, t, 1, verdict, "hedge", "ETH-PERP", wanted, limits, self.state)
        if verdict != "sent":
            return outcome, None
        order = Order(
            id=f"{tick}.1.0",
            rule=1,
            tick=tick,
            t=t,
            block=0,
            kind="trade",
            symbol="ETH-PERP",
            contract=None,
            units=wanted,
            mark=before.spot,
            venue="perp",
            slippage=0.002,
        )
        return outcome, order

    def _fill(self, order: Order) -> Fill:
        if order.kind != "trade":
            return Fill(order.id, order.t, order.units, 1.0, 0, 4 * CENT, True, "perp")
        price = order.mark * (1.0 + (0.0004 if order.units > 0 else -0.0004))
        size = order.units / LOT
        fee = int(abs(size) * price * 5e-4 * CENT) + 1
        self.perp += order.units
        self.money -= size * price
        self.fees += fee
        self.gas += 18 * CENT
        self.recent = [*self.recent[-99:], (order.t, order.units)]
        return Fill(order.id, order.t, order.units, price, fee, 18 * CENT, True, "perp")

    def _limits(self, t: float, after: Valuation) -> tuple[LimitUse, ...]:
        orders = float(len([1 for at, _ in self.recent if at > t - 86_400]))
        ratio = after.margin_ratio
        held = abs(after.position)
        return (
            LimitUse("abs(position(ETH))", held, 8.5, held / 8.5, "<=", "clamp"),
            LimitUse("margin_ratio", ratio, 1.2, 1.2 / ratio if ratio else None, ">=", "reject"),
            LimitUse("orders", orders, 6.0, orders / 6.0, "<=", "defer"),
            LimitUse("gas_spent", orders * 18.0, 120.0, orders * 18.0 / 120.0, "<=", "halt"),
        )
