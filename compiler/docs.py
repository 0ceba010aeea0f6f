"""The pages of docs/errors, made from what each code declares: `python -m stratc.compiler.docs docs/errors`.

Every page shows the real output of its bad program, so a message and its page cannot drift apart.
"""

from __future__ import annotations

import pkgutil
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from stratc import compiler, dsl
from stratc.compiler.backends.userop.examples import example_findings, told_of
from stratc.compiler.driver import check
from stratc.compiler.proving import Proving
from stratc.dsl.diagnostics import CATALOGUE, Code
from stratc.dsl.render import render_text
from stratc.dsl.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_FAMILIES = {
    "E0": "Syntax and names",
    "E1": "Types and units",
    "E2": "Limits and assumptions",
    "E3": "What venues and routes can do",
    "W4": "Behaviour",
    "L5": "Style",
}
SECONDS = {"E202": 0.2}
"""Time that the solver has for a page, where the page is about running out of it."""
_INTRODUCTION = """# What `stratc check` says

Errors (E) stop the compilation, warnings (W) and style notes (L) do not. `# allow W401: reason`, on the line of
a finding or the line above it, takes a warning or a style note away.
"""


def needs_deployment(code: Code) -> bool:
    """Whether only `stratc compile --target userop`, which knows the deployment, can come to a finding."""
    return re.fullmatch(r"E30[4-9]", code.id) is not None


def codes() -> list[Code]:
    """Every code there is, sorted."""
    for package in (dsl, compiler):
        for name in _declaring(package):
            import_module(name)
    return sorted(CATALOGUE.values())


def pages() -> dict[str, str]:
    """The text of every file of docs/errors by its name."""
    every = codes()
    return {"README.md": _index(every)} | {f"{code.id}.md": page(code) for code in every}


def page(code: Code) -> str:
    """What a code means, a program that gets it with the output, and the program mended."""
    source = Source("strategy.strat", code.bad)
    proving = Proving(SECONDS[code.id]) if code.id in SECONDS else None
    if needs_deployment(code):
        found, before = example_findings(code, source), f"{told_of(code)}\n\n"
    else:
        found, before = tuple(one for one in check(source, proving).diagnostics if one.code == code), ""
    output = f"{before}```text\n{render_text(found, source, colour=False).rstrip()}\n```"
    return (
        f"# {code.id}: {code.title}\n\n*{code.severity}*\n\n{code.explanation}\n\n"
        f"```strat\n{code.bad}```\n\n{output}\n\n"
        f"Mended:\n\n```strat\n{code.good}```\n"
    )


def _index(every: list[Code]) -> str:
    text = _INTRODUCTION
    for family, title in _FAMILIES.items():
        members = [code for code in every if code.id.startswith(family)]
        if members:
            rows = "".join(f"| [{code.id}]({code.id}.md) | {code.title} |\n" for code in members)
            text += f"\n## {title}\n\n| code | what |\n| --- | --- |\n{rows}"
    return text


def _declaring(package: ModuleType) -> Iterator[str]:
    """The modules of a package that declare codes, found by their text so that the others are not imported."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        spec = found.module_finder.find_spec(found.name, None)
        if spec and spec.origin and " = declare(" in Path(spec.origin).read_text(encoding="utf-8"):
            yield found.name


def main(folder: Path) -> None:
    """Write all pages, and remove those of codes that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    written = pages()
    for old in folder.glob("*.md"):
        if old.name not in written:
            old.unlink()
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
