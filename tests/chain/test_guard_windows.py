"""Rolling and calendar budgets: never exceeded, and not narrower than they must be."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from stratc.runtime.guard import Check, Flow, GuardLimits, Measure, Window
from tests.chain.evm import GWEI, Reverted
from tests.chain.guarded import DAY, ETH, PRICE, USDC, Call, World, refused
from tests.chain.windows import Counted, admits

pytestmark = pytest.mark.chain
HOUR = 3600


def one(world: World, orders: int = 1) -> None:
    """A batch that is one order, of 2 USDC."""
    world.batch(world.trade(ETH // 1000, -2 * USDC), orders=orders)


def flow(measure: Measure, window: Window, bound: int, seconds: int = 0) -> GuardLimits:
    return GuardLimits(flows=(Flow(measure, window, seconds, bound),))


def test_a_rolling_window_lets_go_of_what_happened_exactly_so_long_ago() -> None:
    world = World(flow(Measure.ORDERS, Window.ROLLING, 2, HOUR))
    one(world)
    world.wait(10)
    one(world)
    assert refused(lambda: one(world), Check.FLOW) == (3, 2)
    world.wait(HOUR - 11)
    refused(lambda: one(world), Check.FLOW)
    world.wait(1)
    one(world)
    refused(lambda: one(world), Check.FLOW)


@pytest.mark.parametrize(
    ("window", "period", "offset"),
    [(Window.HOUR, HOUR, 0), (Window.DAY, DAY, 0), (Window.WEEK, 7 * DAY, 4 * DAY)],
)
def test_a_calendar_period_begins_anew_to_the_second(window: Window, period: int, offset: int) -> None:
    world = World(flow(Measure.ORDERS, window, 1))
    edge = (world.evm.time - offset) // period * period + offset + period
    world.wait(edge - world.evm.time - 1)
    one(world)
    refused(lambda: one(world), Check.FLOW)
    world.wait(1)
    one(world)
    world.wait(period - 1)
    refused(lambda: one(world), Check.FLOW)


def test_turnover_is_rounded_up() -> None:
    world = World(flow(Measure.TURNOVER, Window.DAY, 4 * USDC))
    one(world)
    over = world.trade(ETH // 1000 + 1, -2 * USDC)
    assert refused(lambda: world.batch(over), Check.FLOW) == (4 * USDC + 1, 4 * USDC)
    one(world)


def test_loss_is_what_batches_give_away_and_blocks_no_exit() -> None:
    world = World(flow(Measure.LOSS, Window.DAY, 5 * USDC))
    world.batch(world.trade(ETH, -2005 * USDC))
    dear = world.trade(ETH, -2000 * USDC - 1)
    assert refused(lambda: world.batch(dear), Check.FLOW) == (5 * USDC + 1, 5 * USDC)
    world.batch(world.trade(ETH, -2000 * USDC))
    world.batch(world.trade(-ETH, 1999 * USDC))
    refused(lambda: world.batch(world.trade(1, -2)), Check.FLOW)
    world.batch(world.trade(-11 * ETH, 1))  # an exit, whatever it costs; slippage is what bounds that


def test_gas_over_a_day() -> None:
    world = World(flow(Measure.GAS, Window.DAY, 10 * USDC), overhead=100_000)
    burn = world.call(world.venue, "burn_gas", 100_000)
    hints = world.guard("hints")
    world.evm.gas_price = 10 * GWEI  # about 5 USDC a batch
    world.batch(burn, hints=hints)
    value, bound = refused(lambda: [world.batch(burn, hints=hints) for _ in range(3)], Check.FLOW)
    assert bound == 10 * USDC < value < 20 * USDC


def test_more_orders_than_balances_show_are_taken_at_the_callers_word_and_fewer_are_not() -> None:
    world = World(flow(Measure.ORDERS, Window.DAY, 2))
    assert refused(lambda: one(world, orders=3), Check.FLOW) == (3, 2)
    leg = world.trade(1, 0)
    assert refused(lambda: world.batch(leg, leg, leg, orders=0), Check.FLOW) == (3, 2)


def test_every_flow_has_a_check_of_its_own() -> None:
    loose = Flow(Measure.ORDERS, Window.DAY, 0, 9)
    for place in range(6):
        world = World(GuardLimits(flows=(loose,) * place + (Flow(Measure.ORDERS, Window.DAY, 0, 0),)))
        assert refused(lambda world=world: one(world), Check.FLOW + place) == (1, 0)


def test_a_hint_inside_the_window_is_refused_and_one_too_old_counts_more() -> None:
    world = World(flow(Measure.ORDERS, Window.ROLLING, 2, HOUR))
    for _ in range(3):
        one(world)
        world.wait(HOUR)
    entry = world.guard("hints")
    leg = world.trade(1, 0)
    assert refused(lambda: world.batch(leg, hints=15), Check.FLOW) == (4, 2)  # an empty place
    world.batch(leg, hints=entry)
    now = world.evm.time
    assert refused(lambda: world.batch(leg, hints=entry + 1), Check.HINT) == (now, now - HOUR)
    refused(lambda: world.batch(leg, hints=16), Check.HINT)


def test_a_history_full_of_one_window_admits_nothing_more_until_it_has_passed() -> None:
    world = World(flow(Measure.ORDERS, Window.ROLLING, 100, HOUR), capacity=4)
    for _ in range(4):
        one(world)
    refused(lambda: one(world), Check.HINT)
    world.wait(HOUR)
    one(world)


def test_preparing_the_history_changes_nothing_that_is_counted() -> None:
    world = World(flow(Measure.ORDERS, Window.ROLLING, 3, HOUR), capacity=4)
    one(world)
    world.guard("prepare", 0, 10)
    one(world)
    one(world)
    world.guard("prepare", 0, 4)
    assert refused(lambda: one(world), Check.FLOW) == (4, 3)
    world.wait(HOUR)
    for _ in range(3):
        one(world)
    refused(lambda: one(world), Check.FLOW)


FLOWS = (
    Flow(Measure.ORDERS, Window.ROLLING, 600, 4),
    Flow(Measure.TURNOVER, Window.ROLLING, 5000, 9_000 * USDC),
    Flow(Measure.ORDERS, Window.HOUR, 0, 6),
    Flow(Measure.TURNOVER, Window.DAY, 0, 30_000 * USDC),
    Flow(Measure.LOSS, Window.ROLLING, 7200, 40 * USDC),
    Flow(Measure.ORDERS, Window.WEEK, 0, 40),
)


class Budgets(RuleBasedStateMachine):
    """Batches at random times: what the guard lets through never exceeds what windows hold."""

    CAPACITY = 64

    @initialize()
    def start(self) -> None:
        self.world = World(GuardLimits(flows=FLOWS), capacity=self.CAPACITY)
        self.world.hold(10**6 * ETH, 10**12 * USDC)
        self.done: list[Counted] = []

    @rule(
        seconds=st.sampled_from([0, 1, 13, 59, 300, 599, 600, 601, 1800, 4999, 5000, 7200, 50_000, 300_000])
    )
    def wait(self, seconds: int) -> None:
        self.world.wait(seconds)

    @rule(
        sizes=st.lists(st.integers(1, 10**18), min_size=1, max_size=3),
        worse=st.integers(0, 20 * USDC),
        side=st.sampled_from([1, -1]),
        declared=st.integers(0, 3),
        hints=st.none() | st.lists(st.integers(0, 70), min_size=6, max_size=6),
    )
    def batch(self, sizes: list[int], worse: int, side: int, declared: int, hints: list[int] | None) -> None:
        legs = []
        turnover = paid = 0
        for size in sizes:
            worth = -(-size * PRICE * USDC // ETH)
            turnover += worth
            quote = -worth - worse if side > 0 else worth - worse
            paid -= quote
            legs.append(self.world.trade(side * size, quote))
        total = side * sum(sizes)
        loss = max(0, paid - total * PRICE * USDC // ETH)
        batch = Counted(self.world.evm.time, max(declared, len(sizes)), turnover, loss, side < 0)
        fits = all(admits(flow, self.done, batch) for flow in FLOWS)
        packed = None if hints is None else sum(hint << 16 * i for i, hint in enumerate(hints))
        if self.refusal(legs, declared, packed) is None:
            assert fits
            self.done.append(batch)
            return
        recent = len(self.done) >= self.CAPACITY  # then the history may be too short for the week
        assert hints is not None or recent or not fits

    def refusal(self, legs: list[Call], declared: int, hints: int | None) -> int | None:
        """The check that refuses, which is one about windows; None where the batch is done."""
        try:
            self.world.batch(*legs, orders=declared, hints=hints)
        except Reverted as found:
            check = found.refusal[0]
            if check >= Check.FLOW or check == Check.HINT:
                return check
            raise
        return None


TestBudgets = Budgets.TestCase
TestBudgets.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestBudgets.pytestmark = [pytest.mark.chain]
