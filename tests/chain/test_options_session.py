"""A session key sells a straddle, hedges it and buys it back, each in one operation, and can sell no more than that."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth_account import Account

from stratc.compiler.backends.userop.creations import session_creation
from stratc.compiler.backends.userop.emitted import emitted
from stratc.compiler.backends.userop.lower import lower
from stratc.compiler.backends.userop.session import SessionTerms, policy_of
from stratc.compiler.driver import understand
from stratc.dsl.source import Source
from stratc.runtime.chain.contract import checksummed
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.deployment import Erc7579At
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.people import BUNDLER
from stratc.runtime.devnet.world import World
from stratc.runtime.engine.messages import LOT, Order
from stratc.runtime.execution.operations import entry_point_of
from stratc.runtime.execution.preflight import preflight
from tests.chain.operations import KINDS, build, call, handle
from tests.chain.straddles import POOL, Optioned, straddle

KEY = "0x" + "71" * 32
LIFE = 3_600
MODULAR = next(kind for kind in KINDS if kind.name == "erc7579-0.8")


class Keyed(Optioned):
    """The modular account, whose operations are signed by a key with the least policy of its program."""

    def __init__(self, deployer: Deployer, world: World, text: str) -> None:
        super().__init__(deployer, world, text, "erc7579")
        program = understand(Source("strategy.strat", text)).ir
        assert program is not None
        now = int(self.rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
        terms = SessionTerms(expiry=now + LIFE, max_gas=6_000_000)
        policy = policy_of(self.bundle, emitted(self.bundle, program), terms)
        code = session_creation(policy, Account.from_key(KEY).address).code
        made = deployer.transact(None, "0x" + code.hex(), "the session validator")
        session = checksummed(made["contractAddress"])
        install = call(MODULAR.account(world), "installModule", 1, session, b"")
        (event,) = handle(self.rpc, world, MODULAR, [build(self.rpc, world, MODULAR, [install])])
        assert event["success"]
        by_key = Erc7579At(kind="erc7579", address=self.account, validator=session, signing="personal")
        self.at = self.at.model_copy(update={"account": by_key})
        lowered = lower(program, self.at, "test").bundle
        assert lowered is not None
        self.bundle, self.key = lowered, KEY

    def refusal(self, orders: list[Order]) -> str:
        """What would come of the orders, tried on paper: why they are refused, or nothing."""
        operation, _ = self.signed(orders)
        point = entry_point_of(self.bundle)
        return preflight(self.rpc, point, operation, bytes.fromhex(BUNDLER.address[2:])).reason


def test_a_straddle_is_sold_hedged_and_bought_back_by_the_key(
    rpc: Rpc, deployer: Deployer, world: World
) -> None:
    made = Keyed(deployer, world, straddle(rpc, world, POOL))
    orders = made.opened()
    assert made.send(orders) is None
    assert len(made.positions()) == 2
    made.fill(orders)
    made.sent = 0
    assert made.send(made.decide(spot=2_101.0, iv=0.8)) is None
    assert made.positions() == []
    assert not any(made.approvals())


@pytest.mark.parametrize("leg", [0, 1], ids=["call", "put"])
def test_more_than_the_largest_order_is_refused_before_anything_runs(
    rpc: Rpc, deployer: Deployer, world: World, leg: int
) -> None:
    made = Keyed(deployer, world, straddle(rpc, world, POOL))
    orders = made.opened()
    assert made.refusal(orders) == ""
    orders[leg] = replace(orders[leg], units=-5 * LOT)
    assert "session" not in made.refusal(orders), "as much as the limit lets through"
    orders[leg] = replace(orders[leg], units=-5 * LOT - 1)
    assert "session: not in the policy" in made.refusal(orders)
