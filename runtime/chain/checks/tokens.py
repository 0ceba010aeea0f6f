"""Whether the tokens have the decimals that the file says."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.runtime.chain.checks.case import Case, differs, silent
from stratc.runtime.deployment_errors import Finding


def check(case: Case) -> Iterator[Finding]:
    """Each token of the file."""
    for symbol, token in case.deployment.tokens.items():
        path = ("tokens", symbol, "decimals")
        found = case.ask(token.address, "decimals()")
        if not found:
            yield silent(path, token.address, "decimals()", "name a token's address")
        elif found[0] != token.decimals:
            yield differs(path, str(token.decimals), str(found[0]), f"write decimals = {found[0]}")
