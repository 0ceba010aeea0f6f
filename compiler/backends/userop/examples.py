"""The deployments that the pages of E304 to E309 are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.backends.userop.capabilities import WRONG_ENTRY_POINT
from stratc.compiler.backends.userop.lower import lower
from stratc.compiler.driver import understand
from stratc.runtime.deployment import Deployment

if TYPE_CHECKING:
    from stratc.dsl.diagnostics import Code, Diagnostic
    from stratc.dsl.source import Source

_TABLES = {
    "chain_id": 1,
    "account": {"kind": "simple_08", "address": "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc"},
    "tokens": {
        "ETH": {"address": "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2", "decimals": 18},
        "USDC": {"address": "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", "decimals": 6},
    },
    "venues": {
        "pool": {
            "kind": "uniswap_v3",
            "address": "0x68b3465833fb72A70ecDF485E0e4C7bD8665Fc45",
            "pool": "0x88e6A0c2dDD26FEEb64F039a2c41296FcB3f5640",
            "fee": 500,
        }
    },
}
_ADDRESS = {
    "0.6": "0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789",
    "0.8": "0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108",
}


def example_findings(code: Code, source: Source) -> tuple[Diagnostic, ...]:
    """What is said of a page's program there, if it is this code."""
    version = _version(code)
    entry_point = {"address": _ADDRESS[version], "version": version}
    at = Deployment.model_validate({**_TABLES, "entry_point": entry_point})
    program = understand(source).ir
    if program is None:
        return ()
    return tuple(one for one in lower(program, at, "").findings if one.code == code)


def told_of(code: Code) -> str:
    """The deployment in words."""
    return (
        f"Told by `stratc compile --target userop`, here of a deployment with an account `simple_08`, EntryPoint "
        f"v{_version(code)},\nthe tokens ETH and USDC, a Uniswap pool `pool`, and no guard:"
    )


def _version(code: Code) -> str:
    return "0.6" if code == WRONG_ENTRY_POINT else "0.8"
