"""What an earlier run left under way: looked up, and if it never lands, withdrawn, before anything new is sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable

from stratc.runtime.chain.errors import ChainError
from stratc.runtime.execution.agent import Agent, Status
from stratc.runtime.execution.entry_point import next_nonce
from stratc.runtime.execution.making import Maker
from stratc.runtime.execution.outbox import Outbox
from stratc.runtime.execution.userop.operation import key_and_sequence

PATIENCE = 60.0
"""Seconds that what an earlier run sent may take to land before its nonce is used up by nothing."""
PAUSE = 1.0


def check_routes(outbox: Outbox, routes: Collection[str]) -> None:
    """Whether every route that something is under way by is open: it is asked what became of it.

    Raises:
        ChainError: one is not.
    """
    for activation in outbox.open_activations():
        if activation.route not in routes:
            raise ChainError(
                f"an earlier run's {activation.id} is under way by route `{activation.route}`, which is not open",
                "give the same --bundler or --relay again, so that it can be asked what became of it",
            )


def check_same_chain(maker: Maker, outbox: Outbox, lanes: Iterable[int]) -> None:
    """Whether the chain still knows what the outbox saw settle on it for good.

    Raises:
        ChainError: it does not: it was started anew, or is another one of the same number.
    """
    for lane in lanes:
        known = outbox.sequence_after(lane, settled=True)
        told = next_nonce(maker.rpc, maker.at, maker.account.address, maker.account.nonce_key(lane))
        if told < known and key_and_sequence(told)[0] == key_and_sequence(known)[0]:
            raise ChainError(
                f"{outbox.path} says that {key_and_sequence(known)[1]} operations of lane {lane} have settled, and "
                f"the chain at {maker.rpc.host} has {key_and_sequence(told)[1]}: it is another chain, or began anew",
                f"name another file with --outbox, or remove {outbox.path}",
            )


def settle_before(
    agent: Agent,
    tell: Callable[[str], None],
    *,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until everything of earlier runs has ended one way or the other.

    Raises:
        ChainError: the node does not say; what was under way stays so.
    """
    began = clock()
    tried: dict[str, float] = {}
    said: dict[str, str] = {}
    while under_way := [status for status in agent.step() if status.state not in ("final", "failed")]:
        for status in under_way:
            line = _line(status)
            if said.get(status.activation) != line:
                tell(line)
                said[status.activation] = line
            waited = clock() - tried.get(status.activation, began)
            if waited > PATIENCE and status.state != "included":
                tried[status.activation] = clock()
                _withdraw(agent, status, tell)
        pause(PAUSE)


def _withdraw(agent: Agent, status: Status, tell: Callable[[str], None]) -> None:
    tell(f"{status.activation} has not landed: its nonce is used up by an operation that does nothing")
    try:
        agent.withdraw(status.activation)
    except ChainError as error:
        tell(f"that could not be sent: {error.message}")


def _line(status: Status) -> str:
    told = f": {status.reason}" if status.reason else ""
    return f"an earlier run's {status.activation} is {status.state}{told}"
