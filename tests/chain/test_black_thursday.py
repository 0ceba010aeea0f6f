"""A loan at the real lending market through a crash: kept by a program behind its guard, lost by a naive script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import pytest

from stratc.cli.replay import decisions, engine_of
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.anvil import Anvil
from stratc.runtime.devnet.clock import LEAD, turn_to
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import oracles, tokens
from stratc.runtime.devnet.parts.aave import LIQUIDATION_PAYS
from stratc.runtime.devnet.people import LIQUIDATOR, TRADER
from stratc.runtime.devnet.seeding import VARIABLE_RATE, acting_as
from stratc.runtime.devnet.world import World, build
from stratc.runtime.engine.messages import CENT
from stratc.runtime.venues.onchain.aave_v3 import WAD, Position
from tests.chain.crash import Moment, made_up, thursday
from tests.chain.living import Living, living
from tests.chain.planned import Planned
from tests.conftest import ROOT

KEEPER = Path(__file__).with_name("strategies") / "loan_keeper.strat"
COLLATERAL, DEBT, WALLET = 100 * tokens.ETHER, 11_500 * tokens.DOLLAR, 8_000 * tokens.DOLLAR
EACH, FLOOR = 2_000 * tokens.DOLLAR, 1_000 * tokens.DOLLAR
"""The program's limits: of one top-up, and of what stays in the wallet."""
GAS_CAP = 40.0
"""And of gas, USDC an order."""


class Told(NamedTuple):
    """What came of a day: lowest health factors of both loans, USDC of gas, ether that a liquidator took."""

    kept: float
    gas: float
    lost: float
    seized: float


TOLD = {
    "12 March 2020": Told(kept=1.103, gas=13.30, lost=0.960, seized=45.14),
    "made up": Told(kept=1.162, gas=16.89, lost=0.990, seized=45.39),
}


@dataclass
class Loan:
    """Somebody's loan, and what the day did to it: lowest health factor, and what a liquidator took and paid."""

    rpc: Rpc
    world: World
    owner: str
    lowest: int = 2 * WAD
    seized: int = 0
    paid_for: int = 0
    at: float = 0.0
    """The price it was liquidated at."""

    def take(self) -> None:
        """Ether in, dollars out; the wallet has what tops it up."""
        pool, (weth, usdc) = self.world.aave.pool, self.world.tokens
        tokens.give(Deployer(self.rpc), self.world.tokens, self.owner, weth=COLLATERAL, usdc=WALLET)
        with acting_as(self.rpc, self.owner) as actor:
            actor.send(weth, "approve", pool.address, COLLATERAL)
            actor.send(pool, "supply", weth.address, COLLATERAL, self.owner, 0)
            actor.send(pool, "borrow", usdc.address, DEBT, VARIABLE_RATE, 0, self.owner)
            actor.send(usdc, "transfer", LIQUIDATOR.address, DEBT)  # spent elsewhere

    @property
    def health(self) -> int:
        return Position(*self.world.aave.pool.call(self.rpc, "getUserAccountData", self.owner)).health

    @property
    def wallet(self) -> int:
        told: int = self.world.tokens.usdc.call(self.rpc, "balanceOf", self.owner)
        return told

    @property
    def supplied(self) -> int:
        """Dollars at the pool."""
        told = self.world.aave.data.call(
            self.rpc, "getUserReserveData", self.world.tokens.usdc.address, self.owner
        )
        return int(told[0])

    def look(self, price: float) -> None:
        """A liquidator looks: below one, half of the debt is paid, and ether taken for it."""
        health = self.health
        self.lowest = min(self.lowest, health)
        if health >= WAD:
            return
        (weth, usdc), pool = self.world.tokens, self.world.aave.pool
        with acting_as(self.rpc, LIQUIDATOR.address) as actor:
            actor.send(usdc, "approve", pool.address, DEBT)
            receipt = actor.send(pool, "liquidationCall", weth.address, usdc.address, self.owner, DEBT, False)
        (event,) = pool.events(receipt, "LiquidationCall")
        self.seized += event["liquidatedCollateralAmount"]
        self.paid_for += event["debtToCover"]
        self.at = price


@dataclass
class Naive:
    """A script as people write it: once an hour, always the same amount, at whatever gas costs."""

    loan: Loan
    each: int = 500 * tokens.DOLLAR
    every: int = 3_600
    below: int = 12 * WAD // 10
    _next: int = field(default=0)

    def run(self, now: int) -> None:
        """What its timer does."""
        if now < self._next:
            return
        self._next = now + self.every
        if self.loan.health >= self.below or self.loan.wallet < self.each:
            return
        pool, usdc = self.loan.world.aave.pool, self.loan.world.tokens.usdc
        actor = Deployer(self.loan.rpc, self.loan.owner)
        actor.send(usdc, "approve", pool.address, self.each)
        actor.send(pool, "supply", usdc.address, self.each, self.loan.owner, 0)


@dataclass
class Day:
    """Both loans on the same chain, through the same prices."""

    kept: Loan
    lost: Loan
    run: Living
    path: list[Moment]
    planned: Planned
    told: Told

    def pass_by(self) -> None:
        """Every price of the day, each in its time."""
        rpc, world, naive = self.kept.rpc, self.kept.world, Naive(self.lost)
        for moment in self.path:
            rpc.call("anvil_setNextBlockBaseFeePerGas", hex(moment.gas))
            turn_to(rpc, moment.t)
            oracles.post(Deployer(rpc), world.oracles, moment.price)
            self.kept.look(moment.price)  # the liquidator is the first to act on a price
            self.lost.look(moment.price)
            self.run.tick()
            naive.run(moment.t)


