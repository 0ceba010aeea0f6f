"""Who may do what to a guard, when, and what a batch that is not whole can do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stratc.runtime.execution import guard_calls
from stratc.runtime.guard import UNLIMITED, Check, Flow, GuardLimits, Measure, Window
from tests.chain.evm import ANYBODY, Reverted
from tests.chain.guarded import DAY, ETH, GUARDIAN, OTHER, PRICE, STRATEGY, USDC, World, refused

pytestmark = pytest.mark.chain
LIMITS = GuardLimits(order_size=2 * ETH, slippage=3_000_000)
WORD = bytes.fromhex(STRATEGY)


def begin(world: World) -> tuple[str, bytes]:
    return world.guard.at, guard_calls.begin(STRATEGY)


def mark(world: World) -> tuple[str, bytes]:
    return world.guard.at, guard_calls.mark()


def finish(world: World) -> tuple[str, bytes]:
    return world.guard.at, guard_calls.finish()


@pytest.mark.parametrize(
    ("method", "values"),
    [
        ("begin", (WORD, UNLIMITED, UNLIMITED)),
        ("mark", (0,)),
        ("finish", (0, 0, 0)),
        ("pause", ()),
        ("resume", ()),
        ("cancel", ()),
        ("propose", (WORD, LIMITS.row())),
        ("accept", (WORD, LIMITS.row())),
        ("tighten", (WORD, LIMITS.row())),
    ],
)
def test_nobody_but_the_account(method: str, values: tuple[object, ...]) -> None:
    world = World(LIMITS)
    refused(lambda: world.guard(method, *values, by=ANYBODY), Check.NOT_THE_ACCOUNT)
    if method not in ("pause", "cancel"):
        refused(lambda: world.guard(method, *values, by=GUARDIAN), Check.NOT_THE_ACCOUNT)


def test_whoever_deploys_has_no_say() -> None:
    world = World(LIMITS)
    for method in ("pause", "resume", "cancel"):
        refused(lambda method=method: world.guard(method, by=ANYBODY), Check.NOT_THE_ACCOUNT)


def test_pausing_is_one_call_of_the_account_or_the_guardian_and_resuming_the_accounts() -> None:
    world = World(LIMITS)
    for pause in (lambda: world.admin("pause"), lambda: world.guard("pause", by=GUARDIAN)):
        pause()
        assert world.guard("paused")
        refused(world.batch, Check.PAUSED)
        world.admin("resume")
        world.batch()


def test_a_pause_inside_a_batch_stops_it() -> None:
    world = World(LIMITS)
    pause = world.call(world.guard, "pause")
    refused(lambda: world.execute(begin(world), pause, finish(world)), Check.PAUSED)
    assert not world.guard("paused")


def test_begin_and_finish_come_in_pairs() -> None:
    world = World(LIMITS)
    refused(lambda: world.execute(finish(world)), Check.NOT_OPEN)
    refused(lambda: world.execute(mark(world)), Check.NOT_OPEN)
    refused(lambda: world.execute(begin(world), begin(world)), Check.ALREADY_OPEN)
    refused(lambda: world.execute(begin(world), finish(world), finish(world)), Check.NOT_OPEN)
    world.execute(begin(world), finish(world), begin(world), finish(world))


def test_what_one_transaction_leaves_open_no_other_can_use() -> None:
    world = World(LIMITS)
    world.execute(begin(world))
    refused(lambda: world.execute(finish(world)), Check.NOT_OPEN)
    world.batch(world.trade(ETH, -PRICE * USDC))


def test_a_venue_that_calls_the_guard_is_refused() -> None:
    world = World(LIMITS)
    for call in (begin(world), mark(world), finish(world)):
        leg = world.call(world.venue, "call_back", *call)
        refused(lambda leg=leg: world.batch(leg), Check.NOT_THE_ACCOUNT)


def test_a_venue_that_has_the_account_call_the_guard_is_refused() -> None:
    world = World(LIMITS)
    again = world.account.data("execute", [begin(world), finish(world)])
    refused(
        lambda: world.batch(world.call(world.venue, "call_back", world.account.at, again)), Check.ALREADY_OPEN
    )
    early = world.account.data("execute", [finish(world)])
    refused(
        lambda: world.batch(world.call(world.venue, "call_back", world.account.at, early)), Check.NOT_OPEN
    )
    other = world.account.data("execute", [finish(world), begin(world)])
    late = world.call(world.venue, "call_back", world.account.at, other)
    stolen = world.trade(-ETH, 0)
    refused(lambda: world.execute(begin(world), stolen, late, finish(world)), Check.SOLD_TOO_CHEAP)


def test_a_mark_inside_a_leg_hides_nothing() -> None:
    world = World(LIMITS)
    inner = world.account.data("execute", [mark(world)])
    leg = world.call(world.venue, "call_back", world.account.at, inner)
    cheap = world.trade(-ETH, 1993 * USDC)
    refused(lambda: world.execute(begin(world), cheap, leg, finish(world)), Check.SOLD_TOO_CHEAP)


@pytest.mark.parametrize("method", ["resume", "propose", "accept", "tighten"])
def test_nothing_is_changed_in_the_middle_of_a_batch(method: str) -> None:
    world = World(LIMITS)
    values = () if method == "resume" else (WORD, LIMITS.row())
    change = world.call(world.guard, method, *values)
    refused(lambda: world.execute(begin(world), change, finish(world)), Check.ALREADY_OPEN)


def test_other_limits_take_a_proposal_and_the_delay() -> None:
    world = World(LIMITS)
    larger = {"order_size": 9 * ETH}
    refused(lambda: world.change("accept", OTHER, **larger), Check.NOT_PROPOSED)
    world.change("propose", OTHER, **larger)
    due = world.evm.time + DAY
    assert world.guard("due") == due
    world.evm.at(2, due - 1)
    assert refused(lambda: world.change("accept", OTHER, **larger), Check.TOO_EARLY) == (due - 1, due)
    world.evm.at(3, due)
    refused(lambda: world.change("accept", OTHER, order_size=10 * ETH), Check.NOT_PROPOSED)
    refused(lambda: world.change("accept", STRATEGY, **larger), Check.NOT_PROPOSED)
    world.change("accept", OTHER, **larger)
    world.prices(PRICE * 10**8)
    refused(world.batch, Check.OTHER_STRATEGY)
    world.batch(world.trade(9 * ETH, -9 * PRICE * USDC), strategy=OTHER)
    over = world.trade(9 * ETH + 1, -9 * PRICE * USDC)
    refused(lambda: world.batch(over, strategy=OTHER), Check.ORDER_SIZE)
    refused(lambda: world.change("accept", OTHER, **larger), Check.NOT_PROPOSED)


def test_a_later_proposal_takes_the_place_of_the_first_and_starts_the_delay_anew() -> None:
    world = World(LIMITS)
    world.change("propose", order_size=9 * ETH)
    world.evm.at(2, world.evm.time + DAY)
    world.change("propose", order_size=10 * ETH)
    refused(lambda: world.change("accept", order_size=9 * ETH), Check.NOT_PROPOSED)
    refused(lambda: world.change("accept", order_size=10 * ETH), Check.TOO_EARLY)


@pytest.mark.parametrize("guardian", [False, True])
def test_a_proposal_is_cancelled_by_the_account_or_the_guardian(guardian: bool) -> None:
    world = World(LIMITS)
    world.change("propose", order_size=9 * ETH)
    if guardian:
        world.guard("cancel", by=GUARDIAN)
    else:
        world.admin("cancel")
    world.evm.at(2, world.evm.time + 2 * DAY)
    refused(lambda: world.change("accept", order_size=9 * ETH), Check.NOT_PROPOSED)


def test_tightening_is_at_once_and_what_was_stored_is_what_was_sent() -> None:
    world = World(LIMITS)
    flows = (Flow(Measure.ORDERS, Window.ROLLING, 3600, 3), Flow(Measure.LOSS, Window.DAY, 0, 5))
    new = replace(
        LIMITS, max_age=1, agreement=2, order_size=3, order_notional=4, slippage=5, top_up=6,
        exposure_low=-7, exposure_high=8, cash=9, gas_price=10, gas_cost=11, flows=flows,
    )  # fmt: skip
    world.admin("tighten", bytes.fromhex(OTHER), new.row())
    assert world.guard("current") == (bytes.fromhex(OTHER), new.row())


def test_a_proposal_does_not_outlive_what_tightening_put_in_force_without_its_delay() -> None:
    world = World(LIMITS)
    world.change("propose", order_size=9 * ETH)
    world.change("tighten", order_size=ETH)
    refused(lambda: world.change("accept", order_size=9 * ETH), Check.TOO_EARLY)


@pytest.mark.parametrize(
    "limits",
    [
        GuardLimits(exposure_low=2, exposure_high=1),
        GuardLimits(flows=(Flow(Measure.ORDERS, Window.ROLLING, 0, 1),)),
        GuardLimits(flows=(Flow(Measure.ORDERS, Window.DAY, 5, 1),)),
        GuardLimits(flows=(None, Flow(Measure.ORDERS, Window.DAY, 0, 1))),
    ],
)
def test_limits_that_make_no_sense(limits: GuardLimits) -> None:
    refused(lambda: World(limits), Check.MALFORMED)
    world = World()
    for method in ("propose", "tighten"):
        refused(lambda method=method: world.admin(method, WORD, limits.row()), Check.MALFORMED)


def test_the_account_sees_the_guards_refusal_and_a_venues_alike() -> None:
    world = World(LIMITS)
    with pytest.raises(Reverted) as found:
        world.batch(world.trade(-11 * ETH, 0))  # the token's own check: more than is there
    assert found.value.data[:4] != guard_calls.BEGIN
