"""The packages the local chain is made of: names, versions, and what their archives must hash to.

None of them is part of stratc. Several are under the GPL or the BUSL: they are fetched when a local chain is
started for the first time, and used for nothing else.
"""

from __future__ import annotations

import platform
import sys
from typing import NamedTuple


class Package(NamedTuple):
    """One archive in the npm registry; `integrity` is its sha512 in base64."""

    name: str
    version: str
    integrity: str

    @property
    def folder(self) -> str:
        """The name of the folder it is unpacked to."""
        return f"{self.name.lstrip('@').replace('/', '-')}-{self.version}"


ACCOUNT_ABSTRACTION_07 = Package(
    "@account-abstraction/contracts",
    "0.7.0",
    "Bt/66ilu3u8I9+vFZ9fTd+cWs55fdb9J5YKfrhsrFafH1drkzwuCSL/xEot1GGyXXNJLQuXbMRztQPyelNbY1A==",
)
ACCOUNT_ABSTRACTION_08 = Package(
    "@account-abstraction/contracts",
    "0.8.0",
    "8krPx/gpnoT+5xAroagVCbeA7FbUigMZWXFKKPm+oghyr29Dksssdx5sI7xGv9212i4JPaDDUGFk58dpuwVgHA==",
)
SAFE = Package(
    "@safe-global/safe-contracts",
    "1.4.1-2",
    "UFiqZOamt1lDbyQ16lpzBE8mDdzfnQ3OBftll1erLlwIrdfmhePicQqfLquvyXA8AlqPWQ3ktz1DzpC9UcN+JQ==",
)
SAFE_4337 = Package(
    "@safe-global/safe-4337",
    "0.3.0",
    "PL/+GrMwfyvRru1rhDwWVMXmHqzc8afa67cUOt1CGwSmbuFzamQGSPMxt9sX4Esmoyh7ICrO5lauPWPYp1Ei1Q==",
)
OPENZEPPELIN = Package(
    "@openzeppelin/contracts",
    "5.7.0",
    "IL2AZpI+7THMzt1u6Cxmc1zLwVnudtUGvrqXQ/HnbLKfQ/8dIWMMQPDwPIjRQzNrlAo4cxZaCGRB/XvwPo9ILA==",
)
SOLC = Package(
    "solc",
    "0.8.30",
    "9Srk/gndtBmoUbg4CE6ypAzPQlElv8ntbnl6SigUBAzgXKn35v87sj04uZeoZWjtDkdzT0qKFcIo/wl63UMxdw==",
)
UNISWAP_CORE = Package(
    "@uniswap/v3-core",
    "1.0.1",
    "7pVk4hEm00j9tc71Y9+ssYpO6ytkeI0y7WE9P6UcmNzhxPePwyAxImuhVsTqWK9YFvzgtvzJHi64pBl4jUzKMQ==",
)
UNISWAP_PERIPHERY = Package(
    "@uniswap/v3-periphery",
    "1.4.4",
    "S4+m+wh8HbWSO3DKk4LwUCPZJTpCugIsHrWR86m/OrUyvSqGDTXKFfc2sMuGXCZrD1ZqO3rhQsKgdWg3Hbb2Kw==",
)
UNISWAP_ROUTERS = Package(
    "@uniswap/swap-router-contracts",
    "1.3.1",
    "mh/YNbwKb7Mut96VuEtL+Z5bRe0xVIbjjiryn+iMMrK2sFKhR4duk/86mEz0UO5gSx4pQIw9G5276P5heY/7Rg==",
)
AAVE = Package(
    "@aave/core-v3",
    "1.19.3",
    "Xr7+VcoU5b4mPwM4IUCnskw3lciwrnL4Xloyad8GOddYeixnri2lZYobNmErm1LwE50vqjI0O+9QGNKY2TDkeQ==",
)
PERP = Package(
    "@perp/curie-contract",
    "2.8.4",
    "fTHxpzzuHlSyCEvI6T8Ya10Oz3Y4T06YTiCciR/4uvR9rx/9Afmm8nDLJ85ZwXiA0edce9bPUkE/ZcKY4xkJEw==",
)
LYRA = Package(
    "@lyrafinance/protocol",
    "0.1.3-alpha",
    "oUO/m3kS6Bx0SmVID2PIjZ6RFVfixQV66I8hShuuMOIytehmxQtex5DgtMFDYumoO6MuyoZ18vKtDMHT0HLCXg==",
)

CONTRACTS = (
    ACCOUNT_ABSTRACTION_07,
    ACCOUNT_ABSTRACTION_08,
    SAFE,
    SAFE_4337,
    OPENZEPPELIN,
    SOLC,
    UNISWAP_CORE,
    UNISWAP_PERIPHERY,
    UNISWAP_ROUTERS,
    AAVE,
    PERP,
    LYRA,
)
"""What is deployed, and the compiler for what comes as source."""

ANVIL_VERSION = "1.7.1"
_ANVIL = {
    "linux-amd64": "+XmShybEaxfCrr0OUUZwYEy2OnYZt5pHH9TzBtLv3+VrK0O/ANuNSVEahqNhKHlgX7GRJ59383ofNhxkRWIYTg==",
    "linux-arm64": "ykHJmFOGdBR8+9smOKBm9ZZDCCCkLQctiHOAddLvmYx9mPeBDMfq6jP51hKYsO5MG8ClPLSlWe+JpiXPjoXgBQ==",
    "darwin-arm64": "JNeu3+A3f/npXLn8SR8EahVcqE7BpO9VQZMcPvSIy27/RNc1GsoEBvSLR99aSvt8sGKWAgNg/EzrtjAPq6mxcA==",
    "darwin-amd64": "OgwzwY+FsGrsPyDv4mmbhOwARO8s37YHrm2qaNzgSH4VlKnXgJCrnoT7bpgOhLyBPtxXjBT8L2E3b79deesXRg==",
    "win32-amd64": "IeuBcmQ+AQKUxXA77czSVIfpST+KLBdXaL71JlK/h6e0DoP2CYnmVZn8WE/fuQfjAU2zaWw7PDXmq1kedbIUGA==",
}
_CHIPS = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def anvil_package(system: str = sys.platform, machine: str = platform.machine()) -> Package | None:
    """The node's package for a machine; None where there is none."""
    kind = f"{system}-{_CHIPS.get(machine.lower(), machine)}"
    if kind not in _ANVIL:
        return None
    return Package(f"@foundry-rs/anvil-{kind}", ANVIL_VERSION, _ANVIL[kind])
