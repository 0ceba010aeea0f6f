"""`stratc run --rpc` on the local chain, as a user runs it: it settles, and nothing is ever done twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.anvil import Anvil
from stratc.runtime.devnet.parts import tokens
from stratc.runtime.devnet.world import World
from tests.chain.faulty import Fault, Proxy
from tests.chain.traders import HEAD, PERPETUAL, POOL, Trader, time_passes
from tests.cli.shell import stratc

HEDGE = """\
when abs(delta - 7 ETH) > 0.5 ETH, cooldown 1 min:
    hedge delta to 7 ETH, at most 5 ETH, slippage <= 2%
"""
START = """\
on start:
    buy 1 ETH on pool, slippage <= 2%
"""
ONCE = """\

when spot > 1_000, once:
    sell 0.25 ETH on pool, slippage <= 2%
"""
Make = Callable[[str], Trader]


@pytest.fixture
def trader(rpc: Rpc, world: World, anvil: Anvil, tmp_path: Path) -> Make:
    """Makes one with money, for a program."""

    def make(text: str) -> Trader:
        made = Trader(rpc, world, anvil.url, tmp_path, text)
        made.fund()
        return made

    return make


def replays(one: Trader) -> None:
    for engine in ("plan", "reference"):
        said = stratc("replay", "--from-journal", one.folder / "live.journal", "--engine", engine)
        assert said.code == 0, said.err
        assert "every decision the same, bit for bit" in said.err


@pytest.mark.parametrize("linear", [PERPETUAL, POOL], ids=["perpetual", "pool"])
def test_a_hedge_settles_and_its_journal_replays_on_both_engines(
    trader: Make, anvil: Anvil, linear: str
) -> None:
    one = trader(HEAD.format(linear=linear) + HEDGE)
    with time_passes(anvil.url):
        said = one.run("--blocks", "8")
    assert said.code == 0, said.err
    assert said.out.count("settled in block") == 1
    weth, _, size = one.holds()
    assert weth + size == 7 * tokens.ETHER
    assert size == (-3 * tokens.ETHER if linear == PERPETUAL else 0)
    replays(one)


def test_a_shadow_changes_nothing_on_chain(trader: Make, anvil: Anvil) -> None:
    one = trader(HEAD.format(linear=POOL) + HEDGE)
    before = one.holds(), *spent(one)
    with time_passes(anvil.url):
        said = one.run("--shadow", "--blocks", "4")
    assert said.code == 0, said.err
    assert "shadow: nothing is sent" in said.out
    assert "calls for rule 1 as 0x" in said.out
    assert "it would settle" in said.out
    assert (one.holds(), *spent(one)) == before
    replays(one)


def spent(one: Trader) -> tuple[int, int]:
    """What is left of the gas paid in advance, and how many transactions the key has sent."""
    owner = one.world.accounts.simple_08.call(one.rpc, "owner")
    sent = int(one.rpc.call("eth_getTransactionCount", owner, "latest"), 16)
    return one.world.entry_points.v08.call(one.rpc, "balanceOf", one.account), sent


def test_after_ctrl_c_nothing_is_done_again(trader: Make, anvil: Anvil) -> None:
    one = trader(HEAD.format(linear=POOL) + START + ONCE)
    with time_passes(anvil.url):
        with one.running() as first:
            first.until("settled in block")
            first.until("settled in block")
            code, out = first.interrupt()
        assert code == 130, out
        assert "interrupted: the summary covers the run so far" in out
        after = one.holds()
        assert after[0] == 10 * tokens.ETHER + tokens.ETHER * 3 // 4
        again = one.run("--blocks", "4")
    assert again.code == 0, again.err
    assert "is sent" not in again.out
    assert "delta 10.75" in again.out, "the position is the account's"
    assert one.holds() == after
    replays(one)


def test_what_was_sent_when_it_was_killed_is_looked_up_and_not_sent_again(
    rpc: Rpc, trader: Make, anvil: Anvil
) -> None:
    one = trader(HEAD.format(linear=POOL) + START)
    rpc.call("evm_setAutomine", False)
    try:
        with one.running() as first:
            first.until("is sent")
        assert one.holds()[0] == 10 * tokens.ETHER, "it has left, and no block has it yet"
        with one.running("--blocks", "4") as second:
            line = second.until("an earlier run's live@")
            with time_passes(anvil.url):
                code, out = second.end()
    finally:
        rpc.call("evm_setAutomine", True)
    assert code == 0, out
    assert " is sent" in line or " is unknown" in line
    assert "\n                     live@" not in out, "`on start` was used up by the run that was killed"
    assert one.holds()[0] == 11 * tokens.ETHER
    replays(one)


class Gone(Proxy):
    """A node that is there or not."""

    away = False

    def _fault(self, method: str) -> Fault | None:
        return "deaf" if self.away else None


def test_a_node_that_goes_away_and_comes_back(trader: Make, anvil: Anvil) -> None:
    one = trader(HEAD.format(linear=POOL) + HEDGE)
    with Gone(anvil.url) as proxy, time_passes(anvil.url):
        one.url = proxy.url
        with one.running("--blocks", "20") as run:
            run.until("is sent")
            proxy.away = True
            run.until("asking again until it answers")
            proxy.away = False
            run.until("answers again")
            code, out = run.end()
    assert code == 0, out
    assert out.count("settled in block") == 1
    assert one.holds()[0] == 7 * tokens.ETHER
    replays(one)
