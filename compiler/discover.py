"""Checks that are found by being there: one file each, with a function `check`."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any


def modules(package: str, folder: str) -> tuple[Any, ...]:
    """The modules of a package, in the order of their names."""
    names = sorted(name.removesuffix(".py") for name in os.listdir(folder) if name.endswith(".py"))
    return tuple(import_module(f"{package}.{name}") for name in names if name != "__init__")
