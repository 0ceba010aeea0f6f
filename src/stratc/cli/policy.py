"""`stratc policy`: the least that a key must be allowed for a program, and the check that it is enough."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from stratc.cli.engines import runnable
from stratc.cli.failures import PROGRAM, USAGE, WORLD, Failure
from stratc.cli.planned import deployment_at, lowered, program_of, reads_venues, write
from stratc.cli.programs import count
from stratc.runtime.market.times import ACCEPTED, parse_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.compiler.backends.userop.emitted import Emitted
    from stratc.compiler.backends.userop.session import SessionTerms
    from stratc.compiler.ir import nodes as ir
    from stratc.runtime.bundle import Bundle
    from stratc.runtime.policy_file import PolicyFile

_GWEI = 10**9
_MOST_GWEI = 10**9


class Plan(NamedTuple):
    """A program's operations, and every call that they can have; `book` says that its guard reads venues."""

    program: ir.Program
    bundle: Bundle
    calls: Sequence[Emitted]
    book: bool


@click.command()
@click.argument("file")
@click.option(
    "--deployment", required=True, metavar="FILE", help="The chain, the account, the venues (TOML)."
)
@click.option("--expires", metavar="TIME", help="The last moment at which the key may be used (UTC).")
@click.option("--max-fee", metavar="GWEI", help="The most that it may offer for a unit of gas (default 200).")
@click.option("--max-gas", type=click.IntRange(1, 1 << 40), help="The most gas of one operation (5,000,000).")
@click.option("--check", "proves", is_flag=True, help="Show that it allows every call the program can make.")
@click.option(
    "--policy", "given", metavar="FILE", help="With --check: of this policy, not of the program's own."
)
@click.option("-o", "--output", metavar="FILE", help="Write to this file instead of standard output.")
def command(
    file: str,
    deployment: str,
    expires: str | None,
    max_fee: str | None,
    max_gas: int | None,
    proves: bool,
    given: str | None,
    output: str | None,
) -> None:
    """Write the calls that a key must be allowed to make for a program, and nothing else; or check such a policy."""
    from stratc.runtime.policy_file import to_text  # noqa: PLC0415  # with pydantic: only for this command

    if given is not None and not proves:
        raise Failure(USAGE, "--policy names a policy to check", "add --check")
    made = plan_of(file, deployment)
    own = policy_of_program(made, _terms(expires, max_fee, max_gas))
    policy = own if given is None else policy_at(given)
    if proves:
        _check(made, policy, given or "the policy")
    if output is not None:
        write(Path(output), to_text(policy))
    elif not proves:
        sys.stdout.write(to_text(policy))


def policy_text(program: ir.Program, bundle: Bundle, *, book: bool) -> str:
    """The policy of a plan with a guard, its expiry left open.

    Raises:
        Failure: no key can be made for it.
    """
    from stratc.compiler.backends.userop.emitted import emitted  # noqa: PLC0415  # with pydantic: for chains only
    from stratc.runtime.policy_file import to_text  # noqa: PLC0415  # likewise

    plan = Plan(program, bundle, emitted(bundle, program), book)
    return to_text(policy_of_program(plan, _terms(None, None, None)))


def plan_of(file: str, deployment: str) -> Plan:
    """A program's operations for a deployment.

    Raises:
        Failure: as `stratc compile --target userop`.
    """
    from stratc.compiler.backends.userop.emitted import emitted  # noqa: PLC0415  # with pydantic: for chains only

    target, at = runnable(file), deployment_at(deployment)
    program, bundle = program_of(target), lowered(target, at)
    return Plan(program, bundle, emitted(bundle, program), reads_venues(at))


def policy_of_program(plan: Plan, terms: SessionTerms) -> PolicyFile:
    """The least that the program needs.

    Raises:
        Failure: no key can be made for it.
    """
    from stratc.compiler.backends.userop.policy_told import policy_file  # noqa: PLC0415  # with pydantic
    from stratc.compiler.backends.userop.session import PolicyError  # noqa: PLC0415  # likewise

    try:
        return policy_file(plan.program, plan.bundle, plan.calls, terms, book=plan.book)
    except PolicyError as error:
        raise Failure(PROGRAM, str(error)) from None


def policy_at(path: str) -> PolicyFile:
    """The policy of a file.

    Raises:
        Failure: it cannot be read, or is none.
    """
    from stratc.runtime.policy_file import PolicyFileError, from_text  # noqa: PLC0415  # with pydantic

    try:
        return from_text(Path(path).read_text(encoding="utf-8"), path)
    except OSError as error:
        raise Failure(WORLD, f"{path} cannot be read: {error.strerror or error}", "check the path") from None
    except UnicodeDecodeError:
        raise Failure(WORLD, f"{path} is not UTF-8 text", "write it anew with `stratc policy`") from None
    except PolicyFileError as error:
        raise Failure(WORLD, str(error)) from None


def _check(plan: Plan, file: PolicyFile, name: str) -> None:
    from stratc.compiler.backends.userop.policy_check import unneeded  # noqa: PLC0415  # with pydantic

    policy = file.policy()
    found = _refusals(plan, file)
    if found:
        lines = "\n".join(f"  {line}" for line in found)
        raise Failure(
            PROGRAM,
            f"{name} does not allow what {plan.bundle.program} can do:\n{lines}",
            "write it anew with `stratc policy`, or bound the program as the policy is",
        )
    rules, calls = count(len(plan.bundle.rules), "rule"), count(len(plan.calls), "call")
    print(f"{name} allows every call that {plan.bundle.program} can make: {calls} of {rules} and the guard")
    for permission in unneeded(policy, plan.calls):
        print(
            f"note: nothing needs {permission.function.partition('(')[0]} of {permission.target}; take it out"
        )


def _refusals(plan: Plan, file: PolicyFile) -> list[str]:
    from stratc.compiler.backends.userop.policy_check import outside, too_long  # noqa: PLC0415  # with pydantic

    bundle = plan.bundle
    pairs = (
        ("chain", file.chain_id, bundle.chain_id),
        ("account", file.account, bundle.account.address),
    )
    found = [f"it is for {what} {theirs}, not {ours}" for what, theirs, ours in pairs if theirs != ours]
    found += [
        f"{one.made.where}: {one.made.call.what}: {one.made.call.function.partition('(')[0]} of "
        f"{one.made.call.to}: {one.why}"
        for one in outside(file.policy(), plan.calls)
    ]
    return found + list(too_long(bundle))


def _terms(expires: str | None, max_fee: str | None, max_gas: int | None) -> SessionTerms:
    from stratc.compiler.backends.userop.session import SessionTerms  # noqa: PLC0415  # with pydantic

    terms = SessionTerms()
    if expires is not None:
        terms = terms._replace(expiry=_moment(expires))
    if max_fee is not None:
        terms = terms._replace(max_fee=_wei(max_fee))
    return terms if max_gas is None else terms._replace(max_gas=max_gas)


def _moment(text: str) -> int:
    try:
        return int(parse_time(text))
    except ValueError:
        raise Failure(USAGE, f"--expires is {text!r}, which is no time", f"write {ACCEPTED}") from None


def _wei(text: str) -> int:
    try:
        wei = Decimal(text) * _GWEI
        whole = int(wei)
    except (ArithmeticError, ValueError):
        whole, wei = -1, Decimal(0)
    if whole != wei or not 0 < whole <= _MOST_GWEI * _GWEI:
        raise Failure(
            USAGE,
            f"--max-fee is {text!r}, which is no price of gas",
            "write gwei, up to nine decimals: 200 or 0.05",
        )
    return whole