def path_of(name: str, request: pytest.FixtureRequest) -> list[Moment]:
    if name == "made up":
        return made_up()
    data = request.getfixturevalue("shared") / "data"
    if not (data / "ethusd_10min_2020-03-12.csv").is_file():
        pytest.skip("no prices of 12 March 2020 in the folder `shared`")
    return thursday(data)


@pytest.fixture(scope="module", params=TOLD)
def day(
    request: pytest.FixtureRequest, anvil: Anvil, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Day]:
    """The whole day on a node of its own, whose clock stands at that day; `anvil` is asked for only to skip."""
    path = path_of(request.param, request)
    text = KEEPER.read_text(encoding="utf-8")
    with Anvil(timestamp=path[0].t - LEAD) as node:
        world = build(node.rpc, path[0].price)
        planned = Planned(Deployer(node.rpc), world, text, guarded=True)
        kept, lost = Loan(node.rpc, world, planned.account), Loan(node.rpc, world, TRADER.address)
        kept.take()
        lost.take()
        with living(planned, text, node.url, tmp_path_factory.mktemp("keeper")) as run:
            made = Day(kept, lost, run, path, planned, TOLD[request.param])
            made.pass_by()
            yield made


def test_the_loan_is_kept_before_it_can_be_liquidated(day: Day) -> None:
    assert day.kept.seized == 0
    assert day.kept.lowest > WAD
    assert day.kept.lowest / WAD == pytest.approx(day.told.kept, abs=0.001)
    assert len(day.run.frames) == len(day.path)


def test_not_a_cent_more_is_spent_than_the_limits_allow(day: Day) -> None:
    topped_up = [fill.units * tokens.DOLLAR // CENT for fill in day.run.fills if fill.units]
    assert len(topped_up) == len(day.run.orders), (
        "none was refused on chain: the program keeps its limits itself"
    )
    assert max(topped_up) == EACH
    assert sum(topped_up) == WALLET - FLOOR
    assert day.kept.wallet == FLOOR, "the last top-up is as much as is left above the floor, to the cent"
    assert day.kept.supplied == pytest.approx(sum(topped_up), rel=1e-4), (
        "it is at the pool, with its interest"
    )


@pytest.mark.parametrize("engine", ["plan", "reference"])
def test_a_simulation_on_the_same_prices_tops_up_the_same(day: Day, engine: str) -> None:
    snapshots = [frame.snapshot for frame in day.run.frames]
    there = list(decisions(engine_of(day.run.target, engine, {}), snapshots, instant=True))
    assert [result.outcomes for result in there] == [frame.result.outcomes for frame in day.run.frames]


def test_gas_is_paid_at_the_days_prices_and_under_the_cap(day: Day) -> None:
    gas = [fill.gas / CENT for fill in day.run.fills]
    assert 0 < max(gas) <= GAS_CAP
    dear = max(moment.gas for moment in day.path)
    assert dear > 200 * 10**9
    assert sum(gas) == pytest.approx(day.told.gas, rel=0.05)


def test_a_dollar_more_is_refused_by_the_guard(day: Day) -> None:
    order = replace(day.run.orders[-1], t=float(day.path[-1].t), units=CENT)
    day.planned.sent = len(day.run.orders)
    refused = day.planned.send([order], day.path[-1].price)
    assert refused is not None
    assert "`limit cash >= 1,000 USDC` does not hold on chain: 999 USDC against 1,000 USDC" in refused
    assert day.kept.wallet == FLOOR


def test_a_naive_script_is_liquidated_with_money_in_its_wallet(day: Day) -> None:
    assert day.lost.lowest < WAD
    assert day.lost.lowest / WAD == pytest.approx(day.told.lost, abs=0.001)
    assert day.lost.seized / tokens.ETHER == pytest.approx(day.told.seized, rel=0.001)
    assert day.lost.paid_for == pytest.approx(DEBT / 2, rel=0.001), "half of the debt, as the market has it"
    assert day.lost.wallet >= 4_000 * tokens.DOLLAR


def test_what_it_cost_is_the_liquidators_premium(day: Day) -> None:
    worth = day.lost.seized * round(day.lost.at * oracles.ONE) // oracles.ONE * tokens.DOLLAR // tokens.ETHER
    assert worth == pytest.approx(day.lost.paid_for * LIQUIDATION_PAYS / 10_000, rel=1e-6)


def test_the_page_says_what_came_of_it(day: Day) -> None:
    page = (ROOT / "docs" / "thursday.md").read_text(encoding="utf-8")
    assert KEEPER.read_text(encoding="utf-8") in page
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:1] == "|"
    ]
    column = list(TOLD.values()).index(day.told) + 1
    spent, left = (WALLET - FLOOR) // tokens.DOLLAR, day.lost.wallet // tokens.DOLLAR
    assert [row[column] for row in rows[2:]] == [
        f"{min(moment.price for moment in day.path):.2f}",
        f"{max(moment.gas for moment in day.path) // 10**9} gwei",
        f"{day.told.kept:.3f}",
        f"{spent:,}",
        f"{day.told.gas:.2f} USDC",
        "nothing",
        f"{day.told.lost:.3f}",
        f"{day.told.seized:.2f} ETH",
        f"{left:,} USDC",
    ]
