"""Uniswap v3 through SwapRouter02: exact input to sell, exact output to buy; no approval outlives its swap."""

from __future__ import annotations

from stratc.compiler.backends.userop.venues import holes
from stratc.compiler.backends.userop.venues.site import Site
from stratc.runtime.bundle import Call, Side
from stratc.runtime.deployment import UniswapV3At

_SELL = (
    "exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 amountIn,"
    " uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params)"
)
_BUY = (
    "exactOutputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 amountOut,"
    " uint256 amountInMaximum, uint160 sqrtPriceLimitX96) params)"
)


def trade(site: Site[UniswapV3At]) -> dict[Side, tuple[Call, ...]]:
    """Both sides of a spot order."""
    return {"buy": _buy(site), "sell": _sell(site)}


def _sell(site: Site[UniswapV3At]) -> tuple[Call, ...]:
    base, quote, router = site.base, site.quote, site.venue.address
    amount, least = holes.amount(base), holes.minimum_out(quote)
    order = (base.address, quote.address, site.venue.fee, site.account, amount, least, 0)
    return (
        holes.approve(base, router, amount),
        Call(what=f"sell {base.symbol} for {quote.symbol}", to=router, function=_SELL, args=(order,)),
        holes.take_back(base, router),
    )


def _buy(site: Site[UniswapV3At]) -> tuple[Call, ...]:
    base, quote, router = site.base, site.quote, site.venue.address
    amount, most = holes.amount(base), holes.maximum_in(quote)
    order = (quote.address, base.address, site.venue.fee, site.account, amount, most, 0)
    return (
        holes.approve(quote, router, most),
        Call(what=f"buy {base.symbol} with {quote.symbol}", to=router, function=_BUY, args=(order,)),
        holes.take_back(quote, router),
    )
