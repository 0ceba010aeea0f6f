"""Whatever the documentation shows is so: programs check, mistakes get their code, commands print what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from stratc.cli import main as command_line
from stratc.compiler.backends.python_plan import compile_plan
from stratc.compiler.driver import check
from stratc.dsl.source import Source
from tests.docs.pages import NAMES, ROOT, Block, anchors, blocks, links

PROGRAMS = [
    pytest.param(block, id=f"{name}:{block.line}")
    for name in NAMES
    for block in blocks(ROOT / name)
    # The pages of codes are written, and their programs checked, by the checks themselves.
    if block.language == "strat" and not name.startswith("docs/errors/")
]
SESSIONS = [name for name in NAMES if any(block.language == "console" for block in blocks(ROOT / name))]


@pytest.mark.parametrize("block", PROGRAMS)
def test_a_program_gets_the_verdict_the_page_gives_it(block: Block) -> None:
    found = check(Source("page.strat", block.text)).diagnostics
    wanted = re.search(r"error=(\w+)", block.info)
    errors = {one.code.id for one in found if one.severity == "error"}
    assert errors == ({wanted[1]} if wanted else set()), [one.message for one in found]


@pytest.mark.parametrize("name", SESSIONS)
def test_commands_print_what_the_page_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """One folder a page: `file=` blocks are written into it, `$ stratc …` lines are run in it, in order.

    A line `...` stands for any lines, `…` in a line for any text. Other commands are for the reader.
    """
    monkeypatch.chdir(tmp_path)
    for block in blocks(ROOT / name):
        file = re.search(r"file=(\S+)", block.info)
        if file:
            (tmp_path / file[1]).write_text(block.text, encoding="utf-8")
        if block.language != "console":
            continue
        for command, expected in _session(block.text):
            if command.startswith("stratc "):
                printed = _run(command, monkeypatch, capfd)
                place = f"{name}:{block.line}: $ {command}\n{printed}"
                assert re.fullmatch(_pattern(expected), printed), place


@pytest.mark.parametrize(
    "name", [name for name in NAMES if any("from=" in b.info for b in blocks(ROOT / name))]
)
def test_excerpts_of_plans_are_what_the_compiler_writes(name: str) -> None:
    """A block `from=hedge.strat` holds lines of the plan of the page's block `file=hedge.strat`, in order."""
    programs = {
        block.info.partition("file=")[2].split()[0]: block.text
        for block in blocks(ROOT / name)
        if "file=" in block.info
    }
    for block in blocks(ROOT / name):
        if "from=" in block.info:
            path = block.info.partition("from=")[2].split()[0]
            program = check(Source(path, programs[path])).ir
            assert program is not None
            plan = iter([line.strip() for line in compile_plan(program, "").splitlines()])
            for line in block.text.splitlines():
                wanted = line.strip()
                assert not wanted or wanted == "..." or wanted in plan, f"not in the plan of {path}: {line}"


def _session(text: str) -> list[tuple[str, list[str]]]:
    commands: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], []))
        elif commands:
            commands[-1][1].append(line.rstrip())
    return commands


def _run(command: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> str:
    capfd.readouterr()
    monkeypatch.setattr("sys.argv", shlex.split(command))
    with pytest.raises(SystemExit):
        command_line.main()
    out, err = capfd.readouterr()
    return "\n".join(line.rstrip() for line in (out + err).strip("\n").splitlines())


def _pattern(expected: list[str]) -> str:
    """Lines as a regular expression; blank lines at the end do not count."""
    while expected and not expected[-1]:
        expected.pop()
    parts = []
    for line in expected:
        whole = r"(?:.*\n)*?" if line == "..." else re.escape(line).replace("…", ".*") + "\n"
        parts.append(whole)
    pattern = "".join(parts)
    if expected and expected[-1] == "...":
        return pattern.removesuffix(r"(?:.*\n)*?") + r"(?:.*\n?)*"
    return pattern.removesuffix("\n")


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name} links to {link}"
        assert target.is_relative_to(ROOT), f"{name} links out of the project: {link}"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{name} links to {link}: there is no such heading"


@pytest.mark.parametrize("name", NAMES)
def test_paths_that_are_named_exist(name: str) -> None:
    """`compiler/driver.py` in backquotes is a promise."""
    text = (ROOT / name).read_text(encoding="utf-8")
    folders = "dsl|compiler|runtime|strategies|src|tests|docs|bench"
    for path in re.findall(rf"`((?:{folders})/[\w./-]+)`", text):
        assert (ROOT / path).exists(), f"{name} speaks of {path}"


PYTHON = [
    pytest.param(block.text, id=f"{name}:{block.line}")
    for name in NAMES
    for block in blocks(ROOT / name)
    if block.language == "python" and not block.info
]


@pytest.mark.parametrize("text", PYTHON)
def test_python_that_is_shown_runs(text: str) -> None:
    exec(compile(text, "page.py", "exec"), {})  # noqa: S102  the project's own page
