"""The agent on the real EntryPoints: what it sends settles once, and what it does not send it explains."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.people import BUNDLER
from stratc.runtime.devnet.world import World
from stratc.runtime.execution.agent import Firing
from stratc.runtime.execution.entry_point import next_nonce
from stratc.runtime.execution.lanes import LaneBusy
from stratc.runtime.execution.making import NonceMoved
from stratc.runtime.execution.outbox import Outbox
from stratc.runtime.execution.outbox_schema import OutboxError
from tests.chain.agents import KINDS, Batch, Desk, desk

DOLLAR = 10**6


@pytest.fixture
def here(rpc: Rpc, world: World, tmp_path: Path) -> Iterator[Desk]:
    """A desk with a simple account, each block mined by hand."""
    made = desk(rpc, world, tmp_path / "outbox.db")
    rpc.call("evm_setAutomine", False)
    try:
        yield made
    finally:
        rpc.call("anvil_dropAllTransactions")
        rpc.call("evm_setAutomine", True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_firing_settles_with_every_kind_of_account(
    rpc: Rpc, world: World, tmp_path: Path, kind: str
) -> None:
    at = desk(rpc, world, tmp_path / "outbox.db", kind)
    with at.agent() as agent:
        assert agent.submit(at.firing("run:0.1", 7)).state == "sent"
        at.mine()
        (told,) = agent.step()
        assert told.state == "final"
        assert told.landing is not None
        assert told.landing.success
        assert told.landing.cost > 0
        assert at.paid() == 7


def test_the_same_firing_is_never_sent_twice(here: Desk) -> None:
    with here.agent() as agent:
        agent.submit(here.firing("run:0.1", 7))
        assert agent.submit(here.firing("run:0.1", 7)).state == "sent"
        here.mine()
        assert agent.submit(here.firing("run:0.1", 7)).state == "sent"
        agent.step()
        assert agent.submit(here.firing("run:0.1", 7)).state == "final"
    with here.agent() as agent:
        assert agent.submit(here.firing("run:0.1", 7)).state == "final"
    here.mine(2)
    assert here.paid() == 7


def test_lanes_do_not_wait_for_each_other_and_one_lane_does(here: Desk) -> None:
    with here.agent() as agent:
        agent.submit(here.firing("run:0.1", 1, lane=1))
        agent.submit(here.firing("run:0.2", 2, lane=2))
        with pytest.raises(LaneBusy, match=r"lane 1 waits for run:0\.1, which is sent"):
            agent.submit(here.firing("run:1.1", 4, lane=1))
        here.mine()
        assert [told.state for told in agent.step()] == ["final", "final"]
        assert agent.submit(here.firing("run:1.1", 4, lane=1)).state == "sent"
        here.mine()
        agent.step()
    assert here.paid() == 7
    for lane, used in ((1, 2), (2, 1)):
        key = here.account.nonce_key(lane)
        assert next_nonce(here.rpc, here.entry_point, here.account.address, key) == (key << 64) + used


def test_a_batch_that_would_fail_is_not_sent_and_the_reason_is_told(here: Desk) -> None:
    with here.agent() as agent:
        told = agent.submit(here.firing("run:0.1", 10**18))
        assert told.state == "failed"
        assert told.reason
        assert here.rpc.call("txpool_status")["pending"] == "0x0"


def test_a_batch_that_fails_in_its_block_is_told_by_its_own_event(here: Desk) -> None:
    """Two firings that can be paid alone and not together: the transaction of the second has status 1."""
    rich = here.world.tokens.usdc.call(here.rpc, "balanceOf", "0x" + here.account.address.hex())
    with here.agent() as agent:
        agent.submit(here.firing("run:0.1", rich - 1, lane=1))
        agent.submit(here.firing("run:0.2", rich - 2, lane=2))
        here.mine()
        first, second = agent.step()
    assert (first.state, second.state) == ("final", "failed")
    assert second.landing is not None
    assert second.reason
    receipt = here.rpc.call("eth_getTransactionReceipt", second.landing.transaction)
    assert receipt["status"] == "0x1"
    assert here.paid() == rich - 1


def test_nothing_is_sent_above_the_cap(here: Desk) -> None:
    here.rpc.call("anvil_setNextBlockBaseFeePerGas", hex(10**10))
    here.mine()
    with here.agent() as agent:
        told = agent.submit(here.firing("run:0.1", 7, cap=10**14))
        assert told.state == "failed"
        assert "the cap allows" in told.reason
        enough = 10**17
        assert agent.submit(here.firing("run:0.2", 7, cap=enough)).state == "sent"
        here.mine()
        (told,) = agent.step()
        assert told.landing is not None
        assert told.landing.cost <= enough


def test_a_bid_that_waits_too_long_is_outbid_once_and_lands_once(here: Desk) -> None:
    with here.agent() as agent:
        agent.submit(here.firing("run:0.1", 7, retries=3))
        here.clock.now += 60
        (told,) = agent.step()
        assert told.state == "sent"
        assert here.rpc.call("txpool_status")["pending"] == "0x1"
        here.mine()
        assert [told.state for told in agent.step()] == ["final"]
    assert here.paid() == 7


def test_what_is_no_longer_wanted_is_not_sent_again(here: Desk) -> None:
    with here.agent() as agent:
        agent.submit(here.firing("run:0.1", 7, retries=9))
        here.rpc.call("anvil_dropAllTransactions")
        here.wanted["run:0.1"] = None
        here.clock.now += 60
        (told,) = agent.step()
        assert told.state == "unknown"
        assert "no longer wanted" in told.reason
        assert here.rpc.call("txpool_status")["pending"] == "0x0"
        agent.withdraw("run:0.1")
        here.mine()
        (told,) = agent.step()
        assert told.state == "failed"
        assert "withdraw" in told.reason
        assert agent.submit(here.firing("run:1.1", 8)).state == "sent"
        here.mine()
        agent.step()
    assert here.paid() == 8


def test_what_is_sent_again_is_what_the_recheck_says(here: Desk) -> None:
    with here.agent() as agent:
        agent.submit(here.firing("run:0.1", 7, retries=9))
        here.rpc.call("anvil_dropAllTransactions")
        here.wanted["run:0.1"] = here.pay(5)
        here.clock.now += 60
        agent.step()
        here.mine()
        assert [told.state for told in agent.step()] == ["final"]
    assert here.paid() == 5


def test_a_retry_is_preflighted_anew(here: Desk) -> None:
    with here.agent() as agent:
        agent.submit(here.firing("run:0.1", 7, retries=9))
        here.rpc.call("anvil_dropAllTransactions")
        here.wanted["run:0.1"] = here.pay(10**18)
        here.clock.now += 60
        (told,) = agent.step()
        assert told.state == "unknown"
        assert told.reason.startswith("not sent again")
        assert here.rpc.call("txpool_status")["pending"] == "0x0"


def test_a_nonce_that_somebody_else_used_ends_the_firing(here: Desk) -> None:
    with here.agent() as agent:
        agent.submit(here.firing("run:0.1", 7))
    here.rpc.call("anvil_dropAllTransactions")
    here.path.rename(here.path.with_suffix(".lost"))
    with here.agent() as other:
        other.submit(here.firing("run:9.9", 100))
        here.mine()
    here.path.with_suffix(".lost").replace(here.path)
    with here.agent() as agent:
        (told,) = agent.step()
        assert told.state == "failed"
        assert "somebody else" in told.reason
    assert here.paid() == 100


def test_only_one_process_has_the_outbox_and_only_its_own_account(here: Desk) -> None:
    with here.agent(), pytest.raises(OutboxError, match="another process"), here.agent():
        pass
    with pytest.raises(OutboxError, match=r"it is the outbox of chain 31337, account 0x.* not of somebody"):
        Outbox.open(here.path, "somebody")


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_an_operation_that_a_reorganisation_takes_out_is_sent_again(here: Desk, depth: int) -> None:
    here.confirmations = 4
    with here.agent() as agent:
        agent.submit(here.firing("run:0.1", 7, retries=9))
        here.mine(depth)
        (told,) = agent.step()
        assert told.state == "included"
        here.rpc.call("anvil_reorg", depth, [])
        assert here.paid() == 0
        (told,) = agent.step()
        assert told.state in ("sent", "unknown"), (
            "what vanished is unknown, and looked for before it is sent again"
        )
        here.clock.now += 60
        agent.step()
        here.mine(1)
        (told,) = agent.step()
        assert told.state == "included"
        here.mine(3)
        (told,) = agent.step()
        assert told.state == "final"
    assert here.paid() == 7


def test_what_follows_on_its_lane_waits_for_the_chain_and_is_not_given_up(here: Desk) -> None:
    """A reorganisation that the agent has not seen yet: the node's nonce is behind, the batch is as good as before."""
    here.confirmations = 4
    with here.agent() as agent:
        agent.submit(here.firing("run:0.1", 7, retries=9))
        here.mine()
        assert [told.state for told in agent.step()] == ["included"]
        here.rpc.call("anvil_reorg", 1, [])
        with pytest.raises(NonceMoved, match="nonce 1 of lane key 0x0 is not the next one"):
            agent.submit(here.firing("run:1.1", 8))
        with pytest.raises(KeyError):
            agent.status("run:1.1")
        for _ in range(3):
            here.clock.now += 60
            agent.step()
            here.mine()
        assert [told.state for told in agent.step()] == ["included"]
        assert agent.submit(here.firing("run:1.1", 8)).state == "sent"
        here.mine(4)
        agent.step()
        assert agent.status("run:1.1").state == "final"
    assert here.paid() == 15


def test_an_executor_of_many_lanes_uses_each_of_its_nonces_once(here: Desk) -> None:
    with here.agent() as agent:
        for lane in range(6):
            agent.submit(here.firing(f"run:0.{lane}", 1 << lane, lane=lane))
        here.mine()
        assert {told.state for told in agent.step()} == {"final"}
    assert here.paid() == 63
    assert here.rpc.call("eth_getTransactionCount", BUNDLER.address, "latest") == here.rpc.call(
        "eth_getTransactionCount", BUNDLER.address, "pending"
    )


def test_a_route_that_is_not_there_is_told(here: Desk) -> None:
    with here.agent() as agent:
        told = agent.submit(Firing("run:0.1", 0, Batch(here.pay(1).calls), route="auction"))
        assert told.state == "failed"
        assert told.reason == "there is no route 'auction' here; the routes are: public"
