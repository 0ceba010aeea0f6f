"""`stratc devnet` as a process: what it says, what it writes, that the chain follows the market, how it ends."""

from __future__ import annotations

import os
import re
import shlex
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from stratc.runtime.addresses import parsed
from stratc.runtime.chain.contract import Contract
from stratc.runtime.chain.errors import Unreachable
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.deployment_file import parse_deployment, read_deployment
from stratc.runtime.devnet.anvil import Anvil
from stratc.runtime.devnet.clock import EARLIEST, follow, turn_to
from stratc.runtime.devnet.deployment_file import deployment as deployment_of
from stratc.runtime.devnet.deployment_file import told
from stratc.runtime.devnet.key_file import have_keystore, owner_of
from stratc.runtime.devnet.people import LIQUIDITY, TRADER
from stratc.runtime.devnet.problems import DevnetError
from stratc.runtime.devnet.world import World
from stratc.runtime.execution.userop.keystore import unlock
from stratc.runtime.execution.userop.secret import Secret
from stratc.runtime.market.open import open_market
from tests.cli.shell import process, stratc

SECONDS = 60
KINDS = ["simple_07", "simple_08", "simple_7702", "safe_4337", "erc7579"]


def lines_until(node: subprocess.Popen[str], text: str) -> list[str]:
    lines = []
    assert node.stdout is not None
    for line in node.stdout:
        lines.append(line.rstrip())
        if text in line:
            return lines
    raise AssertionError(f"ended without {text!r}: {lines} {node.stderr.read() if node.stderr else ''}")


