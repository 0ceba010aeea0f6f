"""A batch tried on paper: every kind of account tells why it would be reverted, a Safe as well."""

from __future__ import annotations

from typing import Any

import pytest

from stratc.runtime.addresses import parsed
from stratc.runtime.chain.errors import Refused
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.people import BUNDLER
from stratc.runtime.devnet.world import World
from stratc.runtime.engine.messages import Order
from stratc.runtime.execution.guard_words import guard_words
from stratc.runtime.execution.operations import entry_point_of
from stratc.runtime.execution.preflight import SETTLES, Preflight, preflight
from tests.chain.planned import KINDS
from tests.chain.straddles import ORDERS, POOL, Optioned, straddle


class _Without:
    """A node that lacks some methods."""

    def __init__(self, rpc: Rpc, *lacking: str) -> None:
        self.rpc, self.lacking = rpc, lacking

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rpc, name)

    def call(self, method: str, *params: Any) -> Any:
        if method in self.lacking:
            raise Refused(method, -32601, "method not found")
        return self.rpc.call(method, *params)


def tried(made: Optioned, orders: list[Order], *lacking: str) -> Preflight:
    operation, _ = made.signed(orders)
    rpc: Any = _Without(made.rpc, *lacking)
    words = guard_words(made.plan)
    return preflight(rpc, entry_point_of(made.bundle), operation, parsed(BUNDLER.address), words)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lacking", [(), ("eth_simulateV1",)], ids=["in one run", "call by call"])
def test_a_refusal_by_the_guard_is_told_with_its_line(
    rpc: Rpc, deployer: Deployer, world: World, kind: str, lacking: tuple[str, ...]
) -> None:
    made = Optioned(deployer, world, straddle(rpc, world, POOL), kind)
    orders = made.opened()
    assert tried(made, orders, *lacking) == SETTLES
    assert made.send(orders) is None
    found = tried(made, made.forgotten(), *lacking)
    assert not found.settles
    told = f"line {ORDERS}: `limit orders <= 5 in any 1 h` does not hold on chain: 6 orders against 5 orders"
    assert found.reason in (told, "call 13 of the batch: " + told)


def test_a_safe_on_a_node_that_traces_nothing_gives_no_reason(
    rpc: Rpc, deployer: Deployer, world: World
) -> None:
    made = Optioned(deployer, world, straddle(rpc, world, POOL), "safe_4337")
    assert made.send(made.opened()) is None
    found = tried(made, made.forgotten(), "debug_traceCall")
    assert found == Preflight(False, "a call was reverted without a reason")
