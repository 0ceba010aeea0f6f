"""`stratc compile --target userop --rpc`: the deployment held to its chain, the operations as they would be now."""

from __future__ import annotations

import json
from pathlib import Path

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.deployment import Deployment
from stratc.runtime.deployment_file import to_toml
from stratc.runtime.devnet.anvil import Anvil
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import tokens
from stratc.runtime.devnet.world import World
from stratc.runtime.execution.userop.handle_ops import hash_call
from stratc.runtime.execution.userop.operation import UserOperation
from tests.chain.planned import Planned
from tests.chain.straddles import POOL, Optioned, straddle
from tests.chain.test_live_options import proved
from tests.cli.shell import Said, stratc, written
from tests.execution.bundles import SPOT


def run(folder: Path, url: str, at: Deployment, *more: object, program: str = SPOT) -> Said:
    given = ("--target", "userop", "--deployment", written(folder, to_toml(at), "d.toml"), "--rpc", url)
    return stratc("compile", written(folder, program), *given, *more)


def ready(deployer: Deployer, world: World) -> Planned:
    """A guarded account with 3.5 ether, of which the program keeps two."""
    made = Planned(deployer, world, SPOT, guarded=True)
    tokens.give(deployer, world.tokens, made.account, weth=7 * tokens.ETHER // 2, usdc=tokens.DOLLAR)
    return made


def test_what_would_be_signed_now(
    tmp_path: Path, anvil: Anvil, deployer: Deployer, rpc: Rpc, world: World
) -> None:
    made = ready(deployer, world)
    said = run(tmp_path, anvil.url, made.at)
    assert said.code == 0, said.err
    told = json.loads(said.out)
    head = rpc.call("eth_getBlockByNumber", "latest", False)
    assert (told["block"], told["t"]) == (int(head["number"], 16), int(head["timestamp"], 16))
    assert len(told["operations"]) == 1, said
    (operation,) = told["operations"]
    assert operation["calls"][1]["text"].endswith(f"amount: {3 * tokens.ETHER // 2})")
    assert operation["operation"]["nonce"] == hex(1 << 64)
    assert operation["userOpHash"] == hash_on_chain(rpc, made, operation["operation"])


def hash_on_chain(rpc: Rpc, made: Planned, told: dict[str, str]) -> str:
    operation = UserOperation(
        bytes.fromhex(told["sender"][2:]), int(told["nonce"], 16), bytes.fromhex(told["callData"][2:])
    )
    call = {"to": made.entry_point.address, "data": "0x" + hash_call(operation, "0.8").hex()}
    return str(rpc.call("eth_call", call, "latest"))


def test_the_nonce_is_the_next_of_its_lane(
    tmp_path: Path, anvil: Anvil, deployer: Deployer, world: World
) -> None:
    made = ready(deployer, world)
    assert made.send(made.decide(spot=2_000.0, mark=2_000.0, delta=3.5), 2_000.0) is None
    assert json.loads(run(tmp_path, anvil.url, made.at).out)["operations"] == []
    tokens.give(deployer, world.tokens, made.account, weth=tokens.ETHER, usdc=0)
    (operation,) = json.loads(run(tmp_path, anvil.url, made.at).out)["operations"]
    assert operation["operation"]["nonce"] == hex((1 << 64) + 1)


def test_options_are_filled_with_what_the_market_lists(
    tmp_path: Path, anvil: Anvil, deployer: Deployer, rpc: Rpc, world: World
) -> None:
    text = proved(straddle(rpc, world, POOL))
    made = Optioned(deployer, world, text)
    said = run(tmp_path, anvil.url, made.at, program=text)
    assert said.code == 0, said.err
    (operation,) = json.loads(said.out)["operations"]
    calls = [call["text"].partition("(")[0] for call in operation["calls"]]
    assert calls.count("openPosition") == 2
    assert calls[-1] == "finish"
    assert operation["userOpHash"] == hash_on_chain(rpc, made, operation["operation"])


def test_slips_are_told_at_their_lines(
    tmp_path: Path, anvil: Anvil, deployer: Deployer, world: World
) -> None:
    made = ready(deployer, world)
    told = made.at.model_dump(exclude_none=True)
    told["tokens"]["USDC"]["decimals"] = 18
    told["venues"]["pool"]["fee"] = 3_000
    said = run(tmp_path, anvil.url, Deployment.model_validate(told))
    text = (tmp_path / "d.toml").read_text(encoding="utf-8").splitlines()
    assert said.code == 2
    for table, after, cause in (
        ("[tokens.USDC]", 2, "tokens.USDC.decimals is 18, and the chain says 6; write decimals = 6"),
        ("[venues.pool]", 4, "venues.pool.fee is 3000, and the chain says 500; write fee = 500"),
    ):
        assert f"{tmp_path / 'd.toml'}:{text.index(table) + after + 1}: {cause}" in said.err, said.err


def test_another_program_is_not_the_guards(
    tmp_path: Path, anvil: Anvil, deployer: Deployer, world: World
) -> None:
    made = ready(deployer, world)
    said = run(tmp_path, anvil.url, made.at, program=SPOT.replace("at most 5 ETH", "at most 4 ETH"))
    assert (said.code, "deploy one with `stratc guard`" in said.err) == (2, True)


def test_a_node_that_is_not_there(tmp_path: Path, anvil: Anvil, deployer: Deployer, world: World) -> None:
    made = ready(deployer, world)
    said = run(tmp_path, "http://127.0.0.1:9", made.at)
    assert (said.code, "cannot be reached" in said.err) == (3, True)
    bundler = run(tmp_path, anvil.url, made.at, "--bundler", anvil.url)
    assert (bundler.code, "eth_supportedEntryPoints" in bundler.err) == (3, True), bundler.err
