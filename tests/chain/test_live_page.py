"""The run that `docs/execution.md` shows, on the chain."""

from __future__ import annotations

import re
from pathlib import Path

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.anvil import Anvil
from stratc.runtime.devnet.world import World
from tests.chain.traders import Trader, time_passes
from tests.docs.pages import ROOT, blocks


def test_the_page_shows_what_is_said(rpc: Rpc, world: World, anvil: Anvil, tmp_path: Path) -> None:
    found = list(blocks(ROOT / "docs" / "execution.md"))
    (program,) = (block.text for block in found if block.info == "file=hedge.strat")
    (shown,) = (block.text for block in found if block.info == "of=hedge.strat")
    one = Trader(rpc, world, anvil.url, tmp_path, program)
    one.fund()
    with time_passes(anvil.url):
        said = one.run("--blocks", "8")
    assert said.code == 0, said.err
    left = said.out.splitlines()
    for line in shown.splitlines():
        wanted = re.compile(".*".join(map(re.escape, line.split("…"))))
        at = next((place for place, one_line in enumerate(left) if wanted.fullmatch(one_line)), None)
        assert at is not None, f"{line!r} was not said: {said.out}"
        del left[at]
