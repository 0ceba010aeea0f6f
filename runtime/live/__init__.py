"""A program on a live chain: its prices in, its orders out, its account read back."""
