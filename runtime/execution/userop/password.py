"""Where a keystore's password comes from: a prompt, a file descriptor, or an environment variable."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, MutableMapping
from getpass import GetPassWarning, getpass

from stratc.runtime.execution.userop.secret import Secret

_LONGEST = 4096
_FORMS = "prompt, fd:NUMBER or env:NAME"


class PasswordError(Exception):
    """A password that cannot be had: why, and what to do. It never holds the password."""

    def __init__(self, cause: str, fix: str, usage: bool = False) -> None:
        """`usage`: the source itself is not written as one."""
        super().__init__(f"{cause}; {fix}")
        self.cause = cause
        self.fix = fix
        self.usage = usage


def password_from(
    source: str,
    asking: str = "password: ",
    ask: Callable[[str], str] = getpass,
    environment: MutableMapping[str, str] = os.environ,
) -> Secret:
    """The password from `prompt`, `fd:3` (its first line) or `env:NAME`.

    A variable is taken out of the environment, so that no process started later inherits it.

    Raises:
        PasswordError: no such source, or nothing in it.
    """
    kind, _, name = source.partition(":")
    if source == "prompt":
        return _prompted(asking, ask)
    if kind == "fd" and name.isascii() and name.isdigit():
        return _from_descriptor(int(name))
    if kind == "env" and name:
        return _from_environment(name, environment)
    raise PasswordError(f"{source!r} is no source of a password", f"write {_FORMS}", usage=True)


def _prompted(asking: str, ask: Callable[[str], str]) -> Secret:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)  # it would show what is typed
            return Secret(ask(asking).encode())
    except (GetPassWarning, EOFError, OSError):
        pass
    raise PasswordError("there is no terminal to ask for the password at", "give it by fd:NUMBER or env:NAME")


def _from_descriptor(number: int) -> Secret:
    try:
        return Secret(_first_line(number))
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no such descriptor"
    raise PasswordError(
        f"no password can be read from file descriptor {number} ({reason})",
        f"open it for the command: stratc ... {number}< FILE",
    )


def _first_line(number: int) -> bytes:
    read = b""
    while b"\n" not in read and len(read) < _LONGEST:
        part = os.read(number, _LONGEST)
        if not part:
            break
        read += part
    return read.partition(b"\n")[0].removesuffix(b"\r")


def _from_environment(name: str, environment: MutableMapping[str, str]) -> Secret:
    if name not in environment:
        raise PasswordError(f"the environment has no variable {name}", f"set {name}, or write {_FORMS}")
    return Secret(os.fsencode(environment.pop(name)))
