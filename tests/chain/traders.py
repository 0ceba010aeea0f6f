"""An account with money on the local chain, its files in a folder, and `stratc run` on them; time that passes."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.deployment_file import told
from stratc.runtime.devnet.key_file import PASSWORD, have_keystore
from stratc.runtime.devnet.parts import tokens
from stratc.runtime.devnet.seeding import acting_as
from stratc.runtime.devnet.world import World
from tests.chain.planned import PREPAID
from tests.cli.shell import Said, process, stratc

KIND = "simple_08"
ETHER, WALLET, MARGIN = 10 * tokens.ETHER, 50_000 * tokens.DOLLAR, 20_000 * tokens.DOLLAR
HEAD = """\
strategy live
market ETH in USDC
oracle spot from chainlink "ETH/USD", pyth "ETH/USD", max age 1 h, agree within 50 bps
venue {linear}
limit order size <= 5 ETH
"""
PERPETUAL, POOL = 'perp: perpetual "ETH-PERP"', 'pool: uniswap_v3 "ETH/USDC"'
BEAT = 0.15
"""Seconds between two blocks."""


class Trader:
    """Runs a program from a folder; the node may be spoken to at another URL than its own."""

    def __init__(self, rpc: Rpc, world: World, url: str, folder: Path, text: str) -> None:
        self.rpc, self.world, self.url, self.folder = rpc, world, url, folder
        self.account = world.accounts.simple_08.address
        (folder / "live.strat").write_text(text, encoding="utf-8")
        (folder / "devnet.toml").write_text(told(url, world, KIND), encoding="utf-8")
        have_keystore(folder / "key.json", KIND)

    def fund(self) -> None:
        """Gas paid in advance, ether and dollars, margin at the exchange."""
        deployer = Deployer(self.rpc)
        deployer.send(self.world.entry_points.v08, "depositTo", self.account, value=PREPAID)
        tokens.give(deployer, self.world.tokens, self.account, weth=ETHER, usdc=WALLET + MARGIN)
        with acting_as(self.rpc, self.account) as actor:
            actor.send(self.world.tokens.usdc, "approve", self.world.perp.vault.address, MARGIN)
            actor.send(self.world.perp.vault, "deposit", self.world.tokens.usdc.address, MARGIN)

    def run(self, *more: str) -> Said:
        """The command in this process; somebody else must make blocks."""
        return stratc("run", *self._given(*more))

    def running(self, *more: str) -> Running:
        """The command as a process of its own."""
        return Running(process("run", *self._given(*more), cwd=self.folder))

    def _given(self, *more: str) -> list[str]:
        os.environ["PW"] = PASSWORD  # taken out again by who reads it
        here = self.folder
        files = [f"{here}/live.strat", "--deployment", f"{here}/devnet.toml", "--account", f"{here}/key.json"]
        kept = ["--journal", f"{here}/live.journal", "--outbox", f"{here}/live.outbox"]
        return [*files, *kept, "--rpc", self.url, "--password", "env:PW", *more]

    def holds(self) -> tuple[int, int, int]:
        """Wei of ether, units of dollars, and wei of the perpetual."""
        (weth, usdc), perp = self.world.tokens, self.world.perp
        size = perp.account_balance.call(self.rpc, "getTotalPositionSize", self.account, perp.base.address)
        ether, dollars = (token.call(self.rpc, "balanceOf", self.account) for token in (weth, usdc))
        return ether, dollars, size


class Running:
    """A process whose lines are read as they come; killed where a test leaves it."""

    def __init__(self, made: subprocess.Popen[str]) -> None:
        self.process = made
        self.lines: list[str] = []

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)

    def until(self, words: str) -> str:
        """Lines up to one that holds these words; the process must not end before."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if words in line:
                return line
        assert self.process.stderr is not None
        raise AssertionError(f"it ended without {words!r}: {''.join(self.lines)}{self.process.stderr.read()}")

    def end(self) -> tuple[int, str]:
        """The code it ends with, and all that it said."""
        out, err = self.process.communicate(timeout=60)
        assert "Traceback" not in err
        return self.process.returncode, "".join(self.lines) + out + err

    def interrupt(self) -> tuple[int, str]:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.end()


@contextmanager
def time_passes(url: str) -> Iterator[None]:
    """A block every `BEAT` seconds."""
    over = threading.Event()

    def mine() -> None:
        with Rpc(url) as rpc:
            while not over.wait(BEAT):
                rpc.call("evm_mine")

    thread = threading.Thread(target=mine)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
