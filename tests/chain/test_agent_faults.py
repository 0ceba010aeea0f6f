"""The agent behind a node that fails in every way: nothing is sent twice, nothing is lost.

Each firing pays an amount of its own, a power of two, so that the sum tells which landed and how often.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from stratc.runtime.chain.errors import ChainError
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.anvil import Anvil
from stratc.runtime.devnet.world import World
from stratc.runtime.execution.agent import Agent, InDoubt
from stratc.runtime.execution.lanes import LaneBusy
from stratc.runtime.execution.parcel import Answer, Parcel
from stratc.runtime.execution.routes.public import Public
from stratc.runtime.execution.userop.operation import UserOperation
from tests.chain.agents import Desk, desk
from tests.chain.faulty import Fault, Proxy

FIRINGS, LANES = 6, 3
ROUNDS, PATIENCE = 40, 60
RATE = 0.08


class Crash(BaseException):
    """The process ends here."""


class Crashing(Public):
    """The public route in a process that may end before or after it has sent."""

    __slots__ = ("chance",)

    def send(self, operation: UserOperation, parcel: Parcel, deadline: int | None) -> Answer:
        """Send, or end."""
        chance: random.Random = self.chance
        if chance.random() < 0.1:
            raise Crash
        answer = super().send(operation, parcel, deadline)
        if chance.random() < 0.1:
            raise Crash
        return answer


def crashing(at: Desk, chance: random.Random) -> Crashing:
    """The route of a process that does not live long."""
    made = Crashing(at.executor)
    object.__setattr__(made, "chance", chance)
    return made


@pytest.fixture
def proxied(anvil: Anvil, rpc: Rpc, world: World, tmp_path: Path) -> Iterator[tuple[Desk, Proxy]]:
    """A desk that sees the chain through a proxy, which is well behaved until told otherwise."""
    with ExitStack() as opened:
        proxy = opened.enter_context(Proxy(anvil.url))
        seen = opened.enter_context(Rpc(proxy.url, tries=3, pause=lambda _: None))
        at = desk(rpc, world, tmp_path / "outbox.db", seen=seen)
        rpc.call("evm_setAutomine", False)
        opened.callback(rpc.call, "evm_setAutomine", True)
        opened.callback(rpc.call, "anvil_dropAllTransactions")
        at.mine(4)  # so that no reorganisation reaches back to before the test
        yield at, proxy


@pytest.mark.parametrize("fault", ["deaf", "mute", "busy", "garbage", "null", "twice"])
def test_one_fault_at_the_send_costs_nothing(proxied: tuple[Desk, Proxy], fault: Fault) -> None:
    at, proxy = proxied
    proxy.next = [fault] * (3 if fault == "busy" else 1)
    with at.agent() as agent:
        told = agent.submit(at.firing("run:0.1", 7, retries=5))
        assert told.state == ("sent" if fault == "twice" else "unknown")
        at.clock.now += 1
        assert [told.state for told in agent.step()] == ["sent"]
        at.mine()
        assert [told.state for told in agent.step()] == ["final"]
    at.mine(2)
    assert at.paid() == 7
    assert ("eth_sendRawTransaction", fault) in proxy.faults


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_at_the_send_is_looked_up_before_anything_is_sent(
    proxied: tuple[Desk, Proxy], when: str
) -> None:
    at, _ = proxied

    class Ending(Public):
        __slots__ = ()

        def send(self, operation: UserOperation, parcel: Parcel, deadline: int | None) -> Answer:
            if when == "after":
                Public.send(self, operation, parcel, deadline)
            raise Crash

    with suppress(Crash), at.agent({"public": Ending(at.executor)}) as agent:
        agent.submit(at.firing("run:0.1", 7, retries=5))
    with at.agent() as agent:
        assert agent.status("run:0.1").state == "unknown"
        with pytest.raises(InDoubt, match=r"run:0\.1"):
            agent.submit(at.firing("run:0.2", 8, lane=1))
        assert agent.submit(at.firing("run:0.1", 7)).state == "unknown", "the same is not sent again either"
        at.clock.now += 1
        assert [told.state for told in agent.step()] == ["sent"]
        assert agent.submit(at.firing("run:0.2", 8, lane=1)).state == "sent"
        at.mine()
        assert {told.state for told in agent.step()} == {"final"}
    assert at.paid() == 15


def _schedule(at: Desk, proxy: Proxy, seed: int) -> None:
    """Random firings, faults, crashes, reorganisations and lost transactions; then quiet until all has ended."""
    chance = random.Random(seed)
    at.confirmations = 4
    waiting = [
        at.firing(f"run:{i}.{i % LANES}", 1 << i, lane=i % LANES, retries=10_000) for i in range(FIRINGS)
    ]
    for turn in range(ROUNDS + PATIENCE):
        quiet = turn >= ROUNDS
        proxy.rate = 0.0 if quiet else RATE
        route = crashing(at, random.Random(0) if quiet else chance)
        with suppress(Crash, ChainError), at.agent(None if quiet else {"public": route}) as agent:
            for _ in range(chance.randrange(1, 5)):
                at.clock.now += chance.choice((1, 1, 40))
                _step(agent)
                if waiting and _submitted(agent, waiting[0]):
                    waiting.pop(0)
                _weather(at, chance, quiet)
            if quiet and not waiting and _all_final(agent):
                return
    with at.agent() as agent:
        told = [agent.status(f"run:{i}.{i % LANES}") for i in range(FIRINGS - len(waiting))]
    raise AssertionError(f"seed {seed}: {len(waiting)} were never sent, and the others: {told}")


def _step(agent: Agent) -> None:
    with suppress(ChainError):
        agent.step()


def _submitted(agent: Agent, firing: object) -> bool:
    try:
        agent.submit(firing)  # type: ignore[arg-type]  # a Firing
    except (ChainError, LaneBusy, InDoubt):
        return False
    return True


def _weather(at: Desk, chance: random.Random, quiet: bool) -> None:
    luck = chance.random()
    if luck < 0.5 or quiet:
        at.mine()
    elif luck < 0.6:
        at.rpc.call("anvil_reorg", chance.randrange(1, 4), [])
    elif luck < 0.7:
        at.rpc.call("anvil_dropAllTransactions")


def _all_final(agent: Agent) -> bool:
    return all(agent.status(f"run:{i}.{i % LANES}").state == "final" for i in range(FIRINGS))


def _run(proxied: tuple[Desk, Proxy], rpc: Rpc, seed: int) -> None:
    at, _ = proxied
    with Proxy(rpc_url(rpc), seed) as proxy, Rpc(proxy.url, tries=3, pause=lambda _: None) as seen:
        at.seen = seen
        _schedule(at, proxy, seed)
        assert len(proxy.faults) > 5, "a schedule without faults shows nothing"
    at.mine(2)
    assert at.paid() == (1 << FIRINGS) - 1


def rpc_url(rpc: Rpc) -> str:
    """Where the local node is; its URL holds no secret."""
    return f"http://{rpc.host}"


@pytest.mark.parametrize("seed", range(6))
def test_a_schedule_of_faults_loses_nothing_and_repeats_nothing(
    proxied: tuple[Desk, Proxy], rpc: Rpc, seed: int
) -> None:
    _run(proxied, rpc, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6, 206))
def test_two_hundred_schedules_of_faults(proxied: tuple[Desk, Proxy], rpc: Rpc, seed: int) -> None:
    _run(proxied, rpc, seed)
