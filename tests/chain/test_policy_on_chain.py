"""From a program to a key that carries it out, by files that `stratc guard` and `stratc policy` write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct

from stratc.compiler.backends.userop.lower import lower
from stratc.runtime.addresses import parsed
from stratc.runtime.chain.deployment_checks import check_deployment
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.deployment import Deployment
from stratc.runtime.deployment_file import to_toml
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.deployment_file import deployment
from stratc.runtime.devnet.parts import tokens
from stratc.runtime.devnet.people import BUNDLER
from stratc.runtime.devnet.problems import DevnetError
from stratc.runtime.devnet.world import World
from stratc.runtime.engine.messages import LOT, Order
from stratc.runtime.execution.fill import Moment, fill
from stratc.runtime.execution.operations import entry_point_of, unsigned
from stratc.runtime.execution.userop.accounts.of_deployment import account_of
from stratc.runtime.execution.userop.handle_ops import handle_ops
from stratc.runtime.execution.userop.operation import UserOperation
from tests.chain.operations import KINDS, build, call, fund, handle
from tests.cli.shell import stratc, written
from tests.execution.bundles import SPOT, program

KEY = "0x" + "61" * 32
GAS = UserOperation(b"", 0, b"", 2_500_000, 2_000_000, 100_000, 10**11, 10**9)
MODULAR = next(kind for kind in KINDS if kind.name == "erc7579-0.8")
ADDRESS = Account.from_key(KEY).address


class Keyed:
    """An account whose session key is what the commands make of a program; the owner deploys and installs."""

    def __init__(self, folder: Path, deployer: Deployer, world: World, text: str = SPOT) -> None:
        self.deployer, self.rpc, self.world = deployer, deployer.rpc, world
        self.folder, self.text = folder, text
        self.at = deployment(world, "erc7579")
        fund(deployer, world, MODULAR)
        tokens.give(deployer, world.tokens, self.at.account.address, weth=7 * tokens.ETHER, usdc=10**10)

    def command(self, name: str, *more: object) -> None:
        """Run a command on the program and the deployment as it is now."""
        at = written(self.folder, to_toml(self.at), "d.toml")
        said = stratc(name, written(self.folder, self.text), "--deployment", at, *more)
        assert said.code == 0, said.err

    def deploy(self, contract: str) -> str:
        """Send a file's transaction, from anybody."""
        told = json.loads((self.folder / f"{contract}.json").read_text(encoding="utf-8"))
        self.deployer.transact(told["to"], told["data"], contract)
        return str(told["address"])

    def change(self, **tables: dict[str, Any]) -> None:
        """Put tables into the deployment file."""
        told = self.at.model_dump(exclude_none=True)
        self.at = Deployment.model_validate(
            told | {name: told.get(name, {}) | table for name, table in tables.items()}
        )

    def key(self, expires: int) -> None:
        """Make the key's validator, and let the owner install it."""
        self.command("policy", "--expires", expires, "-o", self.folder / "policy.json")
        self.command("guard", "--key", ADDRESS, "--policy", self.folder / "policy.json", "-o", self.folder)
        session = self.deploy("session")
        install = call(MODULAR.account(self.world), "installModule", 1, session, b"")
        (event,) = handle(self.rpc, self.world, MODULAR, [build(self.rpc, self.world, MODULAR, [install])])
        assert event["success"]
        self.change(
            account={"validator": session, "signing": "personal"}, guard={"session_validator": session}
        )

    def send(self, units: int, price: float = 2_000.0, drop: str = "") -> bool:
        """A trade of so many LOT, signed by the key; the calls whose function begins with `drop` are left out."""
        lowered = lower(program(self.text), self.at, "test").bundle
        assert lowered is not None
        now = self.rpc.call("eth_getBlockByNumber", "latest", False)
        order = Order(
            id="1", kind="trade", symbol="ETH", units=units, mark=price, rule=1, t=float(int(now["timestamp"], 16)),
            tick=0, block=int(now["number"], 16), contract=None, perpetual=False, venue="pool", slippage=0.003,
        )  # fmt: skip
        steps = fill(lowered, [order], Moment(order.t, price, 0))
        steps = [step for step in steps if not drop or not step.function.startswith(drop)]
        account, point = account_of(self.at.account), entry_point_of(lowered)
        operation = unsigned(lowered, steps, 1, 0, GAS).operation
        digest = unsigned(lowered, steps, 1, 0, GAS).hash
        signature = bytes(Account.sign_message(encode_defunct(digest), KEY).signature)
        data = handle_ops(
            [operation._replace(signature=account.sealed(signature))], parsed(BUNDLER.address), "0.8"
        )
        receipt = Deployer(self.rpc, BUNDLER.address).transact(
            self.at.entry_point.address, "0x" + data.hex(), "ops"
        )
        (event,) = MODULAR.entry_point(self.world).events(receipt, "UserOperationEvent")
        assert point.address == parsed(self.at.entry_point.address)
        return bool(event["success"])


@pytest.fixture
def keyed(tmp_path: Path, deployer: Deployer, world: World, rpc: Rpc) -> Keyed:
    """Guard and key deployed from the files that the commands wrote."""
    made = Keyed(tmp_path, deployer, world)
    made.command("guard", "-o", tmp_path)
    made.change(guard={"address": made.deploy("guard")})
    now = int(rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    made.key(now + 3_600)
    return made


def test_the_chain_is_as_the_commands_say(keyed: Keyed) -> None:
    bundle = lower(program(SPOT), keyed.at, "test").bundle
    assert check_deployment(keyed.rpc, keyed.at, bundle=bundle) == []


@pytest.mark.parametrize("units", [-LOT, -5 * LOT, LOT // 100, 1_000])
def test_what_the_program_can_do_the_key_may(keyed: Keyed, units: int) -> None:
    assert keyed.send(units)


def test_more_than_the_program_can_do_is_not_valid(keyed: Keyed) -> None:
    with pytest.raises(DevnetError, match=b"session: not in the policy".hex()):
        keyed.send(-5 * LOT - 1)
    with pytest.raises(DevnetError, match=b"session: not between the guard's calls".hex()):
        keyed.send(-LOT, drop="finish")


def test_an_expired_key_is_told(keyed: Keyed) -> None:
    keyed.rpc.call("evm_increaseTime", 7_200)
    keyed.rpc.call("evm_mine")
    (finding,) = check_deployment(keyed.rpc, keyed.at)
    assert (finding.path, "its key expired at" in finding.cause) == (("guard", "session_validator"), True)


PERPETUAL = SPOT.replace('venue pool: uniswap_v3 "ETH/USDC"', 'venue perp: perpetual "ETH-PERP"').replace(
    "on pool", "on perp"
)


def test_a_perpetuals_guard_gets_a_book(tmp_path: Path, deployer: Deployer, world: World) -> None:
    made = Keyed(tmp_path, deployer, world, PERPETUAL)
    made.command("guard", "-o", tmp_path)
    told = json.loads((tmp_path / "guard.json").read_text(encoding="utf-8"))
    assert "line 6: limit order size <= 5 ETH" in told["holds"]
    made.change(guard={"book": made.deploy("curie_book"), "address": made.deploy("guard")})
    bundle = lower(program(PERPETUAL), made.at, "test").bundle
    assert check_deployment(made.rpc, made.at, bundle=bundle) == []
