"""A proxy in front of a node or relay that fails in the ways they do, by a schedule made from a seed."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import httpx

Fault = Literal["deaf", "mute", "busy", "garbage", "null", "twice", "empty"]
"""`deaf`: cut off, nothing done. `mute`: done, cut off without an answer. `busy`: HTTP 429. `garbage`: done, and an
answer that is no JSON. `null`: done, and null for an answer. `twice`: done twice, the second answer told. `empty`: a
list without its items, as from a node that lags behind."""

ANY: tuple[Fault, ...] = ("deaf", "mute", "busy", "garbage", "twice")
NULLS = (
    "eth_getTransactionReceipt",
    "eth_getTransactionByHash",
    "eth_getUserOperationReceipt",
    "eth_getLogs",
)
Local = Callable[[str, list[Any]], Any]
"""Answers a method in the node's place: what anvil has not."""


class Proxy:
    """Serves at `url`; `rate` of requests go wrong, by chance, from the seed on. Use it in a `with`."""

    def __init__(
        self, target: str, seed: int = 0, rate: float = 0.0, local: dict[str, Local] | None = None
    ) -> None:
        self.rate = rate
        self.next: list[Fault] = []
        """Faults for the coming sends, before chance has a say."""
        self.faults: list[tuple[str, Fault]] = []
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self._random = random.Random(seed)
        self._local = local or {}
        self._client = httpx.Client(base_url=target, timeout=30.0)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._client.close()

    def _fault(self, method: str) -> Fault | None:
        if self.next and "send" in method.lower():
            return self.next.pop(0)
        if self._random.random() >= self.rate:
            return None
        faults = [
            *ANY,
            *(["null"] if method in NULLS else []),
            *(["empty"] if method == "eth_getLogs" else []),
        ]
        return self._random.choice(faults)  # type: ignore[return-value]  # every one is a fault

    def _answered(self, body: bytes) -> tuple[int, bytes] | None:
        """The status and body to answer with; None to hang up."""
        asked = json.loads(body)
        with self._lock:
            fault = self._fault(asked["method"])
            self.asked.append(asked["method"])
            if fault is not None:
                self.faults.append((asked["method"], fault))
            if fault == "deaf":
                return None
            if fault == "busy":
                return 429, b"slow down"
            told = self._done(asked, body)
            if fault == "twice":
                told = self._done(asked, body)
        if fault == "mute":
            return None
        if fault == "garbage":
            return 200, b"<html>" + told[:20]
        if fault in ("null", "empty"):
            result = None if fault == "null" else []
            return 200, json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}).encode()
        return 200, told

    def _done(self, asked: dict[str, Any], body: bytes) -> bytes:
        if asked["method"] in self._local:
            told = self._local[asked["method"]](asked["method"], asked["params"])
            return json.dumps({"jsonrpc": "2.0", "id": asked["id"], **told}).encode()
        return self._client.post("/", content=body, headers={"content-type": "application/json"}).content

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1  # head and body in one packet: two would wait for each other 40 ms

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                proxy.headers.append(dict(self.headers))
                proxy.bodies.append(body)
                told = proxy._answered(body)
                if told is None:
                    self.close_connection = True
                    return
                status, answer = told
                self.send_response(status)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
                self.wfile.flush()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler
