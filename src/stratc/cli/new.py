"""`stratc new`: a commented program to start from, or a copy of a strategy that ships with stratc."""

from __future__ import annotations

import re
from pathlib import Path

import click

from stratc import strategies
from stratc.cli.failures import USAGE, WORLD, Failure
from stratc.compiler.suggest import nearest

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_SHELF = Path(strategies.__path__[0])


@click.command()
@click.argument("name")
@click.option(
    "--dir", "folder", default=".", metavar="DIR", help="Where to write it (made if it is not there)."
)
@click.option("--like", metavar="STRATEGY", help="Copy a strategy that ships with stratc instead.")
def command(name: str, folder: str, like: str | None) -> None:
    """Write NAME.strat: a commented program that checks cleanly and runs."""
    name = name.removesuffix(".strat")
    if not _NAME.match(name):
        fix = f"for example `stratc new {_usable(name)}`"
        raise Failure(USAGE, f"{name!r} cannot be a strategy's name: letters, digits and _ only", fix)
    text = _copy(like, name) if like else _starter(name)
    path = Path(folder) / f"{name}.strat"
    _write(path, text)
    click.echo(f"{path} written. Next:\n  stratc check {path}\n  stratc run {path}")


def _usable(name: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")
    return plain if _NAME.match(plain) else "my_strategy"


def _starter(name: str) -> str:
    return (_SHELF / "starter.strat").read_text(encoding="utf-8").replace("my_strategy", name)


def shipped() -> tuple[str, ...]:
    """The names of the strategies that ship with stratc."""
    return tuple(sorted(path.parent.name for path in _SHELF.glob("*/strategy.strat")))


def _copy(like: str, name: str) -> str:
    if like not in shipped():
        hint = nearest(like, shipped())
        fix = f"did you mean {hint}?" if hint else f"choose one of {', '.join(shipped())}"
        raise Failure(USAGE, f"no strategy called {like!r} ships with stratc", fix)
    text = (_SHELF / like / "strategy.strat").read_text(encoding="utf-8")
    return re.sub(r"^strategy \w+$", f"strategy {name}", text, count=1, flags=re.MULTILINE)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        if not path.parent.is_dir():
            raise Failure(WORLD, f"{path.parent} is not a folder", "choose another --dir") from None
        raise Failure(WORLD, f"{path} is there already", "choose another name, or another --dir") from None
    except OSError as error:
        raise Failure(WORLD, f"{path} cannot be written: {error.strerror or error}") from None
