"""What a strategy needs deployed on a chain: its guard, the guard's book, a session key's validator."""

from __future__ import annotations

from stratc.compiler.backends.userop.contract import CONTRACTS, compile_contract
from stratc.compiler.backends.userop.creation_words import NOBODY, Terms
from stratc.compiler.backends.userop.guard import guard_plan
from stratc.compiler.backends.userop.guard_creation import GuardError, guard_creation
from stratc.compiler.backends.userop.guard_sight import PERPETUALS, sight
from stratc.compiler.backends.userop.session import PolicyError
from stratc.compiler.ir import nodes as ir
from stratc.runtime.creation import Creation, Said
from stratc.runtime.deployment import Deployment, PerpCurieAt
from stratc.runtime.guard import GuardPlan
from stratc.runtime.policy import Policy

_CURIE_DECIMALS = 18


def plan_of(program: ir.Program, deployment: Deployment, *, book: bool) -> GuardPlan:
    """The guard's numbers, with the decimals that the deployment says.

    Raises:
        GuardError: it says nothing of a token.
    """
    for symbol in (program.base, program.quote):
        if symbol not in deployment.tokens:
            raise GuardError(f"the deployment has no token {symbol}; add [tokens.{symbol}]")
    base, quote = (deployment.tokens[symbol].decimals for symbol in (program.base, program.quote))
    return guard_plan(program, base, quote, book=book)


def creations(program: ir.Program, deployment: Deployment, terms: Terms) -> tuple[GuardPlan, list[Creation]]:
    """The guard's numbers, and what is deployed, the guard last.

    The book comes first, where the program trades perpetuals and the terms name none: without it the guard sees none
    of what they do.

    Raises:
        GuardError: the program or the deployment lacks what a guard is made of.
        VyperMissing: the contracts' compiler is not installed.
    """
    book = None if terms.book != NOBODY else _book(program, deployment)
    if book is not None:
        terms = terms._replace(book=book.address)
    plan = plan_of(program, deployment, book=terms.book != NOBODY)
    guard = guard_creation(plan, program, deployment, terms)
    return plan, [guard] if book is None else [book, guard]


def _book(program: ir.Program, deployment: Deployment) -> Creation | None:
    if sight(program, book=False).trades != PERPETUALS:
        return None
    exchanges = {name: at for name, at in deployment.venues.items() if isinstance(at, PerpCurieAt)}
    own = [name for name in exchanges if name in {venue.name for venue in program.venues}] or list(exchanges)
    if len(own) > 1:
        raise GuardError(
            f"the program could trade perpetuals on {' and '.join(own)}, and a guard's book reads one; keep one of "
            "them in the program, or give --book"
        )
    return _curie_book(exchanges[own[0]], deployment.tokens[program.base].decimals) if own else None


def _curie_book(at: PerpCurieAt, decimals: int) -> Creation:
    if decimals > _CURIE_DECIMALS:
        raise GuardError(
            f"the base token has {decimals} decimals, and the book reads at most {_CURIE_DECIMALS}; give --book"
        )
    from eth_abi.abi import encode  # noqa: PLC0415  # half a second, and only to deploy

    code = compile_contract(CONTRACTS / "curie_book.vy").code
    code += encode(("address", "address", "uint8"), (at.address, at.market, decimals))
    told = (
        Said("clearing_house", at.address, "the exchange that it reads"),
        Said("market", at.market, "the base token that names the market"),
        Said("base_decimals", decimals, "of the guard's base token"),
    )
    return Creation("curie_book", code, told)


def session_creation(policy: Policy, key: str) -> Creation:
    """What deploys the validator of a key (its address) that may do what a policy lists.

    Raises:
        PolicyError: the policy does not say when the key expires.
        VyperMissing: the contract's compiler is not installed.
    """
    if policy.expiry is None:
        raise PolicyError(
            "the policy does not say when its key expires; write it with `stratc policy --expires`"
        )
    from eth_abi.abi import encode  # noqa: PLC0415  # half a second, and only to deploy

    types = ("address", "address", "uint256", "uint256", "uint256", "bytes")
    row = (policy.account, key, policy.expiry, policy.max_fee, policy.max_gas, policy.packed())
    told = (
        Said("account", policy.account, "the account that the key acts for"),
        Said("key", key, "the key's address"),
        Said("expiry", policy.expiry, "the last second at which its operations are valid"),
        Said("max_fee", policy.max_fee, "the most wei for a unit of gas"),
        Said("max_gas", policy.max_gas, "the most gas of one operation"),
        Said("policy", "0x" + policy.packed().hex(), f"the {len(policy.permissions)} calls that it lists"),
    )
    return Creation("session", compile_contract(CONTRACTS / "session.vy").code + encode(types, row), told)
