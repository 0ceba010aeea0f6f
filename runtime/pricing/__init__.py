"""European option pricing: prices, Greeks and implied volatility, float64 in and out.

``scalar`` prices one option in pure Python, for the trading engine; ``vector`` and ``implied`` work on
arrays. All of them are pure functions: no clock, no randomness, the same bits for the same arguments.
"""
