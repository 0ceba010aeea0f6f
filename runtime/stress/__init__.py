"""Many possible markets, broken venues and an adversary: what breaks first, how far away, and at what loss."""
