"""The book of a live run and the chain: equal to the unit, whoever moves what; and what refuses is told."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.anvil import Anvil
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import tokens
from stratc.runtime.devnet.seeding import VARIABLE_RATE, acting_as
from stratc.runtime.devnet.world import World, move
from stratc.runtime.engine.messages import CENT, LOT
from stratc.runtime.live.holdings import account_in, holdings
from tests.chain.living import Living, living
from tests.chain.planned import Planned
from tests.chain.test_live import HEDGE, START
from tests.chain.traders import HEAD, PERPETUAL, POOL, Trader

WEI = 10**18 // LOT
"""In a LOT."""
LOAN = """\
strategy keeper
market ETH in USDC
oracle spot from chainlink "ETH/USD", pyth "ETH/USD", max age 1 h, agree within 50 bps

# allow L502: it names no perpetual, so that margin goes to the lender
venue pool: uniswap_v3 "ETH/USDC"

book:
    cash 50_000 USDC
    margin 1 USDC

when margin_ratio < 1.3, cooldown 1 min:
    top up margin to 1.5, at most 20_000 USDC
"""


class Account:
    """A program and its funded account; a run of it takes a tick when it is told to."""

    def __init__(self, rpc: Rpc, world: World, url: str, folder: Path, text: str, *, guarded: bool = False):
        self.text, self.url, self.folder = text, url, folder
        self.trader = Trader(rpc, world, url, folder, text)
        self.trader.fund()
        self.planned = Planned(Deployer(rpc), world, text, guarded=guarded)

    def run(self) -> AbstractContextManager[Living]:
        return living(self.planned, self.text, self.url, self.folder)


@pytest.mark.parametrize("linear", [PERPETUAL, POOL], ids=["perpetual", "pool"])
def test_the_book_equals_the_chain_to_the_unit(
    rpc: Rpc, world: World, anvil: Anvil, tmp_path: Path, linear: str
) -> None:
    """Money to what rounding takes; gas was deposited in advance, and funding that is not paid yet is not booked."""
    one = Account(rpc, world, anvil.url, tmp_path, HEAD.format(linear=linear) + HEDGE)
    with one.run() as run:
        for price in (2_000.0, 2_010.0, 2_015.0):
            move(rpc, world, price)
            run.tick()
        (fill,) = run.fills
        book, (weth, _, size) = run.machine.book, one.trader.holds()
        assert fill.units == -3 * LOT
        assert (book.spot * WEI, book.perp * WEI) == (weth, size)
        price = run.frames[-1].snapshot.signals["spot"]
        assert price is not None
        found = holdings(rpc, account_in(one.planned.bundle, one.planned.at), price, "latest")
        here = book.money + book.gas + book.perp * price * CENT / LOT
        due = world.perp.exchange.call(
            rpc, "getPendingFundingPayment", one.trader.account, world.perp.base.address
        )
        assert abs(here - due * CENT / 10**18 - found.wallet - found.margin) <= 3
        assert run.tick().events == (), "nothing is left that no order explains"


def test_what_somebody_else_gives_is_taken_into_the_book_and_told(
    rpc: Rpc, world: World, anvil: Anvil, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = Account(
        rpc, world, anvil.url, tmp_path, HEAD.format(linear=POOL) + HEDGE.replace("7 ETH", "10 ETH")
    )
    with one.run() as run:
        assert run.tick().result.orders == ()
        tokens.give(Deployer(rpc), world.tokens, one.trader.account, weth=2 * tokens.ETHER)
        assert [order.units for order in run.tick().result.orders] == [-2 * LOT]
        run.tick()
        assert one.trader.holds()[0] == 10 * tokens.ETHER
    assert "the account has +2 asset that no order explains: taken into the book" in capsys.readouterr().out


def test_what_the_guard_refuses_is_told_with_its_line(
    rpc: Rpc, world: World, anvil: Anvil, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An engine that has forgotten its orders of this hour; the guard has not."""
    limit = "limit orders <= 1 per rolling 1 h else defer\n"
    one = Account(rpc, world, anvil.url, tmp_path, HEAD.format(linear=POOL) + limit + START, guarded=True)
    with one.run() as run:
        run.tick()
        run.tick()
        assert [fill.units for fill in run.fills] == [LOT]
    (tmp_path / "account.outbox").unlink()
    with one.run() as run:
        run.tick()
        (fill,) = run.fills
        assert fill.units == 0
        assert "line 6: `limit orders <= 1 in any 1 h` does not hold on chain" in fill.reason
    assert "is not carried out" in capsys.readouterr().out
    assert one.trader.holds()[0] == 11 * tokens.ETHER


def test_a_top_up_moves_the_health_factor_to_its_target(
    rpc: Rpc, world: World, anvil: Anvil, tmp_path: Path
) -> None:
    one = Account(rpc, world, anvil.url, tmp_path, LOAN)
    (weth, usdc), pool, owner = world.tokens, world.aave.pool, one.trader.account
    with acting_as(rpc, owner) as actor:
        actor.send(weth, "approve", pool.address, 10 * tokens.ETHER)
        actor.send(pool, "supply", weth.address, 10 * tokens.ETHER, owner, 0)
        actor.send(pool, "borrow", usdc.address, 13_000 * tokens.DOLLAR, VARIABLE_RATE, 0, owner)

    def health() -> float:
        return float(pool.call(rpc, "getUserAccountData", owner)[5]) / 10**18

    assert health() < 1.3
    with one.run() as run:
        run.tick()
        run.tick()
        assert [fill.venue for fill in run.fills] == ["lending"]
        assert health() == pytest.approx(1.5, abs=2e-4)
        assert run.tick().result.orders == ()
