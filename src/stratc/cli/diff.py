"""`stratc diff`: where two versions of a program decide differently, or that they do not."""

from __future__ import annotations

import json
import sys

import click

from stratc.cli.failures import PROGRAM, USAGE, Failure
from stratc.cli.finite import SECONDS, Finite
from stratc.cli.market_options import IV, SEED, SINCE, UNTIL
from stratc.cli.programs import load


@click.command()
@click.argument("a")
@click.argument("b")
@click.option(
    "--replay", "market", metavar="MARKET", help="Also run both on it: a preset or a file of prices."
)
@SEED
@SINCE
@UNTIL
@IV
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--timeout", type=Finite(0.01, SECONDS), default=2.0, show_default=True, help="Seconds a question."
)
def command(
    a: str,
    b: str,
    market: str | None,
    seed: int | None,
    since: str | None,
    until: str | None,
    iv: str | None,
    form: str,
    timeout: float,
) -> None:
    """Show a market and a book on which two versions of a program decide differently, or that none exists.

    Ends with 0 where no decision differs, and with 1 where one does or that could not be settled.
    """
    if market is None and any(given is not None for given in (seed, since, until, iv)):
        raise Failure(USAGE, "--seed, --from, --to and --iv choose a market: they go with --replay MARKET")
    from stratc.cli.diff_told import as_json, as_text  # noqa: PLC0415  # the prover is not for --help
    from stratc.cli.side_by_side import Options, side_by_side  # noqa: PLC0415  # engines and markets
    from stratc.compiler.proof.diff.compare import compare  # noqa: PLC0415  # the prover is not for --help
    from stratc.compiler.proof.diff.results import Version  # noqa: PLC0415  # the prover is not for --help
    from stratc.reference.witness import sent  # noqa: PLC0415  # only where states are tried

    versions = load(a), load(b)
    mine, other = (Version(one.ir, one.source.text) for one in versions)
    found = compare(mine, other, sent, timeout)
    replayed = None if market is None else side_by_side(*versions, Options(market, seed, since, until, iv))
    names = versions[0].source.name, versions[1].source.name
    if form == "json":
        print(json.dumps(as_json(found, names, replayed), indent=2))
    else:
        print(as_text(found, names, replayed))
    if found.verdict != "same":
        sys.exit(PROGRAM)
