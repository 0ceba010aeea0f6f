"""The agent through a real bundler, alto, with both EntryPoints and every kind of account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from stratc.runtime.devnet.anvil import Anvil
from stratc.runtime.devnet.bundler import Alto
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.fetch_bundler import fetch_bundler, fetched_bundler
from stratc.runtime.devnet.parts import oracles, tokens
from stratc.runtime.devnet.parts.entry_points import ADDRESSES
from stratc.runtime.devnet.problems import DevnetError
from stratc.runtime.devnet.world import World, build
from stratc.runtime.engine.messages import LOT
from stratc.runtime.execution.agent import InDoubt
from stratc.runtime.execution.fees import BUMP_PERCENT
from stratc.runtime.execution.parcel import TAKEN, Parcel
from stratc.runtime.execution.routes.bundler import Bundler
from stratc.runtime.execution.userop.hash import user_op_hash
from stratc.runtime.execution.userop.operation import UserOperation
from stratc.runtime.execution.userop.signing import signed
from tests.chain.agents import KINDS, Desk, desk
from tests.chain.living import living, until_mined
from tests.chain.planned import Planned
from tests.chain.test_uniswap import PROGRAM as HEDGE

PROGRAM = HEDGE.replace("slippage <= 30 bps", "at most 5 ETH, slippage <= 30 bps")


class Street(NamedTuple):
    """A node of its own, whose blocks are never taken back: the bundler counts them."""

    node: Anvil
    world: World
    alto: Alto


@pytest.fixture(scope="module")
def street(anvil: Anvil) -> Iterator[Street]:
    """`anvil` is asked for only to skip where there is none."""
    with Anvil() as node:
        world = build(node.rpc)
        try:
            alto = Alto(node.url)
        except DevnetError as error:
            pytest.skip(f"{error.message}: {error.fix}")
        with alto:
            yield Street(node, world, alto)


Sit = Callable[[str], Desk]


@pytest.fixture
def sit(street: Street, tmp_path: Path) -> Iterator[Sit]:
    """Makes a desk; from then on each block is mined by hand. Nothing is left in the bundler afterwards."""
    rpc = street.node.rpc

    def made(kind: str) -> Desk:
        at = desk(rpc, street.world, tmp_path / "outbox.db", kind)
        rpc.call("evm_setAutomine", False)
        return at

    yield made
    street.alto.forget()
    rpc.call("evm_mine")
    rpc.call("evm_setAutomine", True)


def route_of(street: Street, at: Desk) -> Bundler:
    return Bundler(street.alto.rpc, at.entry_point, at.account.placeholder)


def waiting_in(street: Street) -> int:
    """How many operations wait in the bundler."""
    return sum(len(street.alto.rpc.call("debug_bundler_dumpMempool", point.address)) for point in ADDRESSES)


@pytest.mark.parametrize("kind", KINDS)
def test_a_firing_settles(street: Street, sit: Sit, kind: str) -> None:
    at = sit(kind)
    at.confirmations = 3
    before = at.paid()
    with at.agent({"public": route_of(street, at)}) as agent:
        assert agent.submit(at.firing("run:0.1", 7)).state == "sent"
        street.alto.bundle()
        assert [told.state for told in agent.step()] == ["sent"]
        assert at.paid() == before
        at.mine()
        assert [told.state for told in agent.step()] == ["included"]
        at.mine(2)
        assert [told.state for told in agent.step()] == ["final"]
    assert at.paid() == before + 7


def test_it_serves_both_entry_points_and_says_so_of_another(street: Street, sit: Sit) -> None:
    served = street.alto.rpc.call("eth_supportedEntryPoints")
    assert served == [point.address for point in ADDRESSES]
    at = sit("simple-0.8")
    elsewhere = at.entry_point._replace(address=bytes(19) + b"\x01")
    route = Bundler(street.alto.rpc, elsewhere, at.account.placeholder)
    with at.agent({"public": route}) as agent:
        told = agent.submit(at.firing("run:0.1", 7))
    assert told.state == "failed"
    assert all(address in told.reason for address in served)


REASONS = {
    "simple-0.7": "more than the balance",
    "simple-0.8": "call 1 of the batch: more than the balance",
    "safe": "a call was reverted without a reason",  # its module keeps it to itself
}


@pytest.mark.parametrize("kind", REASONS)
def test_a_batch_that_would_fail_is_refused_with_the_reason(street: Street, sit: Sit, kind: str) -> None:
    at = sit(kind)
    with at.agent({"public": route_of(street, at)}) as agent:
        told = agent.submit(at.firing("run:0.1", 10**18))
    assert told.state == "failed"
    assert told.reason == REASONS[kind]
    assert waiting_in(street) == 0


def test_it_knows_an_operation_until_a_block_does(street: Street, sit: Sit) -> None:
    at = sit("simple-0.8")
    route = route_of(street, at)
    assert route.holds(Parcel("0x" + "ab" * 32)) is False
    with at.agent({"public": route}) as agent:
        agent.submit(at.firing("run:0.1", 7))
        parcel = Parcel(at.outbox.entries("run:0.1")[0].hash)
        assert route.holds(parcel) is True
        street.alto.bundle()
        assert route.holds(parcel) is True
        at.mine()
        assert route.holds(parcel) is None
        agent.step()


def test_the_same_operation_twice_is_one(street: Street, sit: Sit) -> None:
    at = sit("simple-0.8")
    before = at.paid()
    route = route_of(street, at)
    with at.agent({"public": route}) as agent:
        agent.submit(at.firing("run:0.1", 7))
        assert agent.submit(at.firing("run:0.1", 7)).state == "sent"
        (entry,) = at.outbox.entries("run:0.1")
        assert route.send(entry.operation, Parcel(entry.hash), None) == TAKEN
        assert waiting_in(street) == 1
        street.alto.bundle()
        at.mine()
        assert [told.state for told in agent.step()] == ["final"]
        late = route.send(entry.operation, Parcel(entry.hash), None)
        assert late.kind == "unclear", "the nonce is used, and by what the chain has to say"
        assert agent.submit(at.firing("run:0.1", 7)).state == "final"
    assert waiting_in(street) == 0
    assert at.paid() == before + 7


def test_a_bid_that_waits_is_outbid_by_as_much_as_the_bundler_asks_for(street: Street, sit: Sit) -> None:
    at = sit("simple-0.8")
    before, route = at.paid(), route_of(street, at)
    with at.agent({"public": route}) as agent:
        agent.submit(at.firing("run:0.1", 7, retries=3))
        (first,) = at.outbox.entries("run:0.1")
        close = bid_higher(at, first.operation, BUMP_PERCENT - 1)
        answer = route.send(close, Parcel("0x" + user_op_hash(close, at.entry_point).hex()), None)
        assert answer.kind == "refused"
        assert "bump the gas price by minimum 10%" in answer.reason
        at.clock.now += 60
        assert [told.state for told in agent.step()] == ["sent"]
        first, second = at.outbox.entries("run:0.1")
        assert (first.state, second.state) == ("replaced", "sent")
        assert second.operation.max_fee_per_gas * 100 >= first.operation.max_fee_per_gas * 110
        assert waiting_in(street) == 1
        assert route.holds(Parcel(second.hash)) is True
        street.alto.bundle()
        at.mine()
        (told,) = agent.step()
    assert told.state == "final"
    assert told.landing is not None
    assert told.landing.hash == second.hash
    assert at.paid() == before + 7


def bid_higher(at: Desk, operation: UserOperation, percent: int) -> UserOperation:
    """The same with both fees higher by so much, signed."""
    raised = operation._replace(
        max_fee_per_gas=operation.max_fee_per_gas * (100 + percent) // 100,
        max_priority_fee_per_gas=operation.max_priority_fee_per_gas * (100 + percent) // 100,
    )
    return signed(raised, at.account, at.entry_point, at.signer)


def test_what_the_bundler_forgot_is_sent_again_and_lands_once(street: Street, sit: Sit) -> None:
    """A process that ends while its operation waits; the bundler drops it; the next process asks the chain first."""
    at = sit("simple-0.7")
    before = at.paid()
    with at.agent({"public": route_of(street, at)}) as agent:
        agent.submit(at.firing("run:0.1", 7, retries=3))
    street.alto.forget()
    with at.agent({"public": route_of(street, at)}) as agent:
        with pytest.raises(InDoubt):
            agent.submit(at.firing("run:1.1", 100))
        at.clock.now += 60
        assert [told.state for told in agent.step()] == ["sent"]
        assert waiting_in(street) == 1
        street.alto.bundle()
        at.mine()
        assert [told.state for told in agent.step()] == ["final"]
    assert at.paid() == before + 7


def test_lanes_go_in_one_bundle_after_the_other(street: Street, sit: Sit) -> None:
    at = sit("erc7579")
    before = at.paid()
    with at.agent({"public": route_of(street, at)}) as agent:
        for lane in (1, 2):
            agent.submit(at.firing(f"run:0.{lane}", lane, lane=lane))
        assert waiting_in(street) == 2
        while waiting_in(street):
            street.alto.bundle()
            at.mine()
        assert [told.state for told in agent.step()] == ["final", "final"]
    assert at.paid() == before + 3


@pytest.mark.parametrize("kind", ["simple_07", "simple_08", "erc7579"])
def test_a_program_behind_its_guard_trades_through_it(street: Street, tmp_path: Path, kind: str) -> None:
    """The live loop with `--bundler`: decided, sent, bundled, read back, and in the book at the next tick."""
    rpc, world = street.node.rpc, street.world
    planned = Planned(Deployer(rpc), world, PROGRAM, kind, guarded=True)
    weth = world.tokens.weth.call(rpc, "balanceOf", planned.account)
    tokens.give(Deployer(rpc), world.tokens, planned.account, weth=7 * tokens.ETHER // 2 - weth)
    with living(planned, PROGRAM, street.node.url, tmp_path, street.alto.url) as run:
        oracles.post(Deployer(rpc), world.oracles, 2_000.0)
        run.tick()
        assert [order.units for order in run.orders] == [-3 * LOT // 2]
        assert waiting_in(street) == 1
        street.alto.bundle()
        until_mined(rpc)
        run.tick()
        assert [fill.units for fill in run.fills] == [-3 * LOT // 2]
        assert run.machine.book.spot == 2 * LOT
    assert planned.holds()[0] == 2 * tokens.ETHER


def test_without_npm_or_node_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DevnetError, match="has not been fetched") as found:
        fetched_bundler(tmp_path)
    assert "fetch_bundler" in found.value.fix
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DevnetError, match=r"npm is not here, and the bundler, alto, comes with it"):
        fetch_bundler(tmp_path)
    assert list(tmp_path.iterdir()) == [], "nothing half done is left"
    with pytest.raises(DevnetError, match=r"Node.js is not here") as found:
        Alto("http://127.0.0.1:1")
    assert "Node.js 20" in found.value.fix
