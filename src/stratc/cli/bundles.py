"""`stratc compile --target userop`: a program as operations of an account on a chain."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from stratc.cli.engines import Runnable, runnable, start
from stratc.cli.failures import PROGRAM, USAGE, WORLD, Failure
from stratc.cli.planned import deployment_at, lowered, program_of, reads_venues, write
from stratc.cli.programs import count
from stratc.cli.replay import decisions, with_volatility
from stratc.runtime.market.events import read_events
from stratc.runtime.market.problems import DataError
from stratc.runtime.session import atomic_sets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stratc.compiler.ir import nodes as ir
    from stratc.runtime.bundle import Bundle
    from stratc.runtime.engine.messages import Snapshot, TickResult
    from stratc.runtime.execution.fill import Moment

BUNDLE, LIMITS, POLICY = "bundle.json", "limits.json", "policy.json"
OPERATIONS = "operations.json"
"""The files written: the plan, who keeps which promise, what a key needs, and (with `--at`) what is to be signed."""


class Where(NamedTuple):
    """The deployment file, and what to fill the plan at: the last of some events, or a chain's newest block."""

    deployment: str | None
    at: str | None = None
    rpc: str | None = None
    bundler: str | None = None


def compile_bundle(file: str, where: Where, output: str | None) -> None:
    """Write the bundle plan and who keeps which promise; with events or a chain, fill it there.

    Raises:
        Failure: the program has errors, or cannot be carried out where the deployment is; files that cannot be read.
    """
    if where.deployment is None:
        raise Failure(
            USAGE,
            "--target userop needs to know where: which chain, account and venues",
            "--deployment FILE.toml",
        )
    target = runnable(file)
    from stratc.compiler.backends.userop.enforced import enforced  # noqa: PLC0415  # with pydantic: for this target
    from stratc.runtime.bundle import to_text  # noqa: PLC0415  # likewise

    deployment = deployment_at(where.deployment)
    bundle = lowered(target, deployment)
    files = {BUNDLE: to_text(bundle)}
    if where.at is not None:
        files[OPERATIONS] = _at_events(bundle, target, where.at)
    if where.rpc is not None:
        from stratc.cli.present import Present  # noqa: PLC0415  # with the chain's libraries: for --rpc

        now = Present(where.rpc, where.deployment, deployment, target, bundle, where.bundler)
        files[OPERATIONS] = _filled(bundle, now.snapshot, now.result, now.moment, now.sequences)
    if output is None:
        sys.stdout.write(files.get(OPERATIONS, files[BUNDLE]))
        return
    program, book = program_of(target), reads_venues(deployment)
    files[LIMITS] = enforced(program, bundle, book=book)
    files |= _policy(program, bundle, book=book)
    for name, text in files.items():
        write(Path(output) / name, text)
    _say(bundle)


def _policy(program: ir.Program, bundle: Bundle, *, book: bool) -> dict[str, str]:
    from stratc.cli.policy import policy_text  # noqa: PLC0415  # with pydantic: for this target

    try:
        return {POLICY: policy_text(program, bundle, book=book)}
    except Failure as none:
        print(f"no {POLICY}: {none.message}")
        return {}


def _at_events(bundle: Bundle, target: Runnable, at: str) -> str:
    """The plan filled with the orders of a file's last event; options take what only the chain knows."""
    from stratc.runtime.execution.fill import Moment  # noqa: PLC0415  # with pydantic: for this target

    snapshot, result = _last(target, at)
    option = next((order for order in result.orders if order.contract is not None), None)
    if option is not None:
        raise Failure(
            USAGE,
            f"{at} does not say what an options market lists and which options the account holds, and the program "
            f"orders {option.symbol} at its last event",
            "--rpc URL in place of --at",
        )
    return _filled(bundle, snapshot, result, Moment(snapshot.t, snapshot.signals.get("spot")))


def _last(target: Runnable, at: str) -> tuple[Snapshot, TickResult]:
    """The last of a file's events, and what is decided at it."""
    try:
        snapshots = with_volatility(list(read_events(Path(at))), target)
    except DataError as error:
        raise Failure(WORLD, str(error)) from None
    *_, last = decisions(start(target.machine, {}), snapshots, instant=True)
    return snapshots[-1], last


def _filled(
    bundle: Bundle,
    snapshot: Snapshot,
    result: TickResult,
    moment: Moment,
    sequences: Mapping[int, int] | None = None,
) -> str:
    from stratc.runtime.bundle import BundleError  # noqa: PLC0415  # with pydantic: for this target
    from stratc.runtime.execution.userop.errors import OperationError  # noqa: PLC0415  # likewise
    from stratc.runtime.venues.onchain.asked import FillError  # noqa: PLC0415  # likewise

    try:
        operations = _operations(bundle, result, moment, sequences or {})
    except (BundleError, FillError, OperationError) as error:
        raise Failure(PROGRAM, str(error)) from None
    told = {"t": snapshot.t, "block": snapshot.block, "spot": moment.price, "operations": operations}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _operations(
    bundle: Bundle, result: TickResult, moment: Moment, sequences: Mapping[int, int]
) -> list[dict[str, Any]]:
    """What the rules that fired send: one operation each, in lanes of their own."""
    from stratc.runtime.execution.fill import fill  # noqa: PLC0415  # with pydantic: for this target
    from stratc.runtime.execution.operations import unsigned  # noqa: PLC0415  # likewise
    from stratc.runtime.execution.told import told  # noqa: PLC0415  # likewise

    made = []
    for orders in atomic_sets(result):
        rule = bundle.rule(orders[0].rule)
        steps = fill(bundle, orders, moment)
        made.append(
            told(bundle, rule, steps, unsigned(bundle, steps, rule.lane, sequences.get(rule.lane, 0)))
        )
    return made


def _say(bundle: Bundle) -> None:
    legs = sum(len(rule.legs) for rule in bundle.rules)
    rules = count(len(bundle.rules), "rule")
    account = f"account {bundle.account.address} ({bundle.account.kind})"
    held = "no guard" if bundle.guard is None else f"guard {bundle.guard.address}"
    print(f"{rules} with {count(legs, 'leg')} on chain {bundle.chain_id}, {account}, {held}")
