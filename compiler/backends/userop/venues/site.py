"""Where the calls of one venue take place."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from stratc.runtime.bundle import Token
from stratc.runtime.deployment import Address, Venue

V = TypeVar("V", bound=Venue)


class Site(NamedTuple, Generic[V]):
    """A venue of the deployment, the account that calls it, and the program's tokens on that chain."""

    name: str
    venue: V
    account: Address
    base: Token
    quote: Token
