"""Messages as JSON and back, bit for bit: a float is the shortest text that reads back the same."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final

from stratc.runtime.engine.messages import CashFlow, Contract, Fill, Order, Outcome, Snapshot, Transfer

_to_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


def _writer(cls: type) -> Callable[[Any], str]:
    """What turns an instance of a message class into a JSON object of its fields."""
    names = getattr(cls, "_fields", None) or tuple(field.name for field in dataclasses.fields(cls))
    values = attrgetter(*names)

    def write(message: Any) -> str:
        return _to_json(dict(zip(names, values(message), strict=True)))

    return write


write_fill: Final = _writer(Fill)
write_cashflow: Final = _writer(CashFlow)
write_transfer: Final = _writer(Transfer)
write_order: Final = _writer(Order)
write_outcome: Final = _writer(Outcome)


def write_snapshot(snapshot: Snapshot) -> str:
    """A snapshot as JSON."""
    return _to_json({"t": snapshot.t, "block": snapshot.block, "signals": dict(snapshot.signals)})


def read_snapshot(text: str) -> Snapshot:
    """The inverse of write_snapshot."""
    return Snapshot(**json.loads(text))


def read_fill(text: str) -> Fill:
    """The inverse of write_fill."""
    return Fill(**json.loads(text))


def read_cashflow(text: str) -> CashFlow:
    """The inverse of write_cashflow."""
    return CashFlow(**json.loads(text))


def read_transfer(text: str) -> Transfer:
    """The inverse of write_transfer."""
    data = json.loads(text)
    if data["contract"] is not None:
        data["contract"] = Contract(*data["contract"])
    return Transfer(**data)


def read_order(text: str) -> Order:
    """The inverse of write_order."""
    data = json.loads(text)
    if data["contract"] is not None:
        data["contract"] = Contract(*data["contract"])
    if data.get("between") is not None:
        data["between"] = tuple(data["between"])
    return Order(**data)


def read_outcome(text: str) -> Outcome:
    """The inverse of write_outcome."""
    data = json.loads(text)
    data["limits"] = tuple(data["limits"])
    return Outcome(**data)
