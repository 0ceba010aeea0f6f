"""A secret in memory that no log, traceback, copy or pickle shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn


class Secret:
    """Bytes that are handed out only to who asks for them by `reveal`."""

    __slots__ = ("_reveal",)

    def __init__(self, data: bytes) -> None:
        """Hidden in a function, so that listing an object's fields does not show it."""
        self._reveal: Callable[[], bytes] = lambda: data

    def reveal(self) -> bytes:
        """The bytes; keep them out of local variables that a traceback could show."""
        return self._reveal()

    def __repr__(self) -> str:
        return "Secret(hidden)"

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied; read it again where it is needed")
