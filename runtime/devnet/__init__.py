"""A local chain with everything on it that a strategy trades with: real contracts, seeded with liquidity."""
