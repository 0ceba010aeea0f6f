"""The bundler alto in front of a local node: takes user operations for both EntryPoints."""

from __future__ import annotations

import re
import shutil

from stratc.runtime.devnet.fetch_bundler import FETCH, fetched_bundler
from stratc.runtime.devnet.parts.entry_points import ADDRESSES
from stratc.runtime.devnet.people import BUNDLER, LIQUIDATOR
from stratc.runtime.devnet.problems import DevnetError
from stratc.runtime.devnet.server import Server

_LISTENING = re.compile(r"Server listening at http://[0-9.]+:(\d+)")
_PROGRAM = "node_modules/@pimlico/alto/esm/cli/alto.js"
_SETTINGS = {
    "safe-mode": "false",  # needs a node that traces in JavaScript
    "min-executor-balance": "0",
    "refilling-wallets": "false",
    "utility-wallet-monitor": "false",
    "block-time": "100",  # ms: how often it looks whether a bundle of its has landed
    "enable-debug-endpoints": "true",
    "bundle-mode": "manual",
    "json": "true",
}


class Alto(Server):
    """A running bundler that bundles when it is told to: `url`, and `rpc` to speak to it; use it in a `with`."""

    def __init__(self, node: str) -> None:
        """Start it in front of the node at this URL, which has the EntryPoints.

        The first time, it deploys what it tries operations with.

        Raises:
            DevnetError: it or Node.js is not here, or it does not start.
        """
        program = shutil.which("node")
        if program is None:
            raise DevnetError(
                "Node.js is not here, and the bundler runs on it", "install Node.js 20 or later"
            )
        settings = {
            "entrypoints": ",".join(point.address for point in ADDRESSES),
            "rpc-url": node,
            "executor-private-keys": BUNDLER.key,
            "utility-private-key": LIQUIDATOR.key,
            "port": "0",
            **_SETTINGS,
        }
        order = [program, str(fetched_bundler() / _PROGRAM), "run"]
        order += [word for name, value in settings.items() for word in (f"--{name}", value)]
        super().__init__("alto", order, _LISTENING, FETCH)

    def bundle(self) -> None:
        """Send one bundle of what waits.

        Raises:
            Refused: nothing waits, or none of it can be sent.
        """
        self.rpc.call("debug_bundler_sendBundleNow")

    def forget(self) -> None:
        """Let go of all that waits."""
        self.rpc.call("debug_bundler_clearState")
