"""A program behind its guard, run as `stratc run --rpc` runs it; a tick passes when the test says so."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stratc.cli.engines import Runnable, runnable
from stratc.cli.live import Desk, Options, market_on
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.deployment_file import to_toml
from stratc.runtime.devnet.key_file import PASSWORD, have_keystore
from stratc.runtime.engine.messages import Fill, Frame, Order
from stratc.runtime.live.market import ChainMarket
from stratc.runtime.session import advance
from tests.chain.planned import Planned

_VARIABLE = "STRATC_TEST_PASSWORD"


class Living:
    """The run, with a frame for each tick so far."""

    def __init__(self, target: Runnable, market: ChainMarket, desk: Desk) -> None:
        self.target = target
        self.market = market
        self.machine = target.machine()
        self.venue = desk.venue(self.machine, "run")
        self.frames: list[Frame] = []

    def tick(self) -> Frame:
        """The newest block through the engine, what it orders through the agent and into blocks."""
        snapshot, _ = self.market.look(self.market.head())
        self.frames.append(advance(self.machine, snapshot, self.venue))
        until_mined(self.market.rpc)
        return self.frames[-1]

    @property
    def orders(self) -> list[Order]:
        """All that was sent."""
        return [order for frame in self.frames for order in frame.result.orders]

    @property
    def fills(self) -> list[Fill]:
        """All that became of it."""
        return [event for frame in self.frames for event in frame.events if isinstance(event, Fill)]


def until_mined(rpc: Rpc) -> None:
    """Wait until nothing waits: a busy node answers a send before it has made the block."""
    end = time.monotonic() + 30.0
    while int(rpc.call("txpool_status")["pending"], 16):
        assert time.monotonic() < end, "a transaction waits in the node's pool and is not mined"
        time.sleep(0.002)


@contextmanager
def living(
    planned: Planned, text: str, url: str, folder: Path, bundler: str | None = None
) -> Iterator[Living]:
    """The run of a planned program from files in a folder, as a user has them; `url` is the node's."""
    strategy, deployment, account = folder / "strategy.strat", folder / "chain.toml", folder / "key.json"
    strategy.write_text(text, encoding="utf-8")
    deployment.write_text(to_toml(planned.at), encoding="utf-8")
    have_keystore(account, planned.kind)
    os.environ[_VARIABLE] = PASSWORD  # taken out again by who reads it
    options = Options(
        url, str(deployment), str(account), f"env:{_VARIABLE}", bundler=bundler,
        outbox=str(folder / "account.outbox"),
    )  # fmt: skip
    target = runnable(str(strategy))
    with market_on(target, options) as (market, desk):
        yield Living(target, market, desk)
