"""`stratc run --rpc`: what is missing or wrong ends with its code, its cause and its fix, before anything is sent."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from stratc.cli import live
from stratc.cli.engines import runnable
from stratc.cli.failures import PROGRAM, USAGE, WORLD, Failure
from stratc.cli.routes import all_there, default_of, routes
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.deployment_file import to_toml
from stratc.runtime.devnet.key_file import PASSWORD, have_keystore
from stratc.runtime.execution.userop.accounts import Simple08
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.secret import Secret
from stratc.runtime.execution.userop.signer import LocalSigner
from tests.chain.agents import signer_of
from tests.cli.shell import Said, stratc, written
from tests.execution.bundles import SPOT, deployment
from tests.execution.nodes import Node

TEXT = SPOT.replace(", deadline 3 blocks", "")
"""A program for a deployment without a guard."""
TOKEN = "s3cr3t"
"""A part of a URL that nobody may see."""
NOWHERE = f"http://{TOKEN}:{TOKEN}@127.0.0.1:9/v3/{TOKEN}?key={TOKEN}"
ORACLES = {
    "oracles": {
        "chainlink": {"ETH/USD": {"address": "0x" + "12" * 20, "decimals": 8}},
        "pyth": {"ETH/USD": {"address": "0x" + "34" * 20, "id": "0x" + "ab" * 32}},
    }
}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program, a deployment, a keystore and its password, as a user has them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PW", PASSWORD)
    written(tmp_path, TEXT, "a.strat")
    written(tmp_path, to_toml(deployment(**ORACLES)), "d.toml")
    have_keystore(tmp_path / "key.json", "simple_08")
    return tmp_path


def run(
    *more: str, file: str = "a.strat", rpc: str = NOWHERE, at: str = "d.toml", key: str = "key.json"
) -> Said:
    given = ["--rpc", rpc, "--deployment", at, "--account", key, "--password", "env:PW", *more]
    said = stratc("run", file, *given)
    assert TOKEN not in said.out + said.err
    return said


def answering(monkeypatch: pytest.MonkeyPatch, **answers: Any) -> Node:
    """A node in the place of whatever URL is given."""
    node = Node(**answers)
    monkeypatch.setattr(live, "Rpc", lambda _: node.rpc)
    return node


@pytest.mark.parametrize(
    ("given", "says", "fix"),
    [
        (["--shadow"], "--shadow says how to run on a chain", "--rpc URL"),
        (["--deployment", "d.toml"], "--deployment says how to run on a chain", "--rpc URL"),
        (["--rpc", NOWHERE], "--rpc needs --deployment", "--deployment FILE.toml"),
        (["--rpc", NOWHERE, "--deployment", "d.toml"], "--rpc needs --account", "--account KEYSTORE.json"),
        (
            ["--rpc", NOWHERE, "--deployment", "d.toml", "--account", "key.json", "--market", "crash"],
            "--market is about a market, and --rpc runs on a chain",
            "leave --market out",
        ),
    ],
)  # fmt: skip
def test_options_that_do_not_go_together_are_a_matter_of_usage(
    files: Path, given: list[str], says: str, fix: str
) -> None:
    said = stratc("run", "a.strat", *given)
    assert said.code == USAGE
    assert says in said.err
    assert fix in said.err
    assert TOKEN not in said.err


def test_a_compiled_plan_has_lost_what_a_chain_wants_to_know(files: Path) -> None:
    assert stratc("compile", "a.strat", "-o", "a.py").code == 0
    said = run(file="a.py")
    assert said.code == USAGE
    assert "a.py is a compiled plan" in said.err
    assert "give the .strat file" in said.err


def test_a_program_without_an_oracle_has_no_price(files: Path) -> None:
    line = next(line for line in TEXT.splitlines() if line.startswith("oracle"))
    written(files, TEXT.replace(line + "\n", ""), "b.strat")
    said = run(file="b.strat")
    assert said.code == PROGRAM
    assert 'add `oracle spot from chainlink "ETH/USD", max age 1 h`' in said.err


def test_an_oracle_that_the_deployment_lacks_is_named(files: Path) -> None:
    written(files, to_toml(deployment()), "bare.toml")
    said = run(at="bare.toml")
    assert said.code == PROGRAM
    assert "ETH/USD" in said.err


def test_a_venue_that_the_deployment_lacks_is_an_error_of_the_program(files: Path) -> None:
    written(
        files, TEXT.replace("venue pool", "venue spot_pool").replace("on pool", "on spot_pool"), "b.strat"
    )
    said = run(file="b.strat")
    assert said.code == PROGRAM
    assert "E304" in said.err


@pytest.mark.parametrize(("text", "says"), [(None, "missing.toml"), ("chain_id = 'one'", "chain_id")])
def test_a_deployment_that_cannot_be_read_is_told(files: Path, text: str | None, says: str) -> None:
    if text is not None:
        written(files, text, "missing.toml")
    said = run(at="missing.toml")
    assert said.code == WORLD
    assert says in said.err


def test_a_node_that_is_not_there_is_told_without_its_secret(files: Path) -> None:
    said = run()
    assert said.code == WORLD
    assert "127.0.0.1:9 cannot be reached for eth_chainId: no connection" in said.err


@pytest.mark.parametrize(
    "url", [f"http://[{TOKEN}", f"http://host:port/{TOKEN}", TOKEN, f"ftp://host/{TOKEN}"]
)
def test_what_is_no_url_is_told_without_its_secret(files: Path, url: str) -> None:
    for said in (run(rpc=url), run("--bundler", url), run("--relay", url)):
        assert said.code == USAGE
        assert "is no URL of http or https" in said.err


def test_a_node_of_another_chain_is_not_traded_on(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, eth_chainId="0x1")
    said = run()
    assert said.code == USAGE
    assert "chain_id" in said.err
    assert "31337" in said.err.replace("_", "").replace(",", "")


ACCOUNT, OTHER = signer_of("0x" + "11" * 32), LocalSigner(Secret(b"\x22" * 32))
AT = EntryPoint(b"\x01" * 20, "0.8", 1)


def opened(carrier: LocalSigner, account: bytes, bundler: str | None = None, relay: str | None = None) -> Any:
    with ExitStack() as stack, Rpc("http://node.example") as rpc:
        return routes(rpc, AT, Simple08(account), carrier, bundler, relay, stack)


@pytest.mark.parametrize(
    ("bundler", "relay", "names", "default"),
    [
        (None, None, {"public"}, "public"),
        ("http://b.example", None, {"public", "bundler"}, "bundler"),
        (None, "http://r.example", {"public", "private", "bundle"}, "public"),
    ],
)
def test_each_option_opens_its_routes(
    bundler: str | None, relay: str | None, names: set[str], default: str
) -> None:
    made = opened(OTHER, ACCOUNT.address, bundler, relay)
    assert set(made) == names
    assert default_of(made) == default


def test_an_account_that_is_a_key_cannot_carry_its_own_operations() -> None:
    with pytest.raises(Failure, match="takes no operations from an account that has code") as raised:
        opened(ACCOUNT, ACCOUNT.address)
    assert raised.value.code == USAGE
    assert "--executor KEYSTORE" in raised.value.fix
    assert set(opened(ACCOUNT, ACCOUNT.address, "http://b.example")) == {"public", "bundler"}


def test_a_route_that_a_rule_names_must_be_open(files: Path) -> None:
    written(files, TEXT.replace("slippage <= 30 bps", "slippage <= 30 bps, via private"), "b.strat")
    plan = runnable("b.strat").plan
    with pytest.raises(Failure, match=r"rule 1 \(line \d+\) sends `via private`") as raised:
        all_there(plan, opened(OTHER, ACCOUNT.address))
    assert raised.value.code == USAGE
    assert raised.value.fix == "--relay URL opens `via private`"
    all_there(plan, opened(OTHER, ACCOUNT.address, relay="http://r.example"))
