"""A straddle and its hedge through the live loop: one operation, the book as the account, closed again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.anvil import Anvil
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.world import World, move
from stratc.runtime.engine.messages import LOT, Transfer
from stratc.runtime.live.options import held
from tests.chain.living import living
from tests.chain.straddles import PERPETUAL, POOL, Optioned, straddle

WEI = 10**18 // LOT


def proved(text: str) -> str:
    """The program with a bound on its hedge, without which its limit is no theorem; it keeps no margin on a pool."""
    text = text.replace("slippage <= 1%\n", "slippage <= 1%, at most 5 ETH\n")
    return text if PERPETUAL in text else re.sub(r"when margin_ratio.*\n.*\n", "", text)


@pytest.mark.parametrize("linear", [PERPETUAL, POOL], ids=["perpetual", "pool"])
def test_a_straddle_is_sold_hedged_and_bought_back(
    rpc: Rpc, deployer: Deployer, world: World, anvil: Anvil, tmp_path: Path, linear: str
) -> None:
    text = proved(straddle(rpc, world, linear))
    made = Optioned(deployer, world, text)
    if linear == PERPETUAL:
        made.deposit(made.opened()[0])
        made.machine = made.machine.__class__()
    with living(made, text, anvil.url, tmp_path) as run:
        run.tick()
        run.tick()
        call, put, hedge = run.fills
        assert (call.units, put.units) == (-LOT, -LOT)
        book = run.machine.book
        assert book.options == held(made.listed())
        assert len(book.options) == 2
        assert hedge.units == book.spot + book.perp
        assert (book.spot * WEI, book.perp * WEI) == (made.holds()[0], made.perpetual())
        assert run.tick().events == (), "nothing is left that no order explains"
        move(rpc, world, 2_150.0)
        run.tick()
        run.tick()
        assert book.options == held(made.listed()) == {}


def test_options_that_the_account_has_are_in_the_book_of_the_next_run(
    rpc: Rpc, deployer: Deployer, world: World, anvil: Anvil, tmp_path: Path
) -> None:
    text = proved(straddle(rpc, world, POOL))
    made = Optioned(deployer, world, text)
    orders = made.opened()
    assert made.send(orders) is None
    with living(made, text, anvil.url, tmp_path) as run:
        events = run.tick().events
        found = {one.contract: one.units for one in events if isinstance(one, Transfer) and one.contract}
        assert found == {orders[0].contract: -LOT, orders[1].contract: -LOT}
