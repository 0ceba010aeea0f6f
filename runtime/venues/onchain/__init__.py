"""What fills the holes of a bundle plan, one file a kind of venue: amounts and bounds as exact integers."""

from __future__ import annotations

from stratc.runtime.venues.onchain import aave_v3, perp_curie, uniswap_v3
from stratc.runtime.venues.onchain.asked import Adapter

ADAPTERS: dict[str, Adapter] = {
    "uniswap_v3": uniswap_v3.fill,
    "aave_v3": aave_v3.fill,
    "perp_curie": perp_curie.fill,
}
"""The function that fills a leg's holes, by the kind of venue a deployment file gives."""
