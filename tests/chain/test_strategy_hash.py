"""A guard holds one strategy: after the account has accepted another, bundles of the old one are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stratc.compiler.backends.userop.creation_words import Terms
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import oracles, tokens
from stratc.runtime.devnet.problems import DevnetError
from stratc.runtime.devnet.seeding import acting_as
from stratc.runtime.devnet.world import World
from stratc.runtime.engine.messages import Snapshot
from tests.chain.planned import KINDS, Planned
from tests.chain.test_uniswap import PROGRAM, ready

LOOSER = PROGRAM.replace("order size <= 5 ETH", "order size <= 6 ETH")
SAME_LIMITS = PROGRAM.replace("> 0.1 ETH", "> 0.2 ETH")
TIGHTER = PROGRAM.replace("order size <= 5 ETH", "order size <= 4 ETH")
OLD_REFUSED = "the guard holds another strategy than this batch is of"


def change(planned: Planned, method: str, to: Planned) -> None:
    """The account calls its guard with another strategy's hash and limits."""
    with acting_as(planned.rpc, planned.account) as actor:
        actor.send(planned.guard, method, bytes.fromhex(to.plan.strategy), to.plan.limits.row())


def sell(planned: Planned) -> str | None:
    """Half an ether, as the strategy orders it; why it was refused, None where it settled."""
    block = planned.rpc.call("eth_getBlockByNumber", "latest", False)
    (order,) = type(planned.machine)().step(Snapshot(0.0, 1, {"spot": 2_000.0, "delta": 2.5})).orders
    return planned.send([replace(order, t=float(int(block["timestamp"], 16)))], 2_000.0)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind != "safe_4337"]
)  # its module keeps reasons to itself
def test_the_old_bundle_is_refused_once_another_strategy_is_accepted(
    rpc: Rpc, deployer: Deployer, world: World, kind: str
) -> None:
    old = ready(deployer, world, kind, guarded=True)
    new = Planned(deployer, world, LOOSER, kind, behind=old.guard)
    assert old.plan.strategy != new.plan.strategy

    change(old, "propose", new)
    assert sell(old) is None, "what is only proposed changes nothing"
    new.sent = old.sent
    refused = sell(new)
    assert refused is not None
    assert OLD_REFUSED in refused

    with pytest.raises(DevnetError):
        change(old, "accept", new)
    rpc.call("evm_increaseTime", Terms().delay)
    rpc.call("evm_mine")
    oracles.post(deployer, world.oracles, 2_000.0)
    change(old, "accept", new)

    before = old.holds()
    old.sent = new.sent
    refused = sell(old)
    assert refused is not None
    assert OLD_REFUSED in refused
    assert "compile the program that its account accepted" in refused
    assert old.holds() == before
    new.sent = old.sent
    assert sell(new) is None
    assert old.holds()[0] == before[0] - tokens.ETHER // 2


@pytest.mark.parametrize("text", [SAME_LIMITS, TIGHTER], ids=["same limits", "tighter"])
def test_tightening_takes_no_time_and_refuses_the_old_bundle_as_well(
    deployer: Deployer, world: World, text: str
) -> None:
    old = ready(deployer, world, guarded=True)
    new = Planned(deployer, world, text, behind=old.guard)
    change(old, "tighten", new)
    refused = sell(old)
    assert refused is not None
    assert OLD_REFUSED in refused
    new.sent = old.sent
    assert sell(new) is None


def test_what_is_looser_is_not_tightening(deployer: Deployer, world: World) -> None:
    old = ready(deployer, world, guarded=True)
    new = Planned(deployer, world, LOOSER, behind=old.guard)
    with pytest.raises(DevnetError):
        change(old, "tighten", new)
    assert sell(old) is None