@pytest.fixture
def started(anvil: Anvil, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The command running; `anvil` is asked for only to skip where there is none."""
    node = process("devnet", "--port", 0, "--every", 0.01, "--market", "calm", cwd=tmp_path)
    yield node
    node.terminate()  # not killed: it must take its chain along
    node.wait(SECONDS)


def test_it_says_what_it_did_follows_the_market_and_ends_at_once(
    started: subprocess.Popen[str], tmp_path: Path
) -> None:
    lines = lines_until(started, "USDC/ETH")
    url = next(line.split()[1] for line in lines if line.startswith("node: "))
    deployment = read_deployment(tmp_path / "devnet.toml")
    signer = unlock(tmp_path / "devnet-key.json", Secret(b"devnet"))
    assert signer.address == parsed(TRADER.address)
    with Rpc(url) as rpc:
        assert int(rpc.call("eth_chainId"), 16) == deployment.chain_id
        for address in _addresses(deployment.model_dump()):
            assert rpc.call("eth_getCode", address, "latest") != "0x"
        feed = Contract(deployment.oracles.chainlink["ETH/USD"].address, (_LATEST,))
        told = float(re.findall(r"([\d,.]+) USDC/ETH", lines[-1])[0].replace(",", ""))
        assert feed.call(rpc, "latestAnswer") / 10**8 == pytest.approx(told, rel=0.02)
        started.send_signal(signal.SIGINT)
        assert started.wait(SECONDS) == 130
        with pytest.raises(Unreachable):
            rpc.call("eth_chainId")
    assert started.stderr is not None
    assert started.stderr.read() == ""


def test_a_strategy_trades_behind_its_guard_with_the_command_that_is_printed(
    anvil: Anvil, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--port", 0, "--every", 0.05, "--market", "crash", "--guard", "treasury_hedge")
    node = process("devnet", *options, cwd=tmp_path)
    monkeypatch.chdir(tmp_path)
    try:
        said = lines_until(node, "trade on it: ")[-1]
        names, _, command = said.removeprefix("trade on it: ").partition(" stratc ")
        assert names == "KEY=devnet"
        monkeypatch.setenv("KEY", "devnet")
        run = stratc(*shlex.split(command), "--blocks", 25)
        assert run.code == 0, run.err
        assert "hedge -5 ETH of ETH-PERP sent" in run.out
        assert "settled in block" in run.out
    finally:
        node.terminate()
        node.wait(SECONDS)
    assert stratc("replay", "--from-journal", "treasury_hedge.journal", "--engine", "reference").code == 0
    guard = read_deployment(tmp_path / "devnet.toml").guard
    assert guard is not None
    assert guard.book is not None
    (outbox,) = tmp_path.glob("*.outbox")
    with sqlite3.connect(outbox) as sent:
        operations = [row[0] for row in sent.execute("SELECT operation FROM operations")]
    assert operations
    assert all(guard.address[2:].lower() in operation for operation in operations)


def test_a_request_to_end_takes_the_node_along(started: subprocess.Popen[str]) -> None:
    url = next(line.split()[1] for line in lines_until(started, "node: "))
    started.send_signal(signal.SIGTERM)
    assert started.wait(SECONDS) == 130
    with Rpc(url) as rpc, pytest.raises(Unreachable):
        rpc.call("eth_chainId")


def test_it_ends_with_the_market_when_asked_to(anvil: Anvil, tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text("timestamp,close\n1600000000,2000\n1600000060,2100\n")
    node = process(
        "devnet", "--port", 0, "--every", 0, "--market", "prices.csv", "--stop-at-end", cwd=tmp_path
    )
    out, err = node.communicate(timeout=SECONDS)
    assert (node.returncode, err) == (0, "")
    assert re.search(r"2020-09-13 12:2(6:[45]|7:[0-3])", out), (
        "a busy machine takes seconds for the blocks of a tick"
    )
    assert "2,100.00 USDC/ETH" in out
    assert out.endswith("the market is over after 2 ticks\n")


def test_a_file_of_somebody_else_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "devnet.toml").write_text("mine = true\n")
    said = stratc("devnet")
    assert (said.code, said.out) == (2, "")
    assert "was not written by stratc devnet" in said.err
    assert (tmp_path / "devnet.toml").read_text() == "mine = true\n"


@pytest.mark.parametrize("given", ["/nowhere/anvil", "/etc/hostname"])
def test_without_a_node_it_says_what_to_do(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, anvil: Anvil
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STRATC_ANVIL", given)
    said = stratc("devnet")
    assert said.code == 3
    assert f"{given} cannot be run" in said.err or f"STRATC_ANVIL names {given}" in said.err
    assert "fix: " in said.err


def test_without_npm_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STRATC_ANVIL", raising=False)
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    monkeypatch.setattr("stratc.runtime.devnet.fetch.cache_folder", lambda: tmp_path / "empty")
    said = stratc("devnet")
    assert said.code == 3
    assert "npm is not here" in said.err
    assert "fix: install Node.js 20 or later" in said.err


def test_ticks_become_blocks_at_their_times_and_a_missing_price_moves_nothing(
    rpc: Rpc, world: World, tmp_path: Path
) -> None:
    now = int(rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    start = now + 1_000
    file = tmp_path / "events.jsonl"
    file.write_text(
        "".join(
            f'{{"t": {start + 60 * i}, "block": {i}, "signals": {{"spot": {spot}}}}}\n'
            for i, spot in enumerate(["2010.0", "null", "2020.0"])
        )
    )
    beats = list(follow(rpc, world, open_market(str(file)), 0.0))
    assert [beat.price for beat in beats] == [2_010.0, None, 2_020.0]
    assert [0 <= beat.seconds - start - 60 * beat.number < 10 for beat in beats] == [True] * 3
    assert world.oracles.ether.call(rpc, "latestAnswer") == 2_020 * 10**8


def test_the_clock_never_goes_back(rpc: Rpc, world: World) -> None:
    before = int(rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    turn_to(rpc, EARLIEST)
    rpc.call("evm_mine")
    assert int(rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16) == before + 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_deployment_file_says_what_is_there(rpc: Rpc, world: World, kind: str) -> None:
    read = parse_deployment(told("http://127.0.0.1:1", world, kind).encode(), "devnet.toml")
    assert read == deployment_of(world, kind)
    assert read.account.kind == kind
    for token in read.tokens.values():
        assert Contract(token.address, (_DECIMALS,)).call(rpc, "decimals") == token.decimals


@pytest.mark.parametrize("kind", KINDS)
def test_the_keystore_is_the_owners_and_is_kept(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "key.json"
    have_keystore(path, kind)
    first = path.read_bytes()
    have_keystore(path, kind)
    assert path.read_bytes() == first
    assert unlock(path, Secret(b"devnet")).address == parsed(owner_of(kind).address)


@pytest.mark.parametrize("text", ["", "{}", "[]", f'{{"address": "{LIQUIDITY.address[2:]}"}}'])
def test_a_file_that_is_not_its_keystore_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(text)
    with pytest.raises(DevnetError, match="is not the keystore of"):
        have_keystore(path, "erc7579")
    assert path.read_text() == text


_DECIMALS = {"type": "function", "name": "decimals", "inputs": [], "outputs": [{"type": "uint8"}]}
_LATEST = {"type": "function", "name": "latestAnswer", "inputs": [], "outputs": [{"type": "int256"}]}


def _addresses(deployment: object) -> Iterator[str]:
    if isinstance(deployment, dict):
        for value in deployment.values():
            yield from _addresses(value)
    elif isinstance(deployment, str) and re.fullmatch(r"0x[0-9a-fA-F]{40}", deployment):
        yield deployment
