"""From a program or a plan file to an engine that is ready to run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from stratc import __version__
from stratc.cli.failures import USAGE, WORLD, Failure
from stratc.cli.programs import Loaded, checked, find, load, read
from stratc.cli.proving import proving
from stratc.compiler.backends.python_plan import compile_plan
from stratc.compiler.proof.carried import carried
from stratc.dsl.source import Source
from stratc.runtime.engine.machine import Machine, ParameterError
from stratc.runtime.loader import MARK, PlanError, load_plan
from stratc.runtime.plan import Plan


class Runnable(NamedTuple):
    """A strategy as a class to start, with its text for the record; `loaded` is None for a plan file."""

    machine: type[Machine]
    text: str
    path: str
    loaded: Loaded | None
    code: str
    """The plan file's text, for other processes."""

    @property
    def plan(self) -> Plan:
        """The plan's records."""
        return self.machine.plan


def runnable(path: str, unproved: bool = False) -> Runnable:
    """Compile a program, or load a plan file (`.py`); `unproved` takes one whose limits are not proved.

    Raises:
        Failure: the program has errors, or the plan file is not to be trusted.
    """
    found = find(path)
    try:
        if found.suffix == ".py":
            text = read(str(found)).decode("utf-8", "replace")
            return Runnable(load_plan(text, found.name), text, str(found), None, text)
        loaded = load(path, unproved)
        plan = compile_plan(loaded.ir, __version__, carried(loaded.ir, proving()))
        machine = load_plan(plan, f"{loaded.ir.name}.plan.py")
        return Runnable(machine, loaded.source.text, str(found), loaded, plan)
    except PlanError as error:
        raise Failure(WORLD, str(error)) from None


def compiled(name: str, text: str) -> Runnable:
    """Compile a program that is text already, or load a plan that is.

    Raises:
        Failure: it has errors, or is a plan that is not to be trusted.
    """
    if text.startswith(MARK):
        try:
            return Runnable(load_plan(text, name), text, name, None, text)
        except PlanError as error:
            raise Failure(WORLD, str(error)) from None
    loaded = checked(Source(name, text))
    plan = compile_plan(loaded.ir, __version__, carried(loaded.ir, proving()))
    return Runnable(load_plan(plan, name), text, name, loaded, plan)


def parameters(given: tuple[str, ...]) -> dict[str, float]:
    """`--set band=0.2` as values in the parameter's own canonical unit.

    Raises:
        Failure: not of the form NAME=NUMBER.
    """
    values: dict[str, float] = {}
    for setting in given:
        name, _, number = setting.partition("=")
        try:
            values[name.strip()] = float(number.replace("_", ""))
        except ValueError:
            raise Failure(
                USAGE, f"--set {setting} is not NAME=NUMBER", "for example --set band=0.2"
            ) from None
    return values


def start(
    machine: type[Machine], params: Mapping[str, float], fired_once: frozenset[int] = frozenset()
) -> Machine:
    """Start a machine.

    Raises:
        Failure: a parameter that does not exist or is out of its range.
    """
    try:
        return machine(params, fired_once)
    except ParameterError as error:
        raise Failure(USAGE, str(error)) from None


def stem(path: str) -> str:
    """What to call a program in files derived from it."""
    name = Path(path)
    return name.parent.name if name.name == "strategy.strat" else name.stem
