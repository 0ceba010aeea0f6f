"""What programs are lowered to, as text: ir/*.md."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stratc.compiler.driver import check
from stratc.compiler.ir.text import to_text
from stratc.dsl.source import Source
from tests.goldens import with_outputs

FOLDER = Path(__file__).parent / "ir"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_lowering(path: Path, golden: Callable[[str, Path], None]) -> None:
    def produce(program: str) -> str:
        result = check(Source("strategy.strat", program))
        assert result.ir is not None, [d.message for d in result.diagnostics]
        return to_text(result.ir)

    golden(with_outputs(path, produce), path)
