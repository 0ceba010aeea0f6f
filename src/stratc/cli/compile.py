"""`stratc compile`: from a program to the file a machine runs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from stratc import __version__
from stratc.cli.failures import USAGE, WORLD, Failure
from stratc.cli.programs import load
from stratc.cli.proving import proving
from stratc.cli.urls import url
from stratc.compiler.backends.python_plan import compile_plan
from stratc.compiler.backends.python_plan.lower import lower
from stratc.compiler.proof.carried import carried
from stratc.runtime.report.proofs import proof_line


@click.command()
@click.argument("file")
@click.option(
    "--target",
    type=click.Choice(["python", "ir", "ir-json", "userop"]),
    default="python",
    show_default=True,
)
@click.option("-o", "--output", help="Write to this file (userop: folder) instead of standard output.")
@click.option("--deployment", metavar="FILE", help="For userop: the chain, the account, the venues (TOML).")
@click.option("--at", metavar="FILE", help="For userop: fill the operations at the last event of a file.")
@click.option(
    "--rpc",
    metavar="URL",
    callback=url,
    help="For userop: check the deployment there, and fill them at its present.",
)
@click.option(
    "--bundler", metavar="URL", callback=url, help="With --rpc: ask this bundler for its EntryPoints, too."
)
def command(
    file: str,
    target: str,
    output: str | None,
    deployment: str | None,
    at: str | None,
    rpc: str | None,
    bundler: str | None,
) -> None:
    """Compile a program: to a Python plan, to user operations of a smart account, or to its IR as text or JSON."""
    if target == "userop":
        from stratc.cli.bundles import Where, compile_bundle  # noqa: PLC0415  # only for this target

        if rpc is not None and at is not None:
            raise Failure(USAGE, "--at and --rpc both say when to fill the operations", "give one of them")
        if bundler is not None and rpc is None:
            raise Failure(USAGE, "--bundler is asked beside a node", "add --rpc URL")
        compile_bundle(file, Where(deployment, at, rpc, bundler), output)
        return
    if any(given is not None for given in (deployment, at, rpc, bundler)):
        raise Failure(
            USAGE, "--deployment, --at, --rpc and --bundler are for --target userop", "add --target userop"
        )
    loaded, told = load(file), ""
    if target == "python":
        proof = carried(loaded.ir, proving())
        text = compile_plan(loaded.ir, __version__, proof)
        told = proof_line(lower(loaded.ir, __version__, proof))
    elif target == "ir":
        from stratc.compiler.ir.text import to_text  # noqa: PLC0415  # only for this target

        text = to_text(loaded.ir)
    else:
        from stratc.compiler.ir.json_form import to_json  # noqa: PLC0415  # only for this target

        text = to_json(loaded.ir)
    if output is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    try:
        Path(output).write_bytes(text.encode())
    except OSError as error:
        raise Failure(WORLD, f"{output} cannot be written: {error.strerror or error}") from None
    print(f"{output}: {len(text):,} characters")
    if told:
        print(told)
