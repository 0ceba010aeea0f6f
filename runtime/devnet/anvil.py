"""A local node of our own: started on a free port, stopped with us."""

from __future__ import annotations

import os
import re
from pathlib import Path

from stratc.runtime.devnet.fetch import FETCH, fetched
from stratc.runtime.devnet.packages import anvil_package
from stratc.runtime.devnet.problems import DevnetError
from stratc.runtime.devnet.server import Server

CHAIN_ID = 31_337
_LISTENING = re.compile(r"Listening on 127\.0\.0\.1:(\d+)")


def anvil_binary() -> Path:
    """`STRATC_ANVIL` where it is set, else the fetched one.

    Raises:
        DevnetError: neither is there.
    """
    given = os.environ.get("STRATC_ANVIL")
    if given:
        if not os.access(given, os.X_OK):
            raise DevnetError(f"STRATC_ANVIL names {given}, which cannot be run", "name anvil's program file")
        return Path(given)
    package = anvil_package()
    if package is None:
        raise DevnetError(
            "there is no anvil for this machine to fetch", "set STRATC_ANVIL to one of your own"
        )
    try:
        folder = fetched(package)
    except DevnetError:
        raise DevnetError("the local node, anvil, is not here", FETCH) from None
    return folder / "bin" / ("anvil.exe" if os.name == "nt" else "anvil")


KEPT = 128
"""How many blocks' states can be looked back to."""


class Anvil(Server):
    """A running node: `url` and `rpc` to speak to it; use it in a `with`, or `stop` it."""

    def __init__(
        self, *, port: int = 0, timestamp: int | None = None, block_seconds: int | None = None
    ) -> None:
        """Start it: `port` 0 is any free one, `timestamp` (epoch seconds) the first block's time.

        Without `block_seconds` every transaction gets a block of its own at once.

        Raises:
            DevnetError: it is not here or does not start.
        """
        order = [str(anvil_binary()), "--host", "127.0.0.1", "--port", str(port)]
        order += ["--chain-id", str(CHAIN_ID), "--hardfork", "prague", "--order", "fifo"]
        # Else it writes every block's state to the user's disk, several gigabytes in an hour.
        order += ["--prune-history", str(KEPT)]
        order += [] if timestamp is None else ["--timestamp", str(timestamp)]
        order += [] if block_seconds is None else ["--block-time", str(block_seconds)]
        super().__init__("anvil", order, _LISTENING, FETCH)
