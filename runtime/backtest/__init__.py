"""Strategies on past prices: what a run earned and by what, sweeps over parameters, and how far to trust them."""
