"""`stratc devnet`: a local chain with real contracts on it, moved by a market."""

from __future__ import annotations

import shlex
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple

import click

from stratc.cli.engines import runnable
from stratc.cli.failures import USAGE, WORLD, Failure
from stratc.cli.finite import SECONDS, Finite
from stratc.cli.market_options import SINCE, UNTIL
from stratc.cli.markets import chosen, opened
from stratc.cli.planned import program_of

if TYPE_CHECKING:
    from stratc.compiler.ir import nodes as ir
    from stratc.runtime.devnet.anvil import Anvil
    from stratc.runtime.devnet.clock import Beat
    from stratc.runtime.devnet.world import World
    from stratc.runtime.market.base import Market

DEFAULT = "treasury_hedge"
"""The strategy that the printed command runs where none is named."""


class Strategy(NamedTuple):
    """What trades: its file, the kind of account, and the program if it is to have a guard."""

    file: str
    account: str
    program: ir.Program | None


EXTRA = 'pip install "stratc[chain]"'
TOLD_MOVE, TOLD_TICKS = 0.01, 60
"""A line for every move of a percent, and for every so many ticks without one."""


@click.command()
@click.option("--market", help="A market to simulate (calm, crash, rally, chop, jumps) or a file of prices.")
@click.option("--seed", type=int, help="Of the simulated market (default 1).")
@SINCE
@UNTIL
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8545, show_default=True, help="0: any free one."
)
@click.option("--every", type=Finite(0.0, SECONDS), default=1.0, show_default=True, metavar="SECONDS",
              help="How often the market's next tick reaches the chain.")  # fmt: skip
@click.option(
    "-o", "--output", default="devnet.toml", show_default=True, help="The deployment file to write."
)
@click.option("--account", default="erc7579", show_default=True,
              type=click.Choice(["simple_07", "simple_08", "simple_7702", "safe_4337", "erc7579"]),
              help="The kind of account the deployment file names.")  # fmt: skip
@click.option("--guard", metavar="PROGRAM", help="Deploy this program's guard for the account.")
@click.option("--stop-at-end", is_flag=True, help="End with the market; otherwise its last price stays.")
def command(
    market: str | None,
    seed: int | None,
    since: str | None,
    until: str | None,
    port: int,
    every: float,
    output: str,
    account: str,
    guard: str | None,
    stop_at_end: bool,
) -> None:
    """Start a local chain with venues, oracles and funded accounts, and let a market move its prices."""
    world = opened(chosen(Path(), market, seed, since, until, None), ())
    target = Path(output)
    program = None if guard is None else program_of(runnable(guard))
    strategy = Strategy(guard or DEFAULT, account, program)
    _may_write(target)
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        _devnet(world, port, every, target, strategy, stop_at_end)
    except ImportError as error:
        raise Failure(
            WORLD, f"{error.name or 'a package'} is not installed, and a local chain needs it", EXTRA
        ) from None


def _devnet(
    market: Market, port: int, every: float, target: Path, strategy: Strategy, stop_at_end: bool
) -> None:
    from stratc.runtime.chain.errors import ChainError  # noqa: PLC0415 - the chain's libraries are slow to import
    from stratc.runtime.devnet.anvil import Anvil  # noqa: PLC0415 - likewise
    from stratc.runtime.devnet.clock import LEAD, first  # noqa: PLC0415 - likewise
    from stratc.runtime.devnet.fetch import fetch, needed  # noqa: PLC0415 - likewise
    from stratc.runtime.devnet.problems import DevnetError  # noqa: PLC0415 - likewise

    try:
        fetch(needed(), tell=_tell)
        start, price = first(market)
        with Anvil(port=port, timestamp=start - LEAD) as node:
            _run(node, market, price, every, target, strategy, stop_at_end)
    except ValueError as error:
        raise Failure(WORLD, str(error), "pick a market with prices, such as crash") from None
    except (ChainError, DevnetError) as error:
        raise Failure(WORLD, error.message, error.fix) from None


