"""A node at the edge: answers what a test says, and keeps what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from stratc.runtime.chain.rpc import Rpc

Answer = Callable[[list[Any]], Any]


class Node:
    """Answers by method; an `Exception` as an answer is raised in the client's transport, a dict with `error` told."""

    def __init__(
        self, transport: Callable[[httpx.BaseTransport], httpx.BaseTransport] = lambda t: t, **answers: Any
    ):
        self.answers: dict[str, Any] = answers
        self.asked: list[tuple[str, list[Any]]] = []
        self.requests: list[httpx.Request] = []
        inner = httpx.MockTransport(self._answer)
        self.rpc = Rpc("http://node.example", tries=1, pause=lambda _: None, transport=transport(inner))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        told = json.loads(request.content)
        self.asked.append((told["method"], told["params"]))
        self.requests.append(request)
        answer = self.answers[told["method"]]
        if callable(answer):
            answer = answer(told["params"])
        if isinstance(answer, httpx.Response):
            return answer
        if isinstance(answer, Exception):
            raise answer
        body = answer if isinstance(answer, dict) and "error" in answer else {"result": answer}
        return httpx.Response(200, json={"jsonrpc": "2.0", "id": told["id"], **body})


def error(message: str, code: int = -32000, **more: Any) -> dict[str, Any]:
    """A JSON-RPC error."""
    return {"error": {"code": code, "message": message, **more}}
