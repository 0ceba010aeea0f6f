"""The signer an account option and a password option name."""

from __future__ import annotations

from pathlib import Path

from stratc.cli.failures import USAGE, WORLD, Failure
from stratc.runtime.execution.userop.keystore import KeystoreError, unlock
from stratc.runtime.execution.userop.password import PasswordError, password_from
from stratc.runtime.execution.userop.signer import LocalSigner


def unlocked(keystore: Path, source: str = "prompt") -> LocalSigner:
    """The signer of a keystore, its password from `prompt`, `fd:NUMBER` or `env:NAME`.

    Raises:
        Failure: with code 2 when the source is not written as one, else with 3.
    """
    failure: Failure
    try:
        return unlock(keystore, password_from(source, asking=f"password of {keystore}: "))
    except PasswordError as error:
        failure = Failure(USAGE if error.usage else WORLD, error.cause, error.fix)
    except KeystoreError as error:
        failure = Failure(WORLD, f"keystore {error.path}: {error.cause}", error.fix)
    raise failure
