"""A run: what comes due, what is decided, what it leads to, and everybody told when it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from stratc.runtime.engine.messages import CENT, LOT, CashFlow, Fill, Frame, Order, Snapshot
from stratc.runtime.session import advance, atomic_sets, run
from stratc.runtime.venues.instant import InstantVenue
from stratc.runtime.venues.none import NoVenue
from tests.engine.acting import machine_of
from tests.engine.books import MARKET, T0

BUYER = "every 1 s:\n    buy 1 ETH\n    buy 2 ETH\nevery 1 s: buy 4 ETH"


def ticks(count: int) -> list[Snapshot]:
    return [Snapshot(T0 + n, n, dict(MARKET)) for n in range(count)]


class Seen:
    """Keeps what it is shown."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.ended: list[bool] = []

    def on_frame(self, frame: Frame) -> None:
        self.frames.append(frame)

    def finish(self, interrupted: bool) -> None:
        self.ended.append(interrupted)


class Late:
    """Pays funding at every tick, and fills an order a tick after it was sent."""

    def __init__(self) -> None:
        self.waiting: list[Order] = []
        self.told: list[int] = []

    def advance(self, snapshot: Snapshot, perpetual_units: int) -> list[Fill | CashFlow]:
        self.told.append(perpetual_units)
        due: list[Fill | CashFlow] = [CashFlow("funding", -5 * CENT, snapshot.t)]
        due += [Fill(o.id, snapshot.t, o.units, 2_000.0, 0, 0, final=True) for o in self.waiting]
        self.waiting = []
        return due

    def submit_set(self, orders: Sequence[Order], snapshot: Snapshot) -> list[Fill]:
        self.waiting += orders
        return []


def test_a_frame_is_before_decisions_fills_and_after() -> None:
    seen = Seen()
    assert not run(machine_of(BUYER)(), ticks(2), InstantVenue(), [seen])
    first, second = seen.frames
    assert (first.before.position, first.after.position, first.events) == (0.0, 0.0, ())
    assert (second.before.position, second.after.position, second.pre) == (0.0, 7.0, 0)
    assert [event.units for event in second.events if isinstance(event, Fill)] == [LOT, 2 * LOT, 4 * LOT]
    assert seen.ended == [False]


def test_what_is_due_comes_before_the_decisions() -> None:
    seen, venue = Seen(), Late()
    run(machine_of(BUYER)(), ticks(3), venue, [seen])
    last = seen.frames[2]
    assert (last.pre, len(last.events)) == (4, 4)
    assert (last.before.position, last.before.funding) == (7.0, -15.0)
    assert venue.told == [0, 0, 0]


def test_legs_of_one_firing_go_to_the_venue_as_one_set() -> None:
    machine = machine_of(BUYER)()
    machine.step(ticks(1)[0])
    sets = atomic_sets(machine.step(ticks(2)[1]))
    assert [[order.units // LOT for order in legs] for legs in sets] == [[1, 2], [4]]


def test_funding_before_the_first_tick_does_not_move_the_beginning_of_time() -> None:
    """A period counts from the first tick, and a latch that ends is seen to end, whatever came before it."""
    machine = machine_of('every 1 s: alert "due"\non start: halt "drill" for 1 s')()
    machine.apply(CashFlow("funding", -CENT, T0))
    results = [machine.step(snapshot) for snapshot in ticks(2)]
    assert [[o.do for o in result.outcomes] for result in results] == [["halt"], ["alert"]]
    assert [result.state for result in results] == ["halted", "active"]


def test_orders_that_nobody_answers_stay_in_flight() -> None:
    machine = machine_of("when delta < 1 ETH: buy 1 ETH")()
    frames = [advance(machine, snapshot, NoVenue()) for snapshot in ticks(3)]
    assert [len(frame.result.orders) for frame in frames] == [1, 0, 0]
    assert frames[-1].after.position == 0.0
    assert machine.observe("delta") == 1.0


def test_an_interrupted_run_tells_everybody_and_says_so() -> None:
    def interrupted() -> Iterator[Snapshot]:
        yield from ticks(2)
        raise KeyboardInterrupt

    one, other = Seen(), Seen()
    assert run(machine_of(BUYER)(), interrupted(), InstantVenue(), [one, other])
    assert (one.ended, other.ended, len(one.frames)) == ([True], [True], 2)


def test_a_market_that_breaks_off_still_ends_every_watcher() -> None:
    def broken() -> Iterator[Snapshot]:
        yield from ticks(1)
        raise ValueError("row 2")

    seen = Seen()
    with pytest.raises(ValueError, match="row 2"):
        run(machine_of(BUYER)(), broken(), InstantVenue(), [seen])
    assert len(seen.ended) == 1
