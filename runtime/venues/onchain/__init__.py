"""What fills the holes of a bundle plan, one file a kind of venue: amounts and bounds as exact integers."""

from __future__ import annotations

from collections.abc import Callable

from stratc.runtime.venues.onchain import aave_v3, lyra, perp_curie, uniswap_v3
from stratc.runtime.venues.onchain.asked import Adapter, Asked
from stratc.runtime.venues.onchain.listed import Listed
from stratc.runtime.venues.onchain.lyra import Made

ADAPTERS: dict[str, Adapter] = {
    "uniswap_v3": uniswap_v3.fill,
    "aave_v3": aave_v3.fill,
    "perp_curie": perp_curie.fill,
}
"""The function that fills a leg's holes, by the kind of venue a deployment file gives."""
OPTIONS: dict[str, Callable[[Asked, Listed], Made]] = {"lyra": lyra.fill}
"""The same for options, which are traded in as many parts as the account's positions take."""
