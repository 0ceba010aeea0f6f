"""A clearing house under whatever happens to it: nothing is created or lost, and nobody is left owing."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from stratc.runtime.engine.messages import CENT, LOT
from stratc.runtime.risk.deleveraging import queue
from stratc.runtime.risk.house import HOUSE, QUOTE, ClearingHouse
from stratc.runtime.risk.instruments import Instrument, Option
from stratc.runtime.risk.invariants import broken, insolvent
from stratc.runtime.risk.units import PARTS, PRICE, RiskError
from stratc.runtime.risk.waterfall import Liquidation, liquidate, liquidate_all
from tests.risk.markets import CALL, DAY, PERP, PUT, RULES, T0, prices

NAMES = st.sampled_from(["ann", "bob", "cat", "dan", "eve/perp", HOUSE])
WATERFALL = ("taken", "penalty", "deleveraged", "sold", "by_fund", "by_deleveraged", "by_all")
PEOPLE = st.sampled_from(["ann", "bob", "cat", "dan"])
INSTRUMENTS: list[Instrument] = [PERP, CALL, PUT, Option("call", 2_000 * PRICE, T0 + 90 * DAY)]
UNITS = st.one_of(st.integers(1, 20).map(lambda n: n * LOT), st.integers(1, 50 * LOT), st.integers(1, 100))
CENTS = st.one_of(st.integers(1, 2_000).map(lambda n: n * CENT), st.integers(1, 10**9), st.integers(1, 10))


class Clearing(RuleBasedStateMachine):
    """Every operation, in any order; what margin forbids is refused and changes nothing."""

    house: ClearingHouse
    spot: float
    seen: ClassVar[Counter[str]] = Counter()
    """Steps, and what liquidations came to, in all runs."""

    @initialize(
        fund=st.sampled_from([0, 1, 1_000, 1_000_000]),
        trades=st.lists(st.tuples(PEOPLE, PEOPLE, st.sampled_from(INSTRUMENTS)), min_size=2, max_size=6),
    )
    def opens(self, fund: int, trades: list[tuple[str, str, Instrument]]) -> None:
        self.house, self.spot = ClearingHouse(prices(), RULES), 2_000.0
        for name, mode in (("ann", "cross"), ("bob", "cross"), ("cat", "portfolio"), ("dan", "portfolio")):
            self.house.open(name, mode)  # type: ignore[arg-type]  a mode
            self.house.deposit(name, 5_000 * CENT)
        self.house.open("eve/perp", "isolated", PERP)
        if fund:
            self.house.deposit(HOUSE, fund * CENT)
        for buyer, seller, what in trades:
            self.trades_all_it_can(buyer, seller, what)

    def tried(self, operation: str, *args: Any) -> bool:
        before = repr((self.house.accounts, self.house.holds))
        try:
            getattr(self.house, operation)(*args)
            return True
        except RiskError:
            pass
        assert repr((self.house.accounts, self.house.holds)) == before
        return False

    @rule(name=NAMES, cents=CENTS)
    def deposits(self, name: str, cents: int) -> None:
        assert self.tried("deposit", name, cents)

    @rule(name=NAMES)
    def takes_all_it_can(self, name: str) -> None:
        free = min(self.over_initial(name), self.house.holds[QUOTE])
        if free > 0 and self.tried("withdraw", name, free):
            assert self.over_initial(name) >= 0
            assert not self.tried("withdraw", name, free + 1)

    @rule(buyer=NAMES, seller=NAMES, what=st.sampled_from(INSTRUMENTS))
    def trades_all_it_can(self, buyer: str, seller: str, what: Instrument) -> None:
        units = 64 * LOT
        while units >= LOT and not self.tried(
            "trade", buyer, seller, what, units, self.house.prices.mark(what, 1)
        ):
            units //= 2

    @rule(name=NAMES, amount=st.integers(1, 2 * 10**18))
    def posts(self, name: str, amount: int) -> None:
        assert self.tried("deposit", name, amount, "WETH")

    @rule(name=NAMES, cents=CENTS)
    def withdraws(self, name: str, cents: int) -> None:
        if self.tried("withdraw", name, cents):
            assert self.over_initial(name) >= 0
            assert not self.house.unhealthy()

    @rule(name=NAMES, amount=st.integers(1, 5 * 10**18))
    def takes_back(self, name: str, amount: int) -> None:
        if self.tried("withdraw", name, amount, "WETH"):
            assert self.over_initial(name) >= 0

    @rule(source=NAMES, to=NAMES, cents=CENTS)
    def transfers(self, source: str, to: str, cents: int) -> None:
        if self.tried("transfer", source, to, cents):
            assert self.over_initial(source) >= 0

    @rule(
        buyer=NAMES, seller=NAMES, what=st.sampled_from(INSTRUMENTS), units=UNITS, off=st.integers(-200, 200)
    )
    def trades(self, buyer: str, seller: str, what: Instrument, units: int, off: int) -> None:
        before = {name: self.over_initial(name) for name in (buyer, seller)}
        fund = self.house.accounts[HOUSE].money
        price = self.house.prices.mark(what, 1) * (1_000 + off) // 1_000 + off % 7
        if self.tried("trade", buyer, seller, what, units, price):
            for name in (buyer, seller):
                assert self.over_initial(name) >= min(0, before[name])
            if HOUSE not in (buyer, seller):
                assert 0 <= self.house.accounts[HOUSE].money - fund <= 1

    @rule(percent=st.integers(-60, 120), vol=st.integers(20, 250))
    def crashes(self, percent: int, vol: int) -> None:
        self.marks(percent, vol)
        self.liquidates_one()

    @rule(percent=st.integers(-12, 12), vol=st.integers(60, 120))
    def marks(self, percent: int, vol: int) -> None:
        self.spot = min(50_000.0, max(10.0, round(self.spot * (100 + percent) / 100, 3)))
        self.house.mark(prices(self.spot, vol / 100, self.house.prices.t + 3_600))

    @rule(days=st.integers(1, 40))
    def waits(self, days: int) -> None:
        now = self.house.prices
        self.house.mark(now._replace(t=now.t + days * DAY))
        for option in INSTRUMENTS:
            if isinstance(option, Option) and option.expiry <= self.house.prices.t:
                self.house.expire(option, now.spot)
                assert all(option not in account.positions for account in self.house.accounts.values())

    @rule(rate=st.integers(-20_000, 20_000))
    def funds(self, rate: int) -> None:
        before = self.house.accounts[HOUSE].money, self.house.accounts[HOUSE].positions.get(PERP, 0)
        assert self.tried("fund", PERP, rate)
        if not before[1]:
            assert 0 <= self.house.accounts[HOUSE].money - before[0] < len(self.house.accounts)
        assert abs(rate) <= PARTS

    @rule()
    def liquidates_one(self) -> None:
        for name in self.house.unhealthy()[:1]:
            first = {what: self.first_in_line(name, what) for what in self.house.accounts[name].positions}
            self.check(liquidate(self.house, name), first)

    @rule()
    def liquidates_all(self) -> None:
        for done in liquidate_all(self.house):
            self.check(done, {})
        assert not insolvent(self.house)

    def first_in_line(self, name: str, what: Instrument) -> str | None:
        side = -1 if self.house.accounts[name].positions[what] > 0 else 1
        line = queue(self.house.accounts, what, side, self.house.prices, self.house.rules)
        return line[0] if line else None

    def check(self, done: Liquidation, first: dict[Instrument, str | None]) -> None:
        """Priorities: the fund before those deleveraged, those before all; the first in line is the first to go."""
        assert not done.unpaid
        self.seen.update(part for part in WATERFALL if getattr(done, part))
        self.seen[done.name] += 1
        if done.by_all:
            ranked = {name for name, _, _ in done.deleveraged} - {HOUSE}
            assert all(self.equity(name) <= 0 for name in ranked - done.by_all.keys()), "others paid for them"
        started = {what for _, what, _ in done.deleveraged[:1]}
        if done.deleveraged and not done.taken and started <= first.keys():
            assert done.deleveraged[0][0] == first[done.deleveraged[0][1]]
        if done.penalty:
            assert done.taken

    def over_initial(self, name: str) -> int:
        return self.house.accounts[name].over_initial(self.house.prices, self.house.rules)

    def equity(self, name: str) -> int:
        return self.house.accounts[name].equity(self.house.prices, self.house.rules)

    @invariant()
    def nothing_is_created_or_lost(self) -> None:
        self.seen["steps"] += 1
        if hasattr(self, "house"):
            assert broken(self.house) == []
            assert self.house.holds[QUOTE] >= 0


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Clearing,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_clearing_house_under_anything() -> None:
    run(25, 30)


@pytest.mark.slow
def test_a_clearing_house_for_a_hundred_thousand_steps() -> None:
    """And every part of the waterfall was needed in it, for every account."""
    Clearing.seen.clear()
    run(2_600, 50)
    assert Clearing.seen["steps"] >= 100_000
    assert all(Clearing.seen[part] > 10 for part in WATERFALL), Clearing.seen
    assert all(Clearing.seen[name] > 10 for name in ("ann", "bob", "cat", "dan", "eve/perp", HOUSE)), (
        Clearing.seen
    )
