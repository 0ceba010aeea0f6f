"""A run on the chain and a simulated one decide the same on the same events."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from stratc.cli.replay import decisions, engine_of
from stratc.cli.spent import ENGINE
from stratc.cli.watched import open_journal, record
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.anvil import Anvil
from stratc.runtime.devnet.clock import turn_to
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import tokens
from stratc.runtime.devnet.seeding import acting_as
from stratc.runtime.devnet.world import World, build, move
from stratc.runtime.engine.messages import CENT, LOT, Outcome, TickResult
from stratc.runtime.live.venue import ChainVenue
from tests.chain.living import Living, living
from tests.chain.planned import Planned
from tests.cli.shell import stratc

STRATEGY = Path(__file__).with_name("strategies") / "rebalance.strat"
ETHER, WALLET, MARGIN = 4 * tokens.ETHER, 25_000 * tokens.DOLLAR, 5_000 * tokens.DOLLAR
"""What the program's book says, with the margin at the exchange."""
TICKS, SECONDS = 46, 60
ROUNDING = 2
"""CENT, of a fill: its money and its fee are each rounded."""
SLIPPAGE = 0.01
"""What the program allows."""


def price(tick: int) -> float:
    """Up and down through both of the program's thresholds, with jumps that take several orders to follow."""
    return round(2_000 + 140 * math.sin(tick / 4) + 90 * math.sin(tick / 1.3), 2)


@pytest.fixture(scope="module")
def run(anvil: Anvil, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """The run on a node of its own; `anvil` is asked for only to skip where there is none."""
    text = STRATEGY.read_text(encoding="utf-8")
    folder = tmp_path_factory.mktemp("run")
    with Anvil() as node:
        world = build(node.rpc)
        planned = Planned(Deployer(node.rpc), world, text, guarded=True)
        fund(node.rpc, world, planned.account)
        with living(planned, text, node.url, folder) as made:
            began = made.market.head().time
            for tick in range(TICKS):
                # The window of `limit orders` is no multiple of this: an order counts there from its block on.
                turn_to(node.rpc, began + (tick + 1) * SECONDS)
                move(node.rpc, world, price(tick))
                made.tick()
            assert isinstance(made.venue, ChainVenue)
            assert not made.venue.under_way
            yield made


def fund(rpc: Rpc, world: World, account: str) -> None:
    tokens.give(Deployer(rpc), world.tokens, account, weth=ETHER, usdc=WALLET + MARGIN)
    with acting_as(rpc, account) as actor:
        actor.send(world.tokens.usdc, "approve", world.perp.vault.address, MARGIN)
        actor.send(world.perp.vault, "deposit", world.tokens.usdc.address, MARGIN)


def decided(results: Iterable[TickResult]) -> list[Outcome]:
    return [outcome for result in results for outcome in result.outcomes]


def test_the_run_decides_all_there_is_to_decide(run: Living) -> None:
    made = decided(frame.result for frame in run.frames)
    sent = [outcome for outcome in made if outcome.verdict == "sent"]
    assert {outcome.rule for outcome in sent} == {1, 2, 3}
    assert {outcome.do for outcome in sent} == {"hedge", "sell", "buy", "close"}
    assert any(outcome.limits == ("order size",) for outcome in sent), "one was clamped"
    assert any(outcome.verdict == "deferred" for outcome in made)
    assert len(run.fills) == len(run.orders) >= 20
    assert all(fill.units for fill in run.fills), "none was refused on chain"


@pytest.mark.parametrize("engine", ["plan", "reference"])
def test_on_the_events_of_the_chain_every_decision_is_the_same(
    run: Living, engine: str, tmp_path: Path
) -> None:
    """Prices, fills and what the account was found to hold, as the run's journal has them: bit for bit."""
    journal = tmp_path / "run.journal"
    with open_journal(str(journal)) as book:
        recorder = record(book, run.target, run.market, None, {}, ENGINE)
        for frame in run.frames:
            recorder.on_frame(frame)
        recorder.finish(False)
    said = stratc("replay", "--from-journal", journal, "--engine", engine)
    assert said.code == 0, said.err
    assert f"{len(run.frames)} ticks replayed on the {engine} engine: every decision the same" in said.err
    assert len(said.out.splitlines()) == len(decided(frame.result for frame in run.frames))


@pytest.mark.parametrize("engine", ["plan", "reference"])
def test_a_simulation_on_the_same_prices_decides_the_same(run: Living, engine: str) -> None:
    """Filled at once at the oracle's price, without costs: no decision of this program is about money."""
    simulated = engine_of(run.target, engine, {})
    snapshots = [frame.snapshot for frame in run.frames]
    there = decided(decisions(simulated, snapshots, instant=True))
    assert there == decided(frame.result for frame in run.frames), "to the last unit of every amount"
    held = (run.machine.book.spot, run.machine.book.perp)
    assert held == (simulated.book.spot, simulated.book.perp)


def test_what_the_fills_cost_is_all_that_is_between_the_two_books(run: Living) -> None:
    simulated = engine_of(run.target, "plan", {})
    list(decisions(simulated, [frame.snapshot for frame in run.frames], instant=True))
    marks = {order.id: order.mark for order in run.orders}
    worse = [
        Fraction(fill.units, LOT) * (Fraction(fill.price) - Fraction(marks[fill.order])) * CENT
        for fill in run.fills
    ]
    costs = sum(worse) + sum(fill.fee + fill.gas for fill in run.fills)
    assert costs > 0
    costs -= run.machine.book.funding  # which the simulation, at one price, has none of
    assert all(abs(fill.price / marks[fill.order] - 1) <= SLIPPAGE for fill in run.fills)
    assert abs(simulated.book.money - run.machine.book.money - costs) <= ROUNDING * len(run.fills)
