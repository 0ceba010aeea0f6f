"""IR and deployment to a bundle plan, or to what stands in its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from stratc.compiler.backends.userop.capabilities import (
    NO_TOKEN,
    NOT_ONE_OPERATION,
    WRONG_ENTRY_POINT,
    Order,
    found,
)
from stratc.compiler.backends.userop.guard_frame import guarding
from stratc.compiler.backends.userop.legs import Tokens, legs_of
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.json_form import ir_hash
from stratc.compiler.suggest import words
from stratc.dsl.diagnostics import Diagnostic
from stratc.runtime.bundle import (
    Bundle,
    Leg,
    RuleBundle,
    Token,
)
from stratc.runtime.deployment import Deployment
from stratc.runtime.execution.userop.accounts import capabilities
from stratc.runtime.execution.userop.accounts.base import Capabilities


class Lowered(NamedTuple):
    """The plan (None when there are findings) and every finding, all errors, by place."""

    bundle: Bundle | None
    findings: tuple[Diagnostic, ...]


def lower(
    program: ir.Program,
    deployment: Deployment,
    compiler_version: str,
    able: Callable[[str], Capabilities] = capabilities,
) -> Lowered:
    """The operations of every rule that sends orders. `able` says what a kind of account can do."""
    rules, findings = _rules(program, deployment, able(deployment.account.kind))
    if findings:
        by_place = sorted(findings, key=lambda one: (one.span.start, one.span.end, one.code.id))
        return Lowered(None, tuple(dict.fromkeys(by_place)))
    return Lowered(_bundle(program, deployment, compiler_version, rules), ())


def _bundle(
    program: ir.Program, deployment: Deployment, compiler_version: str, rules: list[RuleBundle]
) -> Bundle:
    hashed = ir_hash(program)
    guard = deployment.guard
    return Bundle(
        version=1,
        program=program.name,
        ir_hash=hashed,
        compiler=compiler_version,
        chain_id=deployment.chain_id,
        entry_point=deployment.entry_point,
        account=deployment.account,
        base=_token(deployment, program.base),
        quote=_token(deployment, program.quote),
        guard=None if guard is None else guarding(guard.address, hashed),
        rules=tuple(rules),
    )


def _rules(
    program: ir.Program, deployment: Deployment, able: Capabilities
) -> tuple[list[RuleBundle], list[Diagnostic]]:
    sending = [(rule, _orders(rule)) for rule in program.rules]
    sending = [(rule, orders) for rule, orders in sending if orders]
    if not sending:
        return [], []
    first = sending[0][1][0]
    findings = _of_deployment(first, program, deployment, able)
    if any(one.code == NO_TOKEN for one in findings):
        return [], findings
    tokens = Tokens(_token(deployment, program.base), _token(deployment, program.quote))
    rules = []
    for rule, _ in sending:
        legs, more = _legs(rule, program, deployment, tokens, able)
        findings += more
        rules.append(
            RuleBundle(
                rule=rule.index, line=rule.where.line, head=rule.head, lane=rule.index, legs=tuple(legs)
            )
        )
    return rules, findings


def _orders(rule: ir.Rule) -> list[Order]:
    return [action for action in rule.body if isinstance(action, Order)]


def _legs(
    rule: ir.Rule, program: ir.Program, deployment: Deployment, tokens: Tokens, able: Capabilities
) -> tuple[list[Leg], list[Diagnostic]]:
    legs: list[Leg] = []
    findings: list[Diagnostic] = []
    for position, action in enumerate(rule.body, 1):
        made, more = legs_of(action, position, program, deployment, tokens)
        legs += made
        findings += more
        if isinstance(action, Order) and not able.atomic_batch and _calls(made, legs) > 1:
            message = (
                f"an account of kind {deployment.account.kind} makes one call an operation, and with this "
                f"order the body takes {_calls(legs, legs)}"
            )
            findings.append(
                found(NOT_ONE_OPERATION, message, action.where, "use an account that makes batches")
            )
    return legs, findings


def _calls(made: list[Leg], so_far: list[Leg]) -> int:
    """The most calls that the legs so far can take, if these added any."""
    if not made:
        return 0
    return sum(max(len(calls) for calls in leg.sides.values()) for leg in so_far)


def _of_deployment(
    first: Order, program: ir.Program, deployment: Deployment, able: Capabilities
) -> list[Diagnostic]:
    findings = []
    version, kind = deployment.entry_point.version, deployment.account.kind
    if version not in able.entry_points:
        message = f"an account of kind {kind} does not obey EntryPoint v{version}, which this order would go through"
        obeyed = words([f"v{one}" for one in able.entry_points])
        findings.append(found(WRONG_ENTRY_POINT, message, first.where, f"it obeys {obeyed}"))
    for symbol in (program.base, program.quote):
        if symbol not in deployment.tokens:
            message = f"this order moves {symbol}, which is not among the deployment's tokens"
            note = f"add [tokens.{symbol}] with its address and decimals"
            findings.append(found(NO_TOKEN, message, first.where, note))
    return findings


def _token(deployment: Deployment, symbol: str) -> Token:
    token = deployment.tokens[symbol]
    return Token(symbol=symbol, address=token.address, decimals=token.decimals)
