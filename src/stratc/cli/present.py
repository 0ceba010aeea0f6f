"""`stratc compile --target userop --rpc`: what a program would send first, at the chain's newest block."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from stratc.cli.deployed import held_to_chain
from stratc.cli.engines import Runnable, start
from stratc.cli.failures import WORLD, Failure
from stratc.cli.live import inputs_of
from stratc.runtime.chain.errors import ChainError
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.execution.entry_point import next_nonce
from stratc.runtime.execution.operations import entry_point_of
from stratc.runtime.execution.userop.accounts.of_deployment import account_of
from stratc.runtime.execution.userop.operation import key_and_sequence
from stratc.runtime.live.chain import Chain
from stratc.runtime.live.holdings import account_in
from stratc.runtime.live.market import ChainMarket

if TYPE_CHECKING:
    from stratc.runtime.bundle import Bundle
    from stratc.runtime.deployment import Deployment
    from stratc.runtime.engine.messages import Snapshot, TickResult


class Present:
    """A program decided once: on the newest block, with the account's holdings as its book."""

    def __init__(
        self,
        url: str,
        path: str,
        deployment: Deployment,
        target: Runnable,
        bundle: Bundle,
        bundler: str | None,
    ) -> None:
        """Check the deployment, read the market, decide.

        Raises:
            Failure: the chain is not as the deployment says, or does not say.
        """
        with Rpc(url) as rpc:
            held_to_chain(rpc, path, deployment, bundle, bundler)
            try:
                chain = Chain(rpc, bundle, deployment, account_in(bundle, deployment))
                self.snapshot, self.result = _decided(chain, target)
                self.moment = chain.moment(self.snapshot)
                self.sequences = {rule.lane: _sequence(rpc, bundle, rule.lane) for rule in bundle.rules}
            except ChainError as error:
                raise Failure(WORLD, error.message, error.fix) from None


def _decided(chain: Chain, target: Runnable) -> tuple[Snapshot, TickResult]:
    market = ChainMarket(chain.rpc, inputs_of(target, chain, None), _say)
    for problem in market.problems:
        _say(str(problem))
    snapshot, why = market.look(market.head())
    if why:
        _say(f"no trusted price: {why}")
    machine = start(target.machine, {})
    for event in chain.opening(machine.book, snapshot):
        machine.apply(event)
    return snapshot, machine.step(snapshot)


def _sequence(rpc: Rpc, bundle: Bundle, lane: int) -> int:
    account = account_of(bundle.account)
    nonce = next_nonce(rpc, entry_point_of(bundle), account.address, account.nonce_key(lane))
    return key_and_sequence(nonce)[1]


def _say(line: str) -> None:
    print(f"note: {line}", file=sys.stderr)
