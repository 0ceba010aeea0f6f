"""Option pricing: prices, Greeks, implied volatility and smiles, float64 in and out.

``scalar`` prices one option in pure Python, for the trading engine; ``vector`` and ``implied`` work on
arrays, as do ``merton``, ``heston``, ``bates`` and ``american``, one model each, and the smiles ``svi`` and ``sabr``.
All of them are pure functions: no clock, no randomness, the same bits for the same arguments.
"""
