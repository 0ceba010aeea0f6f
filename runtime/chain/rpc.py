"""A thin JSON-RPC client: one connection, clear errors, reads asked again, sends never."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from stratc.runtime.chain.errors import Overloaded, Refused, Unreachable

TOO_MANY = 429
FIRST_PAUSE = 0.05
"""Seconds before a request is made again; doubled each time."""
LONGEST_PAUSE = 5.0
"""Seconds; a node that asks for a longer pause gets this one."""


class Rpc:
    """A node at a URL; the URL may hold a key, so that only its host is ever told."""

    def __init__(
        self,
        url: str,
        *,
        timeout: float = 10.0,
        tries: int = 4,
        pause: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`timeout` in seconds for one answer; `tries` counts the first one."""
        self.host = _host(url)
        self._url = url
        self._tries = tries
        self._pause = pause
        self._client = httpx.Client(timeout=timeout, transport=transport)
        self._ids = count(1)

    def __repr__(self) -> str:
        return f"Rpc({self.host})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def call(self, method: str, *params: Any) -> Any:
        """The node's result.

        Raises:
            Refused: the node answered with an error; nothing to gain by asking again.
            Overloaded: it took no request, however often it was asked.
            Unreachable: no answer or none that can be read; a send may or may not have been acted on.
        """
        for pause in self._pauses():
            try:
                return self._once(method, params)
            except Overloaded as error:
                if pause is None:
                    raise
                self._pause(max(pause, _asked_for(error)))
            except Unreachable:
                if pause is None or not repeatable(method):
                    raise
                self._pause(pause)
        raise AssertionError("the last try returns or raises")

    def _pauses(self) -> Iterator[float | None]:
        for done in range(self._tries - 1):
            yield min(FIRST_PAUSE * 2**done, LONGEST_PAUSE)
        yield None

    def _once(self, method: str, params: tuple[Any, ...]) -> Any:
        number = next(self._ids)
        body = {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}
        try:
            answer = self._client.post(self._url, json=body)
        except httpx.TimeoutException:
            raise Unreachable(f"{self.host} did not answer {method} in time", _CHECK) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(
                f"{self.host} cannot be reached for {method}: {_cause(error)}", _CHECK
            ) from None
        if answer.status_code == TOO_MANY:
            raise _overloaded(self.host, method, answer.headers.get("retry-after", ""))
        return self._read(method, number, answer)

    def _read(self, method: str, number: int, answer: httpx.Response) -> Any:
        try:
            told = answer.json()
        except ValueError:
            told = None
        if not isinstance(told, dict) or told.get("id") not in (number, None) or not _is_answer(told):
            raise Unreachable(
                f"{self.host} answered {method} with HTTP {answer.status_code} and {len(answer.content)} bytes "
                "that are no JSON-RPC answer to it",
                "check that the URL is a node's and not a web page's",
            )
        if told.get("error") is not None:
            raise _refused(method, told["error"])
        return told["result"]


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2] or "the node"
    except ValueError:  # no URL at all, which is told when it is asked
        return "the node"


_CHECK = "check that the node runs and the URL is right"


def repeatable(method: str) -> bool:
    """Whether asking twice is as good as once: true of reads, never of what sends, signs or changes."""
    name = method.lower()
    return name.startswith(("eth_", "net_", "web3_")) and "send" not in name and "sign" not in name


def _is_answer(told: dict[str, Any]) -> bool:
    return "result" in told or told.get("error") is not None


def _cause(error: Exception) -> str:
    """The kind of failure in words; the library's own text may hold the URL."""
    return "no connection" if isinstance(error, httpx.ConnectError) else type(error).__name__


def _overloaded(host: str, method: str, after: str) -> Overloaded:
    error = Overloaded(
        f"{host} takes no more requests for now (HTTP {TOO_MANY} for {method})",
        "ask less often, or another node",
    )
    error.after = float(after) if after.replace(".", "", 1).isdigit() else 0.0
    return error


def _asked_for(error: Overloaded) -> float:
    return min(error.after, LONGEST_PAUSE)


def _refused(method: str, error: Any) -> Refused:
    told = error if isinstance(error, dict) else {"message": str(error)}
    data = told.get("data")
    if isinstance(data, dict):  # some nodes wrap what the call returned
        data = data.get("data") or data.get("result")
    code = told.get("code")
    return Refused(
        method,
        code if isinstance(code, int) else 0,
        str(told.get("message", "no reason given")),
        data if isinstance(data, str) else "",
    )
