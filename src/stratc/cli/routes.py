"""The ways to a block that the options of `stratc run --rpc` open."""

from __future__ import annotations

import secrets
from contextlib import ExitStack

from stratc.cli.failures import USAGE, Failure
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.execution.routes.base import Route
from stratc.runtime.execution.routes.bundler import Bundler
from stratc.runtime.execution.routes.executor import Executor
from stratc.runtime.execution.routes.private_relay import PrivateRelay, SignedRequests
from stratc.runtime.execution.routes.public import Public
from stratc.runtime.execution.userop.accounts.base import Account
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.secret import Secret
from stratc.runtime.execution.userop.signer import LocalSigner, Signer
from stratc.runtime.plan import Plan


def routes(
    rpc: Rpc, at: EntryPoint, account: Account, carrier: Signer, bundler: str | None, relay: str | None,
    opened: ExitStack,
) -> dict[str, Route]:  # fmt: skip
    """Routes by the words programs use; `carrier` pays for transactions, `bundler` and `relay` are URLs.

    Raises:
        Failure: nothing can carry the account's operations.
    """
    executor = Executor(rpc, at, carrier)
    made: dict[str, Route] = {"public": Public(executor)}
    if bundler is not None:
        made["bundler"] = Bundler(opened.enter_context(Rpc(bundler)), at, account.placeholder)
    if relay is not None:
        # Relays know a sender by a key that signs its requests; one made for this run holds no money.
        stamp = SignedRequests(LocalSigner(Secret(secrets.token_bytes(32))))
        seen = opened.enter_context(Rpc(relay, transport=stamp))
        made["private"] = PrivateRelay(executor, seen)
        made["bundle"] = PrivateRelay(executor, seen, "bundle")
    if carrier.address == account.address and "bundler" not in made:
        raise Failure(
            USAGE,
            "an EntryPoint takes no operations from an account that has code, and this key is the account itself",
            "name a funded key with --executor KEYSTORE, or a bundler with --bundler URL",
        )
    return made


def default_of(made: dict[str, Route]) -> str:
    """The route of rules that name none: a bundler where there is one."""
    return "bundler" if "bundler" in made else "public"


def all_there(plan: Plan, made: dict[str, Route]) -> None:
    """Whether every route that a rule names is open.

    Raises:
        Failure: one is not.
    """
    for rule in plan.rules:
        for action in rule.body:
            if action.route is not None and action.route not in made:
                fix = (
                    f"--relay URL opens `via {action.route}`"
                    if action.route in ("private", "bundle")
                    else "take the clause out"
                )
                raise Failure(
                    USAGE,
                    f"rule {rule.index} (line {rule.line}) sends `via {action.route}`, and there is no such route",
                    fix,
                )
