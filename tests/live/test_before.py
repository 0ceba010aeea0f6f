"""What earlier runs left: waited for, withdrawn when it does not land, never forgotten."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from stratc.runtime.chain.errors import ChainError, Unreachable
from stratc.runtime.execution.agent import Status
from stratc.runtime.execution.making import Maker
from stratc.runtime.execution.outbox import Activation, Outbox
from stratc.runtime.execution.states import State
from stratc.runtime.execution.userop.accounts import Simple08
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.live.before import PATIENCE, check_routes, check_same_chain, settle_before
from tests.execution.nodes import Node
from tests.live.contracts import hexed

NAME = "hedged@1:0.1"


@dataclass
class Agent:
    """One firing that is in the next of these states at each look, the last for ever."""

    states: list[State]
    reason: str = ""
    withdrawn: list[str] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)

    def step(self) -> list[Status]:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return [Status(NAME, state, self.reason, None)]

    def withdraw(self, activation: str) -> None:
        self.withdrawn.append(activation)
        if self.fails:
            raise self.fails.pop()
        self.states = ["failed"]


@dataclass
class Waiting:
    """Seconds that pass with each pause; too many of them are a hang."""

    agent: Agent
    now: float = 0.0
    lines: list[str] = field(default_factory=list)

    def pause(self, seconds: float) -> None:
        self.now += seconds
        assert self.now < 10 * PATIENCE, "it waits for ever"

    def settle(self) -> list[str]:
        agent: Any = self.agent
        settle_before(agent, self.lines.append, clock=lambda: self.now, pause=self.pause)
        return self.lines


def test_nothing_before_is_nothing_to_wait_for() -> None:
    waiting = Waiting(Agent(["final"]))
    assert waiting.settle() == []
    assert waiting.now == 0.0


def test_what_lands_is_waited_for_and_each_state_told_once() -> None:
    waiting = Waiting(Agent(["unknown", "unknown", "sent", "included", "included", "final"]))
    assert waiting.settle() == [
        f"an earlier run's {NAME} is unknown",
        f"an earlier run's {NAME} is sent",
        f"an earlier run's {NAME} is included",
    ]
    assert waiting.agent.withdrawn == []


def test_what_never_lands_is_withdrawn_after_a_minute_and_that_is_told() -> None:
    waiting = Waiting(Agent(["sent"]))
    assert waiting.settle()[-1] == (
        f"{NAME} has not landed: its nonce is used up by an operation that does nothing"
    )
    assert waiting.agent.withdrawn == [NAME]
    assert PATIENCE < waiting.now <= PATIENCE + 3


def test_what_is_in_a_block_is_never_withdrawn() -> None:
    waiting = Waiting(Agent([*["included"] * int(3 * PATIENCE), "final"]))  # type: ignore[list-item]  # a state
    waiting.settle()
    assert waiting.agent.withdrawn == []


def test_a_withdrawal_that_could_not_be_sent_is_tried_again() -> None:
    waiting = Waiting(Agent(["sent"], fails=[Unreachable("no connection")]))
    lines = waiting.settle()
    assert waiting.agent.withdrawn == [NAME, NAME]
    assert "that could not be sent: no connection" in lines


def test_a_node_that_does_not_say_ends_the_start() -> None:
    agent = Agent(["sent"])
    agent.step = _silent  # type: ignore[method-assign]  # for this test
    with pytest.raises(ChainError):
        Waiting(agent).settle()


def _silent() -> list[Status]:
    raise Unreachable("node.example did not answer")


def opened(tmp_path: Path) -> Outbox:
    return Outbox.open(tmp_path / "account.outbox", "chain 1, account 0x11")


def test_a_route_that_something_is_under_way_by_must_be_open(tmp_path: Path) -> None:
    with opened(tmp_path) as outbox:
        outbox.plan(Activation(NAME, 1, 0, "bundler", None, 0, 100))
        with pytest.raises(ChainError, match="by route `bundler`, which is not open") as raised:
            check_routes(outbox, {"public": None})
        assert "--bundler" in raised.value.fix
        check_routes(outbox, {"public": None, "bundler": None})
        outbox.end(NAME, "done")
        check_routes(outbox, {"public": None})


class Known:
    """An outbox by what it saw settle."""

    path = "a.outbox"

    def __init__(self, sequence: int) -> None:
        self._sequence = sequence

    def sequence_after(self, lane: int, *, settled: bool = False) -> int:
        assert settled
        return (lane << 64) + self._sequence


@pytest.mark.parametrize(("on_chain", "right"), [(3, True), (4, True), (2, False), (0, False)])
def test_a_chain_that_does_not_know_what_settled_is_another(on_chain: int, right: bool) -> None:
    node = Node(eth_call=lambda _: hexed(((1 << 64) + on_chain,)))
    outbox: Any = Known(3)
    if right:
        check_same_chain(maker(node), outbox, [1])
        return
    with pytest.raises(ChainError, match="3 operations of lane 1 have settled") as raised:
        check_same_chain(maker(node), outbox, [1])
    assert f"has {on_chain}: it is another chain, or began anew" in raised.value.message
    assert raised.value.fix == "name another file with --outbox, or remove a.outbox"


def maker(node: Node) -> Maker:
    signer: Any = None
    return Maker(node.rpc, EntryPoint(b"\1" * 20, "0.8", 1), Simple08(b"\2" * 20), signer)
