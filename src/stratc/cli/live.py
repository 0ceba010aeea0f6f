"""`stratc run --rpc`: a program on a chain, from an account, its orders as user operations."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stratc.cli.deployed import held_to_chain
from stratc.cli.failures import PROGRAM, WORLD, Failure
from stratc.cli.planned import deployment_at, lowered, program_of
from stratc.cli.routes import all_there, default_of, routes
from stratc.cli.unlocking import unlocked
from stratc.compiler.backends.userop.guard import guard_plan
from stratc.compiler.backends.userop.guard_creation import GuardError, feed_of
from stratc.runtime.chain.errors import ChainError
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.deployment import Deployment, LyraAt
from stratc.runtime.execution.agent import Agent, Recheck
from stratc.runtime.execution.guard_words import guard_words
from stratc.runtime.execution.making import Maker
from stratc.runtime.execution.operations import entry_point_of
from stratc.runtime.execution.outbox import Outbox
from stratc.runtime.execution.outbox_schema import OutboxError
from stratc.runtime.execution.userop.accounts.of_deployment import account_of
from stratc.runtime.execution.watch import Watch
from stratc.runtime.live.before import check_routes, check_same_chain, settle_before
from stratc.runtime.live.chain import Chain
from stratc.runtime.live.holdings import account_in
from stratc.runtime.live.inputs import Inputs
from stratc.runtime.live.market import ChainMarket
from stratc.runtime.live.oracle import Oracle, Source
from stratc.runtime.live.shadow import ShadowVenue
from stratc.runtime.live.venue import ChainVenue

if TYPE_CHECKING:
    from stratc.cli.engines import Runnable
    from stratc.compiler.ir import nodes as ir
    from stratc.runtime.engine.machine import Machine
    from stratc.runtime.execution.reasons import GuardWords
    from stratc.runtime.venues.base import Venue


PROGRESS = 60
"""Ticks between two lines that say how the book is."""


class Options(NamedTuple):
    """What `--rpc` and the options with it say; files and URLs as they were given."""

    rpc: str
    deployment: str
    account: str
    password: str = "prompt"  # where it comes from, not what it is
    shadow: bool = False
    bundler: str | None = None
    relay: str | None = None
    executor: str | None = None
    executor_password: str = "prompt"  # likewise
    outbox: str | None = None
    blocks: int | None = None
    iv: float | None = None


@contextmanager
def market_on(target: Runnable, options: Options) -> Iterator[tuple[ChainMarket, Desk]]:
    """The chain as a market, everything checked before the first tick.

    Raises:
        Failure: the deployment, the chain or the keys are not as they must be.
    """
    with ExitStack() as opened, told():
        deployment = deployment_at(options.deployment)
        bundle = lowered(target, deployment)
        rpc = opened.enter_context(Rpc(options.rpc))
        chain = Chain(rpc, bundle, deployment, account_in(bundle, deployment))
        inputs = inputs_of(target, chain, options.iv)
        held_to_chain(rpc, options.deployment, deployment, bundle, options.bundler)
        desk = Desk(target, options, chain, opened)
        yield ChainMarket(rpc, inputs, tell, options.blocks), desk


class Desk:
    """The account's side: keys, routes, and what is under way."""

    def __init__(self, target: Runnable, options: Options, chain: Chain, opened: ExitStack) -> None:
        """Ask for the password and open the routes.

        Raises:
            Failure: a key or a route is not there.
        """
        self._options = options
        self._chain = chain
        self._opened = opened
        self._words = _words(target, chain)
        signer = unlocked(Path(options.account), options.password)
        at, account = entry_point_of(chain.bundle), account_of(chain.bundle.account)
        self._maker = Maker(chain.rpc, at, account, signer, self._words)
        carrier = signer
        if options.executor is not None:
            carrier = unlocked(Path(options.executor), options.executor_password)
        self._routes = routes(chain.rpc, at, account, carrier, options.bundler, options.relay, opened)
        all_there(target.plan, self._routes)

    def venue(self, machine: Machine, run: str) -> Venue:
        """What the orders go to; what earlier runs sent has ended before this returns.

        Raises:
            Failure: the outbox cannot be used, or is another chain's.
        """
        default = default_of(self._routes)
        if self._options.shadow:
            return ShadowVenue(self._chain, self._maker, self._routes[default], machine.book, tell)
        bundle, owner, maker = self._chain.bundle, self._chain.account.owner, self._maker
        path = self._options.outbox or f"{owner[:10]}.outbox"
        outbox = self._opened.enter_context(Outbox.open(path, f"chain {bundle.chain_id}, account {owner}"))
        depth = self._chain.deployment.confirmations
        watch = Watch(maker.rpc, maker.at, maker.account.address, depth, self._words)

        def agent(recheck: Recheck) -> Agent:
            return Agent(maker, outbox, watch, self._routes, recheck, clock=time.time)

        check_routes(outbox, self._routes)
        check_same_chain(maker, outbox, [rule.lane for rule in bundle.rules])
        settle_before(agent(lambda _: None), tell)
        return ChainVenue(self._chain, agent, run, machine.book, tell, default)


def tell(line: str) -> None:
    """A line about what is sent and what becomes of it, among those about what was decided."""
    print(f"{'':21}{line}", flush=True)


@contextmanager
def told() -> Iterator[None]:
    try:
        yield
    except ChainError as error:
        raise Failure(WORLD, error.message, error.fix) from None
    except OutboxError as error:
        raise Failure(WORLD, str(error)) from None


def _words(target: Runnable, chain: Chain) -> GuardWords | None:
    bundle = chain.bundle
    if bundle.guard is None:
        return None
    decimals = bundle.base.decimals, bundle.quote.decimals
    return guard_words(guard_plan(program_of(target), *decimals, book=bool(chain.account.exchanges)))


def inputs_of(target: Runnable, chain: Chain, iv: float | None) -> Inputs:
    """Where the program's inputs come from; `iv` fixes the implied volatility.

    Raises:
        Failure: nothing tells the price.
    """
    plan, deployment = target.plan, chain.deployment
    options = next((venue for venue in deployment.venues.values() if isinstance(venue, LyraAt)), None)
    needed = tuple(spec.name for spec in plan.inputs)
    if chain.trades_options and "iv" not in needed:
        needed += ("iv",)  # what the engine prices options with, whether the program speaks of it or not
    apart = plan.book.margin is not None
    return Inputs(_oracle(program_of(target), deployment), chain.account, needed, iv, options, apart)


def _oracle(program: ir.Program, deployment: Deployment) -> Oracle:
    found = next((one for one in program.oracles if one.signal == "spot"), None)
    if found is None:
        declared = f'oracle spot from chainlink "{program.base}/USD", max age 1 h'
        raise Failure(PROGRAM, "on a chain the price must come from somewhere", f"add `{declared}`")
    try:
        sources = tuple(
            Source(f'{one.provider} "{one.feed}"', feed_of(one, deployment, found.where.line))
            for one in found.sources
        )
    except GuardError as error:
        raise Failure(PROGRAM, str(error)) from None
    return Oracle(sources, found.max_age, found.agree_within)
