"""`stratc check --require-proof`: guards do not count, every limit has to be proved."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratc.compiler.ir import nodes as ir
    from stratc.dsl.source import Source


def unproved(source: Source) -> tuple[ir.Limit, ...]:
    """Guards of a program without errors that are not proved never to trip."""
    from stratc.compiler.driver import understand  # noqa: PLC0415  # only where proof is required
    from stratc.compiler.proof.verdicts import Asker, judge  # noqa: PLC0415  # the same

    program = understand(source).ir
    if program is None:
        return ()
    return tuple(
        one.limit
        for one in judge(Asker(program, tell=False))
        if one.limit.policy is not None and not one.enough
    )


def say_unproved(form: str, found: Iterable[tuple[Source, tuple[ir.Limit, ...]]]) -> None:
    """Name them: as annotations where those are asked for, else on standard error."""
    for source, limits in found:
        for limit in limits:
            text = f"{limit.name} is guarded, not proved"
            if form == "github":
                from stratc.dsl.render.github import annotation  # noqa: PLC0415  # only for this format

                print(annotation("error", source.name, limit.where.line, "proof required", text))
            else:
                print(f"{source.name}:{limit.where.line}: {text}", file=sys.stderr)
