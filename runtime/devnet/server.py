"""A node or bundler of our own in another process: known to listen before it is used, ended with us."""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.problems import DevnetError

START_SECONDS = 20.0
STOP_SECONDS = 3.0


class Server:
    """A running server that said where it listens: `url` and `rpc` to speak to it; `stop` it, or use it in a `with`."""

    def __init__(self, name: str, order: Sequence[str], listening: re.Pattern[str], fix: str) -> None:
        """Start it and wait until it says the port, which is the first group of `listening`.

        Raises:
            DevnetError: it cannot be run (`fix` says what to do) or does not start.
        """
        self._said = tempfile.TemporaryFile("a+b")  # noqa: SIM115 - it lives as long as the process
        self._process = self._started(order, fix)
        self.url = f"http://127.0.0.1:{self._await_port(name, listening)}"
        self.rpc = Rpc(self.url, timeout=60.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """Whether it still is."""
        return self._process.poll() is None

    def said(self) -> str:
        """All that it wrote so far."""
        self._said.seek(0)
        return self._said.read().decode(errors="replace")

    def stop(self) -> None:
        """End it; harmless when it has ended."""
        self.rpc.close()
        self._end()

    def _end(self) -> None:
        if self.running:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._said.close()

    def _started(self, order: Sequence[str], fix: str) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                order,
                stdin=subprocess.DEVNULL,
                stdout=self._said,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us; we stop it
            )
        except OSError as error:
            self._said.close()
            raise DevnetError(f"{order[0]} cannot be run: {error.strerror or error}", fix) from None

    def _await_port(self, name: str, listening: re.Pattern[str]) -> int:
        end = time.monotonic() + START_SECONDS
        while True:
            said = self.said()
            found = listening.search(said)
            if found:
                return int(found[1])
            if not self.running or time.monotonic() > end:
                self._end()
                last = (said.strip().splitlines() or ["it said nothing"])[-1]
                raise DevnetError(f"{name} did not start: {last}", "is the port free?")
            time.sleep(0.01)