def _run(
    node: Anvil,
    market: Market,
    price: float,
    every: float,
    target: Path,
    strategy: Strategy,
    stop_at_end: bool,
) -> None:
    from stratc.runtime.devnet.clock import follow  # noqa: PLC0415 - the chain's libraries are slow to import
    from stratc.runtime.devnet.key_file import have_keystore  # noqa: PLC0415 - likewise
    from stratc.runtime.devnet.seeding import seed  # noqa: PLC0415 - likewise
    from stratc.runtime.devnet.world import build  # noqa: PLC0415 - likewise

    ticks = 0
    try:
        _tell(f"node: {node.url} (chain {_chain(node)}, anvil)")
        world = build(node.rpc, price)
        key = target.with_name(f"{target.stem}-key.json")
        have_keystore(key, strategy.account)
        seeded = seed(node.rpc, world, price)
        _say_what(seeded, market)
        _deployment(node, world, target, key, strategy)
        _tell(f"a tick every {every:g} s; Ctrl-C stops")
        last: Beat | None = None
        for beat in follow(node.rpc, world, market, every):
            ticks += 1
            if last is None or _worth_telling(last, beat):
                _tell(_line(beat))
                last = beat
        _tell(f"the market is over after {ticks:,} ticks")
        if not stop_at_end:
            _tell("its last price stays; Ctrl-C stops the chain")
            _wait(node)
    except KeyboardInterrupt:
        _tell(f"stopped after {ticks:,} ticks: the chain is gone, {target} describes nothing any more")
        sys.exit(130)


def _deployment(node: Anvil, world: World, target: Path, key: Path, strategy: Strategy) -> None:
    """Write the file, with a guard where one is wanted, and say how to trade."""
    from stratc.cli.devnet_guard import deploy  # noqa: PLC0415 - the chain's libraries are slow to import
    from stratc.runtime.devnet.deployment_file import deployment, told  # noqa: PLC0415 - likewise
    from stratc.runtime.devnet.key_file import PASSWORD  # noqa: PLC0415 - likewise

    guard = None
    if strategy.program is not None:
        guard = deploy(node.rpc, strategy.program, deployment(world, strategy.account))
        _tell(f"guard: {guard.address} holds the account to the limits of {strategy.program.name}")
    _write(target, told(node.url, world, strategy.account, guard))
    _tell(f"deployment: {target} (account {strategy.account}); keystore: {key} (password {PASSWORD})")
    _tell(f"trade on it: {_next(node.url, target, key, strategy)}")


def _next(url: str, target: Path, key: Path, strategy: Strategy) -> str:
    """The command that runs a strategy here; the key of an account that is itself a key cannot carry operations."""
    from stratc.runtime.devnet.key_file import PASSWORD, have_executor  # noqa: PLC0415 - with the chain's libraries

    command = [
        "stratc",
        "run",
        strategy.file,
        "--rpc",
        url,
        "--deployment",
        str(target),
        "--account",
        str(key),
    ]
    command += ["--password", "env:KEY"]
    names = f"KEY={PASSWORD}"
    if strategy.account == "simple_7702":
        carrier = target.with_name(f"{target.stem}-executor.json")
        have_executor(carrier)
        command += ["--executor", str(carrier), "--executor-password", "env:CARRIER"]
        names += f" CARRIER={PASSWORD}"
    return f"{names} {shlex.join(command)}"


def _wait(node: Anvil) -> None:
    import time  # noqa: PLC0415 - only here

    while node.running:
        time.sleep(0.5)
    raise Failure(WORLD, "the local node ended by itself", "start stratc devnet anew")


def _say_what(seeded: list[str], market: Market) -> None:
    _tell(
        "contracts: EntryPoint 0.7 and 0.8, Uniswap v3, Aave v3, Perp Curie, Lyra, oracles like Chainlink's and Pyth's"
    )
    for line in seeded:
        _tell(f"seeded: {line}")
    _tell(f"market: {market.describe()}")


def _worth_telling(last: Beat, beat: Beat) -> bool:
    if beat.price is None or last.price is None:
        return beat.price is not last.price
    return abs(beat.price / last.price - 1) >= TOLD_MOVE or beat.number - last.number >= TOLD_TICKS


def _line(beat: Beat) -> str:
    when = datetime.fromtimestamp(beat.seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
    price = "no price" if beat.price is None else f"{beat.price:,.2f} USDC/ETH"
    return f"{when}  block {beat.block:,}  {price}"


def _chain(node: Anvil) -> int:
    return int(node.rpc.call("eth_chainId"), 16)


def _may_write(target: Path) -> None:
    """A file of ours is written over, anybody else's is not."""
    from stratc.runtime.devnet.marks import MARK  # noqa: PLC0415 - keeps the start of other commands fast

    try:
        if target.exists() and not target.read_text(encoding="utf-8").startswith(MARK):
            raise Failure(
                USAGE, f"{target} exists and was not written by stratc devnet", "name another with -o"
            )
        with target.open("a", encoding="utf-8"):
            pass
    except UnicodeDecodeError:
        raise Failure(USAGE, f"{target} exists and is no text", "name another with -o") from None
    except OSError as error:
        why = error.strerror or error
        raise Failure(WORLD, f"{target} cannot be written: {why}", "name another with -o") from None


def _write(target: Path, text: str) -> None:
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(WORLD, f"{target} cannot be written: {error.strerror or error}") from None


def _tell(line: str) -> None:
    print(line, flush=True)


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
