"""`stratc guard`: what deploys a program's guard, and the validator of its session key."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stratc.cli.engines import runnable
from stratc.cli.failures import PROGRAM, USAGE, WORLD, Failure
from stratc.cli.planned import deployment_at, program_of, write
from stratc.cli.policy import policy_at

if TYPE_CHECKING:
    from stratc.compiler.backends.userop.creation_words import Terms
    from stratc.compiler.ir import nodes as ir
    from stratc.runtime.creation import Creation
    from stratc.runtime.deployment import Deployment
    from stratc.runtime.guard import GuardPlan


@click.command()
@click.argument("file")
@click.option(
    "--deployment", required=True, metavar="FILE", help="The chain, the account, the tokens (TOML)."
)
@click.option(
    "--guardian", metavar="ADDRESS", help="Can pause the guard, and nothing else (default: nobody)."
)
@click.option("--delay", type=click.IntRange(0, 365 * 86_400), metavar="SECONDS",
              help="Before looser limits can be accepted (default two days).")  # fmt: skip
@click.option("--book", metavar="ADDRESS", help="Tells it what is held at venues (default: one of our own).")
@click.option("--key", metavar="ADDRESS", help="Also a session key's validator; needs --policy.")
@click.option("--policy", metavar="FILE", help="What that key may do, as `stratc policy` writes it.")
@click.option("-o", "--output", metavar="FOLDER", help="Write the files into this folder.")
def command(
    file: str,
    deployment: str,
    guardian: str | None,
    delay: int | None,
    book: str | None,
    key: str | None,
    policy: str | None,
    output: str | None,
) -> None:
    """Write the transactions that deploy a program's guard: any wallet can send them."""
    if (key is None) != (policy is None):
        raise Failure(USAGE, "--key and --policy go together: whose key, and what it may do", "give both")
    program, at = program_of(runnable(file)), deployment_at(deployment)
    plan, made = _made(program, at, _terms(at, guardian, delay, book))
    if key is not None and policy is not None:
        made.append(_session(key, policy, at))
    texts = {one.contract: _text(one, at, program, plan) for one in made}
    if output is None:
        sys.stdout.write(texts["guard"])
        return
    for name, text in texts.items():
        write(Path(output) / f"{name}.json", text)
    _say(made, at)


def _made(program: ir.Program, at: Deployment, terms: Terms) -> tuple[GuardPlan, list[Creation]]:
    from stratc.compiler.backends.userop.contract import VyperMissing  # noqa: PLC0415  # with pydantic
    from stratc.compiler.backends.userop.creations import creations  # noqa: PLC0415  # likewise
    from stratc.compiler.backends.userop.guard_creation import GuardError  # noqa: PLC0415  # likewise

    try:
        return creations(program, at, terms)
    except GuardError as error:
        raise Failure(PROGRAM, str(error)) from None
    except VyperMissing as error:
        raise Failure(WORLD, str(error)) from None


def _session(key: str, policy: str, at: Deployment) -> Creation:
    from stratc.compiler.backends.userop.contract import VyperMissing  # noqa: PLC0415  # with pydantic
    from stratc.compiler.backends.userop.creations import session_creation  # noqa: PLC0415  # likewise
    from stratc.compiler.backends.userop.session import PolicyError  # noqa: PLC0415  # likewise

    told = policy_at(policy)
    if (told.account, told.chain_id) != (at.account.address, at.chain_id):
        raise Failure(
            USAGE,
            f"{policy} is for account {told.account} on chain {told.chain_id}, and the deployment for "
            f"{at.account.address} on chain {at.chain_id}",
            "write it anew with `stratc policy`",
        )
    guard = None if at.guard is None else at.guard.address
    if guard is None or guard not in [one.target for one in told.permissions[:1]]:
        raise Failure(
            USAGE,
            f"the policy {policy} does not begin with the guard of the deployment, {guard or 'which names none'}",
            "name the guard in the file, and write the policy anew with `stratc policy`",
        )
    try:
        return session_creation(told.policy(), _address("--key", key))
    except PolicyError as error:
        raise Failure(PROGRAM, str(error)) from None
    except VyperMissing as error:
        raise Failure(WORLD, str(error)) from None


def _text(made: Creation, at: Deployment, program: ir.Program, plan: GuardPlan) -> str:
    from stratc.runtime.creation import to_text  # noqa: PLC0415  # with pydantic: only for this command

    about: dict[str, Any] = {"program": program.name, "strategy": "0x" + plan.strategy}
    if made.contract == "guard":
        held = sorted({(one.line, one.text) for one in plan.held})
        about["holds"] = [f"line {line}: {text}" for line, text in held]
        about["leaves_to_the_engine"] = [f"line {one.line}: {one.text}: {one.why}" for one in plan.left]
    return to_text(made, at.chain_id, **about)


def _say(made: list[Creation], at: Deployment) -> None:
    from stratc.runtime.creation import DETERMINISTIC  # noqa: PLC0415  # with the hashes: only for this command

    files = " and ".join(f"{one.contract}.json" for one in made)
    print(f"send the `data` of {files} to {DETERMINISTIC} on chain {at.chain_id}, with any wallet")
    print("what the deployment file says then:\n\n[guard]")
    for key, contract in (("address", "guard"), ("book", "curie_book"), ("session_validator", "session")):
        for one in made:
            if one.contract == contract:
                print(f'{key} = "{one.address}"')


def _terms(at: Deployment, guardian: str | None, delay: int | None, book: str | None) -> Terms:
    from stratc.compiler.backends.userop.creation_words import Terms  # noqa: PLC0415  # with pydantic

    terms = Terms()
    if at.guard is not None and at.guard.book is not None:
        terms = terms._replace(book=at.guard.book)
    if guardian is not None:
        terms = terms._replace(guardian=_address("--guardian", guardian))
    if book is not None:
        terms = terms._replace(book=_address("--book", book))
    return terms if delay is None else terms._replace(delay=delay)


def _address(option: str, text: str) -> str:
    from stratc.runtime.addresses import AddressError, parsed  # noqa: PLC0415  # only where one is given

    try:
        parsed(text)
    except AddressError as error:
        raise Failure(USAGE, f"{option}: {error}") from None
    return text
